//! The Worker: worker-build in `worker/`, with panics that unwind, and our own copies of the tools it would download.

use std::env;
use std::ffi::OsString;

use anyhow::{Context, Result};

use super::require::require;
use crate::child::{self, run};
use crate::places;
use crate::stamp::{self, Inputs};
use crate::tools::{self, NIGHTLY, WASM_BINDGEN, WORKER_BUILD};

const ARGUMENTS: [&str; 2] = ["--release", "--panic-unwind"];

/// Nothing in the Worker is written by `Debug`, so no derived text of it is shipped, nor can it ever be logged.
const RUSTFLAGS: &str = "-Zfmt-debug=none";

/// worker-build keeps the functions' names, a tenth of the Worker's bytes; logs name a panic's place without them.
const STRIP: [&str; 9] = [
    "-Oz",
    "--strip-debug",
    "--enable-bulk-memory",
    "--enable-exception-handling",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

pub(super) fn build(force: bool) -> Result<()> {
    let root = places::root();
    require(
        "the Worker",
        root,
        &["worker/Cargo.toml", "worker/src/lib.rs"],
    )?;
    let inputs = inputs()?;
    let is_built = ["index.js", "index_bg.wasm"]
        .iter()
        .all(|file| root.join("worker/build").join(file).is_file());
    if !force && is_built && stamp::is_fresh("worker", &inputs) {
        return Ok(());
    }
    println!("building the Worker");
    let mut build = child::command(WORKER_BUILD.path());
    build.args(ARGUMENTS).current_dir(root.join("worker")); // it takes the first Cargo.toml upwards for the crate
    build
        .env("PATH", path_with_shims()?)
        .env("CARGO_TARGET_DIR", places::target("worker"));
    build.env("MALIPO_NIGHTLY_RUSTFLAGS", RUSTFLAGS);
    build.env("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size");
    build.env("WASM_BINDGEN_BIN", WASM_BINDGEN.path());
    build.env("WASM_OPT_BIN", tools::wasm_opt());
    build.env("ESBUILD_BIN", tools::esbuild());
    run(&mut build, "worker-build")?;
    let module = root.join("worker/build/index_bg.wasm");
    let mut shrink = child::command(tools::wasm_opt());
    shrink.args(STRIP).arg(&module).arg("-o").arg(&module);
    run(&mut shrink, "wasm-opt")?;
    stamp::write("worker", &inputs)
}

fn inputs() -> Result<String> {
    let mut inputs = Inputs::default();
    inputs.text(&format!(
        "{ARGUMENTS:?} {STRIP:?} {RUSTFLAGS} {NIGHTLY} {} {}",
        WORKER_BUILD.version, WASM_BINDGEN.version
    ));
    inputs.paths(
        places::root(),
        &[
            ".cargo/config.toml",
            "worker/Cargo.toml",
            "worker/src",
            "engine/Cargo.toml",
            "engine/src",
            "shared/Cargo.toml",
            "shared/src",
            "Cargo.toml",
            "Cargo.lock",
            "package-lock.json",
        ],
    )?;
    Ok(inputs.hash())
}

fn path_with_shims() -> Result<OsString> {
    let path = env::var_os("PATH").unwrap_or_default();
    let shims = std::iter::once(tools::shims());
    env::join_paths(shims.chain(env::split_paths(&path))).context("PATH cannot be extended")
}
