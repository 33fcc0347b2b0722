//! Reading a request: its body within a limit, the fields of that, a number in its address, the payment that its path names, and what
//! its client is called in a quota. Which fields a call takes stands beside the call.

use crate::config::{Config, Deployment};
use crate::platform::http::{Bytes, End, Incoming};
use crate::platform::reply;
use malipo_engine::body::{self, Fields, wrong};
use malipo_engine::master_key::Address;
use malipo_shared::api::{ApiError, ErrorCode};
use malipo_shared::{LinkId, PaymentId};

/// Larger than any good request of a browser.
pub(crate) const BODY_BYTES_MAX: usize = 16 * 1024;

/// The body, as long as it is no larger than `bytes_max`.
///
/// # Errors
/// `BODY_TOO_LARGE`; `MALFORMED_JSON` when it breaks off.
pub(crate) async fn read_body(
    request: &mut Incoming,
    bytes_max: usize,
) -> Result<Vec<u8>, ApiError> {
    let too_large = || {
        ApiError::new(
            ErrorCode::BodyTooLarge,
            format!("A body has at most {bytes_max} bytes."),
        )
    };
    let declared = request.header("Content-Length");
    let declared = declared.and_then(|text| text.parse::<usize>().ok());
    if declared.is_some_and(|bytes| bytes > bytes_max) {
        return Err(too_large());
    }
    let Bytes { bytes, end } = request.carried.read(bytes_max).await;
    match end {
        End::Whole => Ok(bytes),
        End::TooLong => Err(too_large()),
        End::BrokeOff => Err(ApiError::new(
            ErrorCode::MalformedJson,
            "The body broke off. Send it again.",
        )),
    }
}

/// As much of the body as `bytes_max` and what has come: for what must not be lost because it is too long or breaks off.
pub(crate) async fn read_cut(request: &mut Incoming, bytes_max: usize) -> Vec<u8> {
    request.carried.read(bytes_max).await.bytes
}

/// The fields of a JSON object of at most `bytes_max` bytes; an empty body has none.
///
/// # Errors
/// As [`read_body`] and [`body::read`].
pub(crate) async fn read_fields(
    request: &mut Incoming,
    bytes_max: usize,
) -> Result<Fields, ApiError> {
    body::read(&read_body(request, bytes_max).await?)
}

/// A number in the address; 0 where there is none.
pub(crate) fn number(request: &Incoming, name: &str) -> core::result::Result<u64, ApiError> {
    let pairs = request
        .query()
        .split('&')
        .filter_map(|pair| pair.split_once('='));
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

/// The name of the client address's quota at this merchant: a keyed hash, so that the address itself goes no further.
pub(crate) fn quota_of(
    request: &Incoming,
    deployment: &Deployment,
    link: &LinkId,
) -> Option<String> {
    let address = request.header("CF-Connecting-IP")?;
    let address = address.parse().ok()?;
    let (key, env) = (&deployment.master_key, deployment.env.as_str());
    Some(key.quota_name(env, link, address))
}
