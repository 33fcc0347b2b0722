//! `CreatedOrder`: what the shop's own server asks to be paid, with its API key: a top-up, an invoice. Its price is the
//! shop's word, so it is taken as a signed order's is; its reference names it for ever, as there.

use crate::body::{self, Fields, whole_number, wrong};
use crate::order::{Order, Origin};
use crate::payment::Ask;
use crate::signed_order::{DESCRIPTION_CHARS_MAX, LIFETIME_MS_MAX, REFERENCE_CHARS_MAX, is_short};
use malipo_shared::api::{ApiError, ErrorCode};
use malipo_shared::text::{blurred, hidden, holds};
use malipo_shared::{IdempotencyKey, Kes, Msisdn};
use serde_json::Value;

/// How long it may be paid if nothing else is asked for, in seconds: a week.
pub const LIFETIME_SECS: u64 = 7 * 24 * 3600;
const LIFETIME_SECS_MIN: u64 = 60;
/// The fields of `POST /v1/merchant/payments`.
pub const FIELDS: [&str; 5] = [
    "amount_kes",
    "reference",
    "description",
    "phone",
    "expires_in_secs",
];
/// What other systems are told in each request; here it is the deployment's.
const CALLBACKS: [&str; 4] = ["callback_url", "callback", "webhook_url", "webhook"];

/// What the shop's server asks to be paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreatedOrder {
    /// The shop's own name of the order, in full: 1 to 64 visible characters.
    pub reference: String,
    /// What is due.
    pub amount: Kes,
    /// What the customer reads: 1 to 100 visible characters.
    pub description: String,
    /// Whose phone asks for the PIN at once.
    pub phone: Option<Msisdn>,
    /// How long it may be paid, in milliseconds; a minute to 400 days.
    pub lifetime_ms: u64,
}

impl CreatedOrder {
    /// Reads the body of `POST /v1/merchant/payments`.
    ///
    /// # Errors
    /// `INVALID_AMOUNT`, `INVALID_MSISDN`, `INVALID_CALLBACK` or `VALIDATION_ERROR`, at the field.
    pub fn read(fields: &Fields) -> Result<CreatedOrder, ApiError> {
        let mut names = fields.keys();
        if let Some(name) = names.find(|name| CALLBACKS.contains(&name.as_str())) {
            let message = "A payment has no callback of its own: the shop's webhook is told of it (WEBHOOK_URL).";
            return Err(ApiError::at(ErrorCode::InvalidCallback, name, message));
        }
        body::only(fields, &FIELDS)?;
        let description = body::text(fields, "description")?.map(str::trim);
        Ok(CreatedOrder {
            amount: amount(fields)?,
            reference: body::text(fields, "reference")?
                .filter(|text| is_short(text, REFERENCE_CHARS_MAX))
                .ok_or_else(|| {
                    let form = "must be a text of 1 to 64 visible characters, without a space at either end";
                    wrong("reference", form)
                })
                .and_then(|text| without("reference", text, blurred(text)))?,
            description: description
                .filter(|text| is_short(text, DESCRIPTION_CHARS_MAX))
                .ok_or_else(|| {
                    let form = "must be a text of 1 to 100 visible characters in one line";
                    wrong("description", form)
                })
                .and_then(|text| without("description", text, hidden(text)))?,
            phone: phone(fields)?,
            lifetime_ms: lifetime_secs(fields)? * 1000,
        })
    }

    /// The request, so that its repetition is known, whatever the spacing of its JSON.
    pub fn ask(&self, key: IdempotencyKey) -> Ask {
        let phone = self.phone.as_ref().map_or("", Msisdn::as_str);
        let parts = [
            self.reference.as_str(),
            &self.amount.shillings().to_string(),
            &self.description,
            phone,
            &self.lifetime_ms.to_string(),
        ];
        // No part holds a line break.
        Ask::new(key, parts.join("\n").as_bytes())
    }

    /// The order to be paid; `now_ms` is when it was asked for.
    pub fn into_order(self, now_ms: u64) -> Order {
        Order {
            amount: self.amount,
            description: self.description,
            origin: Origin::Server {
                reference: self.reference,
                issued_at_ms: now_ms,
            },
            note: None,
        }
    }
}

fn amount(fields: &Fields) -> Result<Kes, ApiError> {
    let bad = |message: String| ApiError::at(ErrorCode::InvalidAmount, "amount_kes", message);
    let value = fields.get("amount_kes").unwrap_or(&Value::Null);
    let number = whole_number(value).ok_or_else(|| {
        let form = "`amount_kes` must be a whole number of shillings, for example 1500";
        bad(match value.is_number() {
            true => format!("{form}."),
            false => format!("{form}, without quotes, not {}.", body::kind(value)),
        })
    })?;
    Kes::new(number).map_err(|why| bad(why.to_string()))
}

fn phone(fields: &Fields) -> Result<Option<Msisdn>, ApiError> {
    let bad = |message: String| ApiError::at(ErrorCode::InvalidMsisdn, "phone", message);
    match fields.get("phone") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Msisdn::parse(text)
            .map(Some)
            .map_err(|why| bad(why.to_string())),
        Some(other) => Err(bad(format!(
            "`phone` must be a text in quotes, for example \"0712345678\", not {}.",
            body::kind(other)
        ))),
    }
}

fn lifetime_secs(fields: &Fields) -> Result<u64, ApiError> {
    let most = LIFETIME_MS_MAX / 1000;
    let given = body::whole(fields, "expires_in_secs", LIFETIME_SECS_MIN..=most)?;
    Ok(given.unwrap_or(LIFETIME_SECS))
}

/// The text, unless a character was found in it that may not be there.
fn without(name: &str, text: &str, found: Option<char>) -> Result<String, ApiError> {
    match found {
        Some(c) => Err(wrong(name, &holds(c))),
        None => Ok(text.to_owned()),
    }
}

#[cfg(test)]
mod tests;
