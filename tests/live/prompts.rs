//! Prompts across payments: one at a time on a handset, and few that strangers can cause.

use crate::house::{Payment, emulator, fresh_key, phone_ending, worker};
use crate::http::{self, Reply, at};
use crate::operator::secret;
use serde_json::{Value, json};

/// More payments than it takes until a handset is heard to be free.
const TRIES_MAX: usize = 50;

/// A payment with a push to this number, asked for from this address.
#[track_caller]
fn pushed_from(address: &str, worker: &str, item: &str, phone: &str) -> Payment {
    let reply = post_from(
        address,
        worker,
        &json!({"item": item, "key": fresh_key(), "phone": phone}),
    );
    assert_eq!(reply.status, 200, "{}", reply.text);
    Payment {
        worker: worker.to_owned(),
        view: reply.json(),
    }
}

#[track_caller]
fn post_from(address: &str, worker: &str, body: &Value) -> Reply {
    let headers = [
        ("Content-Type", "application/json"),
        ("CF-Connecting-IP", address),
    ];
    http::send(
        "POST",
        &format!("{worker}/v1/payments"),
        &headers,
        &body.to_string(),
    )
}

#[test]
fn who_tries_key_after_key_is_turned_away_and_a_good_key_is_not() {
    let worker = at("MALIPO_STRANGERS_URL");
    let ask = |address: &str, key: &str| {
        let headers = [("Authorization", key), ("CF-Connecting-IP", address)];
        // Which asks no ledger: another test takes it away.
        let url = format!("{worker}/v1/merchant/items");
        http::send("GET", &url, &headers, "")
    };
    let stranger = "203.0.113.70";
    let made = {
        let bearer = format!("Bearer {}", secret("ADMIN_KEY"));
        let url = format!("{worker}/v1/admin/merchants/main/keys");
        let made = http::send("POST", &url, &[("Authorization", &bearer)], "{}").json();
        format!("Bearer {}", made["key"].as_str().unwrap())
    };
    // From the same network as the flood's, and used before it.
    assert_eq!(ask(stranger, &made).status, 200);
    let (head, end) = made.split_at(made.len() - 6);
    let forged = |n: usize| {
        let key = format!("{head}{n:06}");
        assert_ne!(&key[head.len()..], end);
        key
    };
    let answers: Vec<Reply> = (0..150).map(|n| ask(stranger, &forged(n))).collect();
    let refused = |status: u16| {
        answers
            .iter()
            .filter(|reply| reply.status == status)
            .count()
    };
    assert_eq!(refused(401) + refused(429), answers.len());
    assert!(refused(401) >= 60, "{} were asked about", refused(401));
    let last = answers
        .iter()
        .find(|reply| reply.status == 429)
        .expect("some are too many");
    let error = &last.json()["error"];
    assert_eq!(error["code"], "TOO_MANY_REQUESTS", "{error}");
    assert!(error["retry_at_ms"].is_u64(), "{error}");
    assert_eq!(ask(stranger, &made).status, 200, "a good key is let in");
    assert_eq!(
        ask("203.0.113.71", &forged(0)).status,
        401,
        "nobody else is"
    );
    // What opens without asking the object is not counted, nor turned away.
    let own = format!("Bearer {}", secret("API_KEY"));
    assert_eq!(ask(stranger, &own).status, 200);
    assert_eq!(
        post_from(stranger, &worker, &json!({"key": "short"})).status,
        422
    );
}

#[track_caller]
fn pushed(item: &str, phone: &str) -> Payment {
    emulator("ledger");
    Payment::opened_with(
        &worker(),
        json!({"item": item, "key": fresh_key(), "phone": phone}),
    )
}

/// Was refused without a push, can be tried again within `secs`, and shows how to pay by hand meanwhile.
#[track_caller]
fn is_put_off(payment: &mut Payment, reason: &str, secs: u64) {
    payment.until("answered", |p| p.state() != "sending");
    let view = &payment.view;
    assert_eq!(
        (&view["state"], &view["reason"], &view["charge"]),
        (&json!("declined"), &json!(reason), &json!("none")),
        "{view}"
    );
    let left_ms = payment.ms("retry_at_ms").unwrap() - payment.ms("now_ms").unwrap();
    assert!(
        (1..=secs * 1000).contains(&left_ms),
        "{left_ms} ms left of {secs} s"
    );
    assert!(view["payee_number"].is_string() && view["account_reference"].is_string());
    assert_eq!(payment.pushes(), 0, "nothing left");
    let again = payment.push(json!({}));
    assert_eq!(
        (again.status, &again.json()["error"]["code"]),
        (409, &json!("PUSH_NOT_ALLOWED"))
    );
}

