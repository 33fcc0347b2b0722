//! The simulation as a command.

use std::process::Command;

use crate::child;

/// One of the simulation's tests, built in that target directory, with so many schedules.
pub(super) fn simulation(target: &str, test: &str, schedules: u64) -> Command {
    let mut cargo = child::cargo(target);
    cargo
        .args(["test", "--quiet", "--profile", "simulation"])
        .args(["--package", "malipo-tests"])
        .args(["--test", "shell", test, "--", "--nocapture"])
        .env("MALIPO_SCHEDULES", schedules.to_string())
        .env("RUST_BACKTRACE", "0");
    cargo
}
