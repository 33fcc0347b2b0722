//! The parts that look at the code alone: form, lints, unit tests, types.

use anyhow::{Result, bail};

use crate::child::{self, run};
use crate::places;
use crate::tools::WASM_TARGET;

const NATIVE: [&str; 6] = [
    "malipo-shared",
    "malipo-engine",
    "malipo-emulator",
    "malipo-openapi",
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

pub(super) fn unit() -> Result<()> {
    // The widget's and the dashboard's logic is tested natively, their screens by the end-to-end part.
    let crates = [
        "malipo-shared",
        "malipo-engine",
        "malipo-emulator",
        "malipo-openapi",
        "malipo-widget",
        "malipo-dashboard",
        "xtask",
    ];
    let mut cargo = child::cargo("");
    let units = run(
        cargo
            .args(["test", "--no-fail-fast"])
            .args(packages(&crates)),
        "unit tests",
    );
    let arguments = [
        "test",
        "--package",
        "malipo-tests",
        "--test",
        "it",
        "--test",
        "simulation",
        "--test",
        "shell",
    ];
    let integration = run(child::cargo("").args(arguments), "integration tests");
    units.and(integration)
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
