//! Money that goes back, with the real Worker against an M-PESA that refuses, doubles and loses: never twice, and both sides
//! agree in the end.

use crate::house::{Payment, emulator, fresh_key};
use crate::http::{self, Reply, at};
use crate::operator::{self, secret};
use crate::shop::{self, heard, heard_kind};
use serde_json::{Value, json};

fn worker() -> String {
    shop::open();
    at("MALIPO_REFUNDS_URL")
}

/// A payment that was paid by a push, and its receipt.
#[track_caller]
fn paid() -> (Payment, String) {
    let mut payment = Payment::pushed_at(&worker(), "0000");
    payment.until_receipt();
    let receipt = payment.view["receipt"].as_str().unwrap().to_owned();
    (payment, receipt)
}

fn path(payment: &Payment) -> String {
    let reference = payment.view["account_reference"].as_str().unwrap();
    format!("payments/{reference}")
}

/// The shop asks for a refund under this key.
#[track_caller]
fn refund(payment: &Payment, key: &str, body: &Value) -> Reply {
    let bearer = format!("Bearer {}", secret("API_KEY"));
    let headers = [
        ("Authorization", bearer.as_str()),
        ("Content-Type", "application/json"),
        ("Idempotency-Key", key),
    ];
    let url = format!("{}/v1/merchant/{}/refunds", worker(), path(payment));
    http::send("POST", &url, &headers, &body.to_string())
}

/// The same, which must be taken.
#[track_caller]
fn refunded(payment: &Payment, receipt: &str) -> Value {
    let reply = refund(payment, &fresh_key(), &json!({"receipt": receipt}));
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.json()["refund"].clone()
}

#[track_caller]
fn is_refused(reply: &Reply, status: u16, code: &str) {
    assert_eq!(reply.status, status, "{}", reply.text);
    assert_eq!(reply.json()["error"]["code"], code);
}

/// The payment, once its last refund stands so.
#[track_caller]
fn until_refund(payment: &Payment, state: &str) -> Value {
    let last = |reply: &Reply| {
        let refunds = reply.json()["payment"]["refunds"].clone();
        refunds.as_array().and_then(|all| all.last().cloned())
    };
    let reply = operator::until(&worker(), &path(payment), state, |reply| {
        last(reply).is_some_and(|refund| refund["state"] == state)
    });
    reply.json()["payment"].clone()
}

/// What is to happen to reversals of this receipt.
#[track_caller]
fn script(receipt: &str, story: &Value) {
    let script = json!({"on": "reversal", "when": {"receipt": receipt}, "story": story});
    let taken = http::post(&emulator("scripts"), &script);
    assert_eq!(taken.status, 204, "{}", taken.text);
}

/// The reversals of this receipt that M-PESA has been asked for.
#[track_caller]
fn requests(receipt: &str) -> Vec<Value> {
    let requests = http::get(&emulator("requests")).json();
    let requests = requests.as_array().unwrap().iter();
    let is_reversal = |request: &&Value| {
        request["path"] == "/mpesa/reversal/v1/request"
            && request["body"]["TransactionID"] == receipt
    };
    requests.filter(is_reversal).cloned().collect()
}

/// What M-PESA gave back of this payment.
#[track_caller]
fn returned_kes(payment: &Payment) -> u64 {
    let moved = payment.moved();
    let returned = moved.iter().map(|entry| entry["reversed_kes"].as_u64());
    returned.map(Option::unwrap).sum()
}

