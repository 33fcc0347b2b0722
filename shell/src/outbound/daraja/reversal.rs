//! Reversals for refunds: sending one, and asking what became of it.

use super::callback_url::callback_url;
use super::post::{PUSH_MS, post};
use super::receipt::ask_status;
use crate::calls::daraja::HeldToken;
use crate::config::Config;
use crate::platform::Env;
use malipo_engine::daraja::{Reversal, ReversalAck, ReversalQuestion, decode_reversal_ack};
use malipo_engine::master_key::RefundTarget;
use malipo_shared::Payee;

/// Sends a reversal, once. What cannot be told apart from a taken one is unknown.
pub(crate) async fn reverse(
    env: &Env,
    config: &Config,
    token: &HeldToken,
    reversal: &Reversal<'_>,
) -> ReversalAck {
    let path = "/mpesa/reversal/v1/request";
    match post(env, config, token, path, reversal.encode(), PUSH_MS).await {
        Ok(answer) => decode_reversal_ack(answer.status, &answer.body),
        Err(why) => ReversalAck::Unknown(why),
    }
}

/// Asks what became of a reversal that M-PESA took. The answer proper comes to a hook of its own.
///
/// # Errors
/// What was said instead of taking the question; asking again does no harm.
pub(crate) async fn ask_reversal(
    env: &Env,
    config: &Config,
    payee: &Payee,
    conversation: &str,
    answer_to: &RefundTarget,
) -> Result<(), String> {
    let initiator = config.c2b.initiator.as_ref().ok_or("no initiator")?;
    let path = config.master_key.refund_path(answer_to);
    let url = callback_url(config, &path).ok_or("Daraja refuses our address")?;
    let question = ReversalQuestion {
        initiator: &initiator.name,
        security_credential: &initiator.security_credential,
        conversation,
        party: payee.number(),
        result_url: &url,
    }
    .encode();
    ask_status(env, config, question).await
}
