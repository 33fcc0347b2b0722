//! Replies, for the edge and the objects: the one table from errors to responses, the errors that several calls have in common, and the
//! headers that every answer carries.

use crate::platform::log::{self, Told::Why, What};
use malipo_engine::http::allow;
use malipo_shared::api::{ApiError, ErrorBody, ErrorCode};
use serde::Serialize;
use worker::{Headers, Response, Result};

/// Browsers use HTTPS for this host alone, and for a year after each visit.
const HTTPS_ONLY: &str = "max-age=31536000";

/// JSON that nobody may keep.
pub(crate) fn json(status: u16, body: &impl Serialize) -> Result<Response> {
    let response = Response::from_json(body)?.with_status(status);
    private(response)
}

/// A good answer that is JSON already.
pub(crate) fn text(json: String) -> Result<Response> {
    let response = Response::ok(json)?;
    let headers = response.headers().clone();
    headers.set("Content-Type", "application/json")?;
    private(response.with_headers(headers))
}

/// An error of the API.
pub(crate) fn error(error: ApiError) -> Result<Response> {
    json(error.code.status(), &ErrorBody { error })
}

/// Whoever asks for a payment that is not there learns no more.
pub(crate) fn no_payment() -> ApiError {
    ApiError::new(ErrorCode::NotFound, "There is no such payment.")
}

/// Nothing of an order leaves after its end.
pub(crate) fn order_expired() -> ApiError {
    ApiError::at(
        ErrorCode::OrderExpired,
        "order",
        "This order has expired. Reload the shop's page.",
    )
}

/// Why nothing new begins at a merchant that was switched off.
pub(crate) fn inactive() -> ApiError {
    ApiError::new(
        ErrorCode::InactiveShortcode,
        "This shop takes no payments here at the moment.",
    )
}

/// What went wrong here is not the caller's to know, nor to mend.
pub(crate) fn internal() -> ApiError {
    ApiError::new(
        ErrorCode::InternalError,
        "Something went wrong on our side. Nothing was sent; please try again.",
    )
}

/// The answer to a path that nobody has.
pub(crate) fn not_found() -> Result<Response> {
    error(ApiError::new(ErrorCode::NotFound, "There is nothing here."))
}

/// The answer to a method that a path does not take: of `GET` the head may be asked for too.
pub(crate) fn method_not_allowed(methods: &str) -> Result<Response> {
    let methods = allow(methods);
    let response = error(ApiError::new(
        ErrorCode::MethodNotAllowed,
        format!("Use {methods}."),
    ))?;
    response.headers().set("Allow", &methods)?;
    Ok(response)
}

/// What every answer has, whichever path it is of. A head is the answer without its body.
pub(crate) fn finished(response: Response, is_https: bool, is_head: bool) -> Result<Response> {
    let status = response.status_code();
    let headers = response.headers().clone();
    headers.set("X-Content-Type-Options", "nosniff")?;
    if is_https {
        headers.set("Strict-Transport-Security", HTTPS_ONLY)?;
    }
    if status == 401 {
        headers.set("WWW-Authenticate", "Bearer")?;
    }
    let response = match is_head {
        true => Response::empty()?.with_status(status),
        false => response,
    };
    Ok(response.with_headers(headers))
}

/// What is unforeseen: logged with its place, answered without detail.
pub(crate) fn unforeseen(place: &str, why: &worker::Error) -> Result<Response> {
    log::error(What::Unforeseen, &[Why(&format_args!("{place}: {why}"))]);
    error(internal())
}

/// Keeps an answer out of caches and its address out of referrers.
pub(crate) fn private(response: Response) -> Result<Response> {
    let headers = response.headers().clone();
    headers.set("Cache-Control", "no-store")?;
    headers.set("Referrer-Policy", "no-referrer")?;
    headers.set("X-Content-Type-Options", "nosniff")?;
    Ok(response.with_headers(headers))
}

/// Lets the merchant's page read the answer. One origin is echoed: a list is not valid.
pub(crate) fn for_origin(response: Response, origin: Option<&str>) -> Result<Response> {
    let headers: Headers = response.headers().clone();
    headers.set("Vary", "Origin")?;
    if let Some(origin) = origin {
        headers.set("Access-Control-Allow-Origin", origin)?;
    }
    Ok(response.with_headers(headers))
}
