//! The numbers whose push is answered in an unusual way, or not at all.

use serde_json::json;

use crate::bench::{Bench, body, check_refusal};

const LOCKED: (u16, &str, &str) = (
    500,
    "500.001.1001",
    "Unable to lock subscriber, a transaction is already in process for the current subscriber",
);

#[tokio::test]
async fn a_lost_answer_is_a_closed_connection_and_a_payment_all_the_same() {
    let bench = Bench::start().await;
    let lost = bench
        .push(&bench.push_body("254700000500"))
        .await
        .unwrap_err();
    assert!(lost.is_request() && !lost.is_timeout(), "{lost:?}");
    assert_eq!(
        bench.see("prompts").await[0]["msisdn"],
        json!("254700000500")
    );
    bench.advance(2_000).await;
    let callback = bench.callback().await;
    assert_eq!(callback.stk()["ResultCode"], json!(0));
    assert_eq!(bench.see("requests").await[1]["status"], json!(null));
}

#[tokio::test]
async fn a_lost_push_rings_nowhere() {
    let bench = Bench::start().await;
    assert!(bench.push(&bench.push_body("254700000501")).await.is_err());
    assert_eq!(bench.see("prompts").await, json!([]));
    bench.nothing_more_arrives().await;
}

#[tokio::test]
async fn gateway_and_firewall_answer_in_html() {
    let bench = Bench::start().await;
    for (digits, status, words) in [
        ("0503", 503, "Service Temporarily Unavailable"),
        ("0403", 403, "Incapsula"),
    ] {
        let answer = bench
            .push(&bench.push_body(&format!("25470000{digits}")))
            .await
            .unwrap();
        assert_eq!(answer.status(), status);
        assert_eq!(answer.headers()["content-type"], "text/html");
        assert!(answer.text().await.unwrap().contains(words));
    }
    assert_eq!(bench.see("prompts").await, json!([]));
    bench.nothing_more_arrives().await;
}

#[tokio::test]
async fn spike_arrest_meets_the_first_push_of_each_number() {
    let bench = Bench::start().await;
    for msisdn in ["254700000429", "254700010429"] {
        let answer = bench.push(&bench.push_body(msisdn)).await.unwrap();
        assert_eq!(answer.status(), 429);
        let fault = &body(answer).await["fault"];
        assert_eq!(
            fault["detail"]["errorcode"],
            json!("policies.ratelimit.SpikeArrestViolation")
        );
        bench.pushed(msisdn).await;
        bench.advance(2_000).await;
        assert_eq!(bench.callback().await.stk()["ResultCode"], json!(0));
    }
    bench.control("reset", &json!({})).await;
    let answer = bench.push(&bench.push_body("254700000429")).await.unwrap();
    assert_eq!(answer.status(), 429);
}

#[tokio::test]
async fn a_locked_subscriber_is_refused_at_once() {
    let bench = Bench::start().await;
    let answer = bench.push(&bench.push_body("254700001001")).await.unwrap();
    let status = answer.status();
    check_refusal(status, &body(answer).await, LOCKED);
    bench.nothing_more_arrives().await;
}

#[tokio::test]
async fn a_ringing_handset_locks_its_subscriber() {
    let bench = Bench::start().await;
    bench.pushed("254708374149").await;
    bench.advance(59_999).await;
    let answer = bench.push(&bench.push_body("254708374149")).await.unwrap();
    let status = answer.status();
    check_refusal(status, &body(answer).await, LOCKED);
    bench.pushed("254708374150").await; // nobody else's
    bench.advance(1).await;
    bench.pushed("254708374149").await;
}

#[tokio::test]
async fn a_callback_can_precede_the_push_s_answer() {
    let bench = Bench::start().await;
    let body_of_push = bench.push_body("254700000111");
    let mut push = std::pin::pin!(bench.push(&body_of_push));
    let callback = tokio::select! {
        biased;
        callback = bench.callback() => callback,
        _ = &mut push => panic!("the push was answered first"),
    };
    let answer = body(push.await.unwrap()).await;
    assert_eq!(
        callback.stk()["CheckoutRequestID"],
        answer["CheckoutRequestID"]
    );
    assert_eq!(callback.stk()["ResultCode"], json!(0));
    assert_eq!(bench.see("ledger").await.as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn an_https_callback_is_not_reached_and_says_why() {
    let bench = Bench::start().await;
    let mut push = bench.push_body("254700000000");
    push["CallBackURL"] = json!("https://127.0.0.1:9/hooks");
    bench.push(&push).await.unwrap();
    bench.advance(2_000).await;
    let sent = bench.until("callbacks", |sent| sent[0].is_object()).await;
    assert_eq!(sent[0]["error"], json!("https is not supported here"));
}

#[tokio::test]
async fn a_callback_goes_out_once_whatever_it_is_answered() {
    let bench = Bench::start().await;
    let mut push = bench.push_body("254700000000");
    push["CallBackURL"] = json!("http://127.0.0.1:9/hooks"); // nobody listens
    bench.push(&push).await.unwrap();
    bench.advance(2_000).await;
    let sent = bench.until("callbacks", |sent| sent[0].is_object()).await;
    assert_eq!(
        (&sent[0]["status"], &sent[0]["error"]),
        (&json!(null), &json!("not reachable"))
    );
    bench.nothing_more_arrives().await;
    let sent = bench.until("callbacks", |sent| sent[1].is_object()).await;
    assert_eq!(sent[1]["status"], json!(200));
    assert_eq!(sent.as_array().map(Vec::len), Some(2));
}
