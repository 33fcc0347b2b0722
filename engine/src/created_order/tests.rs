//! What a shop's server may ask to be paid, and what it is told otherwise.

use super::*;
use serde_json::{Map, json};

fn with(name: &str, value: Value) -> Map<String, Value> {
    let body = json!({"amount_kes": 1500, "reference": "INV-7", "description": " Two tickets "});
    let Value::Object(mut fields) = body else {
        unreachable!("it is an object")
    };
    fields.insert(name.to_owned(), value);
    fields
}

#[track_caller]
fn check_is_refused(name: &str, value: Value, code: ErrorCode) {
    let shown = value.to_string();
    let refused = CreatedOrder::read(&with(name, value)).unwrap_err();
    assert_eq!(
        (refused.code, refused.param.as_deref()),
        (code, Some(name)),
        "{shown}"
    );
}

#[test]
fn an_order_is_read_as_it_was_meant() {
    let order = CreatedOrder::read(&with("phone", json!("0700 000 126"))).unwrap();
    assert_eq!(order.amount.shillings(), 1500);
    assert_eq!(order.description, "Two tickets");
    assert_eq!(
        order.phone.as_ref().map(Msisdn::as_str),
        Some("254700000126")
    );
    assert_eq!(order.lifetime_ms, LIFETIME_SECS * 1000);
    let opened = order.into_order(5);
    assert_eq!(opened.origin.by_server(), Some(("INV-7", 5)));
    assert!(
        CreatedOrder::read(&with("phone", Value::Null))
            .unwrap()
            .phone
            .is_none()
    );
}

#[test]
fn what_cannot_be_asked_is_named() {
    use ErrorCode::{InvalidAmount, InvalidCallback, InvalidMsisdn, ValidationError};
    for amount in [
        json!(0),
        json!(250_001),
        json!(1.5),
        json!("1500"),
        json!(-1),
        Value::Null,
    ] {
        check_is_refused("amount_kes", amount, InvalidAmount);
    }
    for phone in [json!("0200000000"), json!(""), json!(254_700_000_126_u64)] {
        check_is_refused("phone", phone, InvalidMsisdn);
    }
    check_is_refused("callback_url", json!("http://127.0.0.1"), InvalidCallback);
    for reference in [
        json!(""),
        json!(" a"),
        json!(7),
        json!("x".repeat(65)),
        json!("a\u{200b}"),
        json!("INV7\u{200d}"),
        json!("INV\u{3164}7"),
        json!("INV\u{a0}7"),
        json!("INV  7"),
        json!("e\u{301}"),
    ] {
        check_is_refused("reference", reference, ValidationError);
    }
    for description in [
        json!(" "),
        json!("a\nb"),
        json!("Tea \u{2764}\u{fe0f}"),
        json!("x".repeat(101)),
        Value::Null,
    ] {
        check_is_refused("description", description, ValidationError);
    }
    for secs in [json!(59), json!(400 * 86_400 + 1), json!("60"), json!(60.5)] {
        check_is_refused("expires_in_secs", secs, ValidationError);
    }
    check_is_refused("amount", json!(1), ValidationError);
}

#[test]
fn a_character_that_cannot_be_seen_is_named() {
    let refused = CreatedOrder::read(&with("reference", json!("INV7\u{200d}"))).unwrap_err();
    assert!(refused.message.contains("U+200D"), "{}", refused.message);
    let order = CreatedOrder::read(&with("description", json!("Chai ☕ na شاي"))).unwrap();
    assert_eq!(order.description, "Chai ☕ na شاي");
}

#[test]
fn the_same_request_is_known_by_its_meaning() {
    let key = || crate::idempotency::read_key(Some("a")).unwrap();
    let ask = |fields: Map<String, Value>| CreatedOrder::read(&fields).unwrap().ask(key());
    let plain = ask(with("phone", Value::Null));
    assert_eq!(ask(with("expires_in_secs", json!(LIFETIME_SECS))), plain);
    assert_eq!(ask(with("description", json!("Two tickets"))), plain);
    for (name, value) in [
        ("amount_kes", json!(1501)),
        ("reference", json!("INV-8")),
        ("description", json!("Two")),
        ("phone", json!("0700000126")),
        ("expires_in_secs", json!(60)),
    ] {
        assert_ne!(ask(with(name, value)), plain, "{name}");
    }
}

#[test]
fn an_amount_is_a_whole_number_however_json_writes_it() {
    for amount in ["1500", "1500.0", "1500.00", "1.5e3"] {
        let amount: Value = serde_json::from_str(amount).unwrap();
        let order = CreatedOrder::read(&with("amount_kes", amount)).unwrap();
        assert_eq!(order.amount.shillings(), 1500);
    }
    let refused = CreatedOrder::read(&with("amount_kes", json!("1500"))).unwrap_err();
    assert!(refused.message.contains("whole number of shillings"));
    assert!(
        refused.message.contains("not a text"),
        "{}",
        refused.message
    );
    let refused = CreatedOrder::read(&with("reference", json!(4711))).unwrap_err();
    assert!(refused.message.contains("`reference` must be a text"));
    assert!(
        refused.message.contains("not a number"),
        "{}",
        refused.message
    );
    let missing = CreatedOrder::read(&with("Amount_kes", json!(1))).unwrap_err();
    assert!(
        missing.message.contains("Write `amount_kes`"),
        "{}",
        missing.message
    );
}
