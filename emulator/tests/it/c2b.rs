//! Registered URLs, and the confirmations of payments by push.

use serde_json::{Value, json};

use crate::bench::{Bench, body, check_refusal};

const MSISDN: &str = "254700000000";

#[tokio::test]
async fn a_registration_is_answered_with_daraja_s_own_spelling() {
    let bench = Bench::start().await;
    for (version, shortcode, description, length) in [
        ("v1", "174379", "success", 15),
        ("v2", "174378", "Success", 34),
    ] {
        let answer = bench
            .register(version, &bench.registration(shortcode))
            .await;
        assert_eq!(answer.status(), 200);
        let answer = body(answer).await;
        let id = answer["OriginatorCoversationID"].as_str().unwrap();
        assert_eq!(id.len(), length);
        assert_eq!(
            answer,
            json!({"OriginatorCoversationID": id, "ResponseCode": "0", "ResponseDescription": description})
        );
    }
    let listed = bench.see("c2b").await;
    assert_eq!(
        listed[0],
        json!({
            "shortcode": "174379", "version": "v1", "response_type": "Completed",
            "confirmation_url": format!("{}/c2b/confirm", bench.receiver),
            "validation_url": format!("{}/c2b/validate", bench.receiver),
        })
    );
}

#[tokio::test]
async fn a_wrong_registration_is_refused() {
    let bench = Bench::start().await;
    let word = "https://shop.example/M-PESA";
    for (field, wrong, status, code, message) in [
        (
            "ShortCode",
            json!("12"),
            400,
            "400.002.02",
            "Bad Request - Invalid ShortCode",
        ),
        (
            "ShortCode",
            json!("600000"),
            500,
            "500.001.1001",
            "Merchant does not exist",
        ),
        (
            "ResponseType",
            json!("completed"),
            400,
            "400.002.02",
            "Bad Request - Invalid ResponseType",
        ),
        (
            "ResponseType",
            Value::Null,
            400,
            "400.002.02",
            "Bad Request - Invalid ResponseType",
        ),
        (
            "ConfirmationURL",
            json!("/c2b"),
            400,
            "400.002.02",
            "Bad Request - Invalid ConfirmationURL",
        ),
        (
            "ConfirmationURL",
            json!(word),
            400,
            "400.002.02",
            "Invalid ConfirmationURL - URL has the word M-PESA",
        ),
        (
            "ValidationURL",
            json!("http://shop.example/mpesa/c2b"),
            400,
            "400.002.02",
            "Invalid ValidationURL - URL has the word MPESA",
        ),
    ] {
        let mut registration = bench.registration("174379");
        registration[field] = wrong;
        let answer = bench.register("v2", &registration).await;
        let given = answer.status();
        check_refusal(given, &body(answer).await, (status, code, message));
    }
    assert_eq!(bench.see("c2b").await, json!([]));
}

#[tokio::test]
async fn a_registration_needs_a_token() {
    let mut bench = Bench::start().await;
    bench.token = "stale".into();
    let answer = bench.register("v2", &bench.registration("174379")).await;
    assert_eq!(answer.status(), 404);
    assert_eq!(bench.see("c2b").await, json!([]));
}

#[tokio::test]
async fn urls_are_registered_once_until_they_are_forgotten() {
    let bench = Bench::start().await;
    bench.registered("174378").await;
    bench.control("reset", &json!({})).await;
    for shortcode in ["174378", "555555"] {
        let answer = bench.register("v1", &bench.registration(shortcode)).await;
        let status = answer.status();
        let expected = (500, "500.003.1001", "Urls are already registered");
        check_refusal(status, &body(answer).await, expected);
    }
    let till = json!({"shortcode": "555555"}); // of the store that is registered
    assert_eq!(bench.control("c2b/forget", &till).await.status(), 204);
    assert_eq!(bench.control("c2b/forget", &till).await.status(), 404);
    bench.registered("555555").await;
    bench.registered("174379").await;
}

#[tokio::test]
async fn a_push_that_is_paid_is_confirmed_after_its_callback() {
    let bench = Bench::start().await;
    bench.registered("174379").await;
    bench.pushed(MSISDN).await;
    bench.advance(2_000).await;
    let callback = bench.callback().await;
    assert_eq!(callback.path, format!("/hooks/{MSISDN}"));
    bench.advance(500).await;
    let echo = bench.callback().await;
    let items = callback.stk()["CallbackMetadata"]["Item"].clone();
    let (receipt, time) = (items[1]["Value"].as_str().unwrap(), &items[3]["Value"]);
    let expected = format!(
        "{{\"TransactionType\":\"Pay Bill\",\"TransID\":\"{receipt}\",\"TransTime\":\"{time}\",\"TransAmount\":\"150.00\",\
         \"BusinessShortCode\":\"174379\",\"BillRefNumber\":\"INV1\",\"InvoiceNumber\":\"\",\
         \"OrgAccountBalance\":\"150.00\",\"ThirdPartyTransID\":\"\",\"MSISDN\":\"2547 ***** 000\",\
         \"FirstName\":\"NICHOLAS\",\"MiddleName\":\"\",\"LastName\":\"\"}}"
    );
    assert_eq!((echo.path.as_str(), echo.text), ("/c2b/confirm", expected));
    assert_eq!(
        echo.headers["content-type"],
        "application/json;charset=UTF-8"
    );
    let sent = bench.until("callbacks", |sent| sent[1].is_object()).await;
    assert_eq!(
        (
            &sent[0]["kind"],
            &sent[1]["kind"],
            &sent[1]["body"]["TransID"]
        ),
        (&json!("stk"), &json!("c2b_confirmation"), &json!(receipt))
    );
    bench
        .control("c2b/forget", &json!({"shortcode": "174379"}))
        .await;
    bench.nothing_more_arrives().await;
}

