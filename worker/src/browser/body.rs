//! Reading the browser's bodies: what is wrong is named by its field.

use futures_util::StreamExt as _;
use malipo_shared::api::{ApiError, AskPush, ErrorCode, OpenPayment, TypeReceipt, Written};
use malipo_shared::{IdempotencyKey, ItemId};
use serde_json::{Map, Value};
use worker::Request;

/// The body, as long as it is no larger than `bytes_max`.
///
/// # Errors
/// `BODY_TOO_LARGE`; `MALFORMED_JSON` when it breaks off.
pub(crate) async fn read(request: &mut Request, bytes_max: usize) -> Result<Vec<u8>, ApiError> {
    let too_large = || {
        ApiError::new(
            ErrorCode::BodyTooLarge,
            format!("A body has at most {bytes_max} bytes."),
        )
    };
    let declared = request
        .headers()
        .get("Content-Length")
        .ok()
        .flatten()
        .and_then(|text| text.parse::<usize>().ok());
    if declared.is_some_and(|bytes| bytes > bytes_max) {
        return Err(too_large());
    }
    let mut bytes = Vec::new();
    // A request without a body has no stream either.
    let Ok(mut stream) = request.stream() else {
        return Ok(bytes);
    };
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|_| {
            ApiError::new(
                ErrorCode::MalformedJson,
                "The body broke off. Send it again.",
            )
        })?;
        bytes.extend(chunk);
        if bytes.len() > bytes_max {
            return Err(too_large());
        }
    }
    Ok(bytes)
}

/// As much of the body as `bytes_max` and what has come: for what must not be lost because it is too long or breaks off.
pub(crate) async fn read_cut(request: &mut Request, bytes_max: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let Ok(mut stream) = request.stream() else {
        return bytes;
    };
    while let Some(Ok(chunk)) = stream.next().await {
        bytes.extend(chunk);
        if bytes.len() > bytes_max {
            bytes.truncate(bytes_max);
            break;
        }
    }
    bytes
}

/// The fields of a JSON object of at most `bytes_max` bytes; an empty body has none.
///
/// # Errors
/// As [`read`]; `MALFORMED_JSON` when it is no object.
pub(crate) async fn fields(
    request: &mut Request,
    bytes_max: usize,
) -> Result<Map<String, Value>, ApiError> {
    let bytes = read(request, bytes_max).await?;
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Ok(Map::new());
    }
    match serde_json::from_slice(&bytes) {
        Ok(Value::Object(fields)) => Ok(fields),
        _ => Err(ApiError::new(
            ErrorCode::MalformedJson,
            "The body must be a JSON object.",
        )),
    }
}

/// Reads the body of `POST /v1/payments`.
pub(crate) fn open_payment(bytes: &[u8]) -> Result<OpenPayment, ApiError> {
    let fields = Fields::read(bytes, &["order", "item", "amount", "note", "phone", "key"])?;
    Ok(OpenPayment {
        order: fields.text("order")?,
        item: fields.id("item", ItemId::parse)?,
        amount: fields.written("amount")?,
        note: fields.text("note")?,
        phone: fields.text("phone")?,
        key: fields.key()?,
    })
}

/// Reads the body of `POST /v1/payments/{id}/attempts`.
pub(crate) fn ask_push(bytes: &[u8]) -> Result<AskPush, ApiError> {
    let fields = Fields::read(bytes, &["phone", "key", "not_charged"])?;
    Ok(AskPush {
        phone: fields.text("phone")?,
        key: fields.key()?,
        not_charged: fields.flag("not_charged")?,
    })
}

/// Reads the body of `POST /v1/payments/{id}/receipts`.
pub(crate) fn type_receipt(bytes: &[u8]) -> Result<TypeReceipt, ApiError> {
    let fields = Fields::read(bytes, &["receipt"])?;
    let missing = || {
        wrong(
            "receipt",
            "`receipt` is missing: the number in M-PESA's SMS.",
        )
    };
    Ok(TypeReceipt {
        receipt: fields.text("receipt")?.ok_or_else(missing)?,
    })
}

struct Fields(Map<String, Value>);

impl Fields {
    fn read(bytes: &[u8], known: &[&str]) -> Result<Fields, ApiError> {
        let malformed = |why: String| {
            ApiError::new(
                ErrorCode::MalformedJson,
                format!("The body must be a JSON object: {why}."),
            )
        };
        let object =
            match serde_json::from_slice(bytes).map_err(|why| malformed(why.to_string()))? {
                Value::Object(object) => object,
                Value::Null
                | Value::Bool(_)
                | Value::Number(_)
                | Value::String(_)
                | Value::Array(_) => {
                    return Err(malformed("it is another kind of value".to_owned()));
                }
            };
        match object.keys().find(|key| !known.contains(&key.as_str())) {
            Some(unknown) => Err(wrong(
                unknown,
                &format!("`{unknown}` is not known. Known are: {}.", known.join(", ")),
            )),
            None => Ok(Fields(object)),
        }
    }

    fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    fn text(&self, name: &str) -> Result<Option<String>, ApiError> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(wrong(name, &format!("`{name}` must be a text."))),
        }
    }

    fn id<T>(
        &self,
        name: &str,
        parse: fn(&str) -> Result<T, malipo_shared::BadId>,
    ) -> Result<Option<T>, ApiError> {
        let text = self.text(name)?;
        text.map(|text| parse(&text).map_err(|why| wrong(name, &format!("`{name}` {why}."))))
            .transpose()
    }

    fn key(&self) -> Result<IdempotencyKey, ApiError> {
        let missing = || {
            wrong(
                "key",
                "`key` is missing: a random text of 22 to 64 letters and digits, kept before sending.",
            )
        };
        self.id("key", IdempotencyKey::parse)?.ok_or_else(missing)
    }

    fn written(&self, name: &str) -> Result<Option<Written>, ApiError> {
        let bad = || {
            ApiError::at(
                ErrorCode::InvalidAmount,
                name,
                "M-PESA takes whole shillings only, for example 1500.",
            )
        };
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(Written::Text(text.clone()))),
            Some(Value::Number(number)) => number
                .as_u64()
                .map(Written::Number)
                .map(Some)
                .ok_or_else(bad),
            Some(_) => Err(bad()),
        }
    }

    fn flag(&self, name: &str) -> Result<bool, ApiError> {
        match self.get(name) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(_) => Err(wrong(name, &format!("`{name}` must be true or false."))),
        }
    }
}

fn wrong(param: &str, message: &str) -> ApiError {
    ApiError::at(ErrorCode::ValidationError, param, message)
}
