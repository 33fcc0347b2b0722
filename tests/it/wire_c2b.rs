//! C2B: money that M-PESA reports unasked, its validation and its registration.

use malipo_engine::daraja::{
    BadConfirmation, C2B_CONFIRMATION_ACK, C2bAnswer, C2bConfirmation, C2bRegister, CallbackUrl,
    PaidAmount, PayerHint, Registered, Unanswered, decode_register_answer,
};
use malipo_engine::master_key::read_typed_reference;
use malipo_shared::{MpesaReceipt, Msisdn, Shortcode};
use serde_json::{Value, json};

const SAMPLES: &str = include_str!("../fixtures/daraja-samples.jsonl");

/// The samples of exactly this kind, as they came; there is at least one.
fn of_kind(kind: &str) -> Vec<Value> {
    let found: Vec<Value> = SAMPLES
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .filter(|sample| sample["kind"] == kind)
        .map(|sample| sample["body"].clone())
        .collect();
    assert!(!found.is_empty(), "no sample of kind {kind}");
    found
}

pub(crate) fn only(kind: &str) -> Value {
    let mut found = of_kind(kind);
    assert_eq!(found.len(), 1, "{kind}");
    found.remove(0)
}

pub(crate) fn bytes(body: &Value) -> Vec<u8> {
    body.to_string().into_bytes()
}

/// `body` with one value put in, or taken out by `None`.
fn with(body: &Value, key: &str, value: Option<Value>) -> Value {
    let mut changed = body.clone();
    let object = changed.as_object_mut().unwrap();
    match value {
        Some(value) => object.insert(key.to_owned(), value),
        None => object.remove(key),
    };
    changed
}

pub(crate) fn receipt(text: &str) -> MpesaReceipt {
    MpesaReceipt::parse(text).unwrap()
}

pub(crate) fn shortcode(text: &str) -> Shortcode {
    Shortcode::parse(text).unwrap()
}

#[test]
fn every_sample_of_these_kinds_is_named_here() {
    let named = [
        "c2b_register_request",
        "c2b_register_response",
        "c2b_register_response_minimal",
        "c2b_confirmation",
        "c2b_confirmation_till_hashed",
        "c2b_validation_accept",
        "c2b_validation_reject",
        // Safaricom's answer to its own test tool, which we do not call: read as a registration's below.
        "c2b_simulate_response",
        "txstatus_ack",
        "txstatus_result",
    ];
    for line in SAMPLES.lines() {
        let sample: Value = serde_json::from_str(line).unwrap();
        let kind = sample["kind"].as_str().unwrap();
        let is_ours = kind.starts_with("c2b_") || kind.starts_with("txstatus_");
        assert_eq!(is_ours, named.contains(&kind), "{kind}");
    }
}

#[test]
fn a_masked_pay_bill_confirmation_is_read() {
    let confirmation = C2bConfirmation::decode(&bytes(&only("c2b_confirmation"))).unwrap();
    assert_eq!(
        confirmation,
        C2bConfirmation {
            receipt: receipt("RKL51ZDR4F"),
            amount: PaidAmount::Whole(5),
            // 2023-11-21 12:13:25 in Nairobi.
            paid_at_ms: Some(1_700_558_005_000),
            shortcode: "600966".into(),
            bill_ref: "Sample Transaction".into(),
            transaction_type: "Pay Bill".into(),
            payer: PayerHint::Masked {
                first: "2547".into(),
                last: "126".into()
            },
        }
    );
    assert_eq!(read_typed_reference(&confirmation.bill_ref), None);
    let contradicts = |number| {
        confirmation
            .payer
            .contradicts(&Msisdn::parse(number).unwrap())
    };
    assert!(contradicts("254708374149"));
    assert!(!contradicts("254700000126"));
}

#[test]
fn a_hashed_till_confirmation_is_read() {
    let confirmation =
        C2bConfirmation::decode(&bytes(&only("c2b_confirmation_till_hashed"))).unwrap();
    assert_eq!(
        confirmation,
        C2bConfirmation {
            receipt: receipt("SZP9C487YZ"),
            amount: PaidAmount::Whole(11_720),
            // 2024-07-22 20:58:01 in Nairobi.
            paid_at_ms: Some(1_721_671_081_000),
            shortcode: "166373".into(),
            bill_ref: String::new(),
            transaction_type: "Customer Merchant Payment".into(),
            payer: PayerHint::Hashed(
                "7fe2452bdc860302d56ecf03796ed29e4b*****331087e210e0581159e74244d".into()
            ),
        }
    );
    assert!(
        !confirmation
            .payer
            .contradicts(&Msisdn::parse("254708374149").unwrap())
    );
}

