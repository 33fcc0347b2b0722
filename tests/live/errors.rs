//! Bad input gets the right status, the right code, and the field that it belongs to.

use crate::house::{Payment, fresh_key, phone_ending, worker};
use crate::http::{self, Reply, at};
use serde_json::{Value, json};

#[track_caller]
fn check(reply: &Reply, status: u16, code: &str, param: Option<&str>) {
    let error = &reply.json()["error"];
    let got = (
        reply.status,
        error["code"].as_str(),
        error["param"].as_str(),
    );
    assert_eq!(got, (status, Some(code), param), "{}", reply.text);
    assert!(
        error["message"]
            .as_str()
            .is_some_and(|message| !message.is_empty())
    );
    assert_eq!(reply.header("cache-control"), Some("no-store"));
}

#[track_caller]
fn open(body: Value) -> Reply {
    http::post(&format!("{}/v1/payments", worker()), &body)
}

#[test]
fn a_wrong_phone_is_placed_by_its_field() {
    for phone in [
        "0712",
        "0712 345 67x",
        "+255 712 345 678",
        "020 222 2222",
        "",
    ] {
        check(
            &open(json!({"item": "tea", "key": fresh_key(), "phone": phone})),
            422,
            "INVALID_MSISDN",
            Some("phone"),
        );
    }
    let mut payment = Payment::opened_with(&worker(), json!({"item": "tea", "key": fresh_key()}));
    check(
        &payment.push(json!({"phone": "12"})),
        422,
        "INVALID_MSISDN",
        Some("phone"),
    );
    check(
        &payment.push(json!({})),
        422,
        "INVALID_MSISDN",
        Some("phone"),
    );
}

#[test]
fn an_unknown_item_is_named() {
    check(
        &open(json!({"item": "coffee", "key": fresh_key()})),
        422,
        "VALIDATION_ERROR",
        Some("item"),
    );
    check(
        &open(json!({"item": "a b", "key": fresh_key()})),
        422,
        "VALIDATION_ERROR",
        Some("item"),
    );
    check(
        &open(json!({"key": fresh_key()})),
        422,
        "VALIDATION_ERROR",
        Some("item"),
    );
}

#[test]
fn the_pages_price_is_not_taken() {
    check(
        &open(json!({"item": "tea", "amount": 1, "key": fresh_key()})),
        422,
        "VALIDATION_ERROR",
        Some("amount"),
    );
    check(
        &open(json!({"amount": 100, "key": fresh_key()})),
        422,
        "VALIDATION_ERROR",
        Some("amount"),
    );
    check(
        &open(json!({"item": "tea", "price": 1, "key": fresh_key()})),
        422,
        "VALIDATION_ERROR",
        Some("price"),
    );
    check(
        &open(json!({"order": "x.y.z", "key": fresh_key()})),
        422,
        "INVALID_ORDER",
        Some("order"),
    );
}

#[test]
fn an_open_amount_stays_within_the_merchants_limits() {
    let url = format!("{}/v1/payments", at("MALIPO_TILL_URL"));
    let of = |amount: Value| http::post(&url, &json!({"amount": amount, "key": fresh_key()}));
    for amount in [
        json!("100.50"),
        json!(100.5),
        json!(0),
        json!(-1),
        json!("1e3"),
        json!("١٠٠"),
        json!(250_001),
        json!(9),
        json!(1001),
        json!(true),
    ] {
        check(&of(amount), 422, "INVALID_AMOUNT", Some("amount"));
    }
    for (amount, kes) in [(json!(10), 10), (json!("KES 1,000"), 1000)] {
        assert_eq!(of(amount).json()["due_kes"], kes);
    }
}

#[test]
fn a_body_that_is_no_json_object_is_refused() {
    let url = format!("{}/v1/payments", worker());
    for body in ["", "{", "[]", "null", "\"x\"", "{\"item\":}", "\u{0}"] {
        check(
            &http::send("POST", &url, &[("Content-Type", "application/json")], body),
            400,
            "MALFORMED_JSON",
            None,
        );
    }
    check(
        &http::send_bytes("POST", &url, &[], &[0xff, 0xfe]),
        400,
        "MALFORMED_JSON",
        None,
    );
}

#[test]
fn an_oversized_body_is_refused() {
    let body = json!({"item": "tea", "key": fresh_key(), "note": "x".repeat(20_000)}).to_string();
    check(
        &http::send("POST", &format!("{}/v1/payments", worker()), &[], &body),
        413,
        "BODY_TOO_LARGE",
        None,
    );
    check(
        &open(json!({"item": "tea", "key": fresh_key(), "note": "x".repeat(101)})),
        422,
        "VALIDATION_ERROR",
        Some("note"),
    );
}

