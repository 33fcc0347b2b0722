//! Why a payment does not do what is asked: the engine's refusals as errors of the API.

use crate::platform::reply;
use malipo_engine::order::{Order, Origin};
use malipo_engine::payment::{Denied, OrderDenied, PushDenied, RefundDenied};
use malipo_shared::api::{ApiError, ErrorCode};

/// Nobody pays a price that was not shown.
pub(super) fn price_changed(order: &Order) -> ApiError {
    let message = format!(
        "The price is KES {} now. Show it to the customer before asking again.",
        order.amount
    );
    ApiError {
        due_kes: Some(order.amount.shillings()),
        ..ApiError::at(ErrorCode::PriceChanged, "expect_kes", message)
    }
}

pub(super) fn order_denied(denied: OrderDenied, order: &Order) -> ApiError {
    let is_created = matches!(order.origin, Origin::Server { .. });
    let (code, message) = match denied {
        OrderDenied::Collision => (
            ErrorCode::ReferenceCollision,
            "Another order has the same account reference. The shop has to choose another.",
        ),
        OrderDenied::Paid => (
            ErrorCode::ReferencePaid,
            "This reference was paid with another amount. A reference names one bill for ever.",
        ),
        OrderDenied::Changed if is_created => (
            ErrorCode::OrderChanged,
            "This reference has a payment of another amount. Close that first, or choose another reference.",
        ),
        OrderDenied::Changed => (
            ErrorCode::OrderChanged,
            "The amount of this order cannot change now. Reload the shop's page.",
        ),
    };
    let param = if is_created { "reference" } else { "order" };
    ApiError::at(code, param, message)
}

pub(super) fn key_reused() -> ApiError {
    ApiError::at(
        ErrorCode::KeyReused,
        "key",
        "This key was used for another request. Make a new one.",
    )
}

pub(super) fn push_not_allowed(denied: PushDenied) -> ApiError {
    let message = match denied.why {
        Denied::NotOpened => return reply::no_payment(),
        Denied::Paid => "This is paid already.",
        Denied::Expired => return reply::order_expired(),
        Denied::NotYet if denied.retry_at_ms.is_some() => {
            "M-PESA asks for a pause before the next request."
        }
        Denied::NotYet => {
            "A request may still be on the phone. Please do not pay again; the answer will come."
        }
        Denied::Pointless => "Trying again cannot help. Please contact the shop.",
        Denied::TooManyAttempts => {
            "Too many requests were sent for this order. Pay by hand, or contact the shop."
        }
        Denied::TooManyPhones => {
            "Too many numbers were tried for this order. Use one of them, pay by hand, or contact the shop."
        }
    };
    let param = (denied.why == Denied::TooManyPhones).then(|| "phone".to_owned());
    ApiError {
        param,
        retry_at_ms: denied.retry_at_ms,
        ..ApiError::new(ErrorCode::PushNotAllowed, message)
    }
}

/// The shop is paid at another number now.
pub(super) fn payee_changed() -> ApiError {
    ApiError::new(
        ErrorCode::PushNotAllowed,
        "This shop is paid at another M-PESA number now. Start again on the shop's page, or contact the shop.",
    )
}

pub(super) fn no_initiator() -> ApiError {
    refund_not_allowed(
        "Refunds need DARAJA_INITIATOR and DARAJA_SECURITY_CREDENTIAL. Nothing was sent.",
    )
}

pub(super) fn refund_not_allowed(message: &str) -> ApiError {
    ApiError::new(ErrorCode::RefundNotAllowed, message)
}

pub(super) fn refund_denied(denied: RefundDenied) -> ApiError {
    let at = |param, message| ApiError::at(ErrorCode::RefundNotAllowed, param, message);
    match denied {
        RefundDenied::KeyReused => ApiError::at(
            ErrorCode::KeyReused,
            "Idempotency-Key",
            "This key was used for another refund. Make a new one.",
        ),
        RefundDenied::NoSuchReceipt => ApiError::at(
            ErrorCode::NotFound,
            "receipt",
            "This payment has no such receipt.",
        ),
        RefundDenied::NotOurs => at(
            "receipt",
            "This receipt does not count for this payment, or it is not settled yet whose it is.",
        ),
        RefundDenied::UnderWay => at(
            "receipt",
            "A refund of this receipt is under way, or nobody knows what became of one. It is never sent again by itself.",
        ),
        RefundDenied::NotYet => refund_not_allowed(
            "Another refund of this payment is just leaving. Ask again in a minute.",
        ),
        RefundDenied::NothingLeft => at("receipt", "All of this receipt's money has gone back."),
        RefundDenied::TooMuch => at(
            "amount_kes",
            "That is more than what is left of this receipt.",
        ),
        RefundDenied::Partial => at(
            "amount_kes",
            "Only the whole receipt can be given back: ALLOW_PARTIAL_REFUNDS is off.",
        ),
        RefundDenied::TooMany => {
            refund_not_allowed("Too many refunds of this payment were asked for.")
        }
    }
}
