//! A panic in one payment harms no other.

use crate::house::{Payment, fresh_key, phone_ending, worker};
use crate::http;
use serde_json::json;
use std::thread;

#[test]
fn a_panic_in_one_payment_harms_no_other() {
    // One payment's push is on its way or its prompt is up, and its customer's request is held.
    let mut held = Payment::pushed("4999");
    held.until_state("awaiting_pin");
    let waiting = thread::spawn(move || {
        held.until_state("paid").agrees();
    });
    let mut pushing = Payment::pushed("0000");
    let broken = Payment::opened_with(&worker(), json!({"item": "tea", "key": fresh_key()}));
    for _ in 0..5 {
        let panicked = http::post(
            &format!("{}/_faults/panic/{}", worker(), broken.id()),
            &json!({}),
        );
        assert_eq!(panicked.status, 500, "{}", panicked.text);
        assert!(
            !panicked.text.contains("asked to"),
            "the panic's text stays inside"
        );
    }
    pushing.until_state("paid").agrees();
    waiting
        .join()
        .expect("the held request is answered and its payment ends paid");
    // Nor did it harm itself: what counts lies in storage.
    let mut again = Payment {
        worker: worker(),
        view: http::get(&format!("{}/v1/payments/{}", worker(), broken.id())).json(),
    };
    assert_eq!(again.state(), "ready");
    assert_eq!(
        again.push(json!({"phone": phone_ending("0000")})).status,
        200
    );
    again.until_state("paid").agrees();
}

#[test]
fn faults_are_for_the_emulators_environment_only() {
    // Well configured, with a payment that a fault would reach.
    let outside = crate::http::at("MALIPO_OUTSIDE_URL");
    let payment = Payment::opened_with(&outside, json!({"item": "tea", "key": fresh_key()}));
    for path in [format!("panic/{}", payment.id()), "bare".to_owned()] {
        let answer = http::post(&format!("{outside}/_faults/{path}"), &json!({}));
        assert_eq!(answer.status, 404, "{path}: {}", answer.text);
    }
    let shown = http::get(&format!("{outside}/v1/payments/{}", payment.id()));
    assert_eq!(shown.json()["state"], "ready");
}
