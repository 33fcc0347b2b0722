//! The price without a payment, the price that the customer has seen, and a push whose answer waits for M-PESA.

use crate::house::{Payment, by_hand, emulator, fresh_key, phone_ending, worker};
use crate::http::{self, Reply};
use crate::shop::{claims, fresh_reference, sign, signed_order};
use serde_json::{Value, json};

#[track_caller]
fn quote(base: &str, query: &str) -> Value {
    let reply = http::get(&format!("{base}/v1/quote?{query}"));
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.json()
}

#[track_caller]
fn open(query: &str, body: &Value) -> Reply {
    emulator("ledger");
    http::post(&format!("{}/v1/payments{query}", worker()), body)
}

#[test]
fn looking_at_a_price_opens_nothing() {
    let quote = quote(&worker(), "item=tea&_=1");
    let payment = &quote["payment"];
    assert_eq!(
        (&payment["version"], &payment["state"]),
        (&json!(0), &json!("ready"))
    );
    assert_eq!(payment["due_kes"], 150);
    assert_eq!(quote["form"]["submit"], "Pay KES 150");
    let id = payment["id"].as_str().unwrap();
    let there = http::get(&format!("{}/v1/payments/{id}", worker()));
    assert_eq!(there.status, 404, "{}", there.text);
}

#[test]
fn the_first_screen_speaks_the_customers_language() {
    let quote = quote(&worker(), "item=tea&lang=sw");
    assert_eq!(quote["form"]["submit"], "Lipa KES 150");
    assert_eq!(quote["form"]["lang"], "sw");
}

#[test]
fn a_key_of_before_finds_its_payment() {
    let key = fresh_key();
    let query = format!("item=tea&key={key}");
    assert_eq!(quote(&worker(), &query)["payment"]["version"], 0);
    let opened = open("", &json!({"item": "tea", "key": key}));
    assert_eq!(opened.status, 200, "{}", opened.text);
    let found = quote(&worker(), &query);
    assert_eq!(found["payment"]["id"], opened.json()["id"]);
    assert_eq!(found["payment"]["version"], opened.json()["version"]);
    let mut payment = Payment::opened_with(
        &worker(),
        json!({"item": "tea", "key": fresh_key(), "phone": phone_ending("0000")}),
    );
    payment.until_receipt();
}

#[test]
fn a_signed_order_is_shown_as_it_is() {
    let token = signed_order(&fresh_reference());
    let before = quote(&by_hand(), &format!("order={token}"));
    assert_eq!(before["payment"]["due_kes"], 150);
    assert_eq!(before["payment"]["version"], 0);
    let opened = Payment::opened_with(&by_hand(), json!({"order": token, "key": fresh_key()}));
    assert_eq!(before["payment"]["id"], opened.view["id"]);
    let after = quote(&by_hand(), &format!("order={token}"));
    assert_ne!(after["payment"]["version"], 0);
}

#[test]
fn nobody_pays_a_price_that_was_not_shown() {
    let (key, phone) = (fresh_key(), phone_ending("0000"));
    let body = |kes: u32| json!({"item": "tea", "key": key, "phone": phone, "expect_kes": kes});
    let refused = open("", &body(149));
    assert_eq!(refused.status, 409, "{}", refused.text);
    let error = &refused.json()["error"];
    assert_eq!(
        (&error["code"], &error["due_kes"]),
        (&json!("PRICE_CHANGED"), &json!(150))
    );
    let query = format!("item=tea&key={key}");
    assert_eq!(
        quote(&worker(), &query)["payment"]["version"],
        0,
        "nothing was opened"
    );
    let opened = open("", &body(150));
    assert_eq!(opened.status, 200, "{}", opened.text);
    let again = open("", &body(150));
    assert_eq!(again.json()["id"], opened.json()["id"]);
}

#[test]
fn a_push_may_be_answered_once_mpesa_has_taken_it() {
    let body = json!({"item": "tea", "key": fresh_key(), "phone": phone_ending("4321")});
    let opened = open("?wait=20", &body);
    assert_eq!(opened.status, 200, "{}", opened.text);
    assert_eq!(opened.json()["state"], "awaiting_pin");
}

#[test]
fn what_a_quote_cannot_mean_is_refused() {
    for (query, param) in [
        ("", "item"),
        ("item=unicorn", "item"),
        ("item=tea&amount=5", "amount"),
        ("item=tea&lang=fr", "lang"),
        ("item=tea&item=card", "item"),
        ("item=tea&key=short", "key"),
        ("item=tea&price=1", "price"),
        ("order=e30.e30.x", "order"),
    ] {
        let reply = http::get(&format!("{}/v1/quote?{query}", worker()));
        assert_eq!(reply.status, 422, "{query}: {}", reply.text);
        assert_eq!(reply.json()["error"]["param"], param, "{query}");
    }
}

#[test]
fn an_order_that_is_signed_at_each_loading_shows_where_its_payment_is() {
    let mut told = claims(&fresh_reference());
    let phone = phone_ending("4322");
    let order = sign(&told);
    let opened = Payment::opened_with(
        &by_hand(),
        json!({"order": order, "key": fresh_key(), "phone": phone}),
    );
    told["iat"] = json!(told["iat"].as_u64().unwrap() + 1);
    let again = sign(&told);
    let shown = quote(&by_hand(), &format!("order={again}"));
    assert_eq!(shown["payment"]["id"], opened.view["id"]);
    assert_ne!(shown["payment"]["state"], "ready");
}

#[test]
fn an_order_that_has_expired_has_no_price() {
    let mut told = claims(&fresh_reference());
    let now_secs = told["iat"].as_u64().unwrap();
    told["iat"] = json!(now_secs - 120);
    told["exp"] = json!(now_secs - 60);
    let url = format!("{}/v1/quote?order={}", by_hand(), sign(&told));
    let reply = http::get(&url);
    assert_eq!(reply.status, 409, "{}", reply.text);
    assert_eq!(reply.json()["error"]["code"], "ORDER_EXPIRED");
}
