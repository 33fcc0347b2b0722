//! Payments through the phone's own menu, and the validation before them.

use serde_json::{Value, json};

use crate::bench::{Bench, body, options};

#[tokio::test]
async fn a_payment_by_hand_moves_money_and_is_confirmed_as_it_was_typed() {
    let bench = Bench::start().await;
    bench.registered("174379").await;
    bench
        .validates(
            200,
            r#"{"ResultCode":0,"ResultDesc":"Accepted","ThirdPartyTransID":"shop-7"}"#,
        )
        .await;
    let paid = bench.control("pay", &bench.by_hand()).await;
    assert_eq!(paid.status(), 200);
    let receipt = body(paid).await["receipt"].as_str().unwrap().to_owned();
    let validation = bench.callback().await;
    assert_eq!(validation.path, "/c2b/validate");
    let asked = validation.json();
    assert_eq!(
        (&asked["OrgAccountBalance"], &asked["ThirdPartyTransID"]),
        (&json!(""), &json!(""))
    );
    let row = bench.see("ledger").await[0].clone();
    assert_eq!(
        row,
        json!({
            "receipt": receipt, "amount_kes": 150, "msisdn": "254708374126", "shortcode": "174379",
            "account_reference": " inv-1 a", "channel": "c2b", "at_ms": row["at_ms"], "checkout_request_id": null,
            "reversed_kes": 0, "reversal_receipt": null, "reversed_at_ms": null,
        })
    );
    bench.advance(500).await;
    let confirmation = bench.callback().await;
    assert_eq!(confirmation.path, "/c2b/confirm");
    let mut expected = asked.clone();
    expected["OrgAccountBalance"] = json!("150.00");
    expected["ThirdPartyTransID"] = json!("shop-7");
    assert_eq!(confirmation.json(), expected);
    assert_eq!(
        (&asked["TransID"], &asked["BillRefNumber"], &asked["MSISDN"]),
        (
            &json!(receipt),
            &json!(" inv-1 a"),
            &json!("2547 ***** 126")
        )
    );
    let sms = bench.see("handset/0708374126").await["messages"][0].clone();
    assert_eq!(sms["receipt"], json!(receipt));
    assert!(
        sms["text"]
            .as_str()
            .unwrap()
            .contains("for account  inv-1 a")
    );
    let sent = bench.until("callbacks", |sent| sent[1].is_object()).await;
    assert_eq!(
        (&sent[0]["kind"], &sent[1]["kind"]),
        (&json!("c2b_validation"), &json!("c2b_confirmation"))
    );
}

#[tokio::test]
async fn a_till_is_paid_by_hand_by_its_own_number() {
    let bench = Bench::start().await;
    bench.registered("174378").await;
    let payment = json!({"msisdn": "254708374126", "shortcode": "555555", "amount_kes": 5, "at_ms": 1_780_331_756_196_u64});
    let paid = body(bench.control("pay", &payment).await).await;
    bench.callback().await;
    bench.advance(500).await;
    let confirmation = bench.callback().await.json();
    assert_eq!(confirmation["TransID"], paid["receipt"]);
    assert_eq!(
        (
            &confirmation["BillRefNumber"],
            &confirmation["TransAmount"],
            &confirmation["TransTime"]
        ),
        (&json!(""), &json!("5.00"), &json!("20260601193556"))
    );
    assert_eq!(bench.see("ledger").await[0]["shortcode"], json!("555555"));
    let sms = bench.see("handset/0708374126").await["messages"][0].clone();
    assert_eq!(sms["at_ms"], json!(1_780_331_756_196_u64));
}

#[tokio::test]
async fn a_shop_that_registered_nothing_is_told_nothing() {
    let bench = Bench::start().await;
    let paid = body(bench.control("pay", &bench.by_hand()).await).await;
    assert_eq!(bench.see("ledger").await[0]["receipt"], paid["receipt"]);
    bench.nothing_more_arrives().await;
}

