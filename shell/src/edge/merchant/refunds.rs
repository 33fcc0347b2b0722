//! Refunds for the merchant: asking for one, and what a person found out about one.

use super::outcome::{Outcome, address, receipt, required, whole};
use super::payments;
use crate::calls::payment::PaymentCall;
use crate::config::Config;
use crate::platform::Env;
use crate::platform::http::Incoming;
use malipo_engine::body::{self, Fields, wrong};
use malipo_engine::idempotency;
use malipo_engine::payment::Ask;
use malipo_shared::Kes;
use malipo_shared::api::ApiError;
use malipo_shared::text;
use serde_json::json;

/// Of a shop's own words.
const REASON_CHARS_MAX: usize = 200;
/// The fields of a refund, and of what a person found out about one.
pub(super) const MAKE: &[&str] = &["receipt", "amount_kes", "reason"];
pub(super) const SETTLE: &[&str] = &["refunded"];

/// `POST …/payments/{account_reference}/refunds {receipt, amount_kes?, reason?}`, with `Idempotency-Key`: `{refund}`.
pub(super) async fn make(
    env: &Env,
    config: &Config,
    reference: &str,
    request: &Incoming,
    fields: &Fields,
) -> Outcome {
    let address = address(config, reference)?;
    let key = idempotency::read_key(request.header(idempotency::HEADER).as_deref())?;
    let receipt = receipt(required(
        fields,
        "receipt",
        "one of the payment's receipts",
    )?)?;
    // Without it all of the receipt goes back: that must be meant.
    if fields
        .get("amount_kes")
        .is_some_and(serde_json::Value::is_null)
    {
        let what = "is null: give a whole number, or leave it out to give all of the receipt back";
        return Err(wrong("amount_kes", what).into());
    }
    let amount_kes = whole(fields, "amount_kes", u64::from(Kes::MAX))?;
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
    fields: &Fields,
) -> Outcome {
    let address = address(config, reference)?;
    let refund = refund
        .parse()
        .map_err(|_| wrong("n", "must be a refund's number"))?;
    let is_refunded = body::flag(fields, "refunded")?
        .ok_or_else(|| body::missing("refunded", "whether the money went back, true or false"))?;
    let what = PaymentCall::JudgeRefund {
        refund,
        is_refunded,
    };
    payments::ask(env, &address, what).await
}

fn reason(fields: &Fields) -> Result<Option<String>, ApiError> {
    let Some(given) = body::text(fields, "reason")? else {
        return Ok(None);
    };
    if let Some(c) = text::hidden(given) {
        return Err(wrong("reason", &text::holds(c)));
    }
    if given.chars().count() > REASON_CHARS_MAX {
        let form = "must be a text of at most 200 characters in one line";
        return Err(wrong("reason", form));
    }
    Ok(Some(given.to_owned()))
}
