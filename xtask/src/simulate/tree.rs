//! `Tree`: a copy of the engine and its simulation, in which a rule can be broken without harm.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::mutants::Mutant;
use super::schedules::simulation;
use crate::places;

/// What the simulation is built from.
const PARTS: [&str; 7] = [
    "shared",
    "engine",
    "shell",
    "tests",
    ".cargo",
    "Cargo.lock",
    "rust-toolchain.toml",
];

pub(super) struct Tree(PathBuf);

/// What noticed a mutant.
pub(super) struct Caught {
    pub(super) seed: u64,
    /// The rule's number, and what was seen.
    pub(super) what: String,
}

impl Tree {
    /// Below `target/`, so that a second run builds only what has changed.
    pub(super) fn copy() -> Result<Tree> {
        let tree = Tree(places::target("mutants").join("tree"));
        for part in PARTS {
            copy(&places::root().join(part), &tree.0.join(part))?;
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

    /// Runs schedules until one breaks a rule.
    pub(super) fn simulate(&self, schedules: u64) -> Result<Option<Caught>> {
        let output = simulation("mutants/build", schedules)
            .current_dir(&self.0)
            .env("MALIPO_SEED", "1")
            .env("MALIPO_BRIEF", "1")
            .output()
            .context("starting cargo")?;
        let text = String::from_utf8_lossy(&output.stderr);
        let told = text.lines().find_map(|line| {
            let (seed, what) = line.strip_prefix("seed ")?.split_once(" breaks rule ")?;
            let seed = seed.parse().ok()?;
            let what = what.to_owned();
            Some(Caught { seed, what })
        });
        if told.is_none() && !output.status.success() {
            bail!("the copy does not run:\n{text}");
        }
        Ok(told)
    }

    /// With one rule broken.
    pub(super) fn with<T>(&self, mutant: &Mutant, then: impl FnOnce() -> Result<T>) -> Result<T> {
        let path = self.0.join(mutant.file);
        let whole =
            fs::read_to_string(&path).with_context(|| format!("reading {}", mutant.file))?;
        if whole.matches(mutant.find).count() != 1 {
            bail!(
                "mutant \"{}\" no longer fits {}: bring it up to date",
                mutant.name,
                mutant.file
            );
        }
        write(&path, &whole.replace(mutant.find, mutant.replace))?;
        let done = then().with_context(|| format!("mutant \"{}\"", mutant.name));
        write(&path, &whole)?;
        done
    }
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    if from.is_dir() {
        for entry in fs::read_dir(from)? {
            let entry = entry?;
            copy(&entry.path(), &to.join(entry.file_name()))?;
        }
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
    fs::write(to, text).with_context(|| format!("writing {}", to.display()))
}
