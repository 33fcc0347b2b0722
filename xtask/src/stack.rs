//! The emulator and the Worker on this machine: started together, waited for until a payment can be made, ended on drop.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::build::Built;
use crate::service::Service;
use crate::stamp::{Inputs, files_below};
use crate::{child, interrupt, places, secrets};

const READY_MAX: Duration = Duration::from_secs(90);
const POLL: Duration = Duration::from_millis(100);
const ASK_MAX: Duration = Duration::from_secs(2); // what is just starting may accept and not answer

/// What a stack runs, where it keeps its things, and who may see them.
pub(crate) struct Setting {
    pub(crate) built: Built,
    /// Secrets in dotenv format. The developer's own, or a test's: never both.
    pub(crate) secrets: PathBuf,
    /// Objects' storage and logs.
    pub(crate) state: PathBuf,
    /// Whether its output goes to the terminal too.
    pub(crate) is_shown: bool,
}

/// One Worker.
pub(crate) struct WorkerSetting<'a> {
    pub(crate) name: &'static str,
    pub(crate) port: u16,
    pub(crate) emulator_url: &'a str,
    /// More `NAME:value`s.
    pub(crate) vars: &'a [&'a str],
    /// Whether /healthz must say that the configuration is right, or only answer.
    pub(crate) is_healthy: bool,
    /// Where a test may change its ledger and ring its schedule (`serve.mjs`).
    pub(crate) door_port: Option<u16>,
}

/// One program of the stack and where it is reached.
pub(crate) struct Running {
    pub(crate) service: Service,
    pub(crate) url: String,
    pub(crate) log: PathBuf,
}

/// The variables that let a shop give money back and ask M-PESA about a transaction. The credential is as long as a real one;
/// the emulator does not open it.
pub(crate) fn initiator() -> [String; 2] {
    let credential = STANDARD.encode([7; 256]);
    [
        "DARAJA_INITIATOR:api".to_owned(),
        format!("DARAJA_SECURITY_CREDENTIAL:{credential}"),
    ]
}

/// Compiles the emulator. What the compiler says.
pub(crate) fn compile_emulator() -> Result<String> {
    child::run_into(
        &places::intermediate().join("emulator.log"),
        child::cargo("").args(["build", "--quiet", "--package", "malipo-emulator"]),
        "compiling the emulator",
    )
}

/// Compiles the emulator and starts it. Port 0 is any free one.
pub(crate) fn start_emulator(setting: &Setting, port: u16) -> Result<Running> {
    start_emulator_with(setting, port, &[])
}

/// As [`start_emulator`], with more flags.
pub(crate) fn start_emulator_with(setting: &Setting, port: u16, more: &[&str]) -> Result<Running> {
    eprint!("{}", compile_emulator()?);
    let mut emulator = child::command(places::target("debug").join("malipo-emulator"));
    emulator
        .args(["--port", &port.to_string(), "--shop-name", "Duka la Mtaa"])
        .arg("--credentials-file")
        .arg(&setting.secrets)
        .args(more);
    let log = setting.state.join("emulator.log");
    let service = Service::start("emulator", &mut emulator, &log, setting.is_shown)?;
    let mut running = Running {
        service,
        url: String::new(),
        log,
    };
    running.wait_until(|running| {
        if let Some(url) = running.service.said("emulator ready ") {
            running.url = url;
            return Ok(());
        }
        bail!("it has not printed `emulator ready`")
    })?;
    Ok(running)
}

