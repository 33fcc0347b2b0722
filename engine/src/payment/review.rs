//! What a person has to look at: money whose place the machine cannot prove.

use super::{Payment, Stage, Standing};
use crate::daraja::PaidAmount;

impl Payment {
    /// What the shop has to look at, one sentence each; empty when all is proven.
    pub fn reviews(&self) -> Vec<String> {
        let receipts = self.receipts.iter().filter_map(|receipt| {
            let number = receipt.number.as_ref()?;
            let kes = receipt.amount_kes;
            match receipt.standing {
                Standing::Denied => Some(format!(
                    "receipt {number} (KES {kes}) was reported for this payment, and another payment has it"
                )),
                Standing::Taken => Some(format!(
                    "receipt {number} (KES {kes}) counted here until another payment proved that it is its own"
                )),
                Standing::Unverified if !receipt.is_backed => Some(format!(
                    "receipt {number} (KES {kes}) was reported from outside Safaricom's known addresses: compare it with your statement"
                )),
                Standing::Unverified | Standing::Asked | Standing::Granted(_) => None,
            }
        });
        let typed = self.typed.iter().filter(|t| {
            t.needs_shop
                && self
                    .receipt(&t.receipt)
                    .is_none_or(|receipt| !receipt.counts())
        });
        let typed = typed.map(|t| {
            format!(
                "the customer says that receipt {} pays this order: compare it with your statement",
                t.receipt
            )
        });
        let contradicted = self.attempts.iter().filter_map(|attempt| {
            let told = match attempt.contradiction.as_ref()?.amount.as_ref()? {
                PaidAmount::Whole(kes) => kes.to_string(),
                PaidAmount::Other(text) => text.clone(),
            };
            let has_number = self
                .receipts
                .iter()
                .any(|r| r.attempt == Some(attempt.n) && r.number.is_some());
            let is_open = matches!(attempt.stage, Stage::Succeeded { .. }) && !has_number;
            is_open.then(|| {
                format!(
                    "push {} asked for KES {}, its callback told of KES {told}",
                    attempt.n, attempt.amount
                )
            })
        });
        receipts.chain(typed).chain(contradicted).collect()
    }
}
