//! Reading a request: its body within a limit, the fields of that, a number in its address, the payment that its path names, and what
//! its client is called in a quota. Which fields a call takes stands beside the call.

use crate::config::Config;
use crate::platform::reply;
use futures_util::StreamExt as _;
use malipo_engine::body::{self, Fields, wrong};
use malipo_engine::names::Address;
use malipo_shared::PaymentId;
use malipo_shared::api::{ApiError, ErrorCode};
use worker::Request;

/// Larger than any good request of a browser.
pub(crate) const BODY_BYTES_MAX: usize = 16 * 1024;

/// The body, as long as it is no larger than `bytes_max`.
///
/// # Errors
/// `BODY_TOO_LARGE`; `MALFORMED_JSON` when it breaks off.
pub(crate) async fn read_body(
    request: &mut Request,
    bytes_max: usize,
) -> Result<Vec<u8>, ApiError> {
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
/// As [`read_body`] and [`body::read`].
pub(crate) async fn read_fields(
    request: &mut Request,
    bytes_max: usize,
) -> Result<Fields, ApiError> {
    body::read(&read_body(request, bytes_max).await?)
}

/// A number in the address; 0 where there is none.
pub(crate) fn number(request: &Request, name: &str) -> core::result::Result<u64, ApiError> {
    // The platform has parsed the address; parsing it again in here would be 25 KB of the Worker.
    let url = request.inner().url();
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let mut given = pairs.filter(|(key, text)| *key == name && !text.is_empty());
    match (given.next(), given.next()) {
        (None, _) => Ok(0),
        (Some(_), Some(_)) => Err(wrong(name, "stands twice: give it once")),
        (Some((_, text)), None) => {
            let number = text.parse::<u64>();
            number.map_err(|_| wrong(name, "must be a whole number"))
        }
    }
}

/// The address behind an id: its MAC is checked before any object is addressed.
pub(crate) fn address_of(config: &Config, id: &str) -> core::result::Result<Address, ApiError> {
    let id = PaymentId::parse(id).ok();
    id.and_then(|id| config.master_key.open_payment_id(config.env.as_str(), &id))
        .filter(|address| address.link == config.link)
        .ok_or_else(reply::no_payment)
}

/// The name of the client address's quota: a keyed hash, so that the address itself goes no further.
pub(crate) fn quota_of(request: &Request, config: &Config) -> Option<String> {
    let address = request.headers().get("CF-Connecting-IP").ok().flatten()?;
    let address = address.parse().ok()?;
    let env = config.env.as_str();
    Some(config.master_key.quota_name(env, &config.link, address))
}
