//! Reversals: whole and partial, declined, lost and early.

use serde_json::{Value, json};

use crate::bench::{Bench, body, check_refusal, options};

const PATH: &str = "/mpesa/reversal/v1/request";

fn request(bench: &Bench, receipt: &str, amount: u64) -> Value {
    json!({
        "Initiator": "shop", "SecurityCredential": "c2VjcmV0", "CommandID": "TransactionReversal",
        "TransactionID": receipt, "Amount": amount.to_string(), "ReceiverParty": "174379",
        "RecieverIdentifierType": "11", "ResultURL": format!("{}/result", bench.receiver),
        "QueueTimeOutURL": format!("{}/timeout", bench.receiver), "Remarks": "damaged", "Occasion": "",
    })
}

/// A payment of KES 150.
async fn paid(bench: &Bench) -> String {
    let answer = body(bench.control("pay", &bench.by_hand()).await).await;
    answer["receipt"].as_str().unwrap().to_owned()
}

/// Asks for a reversal, and gives what was answered at once.
async fn acknowledged(bench: &Bench, request: &Value) -> Value {
    let answer = bench.send(PATH, request).await.unwrap();
    assert_eq!(answer.status(), 200);
    body(answer).await
}

/// Asks for a reversal, and gives its result.
async fn told(bench: &Bench, request: &Value) -> Value {
    acknowledged(bench, request).await;
    bench.advance(500).await;
    let result = bench.callback().await;
    assert_eq!(result.path, "/result");
    result.json()["Result"].clone()
}

#[tokio::test]
async fn a_reversal_is_told_in_the_documented_shape_and_stands_in_the_ledger() {
    let bench = Bench::start().await;
    let receipt = paid(&bench).await;
    let ack = acknowledged(&bench, &request(&bench, &receipt, 150)).await;
    let (conversation, originator) = (
        ack["ConversationID"].as_str().unwrap(),
        ack["OriginatorConversationID"].as_str().unwrap(),
    );
    assert_eq!(
        ack,
        json!({
            "OriginatorConversationID": originator, "ConversationID": conversation, "ResponseCode": "0",
            "ResponseDescription": "Accept the service request successfully.",
        })
    );
    let ledger = bench.see("ledger").await;
    let own = ledger[0]["reversal_receipt"].as_str().unwrap();
    bench.advance(500).await;
    let text = bench.callback().await.text;
    let result: Value = serde_json::from_str(&text).unwrap();
    let items = &result["Result"]["ResultParameters"]["ResultParameter"];
    let time = items[2]["Value"].as_u64().unwrap();
    let expected = format!(
        "{{\"Result\":{{\"ResultType\":0,\"ResultCode\":0,\
         \"ResultDesc\":\"The service request is processed successfully.\",\
         \"OriginatorConversationID\":\"{originator}\",\"ConversationID\":\"{conversation}\",\"TransactionID\":\"{own}\",\
         \"ResultParameters\":{{\"ResultParameter\":[\
         {{\"Key\":\"DebitAccountBalance\",\"Value\":\"Utility Account|KES|0.00|0.00|0.00|0.00\"}},\
         {{\"Key\":\"Amount\",\"Value\":150.00}},{{\"Key\":\"TransCompletedTime\",\"Value\":{time}}},\
         {{\"Key\":\"OriginalTransactionID\",\"Value\":\"{receipt}\"}},{{\"Key\":\"Charge\",\"Value\":0.00}},\
         {{\"Key\":\"CreditPartyPublicName\",\"Value\":\"254708374126 - NICHOLAS\"}},\
         {{\"Key\":\"DebitPartyPublicName\",\"Value\":\"174379 - Daraja-Sandbox\"}}]}},\
         \"ReferenceData\":{{\"ReferenceItem\":{{\"Key\":\"QueueTimeoutURL\",\
         \"Value\":\"https://internalsandbox.safaricom.co.ke/mpesa/reversalresults/v1/submit\"}}}}}}}}"
    );
    assert_eq!(text, expected);
    assert_eq!(ledger[0]["amount_kes"], json!(150));
    assert_eq!(ledger[0]["reversed_kes"], json!(150));
    let messages = bench.see("handset/254708374126").await["messages"].clone();
    let newest = &messages[0];
    assert_eq!(newest["receipt"], json!(own));
    let sent = bench.until("callbacks", |sent| sent[0].is_object()).await;
    assert_eq!(sent[0]["kind"], json!("reversal"));
}