#[tokio::test]
async fn a_rejection_moves_no_money_and_the_payer_reads_why() {
    let bench = Bench::start().await;
    bench.registered("174379").await;
    bench
        .validates(200, r#"{"ResultCode":"C2B00012","ResultDesc":"Rejected"}"#)
        .await;
    let answer = body(bench.control("pay", &bench.by_hand()).await).await;
    assert_eq!(answer, json!({"rejected": "C2B00012"}));
    assert_eq!(bench.see("ledger").await, json!([]));
    let text = "Failed. Daraja-Sandbox does not know the account number  inv-1 a.";
    let sms = bench.see("handset/0708374126").await["messages"][0].clone();
    assert_eq!(
        (&sms["text"], &sms["receipt"]),
        (&json!(text), &Value::Null)
    );
    assert_eq!(bench.callback().await.path, "/c2b/validate");
    bench
        .control("c2b/forget", &json!({"shortcode": "174379"}))
        .await;
    bench.nothing_more_arrives().await;
}

#[tokio::test]
async fn an_answer_that_is_none_leaves_it_to_the_registered_default() {
    for (response_type, is_paid) in [("Completed", true), ("Cancelled", false)] {
        let bench = Bench::start().await;
        let mut registration = bench.registration("174379");
        registration["ResponseType"] = json!(response_type);
        bench.register("v2", &registration).await;
        for (status, answer) in [
            (200, "<html>"),
            (200, "{}"),
            (200, r#"{"ResultCode":"1"}"#),
            (500, r#"{"ResultCode":"0"}"#),
        ] {
            bench.validates(status, answer).await;
            let answer = body(bench.control("pay", &bench.by_hand()).await).await;
            assert_eq!(answer["receipt"].is_string(), is_paid);
            assert_eq!(answer["rejected"] == json!("C2B00016"), !is_paid);
        }
    }
}

#[tokio::test]
async fn a_validation_is_waited_for_8_seconds() {
    let patient = malipo_emulator::Options {
        callback_timeout_ms: 600_000, // real ones: only the story's 8 seconds end the waiting
        ..options()
    };
    let bench = Bench::with(patient).await;
    bench.registered("174379").await;
    bench.never_validates().await;
    let payment = bench.by_hand();
    let paying = bench.control("pay", &payment);
    let meanwhile = async {
        bench.callback().await;
        bench.advance(7_999).await;
        assert_eq!(bench.see("ledger").await, json!([]));
        bench.advance(1).await;
    };
    let (paid, ()) = tokio::join!(paying, meanwhile);
    assert!(body(paid).await["receipt"].is_string());
    assert_eq!(
        bench.see("callbacks").await[0]["error"],
        json!("no answer in time")
    );
}

#[tokio::test]
async fn a_reset_ends_a_payment_that_waits_for_its_validation() {
    let bench = Bench::start().await;
    bench.registered("174379").await;
    bench.never_validates().await;
    let payment = bench.by_hand();
    let meanwhile = async {
        bench.callback().await;
        bench.control("reset", &json!({})).await;
    };
    let (answer, ()) = tokio::join!(bench.control("pay", &payment), meanwhile);
    assert_eq!(answer.status(), 409);
    bench.advance(8_000).await;
    assert_eq!(bench.see("ledger").await, json!([]));
}

#[tokio::test]
async fn a_payment_goes_on_when_its_caller_hangs_up() {
    let bench = Bench::start().await;
    bench.registered("174379").await;
    bench.never_validates().await;
    let payment = bench.by_hand();
    tokio::select! {
        _ = bench.control("pay", &payment) => panic!("it was answered"),
        _ = bench.callback() => {}
    }
    bench.advance(8_000).await;
    bench.until("ledger", |ledger| ledger[0].is_object()).await;
}

#[tokio::test]
async fn without_external_validation_nobody_is_asked() {
    let bench = Bench::start().await;
    bench.registered("174379").await;
    bench
        .control("settings", &json!({"validates_c2b": false}))
        .await;
    bench.control("pay", &bench.by_hand()).await;
    bench.advance(500).await;
    assert_eq!(bench.callback().await.path, "/c2b/confirm");
}

#[tokio::test]
async fn a_confirmation_may_be_lost_doubled_or_late() {
    let bench = Bench::start().await;
    bench.registered("174379").await;
    bench
        .control("settings", &json!({"validates_c2b": false}))
        .await;
    let mut payment = bench.by_hand();
    payment["confirm"] = json!({"copies": 0});
    bench.control("pay", &payment).await;
    bench.advance(500).await;
    payment["confirm"] = json!({"copies": 2, "gap_ms": 50, "after_ms": 3_000});
    let late = body(bench.control("pay", &payment).await).await;
    bench.advance(2_999).await;
    payment["confirm"] = json!({"after_ms": 0});
    let prompt = body(bench.control("pay", &payment).await).await;
    assert_eq!(bench.callback().await.json()["TransID"], prompt["receipt"]);
    bench.advance(51).await;
    for _ in 0..2 {
        assert_eq!(bench.callback().await.json()["TransID"], late["receipt"]);
    }
}

#[tokio::test]
async fn the_menu_refuses_what_it_cannot_take() {
    let bench = Bench::start().await;
    for (field, wrong, named) in [
        ("msisdn", json!("12"), "msisdn"),
        ("shortcode", json!("174378"), "shortcode"), // a store is not paid, its till is
        ("shortcode", json!("555555"), "account_reference"),
        ("account_reference", json!(""), "account_reference"),
        (
            "account_reference",
            json!("x".repeat(21)),
            "account_reference",
        ),
        ("amount_kes", json!(0), "amount_kes"),
        ("amount_kes", json!(250_001), "amount_kes"),
        ("pin", json!("4321"), "pin"),
        ("price", json!(1), "price"),
    ] {
        let mut payment = bench.by_hand();
        payment[field] = wrong;
        let answer = bench.control("pay", &payment).await;
        assert_eq!(answer.status(), 422);
        let error = body(answer).await["error"].as_str().unwrap().to_owned();
        assert!(error.contains(named), "{error}");
    }
    assert_eq!(bench.see("ledger").await, json!([]));
    let mut payment = bench.by_hand();
    payment["account_reference"] = json!("x".repeat(20));
    payment["pin"] = json!("1234");
    assert_eq!(bench.control("pay", &payment).await.status(), 200);
}

#[tokio::test]
async fn a_push_is_validated_where_that_is_set() {
    let bench = Bench::start().await;
    bench.registered("174379").await;
    bench
        .control("settings", &json!({"validates_stk": true}))
        .await;
    bench
        .validates(200, r#"{"ResultCode":"C2B00013","ResultDesc":"Rejected"}"#)
        .await;
    let id = bench.pushed("254700000000").await;
    bench.advance(2_000).await;
    assert_eq!(bench.callback().await.path, "/c2b/validate");
    assert_eq!(
        bench.callback().await.stk()["ResultCode"],
        json!("C2B00013")
    );
    assert_eq!(bench.queried(&id).await, "C2B00013");
    assert_eq!(bench.see("ledger").await, json!([]));
    bench
        .validates(200, r#"{"ResultCode":"0","ThirdPartyTransID":"mine"}"#)
        .await;
    bench.pushed("254708374126").await;
    let pin = json!({"pin": "1234"});
    assert_eq!(
        bench.control("handset/254708374126", &pin).await.status(),
        200
    );
    let asked = bench.callback().await.json();
    assert_eq!(bench.callback().await.stk()["ResultCode"], json!(0));
    bench.advance(500).await;
    let echo = bench.callback().await.json();
    assert_eq!(
        (
            &echo["TransID"],
            &echo["TransTime"],
            &echo["ThirdPartyTransID"]
        ),
        (&asked["TransID"], &asked["TransTime"], &json!("mine"))
    );
}

#[tokio::test]
async fn a_payment_by_hand_limits_no_push() {
    let bench = Bench::start().await;
    let mut payment = bench.by_hand();
    payment["msisdn"] = json!("254700000000");
    bench.control("pay", &payment).await;
    bench.pushed("254700000000").await;
    bench.advance(2_000).await;
    assert_eq!(bench.callback().await.stk()["ResultCode"], json!(0));
}

#[tokio::test]
async fn receipts_by_hand_follow_from_the_seed() {
    let mut receipts = Vec::new();
    for bench in [Bench::start().await, Bench::start().await] {
        let one = body(bench.control("pay", &bench.by_hand()).await).await;
        let other = body(bench.control("pay", &bench.by_hand()).await).await;
        assert_ne!(one, other);
        receipts.push((one, other));
    }
    assert_eq!(receipts[0], receipts[1]);
}
