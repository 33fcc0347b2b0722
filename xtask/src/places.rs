//! Where things lie: the checkout, its intermediate files, and the cache of tools that all checkouts share.

use std::env;
use std::path::{Path, PathBuf};

/// The checkout's root directory.
pub(crate) fn root() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask)
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