#[tokio::test]
async fn a_transaction_is_reversed_once_be_it_whole_or_in_part() {
    for amount in [150, 1] {
        let bench = Bench::start().await;
        let receipt = paid(&bench).await;
        let first = told(&bench, &request(&bench, &receipt, amount)).await;
        assert_eq!(first["ResultCode"], json!(0));
        let again = told(&bench, &request(&bench, &receipt, 1)).await;
        assert_eq!(again["ResultCode"], json!("R000001"));
        assert_eq!(
            again["ResultDesc"],
            json!("The transaction has already been reversed.")
        );
        assert!(again.get("ResultParameters").is_none());
        assert_eq!(bench.see("ledger").await[0]["reversed_kes"], json!(amount));
        let reversals = bench.see("reversals").await;
        assert_eq!(
            (&reversals[0]["code"], &reversals[1]["code"]),
            (&json!("0"), &json!("R000001"))
        );
    }
}

#[tokio::test]
async fn what_cannot_go_back_stays() {
    let bench = Bench::with(malipo_emulator::Options {
        initiator: Some("shop".into()),
        ..options()
    })
    .await;
    let receipt = paid(&bench).await;
    let right = request(&bench, &receipt, 150);
    for (field, other, code) in [
        ("TransactionID", json!("ZZ00000000"), json!("R000002")),
        ("ReceiverParty", json!("555555"), json!("R000002")),
        ("Initiator", json!("stranger"), json!(2001)),
        ("Amount", json!(151), json!(3)),
    ] {
        let mut request = right.clone();
        request[field] = other;
        let result = told(&bench, &request).await;
        assert_eq!(result["ResultCode"], code);
        assert_eq!(result["TransactionID"].as_str().map(str::len), Some(10));
    }
    let taken = json!({"shortcode": "174379", "amount_kes": 1});
    assert_eq!(bench.control("withdraw", &taken).await.status(), 200);
    assert_eq!(told(&bench, &right).await["ResultCode"], json!(1));
    assert_eq!(bench.see("ledger").await[0]["reversed_kes"], json!(0));
    assert_eq!(
        bench.see("ledger").await[0]["reversal_receipt"],
        json!(null)
    );
}

#[tokio::test]
async fn a_wrong_field_of_a_reversal_is_named() {
    let bench = Bench::start().await;
    for (field, wrong) in [
        ("Initiator", Value::Null),
        ("SecurityCredential", json!("not base64!")),
        ("CommandID", json!("Reversal")),
        ("TransactionID", json!("")),
        ("Amount", json!(0)),
        ("ReceiverParty", json!("shop")),
        ("RecieverIdentifierType", json!("4")),
        ("ResultURL", json!("https://shop.example/mpesa")),
        ("QueueTimeOutURL", Value::Null),
        ("Remarks", Value::Null),
    ] {
        let mut request = request(&bench, "ZZ00000000", 1);
        request[field] = wrong;
        let answer = bench.send(PATH, &request).await.unwrap();
        let status = answer.status();
        let message = format!("Bad Request - Invalid {field}");
        check_refusal(status, &body(answer).await, (400, "400.002.02", &message));
    }
    bench.nothing_more_arrives().await;
}

#[tokio::test]
async fn an_answer_may_be_lost_though_the_money_moved() {
    let bench = Bench::start().await;
    let receipt = paid(&bench).await;
    let script = json!({"on": "reversal", "when": {"receipt": receipt}, "story": {"submit": ["lose", "accept"]}});
    assert_eq!(bench.control("scripts", &script).await.status(), 204);
    let request = request(&bench, &receipt, 150);
    assert!(bench.send(PATH, &request).await.is_err());
    bench.advance(500).await;
    assert_eq!(
        bench.callback().await.json()["Result"]["ResultCode"],
        json!(0)
    );
    // Sent again by somebody who should have waited.
    assert_eq!(told(&bench, &request).await["ResultCode"], json!("R000001"));
}

