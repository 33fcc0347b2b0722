//! The journal's versioned record: what is written down, and read again for as long as a payment lives. Beside each event
//! stands what was decided on it: what the shop was told, and by which rules. The fold decides none of that again.

use super::held::Held;
use super::{Effect, Event, Payment};
use crate::json;
use crate::webhook::Kind;
use core::fmt;
use serde::{Deserialize, Serialize};

/// One line of the journal. Identical events that follow each other and change nothing are one line, counted.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// What happened.
    pub event: Event,
    /// When, in Unix milliseconds.
    pub at_ms: u64,
    /// How often; 1 or more.
    pub times: u32,
    /// When for the last time, in Unix milliseconds.
    pub last_at_ms: u64,
    /// What was decided on it.
    pub decided: Decided,
}

/// What was decided on an event when it was written down.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Decided {
    /// By which rules.
    pub(super) held: Held,
    /// What the shop is told, in this order; none where the line does not say so, and the fold derives it.
    pub(super) told: Option<Vec<Kind>>,
}

/// A line that this version cannot read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadableRecord(String);

#[derive(Serialize)]
struct Written<'a> {
    v: u32,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    told: &'a [&'static str],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    held: &'a [u64],
    event: &'a Event,
}

#[derive(Deserialize)]
struct Read {
    v: u32,
    #[serde(default)]
    told: Vec<String>,
    #[serde(default)]
    held: Vec<u64>,
    event: Event,
}

/// The lines of this version say what the shop was told; those of the first do not.
const VERSION: u32 = Held::TODAY.version;

impl Recorded {
    /// `event`, heard of once and decided on by today's rules; what the shop is told of it is derived.
    pub fn once(event: Event, at_ms: u64) -> Recorded {
        Recorded {
            event,
            at_ms,
            times: 1,
            last_at_ms: at_ms,
            decided: Decided::default(),
        }
    }

    /// Whether `event` only says again what this line says.
    pub fn is_repeated_by(&self, event: &Event) -> bool {
        self.event == *event && self.decided.held == Held::TODAY
    }

    /// The line's text: the event, and what was decided on it.
    pub fn text(&self) -> String {
        let Decided { held, told } = &self.decided;
        let told: Vec<&str> = told.iter().flatten().map(|kind| kind.as_str()).collect();
        let written = Written {
            v: held.version,
            told: &told,
            held: held.told(),
            event: &self.event,
        };
        serde_json::to_string(&written).unwrap_or_default()
    }

    /// Reads a line's text; it stands for one time, at 0, until its row says more.
    ///
    /// # Errors
    /// [`UnreadableRecord`] with what is wrong. The payment must not go on without it.
    pub fn read(text: &str) -> Result<Recorded, UnreadableRecord> {
        let unreadable = |why: String| UnreadableRecord(why);
        let read: Read = json::read(text).map_err(|why| unreadable(why.to_string()))?;
        if !(1..=VERSION).contains(&read.v) {
            let (newer, known) = (read.v, VERSION);
            return Err(unreadable(format!(
                "it has version {newer}, this program reads 1 to {known}"
            )));
        }
        let kind = |word: &String| {
            let known = Kind::ALL.into_iter().find(|kind| kind.as_str() == word);
            known.ok_or_else(|| unreadable(format!("the shop was told `{word}`")))
        };
        let told = read.told.iter().map(kind).collect::<Result<_, _>>()?;
        let decided = Decided {
            held: Held::read(read.v, &read.held),
            told: (read.v > 1).then_some(told),
        };
        Ok(Recorded {
            decided,
            ..Recorded::once(read.event, 0)
        })
    }
}

impl Payment {
    /// Carries `event` out as [`Payment::step`] does, and answers its line too, with what was decided.
    pub fn record(&mut self, event: Event, now_ms: u64) -> (Recorded, Vec<Effect>) {
        let told = self.deliveries.len();
        let effects = self.step(&event, now_ms);
        let told = self.deliveries.iter().skip(told).map(|d| d.kind).collect();
        let decided = Decided {
            held: Held::TODAY,
            told: Some(told),
        };
        let line = Recorded {
            decided,
            ..Recorded::once(event, now_ms)
        };
        (line, effects)
    }
}

impl fmt::Display for UnreadableRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a journal record cannot be read: {}", self.0)
    }
}
