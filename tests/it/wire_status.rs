//! Transaction Status: what M-PESA tells of a receipt that we ask about.

use crate::wire_c2b::{bytes, only, receipt, shortcode, unanswered};
use malipo_engine::daraja::{
    BadResult, CallbackUrl, PaidAmount, PayerHint, ReceiptStatus, SecurityCredential,
    TransactionStatus, TransactionStatusResult, decode_status_ack,
};
use malipo_shared::Msisdn;
use serde_json::{Value, json};

#[test]
fn a_question_about_a_receipt_has_keys_without_spaces() {
    let url =
        |path: &str| CallbackUrl::parse(&format!("https://pay.example{path}"), false).unwrap();
    let credential = "aB3+".repeat(86);
    let encoded = TransactionStatus {
        initiator: "checkout",
        security_credential: &SecurityCredential::parse(&credential).unwrap(),
        receipt: &receipt("UJ2V87JLMD"),
        party: &shortcode("174379"),
        result_url: &url("/hooks/6d/00/result/1"),
        timeout_url: &url("/hooks/6d/00/timeout/1"),
    }
    .encode();
    assert_eq!(
        serde_json::from_str::<Value>(&encoded).unwrap(),
        json!({
            "Initiator": "checkout", "SecurityCredential": credential, "CommandID": "TransactionStatusQuery",
            "TransactionID": "UJ2V87JLMD", "PartyA": "174379", "IdentifierType": "4",
            "ResultURL": "https://pay.example/hooks/6d/00/result/1",
            "QueueTimeOutURL": "https://pay.example/hooks/6d/00/timeout/1",
            "Remarks": "Receipt", "Occasion": "Receipt"
        })
    );
}

