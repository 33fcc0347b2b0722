//! The Rust side of the set-up: toolchains by rustup, tools by `cargo install`, and the shims that pin the nightly.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::install::install;
use crate::tools::{self, CargoTool, NIGHTLY, RUST, WASM_TARGET};
use crate::{child, places};

const PROXIES: [&str; 3] = ["cargo", "rustc", "rustup"];

pub(super) fn is_stable_complete() -> bool {
    sysroot(RUST).is_some_and(|at| {
        has_wasm_and_sources(&at)
            && ["bin/rustfmt", "bin/cargo-clippy"]
                .iter()
                .all(|file| at.join(file).is_file())
    })
}

pub(super) fn add_stable() -> Result<()> {
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
    )?;
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
    sysroot(NIGHTLY).is_some_and(|at| has_wasm_and_sources(&at))
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

pub(super) fn add(tool: &CargoTool) -> Result<()> {
    let mut cargo = child::cargo("tools");
    cargo
        .arg(format!("+{RUST}"))
        .args(["install", "--root"])
        .arg(tool.root());
    cargo.arg(format!("{}@{}", tool.package, tool.version));
    if tool.is_locked {
        cargo.arg("--locked");
    }
    // Compiled once and not looked at again: a scratch directory outside the checkout's target.
    cargo.env("CARGO_TARGET_DIR", tool.root().join("target"));
    install(&mut cargo, &format!("cargo install {}", tool.package))?;
    let _ = fs::remove_dir_all(tool.root().join("target")); // only space
    Ok(())
}

/// worker-build asks for `+nightly`, whatever that is on the day, and adds components to it. Before it on
/// PATH stand scripts that say the dated one instead, so that every machine compiles with the same.
pub(super) fn write_shims() -> Result<()> {
    let dir = tools::shims();
    fs::create_dir_all(&dir).with_context(|| format!("creating {}", dir.display()))?;
    for (name, text) in shim_texts()? {
        let file = dir.join(name);
        fs::write(&file, text).with_context(|| format!("writing {}", file.display()))?;
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755))?;
    }
    Ok(())
}

pub(super) fn are_shims_written() -> bool {
    shim_texts().is_ok_and(|texts| {
        texts.into_iter().all(|(name, text)| {
            fs::read_to_string(tools::shims().join(name)).is_ok_and(|is| is == text)
        })
    })
}

fn shim_texts() -> Result<Vec<(&'static str, String)>> {
    PROXIES
        .into_iter()
        .map(|name| Ok((name, shim_text(&proxy(name)?))))
        .collect()
}

fn shim_text(proxy: &Path) -> String {
    format!(
        "#!/bin/sh\n\
         # `nightly` means {NIGHTLY} here: see xtask/src/setup/rust.rs.\n\
         export RUSTFLAGS\n\
         left=$#\n\
         while [ \"$left\" -gt 0 ]; do\n\
         \x20 case \"$1\" in\n\
         \x20   +nightly) set -- \"$@\" +{NIGHTLY}; RUSTFLAGS=\"$RUSTFLAGS $MALIPO_NIGHTLY_RUSTFLAGS\" ;;\n\
         \x20   nightly) set -- \"$@\" {NIGHTLY} ;;\n\
         \x20   *) set -- \"$@\" \"$1\" ;;\n\
         \x20 esac\n\
         \x20 shift\n\
         \x20 left=$((left - 1))\n\
         done\n\
         exec '{}' \"$@\"\n",
        proxy.display()
    )
}

fn has_wasm_and_sources(sysroot: &Path) -> bool {
    let libraries = sysroot.join("lib/rustlib");
    libraries.join(WASM_TARGET).join("lib").is_dir()
        && libraries.join("src/rust/library/std").is_dir()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shim_says_the_dated_nightly_and_keeps_every_other_argument() {
        let script = shim_text(Path::new("/usr/bin/printf"));
        let said = |arguments: &[&str]| {
            let mut shell = Command::new("sh");
            child::answer(shell.args(["-c", &script, "shim", "[%s]"]).args(arguments)).unwrap()
        };
        assert_eq!(
            said(&["+nightly", "build", "-Z", "a b"]),
            format!("[+{NIGHTLY}][build][-Z][a b]")
        );
        assert_eq!(
            said(&["add", "--toolchain", "nightly"]),
            format!("[add][--toolchain][{NIGHTLY}]")
        );
        assert_eq!(said(&["--version"]), "[--version]");
    }
}
