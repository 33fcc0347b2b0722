//! M-PESA's answer to a question about one receipt.

use super::{TRY_MS, Tried, accepted, not_recorded, try_thrice};
use crate::config::Config;
use crate::log::{self, Told::Receipt, What};
use crate::receipt_object;
use malipo_engine::claims::MoneyFacts;
use malipo_engine::daraja::{PaidAmount, TransactionStatusResult};
use malipo_shared::{MpesaReceipt, Payee};
use worker::{Env, Response, Result};

pub(super) async fn answer(
    env: &Env,
    config: &Config,
    receipt: &MpesaReceipt,
    body: String,
) -> Result<Response> {
    let Some(facts) = facts_of(config, receipt, &body) else {
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

/// The money, if it surely came to this shop.
fn facts_of(config: &Config, receipt: &MpesaReceipt, body: &str) -> Option<MoneyFacts> {
    let result = TransactionStatusResult::decode(body.as_bytes()).ok()?;
    let is_ours = match &config.payee {
        Payee::PayBill { shortcode } => result.proves_payment_to(shortcode),
        Payee::Till { store, till } => {
            result.proves_payment_to(till) || result.proves_payment_to(store)
        }
    };
    let Some(PaidAmount::Whole(amount_kes)) = result.amount else {
        return None;
    };
    (is_ours && result.receipt.as_ref() == Some(receipt)).then(|| MoneyFacts {
        amount_kes,
        paid_at_ms: result.paid_at_ms,
        or_paid_at_ms: None,
        payer: result.payer,
        bill_ref: String::new(),
        reference: None,
        is_trusted: true,
    })
}
