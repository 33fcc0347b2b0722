//! The parts that run the whole: the real Worker over HTTP, a real browser, and what a deployment would upload.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::master_key;
use crate::child::{self, run};
use crate::setup::browser;
use crate::stack::{self, Running, Setting, WorkerSetting, free_port};
use crate::{build, places, secrets};

/// The till's own: a session of another key must not open it.
const TILL_API_KEY: &str = "a-test's-key-that-opens-nothing-real";

/// An audience tag, as Cloudflare Access has them.
const ACCESS_AUD: &str = "32eafc7626e974616deaf0dc3ce63d7bcbed58a2731e84d06bc3cdf1b53c4228";

pub(super) fn live() -> Result<()> {
    // Compiled before the stack runs, so that a compile error is told without it.
    let mut tests = ["test", "--package", "malipo-tests", "--test", "live"].to_vec();
    run(
        child::cargo("").args(&tests).arg("--no-run"),
        "compiling the live tests",
    )?;
    let stack = TestStack::start("live", &[])?;
    let sandbox = stack.start_worker("sandbox", &["DARAJA_ENV:sandbox"], None)?;
    let shop_port = free_port()?;
    let webhook = format!("WEBHOOK_URL:http://127.0.0.1:{shop_port}/webhook");
    // A shop with a till, which takes open amounts, and callbacks from known addresses alone.
    let till_door = free_port()?;
    let till = [
        "PAYBILL:",
        "TILL_STORE:174378",
        "TILL_NUMBER:555555",
        r#"OPEN_AMOUNT:{"min_kes":10,"max_kes":1000}"#,
        "ENFORCE_CALLBACK_ADDRESSES:true",
        "CALLBACK_ADDRESSES:198.51.100.9",
        "ADMIN_KEY:", // whose only merchant is the one of its variables
        webhook.as_str(),
    ];
    let till = stack.start_worker("till", &till, Some(till_door))?;
    // A shop that trusts strangers little, and whose ledger is away at times.
    let strangers_door = free_port()?;
    let strangers = [
        "PROMPTS_PER_NUMBER:1",
        "PROMPTS_PER_ADDRESS_PER_HOUR:3",
        "SHED_FLOODS:on",
        webhook.as_str(),
    ];
    let strangers = stack.start_worker("strangers", &strangers, Some(strangers_door))?;
    // A shop whose payments by hand are reported, and which listens.
    let by_hand = [
        "PAYBILL:600426",
        "C2B_REGISTERED:true",
        "AUTO_CLAIM_MAX_KES:200",
        "PROMPTS_PER_ADDRESS_PER_HOUR:1000",
        webhook.as_str(),
    ];
    let by_hand_door = free_port()?;
    let by_hand = stack.start_worker("by-hand", &by_hand, Some(by_hand_door))?;
    // A shop that asks M-PESA for its list, and hears of no payment by hand.
    let credential = format!("DARAJA_SECURITY_CREDENTIAL:{}", "aB3+".repeat(86));
    let books = [
        "PAYBILL:600426",
        "LINK_ID:books",
        "PULL_TRANSACTIONS:true",
        "PULL_NOMINATED_NUMBER:254700000999",
        "DARAJA_INITIATOR:books",
        credential.as_str(),
    ];
    let books_door = free_port()?;
    let books = stack.start_worker("books", &books, Some(books_door))?;
    // A deployment of several merchants: what the tests make of it lies beside the one of its variables.
    let merchants_door = free_port()?;
    let merchants = stack.start_worker("merchants", &[], Some(merchants_door))?;
    // Two behind Cloudflare Access, which a test plays: one whose team answers, one whose team is away.
    let access = [
        format!("ACCESS_TEAM_DOMAIN:http://127.0.0.1:{}", free_port()?),
        format!("ACCESS_TEAM_DOMAIN:http://127.0.0.1:{}", free_port()?),
    ];
    let aud = format!("ACCESS_AUD:{ACCESS_AUD}");
    let behind_access = [access[0].as_str(), aud.as_str()];
    let behind_access = stack.start_worker("behind-access", &behind_access, None)?;
    // A shop that gives money back.
    let [initiator, credential] = stack::initiator();
    let refunds = [initiator.as_str(), &credential, &webhook, &access[1], &aud];
    let refunds = stack.start_worker("refunds", &refunds, None)?;
    // A shop that the doctor looks at, with something of the test's in front of it and before its Daraja; it forgets at once,
    // and asks M-PESA whatever can be asked.
    let (front_port, daraja_port) = (free_port()?, free_port()?);
    let checked_door = free_port()?;
    let around = [
        format!("PUBLIC_BASE_URL:http://127.0.0.1:{front_port}"),
        format!("DARAJA_BASE_URL:http://127.0.0.1:{daraja_port}"),
    ];
    let checked = [
        around[0].as_str(),
        around[1].as_str(),
        "FORGET_PHONES_AFTER_DAYS:0",
        "PULL_TRANSACTIONS:true",
        "PULL_NOMINATED_NUMBER:254700000999",
        "REFUSE_UNKNOWN_ACCOUNTS:true",
        "PROMPTS_PER_ADDRESS_PER_HOUR:1000",
        webhook.as_str(),
    ];
    let checked = stack.start_worker("checked", &checked, Some(checked_door))?;
    let door = |port: u16| format!("http://127.0.0.1:{port}");
    let tell = |tests: &[&str]| {
        run(
            stack
                .tell(child::cargo("").args(tests))
                .env("MALIPO_SANDBOX_URL", &sandbox.url)
                .env("MALIPO_TILL_URL", &till.url)
                .env("MALIPO_STRANGERS_URL", &strangers.url)
                .env("MALIPO_BY_HAND_URL", &by_hand.url)
                .env("MALIPO_REFUNDS_URL", &refunds.url)
                .env("MALIPO_BEHIND_ACCESS_URL", &behind_access.url)
                .env("MALIPO_ACCESS_TEAMS", access.join(" "))
                .env("MALIPO_ACCESS_AUD", ACCESS_AUD)
                .env("MALIPO_BY_HAND_DOOR", door(by_hand_door))
                .env("MALIPO_BOOKS_URL", &books.url)
                .env("MALIPO_BOOKS_DOOR", door(books_door))
                .env("MALIPO_TILL_DOOR", door(till_door))
                .env("MALIPO_STRANGERS_DOOR", door(strangers_door))
                .env("MALIPO_MERCHANTS_URL", &merchants.url)
                .env("MALIPO_MERCHANTS_DOOR", door(merchants_door))
                .env(
                    "MALIPO_MERCHANTS_STATE",
                    stack.setting.state.join("merchants"),
                )
                .env("MALIPO_MERCHANTS_DARAJA", MORE_AT_MPESA.join(" "))
                .env("MALIPO_CHECKED_URL", &checked.url)
                .env("MALIPO_CHECKED_DOOR", door(checked_door))
                .env("MALIPO_FRONT_PORT", front_port.to_string())
                .env("MALIPO_DARAJA_PORT", daraja_port.to_string())
                .env("MALIPO_XTASK", env::current_exe()?)
                .env("MALIPO_SHOP_PORT", shop_port.to_string()),
            "live tests",
        )
    };
    // A hundred pushes at once are a crowd of their own; the others' callbacks would wait too long behind them.
    let crowd = "a_refused_token_is_minted_again_once_for_all_who_hold_it";
    tests.push("--");
    tell(&[&tests[..], &[crowd]].concat())?;
    // They wait for minutes and compute nothing.
    let apart = [
        "--skip",
        crowd,
        "--skip",
        "master_key::",
        "--test-threads",
        "32",
    ];
    tell(&[&tests[..], &apart].concat())?;
    master_key::change(&stack, &|test, worker| {
        run(
            stack
                .tell(child::cargo("").args(&tests).arg(test))
                .env("MALIPO_MERCHANTS_URL", &worker.url)
                .env("MALIPO_MERCHANTS_DARAJA", MORE_AT_MPESA.join(" "))
                .env("MALIPO_NOTES", stack.setting.state.join("notes.json"))
                .env("MALIPO_XTASK", env::current_exe()?)
                .env("MALIPO_SHOP_PORT", shop_port.to_string()),
            "live tests of another MASTER_KEY",
        )
    })
}

pub(super) fn e2e() -> Result<()> {
    playwright("e2e/playwright.config.ts")
}

/// What a slow phone takes until it has paid. It proves nothing and is no part of the tests.
pub(crate) fn bench() -> Result<()> {
    playwright("e2e/bench.config.ts")
}

fn playwright(config: &str) -> Result<()> {
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
    play(&stack, config, &till)
}

/// Runs a configuration's stories in a browser, against a stack and what else they are told.
pub(super) fn play(stack: &TestStack, config: &str, told: &[(&str, &str)]) -> Result<()> {
    if !places::root().join(config).is_file() {
        bail!("{config} is not there");
    }
    let chromium = browser::find_or_install()?;
    let mut playwright = child::command(places::node_bin("playwright"));
    playwright.args(["test", "--config", config]);
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
        build::ensure(false)?;
        let scratch = Scratch::new(name)?;
        let setting = Setting {
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
