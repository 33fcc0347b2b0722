//! Transaction status queries.

use serde_json::{Value, json};

use crate::bench::{Bench, body, check_refusal, options};

const PATH: &str = "/mpesa/transactionstatus/v1/query";

fn request(bench: &Bench, transaction_id: &str) -> Value {
    json!({
        "Initiator": "shop", "SecurityCredential": "c2VjcmV0", "CommandID": "TransactionStatusQuery",
        "TransactionID": transaction_id, "PartyA": "174379", "IdentifierType": "4",
        "ResultURL": format!("{}/result", bench.receiver),
        "QueueTimeOutURL": format!("{}/timeout", bench.receiver), "Remarks": "lost", "Occasion": "",
    })
}

async fn paid(bench: &Bench) -> String {
    let answer = body(bench.control("pay", &bench.by_hand()).await).await;
    answer["receipt"].as_str().unwrap().to_owned()
}

/// Asks, and gives the result with what was answered at once.
async fn asked(bench: &Bench, request: &Value) -> (Value, String) {
    let answer = bench.send(PATH, request).await.unwrap();
    assert_eq!(answer.status(), 200);
    let ack = body(answer).await;
    bench.advance(500).await;
    let result = bench.callback().await;
    assert_eq!(result.path, "/result");
    (ack, result.text)
}

#[tokio::test]
async fn a_transaction_is_told_in_the_documented_shape() {
    let bench = Bench::start().await;
    let mut payment = bench.by_hand();
    payment["at_ms"] = json!(1_780_331_756_196_u64);
    let answer = body(bench.control("pay", &payment).await).await;
    let receipt = answer["receipt"].as_str().unwrap();
    let (ack, text) = asked(&bench, &request(&bench, receipt)).await;
    let (conversation, originator) = (
        ack["ConversationID"].as_str().unwrap(),
        ack["OriginatorConversationID"].as_str().unwrap(),
    );
    assert!(conversation.starts_with("AG_") && originator.ends_with("-1"));
    assert_eq!(
        ack,
        json!({
            "ConversationID": conversation, "OriginatorConversationID": originator, "ResponseCode": "0",
            "ResponseDescription": "Accept the service request successfully.",
        })
    );
    let value: Value = serde_json::from_str(&text).unwrap();
    let items = &value["Result"]["ResultParameters"]["ResultParameter"];
    let (of_originator, of_conversation) = (&items[2]["Value"], &items[11]["Value"]);
    let expected = format!(
        "{{\"Result\":{{\"ConversationID\":\"{conversation}\",\"OriginatorConversationID\":\"{originator}\",\
         \"ReferenceData\":{{\"ReferenceItem\":{{\"Key\":\"Occasion\"}}}},\"ResultCode\":0,\
         \"ResultDesc\":\"The service request is processed successfully.\",\
         \"ResultParameters\":{{\"ResultParameter\":[\
         {{\"Key\":\"DebitPartyName\",\"Value\":\"254708374126 - NICHOLAS\"}},\
         {{\"Key\":\"DebitPartyName\",\"Value\":\"174379 - Daraja-Sandbox\"}},\
         {{\"Key\":\"OriginatorConversationID\",\"Value\":{of_originator}}},\
         {{\"Key\":\"InitiatedTime\",\"Value\":\"20260601193556\"}},\
         {{\"Key\":\"DebitAccountType\",\"Value\":\"MMF Account For Customer\"}},\
         {{\"Key\":\"DebitPartyCharges\"}},{{\"Key\":\"TransactionReason\"}},\
         {{\"Key\":\"ReasonType\",\"Value\":\"Pay Bill Online\"}},\
         {{\"Key\":\"TransactionStatus\",\"Value\":\"Completed\"}},\
         {{\"Key\":\"FinalisedTime\",\"Value\":\"20260601193556\"}},{{\"Key\":\"Amount\",\"Value\":\"150\"}},\
         {{\"Key\":\"ConversationID\",\"Value\":{of_conversation}}},\
         {{\"Key\":\"ReceiptNo\",\"Value\":\"{receipt}\"}}]}},\"ResultType\":0,\"TransactionID\":\"{}0000000\"}}}}",
        &receipt[..3]
    );
    assert_eq!(text, expected);
    let sent = bench.until("callbacks", |sent| sent[0].is_object()).await;
    assert_eq!(sent[0]["kind"], json!("transaction_status"));
}

#[tokio::test]
async fn a_push_is_found_by_its_receipt() {
    let bench = Bench::start().await;
    bench.pushed("254700000000").await;
    bench.advance(2_000).await;
    bench.callback().await;
    let ledger = bench.see("ledger").await;
    let mut request = request(&bench, ledger[0]["receipt"].as_str().unwrap());
    request["Occasion"] = json!("order 7");
    let (_, text) = asked(&bench, &request).await;
    let result: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(result["Result"]["ResultCode"], json!(0));
    assert_eq!(
        result["Result"]["ReferenceData"]["ReferenceItem"],
        json!({"Key": "Occasion", "Value": "order 7"})
    );
}

