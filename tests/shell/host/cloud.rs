//! `Cloud`: the simulated platform: places and their instances, the output gate, alarms, and messages between objects. It makes crashes,
//! replacements and evictions of them, as its `Fate` says.

use super::dice::Dice;
use super::fate::{Fate, Fault, HostRule};
use super::place::{Place, Ringing};
use super::promise::Tell;
use super::run::{Life, Next, PEOPLE, Run};
use super::shelf::Shelf;
use malipo_shell::platform::class::{Class, Object};
use malipo_shell::platform::error::{Error, Result};
use malipo_shell::platform::home::{Alarm, Batch};
use malipo_shell::platform::http::ObjectReply;
use malipo_shell::platform::isolate::Isolate;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::{Rc, Weak};

/// How an instance of an object is made.
pub(crate) type Make = fn(&Rc<Cloud>, Life, usize) -> Rc<dyn Object>;
/// Something that leaves an object as soon as what was written before is durable.
type Out = Box<dyn FnOnce(&Rc<Cloud>)>;
/// What an object says to a message.
pub(crate) type Said = Result<ObjectReply>;

/// An idle object leaves memory after this.
const IDLE_MS: u64 = 10_000;
/// A replaced instance goes on for at most this.
const BESIDE_MS: u64 = 30_000;
/// After a handler of an alarm that failed, doubling.
const RING_AGAIN_MS: u64 = 2_000;
const RING_TRIES_MAX: u32 = 6;

/// Who looks on.
pub(crate) trait Watch {
    /// Something of an object became durable.
    fn kept(&self, cloud: &Rc<Cloud>, place: usize);
    /// Somebody writes who has only been asked to read.
    fn writes_reading(&self, cloud: &Rc<Cloud>, place: usize);
    /// An alarm rings.
    fn rings(&self, cloud: &Rc<Cloud>, place: usize);
    /// An object hears this.
    fn heard(&self, cloud: &Rc<Cloud>, place: usize, message: &str);
}

/// One instance of an object.
struct Instance {
    place: usize,
    object: Rc<dyn Object>,
    /// Up to which write of its place it has written.
    written: u64,
    is_replaced: bool,
    gated: Vec<(u64, Out)>,
}

/// The platform.
pub(crate) struct Cloud {
    pub(crate) run: Rc<Run>,
    pub(crate) fate: Fate,
    pub(crate) shelf: Shelf,
    places: RefCell<Vec<Place>>,
    names: RefCell<BTreeMap<(Class, Rc<str>), usize>>,
    instances: RefCell<BTreeMap<Life, Instance>>,
    isolates: RefCell<Vec<Rc<Isolate>>>,
    network: RefCell<Dice>,
    storage: RefCell<Dice>,
    make: Make,
    watch: RefCell<Option<Weak<dyn Watch>>>,
    /// Writes of one step become durable together: where, at which step, and up to which.
    last_write: RefCell<Option<(usize, u64, Rc<Cell<u64>>)>>,
    /// The task that has only been asked to read, if one is polled.
    reading: Cell<bool>,
    told: Option<RefCell<Vec<String>>>,
    /// Calls to objects, of edge requests and of objects, and writes: what a payment costs.
    pub(crate) calls: Cell<u64>,
    pub(crate) writes: Cell<u64>,
}

impl Cloud {
    pub(crate) fn new(seed: u64, now_ms: u64, shelf: Shelf, make: Make, is_told: bool) -> Rc<Cloud> {
        Rc::new(Cloud {
            run: Run::new(seed, now_ms),
            fate: Fate::new(seed),
            shelf,
            places: RefCell::default(),
            names: RefCell::default(),
            instances: RefCell::default(),
            isolates: RefCell::new((0..3).map(|_| Rc::default()).collect()),
            network: RefCell::new(Dice::new(seed, 3)),
            storage: RefCell::new(Dice::new(seed, 4)),
            make,
            watch: RefCell::new(None),
            last_write: RefCell::new(None),
            reading: Cell::new(false),
            told: is_told.then(RefCell::default),
            calls: Cell::new(0),
            writes: Cell::new(0),
        })
    }