#[test]
fn money_goes_back_once_and_the_shop_hears_of_it() {
    let (payment, receipt) = paid();
    let (key, body) = (
        fresh_key(),
        json!({"receipt": receipt, "reason": "out of tea"}),
    );
    let asked = refund(&payment, &key, &body);
    assert_eq!(asked.status, 200, "{}", asked.text);
    assert_eq!(asked.json()["refund"]["amount_kes"], 150);
    for again in [&key, &key] {
        let again = refund(&payment, again, &body);
        assert_eq!(again.status, 200, "{}", again.text);
        assert_eq!(again.json()["refund"]["n"], 1);
    }
    let other = json!({"receipt": receipt, "reason": "another"});
    is_refused(&refund(&payment, &key, &other), 409, "KEY_REUSED");

    let told = heard_kind(&payment.view["account_reference"], "payment.refunded");
    let facts = told.payment();
    assert_eq!(
        (&facts["state"], &facts["refunded_kes"]),
        (&json!("paid"), &json!(150))
    );
    assert_eq!(
        (&facts["received_kes"], &facts["excess_kes"]),
        (&json!(0), &json!(0))
    );
    let reversal = payment.moved()[0]["reversal_receipt"].clone();
    assert_eq!(facts["refunds"][0]["reversal"], reversal);
    assert_eq!(facts["refunds"][0]["reason"], "out of tea");
    assert_eq!(returned_kes(&payment), 150);
    assert_eq!(requests(&receipt).len(), 1);

    let late = refund(&payment, &fresh_key(), &body);
    is_refused(&late, 409, "REFUND_NOT_ALLOWED");
    assert_eq!(
        refund(&payment, &key, &body).json()["refund"]["state"],
        "refunded"
    );
    // The customer is not asked for it again.
    let mut payment = payment;
    is_refused(&payment.push(json!({})), 409, "PUSH_NOT_ALLOWED");
    let shown = operator::get(&worker(), &path(&payment)).json();
    let story = shown["timeline"].to_string();
    for line in [
        "refund 1 asked for",
        "refund 1 leaves",
        "refund 1 accepted",
        "M-PESA says 0",
    ] {
        assert!(story.contains(line), "{line}: {story}");
    }
    assert!(
        !story.contains("hooks") && !story.contains("2547"),
        "{story}"
    );
    let ledger = path(&payment).replace("payments/", "ledger/");
    let entry = operator::until(&worker(), &ledger, "in the ledger", |reply| {
        reply.status == 200 && reply.json()["refunded_kes"] == 150
    });
    let entry = entry.json();
    assert_eq!(entry["received_kes"], 0, "{entry}");
    assert_eq!(entry["refunds"][0]["reversal"], reversal, "{entry}");
}

#[test]
fn what_m_pesa_declines_stays_here_and_may_be_asked_for_anew() {
    for code in ["1", "2001", "2006", "2028", "8006"] {
        declines_once(code);
    }
}

#[track_caller]
fn declines_once(code: &str) {
    let (payment, receipt) = paid();
    script(&receipt, &json!({"ends": {"code": code}}));
    refunded(&payment, &receipt);
    let facts = until_refund(&payment, "failed");
    assert_eq!(facts["refunds"][0]["code"], code);
    assert_eq!(
        (&facts["received_kes"], &facts["refunded_kes"]),
        (&json!(150), &json!(0))
    );
    heard_kind(&payment.view["account_reference"], "payment.refund_failed");
    script(&receipt, &json!({}));
    refunded(&payment, &receipt);
    until_refund(&payment, "refunded");
    assert_eq!((returned_kes(&payment), requests(&receipt).len()), (150, 2));
}

#[test]
fn a_code_that_nobody_knows_frees_nothing() {
    let (payment, receipt) = paid();
    script(
        &receipt,
        &json!({"ends": {"code": "E9999", "desc": "Something."}}),
    );
    refunded(&payment, &receipt);
    let facts = until_refund(&payment, "unknown");
    assert_eq!(facts["review"].as_array().unwrap().len(), 1, "{facts}");
    let again = refund(&payment, &fresh_key(), &json!({"receipt": receipt}));
    is_refused(&again, 409, "REFUND_NOT_ALLOWED");
}

