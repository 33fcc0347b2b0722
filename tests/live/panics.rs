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
    let wrong = crate::http::at("MALIPO_SANDBOX_URL");
    assert_ne!(
        http::post(&format!("{wrong}/_faults/panic/pay_x"), &json!({})).status,
        500
    );
}
