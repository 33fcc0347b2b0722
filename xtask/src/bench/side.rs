//! A Worker of the comparison: started in Miniflare, asked, and ended with this value.

use std::collections::BTreeSet;
use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::json;

use super::counters::Counts;
use super::process;
use crate::load::http;
use crate::ports::free_port;
use crate::service::Service;
use crate::stack;
use crate::{child, interrupt, places};

const READY_MAX: Duration = Duration::from_secs(90);
const POLL: Duration = Duration::from_millis(100);

pub(super) struct Side {
    pub(super) name: &'static str,
    pub(super) url: String,
    /// Where Miniflare keeps its objects and its ledger.
    pub(super) state: PathBuf,
    /// The processes of its runtime.
    pub(super) processes: BTreeSet<u32>,
    door_port: u16,
    service: Service,
}

/// What every Worker of the comparison is told.
pub(super) struct Told<'a> {
    pub(super) secrets: &'a Path,
    pub(super) emulator: &'a str,
    pub(super) webhook: &'a str,
}

impl Side {
    pub(super) fn start(name: &'static str, config: &Path, told: &Told<'_>) -> Result<Side> {
        let dir = config.parent().context("a configuration lies somewhere")?;
        let state = dir.join("state");
        migrate(config, &state)?;
        let (port, door_port) = (free_port()?, free_port()?);
        let url = format!("http://127.0.0.1:{port}");
        let asked = json!({
            "config": config, "secrets": told.secrets, "state": state, "port": port, "door_port": door_port,
            "vars": {
                "PUBLIC_BASE_URL": url,
                "MERCHANT_ORIGINS": url,
                "DARAJA_BASE_URL": told.emulator,
                "WEBHOOK_URL": told.webhook,
            },
        });
        let before = process::ours("workerd")?;
        let mut node = child::command("node");
        node.arg(places::root().join("xtask/serve.mjs"))
            .arg(asked.to_string())
            .envs(stack::wrangler_env(&state))
            .current_dir(dir); // Miniflare finds modules below it
        let service = Service::start(name, &mut node, &dir.join("worker.log"), false)?;
        let mut side = Side {
            name,
            url,
            state,
            processes: BTreeSet::new(),
            door_port,
            service,
        };
        side.wait_until_ready()?;
        side.processes = &process::ours("workerd")? - &before;
        ensure!(
            !side.processes.is_empty(),
            "{name} has no process of workerd"
        );
        Ok(side)
    }

    fn wait_until_ready(&mut self) -> Result<()> {
        let began = Instant::now();
        loop {
            ensure!(!interrupt::asked(), "stopped");
            let answer = http::get(&format!("{}/healthz", self.url), None);
            let door = TcpStream::connect(("127.0.0.1", self.door_port));
            if answer.as_ref().is_ok_and(|(status, _)| *status == 200) && door.is_ok() {
                return Ok(());
            }
            if let Some(obituary) = self.service.obituary()? {
                bail!("{obituary}");
            }
            if began.elapsed() > READY_MAX {
                let said = self.service.last_output();
                bail!("{} is not ready: {answer:?}\n{said}", self.name);
            }
            sleep(POLL);
        }
    }

    /// Runs a statement in its ledger.
    pub(super) fn in_ledger(&self, statement: &str) -> Result<()> {
        self.at_door("ledger", statement)
    }

    /// Rings its scheduled handler.
    pub(super) fn ring_schedule(&self) -> Result<()> {
        self.at_door("scheduled", "")
    }

    fn at_door(&self, what: &str, body: &str) -> Result<()> {
        let url = format!("http://127.0.0.1:{}/{what}", self.door_port);
        http::text(&url, body.to_owned()).map(drop)
    }

    /// What was counted since the last time, by a counted Worker.
    pub(super) fn counts(&self) -> Result<Counts> {
        let counts = http::json(&format!("{}/v1/_counts", self.url), None)?;
        serde_json::from_value(counts).context("the counts cannot be read")
    }

    /// Ends it; where its state lies.
    pub(super) fn end(mut self) -> PathBuf {
        self.service.stop();
        self.state.clone()
    }
}

fn migrate(config: &Path, state: &Path) -> Result<()> {
    fs::create_dir_all(state)?;
    let mut wrangler = child::command(places::node_bin("wrangler"));
    wrangler
        .args(["d1", "migrations", "apply", "LEDGER", "--local"])
        .arg("--persist-to")
        .arg(state)
        .arg("--config")
        .arg(config)
        .env("CI", "1") // nobody is there to be asked
        .envs(stack::wrangler_env(state));
    let done = wrangler.output().context("starting wrangler")?;
    let said = [done.stdout, done.stderr].concat();
    ensure!(
        done.status.success(),
        "the ledger's migrations: {}",
        String::from_utf8_lossy(&said)
    );
    Ok(())
}
