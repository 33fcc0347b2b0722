//! Where things lie: the checkout, its intermediate files, and the cache of tools that all checkouts share.

use std::env;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// The checkout's root directory, looked for when the program runs: a checkout may be copied or renamed after it was built.
pub(crate) fn root() -> &'static Path {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    ROOT.get_or_init(|| {
        let here = env::current_dir().unwrap_or_default();
        let manifest = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        find_root(manifest.as_deref(), &here).unwrap_or(here)
    })
}

/// The checkout that Cargo runs this program for, by the directory of its manifest; without Cargo, the one that holds the
/// working directory.
fn find_root(manifest: Option<&Path>, here: &Path) -> Option<PathBuf> {
    let is_root = |dir: &&Path| dir.join("xtask/Cargo.toml").is_file();
    let of_cargo = manifest.and_then(|xtask| xtask.ancestors().find(is_root));
    let found = of_cargo.or_else(|| here.ancestors().find(is_root));
    found.map(Path::to_owned)
}

/// Cargo's target directory of a build that must not share fingerprints or the lock with the others.
/// (One flag or compiler of its own is enough for two builds to undo each other.)
pub(crate) fn target(build: &str) -> PathBuf {
    root().join("target").join(build)
}

/// Stamps and half-finished files of our own steps.
pub(crate) fn intermediate() -> PathBuf {
    root().join("target/xtask")
}

/// The local state of development: objects' storage, logs. Ignored by git.
pub(crate) fn state() -> PathBuf {
    root().join(".malipo")
}

/// What the static server and the Worker hand out.
pub(crate) fn dist() -> PathBuf {
    root().join("dist")
}

/// A program of `npm ci`.
pub(crate) fn node_bin(name: &str) -> PathBuf {
    root().join("node_modules/.bin").join(name)
}

/// Tools by version, outside `target/`, so that `cargo clean` and a second checkout keep them.
pub(crate) fn tools_cache() -> PathBuf {
    let base = match env::var_os("XDG_CACHE_HOME") {
        Some(dir) if Path::new(&dir).is_absolute() => PathBuf::from(dir),
        Some(_) | None => home().join(".cache"),
    };
    base.join("malipo/tools")
}

/// The first program of that name on PATH.
pub(crate) fn on_path(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|dir| dir.join(program))
        .find(|file| file.is_file())
}

/// rustup's proxy of that name: in Cargo's home, or wherever the system's package put it.
pub(crate) fn rustup_proxy(program: &str) -> Option<PathBuf> {
    let cargo_home = env::var_os("CARGO_HOME").map_or_else(|| home().join(".cargo"), PathBuf::from);
    Some(cargo_home.join("bin").join(program))
        .filter(|file| file.is_file())
        .or_else(|| on_path(program))
}

fn home() -> PathBuf {
    env::var_os("HOME").map_or_else(env::temp_dir, PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_renamed_checkout_is_its_own_root() {
        let scratch = env::temp_dir().join(format!("malipo-places-{}", std::process::id()));
        let (before, after) = (scratch.join("before"), scratch.join("after"));
        for dir in ["xtask", "docs"] {
            fs::create_dir_all(before.join(dir)).unwrap();
        }
        fs::write(before.join("xtask/Cargo.toml"), "").unwrap();
        fs::rename(&before, &after).unwrap();

        let by_cargo = find_root(Some(&after.join("xtask")), Path::new("/"));
        assert_eq!(by_cargo.as_deref(), Some(after.as_path()));
        let by_hand = find_root(None, &after.join("docs"));
        assert_eq!(by_hand.as_deref(), Some(after.as_path()));
        let stale = find_root(Some(&before.join("xtask")), &after);
        assert_eq!(stale.as_deref(), Some(after.as_path()));
        assert_eq!(find_root(None, Path::new("/")), None);
        fs::remove_dir_all(&scratch).unwrap();
    }
}
