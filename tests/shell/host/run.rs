//! `Run`: the executor of one schedule: tasks, events on one clock, and lives to which both belong. A step polls one ready task, chosen by
//! dice among all that are ready; when none is, the clock jumps to the next event. The clock stands still within a step.

use super::dice::Dice;
use malipo_shell::platform::host::Soon;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

/// To whom a task belongs: the people outside, an invocation of the edge, or an instance of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Life(pub(crate) usize);

/// The people outside: they never crash.
pub(crate) const PEOPLE: Life = Life(0);

/// A place among the events.
pub(crate) type EventKey = (u64, u64);

struct Woken {
    task: usize,
    is_ready: AtomicBool,
    ready: Arc<Mutex<Vec<usize>>>,
}

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        if !self.is_ready.swap(true, Ordering::Relaxed) {
            self.ready.lock().unwrap().push(self.task);
        }
    }
}

struct Task {
    life: Life,
    future: Option<Soon<'static, ()>>,
    woken: Arc<Woken>,
}

struct Event {
    life: Life,
    happens: Box<dyn FnOnce()>,
}

#[derive(Default)]
struct LifeState {
    is_over: bool,
    /// Tasks that have not come to their end.
    tasks: Vec<usize>,
}

/// What the next step is.
pub(crate) enum Next {
    /// A task of this life is polled.
    Task(usize),
    /// The clock has come to an event.
    Event(Box<dyn FnOnce()>),
}

/// Everything that goes on.
pub(crate) struct Run {
    now_ms: Cell<u64>,
    steps: Cell<u64>,
    hash: Cell<u64>,
    tasks: RefCell<Vec<Option<Task>>>,
    ready: Arc<Mutex<Vec<usize>>>,
    events: RefCell<BTreeMap<EventKey, Event>>,
    serial: Cell<u64>,
    lives: RefCell<Vec<LifeState>>,
    /// Whose task is being polled.
    current: Cell<Life>,
    order: RefCell<Dice>,
}

impl Run {
    pub(crate) fn new(seed: u64, now_ms: u64) -> Rc<Run> {
        Rc::new(Run {
            now_ms: Cell::new(now_ms),
            steps: Cell::new(0),
            hash: Cell::new(seed),
            tasks: RefCell::default(),
            ready: Arc::default(),
            events: RefCell::default(),
            serial: Cell::new(0),
            lives: RefCell::new(vec![LifeState::default()]),
            current: Cell::new(PEOPLE),
            order: RefCell::new(Dice::new(seed, 1)),
        })
    }

    pub(crate) fn now_ms(&self) -> u64 {
        self.now_ms.get()
    }

    pub(crate) fn steps(&self) -> u64 {
        self.steps.get()
    }

    /// The same for two runs that went the same way.
    pub(crate) fn hash(&self) -> u64 {
        self.hash.get()
    }

