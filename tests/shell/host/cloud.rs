//! `Cloud`: the simulated platform: places and the instances that stand on them, and the steps of everything. What it does with them is below: `instances`, `storage`, `alarms`
//! and `calls`; when it fails its `Fate` says.

mod alarms;
mod calls;
mod instances;
mod storage;

use super::dice::Dice;
use super::fate::{Fate, Fault, HostRule};
use super::place::Place;
use super::run::{Life, Next, PEOPLE, Run};
use super::shelf::Shelf;
use malipo_shell::platform::class::{Class, Object};
use malipo_shell::platform::error::Result;
use malipo_shell::platform::http::ObjectReply;
use malipo_shell::platform::isolate::Isolate;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::{Rc, Weak};

/// How an instance of an object is made.
pub(crate) type Make = fn(&Rc<Cloud>, Life, usize) -> Rc<dyn Object>;
/// Something that leaves an object as soon as what was written before is durable.
type Out = Box<dyn FnOnce(&Rc<Cloud>)>;
/// Where something was written, at which step, and up to which write.
type Written = (usize, u64, Rc<Cell<u64>>);
/// What an object says to a message.
pub(crate) type Said = Result<ObjectReply>;

/// Who looks on.
pub(crate) trait Watch {
    /// Something of an object became durable.
    fn kept(&self, cloud: &Rc<Cloud>, place: usize);
    /// Somebody writes who has only been asked to read.
    fn writes_reading(&self, cloud: &Rc<Cloud>, place: usize);
    /// An alarm rings.
    fn rings(&self, cloud: &Rc<Cloud>, place: usize);
    /// A request from outside is heard.
    fn begins(&self, url: &str, body: &str);
    /// Somebody outside is answered.
    fn answers(&self, cloud: &Rc<Cloud>, url: &str, body: &str, status: u16);
}

/// One instance of an object.
struct Instance {
    place: usize,
    object: Rc<dyn Object>,
    /// Up to which write of its place it has written.
    written: u64,
    is_replaced: bool,
    /// Replaced before all that it had written was durable.
    is_broken: bool,
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
    last_write: RefCell<Option<Written>>,
    /// The task that has only been asked to read, if one is polled.
    reading: Cell<bool>,
    told: Option<RefCell<Vec<String>>>,
    /// Calls to objects, of edge requests and of objects, and writes: what a payment costs.
    pub(crate) calls: Cell<u64>,
    pub(crate) writes: Cell<u64>,
}

impl Cloud {
    pub(crate) fn new(
        seed: u64,
        now_ms: u64,
        shelf: Shelf,
        make: Make,
        is_told: bool,
    ) -> Rc<Cloud> {
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

    pub(crate) fn watch(&self) -> Option<Rc<dyn Watch>> {
        self.watch.borrow().as_ref().and_then(Weak::upgrade)
    }

    /// Writes a line of the story, if it is told.
    pub(crate) fn tell(&self, line: impl FnOnce() -> String) {
        if let Some(told) = &self.told {
            let ms = self.run.now_ms() % 86_400_000;
            let (h, m, s) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60);
            let step = self.run.steps();
            let line = format!(
                "{step:>6} {h:02}:{m:02}:{s:02}.{:03}  {}",
                ms % 1000,
                line()
            );
            told.borrow_mut().push(line);
        }
    }

    /// The story so far.
    pub(crate) fn story(&self) -> Vec<String> {
        self.told
            .as_ref()
            .map_or_else(Vec::new, |told| told.borrow().clone())
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

    /// How long a client waits that does not wait for the answer.
    pub(crate) fn hangs_up_ms(&self) -> u64 {
        self.network.borrow_mut().below(25)
    }

    /// How long something takes that comes when nobody waits any more.
    pub(crate) fn late_ms(&self) -> u64 {
        *self
            .network
            .borrow_mut()
            .pick(&[3_000, 12_000, 40_000, 70_000])
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

    /// The place of an object; it is found or made.
    pub(crate) fn place_of(&self, class: Class, name: &str) -> usize {
        let (key, mut names) = ((class, name.into()), self.names.borrow_mut());
        if !self.fate.keeps(HostRule::OneObject) {
            names.remove(&key);
        }
        *names.entry(key).or_insert_with(|| {
            let mut places = self.places.borrow_mut();
            places.push(Place::new(class, name));
            places.len() - 1
        })
    }

    /// Looks at a place.
    pub(crate) fn at<T>(&self, place: usize, look: impl FnOnce(&Place) -> T) -> T {
        look(&self.places.borrow()[place])
    }

    /// Changes a place.
    fn change<T>(&self, place: usize, change: impl FnOnce(&mut Place) -> T) -> T {
        change(&mut self.places.borrow_mut()[place])
    }

    /// The places there are.
    pub(crate) fn places(&self) -> usize {
        self.places.borrow().len()
    }

    /// Drops all that is left.
    pub(crate) fn clear(&self) {
        self.run.clear();
        let instances = std::mem::take(&mut *self.instances.borrow_mut());
        drop(instances);
    }
}

/// The beginning of a text.
pub(crate) fn shortened(text: &str) -> String {
    text.chars().take(240).collect()
}
