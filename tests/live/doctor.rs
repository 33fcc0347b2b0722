//! `cargo xtask doctor` against the real Worker: it finds each fault that is planted, exactly that, and nothing else.

use crate::between::{Fault, hold};
use crate::http::{self, at};
use crate::ledger::sql;
use crate::operator::secret;
use crate::shop::be_deaf_once;
use serde_json::{Value, json};
use std::env;
use std::fs;
use std::process::Command;

/// What it finds, and whether it says so by its exit code.
#[track_caller]
fn run(arguments: &[&str]) -> Vec<Value> {
    let out = Command::new(at("MALIPO_XTASK"))
        .args(["doctor", "--json"])
        .args(arguments)
        .env("MALIPO_API_KEY", secret("API_KEY"))
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&out.stdout);
    let report: Value = serde_json::from_str(&text)
        .unwrap_or_else(|_| panic!("{text}{}", String::from_utf8_lossy(&out.stderr)));
    let findings = report["findings"].as_array().unwrap().clone();
    assert_eq!(
        out.status.code(),
        Some(i32::from(!findings.is_empty())),
        "{report}"
    );
    findings
}

/// What it finds at the Worker.
#[track_caller]
fn look() -> Vec<Value> {
    run(&["--url", &at("MALIPO_CHECKED_URL"), "--webhook"])
}

/// Only this check finds something, and says it in these words.
#[track_caller]
fn is_exactly(findings: &[Value], check: &str, words: &str) {
    assert!(!findings.is_empty(), "nothing found, expected {check}");
    for finding in findings {
        assert_eq!(finding["check"], check, "{findings:?}");
        for part in ["why", "do"] {
            assert!(!finding[part].as_str().unwrap().is_empty(), "{finding}");
        }
    }
    let what = findings[0]["what"].as_str().unwrap();
    assert!(what.contains(words), "{what}");
}

#[test]
fn a_good_deployment_has_no_finding() {
    let _held = hold();
    assert_eq!(look(), Vec::<Value>::new());
}

#[test]
fn what_stands_in_front_of_the_worker_is_found() {
    let held = hold();
    for (fault, words) in [
        (
            Fault::Firewall,
            "answered 403 with a page: a firewall in front",
        ),
        (Fault::Parked, "answered 200 with a page"),
        (Fault::Rewrites, "arrives changed"),
        (Fault::Down, "answered 503"),
    ] {
        held.plant_in_front(fault);
        is_exactly(&look(), "callback", words);
    }
}

#[test]
fn what_is_wrong_with_daraja_is_found() {
    let held = hold();
    for (fault, check, words) in [
        (
            Fault::Incapsula,
            "egress",
            "firewall (Incapsula) answers the Worker",
        ),
        (Fault::Down, "egress", "503"),
        (Fault::Refuses, "credentials", "Invalid Authentication"),
        (Fault::Late, "clock", "ahead of Daraja's"),
    ] {
        held.plant_before_daraja(fault);
        is_exactly(&look(), check, words);
    }
}

#[test]
fn c2b_is_registered_by_v1_where_v2_refuses() {
    let held = hold();
    held.plant_before_daraja(Fault::OnlyC2bV1);
    let worker = at("MALIPO_CHECKED_URL");
    let said = crate::operator::post(&worker, "c2b/register", &json!({})).json();
    assert_eq!(
        (&said["outcome"], &said["version"]),
        (&json!("registered"), &json!("v1")),
        "{said}"
    );
    held.plant_before_daraja(Fault::Refuses);
    let said = crate::operator::post(&worker, "c2b/register", &json!({})).json();
    assert_ne!(said["outcome"], "registered", "{said}");
}

#[test]
fn a_ledger_without_its_migrations_is_found() {
    let _held = hold();
    sql("CHECKED", "UPDATE d1_migrations SET name = 'x' || name");
    let findings = look();
    sql("CHECKED", "UPDATE d1_migrations SET name = substr(name, 2)");
    is_exactly(&findings, "ledger", "lacks migrations: 0001");
    sql("CHECKED", "ALTER TABLE payments RENAME TO payments_away");
    let findings = look();
    sql("CHECKED", "ALTER TABLE payments_away RENAME TO payments");
    is_exactly(&findings, "ledger", "no table `payments`");
}

#[test]
fn a_shop_that_does_not_answer_a_test_message_is_found() {
    let _held = hold();
    be_deaf_once(&Value::Null); // its test message names no payment
    is_exactly(&look(), "webhook", "status 500");
}

#[test]
fn a_wrong_or_foreign_worker_is_found() {
    let misconfigured = run(&["--url", &at("MALIPO_SANDBOX_URL")]);
    is_exactly(&misconfigured, "worker", "PUBLIC_BASE_URL");
    let foreign = run(&["--url", &at("MALIPO_EMULATOR_URL")]);
    is_exactly(&foreign, "worker", "not as Malipo does");
}

