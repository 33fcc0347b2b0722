//! What a payment's object keeps, and what it does about what it finds: nothing that is owed is dropped by looking, nothing
//! grows for ever, and its log lines have its name.

use crate::house::{Payment, by_hand, emulator, fresh_key, phone_ending, plant, worker};
use crate::http::{self, at};
use crate::ledger::{entry, reference};
use crate::operator::{get, until};
use crate::shop::{claims, fresh_reference, heard_kind, now_secs, sign};
use crate::strangers::callback_url;
use serde_json::{Value, json};
use std::fs;
use std::time::{Duration, Instant};

/// An order of the browser's own can be paid for a day, and its payment goes a day later.
const TWO_DAYS_MS: u32 = (2 * 24 * 60 + 10) * 60 * 1000;

fn log() -> String {
    fs::read_to_string(at("MALIPO_LOG")).unwrap()
}

#[test]
fn what_a_look_finds_overdue_the_shop_hears() {
    let mut order = claims(&fresh_reference());
    order["exp"] = json!(now_secs() + 12);
    let body = json!({"order": sign(&order), "key": fresh_key()});
    let payment = Payment::opened_with(&by_hand(), body);
    plant(&payment, "lose", 1_000_000);
    // Its only alarm was for the books: it will ring no more.
    entry(&payment, "ready");
    let path = format!("payments/{}", reference(&payment));
    until(&payment.worker, &path, "closed", |shown| {
        shown.json()["payment"]["state"] == "closed"
    });
    heard_kind(&payment.view["account_reference"], "payment.closed");
}

#[test]
fn an_object_that_its_alarm_wakes_says_which_payment_it_is() {
    emulator("ledger");
    let mut payment = Payment::opened_with(&worker(), json!({"item": "tea", "key": fresh_key()}));
    let pushed = payment.push(json!({"phone": phone_ending("0404")}));
    assert_eq!(pushed.status, 200, "{}", pushed.text);
    entry(&payment, "awaiting_pin");
    // Its next alarm is the first question, 30 s after the push: idle for so long, it has left memory.
    plant(&payment, "err", 1);
    let address = format!("emulator:main:{}", reference(&payment));
    let began = Instant::now();
    let is_said = |line: &str| line.contains(r#""what":"work_failed""#) && line.contains(&address);
    while !log().lines().any(is_said) {
        assert!(
            began.elapsed() < Duration::from_secs(60),
            "no line names {address}: {}",
            log()
        );
        // The ledger, not the object.
        get(&worker(), &format!("ledger/{}", reference(&payment)));
    }
    assert!(!log().contains(r#""payment":"?""#), "{}", log());
}

#[test]
fn what_mpesa_repeats_without_end_is_counted_and_a_success_counts() {
    emulator("ledger");
    let phone = phone_ending("8642");
    let body = json!({"item": "tea", "key": fresh_key(), "phone": phone});
    let mut payment = Payment::opened_with(&worker(), body);
    payment.until_state("awaiting_pin");
    let url = callback_url(&payment);
    let say = |words: &str| {
        let body = json!({"Body": {"stkCallback": {"ResultCode": 4999, "ResultDesc": words}}});
        assert_eq!(http::post(&url, &body).status, 200);
    };
    let rows = || plant(&payment, "rows", 0).parse::<u64>().unwrap();
    let before = rows();
    for n in 0..60 {
        say(&format!("still {n}"));
        assert_eq!(
            http::send("POST", &url, &[], &format!("<html>{n}")).status,
            200
        );
    }
    let after = rows();
    for _ in 0..20 {
        say("still");
    }
    // Twenty lines, twenty bodies, and what a question may have added.
    assert!(after <= before + 44, "{after} rows of {before}");
    assert!(rows() <= after + 4, "{} rows of {after}", rows());
    let pin = emulator(&format!("handset/{phone}"));
    let entered = http::post(&pin, &json!({"pin": "1234"}));
    assert!([200, 204].contains(&entered.status), "{}", entered.text);
    payment.until_state("paid").agrees();
    let shown = get(&worker(), &format!("payments/{}", reference(&payment)));
    assert!(shown.text.contains("is not kept ("), "{}", shown.text);
    let said = "M-PESA has said more of push 1 than is kept";
    let is_ours = |line: &&str| line.contains(said) && line.contains(reference(&payment));
    assert_eq!(log().lines().filter(is_ours).count(), 1, "told once");
}

#[test]
fn a_payment_that_nobody_tried_to_pay_goes_and_its_name_may_come_back() {
    let body = json!({"item": "tea", "key": fresh_key()});
    let payment = Payment::opened_with(&by_hand(), body.clone());
    entry(&payment, "ready");
    let gone = plant(&payment, "ahead", TWO_DAYS_MS);
    let closed = heard_kind(&payment.view["account_reference"], "payment.closed");
    assert_eq!(gone, "false", "nothing of it is left");
    let id = payment.id();
    let url = format!("{}/v1/payments/{id}", payment.worker);
    assert_eq!(http::get(&url).status, 404);
    for path in ["ledger", "payments"] {
        let path = format!("{path}/{}", reference(&payment));
        assert_eq!(get(&payment.worker, &path).status, 404, "{path}");
    }
    plant(&payment, "ahead", 0);
    // The page's own key opens it anew.
    let mut again = Payment::opened_with(&payment.worker, body);
    assert_eq!((again.id(), again.state()), (id, "ready"));
    let pushed = again.push(json!({"phone": phone_ending("0000")}));
    assert_eq!(pushed.status, 200, "{}", pushed.text);
    again.until_state("paid").agrees();
    let paid = heard_kind(&payment.view["account_reference"], "payment.paid");
    assert_ne!(paid.id, closed.id, "a shop hears each id once");
    let entered: Value = entry(&again, "paid");
    assert_eq!(
        entered["receipts"].as_array().unwrap().len(),
        1,
        "{entered}"
    );
    // Nothing but what was never tried goes.
    assert_eq!(plant(&again, "ahead", TWO_DAYS_MS), "true");
    plant(&again, "ahead", 0);
}