    pub(crate) fn watched_by(&self, watch: Weak<dyn Watch>) {
        *self.watch.borrow_mut() = Some(watch);
    }

    fn watch(&self) -> Option<Rc<dyn Watch>> {
        self.watch.borrow().as_ref().and_then(Weak::upgrade)
    }

    /// Writes a line of the story, if it is told.
    pub(crate) fn tell(&self, line: impl FnOnce() -> String) {
        if let Some(told) = &self.told {
            let ms = self.run.now_ms() % 86_400_000;
            let (h, m, s) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60);
            let step = self.run.steps();
            let line = format!("{step:>6} {h:02}:{m:02}:{s:02}.{:03}  {}", ms % 1000, line());
            told.borrow_mut().push(line);
        }
    }

    /// The story so far.
    pub(crate) fn story(&self) -> Vec<String> {
        self.told.as_ref().map_or_else(Vec::new, |told| told.borrow().clone())
    }

    /// An isolate for a life that begins.
    pub(crate) fn isolate(&self) -> Rc<Isolate> {
        let isolates = self.isolates.borrow();
        let at = self.storage.borrow_mut().below(isolates.len() as u64) as usize;
        Rc::clone(&isolates[at])
    }

    /// How long something takes on its way between two of ours.
    pub(crate) fn hop_ms(&self) -> u64 {
        self.network.borrow_mut().below(8)
    }

    /// How long something takes that comes when nobody waits any more.
    pub(crate) fn late_ms(&self) -> u64 {
        *self.network.borrow_mut().pick(&[3_000, 12_000, 40_000, 70_000])
    }

    pub(crate) fn strikes(&self, fault: Fault) -> bool {
        let strikes = self.fate.strikes(fault, self.run.steps());
        if strikes {
            self.tell(|| format!("  fate: {}", Fault::ALL[fault as usize].1));
        }
        strikes
    }

    /// Goes on until nothing happens any more, or the clock would pass `until_ms`, or this is so.
    pub(crate) fn go(self: &Rc<Self>, until_ms: u64, is_enough: impl Fn() -> bool) {
        while !is_enough()
            && let Some((life, next)) = self.run.next(until_ms)
        {
            self.step(life, next);
        }
    }

    fn step(self: &Rc<Self>, life: Life, next: Next) {
        if life != PEOPLE && !self.run.is_over(life) {
            if self.strikes(Fault::CrashKept) {
                self.crash(life, true);
            } else if self.strikes(Fault::CrashLost) {
                self.crash(life, false);
            } else if self.is_instance(life) && self.strikes(Fault::Replaced) {
                self.replace(life);
            }
        }
        self.run.take(life, next);
        self.reading.set(false);
    }

    pub(crate) fn is_instance(&self, life: Life) -> bool {
        self.instances.borrow().contains_key(&life)
    }

    /// The place of an object; it is found or made.
    pub(crate) fn place_of(&self, class: Class, name: &str) -> usize {
        let mut names = self.names.borrow_mut();
        *names.entry((class, name.into())).or_insert_with(|| {
            let mut places = self.places.borrow_mut();
            places.push(Place::new(class, name));
            places.len() - 1
        })
    }

    /// Looks at a place.
    pub(crate) fn at<T>(&self, place: usize, look: impl FnOnce(&Place) -> T) -> T {
        look(&self.places.borrow()[place])
    }

    /// Changes a place by hand: a test does.
    pub(crate) fn change<T>(&self, place: usize, change: impl FnOnce(&mut Place) -> T) -> T {
        change(&mut self.places.borrow_mut()[place])
    }

    /// The places there are.
    pub(crate) fn places(&self) -> usize {
        self.places.borrow().len()
    }

    /// The present instance of an object; one that has been idle may have left memory.
    pub(crate) fn present(self: &Rc<Self>, place: usize) -> (Life, Rc<dyn Object>) {
        let now_ms = self.run.now_ms();
        let (present, idle_ms) =
            self.at(place, |at| (at.instance, now_ms.saturating_sub(at.last_used_ms)));
        if let Some(life) = present {
            let is_idle = self.run.is_idle(life) && !self.at(place, Place::is_provisional);
            let leaves = is_idle && (idle_ms > IDLE_MS || self.strikes(Fault::Evicted));
            if !leaves {
                self.change(place, |at| at.last_used_ms = now_ms);
                let object = self.instances.borrow().get(&life).map(|of| Rc::clone(&of.object));
                return (life, object.unwrap());
            }
            self.forget(life);
        }
        let life = self.run.begin();
        self.change(place, |at| {
            at.instance = Some(life);
            at.last_used_ms = now_ms;
        });
        let object = (self.make)(self, life, place);
        let instance = Instance {
            place,
            object: Rc::clone(&object),
            written: 0,
            is_replaced: false,
            gated: Vec::new(),
        };
        self.instances.borrow_mut().insert(life, instance);
        (life, object)
    }

    fn forget(&self, life: Life) {
        self.run.end(life);
        let gone = self.instances.borrow_mut().remove(&life);
        drop(gone);
    }

    /// A life ends between two steps. What an object wrote last is kept or not, and what waited for that does not leave.
    pub(crate) fn crash(self: &Rc<Self>, life: Life, is_kept: bool) {
        let place = self.instances.borrow().get(&life).map(|of| of.place);
        self.tell(|| match place {
            Some(place) => format!("  crash of {}", self.at(place, |at| format!("{:?} {}", at.class, at.name))),
            None => "  crash at the edge".to_owned(),
        });
        self.forget(life);
        let Some(place) = place else { return };
        if self.at(place, |at| at.instance == Some(life)) {
            let is_kept = is_kept || !self.fate.keeps(HostRule::Provisional);
            self.change(place, |at| {
                at.instance = None;
                let written = at.written;
                at.keep(if is_kept { written } else { 0 });
                at.lose();
            });
            self.rang_in_vain(place, life);
            if is_kept {
                self.became_durable(place);
            }
        }
    }

    /// Another instance takes its place, and it goes on beside that one.
    pub(crate) fn replace(self: &Rc<Self>, life: Life) {
        let gated = {
            let mut instances = self.instances.borrow_mut();
            let Some(of) = instances.get_mut(&life).filter(|of| !of.is_replaced) else {
                return;
            };
            of.is_replaced = true;
            (of.place, std::mem::take(&mut of.gated))
        };
        let (place, gated) = gated;
        drop(gated);
        self.tell(|| self.at(place, |at| format!("  replaced: {:?} {}", at.class, at.name)));
        if self.at(place, |at| at.instance == Some(life)) {
            self.change(place, |at| {
                at.instance = None;
                at.lose();
            });
            self.rang_in_vain(place, life);
        }
        let cloud = Rc::clone(self);
        self.run.after(BESIDE_MS, PEOPLE, move || cloud.forget(life));
    }

    /// Whether this life may touch the storage.
    pub(crate) fn check_present(&self, life: Life, place: usize) -> Result<()> {
        let is_present = self.at(place, |at| at.instance == Some(life));
        if is_present || !self.fate.keeps(HostRule::Gone) {
            return Ok(());
        }
        Err(Error::new("this instance was replaced"))
    }

    /// An instance writes.
    pub(crate) fn write(self: &Rc<Self>, life: Life, place: usize, batch: &Batch, alarm: Alarm) -> Result<()> {
        self.check_present(life, place)?;
        if self.strikes(Fault::NotWritten) {
            return Err(Error::new("the storage takes nothing"));
        }
        let is_apart = !self.fate.keeps(HostRule::Together);
        self.change(place, |at| match is_apart && !batch.put.is_empty() {
            true => at.write(batch, Alarm::Leave),
            false => at.write(batch, alarm),
        });
        self.wrote(life, place);
        Ok(())
    }

    /// A write, of whatever kind: provisional until it is durable.
    pub(crate) fn wrote(self: &Rc<Self>, life: Life, place: usize) {
        self.writes.set(self.writes.get() + 1);
        if self.reading.get()
            && let Some(watch) = self.watch()
        {
            watch.writes_reading(self, place);
        }
        let written = self.at(place, |at| at.written);
        self.run.mix(written << 16 | place as u64);
        if let Some(of) = self.instances.borrow_mut().get_mut(&life) {
            of.written = written;
        }
        let step = self.run.steps();
        if let Some((at, when, up_to)) = self.last_write.borrow().as_ref()
            && (*at, *when) == (place, step)
        {
            return up_to.set(written);
        }
        let up_to = Rc::new(Cell::new(written));
        *self.last_write.borrow_mut() = Some((place, step, Rc::clone(&up_to)));
        let ms = match self.strikes(Fault::Slow) {
            true => self.storage.borrow_mut().between(500, 4_000),
            false => self.storage.borrow_mut().below(6),
        };
        let cloud = Rc::clone(self);
        self.run.after(ms, life, move || cloud.keep(life, place, up_to.get()));
    }

    fn keep(self: &Rc<Self>, life: Life, place: usize, written: u64) {
        if self.at(place, |at| at.instance != Some(life)) {
            return;
        }
        if self.change(place, |at| at.keep(written)) {
            self.became_durable(place);
        }
        let mut free = Vec::new();
        if let Some(of) = self.instances.borrow_mut().get_mut(&life) {
            for (n, out) in std::mem::take(&mut of.gated) {
                match n <= written {
                    true => free.push(out),
                    false => of.gated.push((n, out)),
                }
            }
        }
        for out in free {
            out(self);
        }
    }

    fn became_durable(self: &Rc<Self>, place: usize) {
        self.arm(place);
        if let Some(watch) = self.watch() {
            watch.kept(self, place);
        }
    }

    /// Lets something out when all that this life has written is durable.
    pub(crate) fn out(self: &Rc<Self>, life: Life, out: impl FnOnce(&Rc<Cloud>) + 'static) {
        if self.fate.keeps(HostRule::Gate)
            && let Some(of) = self.instances.borrow_mut().get_mut(&life)
            && self.at(of.place, |at| at.kept < of.written)
            && !of.is_replaced
        {
            of.gated.push((of.written, Box::new(out)));
            return;
        }
        out(self);
    }

    /// Has the alarm ring when it has to.
    fn arm(self: &Rc<Self>, place: usize) {
        let (alarm, armed) = self.at(place, |at| (at.durable.alarm.filter(|_| at.ringing.is_none()), at.armed));
        if alarm == armed.map(|(at_ms, _)| at_ms) {
            return;
        }
        if let Some((_, key)) = armed {
            self.run.cancel(key);
        }
        let armed = alarm.map(|at_ms| {
            let late_ms = match self.strikes(Fault::AlarmLate) {
                true => self.storage.borrow_mut().below(60_000),
                false => self.storage.borrow_mut().below(40),
            };
            let wait_ms = at_ms.saturating_sub(self.run.now_ms()) + late_ms;
            let cloud = Rc::clone(self);
            let key = self.run.after(wait_ms, PEOPLE, move || cloud.ring(place));
            (at_ms, key)
        });
        self.change(place, |at| at.armed = armed);
    }

    /// Rings now, whatever the alarm says.
    pub(crate) fn ring(self: &Rc<Self>, place: usize) {
        let alarm = self.change(place, |at| {
            at.armed = None;
            at.durable.alarm
        });
        let Some(at_ms) = alarm else { return };
        if self.strikes(Fault::AlarmLost) {
            return self.change(place, |at| {
                at.rang(at_ms);
                at.has_lost_alarm = true;
            });
        }
        self.change(place, |at| {
            at.rang(at_ms);
            at.rings.push(self.run.now_ms());
        });
        if let Some(watch) = self.watch() {
            watch.rings(self, place);
        }
        let (life, object) = self.present(place);
        let tries = self.at(place, |at| at.failed);
        self.change(place, |at| at.ringing = Some(Ringing { life, tries }));
        self.tell(|| self.at(place, |at| format!("alarm of {:?} {}", at.class, at.name)));
        let cloud = Rc::clone(self);
        self.run.spawn(
            life,
            Box::pin(async move {
                object.ring().await;
                // It has come to its end when what it wrote is durable.
                cloud.out(life, move |cloud| {
                    cloud.change(place, |at| {
                        at.ringing = None;
                        at.failed = 0;
                    });
                    cloud.arm(place);
                });
            }),
        );
    }

    /// The instance in which an alarm rang is gone: the platform rings again.
    fn rang_in_vain(self: &Rc<Self>, place: usize, life: Life) {
        let ringing = self.at(place, |at| at.ringing.filter(|ringing| ringing.life == life));
        let Some(Ringing { tries, .. }) = ringing else { return };
        let again_ms = self.run.now_ms() + (RING_AGAIN_MS << tries);
        let rings_again = self.fate.keeps(HostRule::AlarmAgain) && tries < RING_TRIES_MAX;
        self.change(place, |at| {
            at.ringing = None;
            at.failed = tries + 1;
            if at.durable.alarm.is_none() && rings_again {
                at.ring_again(again_ms);
            }
        });
        self.arm(place);
    }

    /// Carries a message to an object; `tell` hears what it says.
    pub(crate) fn call(self: &Rc<Self>, from: Life, class: Class, name: String, message: String, tell: Tell<Said>) {
        self.out(from, move |cloud| {
            cloud.calls.set(cloud.calls.get() + 1);
            let ms = match cloud.strikes(Fault::CallLost) {
                true => return cloud.lose(tell),
                false if cloud.strikes(Fault::Late) => cloud.late_ms(),
                false => cloud.hop_ms(),
            };
            let to = Rc::clone(cloud);
            cloud.run.after(ms, PEOPLE, move || to.deliver(class, &name, message, tell));
        });
    }

    /// Nobody hears, a little later.
    pub(crate) fn lose<T: 'static>(self: &Rc<Self>, tell: Tell<T>) {
        let ms = self.network.borrow_mut().between(20, 400);
        self.run.after(ms, PEOPLE, move || drop(tell));
    }

    fn deliver(self: &Rc<Self>, class: Class, name: &str, message: String, tell: Tell<Said>) {
        let place = self.place_of(class, name);
        self.tell(|| format!("{class:?} {name} hears {}", shortened(&message)));
        self.run.mix_text(&message);
        if let Some(watch) = self.watch() {
            watch.heard(self, place, &message);
        }
        let (life, object) = self.present(place);
        let is_reading = class == Class::Payment && is_reading(&message);
        let cloud = Rc::clone(self);
        let hears = async move {
            let said = object.hear(message).await;
            cloud.out(life, move |cloud| {
                cloud.tell(|| match &said {
                    Ok(said) => format!("   … says {} {}", said.status, shortened(&said.text)),
                    Err(why) => format!("   … fails: {why}"),
                });
                if cloud.strikes(Fault::AnswerLost) {
                    return cloud.lose(tell);
                }
                let ms = cloud.hop_ms();
                cloud.run.after(ms, PEOPLE, move || tell.say(said));
            });
        };
        let cloud = Rc::clone(self);
        let hears = Box::pin(hears);
        self.run.spawn(life, match is_reading {
            true => Box::pin(Reads { cloud, hears }),
            false => hears,
        });
    }

    /// Drops all that is left.
    pub(crate) fn clear(&self) {
        self.run.clear();
        let instances = std::mem::take(&mut *self.instances.borrow_mut());
        drop(instances);
    }
}

/// Whether a payment is only asked how it is.
fn is_reading(message: &str) -> bool {
    [r#""what":{"Read""#, r#""what":{"Quote""#, r#""what":"Show""#]
        .iter()
        .any(|what| message.contains(what))
}

/// The beginning of a text.
pub(crate) fn shortened(text: &str) -> String {
    text.chars().take(240).collect()
}

/// A task that has only been asked to read.
struct Reads {
    cloud: Rc<Cloud>,
    hears: malipo_shell::platform::host::Soon<'static, ()>,
}

impl Future for Reads {
    type Output = ();

    fn poll(mut self: std::pin::Pin<&mut Self>, context: &mut std::task::Context<'_>) -> std::task::Poll<()> {
        self.cloud.reading.set(true);
        let polled = self.hears.as_mut().poll(context);
        self.cloud.reading.set(false);
        polled
    }
}
