//! A receipt that the customer types: which may be typed, what the search for it comes to, and when it counts. It points to money; what
//! M-PESA shows of that money decides.

use super::held::Held;
use super::{Attempt, Finding, Payment, Rank, Receipt, Stage, Standing, rules};
use malipo_shared::MpesaReceipt;
use malipo_shared::api::TypedStatus;

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
