//! What the deployed Worker says of itself, and a callback sent to it from here, as M-PESA would send one.

use std::collections::BTreeSet;
use std::fs;

use anyhow::Result;
use malipo_engine::daraja::{PUBLISHED_CALLERS, REPORTED_CALLERS};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::daraja::{self, Elsewhere, Probe};
use super::load_settings::Settings;
use super::report::Report;
use super::settings_checks::tell_by_hand;
use crate::fetch::{Call, fetch};
use crate::operate::Worker;
use crate::places;
use crate::stamp::hex;

/// What to ask whom.
pub(super) struct Asked<'a> {
    pub(super) url: &'a str,
    pub(super) deployed: &'a Worker,
    pub(super) settings: Option<&'a Settings>,
    pub(super) elsewhere: &'a Elsewhere<'a>,
    pub(super) sends_webhook: bool,
}

pub(super) fn examine(asked: &Asked<'_>, report: &mut Report) -> Result<()> {
    if !is_configured(asked, report)? {
        return Ok(());
    }
    let said = match asked.deployed.get("checks") {
        Ok(said) => said,
        Err(why) => {
            report.find(
                "worker",
                format!("it does not let the doctor in: {why:#}"),
                "what it cannot be asked stays unproven",
                "set MALIPO_API_KEY to the deployed API_KEY, and deploy this version",
            );
            return Ok(());
        }
    };
    shop(&said, report);
    storage(&said, report)?;
    ask_daraja(asked, &said, report)?;
    callback(asked, report)?;
    let c2b = &said["c2b"];
    report.look("c2b");
    tell_by_hand(
        c2b["is_registered"] == true,
        c2b["has_secret"] == true,
        report,
    );
    callers(&said, report);
    webhook(asked, &said, report)
}

/// Whether its configuration is right; else says what the Worker names.
fn is_configured(asked: &Asked<'_>, report: &mut Report) -> Result<bool> {
    const WHY: &str = "nothing can be paid until it is right";
    report.look("worker");
    let url = format!("{}/healthz", asked.url);
    let call = Call {
        method: "GET",
        url: &url,
        headers: &[],
        body: None,
    };
    let answer = match fetch(&call)? {
        Ok(answer) => answer,
        Err(why) => {
            let mend = "deploy it, and look at the name and its certificate";
            report.find(
                "worker",
                format!("{} is not reached: {why}", asked.url),
                WHY,
                mend,
            );
            return Ok(false);
        }
    };
    let said: Value = serde_json::from_str(&answer.text).unwrap_or_default();
    let env = said["env"].as_str();
    if answer.status == 200 && said["ok"] == true {
        if let (Some(settings), Some(env)) = (asked.settings, env)
            && settings.env() != env
        {
            report.find(
                "worker",
                format!(
                    "it runs in the environment {env}, but wrangler.toml says {}",
                    settings.env()
                ),
                "what was looked at here is not what is deployed",
                "deploy again",
            );
        }
        return Ok(true);
    }
    let wrong = said["wrong"].as_array().cloned().unwrap_or_default();
    for what in wrong.iter().filter_map(Value::as_str) {
        // With an environment the configuration is right, and something does not answer.
        let check = if env.is_some() { "objects" } else { "worker" };
        report.find(
            check,
            what,
            WHY,
            "mend it and deploy again (docs/configuration.md)",
        );
    }
    if wrong.is_empty() {
        let what = format!("{url} answers {}, and not as Malipo does", answer.status);
        report.find(
            "worker",
            what,
            WHY,
            "is this its address? does something stand in front of it?",
        );
    }
    Ok(false)
}

fn shop(said: &Value, report: &mut Report) {
    report.look("shop");
    if said["items"] == 0 && said["has_open_amount"] != true {
        let mend = "give ITEMS or OPEN_AMOUNT, and deploy";
        report.find(
            "shop",
            "nothing can be paid",
            "the price list is empty",
            mend,
        );
    }
    if said["env"] == "production" && said["shortcode"] == "174379" {
        report.find(
            "shop",
            "174379 is the sandbox's shortcode",
            "in production every push is refused: `Merchant does not exist`",
            "set your own Pay Bill, or the store number of your till",
        );
    }
}

