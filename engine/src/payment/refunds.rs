//! The payment's refunds: which may be asked for, which may leave, and what M-PESA and people say of them.

use super::refund::NEVER_LEFT;
use super::{
    Event, Payment, Receipt, Refund, RefundAsk, RefundDenied, RefundStage, RefundTaken, Standing,
    rules,
};
use crate::daraja::{PaidAmount, ReceiptStatus, TransactionStatusResult};
use malipo_shared::{Kes, MpesaReceipt, Payee};

impl Payment {
    /// The refunds, oldest first; the first has the number 1.
    pub fn refunds(&self) -> &[Refund] {
        &self.refunds
    }

    /// One refund by its number.
    pub fn refund(&self, n: u32) -> Option<&Refund> {
        self.refunds.get(usize::try_from(n).ok()?.checked_sub(1)?)
    }

    /// What went back, in whole shillings.
    pub fn refunded_kes(&self) -> u32 {
        self.refunds
            .iter()
            .map(Refund::returned_kes)
            .fold(0, u32::saturating_add)
    }

    /// The event that reserves a refund, before anything leaves. `may_be_partial`: whether the shop's account has been
    /// proven to take reversals of a part.
    ///
    /// # Errors
    /// [`RefundDenied`]: nothing is reserved, and nothing may leave.
    pub fn request_refund(
        &self,
        asked: RefundAsk,
        may_be_partial: bool,
    ) -> Result<RefundTaken, RefundDenied> {
        if let Some(known) = self.refunds.iter().find(|r| r.ask.key == asked.ask.key) {
            return if known.ask == asked.ask {
                Ok(RefundTaken::Same(known.n))
            } else {
                Err(RefundDenied::KeyReused)
            };
        }
        let receipt = self.receipt(&asked.receipt);
        let receipt = receipt.ok_or(RefundDenied::NoSuchReceipt)?;
        if !is_refundable(receipt) {
            return Err(RefundDenied::NotOurs);
        }
        if self.refunds_of(&asked.receipt).any(Refund::is_live) {
            return Err(RefundDenied::UnderWay);
        }
        if self.refunds.iter().any(Refund::is_leaving) {
            return Err(RefundDenied::NotYet);
        }
        if self.refunds.len() >= rules::REFUNDS_MAX {
            return Err(RefundDenied::TooMany);
        }
        let left_kes = self.left_kes(receipt);
        let amount_kes = asked.amount_kes.unwrap_or(left_kes);
        match () {
            () if left_kes == 0 => return Err(RefundDenied::NothingLeft),
            () if amount_kes > left_kes => return Err(RefundDenied::TooMuch),
            () if amount_kes < receipt.amount_kes && !may_be_partial => {
                return Err(RefundDenied::Partial);
            }
            () => {}
        }
        let amount = Kes::new(u64::from(amount_kes)).map_err(|_| RefundDenied::TooMuch)?;
        Ok(RefundTaken::New(Event::RefundRequested {
            refund: u32::try_from(self.refunds.len() + 1).unwrap_or(u32::MAX),
            receipt: asked.receipt,
            amount,
            reason: asked.reason,
            ask: asked.ask,
        }))
    }

    /// Whether refund `n` may leave now: it was requested, nobody has given it up, and the receipt is still this payment's.
    pub fn may_refund_leave(&self, n: u32) -> bool {
        self.refund(n).is_some_and(|refund| {
            let is_ours = self.receipt(&refund.receipt).is_some_and(is_refundable);
            refund.is_leaving() && is_ours
        })
    }

    /// Whether a person may say what became of refund `n`: M-PESA has not. That it did not go back may be said only once it
    /// cannot be waiting in a queue of M-PESA's any more: it frees the money.
    pub fn may_judge_refund(&self, n: u32, is_refunded: bool, now_ms: u64) -> bool {
        self.refund(n).is_some_and(|refund| {
            let is_unknown = matches!(refund.stage, RefundStage::Unknown { .. });
            let sent_at_ms = refund.sent_at_ms.unwrap_or(refund.requested_at_ms);
            is_unknown && (is_refunded || now_ms >= sent_at_ms + rules::REFUND_JUDGED_AFTER_MS)
        })
    }

