//! wasm-bindgen as a library: the JavaScript around a compiled crate of ours. It reads a private format that the crate was
//! compiled with, so its version is that of the `wasm-bindgen` library in Cargo.lock, to the last digit.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

/// With this, what wasm-bindgen's macros write takes its futures from js-sys, as the crate `worker` expects. (A variable, because
/// a flag of the compiler does not reach macros.)
pub(super) const WORKER_ENV: [(&str, &str); 1] = [("WASM_BINDGEN_USE_JS_SYS", "1")];

/// What is made, and for whom.
#[derive(Clone, Copy, Debug)]
pub(super) enum For {
    /// A module that a page starts by its default export.
    Page,
    /// The same, and the WASM without names and without who made it.
    BarePage,
    /// A module that imports its WASM, and can begin anew with a fresh instance.
    Worker,
}

/// Writes `{name}.js` and `{name}_bg.wasm` into a directory that then holds nothing else of an earlier build.
pub(super) fn bind(compiled: &Path, into: &Path, name: &str, whom: For) -> Result<()> {
    let _ = fs::remove_dir_all(into); // the inline JavaScript of crates lies in folders named by hashes
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(compiled)
        .out_name(name)
        .typescript(false)
        .omit_default_module_path(false);
    match whom {
        For::Page => bindgen.web(true)?,
        For::BarePage => bindgen
            .web(true)?
            .remove_name_section(true)
            .remove_producers_section(true),
        For::Worker => bindgen
            .module(true)?
            .reset_state_function(true)
            .force_enable_abort_handler(true),
    };
    bindgen
        .generate(into)
        .with_context(|| format!("wasm-bindgen of {}", compiled.display()))
}

#[cfg(test)]
mod tests {
    use crate::places;

    /// The versions of a crate that Cargo.lock names.
    fn locked(lock: &toml::Table, name: &str) -> Vec<String> {
        let packages = lock["package"].as_array().unwrap().iter();
        packages
            .filter(|of| of["name"].as_str() == Some(name))
            .map(|of| of["version"].as_str().unwrap().to_owned())
            .collect()
    }

    #[test]
    fn it_reads_what_the_crates_are_compiled_with() {
        let lock = std::fs::read_to_string(places::root().join("Cargo.lock")).unwrap();
        let lock: toml::Table = lock.parse().unwrap();
        let compiled_with = locked(&lock, "wasm-bindgen");
        assert_eq!(compiled_with.len(), 1, "{compiled_with:?}");
        assert_eq!(
            locked(&lock, "wasm-bindgen-cli-support"),
            compiled_with,
            "xtask/Cargo.toml must name the version of the wasm-bindgen library"
        );
    }
}
