//! A message that can never be delivered: it is set apart, counted, listed, and tried again by a person; it is never thrown away. And
//! what has not changed is not written anew.

use crate::deployment::deployment;
use crate::house::{Payment, fresh_key};
use crate::http;
use crate::ledger::{entry, reference, ring_schedule, sql};
use crate::operate::{done, fails};
use crate::operator::{get, until};
use crate::strangers::success;
use crate::unread::master_key;
use malipo_engine::master_key::{Address, CallbackTarget};
use malipo_shared::{AccountReference, LinkId};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(45);

/// The message for this object, as the default merchant's operator sees it.
#[track_caller]
fn message(name: &str) -> Option<Value> {
    let seen = get(&deployment(), "inbox");
    assert_eq!(seen.status, 200, "{}", seen.text);
    let rows = seen.json()["inbox"].as_array().unwrap().clone();
    rows.into_iter().find(|row| row["name"] == name)
}

#[track_caller]
fn until_healthz(what: &str, is_there: impl Fn(&Value) -> bool) {
    let began = Instant::now();
    loop {
        let seen = http::get(&format!("{}/healthz", deployment()));
        assert_eq!(seen.status, 200, "{}", seen.text);
        if is_there(&seen.json()) {
            return;
        }
        assert!(began.elapsed() < PATIENCE, "never {what}: {}", seen.text);
    }
}

#[test]
fn what_can_never_be_delivered_is_set_apart_and_shown_until_it_is_delivered() {
    // Nobody's yet: its payment cannot take it, however often it is tried.
    let address = Address {
        env: "emulator".to_owned(),
        link: LinkId::parse("nobodys").unwrap(),
        reference: AccountReference::parse("P00000000001").unwrap(),
    };
    let name = address.to_string();
    let target = CallbackTarget {
        address,
        attempt: 1,
    };
    let url = format!(
        "{}{}",
        deployment(),
        master_key().stk_callback_path(&target)
    );
    assert_eq!(http::post(&url, &success(150)).status, 200);
    let row = message(&name).unwrap();
    let (id, sealed) = (row["id"].as_u64().unwrap(), row.to_string());
    assert!(!sealed.contains("AAAA1111BB"), "it stays sealed: {sealed}");

    // As after eleven tries in two days.
    let eleventh = format!("UPDATE inbox SET tries = 11, next_at_ms = 0 WHERE id = {id}");
    sql("MERCHANTS", &eleventh);
    ring_schedule("MERCHANTS");
    let row = message(&name).unwrap();
    assert_eq!(row["tries"], 12, "{row}");
    assert!(row["set_apart_at_ms"].is_u64(), "{row}");
    assert_eq!(row["next_at_ms"], Value::Null, "{row}");
    assert!(row["problem"].is_string(), "{row}");
    until_healthz("degraded", |seen| {
        seen["inbox_set_apart"].as_u64() >= Some(1)
            && seen["degraded"].to_string().contains("set apart")
    });
    let listed = done(&deployment(), &["inbox"]);
    let is_line = |line: &&str| line.contains(&name) && line.contains("set apart");
    assert!(listed.lines().any(|line| is_line(&line)), "{listed}");
    // No sweep tries it any more.
    sql(
        "MERCHANTS",
        &format!("UPDATE inbox SET next_at_ms = 0 WHERE id = {id}"),
    );
    ring_schedule("MERCHANTS");
    assert_eq!(message(&name).unwrap()["tries"], 12);

    // A person has it tried again: it fails as before, and the sweep goes on with it.
    fails(
        &deployment(),
        &["retry-inbox", &id.to_string()],
        "could not be delivered",
    );
    let row = message(&name).unwrap();
    assert_eq!(
        (&row["tries"], &row["set_apart_at_ms"]),
        (&json!(1), &Value::Null)
    );
    until_healthz("well", |seen| {
        seen["inbox_set_apart"].as_u64().unwrap_or(0) == 0
    });
    fails(
        &deployment(),
        &["retry-inbox", "999999999"],
        "no such message",
    );
}

#[test]
fn a_sweep_writes_no_payment_anew_that_has_not_changed() {
    let body = json!({"item": "tea", "key": fresh_key()});
    let payment = Payment::opened_with(&deployment(), body);
    let name = reference(&payment);
    let before = entry(&payment, "ready");
    let of_it = format!("WHERE account_reference = '{name}'");
    sql(
        "MERCHANTS",
        &format!("UPDATE payments SET look_at_ms = 0 {of_it}"),
    );
    ring_schedule("MERCHANTS");
    let looked = format!("SELECT look_at_ms > 0 AS looked FROM payments {of_it}");
    let seen = sql("MERCHANTS", &looked);
    assert!(seen.contains("\"looked\":1"), "{seen}");
    let path = format!("ledger/{name}");
    let after = until(&deployment(), &path, "there", |reply| reply.status == 200);
    assert_eq!(after.json()["at_ms"], before["at_ms"], "{}", after.text);
}