/// Starts a Worker as it was built and waits until it answers.
pub(crate) fn start_worker(setting: &Setting, worker: &WorkerSetting<'_>) -> Result<Running> {
    let port = worker.port;
    let url = format!("http://127.0.0.1:{port}");
    let state = setting.state.join(worker.name);
    migrate(&state)?;
    let mut vars = serde_json::Map::new();
    // And the pages of a shop that is being tried out beside it.
    let more = secrets::read(&setting.secrets, "MERCHANT_ORIGINS")?.unwrap_or_default();
    let origins = format!("{url},http://localhost:{port},{more}");
    let origins = origins.trim_end_matches(',').to_owned();
    for (name, value) in [
        ("PUBLIC_BASE_URL", url.as_str()),
        ("DARAJA_BASE_URL", worker.emulator_url),
        ("MERCHANT_ORIGINS", &origins),
    ]
    .into_iter()
    .chain(worker.vars.iter().filter_map(|var| var.split_once(':')))
    {
        vars.insert(name.to_owned(), value.into());
    }
    let asked = json!({
        "config": places::root().join("wrangler.toml"),
        "main": setting.built.worker,
        "dist": setting.built.dist,
        "secrets": setting.secrets,
        "state": state,
        "port": port,
        "door_port": worker.door_port,
        "vars": vars,
    });
    let mut workerd = child::command("node");
    workerd
        .arg("xtask/serve.mjs")
        .arg(asked.to_string())
        .envs(wrangler_env(&state));
    let log = setting.state.join(format!("{}.log", worker.name));
    let service = Service::start(worker.name, &mut workerd, &log, setting.is_shown)?;
    let mut running = Running { service, url, log };
    let agent = agent();
    running.wait_until(
        |running| match agent.get(format!("{}/healthz", running.url)).call() {
            Ok(answer) if answer.status() == 200 || !worker.is_healthy => Ok(()),
            Ok(mut answer) => {
                let said = answer.body_mut().read_to_string().unwrap_or_default();
                bail!(
                    "GET /healthz answers {}: {}",
                    answer.status(),
                    said.chars().take(500).collect::<String>()
                )
            }
            Err(error) => bail!("GET /healthz: {error}"),
        },
    )?;
    // Its door opens a moment after it answers.
    if let Some(port) = worker.door_port {
        running.wait_until(|_| {
            let door = TcpStream::connect(("127.0.0.1", port));
            door.map(drop).context("its door is shut")
        })?;
    }
    Ok(running)
}

/// Makes the ledger's tables, where they are not yet what the migrations say. The state is one Worker's. An empty ledger is made
/// once and copied.
pub(crate) fn migrate(state: &Path) -> Result<()> {
    let config = places::root().join("wrangler.toml");
    let config =
        fs::read_to_string(&config).with_context(|| format!("reading {}", config.display()))?;
    let wanted = ledger_stamp(&config, &places::root().join("worker/migrations"))?;
    let made = state.join("ledger.stamp");
    if fs::read_to_string(&made).is_ok_and(|made| made == wanted) {
        return Ok(());
    }
    fs::create_dir_all(state).with_context(|| format!("creating {}", state.display()))?;
    if state.join(DATABASES).exists() {
        apply_migrations(state)?;
    } else {
        let empty = empty_ledger(&wanted)?;
        for file in files_below(&empty)? {
            let to = state.join(DATABASES).join(file.strip_prefix(&empty)?);
            to.parent().map_or(Ok(()), fs::create_dir_all)?;
            fs::copy(&file, &to).with_context(|| format!("writing {}", to.display()))?;
        }
    }
    fs::write(&made, wanted).with_context(|| format!("writing {}", made.display()))
}

/// Where a state's databases lie, as `wrangler d1 migrations apply --persist-to` has it.
const DATABASES: &str = "v3/d1";

/// The directory with a ledger of these migrations in which nothing stands.
fn empty_ledger(stamp: &str) -> Result<PathBuf> {
    let kept = places::intermediate().join(format!("ledger-{stamp}"));
    if !kept.is_dir() {
        let making = kept.with_extension(std::process::id().to_string());
        apply_migrations(&making)?;
        if let Err(why) = fs::rename(making.join(DATABASES), &kept)
            && !kept.is_dir()
        {
            return Err(why).with_context(|| format!("writing {}", kept.display()));
        }
        fs::remove_dir_all(&making)?;
    }
    Ok(kept)
}

