//! The Node side of the set-up: Node itself is given, the packages of package-lock.json are added.

use std::fs;

use anyhow::{Result, bail};

use super::install::install;
use crate::{child, places};

const NODE_MAJOR_MIN: u32 = 20;

pub(super) fn is_new_enough() -> bool {
    node_major().is_some_and(|major| major >= NODE_MAJOR_MIN) && places::on_path("npm").is_some()
}

pub(super) fn name_what_is_missing() -> Result<()> {
    match node_major() {
        None => {
            bail!("node is missing: install Node {NODE_MAJOR_MIN} or newer, https://nodejs.org")
        }
        Some(major) if major < NODE_MAJOR_MIN => {
            bail!(
                "Node {major} is too old: install Node {NODE_MAJOR_MIN} or newer, https://nodejs.org"
            )
        }
        Some(_) => bail!("npm is missing: install the one that belongs to your Node"),
    }
}

/// `npm ci` writes node_modules/.package-lock.json last, so its age is that of the packages.
pub(super) fn are_packages_current() -> bool {
    let changed = |file| fs::metadata(places::root().join(file)).and_then(|of| of.modified());
    match (
        changed("node_modules/.package-lock.json"),
        changed("package-lock.json"),
    ) {
        (Ok(installed), Ok(asked)) => installed >= asked,
        (Err(_), _) | (_, Err(_)) => false,
    }
}

pub(super) fn add_packages() -> Result<()> {
    install(
        child::command("npm").args(["ci", "--no-audit", "--no-fund"]),
        "npm ci",
    )
}

/// The flag with which this Node has a WebSocket; empty when it has one anyway, nothing when it is too old for any.
pub(crate) fn websocket_flag() -> Option<&'static str> {
    const ASK: &str = "console.log(typeof WebSocket)";
    let has_it = |flags: &[&str]| {
        let mut node = child::command("node");
        child::answer(node.args(flags).args(["--eval", ASK])).is_some_and(|of| of == "function")
    };
    let flag = "--experimental-websocket"; // from 20.10 on; 22 needs none
    if has_it(&[]) {
        return Some("");
    }
    has_it(&[flag]).then_some(flag)
}

fn node_major() -> Option<u32> {
    major(&child::answer(child::command("node").arg("--version"))?)
}

fn major(version: &str) -> Option<u32> {
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_names_its_version_with_a_v() {
        assert_eq!(major("v20.20.2"), Some(20));
        assert_eq!(major("20"), None);
    }
}
