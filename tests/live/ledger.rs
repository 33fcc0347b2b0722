//! The ledger, the sweep, the inbox and the operator's calls, against the real D1.

use crate::house::{Payment, by_hand, emulator, fresh_key, phone_ending, plant, worker};
use crate::http::{self, at};
use crate::operator::{self, get, post, secret, sweep_everyone, until};
use crate::shop::{fresh_reference, heard_kind, pay_by_hand, signed_order};
use crate::strangers::callback_url;
use serde_json::{Value, json};

const TABLES: [&str; 7] = [
    "payments",
    "attempts",
    "receipts",
    "deliveries",
    "unmatched_receipts",
    "inbox",
    "sweeps",
];

pub(crate) fn reference(payment: &Payment) -> &str {
    payment.view["account_reference"].as_str().unwrap()
}

/// The payment as the ledger has it, once it says that it is in `state`.
#[track_caller]
pub(crate) fn entry(payment: &Payment, state: &str) -> Value {
    let path = format!("ledger/{}", reference(payment));
    let is_there = |reply: &http::Reply| reply.status == 200 && reply.json()["state"] == state;
    until(&payment.worker, &path, state, is_there).json()
}

/// Runs a statement in this Worker's ledger, while it runs; what D1 answers.
#[track_caller]
pub(crate) fn sql(worker: &str, statement: &str) -> String {
    enter(worker, "ledger", statement).text
}

/// Rings this Worker's schedule.
#[track_caller]
pub(crate) fn ring_schedule(worker: &str) {
    let rung = enter(worker, "scheduled", "");
    assert_eq!(rung.json()["outcome"], "ok", "{}", rung.text);
}

#[track_caller]
fn enter(worker: &str, what: &str, body: &str) -> http::Reply {
    let url = format!("{}/{what}", at(&format!("MALIPO_{worker}_DOOR")));
    let done = http::send("POST", &url, &[], body);
    assert_eq!(done.status, 200, "{}", done.text);
    done
}

fn lists(reply: &http::Reply, receipt: &str) -> bool {
    let page = reply.json();
    let mut rows = page["unmatched"].as_array().unwrap().iter();
    rows.any(|row| row["receipt"] == receipt)
}

#[test]
fn a_payment_enters_the_ledger_as_its_shop_sees_it() {
    let mut payment = Payment::pushed_at(&by_hand(), "1032");
    payment.until_state("declined");
    let declined = entry(&payment, "declined");
    assert_eq!(declined["attempts"][0]["outcome"], "declined");
    assert_eq!(declined["attempts"][0]["code"], "1032");
    assert_eq!(declined["receipts"], json!([]));
    payment.push(json!({"phone": phone_ending("0000")}));
    payment.until_state("paid").agrees();
    let paid = entry(&payment, "paid");
    assert!(paid["seq"].as_u64() > declined["seq"].as_u64(), "{paid}");
    let moved = payment.moved();
    assert_eq!(paid["received_kes"], moved[0]["amount_kes"]);
    assert_eq!(paid["receipts"].as_array().unwrap().len(), 1, "{paid}");
    assert_eq!(paid["receipts"][0]["receipt"], moved[0]["receipt"]);
    assert_eq!(paid["receipts"][0]["channel"], "stk_push");
    assert_eq!(paid["attempts"].as_array().unwrap().len(), 2, "{paid}");
    let shown = get(&by_hand(), &format!("payments/{}", reference(&payment))).json();
    for field in [
        "state",
        "due_kes",
        "received_kes",
        "excess_kes",
        "opened_at_ms",
        "paid_at_ms",
    ] {
        assert_eq!(shown["payment"][field], paid[field], "{field}");
    }
}

