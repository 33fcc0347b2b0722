//! A crate of ours as WASM for a page: how it is compiled, what that depends on, and wasm-bindgen's glue for it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::child::{self, run};
use crate::places;
use crate::stamp::Inputs;
use crate::tools::{self, WASM_BINDGEN, WASM_TARGET};

/// The cdylib alone: with an rlib beside it, Cargo leaves out link-time optimisation, a fifth of the bytes.
const COMPILE: [&str; 8] = [
    "rustc",
    "--lib",
    "--crate-type",
    "cdylib",
    "--profile",
    "widget",
    "--target",
    WASM_TARGET,
];

const BIND: [&str; 3] = ["--target", "web", "--no-typescript"];

/// What both steps depend on and is no file.
pub(super) fn settings() -> String {
    let (rust, bindgen) = (tools::RUST, WASM_BINDGEN.version);
    format!("{rust} {COMPILE:?} {bindgen} {BIND:?}")
}

/// What the crate `malipo-{of}` and its script are made from.
pub(super) fn inputs(of: &str, settings: &str) -> Result<String> {
    let mut inputs = Inputs::default();
    // All of its folder: the code may include a style or a sentence that lies beside src/.
    let below = [
        of,
        ".cargo/config.toml",
        "shared/Cargo.toml",
        "shared/src",
        "Cargo.toml",
        "Cargo.lock",
        "package-lock.json",
    ];
    inputs.text(settings).paths(places::root(), &below)?;
    Ok(inputs.hash())
}

/// Compiles the crate `malipo-{of}` into a target directory of its own.
pub(super) fn compile(of: &str, with: impl FnOnce(&mut Command)) -> Result<PathBuf> {
    let mut cargo = child::cargo(of);
    cargo
        .args(COMPILE)
        .args(["--package", &format!("malipo-{of}")]);
    with(&mut cargo);
    run(&mut cargo, &format!("compiling the {of}"))?;
    let built = format!("{WASM_TARGET}/widget/malipo_{of}.wasm");
    Ok(places::target(of).join(built))
}

/// Writes `{name}.js` and `{name}_bg.wasm` into a directory that then holds nothing else of an earlier build.
pub(super) fn bind(compiled: &Path, into: &Path, name: &str, more: &[&str]) -> Result<()> {
    let _ = fs::remove_dir_all(into); // the inline JavaScript of crates lies in folders named by hashes
    let mut bindgen = child::command(WASM_BINDGEN.path());
    bindgen.args(BIND).args(more);
    bindgen.args(["--out-name", name, "--out-dir"]).arg(into);
    run(bindgen.arg(compiled), "wasm-bindgen")
}
