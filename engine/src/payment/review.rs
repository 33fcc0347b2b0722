//! What a person has to look at: money whose place the machine cannot prove.

use super::{Attempt, Payment, Refund, RefundStage, Stage, Standing};
use crate::daraja::{PaidAmount, is_reversed_already};

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
                Standing::SetAside { .. } => Some(format!(
                    "M-PESA named a second receipt, {number} (KES {kes}), for push {}, which another receipt has already paid: it is not counted; look for it in your statement",
                    receipt.named_by.unwrap_or_default()
                )),
                Standing::Releasing | Standing::Released => None,
                Standing::Unverified | Standing::Asked | Standing::Granted(_) => receipt.other_kes.map(|other| format!(
                    "receipt {number} counts KES {kes}, as M-PESA's own row says, and its push asked for KES {other}"
                )),
            }
        });
        let with_cents = self.receipts.iter().filter_map(|receipt| {
            let (number, said) = (receipt.number.as_ref()?, receipt.said.as_ref()?);
            receipt.counts().then(|| {
                format!(
                    "receipt {number}: M-PESA says KES {said}, and KES {} of it count here: the rest is for you to settle with the customer",
                    receipt.amount_kes
                )
            })
        });
        let unread = self
            .attempts
            .iter()
            .filter_map(|attempt| self.review_of_unread(attempt));
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
            let told = paid_text(attempt.contradiction.as_ref()?.amount.as_ref()?);
            self.lacks_number(attempt).then(|| {
                format!(
                    "push {} asked for KES {}, its callback told of KES {told}",
                    attempt.n, attempt.amount
                )
            })
        });
        let doubted = self.attempts.iter().filter_map(|a| self.doubted(a));
        let refunds = self.refunds.iter().filter_map(|r| self.review_of(r));
        receipts
            .chain(with_cents)
            .chain(unread)
            .chain(typed)
            .chain(contradicted)
            .chain(doubted)
            .chain(refunds)
            .chain(self.review_of_release())
            .collect()
    }

    /// It was paid, and no number is known of that.
    fn lacks_number(&self, attempt: &Attempt) -> bool {
        let has_number = self
            .receipts
            .iter()
            .any(|r| r.attempt == Some(attempt.n) && r.number.is_some());
        matches!(attempt.stage, Stage::Succeeded { .. }) && !has_number
    }

    /// A callback of success that was not believed names money that its push did not bring, once it is known what became of that.
    fn doubted(&self, attempt: &Attempt) -> Option<String> {
        let contradiction = attempt.contradiction.as_ref()?;
        let number = contradiction.receipt.as_ref()?;
        if contradiction.amount.is_some() && self.lacks_number(attempt) {
            return None; // said already
        }
        if !contradiction.is_for_person || attempt.is_in_flight() {
            return None;
        }
        let n = attempt.n;
        let known = self.receipt(number);
        if let Some(own) = known.filter(|r| r.attempt == Some(n)) {
            let told = paid_text(contradiction.amount.as_ref()?);
            // M-PESA's own row is the last word on it.
            return (!own.is_shown).then(|| {
                let kes = own.amount_kes;
                format!("receipt {number} counts KES {kes}, and a callback of push {n} told of KES {told}: compare it with your statement")
            });
        }
        let is_told = known.is_some_and(|r| r.named_by.is_none() || !r.is_ours());
        (!is_told).then(|| {
            format!("a callback of push {n} names receipt {number} and was not believed: compare it with your statement")
        })
    }

    fn review_of(&self, refund: &Refund) -> Option<String> {
        let Refund {
            n, receipt, amount, ..
        } = refund;
        let refunded = || format!("refund {n} of receipt {receipt} (KES {amount})");
        let counts = || self.receipt(receipt).is_some_and(|known| known.counts());
        if refund.is_unread && refund.is_live() {
            return Some(format!(
                "{}: what M-PESA sent about it cannot be read and is kept sealed; look at your statement",
                refunded()
            ));
        }
        match (&refund.stage, &refund.other_amount) {
            (RefundStage::Unknown { detail }, _) => Some(format!(
                "{}: nobody knows whether it went back ({detail}); it is never sent again: look at your statement and say what became of it",
                refunded()
            )),
            (RefundStage::Refunded { .. }, Some(PaidAmount::Whole(kes))) => Some(format!(
                "{}: M-PESA says that KES {kes} went back",
                refunded()
            )),
            (RefundStage::Refunded { .. }, Some(PaidAmount::Other(text))) => Some(format!(
                "{}: M-PESA says that `{text}` went back",
                refunded()
            )),
            (RefundStage::Refunded { .. }, None) if !counts() => Some(format!(
                "{} went back, and the receipt does not count here any more",
                refunded()
            )),
            (
                RefundStage::Failed {
                    code: Some(code), ..
                },
                _,
            ) if is_reversed_already(code) => {
                let is_known = self
                    .refunds_of(receipt)
                    .any(|other| other.returned_kes() > 0);
                (!is_known).then(|| {
                    format!("receipt {receipt}: M-PESA says that its money went back before, and no refund here did that: compare it with your statement")
                })
            }
            (
                RefundStage::Requested
                | RefundStage::Leaving { .. }
                | RefundStage::Accepted
                | RefundStage::Refunded { .. }
                | RefundStage::Failed { .. },
                _,
            ) => None,
        }
    }
}

/// An amount as it was told.
fn paid_text(amount: &PaidAmount) -> String {
    match amount {
        PaidAmount::Whole(kes) => kes.to_string(),
        PaidAmount::Other(text) => text.clone(),
    }
}
