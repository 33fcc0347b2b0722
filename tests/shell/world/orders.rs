//! Orders: what the shop asks to be paid, signed by its server or created by its API, and what others try to have it asked.

use super::setting::ORDER_SECRET;
use super::town::{Paying, World};
use super::truth::ShopOrder;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use malipo_shell::platform::http::Method;
use serde_json::{Value, json};
use std::rc::Rc;

const STRANGERS_SECRET: &str = "a-secret-that-is-not-the-shops-at-all";
/// How long a signed order may be paid.
const OPEN_SECS: u64 = 7_200;

impl World {
    /// The shop's server signs an order, as of so long ago.
    pub(crate) fn signs(&self, reference: &str, amount_kes: u32, ago_ms: u64) -> String {
        let issued_at_ms = (self.cloud.run.now_ms() - ago_ms) / 1000 * 1000;
        self.mpesa.truth.borrow_mut().orders.push(ShopOrder {
            reference: reference.to_owned(),
            amount_kes,
            issued_at_ms: Some(issued_at_ms),
        });
        token(reference, amount_kes, issued_at_ms, ORDER_SECRET)
    }

    /// A stranger signs one.
    pub(crate) fn is_signed_by_a_stranger(&self, reference: &str, amount_kes: u32) -> String {
        let now_ms = self.cloud.run.now_ms() / 1000 * 1000;
        token(reference, amount_kes, now_ms, STRANGERS_SECRET)
    }

    /// A page shows an order, and may ask for a push; none when it is refused.
    pub(crate) async fn shows_order(
        self: &Rc<Self>,
        order: &str,
        phone: Option<&str>,
    ) -> Option<Paying> {
        let mut body = json!({"order": order, "key": self.key()});
        if let Some(phone) = phone {
            body["phone"] = json!(phone);
        }
        let answered = self
            .insist(Method::Post, "/v1/payments?wait=3", &[], &body)
            .await;
        (answered.status == 200).then(|| Paying {
            view: serde_json::from_str(&answered.text).unwrap_or_default(),
        })
    }

    /// The shop's server creates a payment; none when that is refused.
    pub(crate) async fn creates(
        self: &Rc<Self>,
        reference: &str,
        amount_kes: u32,
        phone: &str,
    ) -> Option<Paying> {
        let key = self.key();
        self.mpesa.truth.borrow_mut().orders.push(ShopOrder {
            reference: reference.to_owned(),
            amount_kes,
            issued_at_ms: None,
        });
        let body = json!({"amount_kes": amount_kes, "reference": reference, "description": "Two tickets", "phone": phone});
        let headers = [("Idempotency-Key", key.as_str())];
        let (status, made) = self.shop(Method::Post, "payments", &headers, &body).await;
        let account = made["payment"]["account_reference"].clone();
        (status == 200).then(|| Paying {
            view: json!({"id": made["id"], "account_reference": account, "version": 0, "state": "sending"}),
        })
    }

    /// A page asks to pay an amount of its own, or an item at a price of its own; the payment if it may.
    pub(crate) async fn names_its_price(
        self: &Rc<Self>,
        item: Option<&str>,
        amount_kes: u32,
        phone: &str,
    ) -> Option<Paying> {
        let mut body = json!({"amount": amount_kes, "phone": phone, "key": self.key()});
        if let Some(item) = item {
            body["item"] = json!(item);
        }
        let path = "/v1/payments?wait=3";
        let answered = self.insist(Method::Post, path, &[], &body).await;
        (answered.status == 200).then(|| Paying {
            view: serde_json::from_str::<Value>(&answered.text).unwrap_or_default(),
        })
    }
}

fn token(reference: &str, amount_kes: u32, issued_at_ms: u64, secret: &str) -> String {
    let issued_secs = issued_at_ms / 1000;
    let claims = json!({"aud": "malipo:production:main", "iat": issued_secs, "exp": issued_secs + OPEN_SECS,
        "amount": amount_kes, "reference": reference, "description": "Two tickets"});
    let key = EncodingKey::from_secret(secret.as_bytes());
    jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key).unwrap()
}
