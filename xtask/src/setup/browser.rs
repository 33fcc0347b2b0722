//! The browser of the end-to-end tests: an installed Chromium when there is one, else the system's package, else Playwright's.
//! Best is the one without windows ("headless shell"), which Playwright brings too: half of what the whole browser computes in
//! a story is for windows that nobody sees.

use std::path::PathBuf;

use anyhow::{Context, Result};

use super::install::install;
use super::{announce, lock};
use crate::{child, places};

/// Which of Chromium's two forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Without windows, or the whole one where that is all there is.
    Shell,
    /// As people have it, run without a screen.
    Whole,
}

const SHELL: &str = "chromium-headless-shell";
const WHOLE: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// The Chromium to start, or nothing when Playwright brings its own.
pub(crate) fn find_or_install(form: Form) -> Result<Option<PathBuf>> {
    let found = installed(form);
    let lacks_shell = form == Form::Shell && places::on_path(SHELL).is_none();
    if found.is_some() && !(lacks_shell && has_apt() && apt_knows(SHELL)) {
        return Ok(found);
    }
    let _one_at_a_time = lock("setup")?;
    if has_apt() {
        let added = announce("Chromium by apt-get", || {
            install(child::command("apt-get").arg("update"), "apt-get update")?;
            // Not every system has the first.
            apt(&["chromium", SHELL]).or_else(|_| apt(&["chromium"]))
        });
        match added {
            Ok(()) if installed(form).is_some() => return Ok(installed(form)),
            Ok(()) => println!("apt-get brought no chromium program"),
            Err(error) => println!("{error:#}"),
        }
    }
    if found.is_some() {
        return Ok(found);
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

fn has_apt() -> bool {
    rustix::process::geteuid().is_root() && places::on_path("apt-get").is_some()
}

fn apt_knows(package: &str) -> bool {
    child::answer(child::command("apt-cache").args(["show", package])).is_some()
}

fn apt(packages: &[&str]) -> Result<()> {
    let mut apt = child::command("apt-get");
    apt.args(["install", "-y", "--no-install-recommends"])
        .args(packages)
        .env("DEBIAN_FRONTEND", "noninteractive");
    install(&mut apt, "apt-get install chromium")
}

fn installed(form: Form) -> Option<PathBuf> {
    let shell = (form == Form::Shell).then_some(SHELL);
    shell.into_iter().chain(WHOLE).find_map(places::on_path)
}
