//! `Home`: what an object has of its own: rows, an alarm and, where an object needs them, tables. Nothing in it is asynchronous: between
//! a reading and a writing nobody else has a turn.

use super::error::Result;
use super::rows::{Key, Span};
use super::sql::SqlValue;

/// The clock by which alarms ring may be this much ahead of the object's, in milliseconds.
pub const CLOCKS_APART_MS: u64 = 3_000;

/// When an alarm has to ring that is set while another rings. What is not due yet by the object's own clock, but in a moment, may be what it
/// was rung for: it rings again when that clock is surely there too, and not at once, again and again.
#[must_use]
pub fn ring_again_ms(due_at_ms: u64, now_ms: u64) -> u64 {
    match due_at_ms > now_ms + CLOCKS_APART_MS {
        true => due_at_ms,
        false => due_at_ms.max(now_ms) + CLOCKS_APART_MS,
    }
}

/// What becomes of the object's alarm. An object has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alarm {
    /// It stays as it is.
    Leave,
    /// It rings then, in Unix milliseconds.
    At(u64),
    /// It does not ring.
    Off,
}

/// Rows that go and rows that come: all of it or nothing.
#[derive(Debug, Default)]
pub struct Batch {
    /// These go first.
    pub drop: Vec<Span>,
    /// Then these are there, each in place of one of its key.
    pub put: Vec<(Key, String)>,
}

/// An object's own storage.
pub trait Home {
    /// How the platform calls the object, for the log: its name is not known to it.
    fn id(&self) -> String;

    /// The rows of these keys, in order; none where the object holds nothing. Reading creates nothing.
    ///
    /// # Errors
    /// The storage does not answer, or this instance was replaced: nothing more may leave it.
    fn rows(&self, span: Span) -> Result<Option<Vec<(Key, String)>>>;

    /// Writes rows and alarm together: all of it or nothing. Nothing that follows leaves the object before it is kept for good; if it
    /// cannot be kept, the object is started anew as it was before, and what followed has not left.
    ///
    /// # Errors
    /// Nothing was written, and the alarm is as it was.
    fn write(&self, batch: &Batch, alarm: Alarm) -> Result<()>;

    /// Deletes all that the object holds: rows, tables and alarm.
    ///
    /// # Errors
    /// Nothing was deleted.
    fn erase(&self) -> Result<()>;

    /// Runs a statement on the object's own tables: the column `v` of what it answers, which is a text.
    ///
    /// # Errors
    /// The storage does not take it, or `v` is a number or null.
    fn sql(&self, statement: &str, values: &[SqlValue<'_>]) -> Result<Vec<String>>;

    /// Runs statements as one: all that they write, or nothing.
    ///
    /// # Errors
    /// `body`'s own, or the storage's: nothing was written.
    fn transaction(&self, body: &mut dyn FnMut() -> Result<()>) -> Result<()>;
}
