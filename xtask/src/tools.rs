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

/// A program that `cargo install` compiles into the cache.
pub(crate) struct CargoTool {
    pub(crate) package: &'static str,
    pub(crate) program: &'static str,
    pub(crate) version: &'static str,
    /// Whether the package's own lock file is used.
    pub(crate) is_locked: bool,
}

pub(crate) const WORKER_BUILD: CargoTool = CargoTool {
    package: "worker-build",
    program: "worker-build",
    version: "0.8.7",
    is_locked: true,
};

/// The version is that of the `wasm-bindgen` library in Cargo.lock: the two speak a private format (a test compares).
pub(crate) const WASM_BINDGEN: CargoTool = CargoTool {
    package: "wasm-bindgen-cli",
    program: "wasm-bindgen",
    version: "0.2.130",
    is_locked: false, // the lock file it was published with does not resolve
};

impl CargoTool {
    /// The directory to give to `cargo install --root`.
    pub(crate) fn root(&self) -> PathBuf {
        places::tools_cache().join(format!("{}-{}", self.package, self.version))
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.root().join("bin").join(self.program)
    }
}

/// The directory of scripts that stand before rustup's proxies when worker-build runs.
pub(crate) fn shims() -> PathBuf {
    places::tools_cache().join(format!("shims-{NIGHTLY}"))
}

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

    #[test]
    fn wasm_bindgen_is_the_version_that_the_crates_are_compiled_with() {
        let lock = fs::read_to_string(places::root().join("Cargo.lock")).unwrap();
        let locked = format!(
            "name = \"wasm-bindgen\"\nversion = \"{}\"",
            WASM_BINDGEN.version
        );
        assert!(
            lock.contains(&locked),
            "Cargo.lock has another wasm-bindgen than tools.rs: {}",
            WASM_BINDGEN.version
        );
    }
}
