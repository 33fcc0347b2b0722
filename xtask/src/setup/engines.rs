//! The browsers of the tests' part `browsers`: old Chromiums out of npm packages, the one of the end-to-end tests, Firefox, WebKitGTK.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use super::{announce, browser, lock, node, shops};
use crate::{child, places};

/// An old Chromium for Linux on x86-64, as a package carries it: the program and its libraries, each by brotli.
struct Old {
    name: &'static str,
    package: &'static str,
    version: &'static str,
    /// What npm must find the package's bytes to be.
    integrity: &'static str,
    /// The archive with the libraries that a bare machine lacks, in `lib/`.
    libraries: &'static str,
}

/// The one place that says which. They are fetched when the part first runs, never by `npm ci`.
const OLD: [Old; 5] = [
    Old {
        name: "Chromium 80",
        package: "chrome-aws-lambda",
        version: "2.1.1",
        integrity: "sha512-Wer2QuygxsCov5bM2+8CLa6qYpNsc5AxYTlgTne00aFoxFP491LGJRxOQtGnYtsJP6UG4pB0SfrwTyPnLys1Lw==",
        libraries: "aws",
    },
    Old {
        name: "Chromium 88",
        package: "chrome-aws-lambda",
        version: "5.5.0",
        integrity: "sha512-nYSDzTsVEVsvIFaUUAUN53ulXBLKSRXFS+eVYZOLZD5SA1If59rqBAiy4raMgorQwXWqjSsjK1SF4As+qzPLqA==",
        libraries: "aws",
    },
    Old {
        name: "Chromium 92",
        package: "chrome-aws-lambda",
        version: "10.1.0",
        integrity: "sha512-NZQVf+J4kqG4sVhRm3WNmOfzY0OtTSm+S8rg77pwePa9RCYHzhnzRs8YvNI6L9tALIW6RpmefWiPURt3vURXcw==",
        libraries: "aws",
    },
    Old {
        name: "Chromium 109",
        package: "@sparticuz/chromium",
        version: "109.0.6",
        integrity: "sha512-9hTE03DXnrWTiGNpfjLfmGhIfmiVAerSPinDb+x5bBdM4KF4PMM1NZ0A+V7WKazoA+CasSX/osHK8K0MuO6uqg==",
        libraries: "aws",
    },
    Old {
        name: "Chromium 119",
        package: "@sparticuz/chromium",
        version: "119.0.2",
        integrity: "sha512-VB6tHW13YpQ7HqyhKG1KU8Z1RIb/kfHMg8j/4ft5rk8mMvEm2YkBYFCHnj+yb0P/RPLcdgX3+VC58GuJilOtww==",
        libraries: "al2023",
    },
];

/// Unpacks the files named, from brotli, into a directory.
const UNPACK: &str = "\
import { createReadStream, createWriteStream } from 'node:fs'; \
import { createBrotliDecompress } from 'node:zlib'; \
import { pipeline } from 'node:stream/promises'; \
let text = ''; for await (const part of process.stdin) text += part; \
const { from, to, names } = JSON.parse(text); \
for (const name of names) await pipeline(createReadStream(`${from}/${name}.br`), createBrotliDecompress(), createWriteStream(`${to}/${name}`)); \
console.log('unpacked');";

/// How a browser is driven.
#[derive(Clone, Copy)]
enum Speaks {
    /// Chromium's own protocol, over a pipe.
    Cdp,
    /// WebDriver BiDi, over a WebSocket.
    Bidi,
    /// WebDriver over HTTP, by WebKit's own server of it.
    WebDriver,
}

/// What the tests drive.
pub(crate) struct Found {
    /// Every browser that there is for this machine, and why another is not, as JSON for `e2e/browsers`.
    pub(crate) browsers: Value,
    /// What Node needs to be told, beside what the environment says, to speak to them.
    pub(crate) node_options: String,
}

/// The old ones alone, which npm brings. Fetches what is not here yet.
///
/// # Errors
/// One cannot be fetched or is not the one that was meant. What this machine cannot run is left out, and said.
pub(crate) fn find_or_install_old() -> Result<Found> {
    let old = OLD.iter().map(old).collect::<Result<Vec<_>>>()?;
    Ok(Found {
        browsers: old.into(),
        node_options: env::var("NODE_OPTIONS").unwrap_or_default(),
    })
}

fn old(old: &Old) -> Result<Value> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Ok(absent(old.name, "it is for Linux on x86-64"));
    }
    let at = old.find_or_install()?;
    let (program, libraries) = (at.join("chromium"), at.join("lib"));
    Ok(there(
        old.name,
        Speaks::Cdp,
        Some(&program),
        Some(&libraries),
    ))
}

/// Every one. Fetches what is not here yet.
///
/// # Errors
/// As of the old ones.
pub(crate) fn find_or_install() -> Result<Found> {
    let mut found = OLD.iter().map(old).collect::<Result<Vec<_>>>()?;
    let today = browser::find_or_install(browser::Form::Whole)?;
    found.push(there("Chromium today", Speaks::Cdp, today.as_deref(), None));
    let flag = node::websocket_flag();
    let program = flag.context("Node 20.10 or newer speaks to it");
    found.push(match program.and_then(|_| firefox()) {
        Ok(program) => there("Firefox ESR", Speaks::Bidi, Some(&program), None),
        Err(why) => absent("Firefox ESR", &format!("{why:#}")),
    });
    found.push(match webkit() {
        Ok(program) => there("WebKitGTK", Speaks::WebDriver, Some(&program), None),
        Err(why) => absent("WebKitGTK", &format!("{why:#}")),
    });
    let options = env::var("NODE_OPTIONS").unwrap_or_default();
    Ok(Found {
        browsers: found.into(),
        node_options: format!("{options} {}", flag.unwrap_or_default()),
    })
}

