//! How the Worker speaks to Daraja: one token for all, minted again only when it is refused, and what a push says.

use crate::house::{Payment, emulator, fresh_key, phone_ending};
use crate::http::{self, at};
use serde_json::{Value, json};
use std::thread;

fn requests(path: &str) -> Vec<Value> {
    let all = http::get(&emulator("requests")).json();
    all.as_array()
        .unwrap()
        .iter()
        .filter(|request| {
            request["path"]
                .as_str()
                .is_some_and(|p| p.starts_with(path))
        })
        .cloned()
        .collect()
}

/// Deployments that share the Daraja app: worker, till, strangers, by-hand.
const SHOPS: usize = 4;

/// The one test that revokes tokens: minting is counted from one revocation to the next.
#[test]
fn a_refused_token_is_minted_again_once_for_all_who_hold_it() {
    // It runs before the others, by itself: its numbers are none of theirs.
    let pushed = |n: usize| {
        let phone = format!("25472{n:03}0000");
        let body = json!({"item": "tea", "key": fresh_key(), "phone": phone});
        Payment::opened_with(&crate::house::worker(), body)
    };
    pushed(0).until_state("paid");
    http::post(&emulator("tokens"), &json!({"revoke": true}));
    let before = requests("/oauth/").len();
    let pushes: Vec<_> = (1..=100)
        .map(|n| thread::spawn(move || pushed(n).until_state("paid").agrees()))
        .collect();
    for push in pushes {
        push.join()
            .expect("every push that held the stale token goes through");
    }
    let mintings = requests("/oauth/").len() - before;
    // The other shops of these tests share the app, and each lost its token too.
    assert!(
        (1..=SHOPS).contains(&mintings),
        "{mintings} mintings for a hundred pushes: one for each shop is enough"
    );
}

#[test]
fn a_push_says_what_safaricom_wants_to_hear() {
    let mut payment = Payment::pushed("0000");
    payment.until_state("paid");
    let reference = payment.view["account_reference"].clone();
    let push = requests("/mpesa/stkpush/")
        .into_iter()
        .find(|r| r["body"]["AccountReference"] == reference)
        .unwrap();
    let body = &push["body"];
    assert_eq!(body["TransactionType"], "CustomerPayBillOnline");
    assert_eq!(
        (&body["BusinessShortCode"], &body["PartyB"], &body["Amount"]),
        (&json!(174_379), &json!("174379"), &json!("150"))
    );
    assert!(
        body["TransactionDesc"]
            .as_str()
            .is_some_and(|text| (1..=13).contains(&text.len()))
    );
    assert!(reference.as_str().is_some_and(|text| text.len() <= 12));
}

#[test]
fn a_till_is_pushed_through_its_store() {
    emulator("ledger");
    let body = json!({"item": "tea", "key": fresh_key(), "phone": phone_ending("0000")});
    let mut payment = Payment::opened_with(&at("MALIPO_TILL_URL"), body);
    payment.until_state("paid").agrees();
    assert_eq!(
        (&payment.view["payee_kind"], &payment.view["payee_number"]),
        (&json!("till"), &json!("555555"))
    );
    let moved = &payment.moved()[0];
    assert_eq!(moved["shortcode"], "555555");
}

#[test]
fn a_status_request_is_held_until_something_changes() {
    let mut payment = Payment::pushed("0000");
    let mut polls = 0;
    while payment.state() != "paid" {
        let after = payment.view["version"].as_u64().unwrap();
        let url = format!(
            "{}/v1/payments/{}?after={after}&wait=25",
            payment.worker,
            payment.id()
        );
        let next = http::get(&url).json();
        assert!(
            next["version"].as_u64() > Some(after),
            "it was answered for a change: {next}"
        );
        payment.view = next;
        polls += 1;
    }
    assert!(polls <= 4, "{polls} status requests");
}

#[test]
fn many_held_requests_of_one_payment_hold_up_nobody() {
    let crowded = Payment::opened_with(
        &crate::house::worker(),
        json!({"item": "tea", "key": fresh_key()}),
    );
    let url = format!(
        "{}/v1/payments/{}?after=99&wait=25",
        crowded.worker,
        crowded.id()
    );
    let waiting: Vec<_> = (0..12)
        .map(|_| {
            thread::spawn({
                let url = url.clone();
                move || http::get(&url).json()
            })
        })
        .collect();
    // While they are held another payment is made from end to end.
    Payment::pushed("0000").until_state("paid").agrees();
    let answers: Vec<Value> = waiting
        .into_iter()
        .map(|w| w.join().expect("every one is answered"))
        .collect();
    let sent_away = answers
        .iter()
        .filter(|view| view["poll_after_ms"].as_u64().is_some_and(|ms| ms >= 5000))
        .count();
    assert!(
        sent_away >= 4,
        "those beyond the eighth are asked to come again later: {sent_away}"
    );
}

#[test]
fn a_request_that_is_held_while_the_push_starts_does_not_stop_it() {
    let mut payment = Payment::opened_with(
        &crate::house::worker(),
        json!({"item": "tea", "key": fresh_key()}),
    );
    let url = format!(
        "{}/v1/payments/{}?after={}&wait=25",
        payment.worker,
        payment.id(),
        payment.view["version"]
    );
    let held: Vec<_> = (0..3)
        .map(|_| {
            thread::spawn({
                let url = url.clone();
                move || http::get(&url).json()
            })
        })
        .collect();
    assert_eq!(
        payment.push(json!({"phone": phone_ending("0000")})).status,
        200
    );
    payment.until_state("paid").agrees();
    for held in held {
        let woken = held.join().expect("it is answered");
        assert_ne!(
            woken["state"], "declined",
            "the woken reader took the push for an interrupted one: {woken}"
        );
    }
}
