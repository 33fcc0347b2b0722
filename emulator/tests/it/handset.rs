//! The customer's phone.

use serde_json::json;

use crate::bench::{Bench, body};

const MSISDN: &str = "254708374149";

#[tokio::test]
async fn the_right_pin_pays_at_once() {
    let bench = Bench::start().await;
    bench.pushed(MSISDN).await;
    let phone = bench.see("handset/0708374149").await;
    let text = "Do you want to pay Ksh 150 to Daraja-Sandbox Account no. INV1? Enter M-PESA PIN:";
    assert_eq!(phone["prompt"]["text"], json!(text));
    let phone = bench
        .control("handset/0708374149", &json!({"pin": "1234"}))
        .await;
    assert_eq!(phone.status(), 200);
    let phone = body(phone).await;
    assert_eq!(phone["prompt"], json!(null));
    let receipt = bench.see("ledger").await[0]["receipt"].clone();
    assert_eq!(phone["messages"][0]["receipt"], receipt);
    let sms = phone["messages"][0]["text"].as_str().unwrap().to_owned();
    assert!(
        sms.contains("Confirmed. Ksh150.00 sent to Daraja-Sandbox for account INV1 on"),
        "{sms}"
    );
    let callback = bench.callback().await;
    assert_eq!(
        callback.stk()["CallbackMetadata"]["Item"][1]["Value"],
        receipt
    );
    bench.nothing_more_arrives().await;
}

#[tokio::test]
async fn a_wrong_pin_and_cancel_decline() {
    let bench = Bench::start().await;
    for (answer, code) in [
        (json!({"pin": "4321"}), 2001),
        (json!({"cancel": true}), 1032),
    ] {
        let id = bench.pushed(MSISDN).await;
        assert_eq!(
            bench
                .control(&format!("handset/{MSISDN}"), &answer)
                .await
                .status(),
            200
        );
        assert_eq!(bench.callback().await.stk()["ResultCode"], json!(code));
        assert_eq!(bench.queried(&id).await, code.to_string());
    }
    assert_eq!(bench.see("ledger").await, json!([]));
}

#[tokio::test]
async fn a_prompt_is_answered_once_and_only_while_it_rings() {
    let bench = Bench::start().await;
    let pin = json!({"pin": "1234"});
    let path = format!("handset/{MSISDN}");
    assert_eq!(bench.control(&path, &pin).await.status(), 409);
    bench.pushed(MSISDN).await;
    assert_eq!(
        bench.control(&path, &json!({"pin": "12"})).await.status(),
        422
    );
    assert_eq!(bench.control(&path, &pin).await.status(), 200);
    assert_eq!(bench.control(&path, &pin).await.status(), 409);
    assert_eq!(bench.control("handset/12", &pin).await.status(), 422);
}

#[tokio::test]
async fn an_unanswered_prompt_ends_in_1037() {
    let bench = Bench::start().await;
    let id = bench.pushed(MSISDN).await;
    bench.advance(59_999).await;
    assert_eq!(bench.queried(&id).await, "4999");
    bench.advance(1).await;
    let stk = bench.callback().await.stk();
    assert_eq!(
        (&stk["ResultCode"], &stk["ResultDesc"]),
        (&json!(1037), &json!("No response from user."))
    );
    let answer = body(bench.query(&id).await).await;
    assert_eq!(
        answer["ResultDesc"],
        json!("DS timeout user cannot be reached.")
    );
    let late = bench
        .control(&format!("handset/{MSISDN}"), &json!({"pin": "1234"}))
        .await;
    assert_eq!(late.status(), 409);
}

#[tokio::test]
async fn the_phone_hears_of_a_prompt_while_it_waits() {
    let bench = Bench::start().await;
    let version = bench.see(&format!("handset/{MSISDN}")).await["version"].clone();
    let path = format!("handset/{MSISDN}?after={version}");
    let (phone, _) = tokio::join!(bench.see(&path), bench.pushed(MSISDN));
    assert_eq!(phone["prompt"]["amount_kes"], json!(150));
}

#[tokio::test]
async fn the_page_is_one_file() {
    let bench = Bench::start().await;
    let page = reqwest::get(format!("{}/phone", bench.emulator.url()))
        .await
        .unwrap();
    assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
    let html = page.text().await.unwrap();
    assert!(
        html.contains("M-PESA PIN")
            && !html.contains("src=\"http")
            && !html.contains("href=\"http")
    );
}
