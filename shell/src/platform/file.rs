//! `File`: a built file of `dist/`, as the platform gives it.

use super::error::Result;
use super::soon::Soon;
use std::any::Any;

/// A file's bytes, where they lie: they go to whoever asked without passing through here.
pub trait Content {
    /// All of it, as text.
    ///
    /// # Errors
    /// It broke off.
    fn text(self: Box<Self>) -> Soon<'static, Result<String>>;
    /// For the platform, which knows what it has given.
    fn into_any(self: Box<Self>) -> Box<dyn Any>;
}

/// A file, and whether it is sent with the headers that the platform gives it.
pub struct File {
    /// 200, or 304 where the caller has it already; anything else is no file.
    pub status: u16,
    /// Its bytes.
    pub content: Box<dyn Content>,
    /// Whether the platform's own headers go with it.
    pub has_own_headers: bool,
}

impl File {
    /// The bytes alone: whoever sends them says what they are.
    #[must_use]
    pub fn without_headers(self) -> File {
        File {
            has_own_headers: false,
            ..self
        }
    }
}
