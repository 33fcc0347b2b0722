//! Codes that M-PESA may answer, each played to the running Worker: what the customer's view makes of it. Which test produces
//! which code of the references stands in tests/it/produced_codes.rs.

use crate::between::{Fault, hold};
use crate::house::{Payment, emulator, fresh_key, phone_ending, worker};
use crate::http::{self, at};
use crate::operator;
use malipo_shared::catalogue::{self, Api, Kind, reference};
use serde_json::{Value, json};

/// Results of a push that end it without money: the reason, and whether it may yet succeed.
const RESULTS: [(&str, &str, bool); 22] = [
    ("1", "insufficient_funds", false),
    ("2", "below_minimum", false),
    ("3", "above_maximum", false),
    ("4", "daily_limit", false),
    ("8", "payee_limit", false),
    ("17", "too_soon", false),
    ("26", "system_busy", true),
    ("1001", "subscriber_busy", false),
    ("1019", "expired", true),
    ("1025", "prompt_failed", true),
    ("1031", "cancelled", false),
    ("1032", "cancelled", false),
    ("1036", "unreachable", true),
    ("1037", "unreachable", true),
    ("2001", "wrong_pin", false),
    ("2006", "account_rule", false),
    ("2028", "merchant_setup", false),
    ("2029", "other", true),
    ("8006", "pin_locked", false),
    ("9999", "prompt_failed", true),
    ("E3008", "account_rule", false),
    ("SFC_IC0003", "merchant_setup", false),
];

/// Refusals of the gateway at submission: status, code, its words, and the reason; none where the push's fate is unknown.
const REFUSALS: [(u16, &str, &str, Option<&str>); 21] = [
    (
        400,
        "400.002.02",
        "Bad Request - Invalid BusinessShortCode",
        Some("merchant_setup"),
    ),
    (
        400,
        "400.002.02",
        "Bad Request - Invalid Amount",
        Some("merchant_setup"),
    ),
    (
        400,
        "400.002.02",
        "Bad Request - Invalid PhoneNumber",
        Some("phone_refused"),
    ),
    (
        400,
        "400.002.05",
        "Invalid Request Payload",
        Some("merchant_setup"),
    ),
    (
        400,
        "400.003.01",
        "Invalid Access Token",
        Some("merchant_setup"),
    ),
    (
        400,
        "400.008.02",
        "Invalid PhoneNumber",
        Some("phone_refused"),
    ),
    (
        401,
        "401.001",
        "Invalid Access Token",
        Some("merchant_setup"),
    ),
    (
        401,
        "401.002.01",
        "Error Occurred - Invalid Access Token",
        Some("merchant_setup"),
    ),
    (
        404,
        "404.001.01",
        "Resource not found",
        Some("merchant_setup"),
    ),
    (
        404,
        "404.001.03",
        "Invalid Access Token",
        Some("merchant_setup"),
    ),
    (
        404,
        "404.001.04",
        "Invalid Authentication Header",
        Some("merchant_setup"),
    ),
    (405, "405.001", "Method Not Allowed", Some("merchant_setup")),
    (
        500,
        "500.001.1001",
        "Merchant does not exist",
        Some("merchant_setup"),
    ),
    (
        500,
        "500.001.1001",
        "[MerchantValidate] - Wrong credentials",
        Some("merchant_setup"),
    ),
    (
        500,
        "500.001.1001",
        "Unable to lock subscriber, a transaction is already in process",
        Some("subscriber_busy"),
    ),
    (
        500,
        "500.001.1001",
        "The transaction is being processed",
        None,
    ),
    (
        500,
        "500.002.1001",
        "Service is currently under maintenance. Please try again later",
        Some("system_busy"),
    ),
    (
        500,
        "500.003.02",
        "System is busy. Please try again in few minutes.",
        Some("system_busy"),
    ),
    (
        500,
        "500.003.03",
        "Error Occurred: Quota Violation",
        Some("system_busy"),
    ),
    (500, "500.003.1001", "Internal Server Error", None),
    (
        429,
        "policies.ratelimit.SpikeArrestViolation",
        "Spike arrest violation",
        Some("system_busy"),
    ),
];

