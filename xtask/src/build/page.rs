//! A crate of ours as WASM for a page: how it is compiled, and what that depends on.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::child::{self, run};
use crate::places;
use crate::stamp::Inputs;
use crate::tools::{self, WASM_TARGET};

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

/// What the compiled crate and its glue depend on and is no file of theirs.
pub(super) fn settings() -> String {
    let bind = include_str!("bindgen.rs");
    format!("{} {COMPILE:?} {bind}", tools::RUST)
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
