//! The Worker, with panics that unwind: compiled by the dated nightly with a std of its own, bound, bundled with
//! `worker/shim.js`, and made small.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::bindgen::{self, For};
use super::require::require;
use crate::child::{self, run};
use crate::places;
use crate::stamp::{self, Inputs};
use crate::tools::{self, NIGHTLY, WASM_TARGET};

const COMPILE: [&str; 6] = [
    "build",
    "--lib",
    "--release",
    "--target",
    WASM_TARGET,
    "-Zbuild-std=std,panic_unwind",
];

/// Panics unwind. Nothing in the Worker is written by `Debug`, so no derived text of it is shipped, nor can it ever be logged.
const RUSTFLAGS: &str = "-Cpanic=unwind -Zfmt-debug=none";
const STD_FEATURES: &str = "optimize_for_size";

/// What workerd reads. Named, because the tools assume more.
const WASM_FEATURES: [&str; 7] = [
    "--enable-mutable-globals",
    "--enable-sign-ext",
    "--enable-nontrapping-float-to-int",
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-reference-types",
    "--enable-exception-handling",
];

/// First for speed and size, then for size; logs name a panic's place without the functions' names.
const SHRINK: [&[&str]; 2] = [&["-O", "--debuginfo"], &["-Oz", "--strip-debug"]];

/// What the module is made from besides the program, and the tools that make it.
const BESIDE: [&str; 2] = ["worker/shim.js", "package-lock.json"];

/// What wrangler uploads.
pub(super) const MODULE: &str = "index.js";
const WASM: &str = "index_bg.wasm";

/// Where it lies when it is as deployed: wrangler.toml names it.
pub(super) fn deployed() -> PathBuf {
    places::root().join("worker/build")
}

/// Whether it is there, and nothing that it is made from has changed.
pub(super) fn is_fresh() -> Result<bool> {
    Ok(is_there() && stamp::is_fresh("worker", &inputs()?))
}

fn is_there() -> bool {
    let is_file = |file: &&str| deployed().join(file).is_file();
    [MODULE, WASM].iter().all(is_file)
}

pub(super) fn build(force: bool) -> Result<()> {
    require(
        "the Worker",
        places::root(),
        &["worker/Cargo.toml", "worker/src/lib.rs", "worker/shim.js"],
    )?;
    if !force && is_fresh()? {
        return Ok(());
    }
    println!("building the Worker");
    let inputs = inputs()?; // as they were before: what is changed meanwhile is not in it
    let compiled = compile()?;

    // A change that leaves the program as it was (a comment, another crate's lock entry) ends here: making it small takes minutes.
    let mut recipe = Inputs::default();
    recipe.path(&compiled)?.text(&settings());
    let recipe = recipe.paths(places::root(), &BESIDE)?.hash();
    if force || !is_there() || !stamp::is_fresh("worker-wasm", &recipe) {
        let bound = places::intermediate().join("worker");
        bind(&compiled, &bound)?;
        shrink(&bound.join(WASM))?;
        put(&bound, &deployed())?;
        stamp::write("worker-wasm", &recipe)?;
    }
    stamp::write("worker", &inputs)
}

fn compile() -> Result<PathBuf> {
    let mut cargo = child::cargo("worker");
    cargo
        .arg(format!("+{NIGHTLY}"))
        .args(COMPILE)
        .args(["--package", "malipo-worker"])
        .env("RUSTFLAGS", RUSTFLAGS)
        .env("CARGO_UNSTABLE_BUILD_STD_FEATURES", STD_FEATURES)
        .envs(bindgen::WORKER_ENV);
    run(&mut cargo, "compiling the Worker")?;
    let built = format!("{WASM_TARGET}/release/malipo_worker.wasm");
    Ok(places::target("worker").join(built))
}

/// Makes a directory hold the module and its WASM, not yet made small.
pub(super) fn bind(compiled: &Path, into: &Path) -> Result<()> {
    let scratch = into.with_extension("bound");
    bindgen::bind(compiled, &scratch, "index", For::Worker)?;
    fs::copy(
        places::root().join("worker/shim.js"),
        scratch.join("shim.js"),
    )?;
    let _ = fs::remove_dir_all(into);
    fs::create_dir_all(into)?;
    let module = into.join(MODULE);
    let mut esbuild = child::command(tools::esbuild());
    esbuild
        .arg(scratch.join("shim.js"))
        .args([
            "--bundle",
            "--minify",
            "--format=esm",
            "--log-level=warning",
        ])
        .args(["--external:./index_bg.wasm", "--external:cloudflare:*"])
        .arg(format!("--outfile={}", module.display()));
    run(&mut esbuild, "esbuild of the Worker's module")?;
    // Wrangler and workerd take the compiled module by a plain import.
    let text = fs::read_to_string(&module).context("reading the Worker's module")?;
    fs::write(&module, text.replace("import source ", "import "))?;
    fs::rename(scratch.join(WASM), into.join(WASM)).context("moving the Worker's WASM")
}

fn shrink(wasm: &Path) -> Result<()> {
    for passes in SHRINK {
        let mut shrink = child::command(tools::wasm_opt());
        shrink.args(passes).args(WASM_FEATURES);
        run(shrink.arg(wasm).arg("-o").arg(wasm), "wasm-opt")?;
    }
    Ok(())
}

/// Makes a directory hold what another one holds, and nothing else.
fn put(from: &Path, to: &Path) -> Result<()> {
    let _ = fs::remove_dir_all(to);
    fs::create_dir_all(to)?;
    for file in [MODULE, WASM] {
        fs::copy(from.join(file), to.join(file))
            .with_context(|| format!("writing {}", to.join(file).display()))?;
    }
    Ok(())
}

fn inputs() -> Result<String> {
    let mut inputs = Inputs::default();
    inputs.text(&settings()).paths(places::root(), &BESIDE)?;
    inputs.paths(
        places::root(),
        &[
            ".cargo/config.toml",
            "worker/Cargo.toml",
            "worker/src",
            "shell/Cargo.toml",
            "shell/src",
            "engine/Cargo.toml",
            "engine/src",
            "shared/Cargo.toml",
            "shared/src",
            "Cargo.toml",
            "Cargo.lock",
        ],
    )?;
    Ok(inputs.hash())
}

/// What all steps depend on and is no file of theirs.
fn settings() -> String {
    let bind = include_str!("bindgen.rs");
    format!("{COMPILE:?} {RUSTFLAGS} {STD_FEATURES} {WASM_FEATURES:?} {SHRINK:?} {NIGHTLY} {bind}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_object_that_wrangler_is_told_of_outlives_a_fresh_instance() {
        let told = fs::read_to_string(places::root().join("wrangler.toml")).unwrap();
        let told: toml::Table = told.parse().unwrap();
        let bindings = told["durable_objects"]["bindings"].as_array().unwrap();
        let shim = fs::read_to_string(places::root().join("worker/shim.js")).unwrap();
        for binding in bindings {
            let name = binding["class_name"].as_str().unwrap();
            let line = format!("export const {name} = lasting(");
            assert!(shim.contains(&line), "worker/shim.js lacks {name}");
        }
    }
}