#[test]
fn the_gateways_refusals_are_told_apart_from_a_lost_answer() {
    let refuse = |status: u16, code: &str, message: &str| json!({"refuse": {"status": status, "code": code, "message": message}});
    let dead_token = refuse(404, "404.001.03", "Invalid Access Token");
    let bad_amount = refuse(400, "400.002.02", "Bad Request - Invalid Amount");
    let busy = refuse(
        500,
        "500.003.02",
        "System is busy. Please try again in few minutes.",
    );
    let page = json!({"raw": {"status": 502, "content_type": "text/html", "body": "<html>"}});
    for (submit, state, sent) in [
        (json!([bad_amount]), "failed", 1),
        // Only a refused token is tried again, once.
        (json!([dead_token, "accept"]), "refunded", 2),
        (json!([dead_token]), "failed", 2),
        (json!([busy]), "unknown", 1),
        (json!([page]), "unknown", 1),
        (json!(["drop"]), "unknown", 1),
    ] {
        let (payment, receipt) = paid();
        script(&receipt, &json!({"submit": submit}));
        refunded(&payment, &receipt);
        until_refund(&payment, state);
        assert_eq!(requests(&receipt).len(), sent, "{submit}");
        let returned = if state == "refunded" { 150 } else { 0 };
        assert_eq!(returned_kes(&payment), returned, "{submit}");
    }
}

#[test]
fn a_lost_answer_is_unknown_never_sent_again_and_settled_by_a_late_result() {
    let (payment, receipt) = paid();
    script(
        &receipt,
        &json!({"submit": ["lose"], "result": {"copies": 2, "after_ms": 6000}}),
    );
    refunded(&payment, &receipt);
    heard_kind(&payment.view["account_reference"], "payment.review");
    let again = refund(&payment, &fresh_key(), &json!({"receipt": receipt}));
    is_refused(&again, 409, "REFUND_NOT_ALLOWED");
    // A sweep that passes sends nothing either.
    operator::sweep_everyone(&worker());
    let facts = until_refund(&payment, "refunded");
    assert_eq!(facts["refunded_kes"], 150);
    assert_eq!(facts["review"], json!([]));
    heard_kind(&payment.view["account_reference"], "payment.refunded");
    assert_eq!((returned_kes(&payment), requests(&receipt).len()), (150, 1));
}

#[test]
fn a_result_before_the_answer_counts_once() {
    let (payment, receipt) = paid();
    script(
        &receipt,
        &json!({"result_before_answer": true, "result": {"copies": 2, "after_ms": 0}}),
    );
    refunded(&payment, &receipt);
    until_refund(&payment, "refunded");
    let told = heard(&payment.view["account_reference"], "refunded", |all| {
        all.iter()
            .any(|heard| heard.body["type"] == "payment.refunded")
    });
    let ids: Vec<&str> = told
        .iter()
        .filter(|heard| heard.body["type"] == "payment.refunded")
        .map(|heard| heard.id.as_str())
        .collect();
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    assert_eq!(returned_kes(&payment), 150);
}

#[test]
fn only_this_payments_own_money_goes_back_and_whole() {
    let ((payment, receipt), (other, others)) = (paid(), paid());
    let ask = |key: &str, body: Value| refund(&payment, key, &body);
    let key = fresh_key();
    is_refused(&ask(&key, json!({"receipt": others})), 404, "NOT_FOUND");
    is_refused(
        &ask(&key, json!({"receipt": "UJ2V87JLMD"})),
        404,
        "NOT_FOUND",
    );
    let part = json!({"receipt": receipt, "amount_kes": 149});
    is_refused(&ask(&key, part), 409, "REFUND_NOT_ALLOWED");
    let more = json!({"receipt": receipt, "amount_kes": 151});
    is_refused(&ask(&key, more), 409, "REFUND_NOT_ALLOWED");
    for wrong in [
        json!({}),
        json!({"receipt": "x"}),
        json!({"receipt": receipt, "amount_kes": 0}),
        json!({"receipt": receipt, "amount_kes": "150"}),
        json!({"receipt": receipt, "amount_kes": 1.5}),
        json!({"receipt": receipt, "reason": 1}),
    ] {
        is_refused(&ask(&key, wrong), 422, "VALIDATION_ERROR");
    }
    is_refused(
        &ask("", json!({"receipt": receipt})),
        422,
        "VALIDATION_ERROR",
    );
    let stranger = format!("{}/v1/merchant/{}/refunds", worker(), path(&payment));
    is_refused(
        &http::post(&stranger, &json!({"receipt": receipt})),
        401,
        "MISSING_HEADERS",
    );
    assert!(requests(&receipt).is_empty() && requests(&others).is_empty());
    assert_eq!(returned_kes(&payment) + returned_kes(&other), 0);
}

