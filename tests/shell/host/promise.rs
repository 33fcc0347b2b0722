//! Promises: a `Tell` is kept by whoever will answer, a `Heard` is waited for by the life that asked, and by no other. A `Timer` is the
//! same with the clock.

use super::run::{EventKey, Life, Run};
use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

struct Slot<T> {
    value: Option<T>,
    is_gone: bool,
    waker: Option<Waker>,
}

/// The side that answers. Dropped, it says that no answer comes.
pub(crate) struct Tell<T>(Rc<RefCell<Slot<T>>>);

/// The side that waits.
pub(crate) struct Heard<T> {
    slot: Rc<RefCell<Slot<T>>>,
    run: Rc<Run>,
    life: Life,
}

/// Both sides of one answer, for this life.
pub(crate) fn promise<T>(run: &Rc<Run>, life: Life) -> (Tell<T>, Heard<T>) {
    let slot = Rc::new(RefCell::new(Slot {
        value: None,
        is_gone: false,
        waker: None,
    }));
    let tell = Tell(Rc::clone(&slot));
    let run = Rc::clone(run);
    (tell, Heard { slot, run, life })
}

impl<T> Tell<T> {
    pub(crate) fn say(self, value: T) {
        self.0.borrow_mut().value = Some(value);
    }
}

impl<T> Drop for Tell<T> {
    fn drop(&mut self) {
        let waker = {
            let mut slot = self.0.borrow_mut();
            slot.is_gone = true;
            slot.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl<T> Future for Heard<T> {
    type Output = Option<T>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        let (waits, polls) = (self.life, self.run.current());
        assert_eq!(
            waits, polls,
            "a future is waited for by a life that did not make it"
        );
        let mut slot = self.slot.borrow_mut();
        if let Some(value) = slot.value.take() {
            return Poll::Ready(Some(value));
        }
        if slot.is_gone {
            return Poll::Ready(None);
        }
        slot.waker = Some(context.waker().clone());
        Poll::Pending
    }
}

/// Waits for the clock.
pub(crate) struct Timer {
    heard: Heard<()>,
    key: EventKey,
}

impl Timer {
    pub(crate) fn new(run: &Rc<Run>, life: Life, ms: u64) -> Timer {
        let (tell, heard) = promise(run, life);
        let key = run.after(ms, life, move || tell.say(()));
        Timer { heard, key }
    }
}

impl Future for Timer {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        Pin::new(&mut self.heard).poll(context).map(|_| ())
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        self.heard.run.cancel(self.key);
    }
}
