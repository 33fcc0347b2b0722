//! Receipts that the customer types for this payment: which may be typed, and what the search for one comes to.

use super::typed_search::Counting;
use super::{Attempt, Finding, Payment, Receipt, Stage, Standing, Typed, rules};
use malipo_shared::MpesaReceipt;
use malipo_shared::api::TypedStatus;

impl Payment {
    /// The receipts that were typed, oldest first.
    pub fn typed(&self) -> &[Typed] {
        &self.typed
    }

    /// Which of the payment's numbers a push was sent to, from 1: a receipt that one of them has paid may count by its
    /// customer's word. One that never left, or was refused before it was taken, was sent to nobody.
    pub fn pushed_phones(&self) -> impl Iterator<Item = u8> {
        let was_sent = |a: &&Attempt| match &a.stage {
            Stage::Prompted
            | Stage::Succeeded { .. }
            | Stage::Declined { .. }
            | Stage::Unknown { .. } => a.sent_at_ms.is_some(),
            Stage::Reserved | Stage::Leaving { .. } | Stage::NotSent { .. } => false,
        };
        self.attempts.iter().filter(was_sent).map(|a| a.phone)
    }

    /// Whether another receipt may be typed.
    pub fn may_type(&self, receipt: &MpesaReceipt) -> bool {
        self.typed.len() < rules::TYPED_MAX || self.typed.iter().any(|t| t.receipt == *receipt)
    }

    /// Whether typing it now changes anything: it is new, or it was missing and the last look is not a moment ago. Whoever
    /// repeats themselves fills no journal.
    pub fn is_typed_anew(&self, receipt: &MpesaReceipt, now_ms: u64) -> bool {
        match self.typed.iter().find(|t| t.receipt == *receipt) {
            None => true,
            Some(known) => {
                known.is_wanted() && now_ms >= known.looked_at_ms + rules::TYPED_AGAIN_MS
            }
        }
    }

    /// Where a typed receipt stands for the customer who typed it.
    pub fn typed_status(&self, typed: &Typed) -> TypedStatus {
        let is_counted = self
            .receipt(&typed.receipt)
            .is_some_and(|receipt| receipt.counts());
        if is_counted {
            TypedStatus::Counted
        } else if typed.needs_shop {
            TypedStatus::NeedsShop
        } else if typed.is_missing {
            TypedStatus::NotFoundYet
        } else {
            TypedStatus::Checking
        }
    }

    pub(super) fn type_in(&mut self, receipt: &MpesaReceipt, at_ms: u64) {
        if let Some(known) = self.typed.iter_mut().find(|t| t.receipt == *receipt) {
            // Typed again: looked for again, at once.
            if known.is_wanted() {
                known.next_look_at_ms = Some(at_ms);
            }
            return;
        }
        if (self.typed.len() as u64) < self.held.typed_max() {
            self.typed.push(Typed {
                receipt: receipt.clone(),
                at_ms,
                next_look_at_ms: Some(at_ms),
                needs_shop: false,
                is_missing: false,
                looks: 0,
                looked_at_ms: 0,
            });
        }
    }

    pub(super) fn look_at(
        &mut self,
        number: &MpesaReceipt,
        finding: &Finding,
        auto_claim_max_kes: u32,
        at_ms: u64,
    ) {
        let remaining_kes = self.remaining().map_or(0, malipo_shared::Kes::shillings);
        let rules = Counting {
            remaining_kes,
            opened_at_ms: self.opened_at_ms,
            auto_claim_max_kes,
            held: self.held,
        };
        let here = self.receipts.iter().position(|r| r.is(number));
        // What was only reported by somebody is looked at as if it were not here.
        let is_ours = here.is_some_and(|here| {
            let receipt = &self.receipts[here];
            let is_doubtful = receipt.standing == Standing::Unverified;
            let is_hearsay = is_doubtful && !receipt.is_backed && receipt.attempt.is_none();
            receipt.is_ours() && !is_hearsay
        });
        let Some(typed) = self.typed.iter_mut().find(|t| t.receipt == *number) else {
            return;
        };
        if is_ours {
            typed.next_look_at_ms = None;
            return;
        }
        let money = typed.hear(finding, &rules, at_ms);
        match (money, here) {
            (Some(money), Some(here)) => {
                let named_by = self.receipts[here].named_by;
                self.receipts[here] = Receipt { named_by, ..money };
            }
            (Some(money), None) => self.receipts.push(money),
            (None, _) => {}
        }
    }
}