/// A result as M-PESA would write it.
fn result(code: &Value, receipt: &str) -> Value {
    json!({"Result": {"ResultType": 0, "ResultCode": code, "ResultDesc": "words", "TransactionID": "SKE52PAWR9",
        "ResultParameters": {"ResultParameter": [{"Key": "OriginalTransactionID", "Value": receipt}]}}})
}

#[test]
fn only_the_secret_path_is_heard_and_each_says_its_own() {
    let (payment, receipt) = paid();
    script(&receipt, &json!({"submit": ["drop"]}));
    refunded(&payment, &receipt);
    until_refund(&payment, "unknown");
    let sent = requests(&receipt);
    let url = |name: &str| sent[0]["body"][name].as_str().unwrap().to_owned();
    let (result_url, timeout_url) = (url("ResultURL"), url("QueueTimeOutURL"));
    let success = result(&json!(0), &receipt);
    let mac = result_url.split('/').nth(5).unwrap();
    for forged in [
        result_url.replace(mac, &"0".repeat(32)),
        timeout_url.replace("/timeout/", "/result/"),
        result_url.replace("/result/", "/answer/"),
        format!("{}2", &result_url[..result_url.len() - 1]),
    ] {
        assert_eq!(http::post(&forged, &success).status, 404, "{forged}");
    }
    // That it was dropped is no outcome, whatever the body says; nor is a success of another receipt.
    assert_eq!(http::post(&timeout_url, &success).status, 200);
    let others = result(&json!(0), "UJ2V87JLMX");
    assert_eq!(http::post(&result_url, &others).status, 200);
    assert_eq!(http::send("POST", &result_url, &[], "<html>").status, 200);
    let facts = until_refund(&payment, "unknown");
    assert_eq!(facts["refunded_kes"], 0, "{facts}");
    assert_eq!(http::post(&result_url, &success).status, 200);
    until_refund(&payment, "refunded");
    let failure = result(&json!("R000002"), &receipt);
    assert_eq!(http::post(&result_url, &failure).status, 200);
    until_refund(&payment, "refunded");
}

#[test]
fn a_person_settles_what_m_pesa_is_silent_about() {
    let (payment, receipt) = paid();
    script(
        &receipt,
        &json!({"submit": ["lose"], "result": {"copies": 0}}),
    );
    let settle = |refunded: bool| {
        let path = format!("{}/refunds/1/settle", path(&payment));
        operator::post(&worker(), &path, &json!({"refunded": refunded}))
    };
    is_refused(&settle(true), 404, "NOT_FOUND");
    refunded(&payment, &receipt);
    until_refund(&payment, "unknown");
    // It may still wait in a queue of M-PESA's.
    is_refused(&settle(false), 409, "REFUND_NOT_ALLOWED");
    let settled = settle(true);
    assert_eq!(settled.status, 200, "{}", settled.text);
    assert_eq!(settled.json()["refund"]["state"], "refunded");
    is_refused(&settle(true), 409, "REFUND_NOT_ALLOWED");
    heard_kind(&payment.view["account_reference"], "payment.refunded");
    assert_eq!(returned_kes(&payment), 150);
}

#[test]
fn without_an_initiator_nothing_is_reserved() {
    let mut payment = Payment::pushed("0000");
    payment.until_receipt();
    let bearer = format!("Bearer {}", secret("API_KEY"));
    let key = fresh_key();
    let headers = [
        ("Authorization", bearer.as_str()),
        ("Idempotency-Key", &key),
    ];
    let url = format!("{}/v1/merchant/{}/refunds", payment.worker, path(&payment));
    let body = json!({"receipt": payment.view["receipt"]}).to_string();
    let reply = http::send("POST", &url, &headers, &body);
    is_refused(&reply, 409, "REFUND_NOT_ALLOWED");
    let shown = operator::get(&payment.worker, &path(&payment)).json();
    assert_eq!(shown["payment"]["refunds"], json!([]));
}