#[tokio::test]
async fn a_till_of_version_1_is_told_a_hash_and_no_reference() {
    let bench = Bench::start().await;
    bench.register("v1", &bench.registration("555555")).await;
    bench.push(&bench.till_body(MSISDN)).await.unwrap();
    bench.advance(2_000).await;
    bench.callback().await;
    bench.advance(500).await;
    let echo = bench.callback().await.json();
    assert_eq!(
        (&echo["TransactionType"], &echo["BillRefNumber"]),
        (&json!("Customer Merchant Payment"), &json!(""))
    );
    assert_eq!(echo["BusinessShortCode"], json!("555555"));
    let msisdn = echo["MSISDN"].as_str().unwrap();
    let parts: Vec<_> = msisdn.split(" ***** ").map(str::len).collect();
    assert_eq!(parts, [34, 25]);
    assert!(echo.get("LastName").is_none() && echo.get("FirstName").is_some());
}

#[tokio::test]
async fn the_balance_grows_with_each_payment() {
    let bench = Bench::start().await;
    bench.registered("174379").await;
    for (msisdn, balance) in [("254700000000", "150.00"), ("254700010000", "300.00")] {
        bench.pushed(msisdn).await;
        bench.advance(2_000).await;
        bench.callback().await;
        bench.advance(500).await;
        assert_eq!(
            bench.callback().await.json()["OrgAccountBalance"],
            json!(balance)
        );
    }
}

#[tokio::test]
async fn an_echo_may_come_first_and_doubled() {
    let bench = Bench::start().await;
    bench.registered("174379").await;
    bench.pushed("254700006060").await;
    bench.advance(2_000).await;
    let first = bench.callback().await;
    assert_eq!(first.path, "/c2b/confirm");
    bench.advance(200).await;
    assert_eq!(bench.callback().await.text, first.text);
    let callback = bench.callback().await.stk();
    assert_eq!(
        callback["CallbackMetadata"]["Item"][1]["Value"],
        first.json()["TransID"]
    );
    bench
        .control("c2b/forget", &json!({"shortcode": "174379"}))
        .await;
    bench.nothing_more_arrives().await;
}

#[tokio::test]
async fn an_echo_may_be_all_there_is() {
    let bench = Bench::start().await;
    bench.registered("174379").await;
    let id = bench.pushed("254700006061").await;
    bench.advance(2_000).await;
    bench.until("ledger", |ledger| ledger[0].is_object()).await;
    bench.advance(500).await;
    assert_eq!(bench.callback().await.path, "/c2b/confirm");
    assert_eq!(bench.queried(&id).await, "0");
    bench
        .control("c2b/forget", &json!({"shortcode": "174379"}))
        .await;
    bench.nothing_more_arrives().await;
}

#[tokio::test]
async fn a_script_may_lose_an_echo_or_delay_it() {
    let bench = Bench::start().await;
    bench.registered("174379").await;
    let pays = json!({"pays": {"after_ms": 0}});
    let lost = json!({"customer": pays, "echo": {"copies": 0}});
    let late =
        json!({"customer": pays, "callback": {"after_ms": 1_000}, "echo": {"after_ms": 60_000}});
    bench.script(json!({"msisdn": "254708000001"}), lost).await;
    bench.script(json!({"msisdn": "254708000002"}), late).await;
    bench.pushed("254708000001").await;
    assert_eq!(bench.callback().await.path, "/hooks/254708000001");
    bench.advance(60_000).await;
    bench.pushed("254708000002").await;
    bench.until("ledger", |ledger| ledger[1].is_object()).await;
    bench.advance(1_000).await;
    assert_eq!(bench.callback().await.path, "/hooks/254708000002");
    bench.advance(59_500).await; // 60 s after the money, not yet after its callback
    bench.pushed("254708374126").await;
    bench.advance(500).await;
    let echo = bench.callback().await.json();
    assert_eq!(echo["MSISDN"], json!("2547 ***** 002"));
    let sent = bench.until("callbacks", |sent| sent[2].is_object()).await;
    let at_ms = |index: usize| sent[index]["at_ms"].as_u64().unwrap();
    assert_eq!(at_ms(2) - at_ms(1), 60_000);
}

#[tokio::test]
async fn nothing_is_confirmed_of_a_decline() {
    let bench = Bench::start().await;
    bench.registered("174379").await;
    bench.pushed("254700001032").await;
    bench.advance(3_000).await;
    assert_eq!(bench.callback().await.stk()["ResultCode"], json!(1032));
    bench
        .control("c2b/forget", &json!({"shortcode": "174379"}))
        .await;
    bench.nothing_more_arrives().await;
}

#[tokio::test]
async fn a_late_payment_is_confirmed_too() {
    let bench = Bench::start().await;
    bench.registered("174379").await;
    bench.pushed("254700009037").await;
    bench.advance(5_000).await;
    assert_eq!(bench.callback().await.stk()["ResultCode"], json!(1037));
    bench.advance(25_000).await;
    assert_eq!(bench.callback().await.stk()["ResultCode"], json!(0));
    bench.advance(500).await;
    assert_eq!(bench.callback().await.path, "/c2b/confirm");
}
