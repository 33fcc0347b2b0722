//! Reading JSON that may be anything: each field is asked for, none is believed to be there.

use malipo_shared::{ResultCode, text};
use serde_json::Value;

/// A field that may come as text or as a number, as its text.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A field of an object, as its text.
pub(super) fn field(object: &Value, name: &str) -> Option<String> {
    text(object.get(name)?)
}

/// A result code: the token as it stands, so that only `0` and `"0"` read as `0`.
pub(super) fn result_code(object: &Value) -> Option<ResultCode> {
    let token = object.get("ResultCode")?;
    let whole = token
        .as_str()
        .map_or_else(|| token.to_string(), str::to_owned);
    Some(ResultCode::new(&cut(&whole, 64)))
}

/// A name of Safaricom's for a request, as far as a journal keeps it: theirs have about 30 characters.
pub(super) fn id(object: &Value, name: &str) -> Option<String> {
    let id = field(object, name).filter(|id| !id.is_empty())?;
    Some(cut(&id, 128))
}

/// At most `len` characters that can be seen, for journals and lists. M-PESA's texts are never refused.
pub(super) fn cut(text: &str, len: usize) -> String {
    text::shown(text).chars().take(len).collect()
}

/// The gateway's refusal in a body: `errorCode` and `errorMessage`, or Apigee's `fault`.
pub(super) struct Fault {
    pub(super) code: String,
    pub(super) message: String,
}

pub(super) fn fault(body: &Value) -> Option<Fault> {
    if let Some(code) = field(body, "errorCode") {
        let message = field(body, "errorMessage").unwrap_or_default();
        return Some(Fault { code, message });
    }
    let fault = body.get("fault")?;
    let code = fault
        .get("detail")
        .and_then(|detail| field(detail, "errorcode"))?;
    Some(Fault {
        code,
        message: field(fault, "faultstring").unwrap_or_default(),
    })
}

/// Whether something in front of Daraja says that Daraja is not there.
pub(super) fn is_away(http_status: u16) -> bool {
    matches!(http_status, 502..=504)
}

/// What an answer said, in one line, for the operator.
pub(super) fn said(http_status: u16, json: Option<&Value>, body: &[u8]) -> String {
    let (code, text) = match json.and_then(fault) {
        Some(fault) => (fault.code, fault.message),
        None => match json.and_then(|json| field(json, "ResponseDescription")) {
            Some(text) => (
                json.and_then(|json| field(json, "ResponseCode"))
                    .unwrap_or_default(),
                text,
            ),
            None => (String::new(), String::from_utf8_lossy(body).into_owned()),
        },
    };
    format!("HTTP {http_status} {code} {}", cut(&text, 120))
}
