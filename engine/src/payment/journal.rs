//! The journal's versioned record: what is written down, and read again for as long as a payment lives.

use super::Event;
use crate::json;
use core::fmt;
use serde::{Deserialize, Serialize};

/// One line of the journal. Identical query answers that follow each other are one line, counted.
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
}

/// A line that this version cannot read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadableRecord(String);

#[derive(Serialize, Deserialize)]
struct Versioned<E> {
    v: u32,
    event: E,
}

/// Raised when a record's form changes; older forms stay readable.
const VERSION: u32 = 1;

impl Recorded {
    /// `event`, heard of once.
    pub fn once(event: Event, at_ms: u64) -> Recorded {
        Recorded {
            event,
            at_ms,
            times: 1,
            last_at_ms: at_ms,
        }
    }

    /// Whether `event` only says again what this line says.
    pub fn is_repeated_by(&self, event: &Event) -> bool {
        matches!(event, Event::QueryAnswered { .. }) && self.event == *event
    }

    /// The event's text.
    pub fn encode(event: &Event) -> String {
        serde_json::to_string(&Versioned { v: VERSION, event }).unwrap_or_default()
    }

    /// Reads an event's text.
    ///
    /// # Errors
    /// [`UnreadableRecord`] with what is wrong. The payment must not go on without it.
    pub fn decode(text: &str) -> Result<Event, UnreadableRecord> {
        let versioned: Versioned<Event> =
            json::read(text).map_err(|why| UnreadableRecord(why.to_string()))?;
        match versioned.v {
            VERSION => Ok(versioned.event),
            newer => Err(UnreadableRecord(format!(
                "it has version {newer}, this program reads {VERSION}"
            ))),
        }
    }
}

impl fmt::Display for UnreadableRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a journal record cannot be read: {}", self.0)
    }
}
