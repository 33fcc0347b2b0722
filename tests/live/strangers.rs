//! What somebody gets who is not the customer, not the merchant's page and not M-PESA.

use crate::house::{Payment, emulator, fresh_key, worker};
use crate::http;
use serde_json::{Value, json};

/// The path at which M-PESA was told to call back about this payment.
pub(crate) fn callback_url(payment: &Payment) -> String {
    let requests = http::get(&emulator("requests")).json();
    let mut body = requests
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["body"].clone());
    let push = body
        .rfind(|b| b["AccountReference"] == payment.view["account_reference"])
        .unwrap();
    push["CallBackURL"].as_str().unwrap().to_owned()
}

pub(crate) fn success(amount: u64) -> Value {
    let items = json!([{"Name": "Amount", "Value": amount}, {"Name": "MpesaReceiptNumber", "Value": "AAAA1111BB"}]);
    json!({"Body": {"stkCallback": {"ResultCode": 0, "ResultDesc": "x", "CallbackMetadata": {"Item": items}}}})
}

#[test]
fn a_forged_callback_changes_nothing() {
    let mut payment = Payment::pushed("4999");
    payment.until_state("awaiting_pin");
    let url = callback_url(&payment);
    let other = callback_url(Payment::pushed("4999").until_state("awaiting_pin"));
    let (stem, attempt) = url.rsplit_once('/').unwrap();
    let mac = |url: &str| url.split('/').nth(5).unwrap().to_owned();
    let forged = [
        url.replace(&mac(&url), &"0".repeat(32)),
        url.replace(&mac(&url), &mac(&other)),
        format!("{stem}/{}", attempt.parse::<u32>().unwrap() + 1),
        format!("{url}/"),
        url.replace("/stk/", "/result/"),
        url.to_uppercase()
            .replace("HTTP://", "http://")
            .replace("/HOOKS/", "/hooks/")
            .replace("/STK/", "/stk/"),
    ];
    for forged in forged {
        assert_eq!(http::post(&forged, &success(150)).status, 404, "{forged}");
    }
    assert_eq!(http::get(&url).status, 405);
    payment.view = http::get(&format!("{}/v1/payments/{}", worker(), payment.id())).json();
    assert_eq!(payment.state(), "awaiting_pin");
    payment.until_state("paid").agrees();
}

#[test]
fn an_oversized_or_unreadable_callback_is_no_verdict() {
    let mut payment = Payment::pushed("4999");
    payment.until_state("awaiting_pin");
    let url = callback_url(&payment);
    assert_eq!(
        http::send("POST", &url, &[], &"x".repeat(70_000)).status,
        200,
        "the secret is right: it is kept"
    );
    assert_eq!(
        http::send("POST", &url, &[], "<html>").status,
        200,
        "it is kept, and answered"
    );
    payment.view = http::get(&format!("{}/v1/payments/{}", worker(), payment.id())).json();
    assert_eq!(payment.state(), "awaiting_pin");
    payment.until_state("paid").agrees();
}

#[test]
fn a_callback_with_another_amount_is_not_believed() {
    let mut payment = Payment::pushed("4999");
    payment.until_state("awaiting_pin");
    assert_eq!(
        http::post(&callback_url(&payment), &success(149)).status,
        200
    );
    assert_ne!(payment.state(), "paid");
    payment.until_state("paid").agrees();
    assert_eq!(payment.moved().len(), 1);
}

#[test]
fn the_callback_address_never_reaches_the_browser() {
    let mut payment = Payment::pushed("0000");
    payment.until_state("paid");
    let url = callback_url(&payment);
    let mac = url.split('/').nth(5).unwrap();
    let shown = payment.view.to_string();
    for word in [mac, "hooks", "ws_CO_", "CheckoutRequest", "254700"] {
        assert!(!shown.contains(word), "the view holds {word}: {shown}");
    }
}

#[test]
fn only_the_merchants_pages_may_call() {
    let worker = worker();
    let body = json!({"item": "tea", "key": fresh_key()}).to_string();
    let from = |origin: &str| {
        http::send(
            "POST",
            &format!("{worker}/v1/payments"),
            &[("Origin", origin)],
            &body,
        )
    };
    let refused = from("https://evil.example");
    assert_eq!(
        (refused.status, &refused.json()["error"]["code"]),
        (403, &json!("ORIGIN_NOT_ALLOWED"))
    );
    // The page may read why, and nothing else.
    assert_eq!(
        refused.header("access-control-allow-origin"),
        Some("https://evil.example")
    );
    assert_eq!(
        refused.json().as_object().map(serde_json::Map::len),
        Some(1)
    );
    let allowed = from(&worker);
    assert_eq!(
        (
            allowed.status,
            allowed.header("access-control-allow-origin")
        ),
        (200, Some(worker.as_str()))
    );
    assert_eq!(allowed.header("vary"), Some("Origin"));
    let preflight = http::send(
        "OPTIONS",
        &format!("{worker}/v1/payments"),
        &[("Origin", &worker)],
        "",
    );
    assert_eq!(
        (
            preflight.status,
            preflight.header("access-control-allow-headers")
        ),
        (204, Some("content-type"))
    );
}

#[test]
fn the_widgets_files_are_kept_for_ever_and_sent_small() {
    let loader = http::get(&format!("{}/malipo.js", worker())).text;
    let start = loader.find("/a/").expect("the loader names its files");
    let hash = &loader[start..start + 19];
    let url = format!("{}{hash}/checkout_bg.wasm", worker());
    let plain = http::send("GET", &url, &[("Accept-Encoding", "identity")], "");
    assert_eq!(
        (plain.status, plain.header("content-encoding")),
        (200, None)
    );
    assert_eq!(plain.header("content-type"), Some("application/wasm"));
    assert_eq!(
        plain.header("cache-control"),
        Some("public, max-age=31536000, immutable")
    );
    assert_eq!(plain.header("access-control-allow-origin"), Some("*"));
    let small = http::send("GET", &url, &[("Accept-Encoding", "br")], "");
    assert_eq!(
        (small.status, small.header("content-encoding")),
        (200, Some("br"))
    );
    assert!(small.text.len() < plain.text.len());
    for missing in [
        format!("{hash}/checkout_bg.wasm.br"),
        "/a/0000000000000000/checkout.js".to_owned(),
        "/a/".to_owned(),
    ] {
        assert_eq!(
            http::get(&format!("{}{missing}", worker())).status,
            404,
            "{missing}"
        );
    }
}
