//! M-PESA's answer to a question about one receipt.

use super::{TRY_MS, Tried, accepted, not_recorded, try_thrice};
use crate::config::Config;
use crate::log::{self, Told::Receipt, What};
use crate::receipt_object;
use malipo_engine::claims::MoneyFacts;
use malipo_engine::daraja::TransactionStatusResult;
use malipo_shared::MpesaReceipt;
use worker::{Env, Response, Result};

pub(super) async fn answer(
    env: &Env,
    config: &Config,
    receipt: &MpesaReceipt,
    body: String,
) -> Result<Response> {
    let facts = match TransactionStatusResult::decode(body.as_bytes()) {
        Ok(told) => MoneyFacts::of_status(told, &config.payee, receipt),
        // It may be the proof: it is kept with the receipt, which is listed if nothing else is known of it.
        Err(_) => {
            log::error(What::CallbackUnreadable, &[Receipt(receipt)]);
            Some(MoneyFacts::unread(true))
        }
    };
    let Some(facts) = facts else {
        log::warn(What::ReceiptUnproven, &[Receipt(&receipt)]);
        return accepted();
    };
    let tried = try_thrice(|| async {
        let (facts, body) = (facts.clone(), body.clone());
        match receipt_object::show(env, config, receipt, facts, body, TRY_MS).await {
            Ok(()) => Tried::Written,
            Err(why) => Tried::Failed(why.to_string()),
        }
    })
    .await;
    match tried {
        Tried::Written | Tried::Unwanted => accepted(),
        // It can be asked again, so no inbox.
        Tried::Failed(_) => not_recorded(),
    }
}
