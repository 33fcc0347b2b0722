//! Money whose account number is the shop's own name of an order. The account number goes first: only what no payment has by
//! that is looked for among the shop's references, and only where exactly one of them reads the same.

use super::{MoneyFacts, ReceiptRecord};
use malipo_shared::text;

/// How often it is looked for; then whenever a sweep passes.
const LOOKS: u8 = 6;

impl ReceiptRecord {
    /// What to look for among the shop's references, as [`text::reading`] reads them; none where there is nothing to look for, or
    /// it was done. M-PESA has surely shown the money, no payment has it, and the payment of that account number, if there may be
    /// one, was asked before.
    pub fn seeks_name(&self) -> Option<(String, &MoneyFacts)> {
        let is_open = self.owner.is_none() && self.name_looks < LOOKS && !self.has_offer();
        let facts = self.facts.as_ref().filter(|_| is_open)?;
        let is_sure = facts.is_sure() && self.link.is_some();
        let reading = text::reading(&facts.bill_ref).filter(|_| is_sure)?;
        Some((reading, facts))
    }

    /// Whether it was never looked for. The first look finds nothing, on purpose: an order that was opened a moment ago may not be
    /// in the list yet, and another that reads the same would be the only one.
    pub fn is_first_look(&self) -> bool {
        self.name_looks == 0
    }

    /// It was looked for in vain.
    pub fn looked(&mut self) {
        self.name_looks = self.name_looks.saturating_add(1);
    }

    /// It need not be looked for: a payment has heard of it, or several read the same and a person has to say which.
    pub fn looked_enough(&mut self) {
        self.name_looks = LOOKS;
    }

    /// A sweep passes: one more look.
    pub(super) fn look_again(&mut self) {
        if self.owner.is_none() {
            self.name_looks = self.name_looks.min(LOOKS - 1);
        }
    }
}
