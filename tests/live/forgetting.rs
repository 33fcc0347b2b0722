//! A customer who is forgotten: nothing of a number is left in the payment's object, and money that comes late still counts.
//! The shop of these tests forgets as soon as nothing is in flight or owed.

use crate::between::{Held, hold};
use crate::house::{Payment, emulator, fresh_key, phone_ending, plant, worker};
use crate::http::{self, at};
use crate::ledger::{entry, reference, sql};
use crate::operator::{get, post, secret, until};
use crate::shop::heard_kind;
use crate::strangers::{callback_url, success};
use serde_json::{Value, json};

/// A payment at the shop that forgets, whose handset answers so.
#[track_caller]
fn pushed(ending: &str) -> (Held, Payment) {
    let held = hold();
    let payment = Payment::pushed_at(&at("MALIPO_CHECKED_URL"), ending);
    (held, payment)
}

/// How many rows of the object hold something of the customer.
#[track_caller]
fn personal(payment: &Payment) -> String {
    plant(payment, "personal", 0)
}

#[track_caller]
fn until_forgotten(payment: &Payment) -> Value {
    let path = format!("payments/{}", reference(payment));
    let is_forgotten = |reply: &http::Reply| reply.text.contains("numbers were forgotten");
    until(&payment.worker, &path, "forgotten", is_forgotten).json()
}

#[test]
fn a_paid_payment_forgets_its_customer_and_stays_the_same() {
    let (_held, mut payment) = pushed("0000");
    payment.until_receipt().agrees();
    let heard = heard_kind(&payment.view["account_reference"], "payment.paid");
    assert!(heard.payment()["attempts"][0]["phone_masked"].is_string());
    let shown = until_forgotten(&payment);
    assert_eq!(personal(&payment), "0");
    assert_eq!(shown["payment"]["state"], "paid");
    assert_eq!(shown["payment"]["received_kes"], 150);
    assert_eq!(shown["payment"]["attempts"][0].get("phone_masked"), None);
    // The customer's own page still shows the receipt, and no number.
    let url = format!("{}/v1/payments/{}", payment.worker, payment.id());
    let view = http::get(&url).json();
    assert_eq!(view["receipt"], payment.moved()[0]["receipt"]);
    assert_eq!(
        view.get("phone_masked").filter(|v| !v.is_null()),
        None,
        "{view}"
    );
    // The lists forget by being told anew.
    let path = format!("ledger/{}", reference(&payment));
    let entry = until(&payment.worker, &path, "without a number", |reply| {
        reply.status == 200 && reply.json()["attempts"][0]["phone_masked"].is_null()
    });
    assert_eq!(entry.json()["receipts"].as_array().unwrap().len(), 1);
    // A message that is sent again has the same id, and no number.
    let again = post(
        &payment.worker,
        &format!("payments/{}/redeliver", reference(&payment)),
        &json!({}),
    );
    assert_eq!(again.status, 200, "{}", again.text);
    let messages = crate::shop::heard(&payment.view["account_reference"], "it again", |all| {
        all.iter().filter(|h| h.id == heard.id).count() > 1
    });
    assert!(!messages.last().unwrap().text.contains("phone_masked"));
}

#[test]
fn a_late_callback_counts_after_the_customer_was_forgotten() {
    let (_held, mut payment) = pushed("1032");
    payment.until_state("declined");
    let path = format!("payments/{}", reference(&payment));
    assert_eq!(
        post(&payment.worker, &format!("{path}/close"), &json!({})).status,
        200
    );
    until_forgotten(&payment);
    assert_eq!(personal(&payment), "0");
    let mut late = success(150);
    late["Body"]["stkCallback"]["CheckoutRequestID"] = json!("ws_CO_191220191020363925");
    assert_eq!(http::post(&callback_url(&payment), &late).status, 200);
    let paid = entry(&payment, "paid");
    assert_eq!(paid["receipts"][0]["receipt"], "AAAA1111BB");
    assert_eq!(paid["received_kes"], 150);
    assert_eq!(personal(&payment), "0", "what came late was not kept");
    heard_kind(&payment.view["account_reference"], "payment.paid");
}

#[test]
fn a_customer_who_asks_is_forgotten_once_nothing_is_in_flight() {
    emulator("ledger");
    let mut payment = Payment::opened_with(
        &worker(),
        json!({"item": "tea", "key": fresh_key(), "phone": phone_ending("4999")}),
    );
    payment.until_state("awaiting_pin");
    let path = format!("payments/{}/forget", reference(&payment));
    assert_eq!(post(&worker(), &path, &json!({})).status, 409);
    payment.until_state("paid").agrees();
    assert_ne!(personal(&payment), "0", "remembered for its time");
    let forgotten = post(&worker(), &path, &json!({}));
    assert_eq!(forgotten.status, 200, "{}", forgotten.text);
    assert_eq!(personal(&payment), "0");
    assert_eq!(
        forgotten.json()["payment"]["attempts"][0].get("phone_masked"),
        None
    );
    assert_eq!(
        post(&worker(), &path, &json!({})).status,
        200,
        "once more does nothing"
    );
    assert_eq!(get(&worker(), "payments/M000000000A").status, 404);
    assert_eq!(
        post(&worker(), "payments/M000000000A/forget", &json!({})).status,
        404
    );
}

#[test]
fn a_receipt_forgets_its_payer_once_the_money_has_a_place() {
    let _held = hold();
    let worker = at("MALIPO_CHECKED_URL");
    let payment = Payment::opened_with(&worker, json!({"item": "tea", "key": fresh_key()}));
    let confirm = |receipt: &str, account: &str| {
        let body = json!({
            "TransactionType": "Pay Bill", "TransID": receipt, "TransTime": "20260101120000", "TransAmount": "150.00",
            "BusinessShortCode": "174379", "BillRefNumber": account, "MSISDN": "2547 ***** 149",
        });
        let url = format!("{worker}/hooks/c2b/174379/{}/confirm", secret("C2B_SECRET"));
        assert_eq!(http::post(&url, &body).status, 200);
    };
    let payer = |reply: &http::Reply| reply.json()["receipt_facts"]["payer_masked"].clone();
    // It may have to go back: who paid it is needed.
    confirm("QFG1CD2EF3", "NOSUCHORDER");
    assert!(payer(&get(&worker, "receipts/QFG1CD2EF3")).is_string());
    confirm("QFG1CD2EF4", reference(&payment));
    let owned = until(&worker, "receipts/QFG1CD2EF4", "without a payer", |reply| {
        reply.status == 200 && payer(reply).is_null()
    });
    let facts = &owned.json()["receipt_facts"];
    assert_eq!(
        (&facts["status"], &facts["amount_kes"]),
        (&json!("claimed"), &json!(150))
    );
    assert_eq!(entry(&payment, "paid")["received_kes"], 150);
    let listed = "SELECT COUNT(*) AS n FROM unmatched_receipts WHERE receipt = 'QFG1CD2EF4' AND payer_masked IS NOT NULL";
    let is_listed = || sql("CHECKED", listed).contains("\"n\":1");
    let began = std::time::Instant::now();
    while is_listed() {
        assert!(
            began.elapsed().as_secs() < 45,
            "the list still names the payer"
        );
    }
}
