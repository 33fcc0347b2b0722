//! What the example shops run on: PHP, and Python with the packages of its requirements.txt; Node's are in package.json.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::install::install;
use super::{announce, lock};
use crate::stamp::Inputs;
use crate::{child, places};

const REQUIREMENTS: &str = "examples/wallet/python/requirements.txt";

/// Adds what is missing.
pub(crate) fn install_missing() -> Result<()> {
    if has_php() && python()?.is_some() {
        return Ok(());
    }
    let _one_at_a_time = lock("setup")?;
    if !has_php() {
        announce("PHP by apt-get", || apt(&["php-cli", "php-sqlite3"])).context(
            "the PHP example needs PHP 8 with pdo_sqlite: install both and run this again",
        )?;
    }
    if python()?.is_none() {
        announce("Python packages", add_packages)?;
    }
    Ok(())
}

/// The Python that has the packages, if it is there.
pub(crate) fn python() -> Result<Option<PathBuf>> {
    let venv = venv()?;
    Ok(done(&venv)
        .is_file()
        .then(|| venv.join("bin").join("python")))
}

fn has_php() -> bool {
    let modules = child::answer(child::command("php").arg("-m"));
    modules.is_some_and(|modules| modules.lines().any(|module| module == "pdo_sqlite"))
}

/// One for each list of packages: another list is another environment.
fn venv() -> Result<PathBuf> {
    let list = Inputs::default()
        .path(&places::root().join(REQUIREMENTS))?
        .hash();
    let short = list.get(..16).unwrap_or(&list);
    Ok(places::tools_cache().join(format!("python-{short}")))
}

/// Written last: an environment without it is one that was not finished.
fn done(venv: &std::path::Path) -> PathBuf {
    venv.join("done")
}

fn add_packages() -> Result<()> {
    let venv = venv()?;
    let make = || {
        let mut python = child::command("python3");
        python.args(["-m", "venv", "--clear"]).arg(&venv);
        install(&mut python, "python3 -m venv")
    };
    // Debian keeps the half of it in a package of its own.
    if let Err(error) = make() {
        apt(&["python3", "python3-venv"])
            .with_context(|| format!("{error:#}"))
            .context("the Python example needs Python 3.9 or newer with its venv module")?;
        make()?;
    }
    let mut pip = child::command(venv.join("bin").join("python"));
    pip.args([
        "-m",
        "pip",
        "install",
        "--no-input",
        "--disable-pip-version-check",
    ])
    .args(["--require-hashes", "-r", REQUIREMENTS]);
    install(&mut pip, "pip install")?;
    fs::write(done(&venv), "").with_context(|| format!("writing {}", venv.display()))
}

pub(super) fn apt(packages: &[&str]) -> Result<()> {
    if !rustix::process::geteuid().is_root() || places::on_path("apt-get").is_none() {
        bail!("{} cannot be added here", packages.join(" and "));
    }
    install(child::command("apt-get").arg("update"), "apt-get update")?;
    let mut apt: Command = child::command("apt-get");
    apt.args(["install", "-y", "--no-install-recommends"])
        .args(packages)
        .env("DEBIAN_FRONTEND", "noninteractive");
    install(&mut apt, &format!("apt-get install {}", packages.join(" ")))
}
