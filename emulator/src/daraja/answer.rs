//! Daraja's bodies, typos included.

use axum::{
    Json,
    body::Body,
    http::{HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use crate::{
    emulation::Shared,
    world::{
        push::Push,
        story::{Raw, Refusal},
    },
};

/// Marks a response whose connection is closed before a byte of it is written.
#[derive(Clone, Copy)]
pub(crate) struct Unsent;

pub(crate) fn unsent() -> Response {
    let mut response = Response::new(Body::empty());
    response.extensions_mut().insert(Unsent);
    response
}

/// Daraja's error body.
pub(crate) fn refusal(shared: &Shared, refusal: &Refusal) -> Response {
    #[derive(Serialize)]
    struct Body<'a> {
        #[serde(rename = "requestId")]
        request_id: String,
        #[serde(rename = "errorCode")]
        error_code: &'a str,
        #[serde(rename = "errorMessage")]
        error_message: &'a str,
    }
    let request_id = shared.change(|world| world.ids.request_id());
    let body = Body {
        request_id,
        error_code: &refusal.code,
        error_message: &refusal.message,
    };
    (status(refusal.status), [NO_STORE], Json(body)).into_response()
}

pub(crate) fn raw(raw: &Raw) -> Response {
    (
        status(raw.status),
        [(header::CONTENT_TYPE, raw.content_type.clone())],
        raw.body.clone(),
    )
        .into_response()
}

/// "Queued", never "paid".
pub(crate) fn accepted(push: &Push) -> Response {
    #[derive(Serialize)]
    struct Body<'a> {
        #[serde(rename = "MerchantRequestID")]
        merchant_request_id: &'a str,
        #[serde(rename = "CheckoutRequestID")]
        checkout_request_id: &'a str,
        #[serde(rename = "ResponseCode")]
        response_code: &'a str,
        #[serde(rename = "ResponseDescription")]
        response_description: &'a str,
        #[serde(rename = "CustomerMessage")]
        customer_message: &'a str,
    }
    let success = "Success. Request accepted for processing";
    let body = Body {
        merchant_request_id: &push.merchant_request_id,
        checkout_request_id: &push.checkout_request_id,
        response_code: "0",
        response_description: success,
        customer_message: success,
    };
    ([NO_STORE], Json(body)).into_response()
}

/// A query's answer. The ResultCode is a string here and a number in the callback.
pub(crate) fn query_result(push: &Push, result_code: &str, result_desc: &str) -> Response {
    #[derive(Serialize)]
    struct Body<'a> {
        #[serde(rename = "ResponseCode")]
        response_code: &'a str,
        #[serde(rename = "ResponseDescription")]
        response_description: &'a str,
        #[serde(rename = "MerchantRequestID")]
        merchant_request_id: &'a str,
        #[serde(rename = "CheckoutRequestID")]
        checkout_request_id: &'a str,
        #[serde(rename = "ResultCode")]
        result_code: &'a str,
        #[serde(rename = "ResultDesc")]
        result_desc: &'a str,
    }
    let body = Body {
        response_code: "0",
        response_description: "The service request has been accepted successsfully", // Daraja's own three s
        merchant_request_id: &push.merchant_request_id,
        checkout_request_id: &push.checkout_request_id,
        result_code,
        result_desc,
    };
    ([NO_STORE], Json(body)).into_response()
}

pub(crate) const NO_STORE: (HeaderName, &str) = (header::CACHE_CONTROL, "no-store");

fn status(code: u16) -> StatusCode {
    StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
