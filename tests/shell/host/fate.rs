//! `Fate`: what goes wrong at the host: by rates, and at one planned point. Each fault is counted.

use super::dice::Dice;
use std::cell::{Cell, RefCell};

macro_rules! faults {
    ($($name:ident $text:literal,)*) => {
        /// What a host does to those who stand on it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Fault { $($name,)* }

        impl Fault {
            pub(crate) const ALL: &[(Fault, &str)] = &[$((Fault::$name, $text),)*];
        }
    };
}

faults! {
    CrashKept "a life ends, and what it wrote is kept",
    CrashLost "a life ends, and what it wrote last is lost",
    Replaced "an instance is replaced, and goes on beside the new one",
    NotWritten "the storage takes nothing",
    Away "an object is away for a while",
    CallLost "a message to an object is lost",
    AnswerLost "an answer is lost: what was asked is done",
    SlowAnswer "an answer takes seconds",
    Late "a message arrives when nobody waits for it any more",
    SendLost "a request to another's server is lost",
    LedgerAway "the ledger is away",
    KvAway "KV is away",
    KvStale "KV answers with what was a minute ago",
    AlarmLate "an alarm rings late",
    AlarmIdle "an alarm rings without a cause",
    AlarmLost "an alarm is lost",
    Slow "a write is durable late",
    Evicted "an idle instance leaves memory",
    ClientLeft "a client leaves",
}

pub(crate) const FAULTS: usize = Fault::ALL.len();

/// From this step on, once.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Point {
    pub(crate) step: u64,
    pub(crate) fault: Fault,
}

/// What goes wrong.
pub(crate) struct Fate {
    /// So often in ten thousand.
    rates: RefCell<[u16; FAULTS]>,
    point: Cell<Option<Point>>,
    dice: RefCell<Dice>,
    pub(crate) counts: RefCell<[u64; FAULTS]>,
    /// Where each could have struck, if that is asked for.
    chances: RefCell<Option<Vec<Point>>>,
    /// A rule of the host that a test breaks.
    broken: Cell<Option<HostRule>>,
}

/// A rule of the host that a test takes away, to see that somebody notices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HostRule {
    /// Nothing leaves before what was written is durable.
    Gate,
    /// A replaced instance hears that it is.
    Gone,
    /// An alarm that did not come to its end rings again.
    AlarmAgain,
    /// What was provisional is lost with the instance.
    Provisional,
    /// Rows and alarm are written together.
    Together,
    /// A crash ends all that is in memory.
    Memory,
    /// An alarm rings at its time, not before.
    OnTime,
    /// One name is one object.
    OneObject,
    /// A message that is lost is not heard.
    Lost,
    /// D1 takes a batch whole or not at all.
    Whole,
    /// A transaction that fails is undone.
    Undone,
    /// No server is waited for longer than the limit.
    Limit,
}

impl HostRule {
    pub(crate) const ALL: [HostRule; 12] = [
        HostRule::Gate,
        HostRule::Gone,
        HostRule::AlarmAgain,
        HostRule::Provisional,
        HostRule::Together,
        HostRule::Memory,
        HostRule::OnTime,
        HostRule::OneObject,
        HostRule::Lost,
        HostRule::Whole,
        HostRule::Undone,
        HostRule::Limit,
    ];
}

impl Fate {
    pub(crate) fn new(seed: u64) -> Fate {
        Fate {
            rates: RefCell::new([0; FAULTS]),
            point: Cell::new(None),
            dice: RefCell::new(Dice::new(seed, 2)),
            counts: RefCell::new([0; FAULTS]),
            chances: RefCell::new(None),
            broken: Cell::new(None),
        }
    }

    pub(crate) fn set_rate(&self, fault: Fault, rate: u16) {
        self.rates.borrow_mut()[fault as usize] = rate;
    }

    /// From here on nothing goes wrong any more.
    pub(crate) fn calm(&self) {
        *self.rates.borrow_mut() = [0; FAULTS];
        self.point.set(None);
    }

    /// Whether nothing was ever to go wrong.
    pub(crate) fn is_calm(&self) -> bool {
        self.point.get().is_none() && self.counts.borrow().iter().all(|count| *count == 0)
    }

    /// Whether this has happened.
    pub(crate) fn has_struck(&self, fault: Fault) -> bool {
        self.counts.borrow()[fault as usize] > 0
    }

    pub(crate) fn plan(&self, point: Option<Point>) {
        self.point.set(point);
    }

    /// Takes note from now on of where a fault could strike.
    pub(crate) fn notes_chances(&self) {
        *self.chances.borrow_mut() = Some(Vec::new());
    }

    /// Where each could have struck.
    pub(crate) fn chances(&self) -> Vec<Point> {
        self.chances.borrow().clone().unwrap_or_default()
    }

    pub(crate) fn take_away(&self, rule: Option<HostRule>) {
        self.broken.set(rule);
    }

    pub(crate) fn keeps(&self, rule: HostRule) -> bool {
        self.broken.get() != Some(rule)
    }

    /// Whether it strikes at this step; it is counted.
    pub(crate) fn strikes(&self, fault: Fault, step: u64) -> bool {
        if let Some(chances) = self.chances.borrow_mut().as_mut() {
            chances.push(Point { step, fault });
        }
        let planned = self.point.get();
        let is_planned = planned.is_some_and(|at| at.fault == fault && step >= at.step);
        if is_planned {
            self.point.set(None);
        }
        let rate = self.rates.borrow()[fault as usize];
        let strikes =
            is_planned || (rate > 0 && self.dice.borrow_mut().below(10_000) < u64::from(rate));
        if strikes {
            self.counts.borrow_mut()[fault as usize] += 1;
        }
        strikes
    }
}
