//! The numbers whose push is accepted in the usual way: what the callback and the query say.

use serde_json::json;

use crate::bench::{Bench, body};

#[tokio::test]
async fn a_payment_is_told_as_production_tells_it() {
    let bench = Bench::start().await;
    let id = bench.pushed("254700000000").await;
    assert_eq!(bench.queried(&id).await, "4999");
    bench.advance(1_999).await;
    assert_eq!(bench.queried(&id).await, "4999");
    bench.advance(1).await;
    let callback = bench.callback().await;
    let ledger = bench.see("ledger").await;
    let receipt = ledger[0]["receipt"].as_str().unwrap();
    let date = callback.stk()["CallbackMetadata"]["Item"][3]["Value"]
        .as_u64()
        .unwrap();
    let merchant_request_id = callback.stk()["MerchantRequestID"]
        .as_str()
        .unwrap()
        .to_owned();
    let expected = format!(
        "{{\"Body\":{{\"stkCallback\":{{\"MerchantRequestID\":\"{merchant_request_id}\",\"CheckoutRequestID\":\"{id}\",\
         \"ResultCode\":0,\"ResultDesc\":\"The service request is processed successfully.\",\"CallbackMetadata\":\
         {{\"Item\":[{{\"Name\":\"Amount\",\"Value\":150}},{{\"Name\":\"MpesaReceiptNumber\",\"Value\":\"{receipt}\"}},\
         {{\"Name\":\"Balance\"}},{{\"Name\":\"TransactionDate\",\"Value\":{date}}},\
         {{\"Name\":\"PhoneNumber\",\"Value\":254700000000}}]}}}}}}}}"
    );
    assert_eq!(callback.text, expected);
    assert_eq!(date.to_string().len(), 14);
    assert_eq!(callback.path, "/hooks/254700000000");
    assert_eq!(
        callback.headers["content-type"],
        "application/json;charset=UTF-8"
    );
    assert_eq!(callback.headers["businessshortcode"], "174379");
    let answer = body(bench.query(&id).await).await;
    assert_eq!(
        answer,
        json!({
            "ResponseCode": "0", "ResponseDescription": "The service request has been accepted successsfully",
            "MerchantRequestID": merchant_request_id, "CheckoutRequestID": id,
            "ResultCode": "0", "ResultDesc": "The service request is processed successfully.",
        })
    );
    let transfer = &ledger[0];
    assert_eq!(
        (&transfer["amount_kes"], &transfer["msisdn"]),
        (&json!(150), &json!("254700000000"))
    );
    assert_eq!(
        (&transfer["shortcode"], &transfer["account_reference"]),
        (&json!("174379"), &json!("INV1"))
    );
    assert_eq!(transfer["channel"], json!("stk"));
    bench.nothing_more_arrives().await;
}

#[tokio::test]
async fn declines_have_their_code_and_wording_and_move_no_money() {
    let bench = Bench::start().await;
    for (digits, after_ms, code, desc) in [
        (
            "0001",
            3_000,
            json!(1),
            "The balance is insufficient for the transaction.",
        ),
        (
            "2001",
            3_000,
            json!(2001),
            "The initiator information is invalid.",
        ),
        ("1032", 3_000, json!(1032), "Request cancelled by user"),
        (
            "1037",
            5_000,
            json!(1037),
            "DS timeout user cannot be reached.",
        ),
        ("1019", 3_000, json!(1019), "Transaction has expired"),
        (
            "1025",
            3_000,
            json!(1025),
            "An error occurred while sending a push request.",
        ),
        (
            "9999",
            3_000,
            json!(9999),
            "An error occurred while sending a push request.",
        ),
        (
            "8006",
            3_000,
            json!(8006),
            "The security credential is locked.",
        ),
        (
            "2028",
            3_000,
            json!(2028),
            "The request is not permitted according to product assignment.",
        ),
        ("0017", 3_000, json!(17), "Rule limited."),
        (
            "0026",
            3_000,
            json!(26),
            "System busy. The service request is rejected.",
        ),
        (
            "3008",
            3_000,
            json!("E3008"),
            "Error, the user has a bad debt contract.",
        ),
    ] {
        let id = bench.pushed(&format!("25470000{digits}")).await;
        bench.advance(after_ms - 1).await;
        assert_eq!(bench.queried(&id).await, "4999");
        bench.advance(1).await;
        let stk = bench.callback().await.stk();
        assert_eq!(
            (&stk["ResultCode"], &stk["ResultDesc"]),
            (&code, &json!(desc))
        );
        assert_eq!(stk["CheckoutRequestID"], json!(id));
        assert!(stk.get("CallbackMetadata").is_none());
        let text = code
            .as_str()
            .map_or_else(|| code.to_string(), str::to_owned);
        assert_eq!(bench.queried(&id).await, text);
    }
    assert_eq!(bench.see("ledger").await, json!([]));
}

#[tokio::test]
async fn a_slow_payment_is_4999_until_it_is_paid() {
    let bench = Bench::start().await;
    let id = bench.pushed("254700004999").await;
    bench.advance(19_999).await;
    assert_eq!(bench.queried(&id).await, "4999");
    bench.advance(1).await;
    assert_eq!(bench.callback().await.stk()["ResultCode"], json!(0));
    assert_eq!(bench.queried(&id).await, "0");
}