#[test]
fn a_confirmation_bends_without_losing_the_receipt() {
    let sample = only("c2b_confirmation");
    let amount = |body: &Value| C2bConfirmation::decode(&bytes(body)).map(|c| c.amount);
    for (value, expected) in [
        (Some(json!("10")), PaidAmount::Whole(10)),
        (Some(json!(10)), PaidAmount::Whole(10)),
        (Some(json!(10.0)), PaidAmount::Whole(10)),
        (Some(json!("0.50")), PaidAmount::Other("0.50".into())),
        (Some(json!(null)), PaidAmount::Other(String::new())),
        (Some(json!(["5.00"])), PaidAmount::Other(String::new())),
        (None, PaidAmount::Other(String::new())),
    ] {
        let changed = with(&sample, "TransAmount", value);
        assert_eq!(amount(&changed), Ok(expected), "{changed}");
    }
    for key in sample
        .as_object()
        .unwrap()
        .keys()
        .filter(|k| *k != "TransID")
    {
        for value in [
            None,
            Some(json!(null)),
            Some(json!({"a": 1})),
            Some(json!(7)),
        ] {
            let changed = with(&sample, key, value);
            let confirmation = C2bConfirmation::decode(&bytes(&changed)).unwrap();
            assert_eq!(confirmation.receipt, receipt("RKL51ZDR4F"), "{changed}");
        }
    }
    for value in [
        None,
        Some(json!(null)),
        Some(json!("")),
        Some(json!(12)),
        Some(json!("R*L")),
    ] {
        let changed = with(&sample, "TransID", value);
        assert_eq!(amount(&changed), Err(BadConfirmation), "{changed}");
    }
    for (typed, expected) in [
        ("moil3456abc", Some("M0113456ABC")),
        ("inv 12", Some("INV12")),
        ("", None),
    ] {
        let changed = with(&sample, "BillRefNumber", Some(json!(typed)));
        let confirmation = C2bConfirmation::decode(&bytes(&changed)).unwrap();
        assert_eq!(confirmation.bill_ref, typed);
        let read = read_typed_reference(typed).map(String::from);
        assert_eq!(read.as_deref(), expected, "{typed}");
    }
}

#[test]
fn our_answers_have_the_shape_of_safaricoms_samples() {
    let json = |answer: C2bAnswer| serde_json::from_str::<Value>(answer.encode()).unwrap();
    assert_eq!(json(C2bAnswer::Accept), only("c2b_validation_accept"));
    let reject = with(
        &only("c2b_validation_reject"),
        "ResultCode",
        Some(json!("C2B00016")),
    );
    assert_eq!(json(C2bAnswer::Other), reject);
    let ack: Value = serde_json::from_str(C2B_CONFIRMATION_ACK).unwrap();
    assert_eq!(ack["ResultCode"], 0);
}

#[test]
fn a_registration_has_the_keys_of_safaricoms_sample() {
    let url =
        |path: &str| CallbackUrl::parse(&format!("https://pay.example{path}"), false).unwrap();
    let encoded = C2bRegister {
        shortcode: &shortcode("601426"),
        confirmation_url: &url("/hooks/c2b/601426/00ff/confirm"),
        validation_url: &url("/hooks/c2b/601426/00ff/validate"),
    }
    .encode();
    let mut expected = only("c2b_register_request");
    expected["ConfirmationURL"] = json!("https://pay.example/hooks/c2b/601426/00ff/confirm");
    expected["ValidationURL"] = json!("https://pay.example/hooks/c2b/601426/00ff/validate");
    assert_eq!(serde_json::from_str::<Value>(&encoded).unwrap(), expected);
}

/// Why there is no answer, in a word.
pub(crate) fn unanswered(why: &Unanswered) -> &'static str {
    match why {
        Unanswered::TokenRefused(_) => "token",
        Unanswered::Refused(_) => "refused",
        Unanswered::Unreached(_) => "unreached",
        Unanswered::Unclear(_) => "unclear",
    }
}

#[test]
fn registrations_are_answered_in_many_spellings() {
    for kind in [
        "c2b_register_response",
        "c2b_register_response_minimal",
        "c2b_simulate_response",
    ] {
        for body in of_kind(kind) {
            let answer = decode_register_answer(200, &bytes(&body));
            assert_eq!(answer, Ok(Registered::Now), "{body}");
        }
    }
    let fault = |code: &str, message: &str| {
        json!({"requestId": "1", "errorCode": code, "errorMessage": message}).to_string()
    };
    let kind = |status: u16, body: &str| match decode_register_answer(status, body.as_bytes()) {
        Ok(Registered::Now) => "registered",
        Ok(Registered::Before) => "already",
        Err(why) => unanswered(&why),
    };
    for (status, body, expected) in [
        (
            200,
            r#"{"ResponseCode":"00000000","ResponseDescription":"success"}"#.to_owned(),
            "registered",
        ),
        (200, r#"{"ResponseCode":0}"#.to_owned(), "registered"),
        (
            200,
            r#"{"ResponseCode":"1","ResponseDescription":"Rejected"}"#.to_owned(),
            "refused",
        ),
        (
            200,
            r#"{"ResponseCode":"1","ResponseDescription":"Success"}"#.to_owned(),
            "refused",
        ),
        (
            200,
            r#"{"ResponseDescription":"Pending"}"#.to_owned(),
            "unclear",
        ),
        (200, "{}".to_owned(), "unclear"),
        (200, "<html>".to_owned(), "unclear"),
        (
            200,
            fault("500.003.1001", "Internal Server Error"),
            "unclear",
        ),
        (201, r#"{"ResponseCode":"0"}"#.to_owned(), "unclear"),
        (502, "<html>".to_owned(), "unreached"),
        (
            500,
            r#"{"ResponseCode":"0","ResponseDescription":"Success"}"#.to_owned(),
            "unclear",
        ),
        (
            500,
            fault("500.003.1001", "Urls are already registered"),
            "already",
        ),
        (
            500,
            fault("500.003.1001", "URLs are ALREADY registered."),
            "already",
        ),
        (
            500,
            fault(
                "500.003.1001",
                "Duplicate notification info, SP ID is 1, correlator is 2",
            ),
            "already",
        ),
        (
            500,
            fault("500.003.1001", "Internal Server Error"),
            "unclear",
        ),
        (
            400,
            fault(
                "400.003.02",
                "Invalid ValidationURL - URL has the word MPESA",
            ),
            "refused",
        ),
        (404, fault("404.001.03", "Invalid Access Token"), "token"),
        (400, fault("400.003.01", "Invalid Access Token"), "token"),
        (429, String::new(), "refused"),
        (503, String::new(), "unreached"),
    ] {
        assert_eq!(kind(status, &body), expected, "{status} {body}");
    }
}
