//! `cargo xtask dev`: a shop, an M-PESA and a handset on this machine, until Ctrl-C.

use std::thread::sleep;
use std::time::Duration;

use anyhow::{Result, bail};
use clap::Args;
use serde_json::json;

use crate::operate::Worker as Operated;
use crate::stack::{self, Setting, WorkerSetting};
use crate::{build, interrupt, places, secrets};

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
    build::ensure(false)?;

    let setting = Setting {
        secrets: secrets_file,
        state: places::state(),
        is_shown: true,
    };
    let mut emulator = stack::start_emulator(&setting, options.emulator_port)?;
    let [initiator, credential] = stack::initiator();
    let mut worker = stack::start_worker(
        &setting,
        &WorkerSetting {
            name: "worker",
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