/// A configuration for real money, and the secrets of the stack; Safaricom's environments are these.
#[track_caller]
fn look_locally(env: &str, sandbox_url: &str, production_url: &str) -> Vec<Value> {
    let vars = format!(
        "[vars]\nDARAJA_ENV = \"{env}\"\nPUBLIC_BASE_URL = \"https://pay.example\"\nSHOP_NAME = \"Duka\"\n\
         SHOP_CONTACT = \"at the gate\"\nPAYBILL = \"600426\"\n\
         ITEMS = [{{ id = \"tea\", amount_kes = 150, description = \"Tea\" }}]\n"
    );
    let config = env::temp_dir().join(format!("malipo-doctor-{env}-{}.toml", std::process::id()));
    fs::write(&config, vars).unwrap();
    let findings = run(&[
        "--config",
        config.to_str().unwrap(),
        "--secrets",
        &at("MALIPO_SECRETS"),
        "--sandbox-url",
        sandbox_url,
        "--production-url",
        production_url,
    ]);
    fs::remove_file(&config).unwrap();
    findings
}

#[test]
fn credentials_of_the_other_environment_are_told_apart() {
    let held = hold();
    held.plant_before_daraja(Fault::Refuses);
    let takes = at("MALIPO_EMULATOR_URL");
    let refuses = format!("http://127.0.0.1:{}", at("MALIPO_DARAJA_PORT"));
    assert_eq!(
        look_locally("production", &refuses, &takes),
        Vec::<Value>::new()
    );
    is_exactly(
        &look_locally("production", &takes, &refuses),
        "credentials",
        "DARAJA_ENV is production, but these are sandbox credentials",
    );
    is_exactly(
        &look_locally("sandbox", &refuses, &takes),
        "credentials",
        "DARAJA_ENV is sandbox, but these are production credentials",
    );
    is_exactly(
        &look_locally("sandbox", &refuses, &refuses),
        "credentials",
        "Invalid Authentication",
    );
    held.plant_before_daraja(Fault::Incapsula);
    is_exactly(
        &look_locally("production", &takes, &refuses),
        "egress",
        "(Incapsula) answers this machine",
    );
    held.plant_before_daraja(Fault::Late);
    is_exactly(
        &look_locally("production", &takes, &refuses),
        "clock",
        "this machine's clock",
    );
}

#[test]
fn a_check_reaches_no_payment_and_is_nobodys_without_the_key() {
    let _held = hold();
    let worker = at("MALIPO_CHECKED_URL");
    for (method, path) in [
        ("GET", "checks"),
        ("POST", "checks/daraja"),
        ("POST", "checks/webhook"),
    ] {
        let url = format!("{worker}/v1/merchant/{path}");
        assert_eq!(http::send(method, &url, &[], "").status, 401, "{path}");
    }
    let digest = json!({"body_sha256": "0".repeat(64)});
    let offered = crate::operator::post(&worker, "checks/callback", &digest).json();
    let url = offered["url"].as_str().unwrap();
    let said = http::send("POST", url, &[], "something else").json();
    assert!(
        said["proof"].is_string() && said["proof"] != offered["proof"],
        "{said}"
    );
    assert_eq!(http::get(url).status, 405);
    for forged in [
        url.replace("/check/", "/stk/"),
        format!("{url}0"),
        url.replace("/check/0", "/check/1"),
    ] {
        assert_eq!(
            http::send("POST", &forged, &[], "{}").status,
            404,
            "{forged}"
        );
    }
    let wrong = crate::operator::post(&worker, "checks/callback", &json!({"body_sha256": "x"}));
    assert_eq!(wrong.status, 422, "{}", wrong.text);
}

/// Asks for the Worker's health until it is so: it is looked at once in a few seconds.
#[track_caller]
fn until_health(what: &str, is_there: impl Fn(&http::Reply) -> bool) {
    let url = format!("{}/healthz", at("MALIPO_CHECKED_URL"));
    let began = std::time::Instant::now();
    loop {
        let reply = http::get(&url);
        if is_there(&reply) {
            return;
        }
        assert!(
            began.elapsed().as_secs() < 60,
            "never {what}: {}",
            reply.text
        );
    }
}

#[test]
fn health_tells_of_a_ledger_that_is_away() {
    let _held = hold();
    let is_good = |reply: &http::Reply| reply.text == r#"{"env":"emulator","ok":true}"#;
    until_health("good", is_good);
    sql("CHECKED", "ALTER TABLE payments RENAME TO payments_away");
    until_health("degraded", |reply| {
        let said = reply.json();
        reply.status == 200
            && said["ok"] == true
            && said["degraded"][0]
                .as_str()
                .is_some_and(|what| what.contains("LEDGER"))
    });
    sql("CHECKED", "ALTER TABLE payments_away RENAME TO payments");
    until_health("good again", is_good);
}
