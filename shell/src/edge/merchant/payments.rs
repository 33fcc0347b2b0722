//! One payment for its merchant: its whole story, another webhook delivery, its end.

use super::outcome::{Outcome, Refused, address, whole};
use crate::calls;
use crate::calls::payment::{PaymentCall, PaymentKnown, ToPayment};
use crate::config::Config;
use crate::platform::Env;
use crate::platform::error::{Error, Result};
use crate::platform::http::ObjectReply;
use crate::platform::log::{
    self,
    Field::{Payment, Why},
    What,
};
use crate::platform::reply;
use malipo_engine::body::Fields;
use malipo_engine::json;
use malipo_engine::master_key::Address;
use malipo_shared::api::{ApiError, ErrorCode};
use serde_json::Value;

/// The fields of a redelivery.
pub(super) const REDELIVER: &[&str] = &["sequence"];

/// `GET …/payments/{account_reference}`: `{payment, timeline, deliveries}`. None that was opened before `since_ms`.
pub(super) async fn show(env: &Env, config: &Config, reference: &str, since_ms: u64) -> Outcome {
    let address = address(config, reference)?;
    let answer = call(env, &address, PaymentCall::Show).await?;
    if answer.is_good() && since_ms > 0 {
        let shown: Value = serde_json::from_str(&answer.text).map_err(Error::from)?;
        let opened_at_ms = shown["payment"]["opened_at_ms"].as_u64();
        if opened_at_ms.is_none_or(|at_ms| at_ms < since_ms) {
            return Err(reply::no_payment().into());
        }
    }
    Ok(reply::of_object(answer))
}

/// `POST …/payments/{account_reference}/redeliver {sequence?}`.
pub(super) async fn redeliver(
    env: &Env,
    config: &Config,
    reference: &str,
    fields: &Fields,
) -> Outcome {
    let address = address(config, reference)?;
    let sequence = whole(fields, "sequence", u32::MAX.into())?;
    let what = PaymentCall::Redeliver {
        sequence: sequence.and_then(|n| u32::try_from(n).ok()),
    };
    let missing = "There is no such payment, or it has no such message to the shop.";
    act(
        env,
        &address,
        what,
        ApiError::new(ErrorCode::NotFound, missing),
    )
    .await
}

/// `POST …/payments/{account_reference}/close`.
pub(super) async fn close(env: &Env, config: &Config, reference: &str) -> Outcome {
    let address = address(config, reference)?;
    act(env, &address, PaymentCall::Close, reply::no_payment()).await
}

/// `POST …/payments/{account_reference}/forget`.
pub(super) async fn forget(env: &Env, config: &Config, reference: &str) -> Outcome {
    let address = address(config, reference)?;
    act(env, &address, PaymentCall::Forget, reply::no_payment()).await
}

/// Has the payment do something; what it is afterwards, or why it did not.
pub(super) async fn act(
    env: &Env,
    address: &Address,
    what: PaymentCall,
    missing: ApiError,
) -> Outcome {
    let answer = call(env, address, what).await?;
    if !answer.is_good() {
        return Ok(reply::of_object(answer));
    }
    let PaymentKnown { is_known } = json::read(&answer.text).map_err(Error::from)?;
    if !is_known {
        return Err(missing.into());
    }
    shown(env, address).await
}

/// What the payment answers itself.
pub(super) async fn ask(env: &Env, address: &Address, what: PaymentCall) -> Outcome {
    Ok(reply::of_object(call(env, address, what).await?))
}

/// The payment as its shop may see it.
pub(super) async fn shown(env: &Env, address: &Address) -> Outcome {
    ask(env, address, PaymentCall::Show).await
}

pub(super) async fn call(
    env: &Env,
    address: &Address,
    what: PaymentCall,
) -> Result<ObjectReply, Refused> {
    let message = ToPayment {
        address: address.to_string(),
        what,
    };
    calls::payment::call(env, &message, calls::payment::CALL_MS)
        .await
        .map_err(|why| {
            log::error(
                env.as_ref(),
                What::PaymentUnreached,
                &[Payment(address), Why(&why)],
            );
            let message = "The answer was lost. Ask again: nothing is done twice.";
            ApiError::new(ErrorCode::TimeoutError, message).into()
        })
}
