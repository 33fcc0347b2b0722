//! `Typed`: how the search for a receipt goes that the customer has typed. It points to money; what M-PESA shows of that money decides.

use super::held::Held;
use super::{Finding, Rank, Receipt, Standing, rules};
use malipo_shared::MpesaReceipt;

/// One typed receipt, and how the search for it goes.
#[derive(Debug, Clone, PartialEq)]
pub struct Typed {
    /// What was typed.
    pub receipt: MpesaReceipt,
    /// When, in Unix milliseconds.
    pub at_ms: u64,
    /// When it is looked for next; none when no more.
    pub next_look_at_ms: Option<u64>,
    /// Whether it waits for the shop.
    pub needs_shop: bool,
    /// Whether it is not shown yet, or not this payment's.
    pub is_missing: bool,
    pub(super) looks: usize,
    pub(super) looked_at_ms: u64,
}

/// What decides whether a typed receipt counts by itself.
pub(super) struct Counting {
    pub(super) remaining_kes: u32,
    pub(super) opened_at_ms: u64,
    pub(super) auto_claim_max_kes: u32,
    pub(super) held: Held,
}

impl Typed {
    /// Whether another look may find it.
    pub(super) fn is_wanted(&self) -> bool {
        self.is_missing && !self.needs_shop
    }

    /// Hears what was found; answers the money if it is to be claimed.
    pub(super) fn hear(
        &mut self,
        finding: &Finding,
        rules: &Counting,
        at_ms: u64,
    ) -> Option<Receipt> {
        self.looked_at_ms = at_ms;
        match finding {
            Finding::Unmatched {
                amount_kes,
                paid_at_ms,
                is_payer_other,
                is_payer_pushed,
            } => {
                let held = rules.held;
                let paid = paid_at_ms.unwrap_or(at_ms);
                let is_old = paid + held.typed_before_opened_ms() < rules.opened_at_ms;
                if *amount_kes != rules.remaining_kes || is_old || *is_payer_other {
                    self.look_later(at_ms);
                } else if at_ms < paid + held.typed_age_ms() {
                    self.is_missing = false;
                    self.next_look_at_ms = Some(paid + held.typed_age_ms());
                } else if *is_payer_pushed && *amount_kes <= rules.auto_claim_max_kes {
                    self.is_missing = false;
                    self.next_look_at_ms = None;
                    return Some(Receipt {
                        number: Some(self.receipt.clone()),
                        amount_kes: *amount_kes,
                        said: None,
                        attempt: None,
                        paid_at_ms: *paid_at_ms,
                        seen_at_ms: at_ms,
                        rank: Rank::Typed,
                        standing: Standing::Asked,
                        is_backed: false,
                        asks_again: false,
                        named_by: None,
                        is_shown: true,
                        other_kes: None,
                    });
                } else {
                    self.give_to_shop();
                }
            }
            // Both look the same from outside: who types another's receipt learns nothing.
            Finding::Elsewhere { may_be_shown } | Finding::Unknown { may_be_shown } => {
                if *may_be_shown {
                    self.look_later(at_ms);
                } else {
                    self.give_to_shop();
                }
            }
        }
        None
    }

    /// Not shown, or not this payment's: both look the same from outside.
    fn look_later(&mut self, at_ms: u64) {
        self.is_missing = true;
        match rules::TYPED_LOOKS_MS.get(self.looks) {
            Some(after_ms) => self.next_look_at_ms = Some(at_ms.max(self.at_ms + after_ms)),
            None => self.give_to_shop(),
        }
        self.looks += 1;
    }

    fn give_to_shop(&mut self) {
        self.needs_shop = true;
        self.next_look_at_ms = None;
    }
}
