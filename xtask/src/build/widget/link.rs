//! The widget's linker: rust-lld, which exports nothing that our page cannot reach.
//!
//! rustc exports every function that a library marks for JavaScript, whether we use it or not, and
//! what is exported is kept with all that it calls. Only the linker can tell: once vtables have
//! become numbers, no later tool sees that nobody calls through them.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::{child, places};

/// Part of the names of what Leptos's server functions export for streams. We have neither.
const UNREACHED: &str = "intounderlying";

/// Hands the arguments on by a file, for they are thousands.
const SCRIPT: &str = r#"#!/bin/sh
# Written by `cargo xtask build`.
[ "$1 $2" = "-flavor wasm" ] || exit 2
shift 2
printf '%s\n' "$@" | awk '
  $0 == "--export" { is_export = 1; next }
  is_export && /UNREACHED/ { is_export = 0; next }
  { if (is_export) print "\"--export\""; is_export = 0; print "\"" $0 "\"" }
' > "$0.args"
exec "LLD" -flavor wasm "@$0.args"
"#;

/// Writes the linker into `dir`; its path.
pub(super) fn write(dir: &Path) -> Result<PathBuf> {
    let script = SCRIPT
        .replace("UNREACHED", UNREACHED)
        .replace("LLD", &lld()?.display().to_string());
    fs::create_dir_all(dir)?;
    let linker = dir.join("link.sh");
    fs::write(&linker, script)?;
    fs::set_permissions(&linker, fs::Permissions::from_mode(0o755))?;
    Ok(linker)
}

/// The toolchain's own linker, which lies below its host's name.
fn lld() -> Result<PathBuf> {
    let rustc = places::rustup_proxy("rustc").unwrap_or_else(|| "rustc".into());
    let mut rustc = child::command(rustc);
    let sysroot = child::answer(rustc.args(["--print", "sysroot"]))
        .context("rustc does not say where it lies")?;
    let hosts = fs::read_dir(Path::new(&sysroot).join("lib/rustlib"))?;
    hosts
        .filter_map(|host| Some(host.ok()?.path().join("bin/rust-lld")))
        .find(|lld| lld.is_file())
        .with_context(|| format!("{sysroot} has no rust-lld"))
}
