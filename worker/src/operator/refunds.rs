//! Giving money back: one refund, by the shop's key; and what a person found out about one.

use super::{Outcome, address, payments, receipt, whole, wrong};
use crate::config::Config;
use crate::message::PaymentCall;
use malipo_engine::payment::Ask;
use malipo_shared::api::ApiError;
use malipo_shared::{IdempotencyKey, text};
use serde_json::{Map, Value, json};
use worker::{Env, Headers};

/// M-PESA's own limit of one transaction, in whole shillings.
const TRANSACTION_MAX_KES: u64 = 250_000;
/// Of a shop's own words.
const REASON_CHARS_MAX: usize = 200;
const KEY: &str = "Idempotency-Key";

/// `POST …/payments/{account_reference}/refunds {receipt, amount_kes?, reason?}`, with `Idempotency-Key`: `{refund}`.
pub(super) async fn make(
    env: &Env,
    config: &Config,
    reference: &str,
    headers: &Headers,
    fields: &Map<String, Value>,
) -> Outcome {
    let address = address(config, reference)?;
    let key = headers.get(KEY)?.unwrap_or_default();
    let key = IdempotencyKey::parse(key.trim()).map_err(|why| wrong(KEY, &why.to_string()))?;
    let Some(Value::String(text)) = fields.get("receipt") else {
        return Err(wrong("receipt", "must name one of the payment's receipts").into());
    };
    let receipt = receipt(text)?;
    let amount_kes = whole(fields, "amount_kes", TRANSACTION_MAX_KES)?;
    let amount_kes = amount_kes.and_then(|kes| u32::try_from(kes).ok());
    let reason = reason(fields)?;
    // What it asks for, however it is written down.
    let body = json!([receipt, amount_kes, reason]).to_string();
    let what = PaymentCall::Refund {
        receipt,
        amount_kes,
        reason,
        ask: Ask::new(key, body.as_bytes()),
    };
    payments::ask(env, &address, what).await
}

/// `POST …/payments/{account_reference}/refunds/{n}/settle {refunded}`: `{refund}`.
pub(super) async fn settle(
    env: &Env,
    config: &Config,
    reference: &str,
    refund: &str,
    fields: &Map<String, Value>,
) -> Outcome {
    let address = address(config, reference)?;
    let refund = refund
        .parse()
        .map_err(|_| wrong("n", "must be a refund's number"))?;
    let Some(Value::Bool(is_refunded)) = fields.get("refunded") else {
        return Err(wrong(
            "refunded",
            "must say whether the money went back: true or false",
        )
        .into());
    };
    let what = PaymentCall::JudgeRefund {
        refund,
        is_refunded: *is_refunded,
    };
    payments::ask(env, &address, what).await
}

fn reason(fields: &Map<String, Value>) -> Result<Option<String>, ApiError> {
    let form = || {
        wrong(
            "reason",
            "must be a text of at most 200 characters in one line",
        )
    };
    match fields.get("reason") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(given)) => {
            if let Some(c) = text::hidden(given) {
                return Err(wrong("reason", &text::holds(c)));
            }
            let is_good = given.chars().count() <= REASON_CHARS_MAX;
            is_good.then(|| Some(given.clone())).ok_or_else(form)
        }
        Some(_) => Err(form()),
    }
}
