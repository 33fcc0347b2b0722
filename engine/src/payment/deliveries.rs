//! What the shop's webhook is told, in order, until it says that it has heard.

use super::{Delivery, Hearing, Payment, Receipt, RefundStage, Stage, Standing};
use crate::webhook::{Kind, is_acknowledged, next_try};

/// What the shop is told of, as far as two states differ.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct News {
    is_paid: bool,
    received_kes: u32,
    excess_kes: u32,
    declined: usize,
    unresolved: usize,
    is_closed: bool,
    reviews: usize,
    disputes: usize,
    released: usize,
    lacks_released: bool,
    refunded: usize,
    failed_refunds: usize,
}

impl Payment {
    /// The messages to the shop, oldest first.
    pub fn deliveries(&self) -> &[Delivery] {
        &self.deliveries
    }

    /// Whether two payments have claimed a receipt of this one.
    pub fn is_disputed(&self) -> bool {
        self.disputes() > 0
    }

    /// What has to be sent next, if it is due: a `payment.paid` that was not heard before all else, then the newest.
    pub(super) fn next_delivery(&self) -> Option<(u32, u64)> {
        let due = |d: &Delivery| match d.standing {
            Hearing::Due(at_ms) => Some((d.sequence, at_ms)),
            Hearing::Heard | Hearing::Superseded | Hearing::Unheard => None,
        };
        let mut paid = self.deliveries.iter().filter(|d| d.kind == Kind::Paid);
        paid.find_map(due)
            .or_else(|| self.deliveries.iter().rev().find_map(due))
    }

    pub(super) fn news(&self) -> News {
        let count = |is: fn(&Stage) -> bool| self.attempts.iter().filter(|a| is(&a.stage)).count();
        let refunds =
            |is: fn(&RefundStage) -> bool| self.refunds.iter().filter(|r| is(&r.stage)).count();
        News {
            is_paid: self.is_paid(),
            received_kes: self.received_kes(),
            excess_kes: self.excess_kes(),
            declined: count(|s| matches!(s, Stage::Declined { .. } | Stage::NotSent { .. })),
            unresolved: count(|s| {
                matches!(
                    s,
                    Stage::Unknown {
                        is_unresolved: true
                    }
                )
            }),
            is_closed: self.closed_at_ms.is_some(),
            reviews: self.reviews().len(),
            disputes: self.disputes(),
            released: self.released.len(),
            lacks_released: self.lacks_released_money(),
            refunded: refunds(|s| matches!(s, RefundStage::Refunded { .. })),
            failed_refunds: refunds(|s| matches!(s, RefundStage::Failed { .. })),
        }
    }

    /// What the shop is to be told of a change, the most weighty first. A line of the journal says what came of this when it
    /// was written down; only the first version's lines leave it to be derived again.
    pub(super) fn to_tell(&self, before: &News) -> Vec<Kind> {
        let now = self.news();
        let is_more = now.received_kes > before.received_kes;
        // Its money went back, and other money comes: nobody asked for it.
        let is_unasked =
            is_more && before.is_paid && now.refunded > 0 && now.refunded == before.refunded;
        // A person took money away from here, or what was missing since is here again.
        let is_reassigned = now.released > before.released || (before.lacks_released && is_more);
        let told = [
            (Kind::Paid, now.is_paid && !before.is_paid),
            (
                Kind::Overpaid,
                now.excess_kes > before.excess_kes || is_unasked,
            ),
            (Kind::PartPaid, is_more && !now.is_paid),
            (Kind::AttemptDeclined, now.declined > before.declined),
            (Kind::Refunded, now.refunded > before.refunded),
            (
                Kind::RefundFailed,
                now.failed_refunds > before.failed_refunds,
            ),
            (Kind::Closed, now.is_closed && !before.is_closed),
            (Kind::Unresolved, now.unresolved > before.unresolved),
            (Kind::Review, now.reviews > before.reviews),
            (
                Kind::Disputed,
                now.disputes > before.disputes || is_reassigned,
            ),
        ];
        let told = told.into_iter().filter(|(_, is_told)| *is_told);
        told.map(|(kind, _)| kind).collect()
    }

    /// Puts down what the shop is told, each under the next number.
    pub(super) fn tell(&mut self, kinds: &[Kind], at_ms: u64) {
        for kind in kinds.iter().copied() {
            for older in &mut self.deliveries {
                // A shop that ships on `payment.paid` must hear it, whatever came after.
                if matches!(older.standing, Hearing::Due(_)) && older.kind != Kind::Paid {
                    older.standing = Hearing::Superseded;
                }
            }
            self.deliveries.push(Delivery {
                sequence: u32::try_from(self.deliveries.len() + 1).unwrap_or(u32::MAX),
                kind,
                at_ms,
                tries: 0,
                standing: Hearing::Due(at_ms),
            });
        }
    }

    pub(super) fn hear_shop(&mut self, sequence: u32, status: Option<u16>, at_ms: u64) {
        let seed = self.retry_seed(sequence);
        let Some(delivery) = self.delivery_mut(sequence) else {
            return;
        };
        let Hearing::Due(_) = delivery.standing else {
            return;
        };
        delivery.tries += 1;
        let is_heard = status.is_some_and(is_acknowledged);
        delivery.standing = match next_try(delivery.tries, seed) {
            _ if is_heard => Hearing::Heard,
            Some(after_secs) => Hearing::Due(at_ms + 1000 * after_secs),
            None => Hearing::Unheard,
        };
    }

    pub(super) fn deliver_again(&mut self, sequence: u32, at_ms: u64) {
        if let Some(delivery) = self.delivery_mut(sequence) {
            delivery.tries = 0;
            delivery.standing = Hearing::Due(at_ms);
        }
    }

    /// Differs between payments, so that a shop that was down is not called by all of them at once.
    fn retry_seed(&self, sequence: u32) -> u32 {
        let reference = self.opened.as_ref().map(|o| o.account_reference.as_str());
        let letters = reference.unwrap_or_default().bytes();
        letters.fold(sequence, |hash, byte| {
            hash.wrapping_mul(31).wrapping_add(u32::from(byte))
        })
    }

    fn delivery_mut(&mut self, sequence: u32) -> Option<&mut Delivery> {
        self.deliveries.iter_mut().find(|d| d.sequence == sequence)
    }

    /// How often a receipt of this payment was claimed by two.
    fn disputes(&self) -> usize {
        let taken = |r: &&Receipt| r.standing == Standing::Taken;
        self.receipts.iter().filter(taken).count() + self.contested as usize
    }
}
