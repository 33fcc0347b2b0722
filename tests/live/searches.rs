//! The one search over HTTP: a paid payment is found by each of its names, and no more is told of it than its list tells.

use crate::house::{Payment, by_hand, fresh_key, phone_ending};
use crate::http::Reply;
use crate::ledger::{entry, reference};
use crate::operator::{get, until};
use crate::shop::{claims, fresh_reference, sign};
use serde_json::{Value, json};

/// Rows of each group at most.
const MOST: usize = 20;

fn found(q: &str) -> Reply {
    let encoded: String = q.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let found = get(&by_hand(), &format!("search?q={encoded}"));
    assert_eq!(found.status, 200, "{q}: {}", found.text);
    found
}

fn has_reading(found: &Value, reading: &str) -> bool {
    let readings = found["read_as"].as_array().unwrap();
    readings.iter().any(|name| name == reading)
}

/// An order of its own amount and name, paid by a push; and how the ledger has it.
fn paid_order(name: &str, amount_kes: u64) -> (Payment, Value) {
    let mut claims = claims(name);
    claims["amount"] = json!(amount_kes);
    let body = json!({"order": sign(&claims), "key": fresh_key(), "phone": phone_ending("0000")});
    let mut payment = Payment::opened_with(&by_hand(), body);
    payment.until_receipt();
    let path = format!("ledger/{}", reference(&payment));
    let receipt = payment.view["receipt"].clone();
    let has_receipt = |reply: &Reply| reply.json()["receipts"][0]["receipt"] == receipt;
    let listed = until(&by_hand(), &path, "listed with its receipt", has_receipt).json();
    (payment, listed)
}

#[test]
fn a_paid_payment_is_found_by_each_of_its_names() {
    let digits = fresh_reference().replace('L', "");
    let amount_kes = 10_000 + digits.parse::<u64>().unwrap() % 100_000;
    let (payment, paid) = paid_order(&format!("inv-{digits}/a"), amount_kes);
    let receipt = payment.view["receipt"].as_str().unwrap();
    let grouped = format!("KES {},{:03}.00", amount_kes / 1000, amount_kes % 1000);
    // Nobody else has these.
    for (q, reading) in [
        (receipt.to_lowercase(), "mpesa_code"),
        (reference(&payment).to_lowercase(), "account_number"),
        (format!("INV {digits} A"), "reference"),
        (format!("inv-{digits}"), "reference"),
        (grouped, "amount"),
    ] {
        let reply = found(&q);
        let found = reply.json();
        assert!(has_reading(&found, reading), "{q}: {found}");
        let rows = found["payments"].as_array().unwrap();
        assert_eq!(rows.len(), 1, "{q}: {found}");
        let (row, account) = (&rows[0], reference(&payment));
        assert_eq!(row["account_reference"], account, "{q}");
        assert_eq!(row["receipts"][0]["receipt"], receipt, "{q}");
        let listed = get(&by_hand(), &format!("payments?account_reference={account}")).json();
        assert_eq!(row, &listed["payments"][0], "{q}: as in its list");
        assert!(!reply.text.contains("25470"), "{}", reply.text);
    }
    // Others have these too: the newest come, and this is among them unless all of them are newer.
    let opened_at_ms = paid["opened_at_ms"].as_u64().unwrap();
    for q in ["0700 000 000", "+254700000000", "000"] {
        let found = found(q).json();
        let rows = found["payments"].as_array().unwrap();
        let is_of_it = |row: &Value| {
            let attempts = row["attempts"].as_array().unwrap();
            let phones = attempts.iter().filter_map(|it| it["phone_masked"].as_str());
            phones.into_iter().any(|phone| phone.ends_with("000"))
        };
        // Three digits are also a reference, and no order has this one; and no amount begins with 0.
        assert!(rows.iter().all(is_of_it), "{q}: {found}");
        let is_this = |row: &Value| row["account_reference"] == reference(&payment);
        let is_newer = |row: &Value| row["opened_at_ms"].as_u64().unwrap() >= opened_at_ms;
        let is_crowded_out = rows.len() == MOST && rows.iter().all(is_newer);
        assert!(rows.iter().any(is_this) || is_crowded_out, "{q}: {found}");
    }
}

#[test]
fn an_item_is_found_by_the_words_that_its_customers_read() {
    let mut payment = Payment::pushed_at(&by_hand(), "0000");
    payment.until_receipt();
    let paid = entry(&payment, "paid");
    let opened_at_ms = paid["opened_at_ms"].as_u64().unwrap();
    let found = found(paid["description"].as_str().unwrap()).json();
    assert!(has_reading(&found, "item"), "{found}");
    let rows = found["payments"].as_array().unwrap();
    assert!(rows.iter().all(|row| row["item"] == "tea"), "{found}");
    let is_this = |row: &Value| row["account_reference"] == reference(&payment);
    let is_newer = |row: &Value| row["opened_at_ms"].as_u64().unwrap() >= opened_at_ms;
    let is_crowded_out = rows.len() == MOST && rows.iter().all(is_newer);
    assert!(rows.iter().any(is_this) || is_crowded_out, "{found}");
}

#[test]
fn a_text_that_is_none_is_refused_and_one_without_letters_finds_nothing() {
    let long = "a".repeat(101);
    for (query, param) in [
        ("search".to_owned(), "q"),
        ("search?q=".to_owned(), "q"),
        (format!("search?q={long}"), "q"),
        ("search?q=tea&state=paid".to_owned(), "state"),
    ] {
        let refused = get(&by_hand(), &query);
        assert_eq!(refused.status, 422, "{query}: {}", refused.text);
        let error = &refused.json()["error"];
        assert_eq!(error["code"], "VALIDATION_ERROR", "{query}");
        assert_eq!(error["param"], param, "{query}");
    }
    let nothing = json!({"read_as": [], "payments": [], "unmatched": [], "differences": []});
    assert_eq!(found("—").json(), nothing);
}
