//! The parts that run the whole: the stack that others test too, a real browser, and what a deployment would upload.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::child::{self, run};
use crate::ports::free_port;
use crate::setup::browser::{self, Form};
use crate::stack::{self, Running, Setting, WorkerSetting};
use crate::{build, places, secrets};

/// The till's own: a session of another key must not open it.
const TILL_API_KEY: &str = "a-test's-key-that-opens-nothing-real";

pub(super) fn e2e() -> Result<()> {
    playwright("e2e/playwright.config.ts", Form::Shell)
}

/// The checkout's screens, whose pages ask the server for files alone.
pub(super) fn screens() -> Result<()> {
    let stack = TestStack::start("screens", &[])?;
    play(&stack, "e2e/screens.config.ts", &[], &[], Form::Shell)
}

/// The dashboard's, likewise.
pub(super) fn dashboard_screens() -> Result<()> {
    let stack = TestStack::start("dashboard-screens", &[])?;
    let config = "e2e/dashboard_screens.config.ts";
    play(&stack, config, &[], &[], Form::Shell)
}

/// What a slow phone takes until it has paid. It proves nothing and is no part of the tests.
pub(crate) fn bench() -> Result<()> {
    playwright("e2e/bench.config.ts", Form::Whole)
}

fn playwright(config: &str, form: Form) -> Result<()> {
    let [initiator, credential] = stack::initiator();
    let shop = [
        "C2B_REGISTERED:true",
        "AUTO_CLAIM_MAX_KES:200",
        &initiator,
        &credential,
    ];
    let stack = TestStack::start("e2e", &shop)?;
    // A shop with a till, whose payments by hand nobody reports, and whose server is away.
    let away = format!("WEBHOOK_URL:http://127.0.0.1:{}/", free_port()?);
    let key = format!("API_KEY:{TILL_API_KEY}");
    let till = [
        "PAYBILL:",
        "TILL_STORE:174378",
        "TILL_NUMBER:555555",
        &away,
        &key,
    ];
    let till = stack.start_worker("till", &till, None)?;
    let till = [
        ("MALIPO_TILL_URL", till.url.as_str()),
        ("MALIPO_TILL_API_KEY", TILL_API_KEY),
    ];
    play(&stack, config, &[], &till, form)
}

/// Runs a configuration's stories in a browser (all, or those of the files named), against a stack and what else they are told.
pub(super) fn play(
    stack: &TestStack,
    config: &str,
    stories: &[&str],
    told: &[(&str, &str)],
    form: Form,
) -> Result<()> {
    if !places::root().join(config).is_file() {
        bail!("{config} is not there");
    }
    let chromium = browser::find_or_install(form)?;
    let mut playwright = child::command(places::node_bin("playwright"));
    playwright.args(["test", "--config", config]).args(stories);
    if let Some(path) = chromium {
        playwright.env("CHROMIUM_PATH", path);
    }
    run(
        stack.tell(&mut playwright).envs(told.iter().copied()),
        &format!("the stories of {config} (artefacts in e2e/artefacts)"),
    )
}

pub(super) fn deploy_dry_run() -> Result<()> {
    build::ensure(false)?;
    let scratch = Scratch::new("deploy")?;
    let mut wrangler = child::command(places::node_bin("wrangler"));
    wrangler
        .args(["deploy", "--dry-run", "--outdir"])
        .arg(&scratch.0);
    wrangler
        .env("MALIPO_PREBUILT", "1")
        .envs(stack::wrangler_env(&scratch.0));
    run(&mut wrangler, "wrangler deploy --dry-run")
}

/// Merchants at M-PESA beside the emulator's usual ones, with an app and passkeys of their own: two Pay Bills and a till.
const MORE_AT_MPESA: [&str; 8] = [
    "--app",
    "another-consumer-key:another-consumer-secret",
    "--shortcode",
    "600777:passkey-of-600777",
    "--shortcode",
    "600888:passkey-of-600888",
    "--till",
    "400111:400222:passkey-of-400111",
];

/// An emulator and a Worker on free ports, with secrets and storage of their own.
pub(super) struct TestStack {
    pub(super) worker: Running, // ends first, so that it does not report its lost M-PESA
    emulator: Running,
    setting: Setting,
    _scratch: Scratch,
}

impl TestStack {
    pub(super) fn start(name: &str, vars: &[&str]) -> Result<TestStack> {
        TestStack::start_of(build::ensure(false)?, name, vars)
    }

    /// As [`TestStack::start`], of another build.
    pub(super) fn start_of(built: build::Built, name: &str, vars: &[&str]) -> Result<TestStack> {
        let scratch = Scratch::new(name)?;
        let setting = Setting {
            built,
            secrets: scratch.0.join("secrets.env"),
            state: scratch.0.clone(),
            is_shown: false,
        };
        secrets::write_missing(&setting.secrets)?;
        let emulator = stack::start_emulator_with(&setting, 0, &MORE_AT_MPESA)?;
        let worker = worker(&setting, "worker", free_port()?, &emulator.url, vars, None)?;
        Ok(TestStack {
            worker,
            emulator,
            setting,
            _scratch: scratch,
        })
    }

    pub(super) fn start_worker(
        &self,
        name: &'static str,
        vars: &[&str],
        door_port: Option<u16>,
    ) -> Result<Running> {
        let port = free_port()?;
        worker(
            &self.setting,
            name,
            port,
            &self.emulator.url,
            vars,
            door_port,
        )
    }

    /// A Worker on this port, over the state that one of its name has left.
    pub(super) fn start_worker_on(
        &self,
        port: u16,
        name: &'static str,
        vars: &[&str],
    ) -> Result<Running> {
        worker(&self.setting, name, port, &self.emulator.url, vars, None)
    }

    /// Where it keeps everything.
    pub(super) fn state(&self) -> &Path {
        &self.setting.state
    }

    /// The file with its secrets.
    pub(super) fn secrets(&self) -> &Path {
        &self.setting.secrets
    }

    /// Tells a test program where everything is.
    pub(super) fn tell<'a>(&self, tests: &'a mut Command) -> &'a mut Command {
        tests
            .env("MALIPO_URL", &self.worker.url)
            .env("MALIPO_EMULATOR_URL", &self.emulator.url)
            .env("MALIPO_LOG", &self.worker.log)
            .env("MALIPO_SECRETS", &self.setting.secrets)
            .env("MALIPO_MERCHANTS_DARAJA", MORE_AT_MPESA.join(" "))
    }
}

fn worker(
    setting: &Setting,
    name: &'static str,
    port: u16,
    emulator_url: &str,
    vars: &[&str],
    door_port: Option<u16>,
) -> Result<Running> {
    stack::start_worker(
        setting,
        &WorkerSetting {
            name,
            port,
            emulator_url,
            vars,
            is_healthy: name != "sandbox", // whose configuration is for the emulator
            door_port,
        },
    )
}

/// A directory that goes with this value.
pub(crate) struct Scratch(pub(crate) PathBuf);

impl Scratch {
    pub(crate) fn new(name: &str) -> Result<Scratch> {
        let dir = env::temp_dir().join(format!("malipo-{name}-{}", std::process::id()));
        fs::create_dir_all(&dir).with_context(|| format!("creating {}", dir.display()))?;
        Ok(Scratch(dir))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all::<&Path>(&self.0); // what is left lies in the system's temporary directory
    }
}
