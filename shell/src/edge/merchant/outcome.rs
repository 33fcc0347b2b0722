//! `Outcome`: what a call of the merchant's comes to; and what those calls share: reading fields, parameters, names and the ledger's rows.

use crate::config::Config;
use crate::platform::Env;
use crate::platform::http::Reply;
use crate::platform::log::{self, Field::Why, What};
use crate::platform::reply;
use malipo_engine::body::{self, Fields, wrong};
use malipo_engine::master_key::{Address, read_typed_reference};
use malipo_shared::MpesaReceipt;
use malipo_shared::api::{ApiError, ErrorCode};
use serde_json::Value;

/// Why a call has no answer of its own.
pub(super) enum Refused {
    Because(ApiError),
    Unforeseen(crate::platform::error::Error),
}

pub(super) type Outcome = core::result::Result<Reply, Refused>;

impl From<crate::platform::error::Error> for Refused {
    fn from(why: crate::platform::error::Error) -> Refused {
        Refused::Unforeseen(why)
    }
}

impl From<ApiError> for Refused {
    fn from(error: ApiError) -> Refused {
        Refused::Because(error)
    }
}

/// A whole number of the body, from 1 to `most`; none if it is not there.
pub(super) fn whole(
    fields: &Fields,
    name: &str,
    most: u64,
) -> core::result::Result<Option<u64>, ApiError> {
    body::whole(fields, name, 1..=most)
}

/// A text of the body that must be there; `what` says what belongs there.
pub(super) fn required<'f>(
    fields: &'f Fields,
    name: &str,
    what: &str,
) -> core::result::Result<&'f str, ApiError> {
    body::text(fields, name)?.ok_or_else(|| body::missing(name, what))
}

/// The address's parameters, decoded; `linkid` is the authentication's.
pub(super) fn pairs(url: &str) -> Vec<(String, String)> {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let query = query.split('#').next().unwrap_or_default();
    form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .filter(|(name, _)| name != "linkid")
        .collect()
}

/// The payment of an account reference, as people type it.
pub(super) fn address(config: &Config, reference: &str) -> core::result::Result<Address, ApiError> {
    let reference = read_typed_reference(reference).ok_or_else(reply::no_payment)?;
    Ok(config.address(reference))
}

pub(super) fn receipt(text: &str) -> core::result::Result<MpesaReceipt, ApiError> {
    MpesaReceipt::from_typed(text).map_err(|why| wrong("receipt", &why.to_string()))
}

/// M-PESA was asked and is not there.
pub(super) fn unreached(said: &str) -> Refused {
    let message = format!("M-PESA cannot be reached ({said}). Try again later: it does no harm.");
    ApiError::new(ErrorCode::MpesaUnavailable, message).into()
}

/// Rows of the ledger: all of them, or it was not read. What is left out would be taken for nothing.
pub(super) fn read_rows(
    rows: &[String],
) -> core::result::Result<Vec<Value>, crate::platform::error::Error> {
    let value = |row: &String| serde_json::from_slice(row.as_bytes());
    Ok(rows.iter().map(value).collect::<serde_json::Result<_>>()?)
}

/// The ledger was asked and does not answer.
pub(super) fn unreadable(env: &Env, why: &crate::platform::error::Error) -> ApiError {
    log::error(env.as_ref(), What::LedgerUnread, &[Why(why)]);
    ApiError::new(
        ErrorCode::InternalError,
        "The ledger does not answer. No payment depends on it; ask again later.",
    )
}
