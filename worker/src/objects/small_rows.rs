//! The storage of a small object: rows of JSON, each under a number of its own.

use crate::platform::Storage;
use crate::platform::error::Result;
use crate::platform::rows::{self, Key};

/// A row; none before it was written.
pub(crate) fn read(storage: &Storage, n: u32) -> Result<Option<String>> {
    let key = Key::new(0, n);
    let found = rows::read(storage, (key, key))?.unwrap_or_default();
    Ok(found.into_iter().next().map(|(_, json)| json))
}

/// Writes a row; `is_first` where it was not there.
pub(crate) fn write(storage: &Storage, n: u32, is_first: bool, json: String) -> Result<()> {
    rows::write(storage, is_first, &[], &[(Key::new(0, n), json)])
}
