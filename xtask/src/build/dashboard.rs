//! The dashboard's WASM and its script. Its merchant waits for it once a release: it keeps the compiler's own std, and
//! wasm-bindgen's glue as it is.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::bindgen::{self, For};
use super::page;
use super::require::require;
use crate::child::{self, run};
use crate::{places, stamp, tools};

/// One type for all elements: half of the bytes, and of the compiler's time.
const RUSTFLAGS: &str = "--cfg erase_components";

/// What every browser since 2022 reads.
const SHRINK: [&str; 9] = [
    "-Oz",
    "--strip-debug",
    "--strip-producers",
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// Where the dashboard's built files lie.
pub(super) struct Dashboard {
    pub(super) script: PathBuf,
    pub(super) wasm: PathBuf,
}

/// Where they lie when they are as deployed.
fn deployed() -> Dashboard {
    let at = places::intermediate().join("dashboard");
    Dashboard {
        script: at.join("dashboard.js"),
        wasm: at.join("dashboard_bg.wasm"),
    }
}

/// Whether they are there, and nothing that they are made from has changed.
pub(super) fn is_fresh() -> Result<bool> {
    let dashboard = deployed();
    let is_built = dashboard.script.is_file() && dashboard.wasm.is_file();
    Ok(is_built && stamp::is_fresh("dashboard", &inputs()?))
}

fn inputs() -> Result<String> {
    let settings = format!("{} {RUSTFLAGS} {SHRINK:?}", page::settings());
    page::inputs("dashboard", &settings)
}

pub(super) fn build(force: bool) -> Result<Dashboard> {
    let dashboard = deployed();
    require(
        "the dashboard",
        places::root(),
        &[
            "dashboard/Cargo.toml",
            "dashboard/src/lib.rs",
            "dashboard/web/start.js",
        ],
    )?;
    if !force && is_fresh()? {
        return Ok(dashboard);
    }
    println!("building the dashboard");
    let inputs = inputs()?; // as they were before: what is changed meanwhile is not in it
    dashboard.wasm.parent().map_or(Ok(()), fs::create_dir_all)?;
    let compiled = page::compile("dashboard", |cargo| {
        cargo.env("RUSTFLAGS", RUSTFLAGS);
    })?;
    bind_and_shrink(&compiled, &dashboard)?;
    stamp::write("dashboard", &inputs)?;
    Ok(dashboard)
}

fn bind_and_shrink(compiled: &Path, dashboard: &Dashboard) -> Result<()> {
    let bound = places::intermediate().join("dashboard-bound");
    bindgen::bind(compiled, &bound, "dashboard_glue", For::Page)?;

    let mut shrink = child::command(tools::wasm_opt());
    shrink
        .arg(bound.join("dashboard_glue_bg.wasm"))
        .args(SHRINK);
    run(shrink.arg("-o").arg(&dashboard.wasm), "wasm-opt")?;

    bundle(&bound, &dashboard.script)
}

/// Its script and wasm-bindgen's glue in one file.
pub(super) fn bundle(bound: &Path, script: &Path) -> Result<()> {
    let start = bound.join("start.js");
    fs::copy(places::root().join("dashboard/web/start.js"), &start)?;
    let mut esbuild = child::command(tools::esbuild());
    esbuild.arg(&start).args([
        "--bundle",
        "--minify",
        "--format=esm",
        "--target=es2022",
        "--log-level=warning",
    ]);
    run(
        esbuild.arg(format!("--outfile={}", script.display())),
        "esbuild of the dashboard's script",
    )
}
