//! The parts that look at the code alone: form, lints, unit tests, types.

use std::process::Command;

use anyhow::{Result, bail};

use crate::child::{self, run};
use crate::tools::WASM_TARGET;
use crate::{places, stack};

const NATIVE: [&str; 8] = [
    "malipo-shared",
    "malipo-engine",
    "malipo-shell",
    "malipo-emulator",
    "malipo-openapi",
    "malipo-contract",
    "malipo-tests",
    "xtask",
];
const WASM: [&str; 3] = ["malipo-worker", "malipo-widget", "malipo-dashboard"];

pub(super) fn fmt() -> Result<()> {
    let names_only = ["fmt", "--all", "--check", "--", "--files-with-diff"];
    run(
        child::cargo("").args(names_only),
        "the form of these files (`cargo fmt --all` mends it)",
    )
}

pub(super) fn clippy() -> Result<()> {
    let native = run(
        child::cargo("")
            .arg("clippy")
            .args(packages(&NATIVE))
            .args(["--all-targets", "--", "-D", "warnings"]),
        "clippy of the native crates",
    );
    let wasm = run(
        child::cargo("").arg("clippy").args(packages(&WASM)).args([
            "--target",
            WASM_TARGET,
            "--",
            "-D",
            "warnings",
        ]),
        "clippy of worker, widget and dashboard",
    );
    native.and(wasm)
}

/// All crates whose tests run natively. (The widget's and the dashboard's logic is tested natively, their screens by the
/// end-to-end part.)
const TESTED: [&str; 9] = [
    "malipo-shared",
    "malipo-engine",
    "malipo-shell",
    "malipo-emulator",
    "malipo-openapi",
    "malipo-widget",
    "malipo-dashboard",
    "malipo-tests",
    "xtask",
];

/// Cargo testing these targets. Always with the same crates: which features a dependency has follows from them, and with others it
/// would be compiled once more.
pub(super) fn tests(targets: &[&str]) -> Command {
    let mut cargo = child::cargo("");
    cargo.arg("test").args(packages(&TESTED)).args(targets);
    cargo
}

/// Everything that the other parts run natively. The compiler is then not in the way of what waits.
pub(super) fn compile() -> Result<()> {
    let alone = run(tests(&["--tests"]).arg("--no-run"), "compiling the tests");
    let beside_others = ["--test", "live", "--test", "examples"];
    let beside_others = run(
        tests(&beside_others).arg("--no-run"),
        "compiling the tests of what runs",
    );
    print!("{}", stack::compile_emulator()?);
    alone.and(beside_others)
}

pub(super) fn unit() -> Result<()> {
    let tested = run(
        &mut tests(&["--tests", "--no-fail-fast"]),
        "unit and integration tests",
    );
    let documentation = run(&mut tests(&["--doc"]), "the documentation's examples");
    tested.and(documentation)
}

pub(super) fn types() -> Result<()> {
    if !places::root().join("widget/web/loader.ts").is_file() {
        bail!("widget/web/loader.ts is not there");
    }
    // A folder says in its own tsconfig.json what it needs; the loader can do without one.
    let mut configured = ["widget/web", "e2e", "examples/react"]
        .map(|dir| format!("{dir}/tsconfig.json"))
        .to_vec();
    configured.retain(|config| places::root().join(config).is_file());
    for config in &configured {
        tsc(&["--project", config])?;
    }
    if !configured
        .iter()
        .any(|config| config.starts_with("widget/web"))
    {
        let strict = [
            "--strict", "--target", "es2020", "--module", "esnext", "--types", "",
        ];
        let browser = ["--lib", "es2020,dom,dom.iterable", "widget/web/loader.ts"];
        tsc(&[strict.as_slice(), &browser].concat())?;
    }
    Ok(())
}

fn tsc(arguments: &[&str]) -> Result<()> {
    let mut tsc = child::command(places::node_bin("tsc"));
    run(tsc.arg("--noEmit").args(arguments), "tsc")
}

fn packages<'a>(names: &'a [&'a str]) -> impl Iterator<Item = &'a str> {
    names.iter().flat_map(|name| ["--package", *name])
}