#[tokio::test]
async fn a_request_may_be_lost_before_it_moves_anything() {
    let bench = Bench::start().await;
    let receipt = paid(&bench).await;
    let busy =
        json!({"refuse": {"status": 500, "code": "500.003.02", "message": "System is busy."}});
    let script = json!({"on": "reversal", "when": {"amount": 150}, "story": {"submit": ["drop", busy, "accept"]}});
    bench.control("scripts", &script).await;
    let request = request(&bench, &receipt, 150);
    assert!(bench.send(PATH, &request).await.is_err());
    let refused = bench.send(PATH, &request).await.unwrap();
    assert_eq!(refused.status(), 500);
    assert_eq!(bench.see("ledger").await[0]["reversed_kes"], json!(0));
    assert_eq!(told(&bench, &request).await["ResultCode"], json!(0));
}

#[tokio::test]
async fn a_result_may_be_lost_and_is_found_by_what_was_acknowledged() {
    let bench = Bench::start().await;
    let receipt = paid(&bench).await;
    let lost = json!({"on": "reversal", "when": {}, "story": {"result": {"copies": 0}}});
    bench.control("scripts", &lost).await;
    let ack = acknowledged(&bench, &request(&bench, &receipt, 100)).await;
    bench.nothing_more_arrives().await;
    let status = json!({
        "Initiator": "shop", "SecurityCredential": "c2VjcmV0", "CommandID": "TransactionStatusQuery",
        "OriginalConversationID": ack["OriginatorConversationID"], "PartyA": "174379", "IdentifierType": "4",
        "ResultURL": format!("{}/result", bench.receiver),
        "QueueTimeOutURL": format!("{}/timeout", bench.receiver), "Remarks": "lost", "Occasion": "",
    });
    let answer = bench
        .send("/mpesa/transactionstatus/v1/query", &status)
        .await;
    assert_eq!(answer.unwrap().status(), 200);
    bench.advance(500).await;
    let result = bench.callback().await.json();
    let items = &result["Result"]["ResultParameters"]["ResultParameter"];
    assert_eq!(items[8]["Value"], json!("Completed"));
    assert_eq!(items[10]["Value"], json!("100"));
    let own = bench.see("ledger").await[0]["reversal_receipt"].clone();
    assert_eq!(items[12]["Value"], own);
}

#[tokio::test]
async fn a_result_may_come_before_the_answer() {
    let bench = Bench::start().await;
    let receipt = paid(&bench).await;
    let story =
        json!({"result": {"after_ms": 0}, "result_before_answer": true, "answer_after_ms": 1_000});
    let script = json!({"on": "reversal", "when": {"receipt": receipt}, "story": story});
    bench.control("scripts", &script).await;
    let request = request(&bench, &receipt, 150);
    let asking = acknowledged(&bench, &request);
    let hearing = async {
        let result = bench.callback().await.json();
        bench.advance(1_000).await;
        result["Result"]["ConversationID"].clone()
    };
    let (ack, heard) = tokio::join!(asking, hearing);
    assert_eq!(ack["ConversationID"], heard);
}

#[tokio::test]
async fn a_script_lets_it_end_in_any_code() {
    let bench = Bench::start().await;
    let receipt = paid(&bench).await;
    for (code, wire, words) in [
        (
            "21",
            json!(21),
            "The initiator is not allowed to initiate this request.",
        ),
        ("8006", json!(8006), "The security credential is locked."),
        ("X1", json!("X1"), "An unknown error occurred."),
    ] {
        let script = json!({"on": "reversal", "when": {}, "story": {"ends": {"code": code}}});
        bench.control("scripts", &script).await;
        let result = told(&bench, &request(&bench, &receipt, 150)).await;
        assert_eq!(
            (&result["ResultCode"], &result["ResultDesc"]),
            (&wire, &json!(words))
        );
    }
    assert_eq!(bench.see("ledger").await[0]["reversed_kes"], json!(0));
}
