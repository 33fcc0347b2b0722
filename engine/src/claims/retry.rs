//! `Unheard`: somebody whom the receipt's object could not tell something, and when it tries again. It lies in the record: an
//! object that is idle for ten seconds has no memory.

use serde::{Deserialize, Serialize};

/// The operator's list, among those that are told.
pub const LIST: &str = "list";
/// The shop's own references, which are looked through for what was typed as account number.
pub const NAMES: &str = "names";
/// The object itself: its settings could not be read, or its storage not be written.
pub const ITSELF: &str = "itself";
/// Somebody who could not be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unheard {
    /// A payment's address, [`LIST`], [`NAMES`] or [`ITSELF`].
    pub(super) whom: String,
    /// How often in a row.
    pub(super) failures: u32,
    /// Nothing is told before, in Unix milliseconds.
    pub(super) next_ms: u64,
}
