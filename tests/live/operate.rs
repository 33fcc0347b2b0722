//! `cargo xtask operate`, the program itself, against the real Worker: what it prints, and that it fails aloud.

use crate::deployment::{deployment, settings};
use crate::house::{by_hand, emulator, fresh_key, phone_ending};
use crate::http::{self, at};
use crate::operator::{register_c2b, secret, until};
use crate::portal::statement;
use crate::reconcile::{HOUR_MS, books, paid, some_hours};
use crate::shop::{fresh_reference, heard_kind, pay_by_hand};
use serde_json::{Value, json};
use std::env;
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Runs the command; whether it succeeded, and what it printed there.
fn run(worker: &str, arguments: &[&str], stdin: &str) -> (bool, String, String) {
    let mut program = Command::new(at("MALIPO_XTASK"))
        .args(["operate", "--url", worker])
        .args(arguments)
        .env("MALIPO_API_KEY", secret("API_KEY"))
        .env("MALIPO_ADMIN_KEY", secret("ADMIN_KEY"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Who reads nothing may have ended.
    let _ = program.stdin.take().unwrap().write_all(stdin.as_bytes());
    let out = program.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (out.status.success(), text(out.stdout), text(out.stderr))
}

/// What a command prints that does what it is asked.
#[track_caller]
pub(crate) fn done(worker: &str, arguments: &[&str]) -> String {
    let (is_done, out, err) = run(worker, arguments, "");
    assert!(is_done, "{arguments:?}: {out}{err}");
    out
}

#[track_caller]
fn done_json(worker: &str, arguments: &[&str]) -> Value {
    let out = done(worker, arguments);
    serde_json::from_str(&out).unwrap_or_else(|_| panic!("{arguments:?}: {out}"))
}

/// It fails by its exit status, and says why.
#[track_caller]
pub(crate) fn fails(worker: &str, arguments: &[&str], why: &str) {
    let (is_done, out, err) = run(worker, arguments, "");
    assert!(!is_done, "{arguments:?}: {out}");
    assert!(err.contains(why), "{arguments:?}: {err}");
    assert!(!err.contains("panicked"), "{err}");
}

fn scratch(name: &str) -> PathBuf {
    env::temp_dir().join(format!("malipo-operate-{}-{name}", std::process::id()))
}

#[track_caller]
fn first_word(out: &str) -> String {
    out.split_whitespace().next().unwrap().to_owned()
}

#[test]
fn a_payment_is_created_shown_exported_told_again_and_given_back() {
    let worker = at("MALIPO_REFUNDS_URL");
    crate::shop::open();
    emulator("ledger");
    let (reference, phone) = (fresh_reference(), phone_ending("0000"));
    let created = done(
        &worker,
        &[
            "create",
            "150",
            &reference,
            "Two tickets",
            "--phone",
            &phone,
        ],
    );
    let account = first_word(&created);
    assert!(created.contains("/pay/p/pay_"), "{created}");
    heard_kind(&json!(account), "payment.paid");
    let path = format!("ledger/{account}");
    until(&worker, &path, "listed as paid", |reply| {
        reply.status == 200 && reply.json()["state"] == "paid"
    });

    let shown = done_json(&worker, &["show", &account]);
    assert_eq!(shown["payment"]["state"], "paid", "{shown}");
    let receipt = shown["payment"]["receipts"][0]["receipt"].as_str().unwrap();
    let listed = done(&worker, &["payments", "--reference", &reference]);
    assert!(
        listed.starts_with(&account) && listed.contains(receipt),
        "{listed}"
    );
    assert_eq!(listed.lines().count(), 1, "{listed}");
    let file = scratch("payments.csv");
    let to = file.to_str().unwrap();
    let exported = done(&worker, &["export", "--reference", &reference, "--to", to]);
    assert!(exported.starts_with("2 lines written to"), "{exported}");
    assert!(fs::read_to_string(&file).unwrap().contains(receipt));
    fs::remove_file(&file).unwrap();
    assert!(done(&worker, &["export", "--reference", &reference]).contains(receipt));
    let known = done_json(&worker, &["receipt", receipt]);
    assert!(known.to_string().contains(&account), "{known}");
    let told = done_json(&worker, &["redeliver", &account]);
    assert_eq!(told[0]["type"], "payment.paid", "{told}");

    // M-PESA takes the reversal and is silent: a person says what became of it.
    let silent = json!({"on": "reversal", "when": {"receipt": receipt},
        "story": {"submit": ["lose"], "result": {"copies": 0}}});
    assert_eq!(http::post(&emulator("scripts"), &silent).status, 204);
    let key = fresh_key();
    let refund = [
        "refund",
        &account,
        receipt,
        "--reason",
        "out of tea",
        "--key",
        &key,
    ];
    let asked = done_json(&worker, &refund);
    assert_eq!(
        (&asked["n"], &asked["amount_kes"]),
        (&json!(1), &json!(150)),
        "{asked}"
    );
    let path = format!("payments/{account}");
    until(&worker, &path, "unknown", |reply| {
        reply.json()["payment"]["refunds"][0]["state"] == "unknown"
    });
    let settled = done_json(
        &worker,
        &["settle-refund", &account, "1", "--went-back", "yes"],
    );
    assert_eq!(settled["state"], "refunded", "{settled}");

    let forgotten = done_json(&worker, &["forget", &account]);
    assert_eq!(
        forgotten["attempts"][0].get("phone_masked"),
        None,
        "{forgotten}"
    );
    let other = first_word(&done(
        &worker,
        &["create", "70", &fresh_reference(), "One ticket"],
    ));
    assert_eq!(done_json(&worker, &["close", &other])["state"], "closed");
    let swept = done(&worker, &["sweep", "--days", "1", "--everyone"]);
    assert!(swept.contains(r#""has_ledger":true"#), "{swept}");
}

#[test]
fn money_by_hand_is_registered_listed_and_claimed() {
    let worker = by_hand();
    register_c2b();
    let told = done(&worker, &["register-c2b"]);
    assert!(told.contains("run it again with --yes"), "{told}");
    let again = done_json(&worker, &["register-c2b", "--yes"]);
    assert!(
        again["outcome"].as_str().unwrap().contains("registered"),
        "{again}"
    );
    let receipt = pay_by_hand("who knows", 150);
    until(&worker, "unmatched", "listed", |reply| {
        reply.text.contains(&receipt)
    });
    let listed = done(&worker, &["unmatched"]);
    let line = listed
        .lines()
        .find(|line| line.starts_with(&receipt))
        .unwrap();
    assert!(
        line.contains("KES 150") && line.contains("who knows"),
        "{line}"
    );
    let account = first_word(&done(
        &worker,
        &["create", "150", &fresh_reference(), "Tea"],
    ));
    let claimed = done_json(&worker, &["claim", &receipt, &account, "--expect", "150"]);
    assert_eq!(claimed["account_reference"], account.as_str(), "{claimed}");
    until(&worker, &format!("payments/{account}"), "paid", |reply| {
        reply.json()["payment"]["state"] == "paid"
    });
}

#[test]
fn books_are_compared() {
    let worker = books();
    let registered = done_json(&worker, &["register-pull"]);
    assert_eq!(registered["outcome"], "already_registered");
    let run = done_json(&worker, &["reconcile"]);
    assert_eq!(run["done_to_ms"], run["to_ms"], "{run}");
    let (from_ms, to_ms) = some_hours();
    let receipt = paid("nobody's", 90, from_ms + HOUR_MS, false);
    let file = scratch("statement.csv");
    fs::write(&file, statement(from_ms, to_ms)).unwrap();
    let path = file.to_str().unwrap();
    fails(&worker, &["import", path], "of which this shop knows 0");
    let report = done_json(&worker, &["import", path, "--anyway"]);
    assert_eq!(report["differences"]["missing_here"], 1, "{report}");
    for arguments in [&["differences"][..], &["differences", "--all"]] {
        let listed = done(&worker, arguments);
        let id = format!("missing_here.{receipt}");
        let mut lines = listed.lines().skip_while(|line| !line.starts_with(&id));
        let line = lines.next().unwrap_or_else(|| panic!("{id}: {listed}"));
        assert!(line.ends_with("M-PESA's      90"), "{line}");
        assert!(!lines.next().unwrap().trim().is_empty(), "what to do");
    }
    fs::write(&file, "<html>").unwrap();
    fails(&worker, &["import", file.to_str().unwrap()], "a web page");
    fs::remove_file(&file).unwrap();
}

#[test]
fn merchants_and_their_keys_are_made_and_ended() {
    let worker = deployment();
    let mut made = settings("bidii", "600888");
    made["PAYBILL"] = json!("600999");
    let file = scratch("bidii.json");
    let path = file.to_str().unwrap();
    fs::write(&file, made.to_string()).unwrap();
    let added = done_json(&worker, &["merchant", "add", path]);
    assert_eq!(added["link"], "bidii", "{added}");
    fails(
        &worker,
        &["merchant", "add", path],
        "`bidii` is a merchant already",
    );
    let has_line = |state: &str| {
        let listed = done(&worker, &["merchant", "list"]);
        let mut lines = listed.lines();
        let line = lines.find(|line| line.starts_with("bidii ")).unwrap();
        assert!(line.contains("600999") && line.contains(state), "{line}");
    };
    has_line("active");
    fs::write(&file, r#"{"SHOP_NAME": "Bidii stores"}"#).unwrap();
    done(&worker, &["merchant", "update", "bidii", path]);
    fs::remove_file(&file).unwrap();
    let shown = done_json(&worker, &["merchant", "show", "bidii"]);
    assert_eq!(shown["settings"]["SHOP_NAME"], "Bidii stores", "{shown}");
    assert_eq!(shown["settings"]["DARAJA_PASSKEY"], "(set)");
    done(&worker, &["merchant", "deactivate", "bidii"]);
    has_line("switched off");
    done(&worker, &["merchant", "activate", "bidii"]);
    has_line("active");

    let (is_done, key, told) = run(&worker, &["key", "add", "bidii", "--name", "till one"], "");
    assert!(is_done && key.starts_with("mlp_bidii_"), "{told}");
    let listed = done_json(&worker, &["key", "list", "bidii"]);
    assert_eq!(listed[0]["name"], "till one", "{listed}");
    assert!(!listed.to_string().contains(key.trim()), "{listed}");
    let id = listed[0]["id"].as_str().unwrap();
    assert!(told.contains(id), "{told}");
    let ended = done_json(&worker, &["key", "revoke", "bidii", id]);
    assert!(ended[0]["revoked_at_ms"].is_u64(), "{ended}");
}

#[test]
fn a_link_and_a_credential_are_made_without_a_worker() {
    let link = done("https://pay.example", &["link", "tea", "--lang", "sw"]);
    assert!(
        link.starts_with("https://pay.example/pay/tea?lang=sw\n"),
        "{link}"
    );
    let file = scratch("certificate.pem");
    fs::write(&file, http::get(&emulator("certificate")).text).unwrap();
    let path = file.to_str().unwrap();
    let made = || run("", &["security-credential", path], "a password\n");
    let (first, second) = (made(), made());
    assert!(first.0 && first.1.trim().len() == 344, "{first:?}");
    assert_ne!(first.1, second.1, "its padding is random");
    fails(
        "",
        &["security-credential", path],
        "password on standard input",
    );
    fs::remove_file(&file).unwrap();
}

#[test]
fn what_cannot_be_done_fails_and_says_why() {
    let worker = at("MALIPO_REFUNDS_URL");
    let here = worker.as_str();
    let nobody = "M0000000000";
    let key = fresh_key();
    for (url, arguments, why) in [
        (here, &["show", nobody][..], "404"),
        (here, &["show", "a/b"], "no account reference or receipt"),
        (here, &["close", nobody], "404"),
        (here, &["redeliver", nobody], "404"),
        (here, &["forget", nobody], "404"),
        (here, &["receipt", "short"], "receipts/short"),
        (
            here,
            &["claim", "UKK4A1B2C3", nobody, "--expect", "1"],
            "404",
        ),
        (here, &["create", "0", "R", "Nothing"], "422"),
        (
            here,
            &["create", "ten", "R", "Nothing"],
            "invalid value 'ten'",
        ),
        (here, &["payments", "--state", "odd"], "422"),
        (here, &["export", "--state", "odd"], "422"),
        (
            here,
            &["refund", nobody, "UKK4A1B2C3", "--key", &key],
            "404",
        ),
        (here, &["refund", nobody, "UKK4A1B2C3"], "--key"),
        (
            here,
            &["settle-refund", nobody, "1", "--went-back", "maybe"],
            "'maybe'",
        ),
        (
            here,
            &["settle-refund", nobody, "1", "--went-back", "no"],
            "404",
        ),
        (here, &["reconcile"], "PULL_TRANSACTIONS"),
        (here, &["register-pull"], "PULL_"),
        (
            here,
            &["import", "/nowhere/at/all.csv"],
            "reading /nowhere/at/all.csv",
        ),
        (here, &["sweep", "--days", "0"], "days"),
        (here, &["link", "a/b"], "no item"),
        (here, &["merchant", "show", "nobody"], "404"),
        (here, &["merchant", "show", "No!"], "no link or id"),
        (
            here,
            &["merchant", "add", "/nowhere/at/all.toml"],
            "reading /nowhere",
        ),
        (here, &["key", "add", "nobody"], "404"),
        (here, &["key", "revoke", "main", "abc"], "404"),
        ("http://127.0.0.1:9", &["unmatched"], "http://127.0.0.1:9/"),
        ("http://pay.example", &["unmatched"], "https:// only"),
    ] {
        fails(url, arguments, why);
    }
}
