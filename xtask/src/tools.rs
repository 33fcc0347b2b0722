//! Which tools the builds use, at which versions, and where they lie.

use std::path::PathBuf;

use crate::places;

/// The compiler of everything but the Worker; the same as in rust-toolchain.toml (a test compares).
pub(crate) const RUST: &str = "1.95.0";

/// The Worker's compiler. Only with unwinding does a panic end one request instead of stalling the
/// isolate, and unwinding on wasm32 needs a rebuilt std and nightly flags. Dated, so that a build of
/// today is a build of tomorrow.
pub(crate) const NIGHTLY: &str = "nightly-2026-05-20";

pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

pub(crate) fn wasm_opt() -> PathBuf {
    places::node_bin("wasm-opt")
}

pub(crate) fn esbuild() -> PathBuf {
    places::node_bin("esbuild")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn rust_is_the_version_that_rustup_is_told() {
        let told = fs::read_to_string(places::root().join("rust-toolchain.toml")).unwrap();
        assert!(
            told.contains(&format!("channel = \"{RUST}\"")),
            "tools.rs says {RUST}, rust-toolchain.toml another"
        );
    }
}