#[test]
fn a_shop_reads_the_story_and_no_whole_number() {
    let mut payment = Payment::pushed_at(&by_hand(), "0000");
    payment.until_state("paid");
    let shown = get(&by_hand(), &format!("payments/{}", reference(&payment)));
    let story = shown.json()["timeline"].as_array().unwrap().len();
    assert!(story >= 5, "{}", shown.text);
    assert_eq!(shown.json()["deliveries"][0]["type"], "payment.paid");
    assert!(!shown.text.contains("25470"), "{}", shown.text);
    assert!(!shown.text.contains("/hooks/"), "{}", shown.text);
}

#[test]
fn a_rebuild_enters_every_payment_anew() {
    let mut payment = Payment::pushed_at(&by_hand(), "0000");
    payment.until_state("paid");
    let before = entry(&payment, "paid");
    sweep_everyone(&by_hand());
    let after = entry(&payment, "paid");
    assert!(
        after["at_ms"].as_u64() > before["at_ms"].as_u64(),
        "{after}"
    );
    assert_eq!(after["receipts"], before["receipts"]);
}

#[test]
fn the_sweep_rings_by_its_schedule() {
    ring_schedule("BY_HAND");
}

#[test]
fn what_lay_in_the_inbox_settles_its_payment() {
    // Paid, but no callback is heard; a query would tell no receipt.
    let mut payment = Payment::pushed_at(&worker(), "0404");
    payment.until_state("awaiting_pin");
    let moved = until_moved(&payment);
    plant(&payment, "deaf", 3);
    let kept = call_back(&payment, &moved);
    assert_eq!(kept.status, 200, "{}", kept.text);
    assert_eq!(plant(&payment, "deaf", 0), "0", "it was tried three times");
    assert_eq!(payment.state(), "awaiting_pin");
    // A scheduled sweep of another test's may have brought it already.
    post(&worker(), "sweep", &json!({}));
    payment.until_receipt().agrees();
    assert_eq!(payment.view["receipt"], moved["receipt"]);
    let story = get(&worker(), &format!("payments/{}", reference(&payment)));
    assert!(story.text.contains("push 1: callback 0"), "{}", story.text);
}

/// Calls back about this money as M-PESA would.
#[track_caller]
fn call_back(payment: &Payment, moved: &Value) -> http::Reply {
    http::post(&callback_url(payment), &callback(moved))
}

/// What M-PESA calls back about this money.
pub(crate) fn callback(moved: &Value) -> Value {
    let items = json!([
        {"Name": "Amount", "Value": moved["amount_kes"]},
        {"Name": "MpesaReceiptNumber", "Value": moved["receipt"]},
    ]);
    json!({"Body": {"stkCallback": {
        "MerchantRequestID": "1-2-3", "CheckoutRequestID": moved["checkout_request_id"],
        "ResultCode": 0, "ResultDesc": "x", "CallbackMetadata": {"Item": items},
    }}})
}

#[track_caller]
pub(crate) fn until_moved(payment: &Payment) -> Value {
    // The story moves the money 2 s after the push; the handset's page is held until something happens.
    for _ in 0..20 {
        if let Some(moved) = payment.moved().first() {
            return moved.clone();
        }
        let view = &payment.view;
        let after = view["version"].as_u64().unwrap();
        let id = view["id"].as_str().unwrap();
        http::get(&format!(
            "{}/v1/payments/{id}?after={after}&wait=1",
            payment.worker
        ));
    }
    panic!("no money has moved for {}", payment.view);
}

