//! Running an installer quietly.

use std::process::Command;

use anyhow::Result;

use crate::{child, places};

/// Runs an installer quietly; its words go to a file, and to the reader when it fails.
pub(super) fn install(command: &mut Command, what: &str) -> Result<()> {
    let words = places::tools_cache().join(format!("{}.log", what.replace([' ', '/'], "-")));
    child::run_into(&words, command, what).map(drop)
}