#[test]
fn an_acknowledged_question_proves_nothing() {
    let sample = only("txstatus_ack");
    assert_eq!(decode_status_ack(200, &bytes(&sample)), Ok(()));
    assert_eq!(
        TransactionStatusResult::decode(&bytes(&sample)),
        Err(BadResult)
    );
    let fault = |code: &str| json!({"errorCode": code, "errorMessage": "x"}).to_string();
    let kind = |status: u16, body: &str| match decode_status_ack(status, body.as_bytes()) {
        Ok(()) => "accepted",
        Err(why) => unanswered(&why),
    };
    for (status, body, expected) in [
        (200, r#"{"ResponseCode":0}"#.to_owned(), "accepted"),
        (200, r#"{"ResponseCode":"21"}"#.to_owned(), "refused"),
        (200, "{}".to_owned(), "unclear"),
        (200, "[0]".to_owned(), "unclear"),
        (500, r#"{"ResponseCode":"0"}"#.to_owned(), "unclear"),
        (400, fault("400.002.02"), "refused"),
        (404, fault("404.001.03"), "token"),
        (500, fault("500.003.1001"), "unclear"),
        (429, String::new(), "refused"),
        (502, "<html>".to_owned(), "unreached"),
    ] {
        assert_eq!(kind(status, &body), expected, "{status} {body}");
    }
}

#[test]
fn a_payout_is_read_and_proves_no_payment() {
    let result = TransactionStatusResult::decode(&bytes(&only("txstatus_result"))).unwrap();
    assert_eq!(
        result,
        TransactionStatusResult {
            // Not MBN0000000, which names the question.
            receipt: Some(receipt("MBN31H462N")),
            amount: Some(PaidAmount::Whole(300)),
            status: ReceiptStatus::Completed,
            // 2018-02-23 05:41:12 in Nairobi.
            paid_at_ms: Some(1_519_353_672_000),
            payer: PayerHint::Full(Msisdn::parse("254708374149").unwrap()),
            credit_party: None,
            debit_party: Some(shortcode("600310")),
            conversation_id: Some("AG_20180223_0000493344ae97d86f75".into()),
            originator_conversation_id: Some("3213-416199-2".into()),
        }
    );
    assert!(!result.proves_payment_to(&shortcode("600310")));
    let kept = serde_json::to_string(&result).unwrap();
    assert!(
        !kept.contains("John") && !kept.contains("Safaricom"),
        "{kept}"
    );
}

/// A result with these parameters, in their order.
fn result(code: Value, parameters: Value) -> Value {
    json!({"Result": {"ResultCode": code, "ResultDesc": "words", "ReferenceData": {"ReferenceItem": [{"Key": "Occasion"}]},
        "ResultParameters": {"ResultParameter": parameters}}})
}

fn payment(state: &str, debit: &str, credit: &str) -> Value {
    json!([
        {"Key": "TransactionReason"}, {"Key": "CreditPartyName", "Value": credit}, {"Key": "TransactionStatus", "Value": state},
        {"Key": "FinalisedTime", "Value": 20260601223604_u64}, {"Key": "Amount", "Value": 300.5},
        {"Key": "DebitPartyName", "Value": debit}, {"Key": "ReceiptNo", "Value": "UJ2V87JLMD"}
    ])
}

#[test]
fn only_a_completed_payment_by_a_customer_to_the_shop_is_proof() {
    let shop = "174379 - A SHOP";
    let payer = "254708374149 - A NAME";
    for (code, state, debit, credit, expected) in [
        (json!(0), "Completed", payer, shop, true),
        (json!("0"), "Completed", "2547*****149 - A NAME", shop, true),
        (json!(0), "Completed", "", "174379", true),
        (json!(0), "completed", payer, shop, false),
        (json!(0), "Authorized", payer, shop, false),
        (json!(0), "Cancelled", payer, shop, false),
        (json!(0.0), "Completed", payer, shop, false),
        (json!("00"), "Completed", payer, shop, false),
        (json!(null), "Completed", payer, shop, false),
        (json!(2032), "Completed", payer, shop, false),
        (json!(0), "Completed", payer, "174380 - ANOTHER SHOP", false),
        (
            json!(0),
            "Completed",
            payer,
            "254700000012 - A FRIEND",
            false,
        ),
        (json!(0), "Completed", "174379 - A SHOP", payer, false),
        (json!(0), "Completed", "600310 - A FIRM", shop, false),
    ] {
        let body = result(code.clone(), payment(state, debit, credit));
        let decoded = TransactionStatusResult::decode(&bytes(&body)).unwrap();
        assert_eq!(
            decoded.proves_payment_to(&shortcode("174379")),
            expected,
            "{body}"
        );
        assert_eq!(decoded.receipt, Some(receipt("UJ2V87JLMD")));
        assert_eq!(decoded.amount, Some(PaidAmount::Other("300.5".into())));
        assert_eq!(decoded.paid_at_ms, Some(1_780_342_564_000));
        assert!(!format!("{decoded:?}").contains("NAME"));
    }
}

#[test]
fn who_was_paid_may_stand_as_a_second_debit_party() {
    let (shop, payer) = ("174379 - A SHOP", "254708374149 - A NAME");
    for (parties, expected) in [
        (vec![payer, shop], true),
        (vec!["", shop], true),
        (vec![shop, payer], false), // the shop's own payout
        (vec!["600310 - A FIRM", shop], false),
        (vec![shop, shop], false),
        (vec![payer, "174380 - ANOTHER SHOP"], false),
        (vec![payer, payer, shop], false),
        (vec![payer], false),
        (vec![shop], false),
    ] {
        let mut parameters = vec![json!({"Key": "TransactionStatus", "Value": "Completed"})];
        parameters.extend(
            parties
                .iter()
                .map(|party| json!({"Key": "DebitPartyName", "Value": party})),
        );
        let body = result(json!(0), json!(parameters));
        let decoded = TransactionStatusResult::decode(&bytes(&body)).unwrap();
        assert_eq!(
            decoded.proves_payment_to(&shortcode("174379")),
            expected,
            "{body}"
        );
    }
}

#[test]
fn a_result_without_parameters_is_no_proof() {
    for (code, expected) in [
        (json!(2032), ReceiptStatus::NotFound),
        (json!("2032"), ReceiptStatus::NotFound),
        (json!(2001), ReceiptStatus::Other("2001 words".into())),
        (json!(0), ReceiptStatus::Other("0 words".into())),
        (json!(false), ReceiptStatus::Other("false words".into())),
    ] {
        for parameters in [
            json!([]),
            json!(null),
            json!({"Key": "Amount"}),
            json!("x"),
            json!([1, null]),
        ] {
            let body = result(code.clone(), parameters);
            let decoded = TransactionStatusResult::decode(&bytes(&body)).unwrap();
            assert_eq!(decoded.status, expected, "{body}");
            assert_eq!((decoded.amount, decoded.receipt), (None, None));
            assert_eq!(decoded.payer, PayerHint::Unknown);
        }
    }
    let one = result(
        json!(0),
        json!({"Key": "TransactionStatus", "Value": "Declined"}),
    );
    let decoded = TransactionStatusResult::decode(&bytes(&one)).unwrap();
    assert_eq!(decoded.status, ReceiptStatus::Other("Declined".into()));
    for body in [
        "",
        "{}",
        "[]",
        r#"{"Result":{}}"#,
        r#"{"Result":[0]}"#,
        r#"{"ResultCode":0}"#,
    ] {
        let decoded = TransactionStatusResult::decode(body.as_bytes());
        assert_eq!(decoded, Err(BadResult), "{body}");
    }
}
