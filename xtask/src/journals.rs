//! `cargo xtask journals`: writes the journals of this version's stories, so that every later version folds them to the same
//! payment. What is there is never written anew.

use anyhow::{Result, ensure};
use clap::Args;

use crate::child::{self, run};
use crate::places;

#[derive(Args)]
pub(crate) struct Options {
    /// The new folder below tests/fixtures/journals, for example v2
    version: String,
}

pub(crate) fn write(options: &Options) -> Result<()> {
    let folder = places::root()
        .join("tests/fixtures/journals")
        .join(&options.version);
    ensure!(
        !folder.exists(),
        "{} is there: journals that are kept are never changed; name a new version",
        folder.display()
    );
    let mut cargo = child::cargo("");
    cargo
        .args([
            "test",
            "--quiet",
            "--package",
            "malipo-tests",
            "--test",
            "it",
        ])
        .args([
            "journals::every_story_is_told_by_its_journal",
            "--",
            "--exact",
            "--nocapture",
        ])
        .env("MALIPO_JOURNALS", &options.version);
    run(&mut cargo, "the stories")
}