#[test]
fn the_shop_gives_unmatched_money_to_a_payment_once() {
    let receipt = pay_by_hand("my rent of june", 150);
    let listed = until(&by_hand(), "unmatched", "listed", |r| lists(r, &receipt));
    assert!(!listed.text.contains("25470"), "{}", listed.text);
    let mut payment = Payment::opened_with(&by_hand(), json!({"item": "tea", "key": fresh_key()}));
    let other = Payment::opened_with(&by_hand(), json!({"item": "tea", "key": fresh_key()}));
    let claim = |payment: &Payment| {
        let body = json!({"account_reference": reference(payment), "expect_kes": 150});
        post(&by_hand(), &format!("receipts/{receipt}/claim"), &body)
    };
    assert_eq!(claim(&payment).status, 200);
    payment.until_state("paid");
    assert_eq!(payment.view["receipt"], receipt.as_str());
    assert_eq!(entry(&payment, "paid")["receipts"][0]["channel"], "person");
    let refused = claim(&other);
    assert_eq!(refused.status, 409, "{}", refused.text);
    assert_eq!(refused.json()["error"]["code"], "RECEIPT_TAKEN");
    assert_eq!(claim(&payment).status, 200, "the same again is the same");
    until(&by_hand(), "unmatched", "gone", |r| !lists(r, &receipt));
    let known = get(&by_hand(), &format!("receipts/{receipt}")).json();
    assert_eq!(known["receipt_facts"]["status"], "claimed", "{known}");
}

#[test]
fn money_that_came_before_its_order_is_found_by_a_sweep() {
    let reference = fresh_reference();
    let receipt = pay_by_hand(&reference.to_lowercase(), 150);
    until(&by_hand(), "unmatched", "listed", |r| lists(r, &receipt));
    let order = json!({"order": signed_order(&reference), "key": fresh_key()});
    let mut payment = Payment::opened_with(&by_hand(), order);
    assert_eq!(payment.view["account_reference"], reference.as_str());
    sweep_everyone(&by_hand());
    payment.until_state("paid").agrees();
    assert_eq!(payment.view["receipt"], receipt.as_str());
}

#[test]
fn a_shop_closes_what_is_not_paid() {
    let mut payment = Payment::opened_with(&by_hand(), json!({"item": "tea", "key": fresh_key()}));
    let close = |payment: &Payment| {
        let path = format!("payments/{}/close", reference(payment));
        post(&by_hand(), &path, &json!({}))
    };
    let closed = close(&payment);
    assert_eq!(
        closed.json()["payment"]["state"],
        "closed",
        "{}",
        closed.text
    );
    payment.until_state("closed");
    assert_eq!(entry(&payment, "closed")["received_kes"], 0);
    let mut paid = Payment::pushed_at(&by_hand(), "0000");
    paid.until_state("paid");
    assert_eq!(close(&paid).status, 409, "paid never reverts");
}

#[test]
fn what_is_not_there_is_not_found() {
    for path in [
        "payments/M0000000000",
        "receipts/AAAA1111BB",
        "ledger/M0000000000",
        "nothing",
    ] {
        assert_eq!(get(&by_hand(), path).status, 404, "{path}");
    }
    for path in [
        "payments/M0000000000/redeliver",
        "payments/M0000000000/close",
    ] {
        assert_eq!(post(&by_hand(), path, &json!({})).status, 404, "{path}");
    }
    let unknown = post(
        &by_hand(),
        "receipts/AAAA1111BB/claim",
        &json!({"account_reference": "M0000000000", "expect_kes": 1}),
    );
    assert_eq!(unknown.status, 404, "{}", unknown.text);
    assert_eq!(get(&by_hand(), "sweep").status, 405);
    assert_eq!(operator::ask("POST", &by_hand(), "sweep", "[]").status, 400);
    assert_eq!(post(&by_hand(), "sweep", &json!({"days": 0})).status, 422);
}

