//! The lines of a payment's story tell their codes: what the dashboard decodes is what the engine writes.

use malipo_engine::daraja::{
    CheckoutRequestId, PushAnswer, StkCallback, decode_push_answer, decode_query_answer,
};
use malipo_engine::payment::{Event, Recorded, timeline};
use malipo_shared::catalogue::{self, Api, Kind, reference};

/// The line that the story has of an event.
fn line(event: Event) -> String {
    timeline(&[Recorded::once(event, 1)])[0].what.clone()
}

#[test]
fn every_outcome_of_a_callback_and_of_a_query_is_told() {
    for row in catalogue::rows().filter(|row| row.api == Api::Stk) {
        let body = serde_json::json!({"Body": {"stkCallback": {"ResultCode": row.code, "ResultDesc": "Safaricom's: HTTP 400 words"}}});
        let callback = StkCallback::decode(body.to_string().as_bytes()).unwrap();
        let told = line(Event::CallbackReceived {
            attempt: 3,
            callback,
        });
        assert_eq!(reference::told(&told), Some((Api::Stk, row.code)), "{told}");
        if row.kind == Kind::Pending {
            continue; // which a query does not answer as a verdict
        }
        let body = serde_json::json!({"ResponseCode": "0", "ResultCode": row.code, "ResultDesc": "x", "CheckoutRequestID": "ws_CO_1"});
        let asked = CheckoutRequestId::new("ws_CO_1");
        let answer = decode_query_answer(200, body.to_string().as_bytes(), &asked);
        let told = line(Event::QueryAnswered { attempt: 3, answer });
        assert_eq!(reference::told(&told), Some((Api::Stk, row.code)), "{told}");
    }
}

#[test]
fn a_refusal_of_the_gateway_is_told() {
    for code in ["400.002.02", "404.001.03", "500.003.02"] {
        let body = serde_json::json!({"requestId": "1", "errorCode": code, "errorMessage": "Spike Arrest Violation"});
        let PushAnswer::Refused(refusal, _) = decode_push_answer(500, body.to_string().as_bytes())
        else {
            panic!("{code} is no refusal");
        };
        let told = line(Event::PushRefused {
            attempt: 1,
            refusal,
        });
        assert_eq!(reference::told(&told), Some((Api::Gateway, code)), "{told}");
    }
}
