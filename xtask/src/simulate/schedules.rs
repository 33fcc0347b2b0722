//! The simulation as a command.

use std::process::Command;

use crate::child;

/// The test that plays so many schedules, built in that target directory.
pub(super) fn simulation(target: &str, schedules: u64) -> Command {
    let mut cargo = child::cargo(target);
    cargo
        .args(["test", "--quiet", "--package", "malipo-tests"])
        .args([
            "--test",
            "simulation",
            "every_schedule",
            "--",
            "--nocapture",
        ])
        .env("MALIPO_SCHEDULES", schedules.to_string())
        .env("RUST_BACKTRACE", "0");
    cargo
}
