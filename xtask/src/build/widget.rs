//! The widget's WASM and its glue, as small as the tools make them: every byte is waited for on a slow network.

mod glue;
mod link;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::bindgen::{self, For};
use super::page;
use super::require::require;
use crate::child::{self, run};
use crate::stamp::{self, Inputs};
use crate::{places, tools};

/// Besides `panic = "abort"` in the profile: a std without formatting of panic messages, rebuilt for size and for browsers of
/// 2020, whose WASM knows nothing of what came later.
const STD: [&str; 2] = [
    "-Zbuild-std=std,panic_abort",
    "-Zbuild-std-features=optimize_for_size",
];
const RUSTFLAGS: &str =
    "-Zunstable-options -Cpanic=immediate-abort -Ctarget-cpu=mvp -Ctarget-feature=+mutable-globals";

/// What every browser reads that has WASM and modules. Named, because the tools assume more.
const WASM_FEATURES: [&str; 2] = ["--mvp-features", "--enable-mutable-globals"];

/// A trap is a bug, so the optimiser need not keep one where it was; nothing outside knows our types.
const WASM_PASSES: [&str; 10] = [
    "--traps-never-happen",
    "--closed-world",
    "-Oz",
    "--flatten",
    "--rereloop",
    "-Oz",
    "-Oz",
    "--converge",
    "--strip-debug",
    "--strip-producers",
];

/// Properties of the glue that nothing outside reads.
const PRIVATE: &str = "^(__wbg_ptr|__wrap|__destroy_into_raw|_wbg_cb_unref)$";

/// Where the widget's built files lie.
pub(super) struct Widget {
    pub(super) glue: PathBuf,
    pub(super) wasm: PathBuf,
}

/// Where they lie when they are as deployed.
fn deployed() -> Widget {
    let at = places::intermediate().join("widget");
    Widget {
        glue: at.join("checkout.js"),
        wasm: at.join("checkout_bg.wasm"),
    }
}

/// Whether they are there, and nothing that they are made from has changed.
pub(super) fn is_fresh() -> Result<bool> {
    Ok(is_built(&deployed()) && stamp::is_fresh("widget", &inputs()?))
}

fn inputs() -> Result<String> {
    page::inputs("widget", &settings())
}

fn is_built(widget: &Widget) -> bool {
    widget.glue.is_file() && widget.wasm.is_file()
}

pub(super) fn build(force: bool) -> Result<Widget> {
    let widget = deployed();
    require(
        "the widget",
        places::root(),
        &[
            "widget/Cargo.toml",
            "widget/src/lib.rs",
            "shared/src/lib.rs",
        ],
    )?;
    if !force && is_fresh()? {
        return Ok(widget);
    }
    println!("building the widget");
    let inputs = inputs()?; // as they were before: what is changed meanwhile is not in it
    let compiled = compile()?;
    widget.wasm.parent().map_or(Ok(()), fs::create_dir_all)?;

    // A change that leaves the program as it was (a comment, another crate's lock entry) ends here.
    let recipe = Inputs::default().path(&compiled)?.text(&settings()).hash();
    if force || !is_built(&widget) || !stamp::is_fresh("widget-wasm", &recipe) {
        bind_and_shrink(&compiled, &widget)?;
        stamp::write("widget-wasm", &recipe)?;
    }
    stamp::write("widget", &inputs)?;
    Ok(widget)
}

fn settings() -> String {
    format!(
        "{} {STD:?} {RUSTFLAGS} {WASM_FEATURES:?} {WASM_PASSES:?} {PRIVATE} {} {}",
        page::settings(),
        include_str!("widget/glue.rs"),
        include_str!("widget/link.rs"),
    )
}

fn compile() -> Result<PathBuf> {
    let linker = link::write(&places::intermediate().join("widget-link"))?;
    page::compile("widget", |cargo| {
        // The flags are unstable, the compiler is the pinned stable one: no second toolchain for the page.
        cargo
            .args(STD)
            .env("RUSTC_BOOTSTRAP", "1")
            .env("RUSTFLAGS", RUSTFLAGS)
            .args(["--", &format!("-Clinker={}", linker.display())]);
    })
}

fn bind_and_shrink(compiled: &Path, widget: &Widget) -> Result<()> {
    let bound = places::intermediate().join("widget-bound");
    bindgen::bind(compiled, &bound, "checkout", For::BarePage)?;

    let bundle = fs::read_to_string(bundle(&bound)?)?;

    let graph = bound.join("graph.json");
    fs::write(&graph, glue::graph(&glue::used_exports(&bundle)))?;
    let reached = bound.join("reached.wasm");
    let mut reach = child::command(places::node_bin("wasm-metadce"));
    reach
        .arg(bound.join("checkout_bg.wasm"))
        .args(WASM_FEATURES)
        .arg(format!("--graph-file={}", graph.display()))
        .arg("-o")
        .arg(&reached);
    child::answer(&mut reach).context("wasm-metadce failed")?;

    let small = bound.join("small.wasm");
    let mut shrink = child::command(tools::wasm_opt());
    shrink
        .arg(&reached)
        .args(WASM_FEATURES)
        .args(WASM_PASSES)
        .arg("-o")
        .arg(&small);
    run(&mut shrink, "wasm-opt")?;

    let mut shorten = child::command(tools::wasm_opt());
    shorten
        .arg(&small)
        .args(WASM_FEATURES)
        .arg("--minify-imports-and-exports-and-modules")
        .arg("-o")
        .arg(&widget.wasm);
    let printed = child::answer(&mut shorten).context("wasm-opt could not shorten the names")?;
    let renamed = bound.join("renamed.js");
    fs::write(&renamed, glue::Names::parse(&printed).put_into(&bundle)?)?;
    let private = format!("--mangle-props={PRIVATE}");
    esbuild(&renamed, &widget.glue, &["--bundle", "--minify", &private])
}

/// wasm-bindgen's glue in one file with our doors: it puts inline JavaScript of crates into files of their own.
pub(super) fn bundle(bound: &Path) -> Result<PathBuf> {
    let written = bound.join("checkout.js");
    let text = fs::read_to_string(&written).context("reading wasm-bindgen's glue")?;
    fs::write(&written, glue::with_our_doors(&text)?)?;
    let bundled = bound.join("bundled.js");
    esbuild(&written, &bundled, &["--bundle"])?;
    Ok(bundled)
}

fn esbuild(from: &Path, to: &Path, arguments: &[&str]) -> Result<()> {
    let mut esbuild = child::command(tools::esbuild());
    esbuild
        .arg(from)
        .args(["--format=esm", "--target=es2020", "--log-level=warning"])
        .args(arguments)
        .arg(format!("--outfile={}", to.display()));
    run(&mut esbuild, "esbuild").context("esbuild could not read wasm-bindgen's glue")
}
