//! What is served beside the Worker (dist/): the loader, the hashed files it fetches (each beside its brotli form), the dashboard's, and the demo shop.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256, Sha384};

use super::dashboard::Dashboard;
use super::require::require;
use super::widget::Widget;
use crate::child::{self, run};
use crate::stamp::{files_below, hex};
use crate::{places, tools};

/// The loader's global name for the directory of its own release.
const ASSETS_CONSTANT: &str = "__MALIPO_ASSETS__";

/// What Cloudflare sends with every file that it serves without the Worker: what the Worker's own answers have. (Over plain
/// HTTP browsers pass over the second, so that a shop on this machine stays as it is.)
const HEADERS: &str = "\
/*
  X-Content-Type-Options: nosniff
  Strict-Transport-Security: max-age=31536000
/malipo.js
  Access-Control-Allow-Origin: *
  Cross-Origin-Resource-Policy: cross-origin
/embed.json
  Access-Control-Allow-Origin: *
  Cross-Origin-Resource-Policy: cross-origin
";

/// No arguments of its own.
const NOTHING: &[&str] = &[];

/// Files by their path in dist/.
type Files = BTreeMap<PathBuf, Vec<u8>>;

/// How hard files are compressed: as they are deployed, or hardly.
#[derive(Clone, Copy, Debug)]
pub(super) enum Brotli {
    Deployed,
    Quick,
}

/// Makes the directory hold all that is served.
pub(super) fn write(
    dist: &Path,
    widget: &Widget,
    dashboard: &Dashboard,
    how: Brotli,
) -> Result<()> {
    let root = places::root();
    require(
        "dist/",
        root,
        &[
            "widget/web/loader.ts",
            "widget/web/checkout/checkout.ts",
            "widget/web/dialog.css",
            "index.html",
            "dashboard/web/dashboard.html",
            "dashboard/web/dashboard.css",
        ],
    )?;
    let scratch = places::intermediate().join("web");

    let hashed = [
        ("checkout.js", checkout(widget, &scratch)?),
        ("checkout_bg.wasm", read(&widget.wasm)?),
    ];
    let release = PathBuf::from("a").join(release_name(
        hashed.iter().map(|(_, bytes)| bytes.as_slice()),
    ));

    let loader = scratch.join("malipo.js");
    let mut arguments = script("es2015");
    arguments.push(format!(
        "--define:{ASSETS_CONSTANT}=\"/{}\"",
        release.display()
    ));
    bundle(&root.join("widget/web/loader.ts"), &loader, &arguments)?;

    let page_styles = scratch.join("pay.css");
    bundle(&root.join("widget/web/pay.css"), &page_styles, NOTHING)?;

    let gallery = root.join("widget/web/gallery");
    let wall = scratch.join("gallery.js");
    bundle(
        &gallery.join("gallery.ts"),
        &wall,
        &["--format=iife", "--target=es2022"],
    )?;

    let loader = read(&loader)?;
    let (pinned, embed) = pinned(&loader)?;
    let mut files = Files::from([
        (
            PathBuf::from(format!("{pinned}.br")),
            how.compress(&loader)?,
        ),
        (pinned.into(), loader.clone()),
        ("embed.json".into(), embed),
        ("_headers".into(), HEADERS.into()),
        (
            "malipo.d.ts".into(),
            read(&root.join("widget/web/malipo.d.ts"))?,
        ),
        ("gallery.js".into(), read(&wall)?),
        ("gallery.html".into(), read(&gallery.join("gallery.html"))?),
        ("gallery.css".into(), read(&gallery.join("gallery.css"))?),
        ("malipo.js".into(), loader),
        ("pay.css".into(), read(&page_styles)?),
        ("index.html".into(), read(&root.join("index.html"))?),
        ("v1/openapi.json".into(), openapi()),
    ]);
    for file in files_below(&root.join("shop"))? {
        files.insert(
            file.strip_prefix(root.join("shop"))?.to_owned(),
            read(&file)?,
        );
    }
    insert_hashed(&mut files, &release, hashed, how)?;
    add_dashboard(&mut files, dashboard, how)?;
    replace(dist, &files)
}

/// What the loader fetches first: everything but the button and the program, which lies beside it.
fn checkout(widget: &Widget, scratch: &Path) -> Result<Vec<u8>> {
    let web = places::root().join("widget/web");
    let styles = scratch.join("dialog.css");
    bundle(&web.join("dialog.css"), &styles, NOTHING)?;
    let script_file = scratch.join("checkout.js");
    let mut arguments = script("es2017");
    arguments.extend([
        format!("--alias:malipo-program={}", widget.glue.display()),
        format!("--alias:malipo-styles={}", styles.display()),
        "--loader:.css=text".to_owned(),
        // Old scripts have a `self` of their own; this name no page can take.
        "--define:self=window".to_owned(),
        "--define:globalThis=window".to_owned(),
    ]);
    bundle(&web.join("checkout/checkout.ts"), &script_file, &arguments)?;
    read(&script_file)
}

/// A script for browsers of that age. Names that end in `_` are ours alone, and shortened.
fn script(target: &str) -> Vec<String> {
    vec![
        "--format=iife".to_owned(),
        format!("--target={target}"),
        "--mangle-props=[a-z]{3}_$".to_owned(),
    ]
}

