//! The part that asks the real Worker over HTTP: beside the stack's own, one for each configuration that a test needs.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use super::system::TestStack;
use super::{code, master_key};
use crate::child::run;
use crate::ports::free_port;
use crate::stack::{self, Running};

/// An audience tag, as Cloudflare Access has them.
const ACCESS_AUD: &str = "32eafc7626e974616deaf0dc3ce63d7bcbed58a2731e84d06bc3cdf1b53c4228";

/// A hundred pushes at once, a crowd of their own: others' callbacks would wait too long behind them, and they behind others'.
const CROWD: &str = "a_refused_token_is_minted_again_once_for_all_who_hold_it";

/// The crowd, by itself.
pub(super) fn crowd() -> Result<()> {
    let live = Live::start("tokens", |name| {
        ["till", "strangers", "by-hand"].contains(&name)
    })?;
    live.ask(&[CROWD])
}

/// All others.
pub(super) fn prove() -> Result<()> {
    let live = Live::start("live", |_| true)?;
    // They wait for minutes and compute little.
    let apart = ["--skip", CROWD, "--skip", "master_key::"];
    let asked = live.ask(&[&apart[..], &["--test-threads", "32"]].concat());
    let changed = master_key::change(&live.stack, &|test, worker| {
        run(
            live.tests(&[test])
                .env("MALIPO_MERCHANTS_URL", &worker.url)
                .env("MALIPO_NOTES", live.stack.state().join("notes.json")),
            "live tests of another MASTER_KEY",
        )
    });
    asked.and(changed)
}

/// The Workers, and what the tests are told of them.
struct Live {
    stack: TestStack,
    _running: Vec<Running>,
    told: Vec<(String, String)>,
    shop: u16,
    xtask: PathBuf,
}

