//! Reversal: what leaves, what M-PESA acknowledges, and what it says became of the money.

use crate::wire_c2b::{bytes, only, receipt, shortcode};
use malipo_engine::daraja::{
    BadReversalResult, CallbackUrl, PaidAmount, Reversal, ReversalAck, ReversalQuestion,
    ReversalResult, SecurityCredential, decode_reversal_ack,
};
use malipo_shared::{Kes, ResultCode};
use serde_json::{Value, json};

fn url(path: &str) -> CallbackUrl {
    CallbackUrl::parse(&format!("https://pay.example{path}"), false).unwrap()
}

#[test]
fn a_reversal_is_written_as_safaricom_spells_it() {
    let credential = "aB3+".repeat(86);
    let encoded = Reversal {
        initiator: "checkout",
        security_credential: &SecurityCredential::parse(&credential).unwrap(),
        receipt: &receipt("UJ2V87JLMD"),
        amount: Kes::new(150).unwrap(),
        party: &shortcode("174379"),
        result_url: &url("/hooks/6d/00/result/reversal/4d/1"),
        timeout_url: &url("/hooks/6d/00/timeout/reversal/4d/1"),
    }
    .encode();
    assert_eq!(
        serde_json::from_str::<Value>(&encoded).unwrap(),
        json!({
            "Initiator": "checkout", "SecurityCredential": credential, "CommandID": "TransactionReversal",
            "TransactionID": "UJ2V87JLMD", "Amount": "150", "ReceiverParty": "174379",
            "RecieverIdentifierType": "11",
            "ResultURL": "https://pay.example/hooks/6d/00/result/reversal/4d/1",
            "QueueTimeOutURL": "https://pay.example/hooks/6d/00/timeout/reversal/4d/1",
            "Remarks": "Refund", "Occasion": "Refund"
        })
    );
}

#[test]
fn a_question_about_a_reversal_names_the_request_and_no_receipt() {
    let credential = "aB3+".repeat(86);
    let encoded = ReversalQuestion {
        initiator: "checkout",
        security_credential: &SecurityCredential::parse(&credential).unwrap(),
        conversation: "f1e2-4b95-a71d-b30d3cdbb7a7735297",
        party: &shortcode("174379"),
        result_url: &url("/hooks/6d/00/answer/reversal/4d/1"),
    }
    .encode();
    assert_eq!(
        serde_json::from_str::<Value>(&encoded).unwrap(),
        json!({
            "Initiator": "checkout", "SecurityCredential": credential, "CommandID": "TransactionStatusQuery",
            "OriginalConversationID": "f1e2-4b95-a71d-b30d3cdbb7a7735297", "PartyA": "174379", "IdentifierType": "4",
            "ResultURL": "https://pay.example/hooks/6d/00/answer/reversal/4d/1",
            "QueueTimeOutURL": "https://pay.example/hooks/6d/00/answer/reversal/4d/1",
            "Remarks": "Refund", "Occasion": "Refund"
        })
    );
}

