//! Stamps: a build is skipped when the hash over its inputs is the one it was last made from.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::places;

/// Everything a build's result depends on: files, and settings that are no file.
#[derive(Default)]
pub(crate) struct Inputs {
    hash: Sha256,
}

impl Inputs {
    /// Adds a setting.
    pub(crate) fn text(&mut self, text: &str) -> &mut Inputs {
        self.part(text.as_bytes());
        self
    }

    /// Adds a file, or a directory with all it holds, by name and content. What is not there counts as such.
    pub(crate) fn path(&mut self, path: &Path) -> Result<&mut Inputs> {
        self.part(path.to_string_lossy().as_bytes());
        for file in files_below(path)? {
            self.part(
                file.strip_prefix(path)
                    .unwrap_or(&file)
                    .to_string_lossy()
                    .as_bytes(),
            );
            self.part(&fs::read(&file).with_context(|| format!("reading {}", file.display()))?);
        }
        Ok(self)
    }

    pub(crate) fn paths(&mut self, below: &Path, names: &[&str]) -> Result<&mut Inputs> {
        for name in names {
            self.path(&below.join(name))?;
        }
        Ok(self)
    }

    pub(crate) fn hash(&self) -> String {
        hex(&self.hash.clone().finalize())
    }

    // With its length, so that the end of one part cannot pass for the start of the next.
    fn part(&mut self, bytes: &[u8]) {
        self.hash.update(bytes.len().to_le_bytes());
        self.hash.update(bytes);
    }
}

/// Whether the build of that name was last made from these inputs.
pub(crate) fn is_fresh(build: &str, inputs: &str) -> bool {
    fs::read_to_string(file(build)).is_ok_and(|made_from| made_from == inputs)
}

/// To be called when the build's results are in place.
pub(crate) fn write(build: &str, inputs: &str) -> Result<()> {
    fs::create_dir_all(places::intermediate())?;
    fs::write(file(build), inputs).with_context(|| format!("writing {}", file(build).display()))
}

/// All files at or below a path, sorted. None when there is nothing.
pub(crate) fn files_below(path: &Path) -> Result<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    if !path.is_dir() {
        return Ok(Vec::new());
    }
    let listed =
        fs::read_dir(path).and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect());
    let mut entries: Vec<PathBuf> =
        listed.with_context(|| format!("reading {}", path.display()))?;
    entries.sort();
    let nested: Result<Vec<Vec<PathBuf>>> =
        entries.iter().map(|entry| files_below(entry)).collect();
    Ok(nested?.concat())
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn file(build: &str) -> PathBuf {
    places::intermediate().join(format!("{build}.stamp"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash_of(dir: &Path) -> String {
        Inputs::default().path(dir).unwrap().hash()
    }

    #[test]
    fn a_changed_a_renamed_and_a_new_file_each_change_the_hash_and_undoing_restores_it() {
        let dir = std::env::temp_dir().join(format!("malipo-stamp-{}", std::process::id()));
        fs::create_dir_all(dir.join("sub")).unwrap();
        fs::write(dir.join("a"), "1").unwrap();
        fs::write(dir.join("sub/b"), "2").unwrap();
        let first = hash_of(&dir);

        fs::write(dir.join("a"), "other").unwrap();
        assert_ne!(hash_of(&dir), first);
        fs::write(dir.join("a"), "1").unwrap();
        assert_eq!(hash_of(&dir), first);

        fs::rename(dir.join("a"), dir.join("c")).unwrap();
        assert_ne!(hash_of(&dir), first);
        fs::rename(dir.join("c"), dir.join("a")).unwrap();

        fs::write(dir.join("sub/new"), "").unwrap();
        assert_ne!(hash_of(&dir), first);
        fs::remove_dir_all(&dir).unwrap();
        assert_ne!(
            hash_of(&dir),
            first,
            "nothing there is not the same as files"
        );
    }

    #[test]
    fn parts_do_not_run_into_each_other() {
        assert_ne!(
            Inputs::default().text("ab").text("c").hash(),
            Inputs::default().text("a").text("bc").hash()
        );
    }
}