#[test]
fn two_payments_ring_one_handset_one_after_the_other() {
    let phone = phone_ending("4999");
    let mut first = pushed("tea", &phone);
    first.until_state("awaiting_pin");
    is_put_off(&mut pushed("kiondo", &phone), "subscriber_busy", 180);
    first.until_state("paid").agrees();
    let mut second = pushed_when_free("kiondo", &phone);
    second.until_state("paid").agrees();
    is_put_off(&mut pushed_when_free("tea", &phone), "too_soon", 120);
}

/// Who paid is free at once, but the handset is told a moment after the customer's page.
#[track_caller]
fn pushed_when_free(item: &str, phone: &str) -> Payment {
    let mut tries = (0..TRIES_MAX).map(|_| pushed(item, phone));
    tries
        .find_map(|mut payment| {
            payment.until("answered", |p| p.state() != "sending");
            (payment.view["reason"] != "subscriber_busy").then_some(payment)
        })
        .expect("the handset is free after its payment")
}

#[test]
fn many_payments_to_one_handset_ring_once() {
    let phone = phone_ending("4999");
    let payments: Vec<_> = (0..12)
        .map(|_| {
            let phone = phone.clone();
            std::thread::spawn(move || {
                let mut payment = pushed("tea", &phone);
                payment.until("answered", |p| p.state() != "sending");
                payment
            })
        })
        .collect();
    let payments: Vec<Payment> = payments.into_iter().map(|p| p.join().unwrap()).collect();
    assert_eq!(payments.iter().map(Payment::pushes).sum::<usize>(), 1);
    let mut rings = payments.into_iter().filter(|p| p.state() != "declined");
    rings.next().unwrap().until_state("paid").agrees();
    assert!(rings.next().is_none());
}

#[test]
fn a_stranger_cannot_spray_a_number() {
    let worker = at("MALIPO_STRANGERS_URL");
    let phone = phone_ending("1037");
    let mut first = pushed_from("192.0.2.1", &worker, "tea", &phone);
    first.until_state("declined").agrees();
    assert_eq!(first.view["reason"], "unreachable");
    // From another address too: the pause is the number's.
    let mut second = pushed_from("198.51.100.1", &worker, "kiondo", &phone);
    is_put_off(&mut second, "too_many_prompts", 600);
}

#[test]
fn a_stranger_cannot_spray_from_one_address() {
    let worker = at("MALIPO_STRANGERS_URL");
    let spray = |address: &str| pushed_from(address, &worker, "tea", &phone_ending("1037"));
    // One household has many addresses of IPv6.
    for n in 1..=3 {
        let mut payment = spray(&format!("2001:db8::{n}"));
        payment.until("prompted", |p| p.state() != "sending");
        assert_ne!(payment.state(), "declined", "{}", payment.view);
    }
    is_put_off(&mut spray("2001:db8::4"), "too_many_prompts", 3600);
    let mut neighbour = spray("2001:db8:0:1::1");
    neighbour.until("prompted", |p| p.state() != "sending");
    assert_ne!(neighbour.state(), "declined", "{}", neighbour.view);
}

#[test]
fn a_flood_from_one_address_is_turned_away_and_nobody_else_is() {
    let worker = at("MALIPO_STRANGERS_URL");
    let post = |address: &str| post_from(address, &worker, &json!({"key": "short"}));
    let refused = (0..150)
        .map(|_| post("203.0.113.1"))
        .find(|reply| reply.status == 429)
        .expect("of 150 requests some are too many");
    let error = &refused.json()["error"];
    assert_eq!(error["code"], "TOO_MANY_REQUESTS", "{error}");
    assert!(error["retry_at_ms"].is_u64(), "{error}");
    assert_eq!(post("203.0.113.2").status, 422);
    let url = format!("{worker}/v1/payments/pay_x");
    let read = http::send("GET", &url, &[("CF-Connecting-IP", "203.0.113.1")], "");
    assert_eq!(read.status, 404, "reading goes on");
}