fn there(name: &str, speaks: Speaks, program: Option<&Path>, libraries: Option<&Path>) -> Value {
    let speaks = match speaks {
        Speaks::Cdp => "cdp",
        Speaks::Bidi => "bidi",
        Speaks::WebDriver => "webdriver",
    };
    json!({ "name": name, "speaks": speaks, "program": program, "libraries": libraries })
}

fn absent(name: &str, why: &str) -> Value {
    println!("left out: {name}: {why}");
    json!({ "name": name, "absent": why })
}

impl Old {
    /// The directory with `chromium` and `lib`. It gets its name last: one that was not finished has none.
    fn find_or_install(&self) -> Result<PathBuf> {
        let version = self.version;
        let at = places::tools_cache().join(format!(
            "{}-{version}",
            self.package.trim_start_matches('@').replace('/', "-")
        ));
        if at.is_dir() {
            return Ok(at);
        }
        let _one_at_a_time = lock("setup")?;
        if !at.is_dir() {
            let title = format!("{} by npm ({} {version})", self.name, self.package);
            announce(&title, || self.install(&at)).with_context(|| title.clone())?;
        }
        Ok(at)
    }

    fn install(&self, at: &Path) -> Result<()> {
        let packed = at.with_added_extension("packed");
        let made = at.with_added_extension("made");
        for dir in [&packed, &made] {
            if dir.exists() {
                fs::remove_dir_all(dir)?;
            }
            fs::create_dir_all(dir)?;
        }
        let tarball = self.fetch(&packed)?;
        tar(&tarball, &packed)?;
        let bin = packed.join("package/bin");
        let archive = format!("{}.tar", self.libraries);
        let ask = json!({ "from": bin, "to": made, "names": ["chromium", &archive] });
        let unpacked = child::node(UNPACK, &ask)?;
        let said = String::from_utf8_lossy(&unpacked.stdout);
        ensure!(said.trim() == "unpacked", "it cannot be unpacked");
        let archive = made.join(archive);
        tar(&archive, &made)?;
        fs::remove_file(&archive)?;
        executable(&made.join("chromium"))?;
        fs::remove_dir_all(&packed)?;
        fs::rename(&made, at).with_context(|| format!("making {}", at.display()))
    }

    /// The package as npm has it, which must be the one that was meant.
    fn fetch(&self, to: &Path) -> Result<PathBuf> {
        let mut npm = child::command("npm");
        npm.args(["pack", "--json", "--pack-destination"]).arg(to);
        npm.arg(format!("{}@{}", self.package, self.version));
        let done = npm.output().context("npm is missing")?;
        if !done.status.success() {
            bail!("npm pack: {}", String::from_utf8_lossy(&done.stderr));
        }
        let told: Value = serde_json::from_slice(&done.stdout).context("npm pack told no JSON")?;
        let told = told.get(0).context("npm pack told of no package")?;
        let integrity = told.get("integrity").and_then(Value::as_str);
        ensure!(
            integrity == Some(self.integrity),
            "npm gave other bytes: {integrity:?}"
        );
        let tarballs = fs::read_dir(to)?.collect::<Result<Vec<_>, _>>()?;
        match tarballs.as_slice() {
            [only] => Ok(only.path()),
            _ => bail!("npm pack left {} files", tarballs.len()),
        }
    }
}

fn tar(archive: &Path, into: &Path) -> Result<()> {
    let mut tar = child::command("tar");
    tar.arg("-xf").arg(archive).arg("-C").arg(into);
    child::run(&mut tar, "tar")
}

fn executable(program: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(program, fs::Permissions::from_mode(0o755))
        .with_context(|| format!("{} is not there", program.display()))
}

fn firefox() -> Result<PathBuf> {
    let installed = || {
        ["firefox-esr", "firefox"]
            .into_iter()
            .find_map(places::on_path)
    };
    if let Some(program) = installed() {
        return Ok(program);
    }
    let _one_at_a_time = lock("setup")?;
    announce("Firefox by apt-get", || shops::apt(&["firefox-esr"]))?;
    installed().context("apt-get brought no firefox program")
}

/// WebKitGTK's small browser, with the server that drives it and a screen that nobody sees.
fn webkit() -> Result<PathBuf> {
    let installed = || {
        ["WebKitWebDriver", "Xvfb"]
            .into_iter()
            .all(|name| places::on_path(name).is_some())
            .then(mini_browser)
            .flatten()
    };
    if let Some(program) = installed() {
        return Ok(program);
    }
    let _one_at_a_time = lock("setup")?;
    let packages = ["webkit2gtk-driver", "xvfb"];
    announce("WebKitGTK by apt-get", || shops::apt(&packages))?;
    installed().context("apt-get brought no MiniBrowser")
}

/// It is on nobody's PATH: below the libraries of this machine's kind.
fn mini_browser() -> Option<PathBuf> {
    let kinds = fs::read_dir("/usr/lib").ok()?;
    let below = kinds.filter_map(Result::ok).map(|kind| kind.path());
    let places = below.flat_map(|kind| {
        ["webkit2gtk-4.1", "webkitgtk-6.0", "webkit2gtk-4.0"]
            .map(|version| kind.join(version).join("MiniBrowser"))
    });
    places.into_iter().find(|program| program.is_file())
}