impl Live {
    /// The stack's own Worker and those of these names.
    fn start(stack: &str, is_needed: impl Fn(&str) -> bool) -> Result<Live> {
        // Compiled before the stack runs, so that a compile error is told without it.
        run(
            code::tests(&TESTS).arg("--no-run"),
            "compiling the live tests",
        )?;
        let stack = TestStack::start(stack, &[])?;
        let (shop, front, daraja) = (free_port()?, free_port()?, free_port()?);
        let teams = [free_port()?, free_port()?];
        let around = Around {
            webhook: format!("WEBHOOK_URL:{}/webhook", at(shop)),
            front: format!("PUBLIC_BASE_URL:{}", at(front)),
            daraja: format!("DARAJA_BASE_URL:{}", at(daraja)),
            access: teams.map(|team| format!("ACCESS_TEAM_DOMAIN:{}", at(team))),
            aud: format!("ACCESS_AUD:{ACCESS_AUD}"),
            initiator: stack::initiator(),
            books: format!("DARAJA_SECURITY_CREDENTIAL:{}", "aB3+".repeat(86)),
        };
        let merchants = stack.state().join("merchants");
        let mut told = [
            ("MALIPO_MERCHANTS_STATE", merchants.display().to_string()),
            ("MALIPO_ACCESS_TEAMS", around.access.join(" ")),
            ("MALIPO_ACCESS_AUD", ACCESS_AUD.to_owned()),
            ("MALIPO_FRONT_PORT", front.to_string()),
            ("MALIPO_DARAJA_PORT", daraja.to_string()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .to_vec();
        let mut running = Vec::new();
        for (name, vars, has_door) in around.workers() {
            if !is_needed(name) {
                continue;
            }
            let door = has_door.then(free_port).transpose()?;
            let worker = stack.start_worker(name, &vars, door)?;
            let name = name.to_uppercase().replace('-', "_");
            told.push((format!("MALIPO_{name}_URL"), worker.url.clone()));
            told.extend(door.map(|port| (format!("MALIPO_{name}_DOOR"), at(port))));
            running.push(worker);
        }
        Ok(Live {
            stack,
            _running: running,
            told,
            shop,
            xtask: env::current_exe()?,
        })
    }

    fn tests(&self, which: &[&str]) -> Command {
        let mut cargo = code::tests(&TESTS);
        self.stack
            .tell(cargo.arg("--").args(which))
            .env("MALIPO_SHOP_PORT", self.shop.to_string())
            .env("MALIPO_XTASK", &self.xtask);
        cargo
    }

    fn ask(&self, which: &[&str]) -> Result<()> {
        let mut tests = self.tests(which);
        run(tests.envs(self.told.iter().cloned()), "live tests")
    }
}

/// The test program.
const TESTS: [&str; 2] = ["--test", "live"];

fn at(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}

/// What lies around the Workers and the tests play, and what M-PESA's books and refunds ask for: each as a variable.
struct Around {
    webhook: String,
    front: String,
    daraja: String,
    /// A team that answers, and one that is away.
    access: [String; 2],
    aud: String,
    initiator: [String; 2],
    books: String,
}

impl Around {
    /// Each Worker's name, its variables, and whether a test may change its ledger and ring its schedule.
    fn workers(&self) -> [(&'static str, Vec<&str>, bool); 10] {
        let [initiator, credential] = &self.initiator;
        [
            ("sandbox", vec!["DARAJA_ENV:sandbox"], false),
            // As deployed for the sandbox, whose M-PESA is nowhere: nothing may be sent to it.
            (
                "outside",
                vec![
                    "DARAJA_ENV:sandbox",
                    "PUBLIC_BASE_URL:https://pay.example",
                    "DARAJA_BASE_URL:https://127.0.0.1:1",
                ],
                false,
            ),
            // A shop with a till, which takes open amounts, and callbacks from known addresses alone.
            (
                "till",
                vec![
                    "PAYBILL:",
                    "TILL_STORE:174378",
                    "TILL_NUMBER:555555",
                    r#"OPEN_AMOUNT:{"min_kes":10,"max_kes":1000}"#,
                    "ENFORCE_CALLBACK_ADDRESSES:true",
                    "CALLBACK_ADDRESSES:198.51.100.9",
                    "ADMIN_KEY:", // whose only merchant is the one of its variables
                    &self.webhook,
                ],
                true,
            ),
            // A shop that trusts strangers little, and whose ledger is away at times.
            (
                "strangers",
                vec![
                    "PROMPTS_PER_NUMBER:1",
                    "PROMPTS_PER_ADDRESS_PER_HOUR:3",
                    "SHED_FLOODS:on",
                    &self.webhook,
                ],
                true,
            ),
            // A shop whose payments by hand are reported, and which listens.
            (
                "by-hand",
                vec![
                    "PAYBILL:600426",
                    "C2B_REGISTERED:true",
                    "AUTO_CLAIM_MAX_KES:200",
                    "PROMPTS_PER_ADDRESS_PER_HOUR:1000",
                    &self.webhook,
                ],
                true,
            ),
            // A shop that asks M-PESA for its list, and hears of no payment by hand.
            (
                "books",
                vec![
                    "PAYBILL:600426",
                    "LINK_ID:books",
                    "PULL_TRANSACTIONS:true",
                    "PULL_NOMINATED_NUMBER:254700000999",
                    "DARAJA_INITIATOR:books",
                    &self.books,
                ],
                true,
            ),
            // A deployment of several merchants: what the tests make of it lies beside the one of its variables.
            ("merchants", vec![], true),
            // Two behind Cloudflare Access, which a test plays; this one's team answers.
            ("behind-access", vec![&self.access[0], &self.aud], false),
            // A shop that gives money back; its team is away.
            (
                "refunds",
                vec![
                    initiator,
                    credential,
                    &self.webhook,
                    &self.access[1],
                    &self.aud,
                ],
                false,
            ),
            // A shop that the doctor looks at, with something of the test's in front of it and before its Daraja; it forgets
            // at once, and asks M-PESA whatever can be asked.
            (
                "checked",
                vec![
                    &self.front,
                    &self.daraja,
                    "FORGET_PHONES_AFTER_DAYS:0",
                    "PULL_TRANSACTIONS:true",
                    "PULL_NOMINATED_NUMBER:254700000999",
                    "REFUSE_UNKNOWN_ACCOUNTS:true",
                    "PROMPTS_PER_ADDRESS_PER_HOUR:1000",
                    &self.webhook,
                ],
                true,
            ),
        ]
    }
}