fn storage(said: &Value, report: &mut Report) -> Result<()> {
    for check in ["kv", "ledger", "objects"] {
        report.look(check);
    }
    if let Some(why) = said["kv"].as_str() {
        report.find(
            "kv",
            format!("TOKENS: {why}"),
            "each token is asked of one object instead: pushes are slower, and a crowd waits",
            "look at `[[kv_namespaces]]` in wrangler.toml and deploy",
        );
    }
    let ledger = &said["ledger"];
    let mend = "put the `database_id` that `npx wrangler d1 list` names under `[[d1_databases]]` in wrangler.toml, then \
                `npx wrangler d1 migrations apply LEDGER --remote`";
    if ledger["answers"] != true {
        report.find(
            "ledger",
            "LEDGER (D1) does not answer",
            "lists stay empty, and a callback that meets a fault has no inbox",
            "look at `[[d1_databases]]` in wrangler.toml, and at Cloudflare's status",
        );
    } else {
        let missing = missing_migrations(&ledger["migrations"])?;
        if !missing.is_empty() {
            report.find(
                "ledger",
                format!("D1 lacks migrations: {}", missing.join(", ")),
                "payments cannot enter the lists, and a callback that meets a fault has no inbox",
                mend,
            );
        } else if !holds(&ledger["tables"], "payments") {
            let what = "D1 has no table `payments`, though the migrations were applied";
            report.find(
                "ledger",
                what,
                "payments cannot enter the lists",
                "restore it by D1's Time Travel",
            );
        }
    }
    if said["objects"] != true {
        report.find(
            "objects",
            "the Durable Objects do not answer",
            "no payment can be made",
            "look at `[[durable_objects.bindings]]` and `[[migrations]]` in wrangler.toml, and at Cloudflare's status",
        );
    }
    Ok(())
}

/// The migrations of this checkout that were not applied.
fn missing_migrations(applied: &Value) -> Result<Vec<String>> {
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(places::root().join("worker/migrations"))? {
        names.extend(entry?.file_name().into_string().ok());
    }
    let missing = names.into_iter().filter(|name| {
        let is_sql = name.ends_with(".sql");
        is_sql && !holds(applied, name)
    });
    Ok(missing.collect())
}

fn holds(list: &Value, name: &str) -> bool {
    let all = list.as_array().into_iter().flatten();
    all.filter_map(Value::as_str).any(|known| known == name)
}

fn ask_daraja(asked: &Asked<'_>, said: &Value, report: &mut Report) -> Result<()> {
    let before_ms = daraja::now_ms();
    let answer = asked.deployed.post("checks/daraja", &json!({}))?;
    let here_ms = daraja::between(before_ms, probe_date(&answer));
    let probe = &answer["probe"];
    let probe = Probe {
        failed: probe["failed"].as_str().map(str::to_owned),
        status: probe["status"].as_u64().unwrap_or_default(),
        is_firewall: probe["is_firewall"] == true,
        date_ms: probe_date(&answer),
    };
    let base_url = said["daraja_base_url"].as_str().unwrap_or_default();
    let is_reached = daraja::reached("the Worker", base_url, &probe, report);
    let worker_ms = answer["now_ms"].as_i64().unwrap_or_default();
    let clocks = [("the Worker's", worker_ms), ("this machine's", here_ms)];
    daraja::compare(&clocks, probe.date_ms, report);
    if !is_reached {
        report.skip("credentials", "Daraja is not reached");
        return Ok(());
    }
    let token = &answer["token"];
    let env = said["env"].as_str().unwrap_or_default();
    match (token["refused"].as_str(), token["unavailable"].as_str()) {
        (Some(said), _) => daraja::refused(said, env, asked.settings, asked.elsewhere, report)?,
        (None, Some(said)) => daraja::no_token(said, report),
        (None, None) => report.look("credentials"),
    }
    Ok(())
}

fn probe_date(answer: &Value) -> Option<i64> {
    answer["probe"]["date_ms"].as_i64()
}

/// As Daraja sends one; the words outside ASCII show whether it arrives byte for byte.
fn body() -> String {
    json!({ "Body": { "stkCallback": {
        "MerchantRequestID": "29115-34620561-1", "CheckoutRequestID": "ws_CO_191220191020363925",
        "ResultCode": 1032, "ResultDesc": "Request cancelled by user — a test of Malipo's doctor: “č” <script>' OR 1=1"
    } } })
    .to_string()
}

fn callback(asked: &Asked<'_>, report: &mut Report) -> Result<()> {
    report.look("callback");
    let body = body();
    let digest = hex(&Sha256::digest(body.as_bytes()));
    let digest = json!({ "body_sha256": digest });
    let offered = asked.deployed.post("checks/callback", &digest)?;
    if let Some((what, mend)) = arrival(&offered, &body)? {
        report.find(
            "callback",
            what,
            "M-PESA calls once: each payment would wait until M-PESA is asked about it, and a till's would stay unknown",
            mend,
        );
    }
    Ok(())
}

