//! Sets a fresh machine up: adds what is missing and the command at hand needs, says what it adds, and is done at once when
//! nothing is.

pub(crate) mod browser;
pub(crate) mod engines;
mod install;
pub(crate) mod node;
mod rust;
pub(crate) mod shops;

use std::fs::{self, File};
use std::io::{Write, stdout};
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::progress::{Step, Steps};
use crate::{places, tools};

/// One thing that must be there.
struct Need {
    name: String,
    is_there: fn() -> bool,
    add: fn() -> Result<()>,
}

/// Adds what builds and tests need, but for the browser and what the example shops run on.
pub(crate) fn run() -> Result<()> {
    add_missing(&[
        need("Node", node::is_new_enough, node::name_what_is_missing),
        need(
            &format!("Rust {} with its sources", tools::RUST),
            rust::is_stable_complete,
            rust::add_stable,
        ),
        need(tools::NIGHTLY, rust::is_nightly_complete, rust::add_nightly),
        packages(),
    ])
}

/// Adds what compiles the quick build: no nightly, and no sources of std.
pub(crate) fn for_quick_build() -> Result<()> {
    let rust = format!("Rust {} for {}", tools::RUST, tools::WASM_TARGET);
    add_missing(&[
        need("Node", node::is_new_enough, node::name_what_is_missing),
        need(&rust, rust::has_wasm, rust::add_wasm),
    ])
}

/// Adds the npm packages without a word: it runs beside what computes.
pub(crate) fn packages_aside() -> Result<()> {
    let packages = packages();
    if (packages.is_there)() {
        return Ok(());
    }
    let _one_at_a_time = lock("setup")?;
    (packages.add)()
}

fn packages() -> Need {
    let name = "npm packages";
    need(name, node::are_packages_current, node::add_packages)
}

fn need(name: &str, is_there: fn() -> bool, add: fn() -> Result<()>) -> Need {
    Need {
        name: name.to_owned(),
        is_there,
        add,
    }
}

fn add_missing(needs: &[Need]) -> Result<()> {
    if needs.iter().all(|need| (need.is_there)()) {
        return Ok(());
    }
    let _one_at_a_time = lock("setup")?;
    let missing: Vec<&Need> = needs.iter().filter(|need| !(need.is_there)()).collect();
    let mut steps = Steps::of(missing.iter().map(|need| Step::new(&need.name)).collect());
    missing.iter().try_for_each(|need| steps.next(need.add))
}

/// Prints the title, then how long it took, on one line.
fn announce(title: &str, add: impl FnOnce() -> Result<()>) -> Result<()> {
    print!("{title} …");
    stdout().flush()?;
    let began = Instant::now();
    let done = add();
    println!(
        " {}",
        if done.is_ok() {
            format!("{:.0} s", began.elapsed().as_secs_f32())
        } else {
            "failed".into()
        }
    );
    done
}

/// Held while this machine's tools or this checkout's builds are being changed; others wait their turn.
pub(crate) fn lock(name: &str) -> Result<File> {
    let dir = if name == "setup" {
        places::tools_cache()
    } else {
        places::intermediate()
    };
    fs::create_dir_all(&dir).with_context(|| format!("creating {}", dir.display()))?;
    let file = File::create(dir.join(format!("{name}.lock")))?;
    if file.try_lock().is_err() {
        println!("waiting for another `cargo xtask` to finish its {name}");
        while file.try_lock().is_err() {
            if crate::interrupt::asked() {
                bail!("stopped");
            }
            std::thread::sleep(std::time::Duration::from_millis(200));
        }
    }
    Ok(file)
}
