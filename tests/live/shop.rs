//! The shop, as a test plays it: its server signs orders, and its customers pay by hand.

use crate::house::{emulator, fresh_key, phone_ending};
use crate::http;
use crate::operator::{register_c2b, secret};
pub(crate) use crate::webhooks::{
    ENDLESS_BYTES, be_deaf_once, be_endless_once, heard, heard_kind, open, taken_of_endless,
};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};

/// Pays by hand; the receipt.
#[track_caller]
pub(crate) fn pay_by_hand(account_reference: &str, amount_kes: u64) -> String {
    let paid = dial(json!({"account_reference": account_reference, "amount_kes": amount_kes}));
    assert_eq!(paid.status, 200, "{}", paid.text);
    paid.json()["receipt"].as_str().unwrap().to_owned()
}

/// A customer goes through Lipa na M-PESA.
#[track_caller]
pub(crate) fn dial(more: Value) -> http::Reply {
    register_c2b();
    let mut body = json!({"msisdn": phone_ending("4242"), "shortcode": "600426"});
    body.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    http::post(&emulator("pay"), &body)
}

pub(crate) fn now_secs() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.unwrap().as_secs()
}

/// What a good order claims.
pub(crate) fn claims(reference: &str) -> Value {
    json!({
        "aud": "malipo:emulator:main", "iat": now_secs(), "exp": now_secs() + 600,
        "amount": 150, "reference": reference, "description": "Two tickets",
    })
}

/// An order that the shop's server has signed.
pub(crate) fn signed_order(reference: &str) -> String {
    sign(&claims(reference))
}

pub(crate) fn sign(claims: &Value) -> String {
    let key = EncodingKey::from_secret(secret("ORDER_SECRET").as_bytes());
    jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &key).unwrap()
}

/// A reference that nobody else has, which stands as it is.
pub(crate) fn fresh_reference() -> String {
    let key = fresh_key();
    let digits: String = key.chars().filter(char::is_ascii_digit).collect();
    format!("L{}", &digits[digits.len() - 11..])
}
