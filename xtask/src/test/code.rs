//! The parts that look at the code alone: form, lints, unit tests, types.

use anyhow::{Result, bail};

use crate::child::{self, run};
use crate::places;
use crate::tools::WASM_TARGET;

const NATIVE: [&str; 5] = [
    "malipo-shared",
    "malipo-engine",
    "malipo-emulator",
    "malipo-tests",
    "xtask",
];
const WASM: [&str; 2] = ["malipo-worker", "malipo-widget"];

pub(super) fn fmt() -> Result<()> {
    run(
        child::cargo("").args(["fmt", "--all", "--check"]),
        "cargo fmt",
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
        "clippy of worker and widget",
    );
    native.and(wasm)
}

pub(super) fn unit() -> Result<()> {
    let crates = ["malipo-shared", "malipo-engine", "malipo-emulator", "xtask"];
    let units = run(
        child::cargo("")
            .args(["test", "--no-fail-fast"])
            .args(packages(&crates)),
        "unit tests",
    );
    let integration = run(
        child::cargo("").args(["test", "--package", "malipo-tests", "--test", "it"]),
        "integration tests",
    );
    units.and(integration)
}

pub(super) fn types() -> Result<()> {
    let config = "widget/web/tsconfig.json";
    let mut tsc = child::command(places::node_bin("tsc"));
    if places::root().join(config).is_file() {
        tsc.args(["--noEmit", "--project", config]);
    } else if places::root().join("widget/web/loader.ts").is_file() {
        tsc.args([
            "--noEmit",
            "--strict",
            "--target",
            "es2020",
            "--module",
            "esnext",
            "--lib",
            "es2020,dom,dom.iterable",
        ]);
        tsc.args(["--types", "", "widget/web/loader.ts"]);
    } else {
        bail!("widget/web/loader.ts is not there");
    }
    run(&mut tsc, "tsc")
}

fn packages<'a>(names: &'a [&'a str]) -> impl Iterator<Item = &'a str> {
    names.iter().flat_map(|name| ["--package", *name])
}
