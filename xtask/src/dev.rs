//! `cargo xtask dev`: a shop, an M-PESA and a handset on this machine, until Ctrl-C.

use std::thread::{self, sleep};
use std::time::Duration;

use anyhow::{Result, anyhow, bail};
use clap::Args;
use serde_json::json;

use crate::build::{Built, quick};
use crate::operate::Worker as Operated;
use crate::progress::{Step, Steps};
use crate::stack::{self, Setting, WorkerSetting};
use crate::{build, interrupt, places, secrets, setup};

/// The Worker's name, and that of the directory of its state.
const WORKER: &str = "worker";
const POLL: Duration = Duration::from_millis(100);

#[derive(Args)]
pub(crate) struct Options {
    /// The Worker's port
    #[arg(long, default_value_t = 8787)]
    port: u16,
    /// The emulator's port
    #[arg(long, default_value_t = 8788)]
    emulator_port: u16,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    stack::require_free(options.port, "--port")?;
    stack::require_free(options.emulator_port, "--emulator-port")?;
    let secrets_file = places::root().join(".dev.vars");
    if secrets::write_missing(&secrets_file)? {
        println!("wrote random secrets for development into .dev.vars");
    }
    let is_as_deployed = build::is_fresh()?;
    let built = prepare(is_as_deployed)?;

    let setting = Setting {
        built,
        secrets: secrets_file,
        state: places::state(),
        is_shown: true,
    };
    let mut emulator = stack::start_emulator(&setting, options.emulator_port)?;
    let [initiator, credential] = stack::initiator();
    let mut worker = stack::start_worker(
        &setting,
        &WorkerSetting {
            name: WORKER,
            port: options.port,
            emulator_url: &emulator.url,
            vars: &["C2B_REGISTERED:true", &initiator, &credential],
            is_healthy: true,
            door_port: None,
        },
    )?;
    // The emulator keeps no registrations: payments by hand are noticed from here on.
    Operated::at(&worker.url)?.post("c2b/register", &json!({}))?;
    println!("ready {}", worker.url);
    let runs = if is_as_deployed {
        "what is deployed"
    } else {
        "a quick build, not what is deployed: larger, slower, and a panic may stall it (`cargo xtask build` makes the other)"
    };
    println!("  runs         {runs}");
    println!("  shop         {}/", worker.url);
    println!("  handset      {}/phone", emulator.url);
    println!("  credentials  .dev.vars");
    println!("  logs         .malipo/");
    println!("  Ctrl-C ends it");

    while !interrupt::asked() {
        for running in [&mut worker, &mut emulator] {
            if let Some(obituary) = running.service.obituary()? {
                bail!("{obituary}");
            }
        }
        sleep(POLL);
    }
    println!("stopping");
    worker.service.stop(); // first, so that it does not report its lost M-PESA
    emulator.service.stop();
    Ok(())
}

/// Builds what is to run, as deployed if that is up to date. What only waits is done beside what computes.
fn prepare(is_as_deployed: bool) -> Result<Built> {
    setup::for_quick_build()?;
    let is_first = !places::target("debug/malipo-emulator").is_file();
    let step = |name: &str, first_secs: u64| Step {
        name: name.to_owned(),
        usual: is_first.then_some(Duration::from_secs(first_secs)),
    };
    // As long as the first time takes on two cores.
    let compiling = step("the widget, the dashboard and the Worker", 125);
    let mut planned = vec![
        step("the emulator", 40),
        step("npm packages, begun before", 2),
        step("what the shop serves", 10),
    ];
    if !is_as_deployed {
        planned.insert(0, compiling);
    }
    let mut steps = Steps::of(planned);
    thread::scope(|scope| {
        let packages = scope.spawn(|| {
            setup::packages_aside()?;
            stack::migrate(&places::state().join(WORKER))
        });
        let mut said = String::new();
        if !is_as_deployed {
            said += &steps.next(quick::compile)?;
        }
        said += &steps.next(stack::compile_emulator)?;
        steps.next(|| {
            let added = packages.join();
            added.map_err(|_| anyhow!("adding the npm packages panicked"))?
        })?;
        let built = steps.next(|| {
            if is_as_deployed {
                build::ensure(false)
            } else {
                quick::assemble()
            }
        });
        eprint!("{said}"); // warnings
        built
    })
}
