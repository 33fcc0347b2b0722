//! What is asked of a push's and a query's fields.

use serde_json::{Value, json};

use crate::bench::{Bench, body, check_refusal, password};

const MSISDN: &str = "254708374149";

#[tokio::test]
async fn a_wrong_field_is_named() {
    let bench = Bench::start().await;
    for (field, wrong, named) in [
        ("BusinessShortCode", json!("17x"), "BusinessShortCode"),
        ("BusinessShortCode", Value::Null, "BusinessShortCode"),
        ("Timestamp", json!("2026112010101"), "Timestamp"),
        ("Timestamp", json!("20261320101010"), "Timestamp"),
        (
            "TransactionType",
            json!("CustomerBuyGoodsOnline"),
            "TransactionType",
        ),
        ("TransactionType", json!("PayBill"), "TransactionType"),
        ("Amount", json!(0), "Amount"),
        ("Amount", json!(-1), "Amount"),
        ("Amount", json!(1.5), "Amount"),
        ("Amount", json!("1.00"), "Amount"),
        ("Amount", json!(250_001), "Amount"),
        ("PartyA", json!("0708374149"), "PartyA"),
        ("PhoneNumber", json!("+254708374149"), "PhoneNumber"),
        ("PhoneNumber", json!("254208374149"), "PhoneNumber"),
        ("PartyB", json!("shop"), "PartyB"),
        ("CallBackURL", json!("/hooks"), "CallBackURL"),
        (
            "CallBackURL",
            json!("ftp://shop.example/hooks"),
            "CallBackURL",
        ),
        (
            "CallBackURL",
            json!("https://shop.example/M-Pesa"),
            "CallBackURL",
        ),
        (
            "CallBackURL",
            json!("https://shop.example/?q=SQL"),
            "CallBackURL",
        ),
        (
            "CallBackURL",
            json!("https://shop.executive/"),
            "CallBackURL",
        ),
        ("AccountReference", Value::Null, "Remarks"),
        ("TransactionDesc", Value::Null, "Remarks"),
    ] {
        let mut push = bench.push_body(MSISDN);
        push[field] = wrong;
        let answer = bench.push(&push).await.unwrap();
        let status = answer.status();
        let message = format!("Bad Request - Invalid {named}");
        check_refusal(status, &body(answer).await, (400, "400.002.02", &message));
    }
    assert_eq!(bench.see("prompts").await, json!([]));
}

#[tokio::test]
async fn shortcode_and_password_are_checked() {
    let bench = Bench::start().await;
    let wrong = [
        (
            "Password",
            json!(password("174379", "other")),
            "[MerchantValidate] - Wrong credentials",
        ),
        ("Password", Value::Null, "Wrong credentials"),
        (
            "Timestamp",
            json!("20261120101011"),
            "[MerchantValidate] - Wrong credentials",
        ),
        (
            "BusinessShortCode",
            json!("600000"),
            "Merchant does not exist",
        ),
    ];
    for (field, wrong, message) in wrong {
        let mut push = bench.push_body(MSISDN);
        push[field] = wrong;
        let answer = bench.push(&push).await.unwrap();
        let status = answer.status();
        check_refusal(status, &body(answer).await, (500, "500.001.1001", message));
    }
}

#[tokio::test]
async fn a_body_that_is_not_called_json_has_no_shortcode() {
    let bench = Bench::start().await;
    let url = format!("{}/mpesa/stkpush/v1/processrequest", bench.emulator.url());
    let request = reqwest::Client::new().post(url).bearer_auth(&bench.token);
    let answer = request
        .body(bench.push_body(MSISDN).to_string())
        .send()
        .await
        .unwrap();
    let status = answer.status();
    let message = "Bad Request - Invalid BusinessShortCode";
    check_refusal(status, &body(answer).await, (400, "400.002.02", message));
}

#[tokio::test]
async fn numbers_strings_unknown_keys_and_long_references_are_accepted() {
    let bench = Bench::start().await;
    let mut push = bench.push_body(MSISDN);
    for field in ["BusinessShortCode", "PartyA", "PartyB", "PhoneNumber"] {
        push[field] = json!(push[field].as_str().unwrap().parse::<u64>().unwrap());
    }
    push["Amount"] = json!("150");
    push["Passkey"] = json!("passkey");
    push["AccountReference"] = json!("a reference of 31 characters...");
    push["TransactionDesc"] = json!("");
    let answer = body(bench.push(&push).await.unwrap()).await;
    let merchant_request_id = answer["MerchantRequestID"].as_str().unwrap();
    let checkout_request_id = answer["CheckoutRequestID"].as_str().unwrap();
    assert_eq!(merchant_request_id.len(), 34);
    assert!(
        checkout_request_id.starts_with("ws_CO_") && checkout_request_id.ends_with("708374149")
    );
    assert_eq!(checkout_request_id.len(), 32);
    assert_eq!(answer["ResponseCode"], json!("0"));
    let success = json!("Success. Request accepted for processing");
    assert_eq!(
        (&answer["ResponseDescription"], &answer["CustomerMessage"]),
        (&success, &success)
    );
}

#[tokio::test]
async fn a_whole_amount_may_be_written_as_a_float() {
    let bench = Bench::start().await;
    let mut push = bench.push_body(MSISDN);
    push["Amount"] = json!(7.0);
    bench.push(&push).await.unwrap();
    assert_eq!(bench.see("prompts").await[0]["amount_kes"], json!(7));
}

#[tokio::test]
async fn a_query_knows_only_its_own_shortcode_s_pushes() {
    let bench = Bench::start().await;
    let id = bench.pushed(MSISDN).await;
    let mut query = bench.till_body(MSISDN);
    query["CheckoutRequestID"] = json!(id);
    let path = "/mpesa/stkpushquery/v1/query";
    let stranger = bench.send(path, &query).await.unwrap();
    let unknown = bench.query("ws_CO_01012026000000000700000000").await;
    for answer in [stranger, unknown] {
        let status = answer.status();
        let expected = (500, "500.001.1001", "The transaction does not Exist");
        check_refusal(status, &body(answer).await, expected);
    }
    let answer = bench.query("").await;
    let status = answer.status();
    let expected = (400, "400.002.02", "Bad Request - Invalid CheckoutRequestID");
    check_refusal(status, &body(answer).await, expected);
}

#[tokio::test]
async fn queries_above_the_limit_meet_apigee() {
    let bench = Bench::start().await;
    let id = bench.pushed(MSISDN).await;
    bench
        .control("settings", &json!({"query_limit_per_minute": 5}))
        .await;
    assert_eq!(bench.queried(&id).await, "4999");
    bench.advance(11_999).await;
    let answer = bench.query(&id).await;
    assert_eq!(answer.status(), 429);
    let expected = json!({"fault": {
        "faultstring": "Spike arrest violation. Allowed rate : MessageRate{messagesPerPeriod=5, \
            periodInMicroseconds=60000000, maxBurstMessageCount=1.0}",
        "detail": {"errorcode": "policies.ratelimit.SpikeArrestViolation"},
    }});
    assert_eq!(body(answer).await, expected);
    bench.advance(1).await;
    assert_eq!(bench.queried(&id).await, "4999");
}