#[test]
fn the_key_is_required_and_names_one_request() {
    check(
        &open(json!({"item": "tea"})),
        422,
        "VALIDATION_ERROR",
        Some("key"),
    );
    check(
        &open(json!({"item": "tea", "key": "short"})),
        422,
        "VALIDATION_ERROR",
        Some("key"),
    );
    let key = fresh_key();
    let first = open(json!({"item": "tea", "key": key})).json();
    let again = open(json!({"key": key, "item": "tea"})).json();
    assert_eq!(
        (&first["id"], &first["version"]),
        (&again["id"], &again["version"]),
        "the same request finds the same payment"
    );
    check(
        &open(json!({"item": "kiondo", "key": key})),
        409,
        "KEY_REUSED",
        Some("key"),
    );
}

#[test]
fn a_repeated_push_request_makes_one_push() {
    let key = fresh_key();
    let body = json!({"item": "tea", "key": key, "phone": phone_ending("0000")});
    let first = open(body.clone());
    let second = open(body);
    assert_eq!((first.status, second.status), (200, 200));
    let mut payment = Payment {
        worker: worker(),
        view: first.json(),
    };
    payment.until_state("paid").agrees();
    assert_eq!(payment.pushes(), 1);
}

#[test]
fn an_unknown_id_tells_nothing() {
    let payment = Payment::opened_with(&worker(), json!({"item": "tea", "key": fresh_key()}));
    let id = payment.id().to_owned();
    let last = if id.ends_with('0') { "1" } else { "0" };
    let guessed = format!("{}{last}", &id[..id.len() - 1]);
    for id in [
        guessed.as_str(),
        "pay_x",
        "x",
        "..%2f..",
        &id.to_uppercase(),
        "pay_main_m0123abc_0000000000000000000000000a",
    ] {
        check(
            &http::get(&format!("{}/v1/payments/{id}", worker())),
            404,
            "NOT_FOUND",
            None,
        );
        let push = http::post(
            &format!("{}/v1/payments/{id}/attempts", worker()),
            &json!({"key": fresh_key(), "phone": phone_ending("0000")}),
        );
        check(&push, 404, "NOT_FOUND", None);
    }
}

#[test]
fn paths_and_methods_are_checked() {
    let payment = Payment::opened_with(&worker(), json!({"item": "tea", "key": fresh_key()}));
    check(
        &http::get(&format!("{}/v1/payments", worker())),
        405,
        "METHOD_NOT_ALLOWED",
        None,
    );
    check(
        &http::post(
            &format!("{}/v1/payments/{}", worker(), payment.id()),
            &json!({}),
        ),
        405,
        "METHOD_NOT_ALLOWED",
        None,
    );
    check(
        &http::get(&format!("{}/v1/nothing", worker())),
        404,
        "NOT_FOUND",
        None,
    );
    let url = format!("{}/v1/payments/{}", worker(), payment.id());
    check(
        &http::get(&format!("{url}?wait=soon")),
        422,
        "VALIDATION_ERROR",
        Some("wait"),
    );
    check(
        &http::get(&format!("{url}?after=-1")),
        422,
        "VALIDATION_ERROR",
        Some("after"),
    );
}

#[test]
fn three_numbers_are_enough_for_one_order() {
    let mut payment = Payment::pushed("1032");
    for _ in 0..2 {
        payment.until_state("declined");
        let another = payment.push(json!({"phone": phone_ending("1032")}));
        assert_eq!(another.status, 200, "{}", another.text);
    }
    payment.until_state("declined");
    check(
        &payment.push(json!({"phone": phone_ending("1032")})),
        409,
        "PUSH_NOT_ALLOWED",
        Some("phone"),
    );
}

#[test]
fn a_wrong_configuration_is_named_and_nothing_can_be_paid() {
    let wrong = at("MALIPO_SANDBOX_URL");
    let health = http::get(&format!("{wrong}/healthz"));
    assert_eq!(health.status, 503);
    let named = health.json()["wrong"].to_string();
    assert!(
        named.contains("PUBLIC_BASE_URL") && named.contains("DARAJA_BASE_URL"),
        "{named}"
    );
    check(
        &http::post(
            &format!("{wrong}/v1/payments"),
            &json!({"item": "tea", "key": fresh_key()}),
        ),
        503,
        "MISCONFIGURED",
        None,
    );
}
