//! The quick build, for `dev` alone: everything in one call of Cargo with the stable compiler and its own std, nothing optimised,
//! nothing made small. It lies in a directory of its own, so that it can never be deployed. Two things are not as deployed: its
//! size, and that a panic takes the instance of the Worker with it, and so every request that was under way there.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::assets::{self, Brotli};
use super::bindgen::{self, For};
use super::dashboard::Dashboard;
use super::widget::Widget;
use super::{Built, dashboard, widget, worker};
use crate::child;
use crate::stamp::{self, Inputs};
use crate::tools::WASM_TARGET;
use crate::{places, setup};

/// One type for all elements: a fifth of the compiler's time.
const RUSTFLAGS: &str = "--cfg erase_components";

/// Compiles what has changed, into the target directory that the native programs share: macros are compiled once for both. What
/// the compiler says.
pub(crate) fn compile() -> Result<String> {
    let mut cargo = child::cargo("");
    cargo.args(["build", "--quiet", "--target", WASM_TARGET]);
    for of in ["widget", "dashboard", "worker"] {
        cargo.args(["--package", &format!("malipo-{of}")]);
    }
    cargo.env("RUSTFLAGS", RUSTFLAGS).envs(bindgen::WORKER_ENV);
    let what = "compiling the widget, the dashboard and the Worker";
    child::run_into(&places::intermediate().join("quick.log"), &mut cargo, what)
}

/// The Worker that shows what its host promises: its module. What is served beside it is what was built.
pub(crate) fn contract() -> Result<Built> {
    let mut cargo = child::cargo("");
    cargo
        .args([
            "build",
            "--target",
            WASM_TARGET,
            "--package",
            "malipo-worker",
        ])
        .args(["--features", "contract"])
        .env("RUSTFLAGS", RUSTFLAGS)
        .envs(bindgen::WORKER_ENV);
    child::run(&mut cargo, "compiling the contract's Worker")?;
    let dist = super::ensure(false)?.dist;
    let _one_at_a_time = setup::lock("build")?;
    let at = places::intermediate().join("contract");
    fs::create_dir_all(&at)?;
    let compiled = places::target(WASM_TARGET).join("debug/malipo_worker.wasm");
    worker::bind(&compiled, &at.join("worker"))?;
    let worker = at.join("worker").join(worker::MODULE);
    Ok(Built { worker, dist })
}

/// Binds what was compiled, and writes the files that are served.
pub(crate) fn assemble() -> Result<Built> {
    let _one_at_a_time = setup::lock("build")?;
    let at = places::intermediate().join("quick");
    let widget = Widget {
        glue: at.join("widget/checkout.js"),
        wasm: at.join("widget/checkout_bg.wasm"),
    };
    unless_fresh("widget", |compiled, scratch| {
        bindgen::bind(compiled, scratch, "checkout", For::BarePage)?;
        fs::copy(widget::bundle(scratch)?, &widget.glue)?;
        fs::rename(scratch.join("checkout_bg.wasm"), &widget.wasm).context("the widget's WASM")
    })?;
    let dashboard = Dashboard {
        script: at.join("dashboard/dashboard.js"),
        wasm: at.join("dashboard/dashboard_bg.wasm"),
    };
    unless_fresh("dashboard", |compiled, scratch| {
        bindgen::bind(compiled, scratch, "dashboard_glue", For::BarePage)?;
        dashboard::bundle(scratch, &dashboard.script)?;
        fs::rename(scratch.join("dashboard_glue_bg.wasm"), &dashboard.wasm)
            .context("the dashboard's WASM")
    })?;
    unless_fresh("worker", |compiled, _| {
        worker::bind(compiled, &at.join("worker"))
    })?;
    let built = Built {
        worker: at.join("worker").join(worker::MODULE),
        dist: at.join("dist"),
    };
    assets::write(&built.dist, &widget, &dashboard, Brotli::Quick)?;
    Ok(built)
}

/// Does what is to be done with `malipo_{of}.wasm` and an empty directory, if that has not been done with the same file.
fn unless_fresh(of: &str, bind: impl FnOnce(&Path, &Path) -> Result<()>) -> Result<()> {
    let at = places::intermediate().join("quick");
    let compiled = places::target(WASM_TARGET).join(format!("debug/malipo_{of}.wasm"));
    let glue = [include_str!("bindgen.rs"), include_str!("widget/glue.rs")];
    let mut recipe = Inputs::default();
    recipe.text(include_str!("quick.rs")).text(&glue.concat());
    let scripts = [
        "worker/shim.js",
        "dashboard/web/start.js",
        "package-lock.json",
    ];
    let recipe = recipe
        .path(&compiled)?
        .paths(places::root(), &scripts)?
        .hash();
    let stamp = format!("quick/{of}");
    if stamp::is_fresh(&stamp, &recipe) {
        return Ok(());
    }
    fs::create_dir_all(at.join(of))?;
    bind(&compiled, &at.join(format!("{of}-bound")))?;
    stamp::write(&stamp, &recipe)
}
