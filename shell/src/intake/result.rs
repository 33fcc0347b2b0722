//! The result of a Transaction Status question about one receipt.

use super::ack::{accepted, not_recorded};
use super::unread;
use crate::config::Config;
use crate::platform::Env;
use crate::platform::error::Result;
use crate::platform::http::Reply;
use crate::platform::log::{self, Field::Receipt, What};
use malipo_engine::claims::MoneyFacts;
use malipo_engine::daraja::TransactionStatusResult;
use malipo_shared::MpesaReceipt;

pub(super) async fn answer(
    env: &Env,
    config: &Config,
    receipt: &MpesaReceipt,
    body: String,
) -> Result<Reply> {
    let facts = match TransactionStatusResult::decode(body.as_bytes()) {
        Ok(told) => MoneyFacts::of_status(told, &config.payee, receipt),
        // It may be the proof: it is kept with the receipt, which is listed if nothing else is known of it.
        Err(_) => {
            log::error(env.as_ref(), What::CallbackUnreadable, &[Receipt(receipt)]);
            Some(MoneyFacts::unread(true))
        }
    };
    let Some(facts) = facts else {
        log::warn(env.as_ref(), What::ReceiptUnproven, &[Receipt(&receipt)]);
        return accepted();
    };
    if unread::show(env, config, &config.link, receipt.clone(), facts, body).await {
        accepted()
    } else {
        not_recorded()
    }
}
