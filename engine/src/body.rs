//! The body of a call to any of the APIs, as fields: each known, each once, each of its type. What is not understood is
//! refused by its name and with what to do, before anything is done: a call that moves money must not pass over the field
//! that says how much.

use crate::json::{NotRead, object};
use core::ops::RangeInclusive;
use malipo_shared::api::{ApiError, ErrorCode};
use serde_json::{Map, Value};

/// The fields of a body, by name.
pub type Fields = Map<String, Value>;

/// Up to here (2⁴³; a time in milliseconds lies below) a whole number with a point is read without the least doubt.
const EXACT_MAX: f64 = 8_796_093_022_208.0;

/// Reads a body: a JSON object in which each name stands once, at every depth. An empty one has no fields.
///
/// # Errors
/// `MALFORMED_JSON` for what is no JSON object; `VALIDATION_ERROR` at a name that stands twice, or at a number that is too
/// large for any reader.
pub fn read(bytes: &[u8]) -> Result<Fields, ApiError> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Ok(Fields::new());
    }
    object(bytes).map_err(|why| match why {
        NotRead::Malformed(why) => ApiError::new(
            ErrorCode::MalformedJson,
            format!("The body must be a JSON object: {why}."),
        ),
        NotRead::Doubled(name) => wrong(&name, "stands twice: give it once"),
        NotRead::TooLarge(name) => wrong(&name, "is a number that is too large"),
    })
}

/// Refuses every field but those that are `known`.
///
/// # Errors
/// `VALIDATION_ERROR` at a name that is not; the message lists those that are.
pub fn only(fields: &Fields, known: &[&str]) -> Result<(), ApiError> {
    let strange = fields.keys().find(|name| !known.contains(&name.as_str()));
    strange.map_or(Ok(()), |name| Err(unknown(name, known)))
}

/// The refusal of a name that is not `known`, of a field or a parameter.
pub fn unknown(name: &str, known: &[&str]) -> ApiError {
    if known.is_empty() {
        return wrong(name, "is not known: this call takes none. Leave it out");
    }
    let near = known
        .iter()
        .find(|known| known.eq_ignore_ascii_case(name))
        .map_or_else(String::new, |near| format!("Write `{near}`. "));
    let message = format!("is not known. {near}Known are: {}", known.join(", "));
    wrong(name, &message)
}

/// A text; none where the field is not given, or null.
///
/// # Errors
/// `VALIDATION_ERROR` at a value of another type.
pub fn text<'f>(fields: &'f Fields, name: &str) -> Result<Option<&'f str>, ApiError> {
    match fields.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(other) => Err(mistyped(name, "must be a text in quotes", other)),
    }
}

/// `true` or `false`; none where the field is not given, or null.
///
/// # Errors
/// `VALIDATION_ERROR` at a value of another type.
pub fn flag(fields: &Fields, name: &str) -> Result<Option<bool>, ApiError> {
    match fields.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Bool(flag)) => Ok(Some(*flag)),
        Some(other) => Err(mistyped(
            name,
            "must be true or false, without quotes",
            other,
        )),
    }
}

/// A whole number in `range`; none where the field is not given, or null.
///
/// # Errors
/// `VALIDATION_ERROR` at a value of another type, a fraction, or a number outside of the range.
pub fn whole(
    fields: &Fields,
    name: &str,
    range: RangeInclusive<u64>,
) -> Result<Option<u64>, ApiError> {
    let value = match fields.get(name) {
        None | Some(Value::Null) => return Ok(None),
        Some(value) => value,
    };
    if let Some(number) = whole_number(value).filter(|number| range.contains(number)) {
        return Ok(Some(number));
    }
    let (least, most) = range.into_inner();
    let form = format!("must be a whole number from {least} to {most}");
    Err(match value.is_number() {
        true => wrong(name, &form),
        false => mistyped(name, &format!("{form}, without quotes"), value),
    })
}

/// The whole number that a JSON number is, however it is written: `1500.0` is 1500, as PHP and Python write it. None for a
/// fraction, for what is below nothing (`-0` too), and for a larger one than is written with a point.
pub fn whole_number(value: &Value) -> Option<u64> {
    let Value::Number(number) = value else {
        return None;
    };
    let is_whole =
        |double: &f64| double.is_sign_positive() && double.fract() == 0.0 && *double < EXACT_MAX;
    let double = || number.as_f64().filter(is_whole).map(|double| double as u64);
    match number.is_f64() {
        true => double(),
        false => number.as_u64(),
    }
}

/// The refusal of a call without a field that it needs; `what` says what belongs there.
pub fn missing(name: &str, what: &str) -> ApiError {
    wrong(name, &format!("is missing: {what}"))
}

/// The refusal of a value of another type; `form` says what it must be.
pub fn mistyped(name: &str, form: &str, value: &Value) -> ApiError {
    wrong(name, &format!("{form}, not {}", kind(value)))
}

/// What a value is, in words.
pub(crate) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// `VALIDATION_ERROR` at a field, whose name begins the sentence.
pub fn wrong(name: &str, what: &str) -> ApiError {
    ApiError::at(
        ErrorCode::ValidationError,
        name,
        format!("`{name}` {what}."),
    )
}

#[cfg(test)]
mod tests;
