//! The dashboard's WASM and its script. Its merchant waits for it once a release: it keeps the compiler's own std, and
//! wasm-bindgen's glue as it is.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::require;
use crate::child::{self, run};
use crate::places;
use crate::stamp::{self, Inputs};
use crate::tools::{self, WASM_BINDGEN, WASM_TARGET};

/// The cdylib alone, as the widget's.
const COMPILE: [&str; 8] = [
    "rustc",
    "--package",
    "malipo-dashboard",
    "--lib",
    "--crate-type",
    "cdylib",
    "--profile",
    "widget",
];

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

pub(super) fn build(force: bool) -> Result<Dashboard> {
    let at = places::intermediate().join("dashboard");
    let dashboard = Dashboard {
        script: at.join("dashboard.js"),
        wasm: at.join("dashboard_bg.wasm"),
    };
    require(
        "the dashboard",
        places::root(),
        &[
            "dashboard/Cargo.toml",
            "dashboard/src/lib.rs",
            "dashboard/web/start.js",
        ],
    )?;
    let inputs = inputs()?;
    let is_built = dashboard.script.is_file() && dashboard.wasm.is_file();
    if !force && is_built && stamp::is_fresh("dashboard", &inputs) {
        return Ok(dashboard);
    }
    println!("building the dashboard");
    fs::create_dir_all(&at)?;
    bind_and_shrink(&compile()?, &dashboard)?;
    stamp::write("dashboard", &inputs)?;
    Ok(dashboard)
}

fn inputs() -> Result<String> {
    let mut inputs = Inputs::default();
    inputs.text(&format!(
        "{COMPILE:?} {RUSTFLAGS} {SHRINK:?} {} {}",
        tools::RUST,
        WASM_BINDGEN.version
    ));
    let below = [
        "dashboard",
        ".cargo/config.toml",
        "shared/Cargo.toml",
        "shared/src",
        "Cargo.toml",
        "Cargo.lock",
    ];
    inputs.paths(places::root(), &below)?;
    Ok(inputs.hash())
}

fn compile() -> Result<PathBuf> {
    let mut cargo = child::cargo("dashboard");
    cargo.args(COMPILE).args(["--target", WASM_TARGET]);
    cargo.env("RUSTFLAGS", RUSTFLAGS);
    run(&mut cargo, "compiling the dashboard")?;
    Ok(places::target("dashboard")
        .join(WASM_TARGET)
        .join("widget/malipo_dashboard.wasm"))
}

fn bind_and_shrink(compiled: &Path, dashboard: &Dashboard) -> Result<()> {
    let bound = places::intermediate().join("dashboard-bound");
    let _ = fs::remove_dir_all(&bound); // leftovers of an older layout
    let mut bindgen = child::command(WASM_BINDGEN.path());
    bindgen.args([
        "--target",
        "web",
        "--no-typescript",
        "--out-name",
        "dashboard_glue",
        "--out-dir",
    ]);
    run(bindgen.arg(&bound).arg(compiled), "wasm-bindgen")?;

    let mut shrink = child::command(tools::wasm_opt());
    shrink
        .arg(bound.join("dashboard_glue_bg.wasm"))
        .args(SHRINK);
    run(shrink.arg("-o").arg(&dashboard.wasm), "wasm-opt")?;

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
        esbuild.arg(format!("--outfile={}", dashboard.script.display())),
        "esbuild of the dashboard's script",
    )
}
