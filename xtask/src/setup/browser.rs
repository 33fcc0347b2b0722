//! The browser of the end-to-end tests: an installed Chromium when there is one, else the system's package, else Playwright's.

use std::path::PathBuf;

use anyhow::{Context, Result};

use super::install::install;
use super::{announce, lock};
use crate::{child, places};

const NAMES: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// The Chromium to start, or nothing when Playwright brings its own.
pub(crate) fn find_or_install() -> Result<Option<PathBuf>> {
    if let Some(path) = installed() {
        return Ok(Some(path));
    }
    let _one_at_a_time = lock("setup")?;
    if rustix::process::geteuid().is_root() && places::on_path("apt-get").is_some() {
        let added = announce("Chromium by apt-get", || {
            install(child::command("apt-get").arg("update"), "apt-get update")?;
            let mut apt = child::command("apt-get");
            apt.args(["install", "-y", "--no-install-recommends", "chromium"])
                .env("DEBIAN_FRONTEND", "noninteractive");
            install(&mut apt, "apt-get install chromium")
        });
        match added {
            Ok(()) if installed().is_some() => return Ok(installed()),
            Ok(()) => println!("apt-get brought no chromium program"),
            Err(error) => println!("{error:#}"),
        }
    }
    announce("Chromium by Playwright", || {
        install(
            child::command(places::node_bin("playwright")).args(["install", "chromium"]),
            "playwright install",
        )
    })
    .context("no Chromium: install one (Debian: `apt install chromium`) and run this again")?;
    Ok(None)
}

fn installed() -> Option<PathBuf> {
    NAMES.into_iter().find_map(places::on_path)
}