    /// Takes note of something that another run has to do as well.
    pub(crate) fn mix(&self, what: u64) {
        let hash = self.hash.get() ^ what;
        self.hash
            .set(hash.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23));
    }

    /// As [`Run::mix`], of a text.
    pub(crate) fn mix_text(&self, text: &str) {
        let folded = text.bytes().fold(text.len() as u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        self.mix(folded);
    }

    pub(crate) fn current(&self) -> Life {
        self.current.get()
    }

    pub(crate) fn begin(&self) -> Life {
        let mut lives = self.lives.borrow_mut();
        lives.push(LifeState::default());
        Life(lives.len() - 1)
    }

    pub(crate) fn is_over(&self, life: Life) -> bool {
        self.lives.borrow()[life.0].is_over
    }

    /// Whether nothing of this life goes on.
    pub(crate) fn is_idle(&self, life: Life) -> bool {
        self.lives.borrow()[life.0].tasks.is_empty()
    }

    /// Starts a task; its number. Nothing is started in a life that is over.
    pub(crate) fn spawn(&self, life: Life, future: Soon<'static, ()>) -> usize {
        let task = self.tasks.borrow().len();
        if self.is_over(life) {
            self.tasks.borrow_mut().push(None);
            return task;
        }
        let woken = Arc::new(Woken {
            task,
            is_ready: AtomicBool::new(false),
            ready: Arc::clone(&self.ready),
        });
        Arc::clone(&woken).wake();
        self.tasks.borrow_mut().push(Some(Task {
            life,
            future: Some(future),
            woken,
        }));
        self.lives.borrow_mut()[life.0].tasks.push(task);
        task
    }

    /// Drops a task between two steps, if it has not come to its end; whether it had not.
    pub(crate) fn drop_task(&self, task: usize) -> bool {
        let dropped = self.tasks.borrow_mut()[task].take();
        let Some(dropped) = dropped else { return false };
        self.lives.borrow_mut()[dropped.life.0]
            .tasks
            .retain(|t| *t != task);
        true
    }

    /// Ends a life: all its tasks are dropped where they are.
    pub(crate) fn end(&self, life: Life) {
        let tasks = {
            let mut lives = self.lives.borrow_mut();
            lives[life.0].is_over = true;
            std::mem::take(&mut lives[life.0].tasks)
        };
        for task in tasks {
            let dropped = self.tasks.borrow_mut()[task].take();
            drop(dropped);
        }
    }

    /// Has something happen so much later; it is this life's, as far as a crash is concerned.
    pub(crate) fn after(&self, ms: u64, life: Life, happens: impl FnOnce() + 'static) -> EventKey {
        let serial = self.serial.get();
        self.serial.set(serial + 1);
        let key = (self.now_ms() + ms, serial);
        let happens = Box::new(happens);
        self.events
            .borrow_mut()
            .insert(key, Event { life, happens });
        key
    }

    pub(crate) fn cancel(&self, key: EventKey) {
        let gone = self.events.borrow_mut().remove(&key);
        drop(gone);
    }

    /// Chooses the next step, if it comes by `until_ms`: whose it is, and what. The clock may have jumped.
    pub(crate) fn next(&self, until_ms: u64) -> Option<(Life, Next)> {
        loop {
            let task = {
                let mut ready = self.ready.lock().unwrap();
                match ready.len() {
                    0 => break,
                    len => {
                        let at = self.order.borrow_mut().below(len as u64) as usize;
                        ready.swap_remove(at)
                    }
                }
            };
            let tasks = self.tasks.borrow();
            if let Some(task_of) = &tasks[task] {
                let life = task_of.life;
                self.count(task as u64);
                return Some((life, Next::Task(task)));
            }
        }
        let mut events = self.events.borrow_mut();
        let first = events.first_entry()?;
        let (at_ms, serial) = *first.key();
        if at_ms > until_ms {
            return None;
        }
        let event = first.remove();
        self.now_ms.set(at_ms.max(self.now_ms()));
        self.count(serial << 32 | 1);
        Some((event.life, Next::Event(event.happens)))
    }

    fn count(&self, what: u64) {
        self.steps.set(self.steps.get() + 1);
        self.mix(what);
        self.mix(self.now_ms());
    }

    /// Takes the step.
    pub(crate) fn take(&self, life: Life, next: Next) {
        match next {
            Next::Event(happens) => happens(),
            Next::Task(task) => self.poll(life, task),
        }
    }

    fn poll(&self, life: Life, number: usize) {
        let taken = {
            let mut tasks = self.tasks.borrow_mut();
            let task = tasks[number].as_mut();
            task.and_then(|task| {
                let future = task.future.take()?;
                task.woken.is_ready.store(false, Ordering::Relaxed);
                Some((future, Waker::from(Arc::clone(&task.woken))))
            })
        };
        let Some((mut future, waker)) = taken else {
            return;
        };
        self.current.set(life);
        let polled = future.as_mut().poll(&mut Context::from_waker(&waker));
        let is_done = matches!(polled, Poll::Ready(()));
        // Its life may have ended while it was polled: then it ends here.
        let mut kept = Some(future);
        if let Some(task) = self.tasks.borrow_mut()[number].as_mut()
            && !is_done
        {
            task.future = kept.take();
        }
        drop(kept);
        self.current.set(PEOPLE);
        if is_done {
            self.drop_task(number);
        }
    }

    /// Nothing happens until then: the clock comes to it.
    pub(crate) fn comes_to(&self, at_ms: u64) {
        self.now_ms.set(at_ms.max(self.now_ms()));
    }

    /// Drops all that is left: what it holds holds the run itself.
    pub(crate) fn clear(&self) {
        let lives = self.lives.borrow().len();
        for life in 0..lives {
            self.end(Life(life));
        }
        let events = std::mem::take(&mut *self.events.borrow_mut());
        drop(events);
    }
}
