//! Calls of a `SubscriberObject` (a handset's) and a `QuotaObject` (a client address's): whether a push may leave, across payments,
//! and how it ended.

use crate::config::Config;
use crate::platform::Env;
use crate::platform::class::Class;
use crate::platform::log::{
    self,
    Field::{Payment, Why},
    What,
};
use crate::platform::object;
use malipo_engine::daraja::Refusal;
use malipo_engine::quota;
use malipo_engine::subscriber::{self, Answer, Ask, End, How, Prompt};
use malipo_shared::{Msisdn, Reason};
use serde::{Deserialize, Serialize};

/// An object that has not answered by then is not waited for.
const CALL_MS: u64 = 2_000;
/// After the handset's object could not be asked.
const UNREACHED_WAIT_SECS: u32 = 5;

/// To a `SubscriberObject`.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum ToSubscriber {
    /// May this push leave? Answered with a `subscriber::Answer`.
    Ask(subscriber::Ask),
    /// A push ended.
    Hear(subscriber::End),
}

/// To a `QuotaObject`.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum ToQuota {
    /// May this push leave? Answered with a `quota::Answer`.
    Ask { payment: String, attempt: u32 },
    /// Its prompt was answered, or never rang.
    Answered { payment: String, attempt: u32 },
}

/// Asks for the handset, and for unsigned orders for the address's quota, named `quota`: whether that has to be told how the push ends.
///
/// # Errors
/// Why the push must not leave. It has not been sent, and holds neither handset nor quota.
pub(crate) async fn ask(
    env: &Env,
    config: &Config,
    msisdn: &Msisdn,
    quota: Option<&str>,
    ask: &Ask,
) -> Result<bool, Refusal> {
    let mut is_told = false;
    let quota = quota.filter(|_| !ask.is_signed);
    if let Some(name) = quota {
        let message = ToQuota::Ask {
            payment: ask.prompt.payment.clone(),
            attempt: ask.prompt.attempt,
        };
        match object::call(env, Class::Quota, name, &message, CALL_MS).await {
            Ok(quota::Answer::Granted { is_told: wants }) => is_told = wants,
            Ok(quota::Answer::Wait { until_ms }) => {
                return Err(not_before(
                    env,
                    until_ms,
                    Reason::TooManyPrompts,
                    "its address left too many prompts unanswered in an hour",
                ));
            }
            // Open: a quota that cannot be asked must not stop a shop's sales.
            Err(why) => {
                // It may have counted it.
                is_told = true;
                let payment = Payment(&ask.prompt.payment);
                log::error(env.as_ref(), What::QuotaUnreached, &[payment, Why(&why)]);
            }
        }
    }
    let name = config
        .master_key
        .subscriber_name(config.env.as_str(), msisdn);
    let message = ToSubscriber::Ask(ask.clone());
    let refusal = match object::call(env, Class::Subscriber, &name, &message, CALL_MS).await {
        Ok(Answer::Granted) => return Ok(is_told),
        Ok(Answer::Wait { until_ms, why }) => not_before(
            env,
            until_ms,
            why.reason(),
            "its handset may not be prompted now, across payments",
        ),
        // Closed: two prompts must not meet on one handset.
        Err(why) => {
            let payment = Payment(&ask.prompt.payment);
            log::error(env.as_ref(), What::HandsetUnreached, &[payment, Why(&why)]);
            Refusal {
                wait_secs: Some(UNREACHED_WAIT_SECS),
                ..refusal(Reason::SystemBusy, "its handset's object did not answer")
            }
        }
    };
    // It may have granted what was not heard.
    let end = End {
        prompt: ask.prompt.clone(),
        how: How::NotSent,
        at_ms: env.now_ms(),
    };
    release(env, config, msisdn, quota, &end).await;
    Err(refusal)
}

/// Tells how a push ended. What is not heard only costs time: lease and quota end by themselves.
pub(crate) async fn release(
    env: &Env,
    config: &Config,
    msisdn: &Msisdn,
    quota: Option<&str>,
    end: &End,
) {
    let name = config
        .master_key
        .subscriber_name(config.env.as_str(), msisdn);
    let message = ToSubscriber::Hear(end.clone());
    if let Err(why) = object::call::<()>(env, Class::Subscriber, &name, &message, CALL_MS).await {
        let payment = Payment(&end.prompt.payment);
        log::error(env.as_ref(), What::HandsetUnreached, &[payment, Why(&why)]);
    }
    let Prompt {
        payment, attempt, ..
    } = &end.prompt;
    let is_answered = !matches!(end.how, How::Unanswered { .. });
    if let Some(name) = quota.filter(|_| is_answered) {
        let message = ToQuota::Answered {
            payment: payment.clone(),
            attempt: *attempt,
        };
        if let Err(why) = object::call::<()>(env, Class::Quota, name, &message, CALL_MS).await {
            log::error(
                env.as_ref(),
                What::QuotaUnreached,
                &[Payment(payment), Why(&why)],
            );
        }
    }
}

fn not_before(env: &Env, until_ms: u64, reason: Reason, detail: &str) -> Refusal {
    let wait_ms = until_ms.saturating_sub(env.now_ms());
    Refusal {
        wait_secs: Some(u32::try_from(wait_ms.div_ceil(1000)).unwrap_or(u32::MAX)),
        ..refusal(reason, detail)
    }
}

fn refusal(reason: Reason, detail: &str) -> Refusal {
    Refusal {
        reason,
        wait_secs: None,
        is_proven: true,
        detail: format!("it never left: {detail}"),
    }
}