#[tokio::test]
async fn only_who_was_paid_finds_it_and_only_the_initiator_may_ask() {
    let options = malipo_emulator::Options {
        initiator: Some("shop".into()),
        ..options()
    };
    let bench = Bench::with(options).await;
    let receipt = paid(&bench).await;
    let right = request(&bench, &receipt);
    for (field, other, code) in [
        ("TransactionID", json!("ZZ00000000"), json!("R000002")),
        ("PartyA", json!("174378"), json!("R000002")),
        ("PartyA", json!("600999"), json!("R000002")),
        ("Initiator", json!("stranger"), json!(2001)),
        ("Initiator", json!("shop"), json!(0)),
    ] {
        let mut request = right.clone();
        request[field] = other;
        let (_, text) = asked(&bench, &request).await;
        let result: Value = serde_json::from_str(&text).unwrap();
        let result = &result["Result"];
        assert_eq!(result["ResultCode"], code);
        assert_eq!(
            result.get("ResultParameters").is_some(),
            code == json!(0),
            "{text}"
        );
    }
}

#[tokio::test]
async fn a_wrong_field_of_a_status_query_is_named() {
    let bench = Bench::start().await;
    for (field, wrong) in [
        ("Initiator", Value::Null),
        ("SecurityCredential", json!("")),
        ("SecurityCredential", json!("not base64!")),
        ("CommandID", json!("TransactionStatus")),
        ("TransactionID", json!("")),
        ("PartyA", json!("shop")),
        ("IdentifierType", json!("9")),
        ("ResultURL", json!("https://shop.example/query")),
        ("QueueTimeOutURL", Value::Null),
        ("Remarks", Value::Null),
    ] {
        let mut request = request(&bench, "ZZ00000000");
        request[field] = wrong;
        let answer = bench.send(PATH, &request).await.unwrap();
        let status = answer.status();
        let message = format!("Bad Request - Invalid {field}");
        check_refusal(status, &body(answer).await, (400, "400.002.02", &message));
    }
    bench.nothing_more_arrives().await;
}

#[tokio::test]
async fn a_status_query_needs_a_token_and_its_credential_is_not_kept() {
    let mut bench = Bench::start().await;
    let request = request(&bench, "ZZ00000000");
    bench.send(PATH, &request).await.unwrap();
    assert!(!bench.see("requests").await.to_string().contains("c2VjcmV0"));
    bench.token = "stale".into();
    let answer = bench.send(PATH, &request).await.unwrap();
    assert_eq!(answer.status(), 404);
}

#[tokio::test]
async fn a_result_may_be_lost_or_come_twice() {
    let bench = Bench::start().await;
    let request = request(&bench, "ZZ00000000");
    let lost = json!({"status_result": {"copies": 0}});
    bench.control("settings", &lost).await;
    bench.send(PATH, &request).await.unwrap();
    bench.nothing_more_arrives().await;
    let twice = json!({"status_result": {"copies": 2, "gap_ms": 10, "after_ms": 4_000}});
    let settings = body(bench.control("settings", &twice).await).await;
    assert_eq!(settings["status_result"], twice["status_result"]);
    bench.send(PATH, &request).await.unwrap();
    bench.advance(4_010).await;
    let first = bench.callback().await;
    assert_eq!(first.path, "/result");
    assert_eq!(bench.callback().await.text, first.text);
    bench.nothing_more_arrives().await;
}

#[tokio::test]
async fn ids_follow_from_the_seed_and_a_payment_keeps_its_own() {
    let mut seen = Vec::new();
    for bench in [Bench::start().await, Bench::start().await] {
        let mut payment = bench.by_hand();
        payment["at_ms"] = json!(1_780_331_756_196_u64);
        let paid = body(bench.control("pay", &payment).await).await;
        let request = request(&bench, paid["receipt"].as_str().unwrap());
        let (first, one) = asked(&bench, &request).await;
        let (second, other) = asked(&bench, &request).await;
        assert_ne!(first["ConversationID"], second["ConversationID"]);
        let items = |text: &str| {
            let value: Value = serde_json::from_str(text).unwrap();
            value["Result"]["ResultParameters"].clone()
        };
        assert_eq!(items(&one), items(&other));
        let digits = first["ConversationID"].as_str().unwrap()[12..].to_owned(); // after the day
        seen.push((
            first["OriginatorConversationID"].clone(),
            digits,
            items(&one),
        ));
    }
    assert_eq!(seen[0], seen[1]);
}
