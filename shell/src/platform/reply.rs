//! Replies, for the edge and the objects: the one table from errors to responses, the errors that several calls have in common, and the
//! headers that every answer carries.

use crate::platform::error::{Error, Result};
use crate::platform::host::Host;
use crate::platform::http::{Body, ObjectReply, Reply};
use crate::platform::log::{self, Field::Why, What};
use malipo_engine::http::allow;
use malipo_shared::api::{ApiError, ErrorBody, ErrorCode};
use serde::Serialize;

/// Browsers use HTTPS for this host alone, and for a year after each visit.
const HTTPS_ONLY: &str = "max-age=31536000";

/// JSON that nobody may keep.
pub fn json(status: u16, body: &impl Serialize) -> Result<Reply> {
    Ok(json_text(status, serde_json::to_string(body)?))
}

/// The same, which is JSON already.
pub fn json_text(status: u16, json: String) -> Reply {
    private(Reply::of(status, Body::Text(json)).with("Content-Type", "application/json"))
}

/// A good answer that is JSON already.
pub fn text(json: String) -> Result<Reply> {
    Ok(json_text(200, json))
}

/// An object's own answer, for the outside.
pub fn of_object(said: ObjectReply) -> Reply {
    json_text(said.status, said.text)
}

/// An error of the API.
pub fn error(error: ApiError) -> Result<Reply> {
    json(error.code.status(), &ErrorBody { error })
}

/// Whoever asks for a payment that is not there learns no more.
pub fn no_payment() -> ApiError {
    ApiError::new(ErrorCode::NotFound, "There is no such payment.")
}

/// Nothing of an order leaves after its end.
pub fn order_expired() -> ApiError {
    ApiError::at(
        ErrorCode::OrderExpired,
        "order",
        "This order has expired. Reload the shop's page.",
    )
}

/// Why nothing new begins at a merchant that was switched off.
pub fn inactive() -> ApiError {
    ApiError::new(
        ErrorCode::InactiveShortcode,
        "This shop takes no payments here at the moment.",
    )
}

/// What went wrong here is not the caller's to know, nor to mend.
pub fn internal() -> ApiError {
    ApiError::new(
        ErrorCode::InternalError,
        "Something went wrong on our side. Nothing was sent; please try again.",
    )
}

/// The answer to a path that nobody has.
pub fn not_found() -> Result<Reply> {
    error(ApiError::new(ErrorCode::NotFound, "There is nothing here."))
}

/// The answer to a method that a path does not take: of `GET` the head may be asked for too.
pub fn method_not_allowed(methods: &str) -> Result<Reply> {
    let methods = allow(methods);
    let refused = ApiError::new(ErrorCode::MethodNotAllowed, format!("Use {methods}."));
    Ok(error(refused)?.with("Allow", methods))
}

/// What every answer has, whichever path it is of. A head is the answer without its body.
pub fn finished(mut reply: Reply, is_https: bool, is_head: bool) -> Reply {
    let headers = &mut reply.headers;
    headers.set("X-Content-Type-Options", "nosniff");
    if is_https {
        headers.set("Strict-Transport-Security", HTTPS_ONLY);
    }
    if reply.status == 401 {
        headers.set("WWW-Authenticate", "Bearer");
    }
    reply.is_head = is_head;
    reply
}

/// What is unforeseen: logged with its place, answered without detail.
pub fn unforeseen(host: &dyn Host, place: &str, why: &Error) -> Result<Reply> {
    log::error(
        host,
        What::Unforeseen,
        &[Why(&format_args!("{place}: {why}"))],
    );
    error(internal())
}

/// Keeps an answer out of caches and its address out of referrers.
pub fn private(reply: Reply) -> Reply {
    reply
        .with("Cache-Control", "no-store")
        .with("Referrer-Policy", "no-referrer")
        .with("X-Content-Type-Options", "nosniff")
}

/// Lets the merchant's page read the answer. One origin is echoed: a list is not valid.
pub fn for_origin(reply: Reply, origin: Option<&str>) -> Reply {
    let reply = reply.with("Vary", "Origin");
    match origin {
        Some(origin) => reply.with("Access-Control-Allow-Origin", origin),
        None => reply,
    }
}
