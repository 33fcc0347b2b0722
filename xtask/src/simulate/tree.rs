//! `Tree`: a copy of the shell and its simulation, built once with all mutants in it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::mutants::Mutant;
use super::schedules::simulation;
use super::weave::{CHOICE, woven};
use crate::places;

/// What the simulation is built from, and reads.
const PARTS: [&str; 8] = [
    "shared",
    "engine",
    "shell",
    "tests",
    "worker/migrations",
    ".cargo",
    "Cargo.lock",
    "rust-toolchain.toml",
];
const SHARED: &str = "shared/src/lib.rs";

pub(super) struct Tree(PathBuf);

/// What noticed a mutant: by what, and as which rule.
pub(super) struct Noticed {
    pub(super) by: String,
    pub(super) what: String,
}

impl Tree {
    /// Below `target/`, so that a second run builds only what has changed.
    pub(super) fn with(mutants: &[&Mutant]) -> Result<Tree> {
        let tree = Tree(places::target("mutants").join("tree"));
        let mut files: BTreeMap<&str, Vec<(usize, &Mutant)>> = BTreeMap::new();
        for (n, mutant) in mutants.iter().enumerate() {
            files.entry(mutant.file).or_default().push((n + 1, mutant));
        }
        for part in PARTS {
            copy(&places::root().join(part), &tree.0.join(part), &|path| {
                let changed = files.keys().chain([&SHARED]);
                changed.into_iter().any(|file| path.ends_with(file))
            })?;
        }
        files.entry(SHARED).or_default();
        for (file, mutants) in files {
            let text = fs::read_to_string(places::root().join(file))
                .with_context(|| format!("reading {file}"))?;
            let path = if file.starts_with("shared/") {
                "crate"
            } else {
                "malipo_shared"
            };
            let mut text = woven(&text, &mutants, path)?;
            if file == SHARED {
                text += CHOICE;
            }
            write(&tree.0.join(file), &text)?;
        }
        let manifest = fs::read_to_string(places::root().join("Cargo.toml"))?;
        let members = r#"members = ["shared", "engine", "shell", "tests"]"#;
        let lines = manifest.lines().filter_map(|line| match line {
            _ if line.starts_with("members =") => Some(members),
            _ if line.starts_with("default-members =") => None,
            _ => Some(line),
        });
        let manifest: Vec<&str> = lines.collect();
        write(&tree.0.join("Cargo.toml"), &manifest.join("\n"))?;
        Ok(tree)
    }

    /// Stories, points of failure and schedules with one of the mutants, or with none, until something notices.
    pub(super) fn notices(&self, mutant: usize, schedules: u64) -> Result<Option<Noticed>> {
        for test in ["without_faults", "at_whatever_point", "every_schedule"] {
            let mut simulation = simulation("mutants/build", test, schedules);
            simulation
                .current_dir(&self.0)
                .env("MALIPO_MUTANT", mutant.to_string());
            if let Some(noticed) = noticed_by(&mut simulation)? {
                return Ok(Some(noticed));
            }
        }
        Ok(None)
    }
}

fn noticed_by(simulation: &mut Command) -> Result<Option<Noticed>> {
    let simulation = simulation.env("MALIPO_SEED", "1").env("MALIPO_BRIEF", "1");
    let output = simulation.output().context("starting cargo")?;
    if output.status.success() {
        return Ok(None);
    }
    let said = String::from_utf8_lossy(&output.stdout);
    let line = said
        .lines()
        .find_map(|line| line.strip_prefix("noticed by "));
    if let Some((by, what)) = line.and_then(|line| line.split_once(": rule ")) {
        let (by, what) = (by.to_owned(), format!("rule {what}"));
        return Ok(Some(Noticed { by, what }));
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    match errors.contains("could not compile") {
        true => bail!("the copy cannot be built:\n{errors}"),
        false => Ok(Some(Noticed {
            by: "a panic".to_owned(),
            what: "a panic".to_owned(),
        })),
    }
}

/// Copies what is not made otherwise.
fn copy(from: &Path, to: &Path, is_made: &dyn Fn(&Path) -> bool) -> Result<()> {
    if from.is_dir() {
        for entry in fs::read_dir(from)? {
            let entry = entry?;
            copy(&entry.path(), &to.join(entry.file_name()), is_made)?;
        }
        return Ok(());
    }
    if is_made(from) {
        return Ok(());
    }
    let text = fs::read(from).with_context(|| format!("reading {}", from.display()))?;
    // An unchanged file keeps its time, so that Cargo does not build it again.
    if fs::read(to).ok().as_ref() == Some(&text) {
        return Ok(());
    }
    if let Some(parent) = to.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(to, text).with_context(|| format!("writing {}", to.display()))
}

fn write(to: &Path, text: &str) -> Result<()> {
    if fs::read_to_string(to).ok().as_deref() == Some(text) {
        return Ok(());
    }
    if let Some(parent) = to.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(to, text).with_context(|| format!("writing {}", to.display()))
}
