//! What the shop may know of a payment: the one conversion from its state to webhooks and the ledger.

use super::{Attempt, Payment, Rank, Receipt, Refund, RefundStage, Stage};
use crate::order::Origin;
use crate::webhook::{
    AttemptFacts, AttemptOutcome, Channel, OriginWord, PaymentFacts, ReceiptFacts, RefundFacts,
    RefundState,
};
use malipo_shared::Reason;

impl Payment {
    /// The whole payment for its shop; none for one that was never opened. `phones_masked` are its numbers, the first is
    /// the number 1; one that was forgotten is empty.
    pub fn facts(
        &self,
        livemode: bool,
        phones_masked: &[String],
        now_ms: u64,
    ) -> Option<PaymentFacts> {
        let opened = self.opened.as_ref()?;
        let (origin, item, reference) = match &opened.order.origin {
            Origin::Item(item) => (OriginWord::Item, Some(item.to_string()), None),
            Origin::Open => (OriginWord::Open, None, None),
            Origin::Signed { reference, .. } => (OriginWord::Signed, None, Some(reference.clone())),
            Origin::Server { reference, .. } => (OriginWord::Server, None, Some(reference.clone())),
        };
        Some(PaymentFacts {
            account_reference: opened.account_reference.to_string(),
            reference,
            origin,
            item,
            note: opened.order.note.clone(),
            description: opened.order.description.clone(),
            livemode,
            state: self.state(now_ms),
            due_kes: self.due_kes(),
            received_kes: self.received_kes(),
            excess_kes: self.excess_kes(),
            refunded_kes: self.refunded_kes(),
            receipts: self
                .receipts
                .iter()
                .filter(|receipt| receipt.counts())
                .map(receipt_facts)
                .collect(),
            attempts: self
                .attempts
                .iter()
                .map(|attempt| attempt_facts(attempt, phones_masked))
                .collect(),
            refunds: self.refunds.iter().map(refund_facts).collect(),
            opened_at_ms: self.opened_at_ms,
            paid_at_ms: self.paid_at_ms,
            review: self.reviews(),
        })
    }
}

impl Refund {
    /// What the shop may know of it.
    pub fn facts(&self) -> RefundFacts {
        refund_facts(self)
    }
}

fn refund_facts(refund: &Refund) -> RefundFacts {
    let is_refunded = matches!(refund.stage, RefundStage::Refunded { .. });
    let amount_kes = if is_refunded {
        refund.returned_kes()
    } else {
        refund.amount.shillings()
    };
    let (state, code, detail) = match &refund.stage {
        RefundStage::Requested => (RefundState::Requested, None, None),
        RefundStage::Leaving { .. } => (RefundState::Sending, None, None),
        RefundStage::Accepted => (RefundState::Accepted, None, None),
        RefundStage::Refunded { .. } => (RefundState::Refunded, None, None),
        RefundStage::Failed { code, detail } => (RefundState::Failed, code.as_ref(), Some(detail)),
        RefundStage::Unknown { detail } => (RefundState::Unknown, None, Some(detail)),
    };
    RefundFacts {
        n: refund.n,
        receipt: refund.receipt.to_string(),
        amount_kes,
        state,
        code: code.map(ToString::to_string),
        detail: detail.cloned(),
        reason: refund.reason.clone(),
        reversal: refund.reversal.as_ref().map(ToString::to_string),
        requested_at_ms: refund.requested_at_ms,
        ended_at_ms: refund.ended_at_ms,
    }
}

fn receipt_facts(receipt: &Receipt) -> ReceiptFacts {
    let channel = match (receipt.attempt, receipt.rank) {
        (Some(_), _) | (None, Rank::Callback) => Channel::StkPush,
        (None, Rank::Reference | Rank::Name) => Channel::C2b,
        (None, Rank::Typed) => Channel::TypedReceipt,
        (None, Rank::Person) => Channel::Person,
    };
    ReceiptFacts {
        receipt: receipt.number.as_ref().map(ToString::to_string),
        amount_kes: receipt.amount_kes,
        amount_said: receipt.said.clone(),
        channel,
        paid_at_ms: receipt.paid_at_ms,
    }
}

fn attempt_facts(attempt: &Attempt, phones_masked: &[String]) -> AttemptFacts {
    let (outcome, code, reason): (_, Option<String>, Option<Reason>) = match &attempt.stage {
        Stage::Reserved | Stage::Leaving { .. } => (AttemptOutcome::Sending, None, None),
        Stage::Prompted => (AttemptOutcome::Prompted, None, None),
        Stage::Succeeded { .. } => (AttemptOutcome::Succeeded, None, None),
        Stage::Declined { code, decline, .. } => (
            AttemptOutcome::Declined,
            Some(code.as_str().to_owned()),
            Some(decline.reason),
        ),
        Stage::NotSent { refusal, .. } => (AttemptOutcome::NotSent, None, Some(refusal.reason)),
        Stage::Unknown { .. } => (AttemptOutcome::Unknown, None, None),
    };
    AttemptFacts {
        n: attempt.n,
        outcome,
        code,
        reason,
        amount_kes: attempt.amount.shillings(),
        phone_masked: usize::from(attempt.phone)
            .checked_sub(1)
            .and_then(|slot| phones_masked.get(slot))
            .filter(|masked| !masked.is_empty())
            .cloned(),
    }
}
