//! An alarm whose work fails rings again, and one that is lost is made up for: nothing is forgotten.

use crate::house::{Payment, emulator, fresh_key, phone_ending, plant, worker};
use crate::http::at;
use crate::ledger::{entry, reference, ring_schedule, sql};
use crate::operator::until;
use crate::shop;
use serde_json::json;

/// Failures of one alarm after another. Each is followed by 45 s, and three minutes after the push the customer's own page
/// would settle the payment.
const TIMES: u32 = 3;

/// Paid, but no callback comes: only the alarm's query can find out.
#[track_caller]
fn is_paid_although_alarms(fault: &str) {
    let mut payment = opened_at(&worker());
    plant(&payment, fault, TIMES);
    let pushed = payment.push(json!({"phone": phone_ending("0404")}));
    assert_eq!(pushed.status, 200, "{}", pushed.text);
    payment.until_state("paid").agrees();
    assert_eq!(payment.moved().len(), 1);
    assert_eq!(plant(&payment, fault, 0), "0", "every fault has struck");
}

#[track_caller]
fn opened_at(worker: &str) -> Payment {
    emulator("ledger");
    Payment::opened_with(worker, json!({"item": "tea", "key": fresh_key()}))
}

#[test]
fn an_alarm_whose_work_hangs_rings_again() {
    is_paid_although_alarms("hang");
}

#[test]
fn an_alarm_whose_work_errs_rings_again() {
    is_paid_although_alarms("err");
}

#[test]
fn an_alarm_whose_work_panics_rings_again() {
    // The platform would ring again by itself too, six times at most.
    is_paid_although_alarms("break");
}

#[test]
fn a_shop_that_did_not_hear_is_told_by_a_sweep_when_the_alarm_is_lost() {
    let till = at("MALIPO_TILL_URL");
    shop::open();
    let mut payment = opened_at(&till);
    let called = payment.view["account_reference"].clone();
    shop::be_deaf_once(&called);
    plant(&payment, "lose", 1_000_000);
    let pushed = payment.push(json!({"phone": phone_ending("0000")}));
    assert_eq!(pushed.status, 200, "{}", pushed.text);
    payment.until_state("paid").agrees();
    shop::heard(&called, "once", |all| all.len() == 1);
    entry(&payment, "paid");
    let path = format!("payments/{}", reference(&payment));
    until(&till, &path, "told by a sweep", |shown| {
        // A sweep looks ten minutes after the last change.
        let long_ago = "UPDATE payments SET look_at_ms = 0 WHERE account_reference =";
        sql("TILL", &format!("{long_ago} '{}'", reference(&payment)));
        ring_schedule("TILL");
        shown.json()["deliveries"][0]["standing"] == "heard"
    });
    let told = shop::heard(&called, "twice", |all| all.len() == 2);
    assert_eq!(told[0].id, told[1].id);
}
