//! What a customer asks of a payment, as calls of its object: the widget's API and the plain pages share them.

use super::price::priced;
use crate::calls;
use crate::calls::payment::{PaymentCall, ToPayment};
use crate::config::Config;
use crate::platform::Env;
use crate::platform::error::Result;
use crate::platform::http::ObjectReply;
use crate::platform::log::{
    self,
    Field::{Payment, Why},
    What,
};
use crate::platform::{self, reply};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use malipo_engine::master_key::Address;
use malipo_engine::payment::Ask;
use malipo_shared::api::{ApiError, AskPush, ErrorCode, OpenPayment};
use malipo_shared::{IdempotencyKey, MpesaReceipt, Msisdn};

/// Which payment is asked for what.
pub(crate) type Call = core::result::Result<(Address, PaymentCall), ApiError>;

/// Opens a payment or finds it; `quota` is the client address's.
pub(crate) fn opening(env: &Env, config: &Config, ask: OpenPayment, quota: Option<String>) -> Call {
    let phone = ask.phone.as_deref().map(msisdn).transpose()?;
    let (order, reference, expires_at_ms) = priced(env, config, &ask)?;
    let address = config.address(reference);
    // What the browser asked for, whatever the spacing of its JSON.
    let meant = serde_json::to_vec(&ask).map_err(|_| reply::internal())?;
    let what = PaymentCall::Open {
        order,
        ask: Ask::new(ask.key, &meant),
        phone,
        expect_kes: ask.expect_kes,
        expires_at_ms,
        wait_ms: 0,
        quota,
    };
    Ok((address, what))
}

/// Records a receipt that the customer typed.
pub(crate) fn typing(address: Address, typed: &str) -> Call {
    let receipt = MpesaReceipt::from_typed(typed).map_err(|_| {
        let message =
            "Type the receipt as in M-PESA's SMS: letters and digits, for example QAB1CD2EF3.";
        ApiError::at(ErrorCode::ValidationError, "receipt", message)
    })?;
    Ok((address, PaymentCall::Type { receipt }))
}

/// Makes another push; `quota` is the client address's.
pub(crate) fn pushing(address: Address, ask: AskPush, quota: Option<String>) -> Call {
    let phone = ask.phone.as_deref().map(msisdn).transpose()?;
    let meant = serde_json::to_vec(&ask).map_err(|_| reply::internal())?;
    let key: IdempotencyKey = ask.key;
    Ok((
        address,
        PaymentCall::Push {
            ask: Ask::new(key, &meant),
            phone,
            not_charged: ask.not_charged,
            wait_ms: 0,
            quota,
        },
    ))
}

fn msisdn(text: &str) -> core::result::Result<Msisdn, ApiError> {
    Msisdn::parse(text)
        .map_err(|why| ApiError::at(ErrorCode::InvalidMsisdn, "phone", why.to_string()))
}

/// A key that nobody else has.
pub(crate) fn fresh_key(env: &Env) -> core::result::Result<IdempotencyKey, ApiError> {
    let random = platform::random::<18>(env.as_ref()).ok_or_else(reply::internal)?;
    IdempotencyKey::parse(&URL_SAFE_NO_PAD.encode(random)).map_err(|_| reply::internal())
}

/// The payment's own answer, for the customer's browser.
pub(crate) async fn call(env: &Env, address: &Address, what: PaymentCall) -> Result<ObjectReply> {
    let held_ms = if let PaymentCall::Read { wait_ms, .. }
    | PaymentCall::Open { wait_ms, .. }
    | PaymentCall::Push { wait_ms, .. } = &what
    {
        *wait_ms
    } else {
        0
    };
    let limit_ms = held_ms + calls::payment::CALL_MS;
    let message = ToPayment {
        address: address.to_string(),
        what,
    };
    match calls::payment::call(env, &message, limit_ms).await {
        Ok(said) => Ok(said),
        Err(why) => {
            log::error(
                env.as_ref(),
                What::PaymentUnreached,
                &[Payment(address), Why(&why)],
            );
            let message =
                "The answer was lost. Ask again with the same key: nothing is sent twice.";
            ObjectReply::error(ApiError::new(ErrorCode::TimeoutError, message))
        }
    }
}
