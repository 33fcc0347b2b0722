//! The storage of a small object: rows of JSON, each under a number of its own.

use crate::platform::error::Result;
use crate::platform::home::{Alarm, Batch, Home};
use crate::platform::rows::Key;

/// A row; none before it was written.
pub(crate) fn read(home: &dyn Home, n: u32) -> Result<Option<String>> {
    let key = Key::new(0, n);
    let found = home.rows((key, key))?.unwrap_or_default();
    Ok(found.into_iter().next().map(|(_, json)| json))
}

/// Writes a row, and with it the alarm.
pub(crate) fn write(home: &dyn Home, n: u32, json: String, alarm: Alarm) -> Result<()> {
    let batch = Batch {
        drop: vec![],
        put: vec![(Key::new(0, n), json)],
    };
    home.write(&batch, alarm)
}
