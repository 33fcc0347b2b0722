//! A shop's endpoint that answers with more than it has to.

use crate::house::{Payment, by_hand, emulator, fresh_key, phone_ending};
use crate::ledger::reference;
use crate::operator::until;
use crate::shop;
use serde_json::json;

#[test]
fn an_endless_answer_is_an_answer_and_is_not_read_to_its_end() {
    let worker = by_hand();
    emulator("ledger");
    let mut payment = Payment::opened_with(&worker, json!({"item": "tea", "key": fresh_key()}));
    let called = payment.view["account_reference"].clone();
    shop::be_endless_once(&called);
    let pushed = payment.push(json!({"phone": phone_ending("0000")}));
    assert_eq!(pushed.status, 200, "{}", pushed.text);
    payment.until_state("paid").agrees();
    let taken = shop::taken_of_endless(&called);
    assert!(taken > 0, "the answer had no body");
    assert!(taken < shop::ENDLESS_BYTES, "all of it was read");
    let path = format!("payments/{}", reference(&payment));
    until(&worker, &path, "heard", |shown| {
        shown.json()["deliveries"][0]["standing"] == "heard"
    });
    let told = shop::heard(&called, "of it", |all| !all.is_empty());
    assert_eq!(told.len(), 1, "it was told once");
}
