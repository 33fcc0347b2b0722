//! `Error`: something that cannot be answered in the API's own words: storage, the platform, a message that cannot be read. It is logged
//! with its place; whoever asked learns no more than that it happened here.

use core::fmt;

/// What may fail in a way that the API has no word for.
pub type Result<T, E = Error> = core::result::Result<T, E>;

/// What went wrong, for the log.
#[derive(Debug, Clone)]
pub struct Error(String);

impl Error {
    /// An error of this text.
    pub fn new(what: impl Into<String>) -> Error {
        Error(what.into())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<serde_json::Error> for Error {
    fn from(why: serde_json::Error) -> Error {
        Error(why.to_string())
    }
}