#[test]
fn only_a_recognised_refusal_is_one() {
    let sample = only("reversal_ack");
    assert_eq!(
        decode_reversal_ack(200, &bytes(&sample)),
        ReversalAck::Accepted {
            conversation_id: "AG_20210706_20106e9209f64bebd05b".into(),
            originator_conversation_id: "f1e2-4b95-a71d-b30d3cdbb7a7735297".into(),
        }
    );
    assert_eq!(
        ReversalResult::decode(&bytes(&sample)),
        Err(BadReversalResult)
    );
    let fault =
        |code: &str, text: &str| json!({"errorCode": code, "errorMessage": text}).to_string();
    let kind = |status: u16, body: &str| match decode_reversal_ack(status, body.as_bytes()) {
        ReversalAck::Accepted { .. } => "accepted",
        ReversalAck::TokenRefused(_) => "token",
        ReversalAck::Refused(_) => "refused",
        ReversalAck::Unknown(_) => "unknown",
    };
    for (status, body, expected) in [
        (200, r#"{"ResponseCode":0}"#.to_owned(), "accepted"),
        (200, r#"{"ResponseCode":"00"}"#.to_owned(), "unknown"),
        // No other code is documented.
        (200, r#"{"ResponseCode":"21"}"#.to_owned(), "unknown"),
        (200, "{}".to_owned(), "unknown"),
        (200, String::new(), "unknown"),
        (200, fault("400.002.02", "Invalid Amount"), "unknown"),
        (201, r#"{"ResponseCode":"0"}"#.to_owned(), "unknown"),
        (500, r#"{"ResponseCode":"0"}"#.to_owned(), "unknown"),
        (
            400,
            fault("400.002.02", "Bad Request - Invalid Amount"),
            "refused",
        ),
        (404, fault("404.001.03", "Invalid Access Token"), "token"),
        (
            500,
            fault("500.003.1001", "Internal Server Error"),
            "unknown",
        ),
        (
            500,
            fault("500.003.02", "Error Occurred: Spike Arrest Violation"),
            "refused",
        ),
        // Safaricom's advice to try again proves nothing.
        (
            500,
            fault(
                "500.003.02",
                "System is busy. Please try again in few minutes.",
            ),
            "unknown",
        ),
        (
            500,
            fault("500.002.1001", "Service is currently under maintenance"),
            "unknown",
        ),
        (
            500,
            fault("500.002.1001", "Duplicate OriginatorConversationID"),
            "unknown",
        ),
        (429, String::new(), "refused"),
        (403, "<html>".to_owned(), "unknown"),
        (502, "<html>".to_owned(), "unknown"),
        (503, String::new(), "unknown"),
    ] {
        assert_eq!(kind(status, &body), expected, "{status} {body}");
    }
}

#[test]
fn a_result_is_read_without_names_and_balances() {
    let done = ReversalResult::decode(&bytes(&only("reversal_result"))).unwrap();
    assert_eq!(
        done,
        ReversalResult {
            code: ResultCode::new("0"),
            text: "The service request is processed successfully.".into(),
            is_preliminary: false,
            reversal: Some(receipt("SKE52PAWR9")),
            original: Some(receipt("SKC82PACB8")),
            amount: Some(PaidAmount::Whole(1)),
            conversation_id: Some("AG_20211114_201018edbbf9f1582eaa".into()),
            originator_conversation_id: Some("dad6-4c34-8787-c8cb963a496d1268232".into()),
        }
    );
    assert!(done.is_success() && !done.is_failure());
    let kept = serde_json::to_string(&done).unwrap();
    assert!(
        !kept.contains("FIRST") && !kept.contains("7722179"),
        "{kept}"
    );

    let failed = ReversalResult::decode(&bytes(&only("reversal_result_failed"))).unwrap();
    assert_eq!(failed.code, ResultCode::new("R000002"));
    assert!(failed.is_failure() && !failed.is_success());
    assert_eq!((failed.original, failed.amount), (None, None));
}

#[test]
fn only_the_text_0_moved_money_and_only_listed_codes_moved_none() {
    let result = |code: Value, kind: Value| {
        let body =
            json!({"Result": {"ResultType": kind, "ResultCode": code, "ResultDesc": "words"}});
        let result = ReversalResult::decode(body.to_string().as_bytes()).unwrap();
        (result.is_success(), result.is_failure())
    };
    for code in [json!(0), json!("0")] {
        assert_eq!(result(code.clone(), json!(0)), (true, false), "{code}");
        assert_eq!(result(code.clone(), json!("0")), (true, false), "{code}");
        assert_eq!(
            result(code.clone(), json!(1)),
            (false, false),
            "more is to follow"
        );
    }
    for code in [
        json!(1),
        json!("1"),
        json!("11"),
        json!(2001),
        json!("R000001"),
    ] {
        assert_eq!(result(code.clone(), json!(0)), (false, true), "{code}");
        assert_eq!(
            result(code.clone(), json!(1)),
            (false, false),
            "more is to follow"
        );
    }
    for code in [
        json!(""),
        json!("00"),
        json!(" 0"),
        json!(0.0),
        json!(-0.0),
        json!(false),
        json!("15"),
        json!(26),
        json!("E3008"),
        json!([0]),
        json!({"0": 0}),
        json!("01"),
    ] {
        assert_eq!(result(code.clone(), json!(0)), (false, false), "{code}");
    }
    for body in [
        "",
        "{}",
        "[]",
        r#"{"Result":{}}"#,
        r#"{"Result":"0"}"#,
        r#"{"ResultCode":0}"#,
    ] {
        let read = ReversalResult::decode(body.as_bytes());
        assert_eq!(read, Err(BadReversalResult), "{body}");
    }
}
