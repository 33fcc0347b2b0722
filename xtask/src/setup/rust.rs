//! The Rust side of the set-up: toolchains by rustup.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use super::install::install;
use crate::tools::{NIGHTLY, RUST, WASM_TARGET};
use crate::{child, places};

pub(super) fn has_wasm() -> bool {
    sysroot(RUST).is_some_and(|at| has_target(&at))
}

pub(super) fn add_wasm() -> Result<()> {
    // By name, because automatic installs of what rust-toolchain.toml asks for may be switched off.
    if sysroot(RUST).is_none() {
        let arguments = [
            "toolchain",
            "install",
            RUST,
            "--profile",
            "minimal",
            "--no-self-update",
        ];
        install(rustup()?.args(arguments), "rustup toolchain install")?;
    }
    install(
        rustup()?.args(["target", "add", "--toolchain", RUST, WASM_TARGET]),
        "rustup target add",
    )
}

pub(super) fn is_stable_complete() -> bool {
    sysroot(RUST).is_some_and(|at| {
        has_target(&at)
            && has_sources(&at)
            && ["bin/rustfmt", "bin/cargo-clippy"]
                .iter()
                .all(|file| at.join(file).is_file())
    })
}

pub(super) fn add_stable() -> Result<()> {
    add_wasm()?;
    let components = [
        "component",
        "add",
        "--toolchain",
        RUST,
        "rust-src",
        "rustfmt",
        "clippy",
    ];
    install(rustup()?.args(components), "rustup component add")
}

pub(super) fn is_nightly_complete() -> bool {
    sysroot(NIGHTLY).is_some_and(|at| has_target(&at) && has_sources(&at))
}

pub(super) fn add_nightly() -> Result<()> {
    let arguments = [
        "toolchain",
        "install",
        NIGHTLY,
        "--profile",
        "minimal",
        "-c",
        "rust-src",
        "-t",
        WASM_TARGET,
    ];
    install(
        rustup()?.args(arguments).arg("--no-self-update"),
        "rustup toolchain install nightly",
    )
}

fn has_target(sysroot: &Path) -> bool {
    let libraries = sysroot.join("lib/rustlib").join(WASM_TARGET);
    libraries.join("lib").is_dir()
}

fn has_sources(sysroot: &Path) -> bool {
    sysroot.join("lib/rustlib/src/rust/library/std").is_dir()
}

fn sysroot(toolchain: &str) -> Option<PathBuf> {
    let mut rustc = child::command(proxy("rustc").ok()?);
    // A question must not become a download.
    rustc
        .env("RUSTUP_AUTO_INSTALL", "0")
        .arg(format!("+{toolchain}"))
        .args(["--print", "sysroot"]);
    child::answer(&mut rustc).map(PathBuf::from)
}

fn rustup() -> Result<Command> {
    Ok(child::command(proxy("rustup")?))
}

fn proxy(name: &str) -> Result<PathBuf> {
    match places::rustup_proxy(name) {
        Some(path) => Ok(path),
        None => bail!("{name} is missing: install Rust by rustup, https://rustup.rs"),
    }
}
