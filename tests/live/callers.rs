//! A shop that hears callbacks from the addresses that it knows, and from no other (`ENFORCE_CALLBACK_ADDRESSES`).

use crate::house::{Payment, emulator, fresh_key, phone_ending};
use crate::http::{self, Reply, at};
use crate::strangers::{callback_url, success};
use serde_json::{Value, json};

/// Calls back as somebody at this address.
#[track_caller]
fn call_from(address: &str, url: &str, callback: &Value) -> Reply {
    let headers = [("CF-Connecting-IP", address)];
    http::send("POST", url, &headers, &callback.to_string())
}

#[track_caller]
fn pushed(ending: &str) -> Payment {
    emulator("ledger");
    let body = json!({"item": "tea", "key": fresh_key(), "phone": phone_ending(ending)});
    let mut payment = Payment::opened_with(&at("MALIPO_TILL_URL"), body);
    payment.until_state("awaiting_pin");
    payment
}

#[track_caller]
fn is_still_asked(payment: &mut Payment) {
    let url = format!("{}/v1/payments/{}", payment.worker, payment.id());
    payment.view = http::get(&url).json();
    assert_eq!(payment.state(), "awaiting_pin");
}

#[test]
fn a_callback_from_elsewhere_changes_nothing() {
    let mut payment = pushed("4999");
    let url = callback_url(&payment);
    for elsewhere in [
        "192.0.2.1",
        "127.0.0.2",
        "2001:db8::1",
        "127.0.0.1, 192.0.2.1",
    ] {
        let turned_away = call_from(elsewhere, &url, &success(150));
        assert_eq!(turned_away.status, 404, "{elsewhere}");
        is_still_asked(&mut payment);
    }
    // M-PESA itself is heard: the emulator calls from this machine, which counts as known in its environment.
    payment.until_receipt().agrees();
    assert_eq!(payment.view["receipt"], payment.moved()[0]["receipt"]);
}

#[test]
fn safaricoms_addresses_and_the_shops_own_are_heard() {
    // The last is named by this shop, for a relay perhaps.
    for known in ["196.201.214.200", "127.0.0.1", "198.51.100.9"] {
        let mut payment = pushed("4999");
        let cancelled = json!({"Body": {"stkCallback": {"ResultCode": 1032, "ResultDesc": "x"}}});
        let heard = call_from(known, &callback_url(&payment), &cancelled);
        assert_eq!(heard.status, 200, "{known}: {}", heard.text);
        payment.until_state("declined");
        assert_eq!(payment.view["reason"], "cancelled");
    }
}