    /// What a restart means for a refund that was under way. Before it left nothing was sent, for certain; it has failed and
    /// is not sent by itself: the shop has seen no answer, or one of long ago, and asks anew if it still wants it. After, its
    /// fate is unknown.
    pub fn refund_after_restart(&self) -> Option<Event> {
        self.refunds.iter().find_map(|refund| match refund.stage {
            RefundStage::Requested => Some(Event::RefundRefused {
                refund: refund.n,
                detail: NEVER_LEFT.to_owned(),
            }),
            RefundStage::Leaving { .. } => Some(Event::RefundLost {
                refund: refund.n,
                why: "restarted while it was on its way".to_owned(),
            }),
            RefundStage::Accepted
            | RefundStage::Refunded { .. }
            | RefundStage::Failed { .. }
            | RefundStage::Unknown { .. } => None,
        })
    }

    /// What an answer to a question about refund `n` proves: that it went back, or nothing. Completed must be another receipt
    /// than the refunded one, of its amount, and paid by the shop: else it could be the customer's own payment.
    pub fn see_refund(&self, n: u32, answer: &TransactionStatusResult) -> Option<Event> {
        let refund = self.refund(n)?;
        let reversal = answer
            .receipt
            .clone()
            .filter(|number| *number != refund.receipt)?;
        let payer = answer.debit_party.as_ref()?;
        let is_ours = match &self.opened()?.payee {
            Payee::PayBill { shortcode } => payer == shortcode,
            Payee::Till { store, till } => payer == till || payer == store,
        };
        let amount_kes = refund.amount.shillings();
        let is_same = answer.amount == Some(PaidAmount::Whole(amount_kes));
        let is_completed = answer.status == ReceiptStatus::Completed;
        (is_completed && is_ours && is_same).then_some(Event::RefundSeen {
            refund: n,
            reversal,
            amount_kes,
        })
    }

    /// What is left of a receipt: its amount less what went back of it, and less what may.
    pub(super) fn left_kes(&self, receipt: &Receipt) -> u32 {
        let Some(number) = &receipt.number else {
            return receipt.amount_kes;
        };
        self.refunds_of(number)
            .fold(receipt.amount_kes, |left, refund| {
                left.saturating_sub(refund.spent_kes())
            })
    }

    /// What this receipt brought, less what went back of it.
    pub(super) fn kept_kes(&self, receipt: &Receipt) -> u32 {
        let Some(number) = &receipt.number else {
            return receipt.amount_kes;
        };
        let refunds = self.refunds_of(number);
        refunds.fold(receipt.amount_kes, |kept, refund| {
            kept.saturating_sub(refund.returned_kes())
        })
    }

    /// A refund is under way, or nobody knows what became of one: what is here may go back.
    pub(super) fn has_live_refund(&self) -> bool {
        self.refunds.iter().any(Refund::is_live)
    }

    pub(super) fn refunds_of(&self, receipt: &MpesaReceipt) -> impl Iterator<Item = &Refund> {
        self.refunds
            .iter()
            .filter(move |refund| refund.receipt == *receipt)
    }

    #[allow(clippy::wildcard_enum_match_arm)] // `fold_in` names each event that is about no refund
    pub(super) fn fold_refund(&mut self, event: &Event, at_ms: u64) {
        match event {
            Event::RefundRequested {
                refund,
                receipt,
                amount,
                reason,
                ask,
            } if *refund as usize == self.refunds.len() + 1 => self.refunds.push(Refund {
                n: *refund,
                receipt: receipt.clone(),
                amount: *amount,
                ask: ask.clone(),
                reason: reason.clone(),
                requested_at_ms: at_ms,
                sent_at_ms: None,
                ended_at_ms: None,
                conversation: None,
                reversal: None,
                other_amount: None,
                stage: RefundStage::Requested,
                is_unread: false,
                is_timed_out: false,
                asks: 0,
            }),
            Event::RefundRequested { .. } => {}
            Event::RefundLeaving { refund, .. }
            | Event::RefundAccepted { refund, .. }
            | Event::RefundRefused { refund, .. }
            | Event::RefundLost { refund, .. }
            | Event::RefundTimedOut { refund }
            | Event::RefundResult { refund, .. }
            | Event::RefundUnread { refund }
            | Event::RefundAsked { refund }
            | Event::RefundSeen { refund, .. }
            | Event::RefundJudged { refund, .. } => {
                let held = self.held;
                let index = (*refund as usize).wrapping_sub(1);
                if let Some(refund) = self.refunds.get_mut(index) {
                    refund.hear(event, at_ms, &held);
                }
            }
            _ => {}
        }
    }
}

/// Only what M-PESA has numbered, what counts, and what is granted to this payment can be given back.
fn is_refundable(receipt: &Receipt) -> bool {
    receipt.number.is_some() && matches!(receipt.standing, Standing::Granted(_))
}
