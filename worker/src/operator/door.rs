//! Who may call: the headers `apikey` and `linkid`, or `Authorization: Bearer`, compared in constant time; or the dashboard's
//! session, whose key must still be the one that stands.

use crate::config::Config;
use crate::dashboard::{self, Admission};
use malipo_engine::names::is_equal;
use malipo_engine::session::key_hash;
use malipo_shared::LinkId;
use malipo_shared::api::{ApiError, ErrorCode};
use worker::{Headers, Request};

/// Lets the shop's server in, and its dashboard.
///
/// # Errors
/// As [`admit_key`]; `ORIGIN_NOT_ALLOWED` for a session that another page tries to use.
pub(super) fn admit(request: &Request, config: &Config, key: &str) -> Result<(), ApiError> {
    match dashboard::admission(request, config) {
        Admission::ByKey => admit_key(request.headers(), key, &config.link),
        Admission::Refused(error) => Err(error),
        Admission::By(session) => {
            let is_same = is_equal(session.key_hash.as_bytes(), key_hash(key).as_bytes());
            if is_same && session.link == config.link {
                return Ok(());
            }
            Err(ApiError::new(
                ErrorCode::InvalidApiKey,
                "The API key of this session is no longer the one of this deployment. Sign in again.",
            ))
        }
    }
}

/// Lets a key in.
///
/// # Errors
/// `MISSING_HEADERS`, `INVALID_API_KEY` or `INVALID_LINK_ID`.
pub(super) fn admit_key(headers: &Headers, key: &str, link: &LinkId) -> Result<(), ApiError> {
    let header = |name: &str| headers.get(name).ok().flatten();
    let bearer = header("Authorization");
    let bearer = bearer
        .as_deref()
        .and_then(|text| text.strip_prefix("Bearer "));
    let (given, linkid) = (header("apikey"), header("linkid"));
    let missing = || {
        ApiError::new(
            ErrorCode::MissingHeaders,
            "Send the headers `apikey` and `linkid`, or `Authorization: Bearer` with the API key.",
        )
    };
    let presented = match (bearer, given.as_deref(), &linkid) {
        (Some(bearer), _, _) => bearer.trim(),
        (None, Some(given), Some(_)) => given,
        (None, _, _) => return Err(missing()),
    };
    if !is_equal(presented.as_bytes(), key.as_bytes()) {
        return Err(ApiError::new(
            ErrorCode::InvalidApiKey,
            "This API key is not the one of this deployment.",
        ));
    }
    match linkid {
        Some(linkid) if linkid != link.as_str() => Err(ApiError::new(
            ErrorCode::InvalidLinkId,
            "`linkid` is not this deployment's.",
        )),
        Some(_) | None => Ok(()),
    }
}
