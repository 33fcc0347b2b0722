//! Running an installer quietly.

use std::fs::{self, File};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use crate::{child, places};

/// Runs an installer quietly; its words go to a file, and to the reader when it fails.
pub(super) fn install(command: &mut Command, what: &str) -> Result<()> {
    let words = places::tools_cache().join(format!("{}.log", what.replace([' ', '/'], "-")));
    fs::create_dir_all(places::tools_cache())?;
    let file = File::create(&words).with_context(|| format!("writing {}", words.display()))?;
    command
        .stdout(file.try_clone()?)
        .stderr(file)
        .stdin(Stdio::null());
    child::run(command, what).with_context(|| {
        let said = fs::read_to_string(&words).unwrap_or_default();
        let last: Vec<&str> = said.lines().rev().take(25).collect();
        let last: Vec<&str> = last.into_iter().rev().collect();
        format!("{}\n(all of it: {})", last.join("\n"), words.display())
    })
}
