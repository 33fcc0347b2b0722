//! Messages to the shop's server, verified by the standard's own library.

use http::HeaderMap;
use malipo_engine::webhook::{
    AttemptFacts, AttemptOutcome, Channel, HEADER_ID, HEADER_SIGNATURE, HEADER_TIMESTAMP, Kind,
    Message, OriginWord, PaymentFacts, ReceiptFacts, WebhookSecret, WebhookSecrets,
};
use malipo_shared::api::State;
use malipo_shared::{Msisdn, Reason};
use serde_json::{Value, json};
use standardwebhooks::Webhook;
use std::collections::BTreeSet;
use std::time::{SystemTime, UNIX_EPOCH};

// Standard Webhooks, test vector of the reference libraries.
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OLD_SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";

fn secrets(previous: Option<&str>) -> WebhookSecrets {
    WebhookSecrets {
        current: WebhookSecret::parse(SECRET).unwrap(),
        previous: previous.map(|text| WebhookSecret::parse(text).unwrap()),
    }
}

fn now_secs() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.unwrap().as_secs()
}

fn headers(id: &str, timestamp_secs: u64, signature: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(HEADER_ID, id.parse().unwrap());
    headers.insert(HEADER_TIMESTAMP, timestamp_secs.into());
    headers.insert(HEADER_SIGNATURE, signature.parse().unwrap());
    headers
}

fn payment() -> PaymentFacts {
    PaymentFacts {
        account_reference: "INV2041".into(),
        reference: Some("INV2041".into()),
        origin: OriginWord::Signed,
        item: None,
        note: None,
        description: "Two \"tickets\" – 🐘".into(),
        livemode: false,
        state: State::Paid,
        due_kes: 1500,
        received_kes: 1600,
        excess_kes: 100,
        refunded_kes: 0,
        receipts: vec![
            ReceiptFacts {
                receipt: Some("UF12ABCD34".into()),
                amount_kes: 1500,
                amount_said: None,
                channel: Channel::StkPush,
                paid_at_ms: Some(1_780_342_590_000),
            },
            ReceiptFacts {
                receipt: None,
                amount_kes: 100,
                amount_said: None,
                channel: Channel::C2b,
                paid_at_ms: None,
            },
        ],
        attempts: vec![AttemptFacts {
            n: 1,
            outcome: AttemptOutcome::Declined,
            code: Some("1032".into()),
            reason: Some(Reason::Cancelled),
            amount_kes: 1500,
            phone_masked: Some(Msisdn::parse("0700000123").unwrap().masked()),
        }],
        refunds: vec![],
        opened_at_ms: 1_780_342_564_000,
        paid_at_ms: Some(1_780_342_590_500),
        review: vec![],
    }
}

fn message(kind: Kind) -> Message {
    Message {
        id: ID.into(),
        kind,
        sequence: 2,
        at_ms: 1_780_342_590_500,
        payment: payment(),
    }
}

#[test]
fn the_standards_own_library_verifies_what_we_sign() {
    let (body, now) = (message(Kind::Paid).encode(), now_secs());
    let signature = secrets(None).sign(ID, now, &body);
    let shop = Webhook::new(SECRET).unwrap();
    let good = headers(ID, now, &signature);
    assert!(shop.verify(body.as_bytes(), &good).is_ok());
    assert_eq!(
        shop.sign(ID, now as i64, body.as_bytes()).unwrap(),
        signature
    );

    let altered = body.replace("1600", "9600");
    assert!(
        shop.verify(altered.as_bytes(), &good).is_err(),
        "another body"
    );
    for bad in [
        headers("msg_other", now, &signature),
        headers(ID, now - 1, &signature),
        headers(ID, now, &signature.replace("v1,", "v1a,")),
    ] {
        assert!(shop.verify(body.as_bytes(), &bad).is_err(), "{bad:?}");
    }
    let stranger = Webhook::new(OLD_SECRET).unwrap();
    assert!(stranger.verify(body.as_bytes(), &good).is_err());
}

#[test]
fn while_the_secret_changes_a_shop_may_know_either() {
    let (body, now) = (message(Kind::Paid).encode(), now_secs());
    let signature = secrets(Some(OLD_SECRET)).sign(ID, now, &body);
    assert_eq!(signature.split(' ').count(), 2);
    for known in [SECRET, OLD_SECRET] {
        let shop = Webhook::new(known).unwrap();
        assert!(
            shop.verify(body.as_bytes(), &headers(ID, now, &signature))
                .is_ok()
        );
    }
}

#[test]
fn the_published_vector_is_met() {
    // standard-webhooks, libraries/*/tests: "sign".
    let signature = secrets(None).sign(ID, 1_614_265_330, r#"{"test": 2432232314}"#);
    assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

#[test]
fn a_secret_is_24_to_64_bytes_and_never_shown() {
    use base64::Engine as _;
    let of_len = |len| {
        let base64 = base64::engine::general_purpose::STANDARD.encode(vec![7; len]);
        WebhookSecret::parse(&format!("whsec_{base64}"))
    };
    for good in [24, 32, 64] {
        assert!(of_len(good).is_ok());
    }
    for bad in [0, 23, 65] {
        assert!(of_len(bad).is_err());
    }
    for bad in [
        "",
        "whsec_",
        "whsec_é",
        &SECRET[6..],
        &SECRET.to_uppercase(),
        "whsec_x y",
    ] {
        assert!(WebhookSecret::parse(bad).is_err(), "{bad}");
    }
    let shown = format!("{:?}", secrets(Some(OLD_SECRET)));
    assert!(!shown.contains("MfKQ") && !shown.contains("49"), "{shown}");
}

#[test]
fn a_message_is_the_whole_payment() {
    let body: Value = serde_json::from_str(&message(Kind::Overpaid).encode()).unwrap();
    let expected = json!({
        "type": "payment.overpaid",
        "timestamp": "2026-06-01T19:36:30.500Z",
        "data": {
            "sequence": 2,
            "payment": {
                "account_reference": "INV2041",
                "reference": "INV2041",
                "origin": "signed",
                "description": "Two \"tickets\" – 🐘",
                "livemode": false,
                "state": "paid",
                "due_kes": 1500,
                "received_kes": 1600,
                "excess_kes": 100,
                "refunded_kes": 0,
                "receipts": [
                    {
                        "receipt": "UF12ABCD34", "amount_kes": 1500, "channel": "stk_push",
                        "paid_at_ms": 1_780_342_590_000_u64,
                    },
                    {"amount_kes": 100, "channel": "c2b"},
                ],
                "attempts": [{
                    "n": 1, "outcome": "declined", "code": "1032", "reason": "cancelled",
                    "amount_kes": 1500, "phone_masked": "0700 ••• 123",
                }],
                "refunds": [],
                "opened_at_ms": 1_780_342_564_000_u64,
                "paid_at_ms": 1_780_342_590_500_u64,
                "review": [],
            },
        },
    });
    assert_eq!(body, expected);
}

#[test]
fn every_kind_has_its_word() {
    let words: BTreeSet<&str> = Kind::ALL.iter().map(|kind| kind.as_str()).collect();
    assert_eq!(words.len(), Kind::ALL.len());
    for kind in Kind::ALL {
        // Standard Webhooks, "Event types": full-stop delimited.
        assert!(kind.as_str().starts_with("payment."));
        let body: Value = serde_json::from_str(&message(kind).encode()).unwrap();
        assert_eq!(body["type"], kind.as_str());
    }
}