/// Sends the body as M-PESA would; what is wrong with its arrival, and what to do.
fn arrival(offered: &Value, body: &str) -> Result<Option<(String, &'static str)>> {
    let url = offered["url"].as_str().unwrap_or_default();
    let host = url.split('/').take(3).collect::<Vec<_>>().join("/");
    if offered["is_taken_by_daraja"] != true {
        let what = format!("Daraja would refuse an address below {host}");
        return Ok(Some((what, "choose another PUBLIC_BASE_URL")));
    }
    let call = Call {
        method: "POST",
        url,
        headers: &[
            ("Content-Type", "application/json"),
            ("User-Agent", "Apache-HttpClient/4.5.5 (Java/1.8.0_131)"),
        ],
        body: Some(body),
    };
    let answer = match fetch(&call)? {
        Ok(answer) => answer,
        Err(why) => {
            let what = format!("a callback does not reach {host}: {why}");
            let mend = "look at the name, its certificate, and PUBLIC_BASE_URL";
            return Ok(Some((what, mend)));
        }
    };
    let said: Value = serde_json::from_str(&answer.text).unwrap_or_default();
    let is_proved = said["proof"].is_string() && said["proof"] == offered["proof"];
    Ok(match answer.status {
        200 if is_proved => None,
        200 if said["proof"].is_string() => Some((
            format!("a callback to {host} arrives changed"),
            "switch off what rewrites bodies in front of /hooks/*",
        )),
        404 if said["error"].is_object() => Some((
            format!("{host} is another deployment, or one with another MASTER_KEY"),
            "set PUBLIC_BASE_URL to the address of this one",
        )),
        status => {
            let is_page = answer.text.trim_start().starts_with('<');
            let by = match is_page {
                true => " with a page: a firewall in front",
                false => "",
            };
            Some((
                format!("a callback to {host} is answered {status}{by}"),
                "let POST to /hooks/* pass unchallenged: Cloudflare's Security, WAF, a custom rule that skips bot protection, \
                 challenges and managed rules for that path",
            ))
        }
    })
}

/// Compares the addresses that the Worker knows with Safaricom's list.
fn callers(said: &Value, report: &mut Report) {
    report.look("callers");
    let callers = &said["callers"];
    let is_published = |address: &str| PUBLISHED_CALLERS.contains(&address);
    let missing: Vec<&str> = PUBLISHED_CALLERS
        .into_iter()
        .filter(|address| !holds(&callers["addresses"], address))
        .collect();
    if !missing.is_empty() {
        report.find(
            "callers",
            format!("it does not know {} of Safaricom's addresses", missing.join(", ")),
            "callbacks from there are taken for a stranger's; with ENFORCE_CALLBACK_ADDRESSES they are turned away",
            "deploy this version",
        );
    }
    let more = callers["addresses"].as_array().into_iter().flatten();
    let more: Vec<&str> = more
        .filter_map(Value::as_str)
        .filter(|address| !is_published(address) && !REPORTED_CALLERS.contains(address))
        .collect();
    if !more.is_empty() {
        let more = more.join(", ");
        report.note(
            "callers",
            format!("{more}: on no list of Safaricom's; keep an address only if M-PESA or your relay calls from it"),
        );
    }
}

fn webhook(asked: &Asked<'_>, said: &Value, report: &mut Report) -> Result<()> {
    const WHY: &str = "the shop does not hear that it was paid";
    if said["has_webhook"] != true {
        report.note(
            "webhook",
            "without WEBHOOK_URL the shop hears nothing and has to ask",
        );
        return Ok(());
    }
    if !asked.sends_webhook {
        report.skip(
            "webhook",
            "--webhook sends the shop a message of type malipo.test",
        );
        return Ok(());
    }
    report.look("webhook");
    let answer = asked.deployed.post("checks/webhook", &json!({}))?;
    let what = match (answer["status"].as_u64(), answer["failed"].as_str()) {
        (Some(status), _) if (200..300).contains(&status) => return Ok(()),
        (Some(status), _) => format!("the shop answers a test message with status {status}"),
        (None, why) => format!("the shop is not reached: {}", why.unwrap_or("no answer")),
    };
    let mend = "answer 2xx to what bears a good signature, malipo.test included (docs/webhooks.md)";
    report.find("webhook", what, WHY, mend);
    Ok(())
}

#[cfg(test)]
mod tests;
