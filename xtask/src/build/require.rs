//! What a build needs and does not find is named before it begins.

use std::path::Path;

use anyhow::{Result, bail};

use crate::places;

/// Fails with the names of the files that a build needs and does not find.
pub(super) fn require(what: &str, below: &Path, names: &[&str]) -> Result<()> {
    let missing: Vec<&str> = names
        .iter()
        .copied()
        .filter(|name| !below.join(name).exists())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let shown = below.strip_prefix(places::root()).unwrap_or(below);
    bail!(
        "{what} needs what is not there: {}",
        missing
            .iter()
            .map(|name| shown.join(name).display().to_string())
            .collect::<Vec<_>>()
            .join(", ")
    )
}
