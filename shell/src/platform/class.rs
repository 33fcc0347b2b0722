//! `Object`: what each of the shell's objects is to the platform that keeps it, and the classes that there are.

use super::error::Result;
use super::http::ObjectReply;
use super::soon::Soon;
use std::rc::Rc;

/// Of which kind an object is. Each is found by its class and its name within the class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// One payment's journal and all that acts on it.
    Payment,
    /// One receipt's record, and what is left to be told of it.
    Receipt,
    /// The holder of a Daraja app's token.
    Daraja,
    /// The merchants' rows.
    Merchants,
    /// A shop's people.
    Desk,
    /// One day's payments.
    Roster,
    /// One handset's lease and waits.
    Subscriber,
    /// One address's unanswered prompts.
    Quota,
    /// What one idempotency key was used for.
    Key,
}

/// One object, as this instance of it. Nothing that counts lies in its memory: what a panic leaves is read anew from storage.
pub trait Object {
    /// Answers a message of another object or of the edge.
    ///
    /// # Errors
    /// It cannot be read, or the storage does not answer: whoever sent it does not know what became of it.
    fn hear(self: Rc<Self>, message: String) -> Soon<'static, Result<ObjectReply>>;
    /// Its alarm rings. What is left to be done has an alarm of its own before this begins.
    ///
    /// # Errors
    /// That alarm could not be set, and nothing was begun: the platform rings again.
    fn ring(self: Rc<Self>) -> Soon<'static, Result<()>>;
}
