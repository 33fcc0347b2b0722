//! Sets a fresh machine up: adds what is missing, says what it adds, and is done at once when nothing is.

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

use crate::{places, tools};

/// One thing that must be there.
struct Step {
    name: String,
    is_done: fn() -> bool,
    add: fn() -> Result<()>,
}

/// Adds everything but the browser and what the example shops run on, which only the tests need.
pub(crate) fn run() -> Result<()> {
    let steps = [
        step("Node", node::is_new_enough, node::name_what_is_missing),
        step(
            &format!("Rust {} for {}", tools::RUST, tools::WASM_TARGET),
            rust::is_stable_complete,
            rust::add_stable,
        ),
        step(tools::NIGHTLY, rust::is_nightly_complete, rust::add_nightly),
        step(
            "toolchain shims",
            rust::are_shims_written,
            rust::write_shims,
        ),
        step(
            "npm packages",
            node::are_packages_current,
            node::add_packages,
        ),
        step(
            &titled(&tools::WORKER_BUILD),
            || tools::WORKER_BUILD.path().is_file(),
            || rust::add(&tools::WORKER_BUILD),
        ),
        step(
            &titled(&tools::WASM_BINDGEN),
            || tools::WASM_BINDGEN.path().is_file(),
            || rust::add(&tools::WASM_BINDGEN),
        ),
    ];
    if steps.iter().all(|step| (step.is_done)()) {
        return Ok(());
    }
    let _one_at_a_time = lock("setup")?;
    for (index, step) in steps.iter().enumerate() {
        if (step.is_done)() {
            continue;
        }
        announce(
            &format!("[{}/{}] {}", index + 1, steps.len(), step.name),
            step.add,
        )?;
    }
    Ok(())
}

fn step(name: &str, is_done: fn() -> bool, add: fn() -> Result<()>) -> Step {
    Step {
        name: name.to_owned(),
        is_done,
        add,
    }
}

fn titled(tool: &tools::CargoTool) -> String {
    format!("{} {}", tool.program, tool.version)
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
