//! Scripts, the record of requests, reset.

use serde_json::json;

use crate::bench::{Bench, body};

const MSISDN: &str = "254708374149";

#[tokio::test]
async fn a_script_names_a_story_and_the_newest_match_wins() {
    let bench = Bench::start().await;
    bench
        .script(
            json!({"account_reference": "INV1"}),
            json!("insufficient_balance"),
        )
        .await;
    bench.script(json!({"amount": 150}), json!("1032")).await;
    bench.script(json!({"amount": 151}), json!("2001")).await;
    bench.pushed(MSISDN).await;
    bench.advance(3_000).await;
    assert_eq!(bench.callback().await.stk()["ResultCode"], json!(1032));
}

#[tokio::test]
async fn a_script_brings_its_own_story() {
    let bench = Bench::start().await;
    let story = json!({
        "submit": [{"refuse": {"status": 500, "code": "500.003.02", "message": "System is busy."}}, "accept"],
        "customer": {"pays": {"after_ms": 1000}},
        "callback": {"copies": 2, "gap_ms": 10, "after_ms": 500, "items": "documented"},
        "query": {"first": [{"result": {"code": "2029"}}, {"raw": {"status": 200, "content_type": "text/xml", "body": "<x/>"}}]},
    });
    bench.script(json!({"msisdn": MSISDN}), story).await;
    let refused = bench.push(&bench.push_body(MSISDN)).await.unwrap();
    assert_eq!(body(refused).await["errorCode"], json!("500.003.02"));
    let id = bench.pushed(MSISDN).await;
    assert_eq!(bench.queried(&id).await, "2029");
    assert_eq!(bench.query(&id).await.text().await.unwrap(), "<x/>");
    assert_eq!(bench.queried(&id).await, "4999");
    bench.advance(1_000).await;
    bench.until("ledger", |ledger| ledger[0].is_object()).await;
    bench.advance(510).await;
    for _ in 0..2 {
        let callback = bench.callback().await;
        assert!(
            callback
                .text
                .contains("{\"Name\":\"Amount\",\"Value\":150.00}"),
            "{}",
            callback.text
        );
        assert!(!callback.text.contains("Balance"));
    }
}

#[tokio::test]
async fn an_accepted_push_can_be_answered_with_anything() {
    let bench = Bench::start().await;
    let garbled =
        json!({"garble": {"status": 504, "content_type": "text/html", "body": "<h1>504</h1>"}});
    let story = json!({"submit": [garbled], "customer": {"pays": {"after_ms": 0}}});
    bench.script(json!({"msisdn": MSISDN}), story).await;
    assert_eq!(
        bench.push(&bench.push_body(MSISDN)).await.unwrap().status(),
        504
    );
    assert_eq!(bench.callback().await.stk()["ResultCode"], json!(0));
}

#[tokio::test]
async fn an_answer_can_hang_and_the_request_is_seen_meanwhile() {
    let bench = Bench::start().await;
    let story = json!({"submit": ["drop"], "answer_after_ms": 30_000});
    bench.script(json!({"msisdn": MSISDN}), story).await;
    let body_of_push = bench.push_body(MSISDN);
    let hanging = bench.push(&body_of_push);
    let meanwhile = async {
        let requests = bench
            .until("requests", |requests| requests[1].is_object())
            .await;
        assert_eq!(requests[1]["status"], json!(null));
        bench.advance(30_000).await;
    };
    let (hung, ()) = tokio::join!(hanging, meanwhile);
    assert!(hung.is_err());
}

#[tokio::test]
async fn a_story_goes_on_when_its_caller_hangs_up() {
    let bench = Bench::start().await;
    let story = json!({"answer_after_ms": 30_000, "customer": {"pays": {"after_ms": 1_000}}});
    bench.script(json!({"msisdn": MSISDN}), story).await;
    let body_of_push = bench.push_body(MSISDN);
    tokio::select! {
        _ = bench.push(&body_of_push) => panic!("it was answered"),
        _ = bench.until("prompts", |prompts| prompts[0].is_object()) => {}
    }
    bench.advance(1_000).await;
    assert_eq!(bench.callback().await.stk()["ResultCode"], json!(0));
}

#[tokio::test]
async fn a_bad_script_is_refused_with_its_reason() {
    let bench = Bench::start().await;
    for (script, reason) in [
        (json!({"when": {}, "story": "pays"}), "when:"),
        (
            json!({"when": {"amount": 1}, "story": "nonsense"}),
            "nonsense",
        ),
        (
            json!({"when": {"amount": 1}, "story": {"costumer": 1}}),
            "costumer",
        ),
        (json!({"when": {"price": 1}, "story": "pays"}), "price"),
    ] {
        let answer = bench.control("scripts", &script).await;
        assert_eq!(answer.status(), 422);
        let error = body(answer).await["error"].as_str().unwrap().to_owned();
        assert!(error.contains(reason), "{error}");
    }
}

#[tokio::test]
async fn requests_are_kept_without_their_secrets() {
    let bench = Bench::start().await;
    let mut push = bench.push_body(MSISDN);
    push["Passkey"] = json!("passkey");
    bench.push(&push).await.unwrap();
    let requests = bench.see("requests").await;
    assert_eq!(
        requests[0]["path"],
        json!("/oauth/v1/generate?grant_type=client_credentials")
    );
    let request = &requests[1];
    assert_eq!(
        (&request["method"], &request["status"]),
        (&json!("POST"), &json!(200))
    );
    assert_eq!(request["path"], json!("/mpesa/stkpush/v1/processrequest"));
    assert_eq!(request["headers"]["authorization"], json!("Bearer"));
    assert_eq!(request["body"]["AccountReference"], json!("INV1"));
    let text = requests.to_string();
    for secret in [&bench.token, "passkey", push["Password"].as_str().unwrap()] {
        assert!(!text.contains(secret));
    }
}

#[tokio::test]
async fn reset_ends_stories_and_forgets_all_but_the_token() {
    let bench = Bench::start().await;
    bench.script(json!({"msisdn": MSISDN}), json!("pays")).await;
    let id = bench.pushed(MSISDN).await;
    bench.control("reset", &json!({})).await;
    assert_eq!(bench.see("prompts").await, json!([]));
    assert_eq!(bench.see("requests").await, json!([]));
    assert_eq!(bench.query(&id).await.status(), 500);
    bench.nothing_more_arrives().await;
    bench.pushed(MSISDN).await; // the script is gone too
    bench.advance(60_000).await;
    assert_eq!(bench.callback().await.stk()["ResultCode"], json!(1037));
}

#[tokio::test]
async fn reset_stops_a_callback_that_was_on_its_way() {
    let bench = Bench::start().await;
    bench.pushed("254700000222").await;
    bench.advance(2_000).await;
    bench.callback().await;
    bench.control("reset", &json!({})).await;
    bench.nothing_more_arrives().await;
}

#[tokio::test]
async fn receipts_follow_from_the_seed_and_do_not_come_back_after_a_reset() {
    let mut receipts = Vec::new();
    for bench in [Bench::start().await, Bench::start().await] {
        bench.pushed("254700000000").await;
        bench.advance(2_000).await;
        bench.callback().await;
        receipts.push(bench.see("ledger").await[0]["receipt"].clone());
        bench.control("reset", &json!({})).await;
        bench.pushed("254700000000").await;
        bench.advance(2_000).await;
        bench.callback().await;
        assert_ne!(bench.see("ledger").await[0]["receipt"], receipts[0]);
    }
    assert_eq!(receipts[0], receipts[1]);
}