/// The dashboard's files at addresses of their own, and the page that names them.
fn add_dashboard(files: &mut Files, dashboard: &Dashboard, how: Brotli) -> Result<()> {
    let web = places::root().join("dashboard/web");
    let styles = places::intermediate().join("web/dashboard.css");
    bundle(&web.join("dashboard.css"), &styles, NOTHING)?;
    let hashed = [
        ("dashboard.js", read(&dashboard.script)?),
        ("dashboard_bg.wasm", read(&dashboard.wasm)?),
        ("dashboard.css", read(&styles)?),
    ];
    let contents = hashed.iter().map(|(_, bytes)| bytes.as_slice());
    let release = PathBuf::from("a").join(release_name(contents));
    let page =
        fs::read_to_string(web.join("dashboard.html")).context("reading the dashboard's page")?;
    let page = page.replace("{release}", &release.display().to_string());
    files.insert("dashboard.html".into(), page.into_bytes());
    insert_hashed(files, &release, hashed, how)
}

/// Files of one release, each beside its brotli form.
fn insert_hashed<const N: usize>(
    files: &mut Files,
    release: &Path,
    hashed: [(&str, Vec<u8>); N],
    how: Brotli,
) -> Result<()> {
    for (name, bytes) in hashed {
        files.insert(release.join(format!("{name}.br")), how.compress(&bytes)?);
        files.insert(release.join(name), bytes);
    }
    Ok(())
}

/// The loader once more, at an address that only ever holds these bytes, and what a page has to write to accept no others.
fn pinned(loader: &[u8]) -> Result<(String, Vec<u8>)> {
    let name = format!("a/{}/malipo.js", release_name([loader].into_iter()));
    let integrity = format!("sha384-{}", STANDARD.encode(Sha384::digest(loader)));
    let embed = serde_json::json!({ "src": format!("/{name}"), "integrity": integrity });
    Ok((name, serde_json::to_vec_pretty(&embed)?))
}

/// The API's description, as the types give it.
fn openapi() -> Vec<u8> {
    format!("{:#}\n", malipo_openapi::document()).into_bytes()
}

fn bundle(from: &Path, to: &Path, arguments: &[impl AsRef<OsStr>]) -> Result<()> {
    let mut esbuild = child::command(tools::esbuild());
    esbuild
        .arg(from)
        .args(["--bundle", "--minify", "--log-level=warning"])
        .args(arguments);
    run(
        esbuild.arg(format!("--outfile={}", to.display())),
        &format!("esbuild {}", from.display()),
    )
}

/// The first 16 hex digits of SHA-256 over the files' contents: the same files always get the same address.
fn release_name<'a>(contents: impl Iterator<Item = &'a [u8]>) -> String {
    let mut hash = Sha256::new();
    contents.for_each(|bytes| hash.update(bytes));
    hex(&hash.finalize()[..8])
}

impl Brotli {
    fn compress(self, bytes: &[u8]) -> Result<Vec<u8>> {
        let quality = match self {
            Brotli::Deployed => 11, // a tenth less than what a server compresses in passing
            Brotli::Quick => 1,
        };
        let parameters = brotli::enc::BrotliEncoderParams {
            quality,
            lgwin: 22,
            size_hint: bytes.len(),
            ..Default::default()
        };
        let mut compressed = Vec::new();
        brotli::BrotliCompress(&mut &bytes[..], &mut compressed, &parameters)
            .context("compressing")?;
        Ok(compressed)
    }
}

/// The bytes as they are deployed.
pub(super) fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    Brotli::Deployed.compress(bytes)
}

/// Makes a directory hold exactly these files. What is the same is not touched: a running `wrangler dev` watches.
fn replace(dir: &Path, files: &Files) -> Result<()> {
    for stale in files_below(dir)? {
        if !files.contains_key(stale.strip_prefix(dir)?) {
            fs::remove_file(&stale).with_context(|| format!("removing {}", stale.display()))?;
            for parent in stale
                .ancestors()
                .skip(1)
                .take_while(|parent| *parent != dir)
            {
                let _ = fs::remove_dir(parent); // only when it is empty by now
            }
        }
    }
    for (name, bytes) in files {
        let file = dir.join(name);
        if fs::read(&file).is_ok_and(|present| present == *bytes) {
            continue;
        }
        file.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::write(&file, bytes).with_context(|| format!("writing {}", file.display()))?;
    }
    Ok(())
}

fn read(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).with_context(|| format!("reading {}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_is_named_by_its_contents() {
        let name = release_name([b"ab".as_slice(), b"c"].into_iter());
        assert_eq!(name, "ba7816bf8f01cfea"); // SHA-256 of "abc", FIPS 180-4
    }

    #[test]
    fn dist_holds_the_new_release_and_nothing_of_the_old() {
        let dir = std::env::temp_dir().join(format!("malipo-dist-{}", std::process::id()));
        replace(
            &dir,
            &Files::from([
                ("a/old/x.js".into(), vec![1]),
                ("index.html".into(), vec![2]),
            ]),
        )
        .unwrap();
        replace(
            &dir,
            &Files::from([
                ("a/new/x.js".into(), vec![3]),
                ("index.html".into(), vec![2]),
            ]),
        )
        .unwrap();
        assert_eq!(
            files_below(&dir).unwrap(),
            [dir.join("a/new/x.js"), dir.join("index.html")]
        );
        assert!(!dir.join("a/old").exists());
        fs::remove_dir_all(&dir).unwrap();
    }
}
