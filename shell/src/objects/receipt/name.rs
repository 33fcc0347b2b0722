//! Finding the payment by the shop's own name of it, where that was typed as account number. The ledger proposes; the payment
//! itself compares.

use super::inner::Inner;
use super::tell::CALL_MS;
use crate::calls;
use crate::calls::payment::{PaymentCall, PaymentKnown, ToPayment};
use crate::config::Deployment;
use crate::ledger;
use crate::platform::error::{Error, Result};
use malipo_engine::claims::{MoneyFacts, ReceiptRecord};
use malipo_engine::json;
use malipo_engine::payment::Rank;
use malipo_shared::MpesaReceipt;

impl Inner {
    /// Looks once; false while it is to be looked for again.
    pub(super) async fn seek_by_name(
        &self,
        deployment: &Deployment,
        receipt: &MpesaReceipt,
    ) -> Result<bool> {
        let record = self.record()?.unwrap_or_default();
        let Some(((reading, facts), link)) = record.seeks_name().zip(record.link.as_ref()) else {
            return Ok(true);
        };
        if record.is_first_look() {
            self.change(receipt, None, ReceiptRecord::looked)?;
            return Ok(false);
        }
        let env_word = deployment.env.as_str();
        let named = ledger::named(&self.env, env_word, link, &reading).await?;
        let is_over = match named.as_slice() {
            [] => false,
            [one] => {
                let address = format!("{env_word}:{link}:{one}");
                self.propose(receipt, address, reading, facts).await?
            }
            // Which of them is meant is for a person to say.
            _ => true,
        };
        self.change(receipt, None, |record| match is_over {
            true => record.looked_enough(),
            false => record.looked(),
        })?;
        let is_left = self.record()?.is_some_and(|now| now.seeks_name().is_some());
        Ok(!is_left)
    }

    /// Whether the payment is called so, and has taken it down.
    async fn propose(
        &self,
        receipt: &MpesaReceipt,
        address: String,
        reading: String,
        facts: &MoneyFacts,
    ) -> Result<bool> {
        let Some(amount_kes) = facts.amount.whole_kes() else {
            return Ok(false);
        };
        let what = PaymentCall::Offer {
            receipt: receipt.clone(),
            amount_kes,
            said: facts.amount.said_otherwise(),
            reading: Some(reading),
            paid_at_ms: facts.paid_at_ms,
            or_paid_at_ms: facts.or_paid_at_ms,
            rank: Rank::Name,
            is_trusted: facts.is_trusted,
        };
        let message = ToPayment { address, what };
        let answer = calls::payment::call(&self.env, &message, CALL_MS).await?;
        if !answer.is_good() {
            return Err(Error::new("the payment refused"));
        }
        let known: PaymentKnown = json::read(&answer.text)?;
        Ok(known.is_known)
    }
}
