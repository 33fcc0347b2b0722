//! Questions by Transaction Status, about a receipt and for a reversal. The answer proper comes to a hook.

use super::callback_url::callback_url;
use super::post::{QUERY_MS, post};
use super::tokens::with_token;
use crate::config::Config;
use crate::platform::Env;
use malipo_engine::daraja::{TransactionStatus, Unanswered, decode_status_ack};
use malipo_shared::MpesaReceipt;

/// Asks M-PESA what became of a receipt. The answer proper comes to a hook of its own.
///
/// # Errors
/// What was said instead of taking the question; asking again does no harm.
pub(crate) async fn ask_receipt(
    env: &Env,
    config: &Config,
    receipt: &MpesaReceipt,
) -> Result<(), String> {
    let initiator = config.c2b.initiator.as_ref().ok_or("no initiator")?;
    let path = config
        .master_key
        .result_path(config.env.as_str(), &config.link, receipt);
    let url = callback_url(config, &path).ok_or("Daraja refuses our address")?;
    let question = TransactionStatus {
        initiator: &initiator.name,
        security_credential: &initiator.security_credential,
        receipt,
        party: config.payee.number(),
        result_url: &url,
        timeout_url: &url,
    }
    .encode();
    ask_status(env, config, question).await
}

/// Asks by Transaction Status.
pub(super) async fn ask_status(env: &Env, config: &Config, question: String) -> Result<(), String> {
    let path = "/mpesa/transactionstatus/v1/query";
    let ask = async |token: &_| post(env, config, token, path, question.clone(), QUERY_MS).await;
    let asked = with_token(env, config, ask, decode_status_ack).await;
    asked.map_err(Unanswered::said)
}
