//! Decodes the bodies that the widget sends. How their fields are read, and what is said of a wrong one, is [`malipo_engine::body`]'s.

use malipo_engine::body::{self, Fields};
use malipo_shared::api::{ApiError, AskPush, ErrorCode, OpenPayment, TypeReceipt, Written};
use malipo_shared::{IdempotencyKey, ItemId};
use serde_json::Value;

/// The fields of `POST /v1/payments`.
const OPEN: &[&str] = &[
    "order",
    "item",
    "amount",
    "note",
    "phone",
    "expect_kes",
    "key",
];
/// The fields of `POST /v1/payments/{id}/attempts`.
const PUSH: &[&str] = &["phone", "key", "not_charged"];
/// The fields of `POST /v1/payments/{id}/receipts`.
const RECEIPT: &[&str] = &["receipt"];

/// Reads the body of `POST /v1/payments`.
pub(crate) fn open_payment(bytes: &[u8]) -> Result<OpenPayment, ApiError> {
    let fields = known(bytes, OPEN)?;
    Ok(OpenPayment {
        order: text(&fields, "order")?,
        item: id(&fields, "item", ItemId::parse)?,
        amount: written(&fields, "amount")?,
        note: text(&fields, "note")?,
        phone: text(&fields, "phone")?,
        expect_kes: shillings(&fields, "expect_kes")?,
        key: key(&fields)?,
    })
}

/// Reads the body of `POST /v1/payments/{id}/attempts`.
pub(crate) fn ask_push(bytes: &[u8]) -> Result<AskPush, ApiError> {
    let fields = known(bytes, PUSH)?;
    Ok(AskPush {
        phone: text(&fields, "phone")?,
        key: key(&fields)?,
        not_charged: flag(&fields, "not_charged")?,
    })
}

/// Reads the body of `POST /v1/payments/{id}/receipts`.
pub(crate) fn type_receipt(bytes: &[u8]) -> Result<TypeReceipt, ApiError> {
    let fields = known(bytes, RECEIPT)?;
    let missing = || body::missing("receipt", "the number in M-PESA's SMS");
    Ok(TypeReceipt {
        receipt: text(&fields, "receipt")?.ok_or_else(missing)?,
    })
}

/// The fields of a body that must be there, of which only these are `known`.
fn known(bytes: &[u8], known: &[&str]) -> Result<Fields, ApiError> {
    if bytes.is_empty() {
        let message = "The body must be a JSON object: there is none.";
        return Err(ApiError::new(ErrorCode::MalformedJson, message));
    }
    let fields = body::read(bytes)?;
    body::only(&fields, known)?;
    Ok(fields)
}

fn shillings(fields: &Fields, name: &str) -> Result<Option<u32>, ApiError> {
    let kes = body::whole(fields, name, 0..=u64::from(u32::MAX))?;
    Ok(kes.and_then(|kes| u32::try_from(kes).ok()))
}

fn text(fields: &Fields, name: &str) -> Result<Option<String>, ApiError> {
    Ok(body::text(fields, name)?.map(str::to_owned))
}

/// A flag that is given or left out, and never null.
fn flag(fields: &Fields, name: &str) -> Result<bool, ApiError> {
    if let Some(Value::Null) = fields.get(name) {
        return Err(body::mistyped(name, "must be true or false", &Value::Null));
    }
    Ok(body::flag(fields, name)?.unwrap_or(false))
}

fn id<T>(
    fields: &Fields,
    name: &str,
    parse: fn(&str) -> Result<T, malipo_shared::BadId>,
) -> Result<Option<T>, ApiError> {
    let text = body::text(fields, name)?;
    text.map(|text| parse(text).map_err(|why| body::wrong(name, &why.to_string())))
        .transpose()
}

fn key(fields: &Fields) -> Result<IdempotencyKey, ApiError> {
    let what = "a random text of 22 to 64 letters and digits, kept before sending";
    id(fields, "key", IdempotencyKey::parse)?.ok_or_else(|| body::missing("key", what))
}

/// An amount, as a number or as the customer wrote it.
fn written(fields: &Fields, name: &str) -> Result<Option<Written>, ApiError> {
    let value = match fields.get(name) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) => return Ok(Some(Written::Text(text.clone()))),
        Some(value) => value,
    };
    let number = body::whole_number(value).map(Written::Number);
    number.map(Some).ok_or_else(|| {
        let message = format!(
            "`{name}` must be a whole number of shillings, for example 1500: M-PESA takes no cents."
        );
        ApiError::at(ErrorCode::InvalidAmount, name, message)
    })
}