/// Pushes to a number of its own, to which M-PESA answers so.
#[track_caller]
fn pushed_to(story: &Value) -> Payment {
    let phone = phone_ending("5555");
    let script = json!({"when": {"msisdn": phone}, "story": story});
    let taken = http::post(&emulator("scripts"), &script);
    assert_eq!(taken.status, 204, "{}", taken.text);
    Payment::opened_with(
        &worker(),
        json!({"item": "tea", "key": fresh_key(), "phone": phone}),
    )
}

/// The code that some line of the payment's story tells, as the dashboard decodes it.
#[track_caller]
fn tells(payment: &Payment, api: Api, code: &str) {
    let account = payment.view["account_reference"].as_str().unwrap();
    let shown = operator::get(&payment.worker, &format!("payments/{account}")).json();
    let lines = shown["timeline"].as_array().unwrap().iter();
    let told: Vec<_> = lines
        .filter_map(|line| reference::told(line["what"].as_str().unwrap()))
        .collect();
    assert!(told.contains(&(api, code)), "{code}: {}", shown["timeline"]);
}

#[test]
fn every_result_of_a_push_has_its_reason() {
    let pushed: Vec<Payment> = RESULTS
        .iter()
        .map(|(code, ..)| {
            pushed_to(&json!({"customer": {"declines": {"after_ms": 0, "code": code}}}))
        })
        .collect();
    for ((code, reason, may_yet), mut payment) in RESULTS.into_iter().zip(pushed) {
        payment.until_state("declined").agrees();
        let charge = if may_yet { "none_so_far" } else { "none" };
        let view = &payment.view;
        assert_eq!(
            (&view["reason"], &view["charge"]),
            (&json!(reason), &json!(charge)),
            "{code}: {view}"
        );
        tells(&payment, Api::Stk, code);
    }
}

#[test]
fn every_refusal_of_the_gateway_has_its_reason() {
    let pushed: Vec<Payment> = REFUSALS
        .iter()
        .map(|(status, code, message, _)| {
            let refusal = json!({"status": status, "code": code, "message": message});
            pushed_to(&json!({"submit": [{"refuse": refusal}]}))
        })
        .collect();
    for ((_, code, message, reason), mut payment) in REFUSALS.into_iter().zip(pushed) {
        let Some(reason) = reason else {
            payment.until_state("confirming").agrees();
            continue;
        };
        payment.until_state("declined").agrees();
        assert_eq!(
            payment.view["reason"], reason,
            "{code} {message}: {}",
            payment.view
        );
        tells(&payment, Api::Gateway, code);
    }
}

#[test]
fn no_result_of_a_push_is_left_out() {
    let is_decline =
        |row: &&catalogue::Row| row.api == Api::Stk && matches!(row.kind, Kind::Declined(_));
    let listed: Vec<&str> = catalogue::rows()
        .filter(is_decline)
        .map(|row| row.code)
        .collect();
    assert_eq!(listed, RESULTS.map(|(code, ..)| code));
}

#[test]
fn an_unknown_account_number_is_refused_where_the_shop_wants_it() {
    let _held = hold();
    let worker = at("MALIPO_CHECKED_URL");
    let checks = operator::get(&worker, "checks").json();
    let shortcode = checks["shortcode"].as_str().unwrap();
    let body = json!({
        "TransactionType": "Pay Bill", "TransID": "QAB1CD2EF4", "TransTime": "20260101120000", "TransAmount": "150.00",
        "BusinessShortCode": shortcode, "BillRefNumber": "NOSUCHORDER", "MSISDN": "2547 ***** 149",
    });
    let secret = operator::secret("C2B_SECRET");
    let url = format!("{worker}/hooks/c2b/{shortcode}/{secret}/validate");
    assert_eq!(http::post(&url, &body).json()["ResultCode"], "C2B00012");
}

#[test]
fn m_pesa_that_is_away_is_told_to_whoever_asks_it() {
    let held = hold();
    let worker = at("MALIPO_CHECKED_URL");
    held.plant_before_daraja(Fault::Down);
    for path in ["c2b/register", "pull/register", "reconcile"] {
        let away = operator::post(&worker, path, &json!({}));
        let code = away.json()["error"]["code"].clone();
        assert_eq!(
            (away.status, code),
            (500, json!("MPESA_UNAVAILABLE")),
            "{path}: {}",
            away.text
        );
    }
    held.mend();
    let back = operator::post(&worker, "pull/register", &json!({}));
    assert_eq!(back.status, 200, "{}", back.text);
}
