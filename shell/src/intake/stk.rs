//! The callback of one push; and recording for a payment what M-PESA posted about it.

use super::ack::{accepted, not_recorded};
use super::three_tries::{TRY_MS, Tried, try_thrice};
use super::{inbox, unread};
use crate::calls;
use crate::calls::payment::{PaymentCall, ToPayment};
use crate::config::Deployment;
use crate::platform::Env;
use crate::platform::error::Result;
use crate::platform::http::Reply;
use malipo_engine::master_key::{Address, CallbackTarget};

pub(super) async fn answer(
    env: &Env,
    deployment: &Deployment,
    target: CallbackTarget,
    body: String,
) -> Result<Reply> {
    let attempt = target.attempt;
    let what = PaymentCall::Callback { attempt, body };
    tell(env, deployment, &target.address, what).await
}

/// Has the payment take down what came; what it cannot take now waits in the inbox.
pub(super) async fn tell(
    env: &Env,
    deployment: &Deployment,
    whom: &Address,
    what: PaymentCall,
) -> Result<Reply> {
    let address = whom.to_string();
    let message = ToPayment { address, what };
    let tried = try_thrice(env, || async {
        match calls::payment::call(env, &message, TRY_MS).await {
            Ok(response) if response.status == 200 => Tried::Written,
            // The object does not know the attempt, or the refund.
            Ok(response) if response.status == 404 => Tried::Unwanted,
            Ok(response) => Tried::Failed(format!("status {}", response.status)),
            Err(why) => Tried::Failed(why.to_string()),
        }
    })
    .await;
    match tried {
        Tried::Written => accepted(),
        Tried::Unwanted => {
            match unread::keep_unwanted(env, deployment, &whom.link, message.what).await {
                true => accepted(),
                false => not_recorded(),
            }
        }
        Tried::Failed(_) => {
            let to = inbox::To {
                kind: inbox::Kind::Payment,
                link: &whom.link,
                name: &message.address,
            };
            if inbox::put(env, deployment, &to, &message).await {
                accepted()
            } else {
                not_recorded()
            }
        }
    }
}