#[test]
fn only_the_key_opens_the_operators_calls() {
    let key = secret("API_KEY");
    let wrong = "0".repeat(key.len());
    let ask = |headers: &[(&str, &str)]| {
        let reply = http::send(
            "GET",
            &format!("{}/v1/merchant/unmatched", by_hand()),
            headers,
            "",
        );
        let code = reply.json()["error"]["code"].clone();
        (reply.status, code)
    };
    let is_open = (200, Value::Null);
    assert_eq!(ask(&[("apikey", &key), ("linkid", "main")]), is_open);
    assert_eq!(ask(&[("Authorization", &format!("Bearer {key}"))]), is_open);
    for (headers, code) in [
        (&[] as &[(&str, &str)], "MISSING_HEADERS"),
        (&[("apikey", key.as_str())], "MISSING_HEADERS"),
        (&[("linkid", "main")], "MISSING_HEADERS"),
        (&[("apikey", &wrong), ("linkid", "main")], "INVALID_API_KEY"),
        (
            &[("apikey", &key[1..]), ("linkid", "main")],
            "INVALID_API_KEY",
        ),
        (&[("Authorization", "Bearer ")], "INVALID_API_KEY"),
        (&[("apikey", &key), ("linkid", "other")], "INVALID_LINK_ID"),
    ] {
        assert_eq!(ask(headers), (401, json!(code)), "{code}");
    }
    let page = http::send(
        "OPTIONS",
        &format!("{}/v1/merchant/unmatched", by_hand()),
        &[("Origin", &by_hand())],
        "",
    );
    assert_eq!(page.header("access-control-allow-origin"), None);
}

#[test]
fn payments_go_on_while_the_ledger_is_away_and_it_catches_up() {
    let worker = at("MALIPO_STRANGERS_URL");
    crate::webhooks::open();
    emulator("ledger");
    let pushed = |ending: &str, address: &str| {
        let body = json!({"item": "tea", "key": fresh_key(), "phone": phone_ending(ending)});
        let headers = [
            ("Content-Type", "application/json"),
            ("CF-Connecting-IP", address),
        ];
        let url = format!("{worker}/v1/payments");
        let opened = http::send("POST", &url, &headers, &body.to_string());
        assert_eq!(opened.status, 200, "{}", opened.text);
        Payment {
            worker: worker.clone(),
            view: opened.json(),
        }
    };
    let mut before = pushed("4999", "198.51.100.77");
    before.until_state("awaiting_pin");
    for table in TABLES {
        sql(
            "STRANGERS",
            &format!("ALTER TABLE {table} RENAME TO {table}_away"),
        );
    }
    for path in ["unmatched", "payments", "payments.csv", "summary"] {
        let away = get(&worker, path).json();
        assert_eq!(away["error"]["code"], "INTERNAL_ERROR", "{path}");
    }
    let mut during = pushed("0000", "198.51.100.78");
    for payment in [&mut before, &mut during] {
        payment.until_state("paid").agrees();
        heard_kind(&payment.view["account_reference"], "payment.paid");
    }
    let shown = get(&worker, &format!("payments/{}", reference(&during))).json();
    assert_eq!(shown["payment"]["state"], "paid");
    let swept = post(&worker, "sweep", &json!({})).json();
    assert_eq!(swept["has_ledger"], false, "{swept}");
    // What neither its payment nor the inbox takes down was not heard: M-PESA is told so.
    let mut unheard = pushed("0404", "198.51.100.79");
    unheard.until_state("awaiting_pin");
    let moved = until_moved(&unheard);
    plant(&unheard, "deaf", 3);
    let refused = call_back(&unheard, &moved);
    assert_eq!(refused.status, 500, "{}", refused.text);
    assert_eq!(plant(&unheard, "deaf", 0), "0", "it was tried three times");
    for table in TABLES {
        sql(
            "STRANGERS",
            &format!("ALTER TABLE {table}_away RENAME TO {table}"),
        );
    }
    assert_eq!(call_back(&unheard, &moved).status, 200);
    unheard.until_receipt().agrees();
    assert_eq!(unheard.view["receipt"], moved["receipt"]);
    // By their own alarms: nobody sweeps.
    for payment in [&before, &during, &unheard] {
        let entered = entry(payment, "paid");
        let moved = payment.moved();
        assert_eq!(entered["received_kes"], moved[0]["amount_kes"]);
        assert_eq!(entered["receipts"][0]["receipt"], moved[0]["receipt"]);
    }
}
