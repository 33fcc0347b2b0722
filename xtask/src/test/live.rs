//! The part that asks the real Worker over HTTP: beside the stack's own, one for each configuration that a test needs.

use std::env;

use anyhow::Result;

use super::system::TestStack;
use super::{code, master_key};
use crate::child::run;
use crate::stack::{self, free_port};

/// An audience tag, as Cloudflare Access has them.
const ACCESS_AUD: &str = "32eafc7626e974616deaf0dc3ce63d7bcbed58a2731e84d06bc3cdf1b53c4228";

pub(super) fn prove() -> Result<()> {
    // Compiled before the stack runs, so that a compile error is told without it.
    let live = ["--test", "live"];
    run(
        code::tests(&live).arg("--no-run"),
        "compiling the live tests",
    )?;
    let stack = TestStack::start("live", &[])?;
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
    let (mut running, mut told) = (Vec::new(), Vec::new());
    for (name, vars, has_door) in around.workers() {
        let door = has_door.then(free_port).transpose()?;
        let worker = stack.start_worker(name, &vars, door)?;
        let name = name.to_uppercase().replace('-', "_");
        told.push((format!("MALIPO_{name}_URL"), worker.url.clone()));
        told.extend(door.map(|port| (format!("MALIPO_{name}_DOOR"), at(port))));
        running.push(worker);
    }
    let xtask = env::current_exe()?;
    let tests = |which: &[&str]| {
        let mut cargo = code::tests(&live);
        stack
            .tell(cargo.arg("--").args(which))
            .env("MALIPO_XTASK", &xtask)
            .env("MALIPO_SHOP_PORT", shop.to_string());
        cargo
    };
    let ask = |which: &[&str]| {
        run(
            tests(which)
                .envs(told.iter().cloned())
                .env("MALIPO_MERCHANTS_STATE", stack.state().join("merchants"))
                .env("MALIPO_ACCESS_TEAMS", around.access.join(" "))
                .env("MALIPO_ACCESS_AUD", ACCESS_AUD)
                .env("MALIPO_FRONT_PORT", front.to_string())
                .env("MALIPO_DARAJA_PORT", daraja.to_string()),
            "live tests",
        )
    };
    // A hundred pushes at once are a crowd of their own; the others' callbacks would wait too long behind them.
    let crowd = "a_refused_token_is_minted_again_once_for_all_who_hold_it";
    ask(&[crowd])?;
    // They wait for minutes and compute nothing.
    let apart = ["--skip", crowd, "--skip", "master_key::"];
    ask(&[&apart[..], &["--test-threads", "32"]].concat())?;
    master_key::change(&stack, &|test, worker| {
        run(
            tests(&[test])
                .env("MALIPO_MERCHANTS_URL", &worker.url)
                .env("MALIPO_NOTES", stack.state().join("notes.json")),
            "live tests of another MASTER_KEY",
        )
    })
}

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
