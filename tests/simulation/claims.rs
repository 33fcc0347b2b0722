//! What a payment asks of a receipt's object: whose the receipt is, to give it up, to look it up, to list it.

use crate::faults::Fault;
use crate::world::{Item, MINUTE, SEC, World};
use malipo_engine::claims::{Claimed, MoneyFacts};
use malipo_engine::payment::{Event, Finding, Rank};
use malipo_shared::MpesaReceipt;

impl World {
    /// What is set aside is shown to the shop's people.
    pub(crate) fn list(
        &mut self,
        p: usize,
        number: &MpesaReceipt,
        amount_kes: u32,
        paid_at_ms: Option<u64>,
    ) -> Event {
        let r = self.receipt(number);
        let reference = &self.payments[p].reference;
        let facts = MoneyFacts::of_callback(amount_kes, paid_at_ms, reference);
        let address = self.payments[p].address.clone();
        let record = &mut self.receipts[r].record;
        record.set_aside(&address, &self.link, facts);
        self.wake_receipt(r, 10);
        let receipt = number.clone();
        Event::ReceiptListed { receipt }
    }

    /// Rule 7: a typed receipt is money of whoever paid it from a number to which a push of this payment was sent; a thief's
    /// order has none, whether M-PESA hides the payer or not.
    fn check_typed(&mut self, p: usize, number: &MpesaReceipt) {
        let is_pushed = |phone: usize| self.pushes.iter().any(|q| q.p == p && q.phone == phone);
        let mut money = self.money.iter();
        if money.any(|m| m.number == *number && !is_pushed(m.phone)) {
            self.fail(7, || format!("payment {p} counts receipt {number} by its customer's word, and no push was sent to who paid it"));
        }
    }

    pub(crate) fn claim(
        &mut self,
        p: usize,
        number: &MpesaReceipt,
        rank: Rank,
        releases: u32,
    ) -> Event {
        if rank == Rank::Typed {
            self.check_typed(p, number);
        }
        let r = self.receipt(number);
        let address = self.payments[p].address.clone();
        let record = &mut self.receipts[r].record;
        let claimed = record.claim_after(&address, rank, releases);
        self.tell("receipts", || {
            format!("{number} claimed by payment {p} ({rank:?}): {claimed:?}")
        });
        let receipt = number.clone();
        self.wake_receipt(r, 20);
        match claimed {
            Claimed::Granted { is_contested } => {
                if is_contested {
                    self.note(Fault::Contested);
                }
                Event::ReceiptGranted {
                    receipt,
                    rank,
                    is_contested,
                }
            }
            Claimed::Denied => Event::ReceiptDenied {
                receipt,
                rank: Some(rank),
            },
        }
    }

    pub(crate) fn release(&mut self, p: usize, number: &MpesaReceipt, releases: u32) -> Event {
        let r = self.receipt(number);
        let address = self.payments[p].address.clone();
        self.receipts[r].record.release(&address, releases);
        self.tell("receipts", || {
            format!("{number} taken back from payment {p}")
        });
        self.wake_receipt(r, 20);
        let receipt = number.clone();
        Event::ReceiptFreed { receipt }
    }

    pub(crate) fn look_up(&mut self, p: usize, number: &MpesaReceipt) -> Event {
        let may_be_shown = self.has_c2b || self.has_initiator;
        let r = self.receipt(number);
        let delay_ms = self.dice.between(SEC, MINUTE);
        let shell = &self.payments[p];
        let record = &mut self.receipts[r].record;
        let finding = if record.owner.is_some() {
            Finding::Elsewhere { may_be_shown }
        } else if let Some(facts) = record.unmatched() {
            Finding::Unmatched {
                amount_kes: facts.amount.kes().unwrap(),
                paid_at_ms: facts.paid_at_ms,
                is_payer_other: false, // known when it is written down
                is_payer_pushed: false,
            }
        } else {
            if self.has_initiator {
                record.seek(&shell.address);
                self.after(delay_ms, Item::ReceiptAsked { r });
            }
            Finding::Unknown { may_be_shown }
        };
        Event::ReceiptLookedUp {
            receipt: number.clone(),
            finding,
            auto_claim_max_kes: self.auto_claim_max_kes,
        }
    }
}