#[tokio::test]
async fn a_lost_callback_leaves_only_the_query() {
    for digits in ["0404", "6061"] {
        let bench = Bench::start().await;
        let id = bench.pushed(&format!("25470000{digits}")).await;
        assert_eq!(bench.queried(&id).await, "4999");
        bench.advance(2_000).await;
        bench
            .until("ledger", |ledger| ledger[0]["amount_kes"] == json!(150))
            .await;
        assert_eq!(bench.queried(&id).await, "0");
        bench.nothing_more_arrives().await;
    }
}

#[tokio::test]
async fn a_doubled_callback_is_the_same_twice() {
    let bench = Bench::start().await;
    bench.pushed("254700000222").await;
    bench.advance(2_000).await;
    let first = bench.callback().await;
    bench.advance(200).await;
    assert_eq!(bench.callback().await.text, first.text);
    assert_eq!(bench.see("ledger").await.as_array().map(Vec::len), Some(1));
    bench.nothing_more_arrives().await;
}

#[tokio::test]
async fn a_decline_may_turn_out_paid() {
    let bench = Bench::start().await;
    let id = bench.pushed("254700009037").await;
    bench.advance(5_000).await;
    assert_eq!(bench.callback().await.stk()["ResultCode"], json!(1037));
    assert_eq!(bench.queried(&id).await, "1037");
    assert_eq!(bench.see("ledger").await, json!([]));
    bench.advance(25_000).await;
    assert_eq!(bench.callback().await.stk()["ResultCode"], json!(0));
    assert_eq!(bench.queried(&id).await, "0");
    assert_eq!(bench.see("ledger").await.as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_query_may_be_wrong_for_ever() {
    let bench = Bench::start().await;
    let id = bench.pushed("254700007777").await;
    assert_eq!(bench.queried(&id).await, "1037");
    bench.advance(60_000).await;
    let mut later = bench.push_body("254700007777"); // the prompt is gone, long before the money moves
    later["Amount"] = json!(151);
    assert_eq!(bench.push(&later).await.unwrap().status(), 200);
    bench.advance(14_999).await;
    assert_eq!(bench.queried(&id).await, "1037");
    assert_eq!(bench.see("ledger").await, json!([]));
    bench.advance(1).await;
    assert_eq!(bench.callback().await.stk()["ResultCode"], json!(0));
    assert_eq!(bench.queried(&id).await, "1037");
}

#[tokio::test]
async fn queries_may_do_nothing_but_err() {
    let bench = Bench::start().await;
    let id = bench.pushed("254700000099").await;
    let expected = [
        (500, "500.001.1001", ""),
        (500, "500.001.1001", "The transaction is being processed"),
        (400, "400.002.02", "Bad Request - Invalid CheckoutRequestID"),
        (500, "500.001.1001", ""),
    ];
    for expected in expected {
        let answer = bench.query(&id).await;
        let status = answer.status();
        crate::bench::check_refusal(status, &body(answer).await, expected);
    }
    bench.nothing_more_arrives().await;
}

#[tokio::test]
async fn the_same_payment_within_two_minutes_is_rule_limited() {
    let bench = Bench::start().await;
    bench.pushed("254700000000").await;
    bench.advance(2_000).await;
    bench.callback().await;
    bench.advance(119_999).await;
    bench.pushed("254700000000").await;
    bench.advance(3_000).await;
    assert_eq!(bench.callback().await.stk()["ResultCode"], json!(17));
    bench.pushed("254700000000").await;
    bench.advance(2_000).await;
    assert_eq!(bench.callback().await.stk()["ResultCode"], json!(0));
    bench
        .control("settings", &json!({"is_rule_limited": false}))
        .await;
    bench.pushed("254700000000").await;
    bench.advance(2_000).await;
    assert_eq!(bench.callback().await.stk()["ResultCode"], json!(0));
}

#[tokio::test]
async fn another_amount_is_another_payment() {
    let bench = Bench::start().await;
    bench.pushed("254700000000").await;
    bench.advance(2_000).await;
    bench.callback().await;
    let mut push = bench.push_body("254700000000");
    push["Amount"] = json!(151);
    bench.push(&push).await.unwrap();
    bench.advance(2_000).await;
    assert_eq!(bench.callback().await.stk()["ResultCode"], json!(0));
}

#[tokio::test]
async fn a_till_is_paid_by_its_store_and_a_wrong_party_b_ends_in_2028() {
    let bench = Bench::start().await;
    bench.push(&bench.till_body("254700000000")).await.unwrap();
    bench.advance(2_000).await;
    let paid = bench.callback().await;
    assert_eq!(
        (
            &paid.stk()["ResultCode"],
            &paid.headers["businessshortcode"].to_str().unwrap()
        ),
        (&json!(0), &"174378")
    );
    assert_eq!(bench.see("ledger").await[0]["shortcode"], json!("555555"));
    let mut push = bench.till_body("254700010000");
    push["PartyB"] = json!("174378");
    assert_eq!(bench.push(&push).await.unwrap().status(), 200);
    bench.advance(3_000).await;
    assert_eq!(bench.callback().await.stk()["ResultCode"], json!(2028));
}

#[tokio::test]
async fn a_prompt_too_long_for_ussd_ends_in_1025() {
    let bench = Bench::start().await;
    let mut push = bench.push_body("254700000000");
    push["AccountReference"] = json!("x".repeat(130));
    bench.push(&push).await.unwrap();
    bench.advance(3_000).await;
    assert_eq!(bench.callback().await.stk()["ResultCode"], json!(1025));
}