fn apply_migrations(state: &Path) -> Result<()> {
    let mut wrangler = child::command(places::node_bin("wrangler"));
    wrangler
        .args([
            "d1",
            "migrations",
            "apply",
            "LEDGER",
            "--local",
            "--persist-to",
        ])
        .arg(state);
    wrangler
        .env("CI", "1") // nobody is there to be asked
        .env("MALIPO_PREBUILT", "1")
        .envs(wrangler_env(state));
    let done = wrangler.output().context("starting wrangler")?;
    if !done.status.success() {
        let said = [done.stdout, done.stderr].concat();
        bail!(
            "the ledger's migrations: {}",
            String::from_utf8_lossy(&said)
        );
    }
    Ok(())
}

/// What the ledger's tables are made from: the migrations, and the databases that `wrangler.toml` names. On this machine the file
/// of a database goes by its id, so with another id it is another one.
fn ledger_stamp(config: &str, migrations: &Path) -> Result<String> {
    let config: toml::Table = toml::from_str(config).context("wrangler.toml is no TOML")?;
    let databases = config.get("d1_databases").map(ToString::to_string);
    let stamp = Inputs::default()
        .text(&databases.unwrap_or_default())
        .path(migrations)?
        .hash();
    Ok(stamp)
}

/// What keeps wrangler to itself: no metrics, and no registry or log shared with another one.
pub(crate) fn wrangler_env(state: &Path) -> [(&'static str, PathBuf); 4] {
    [
        ("WRANGLER_SEND_METRICS", "false".into()),
        ("WRANGLER_REGISTRY_PATH", state.join("registry")),
        ("WRANGLER_LOG_PATH", state.join("wrangler.log")),
        ("FORCE_COLOR", "0".into()),
    ]
}

impl Running {
    /// The port that it listens on.
    pub(crate) fn port(&self) -> Result<u16> {
        let port = self
            .url
            .rsplit(':')
            .next()
            .and_then(|port| port.parse().ok());
        port.with_context(|| format!("{} names no port", self.url))
    }

    fn wait_until(&mut self, mut is_ready: impl FnMut(&mut Running) -> Result<()>) -> Result<()> {
        let began = Instant::now();
        loop {
            if interrupt::asked() {
                bail!("stopped");
            }
            let Err(not_yet) = is_ready(self) else {
                return Ok(());
            };
            if let Some(obituary) = self.service.obituary()? {
                bail!("{obituary}");
            }
            if began.elapsed() > READY_MAX {
                let waited = READY_MAX.as_secs();
                bail!(
                    "not ready after {waited} s: {not_yet:#}\nits last output:\n{}",
                    self.service.last_output()
                );
            }
            sleep(POLL);
        }
    }
}

/// Fails with what to do when somebody listens there already.
pub(crate) fn require_free(port: u16, flag: &str) -> Result<()> {
    match TcpListener::bind(("127.0.0.1", port)) {
        Ok(_) => Ok(()),
        Err(error) => bail!(
            "port {port} cannot be used ({error}): end the program that holds it, or choose another with {flag}"
        ),
    }
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .timeout_global(Some(ASK_MAX))
        .http_status_as_error(false)
        .build()
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ledger_of_another_id_gets_its_tables_too() {
        let migrations = places::root().join("worker/migrations");
        let stamp = |config: &str| ledger_stamp(config, &migrations).unwrap();
        let ledger = "[[d1_databases]]\nbinding = \"LEDGER\"\n";
        let first = stamp(ledger);
        assert_ne!(stamp(&format!("{ledger}database_id = \"1f0e\"\n")), first);
        let with_more = format!("name = \"duka\" # and a comment\n{ledger}");
        assert_eq!(stamp(&with_more), first, "it is the same database");
        assert_ne!(ledger_stamp(ledger, Path::new("nowhere")).unwrap(), first);
    }
}
