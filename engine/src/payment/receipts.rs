//! The payment's money: receipts from any channel, each counted once, by its number. docs/receipts.md draws how receipts, claims and
//! unnumbered receipts work together.

use super::{Event, Payment, Rank, Receipt, Stage, Standing};
use crate::daraja::StkProof;
use malipo_shared::MpesaReceipt;

impl Payment {
    /// A receipt by its number.
    pub fn receipt(&self, number: &MpesaReceipt) -> Option<&Receipt> {
        self.receipts.iter().find(|receipt| receipt.is(number))
    }

    /// Money is known of that does not count yet, and may soon.
    pub fn has_pending_money(&self) -> bool {
        self.receipts.iter().any(|receipt| {
            !receipt.counts() && matches!(receipt.standing, Standing::Asked | Standing::Unverified)
        })
    }

    /// An attempt succeeded and nothing of it counts: its receipt is another payment's.
    pub(super) fn has_lost_money(&self) -> bool {
        self.attempts.iter().any(|attempt| {
            matches!(attempt.stage, Stage::Succeeded { .. })
                && !self
                    .receipts
                    .iter()
                    .any(|r| r.attempt == Some(attempt.n) && r.is_ours())
        })
    }

    #[allow(clippy::wildcard_enum_match_arm)] // `fold_in` names each event that is about no receipt
    pub(super) fn fold_receipt(&mut self, event: &Event, at_ms: u64) {
        match event {
            Event::ReceiptSeen {
                receipt,
                amount_kes,
                paid_at_ms,
                rank,
                is_trusted,
                said,
            } => self.see(
                Receipt {
                    number: Some(receipt.clone()),
                    amount_kes: *amount_kes,
                    said: said.clone(),
                    attempt: None,
                    paid_at_ms: *paid_at_ms,
                    seen_at_ms: at_ms,
                    rank: *rank,
                    standing: Standing::Asked,
                    is_backed: false,
                    asks_again: false,
                    named_by: None,
                    // The shop's word tells whose it is, not that it moved.
                    is_shown: *is_trusted && *rank >= Rank::Typed,
                    other_kes: None,
                },
                *is_trusted,
                at_ms,
            ),
            Event::ReceiptTyped { receipt } => self.type_in(receipt, at_ms),
            Event::ReceiptLookedUp {
                receipt,
                finding,
                auto_claim_max_kes,
            } => self.look_at(receipt, finding, *auto_claim_max_kes, at_ms),
            Event::ReceiptGranted {
                receipt,
                rank,
                is_contested,
            } => self.grant(receipt, *rank, *is_contested),
            Event::ReceiptListed { receipt } => self.list(receipt),
            Event::ReceiptDenied { receipt, rank } if self.has_stronger_claim(receipt, *rank) => {}
            Event::ReceiptDenied { receipt, .. } => self.lose(receipt, Standing::Denied, at_ms),
            Event::ReceiptTaken { receipt } => self.lose(receipt, Standing::Taken, at_ms),
            Event::ReceiptAssigned {
                receipt,
                amount_kes,
                said,
                paid_at_ms,
                ..
            } => self.hear_assignment(
                Receipt {
                    number: Some(receipt.clone()),
                    amount_kes: *amount_kes,
                    said: said.clone(),
                    attempt: None,
                    paid_at_ms: *paid_at_ms,
                    seen_at_ms: at_ms,
                    rank: Rank::Person,
                    standing: Standing::Asked,
                    is_backed: false,
                    asks_again: false,
                    named_by: None,
                    // The shop's word tells whose it is, not that it moved.
                    is_shown: false,
                    other_kes: None,
                },
                at_ms,
            ),
            Event::ReceiptReleased { receipt } => self.hear_release(receipt, at_ms),
            Event::ReceiptFreed { receipt } => self.hear_freed(receipt),
            _ => {}
        }
        self.fill_blanks();
    }

    /// The attempt's own callback tells of money; with its number, if the callback has one.
    pub(super) fn hear_success(&mut self, n: u32, proof: &StkProof, at_ms: u64) {
        match &proof.receipt {
            None => self.hear_success_without_number(n, at_ms),
            Some(number) if self.is_second(n, number) => {
                let told_kes = self.attempt(n).map_or(0, |a| a.amount.shillings());
                self.hear_second(n, number, told_kes, proof.paid_at_ms, at_ms);
            }
            Some(number) => match self.receipts.iter().position(|r| r.is(number)) {
                Some(known) => self.bind_known(known, n),
                None => self.hear_number(n, number, proof.paid_at_ms, at_ms),
            },
        }
        self.fill_blanks();
    }

    fn hear_number(&mut self, n: u32, number: &MpesaReceipt, paid_at_ms: Option<u64>, at_ms: u64) {
        let Some(amount_kes) = self.attempt(n).map(|a| a.amount.shillings()) else {
            return;
        };
        let bound = self
            .receipts
            .iter_mut()
            .find(|r| r.attempt == Some(n) && r.is_ours() && r.rank < Rank::Callback);
        let mut is_backed = false;
        match bound {
            Some(blank) if blank.number.is_none() => {
                blank.number = Some(number.clone());
                blank.paid_at_ms = paid_at_ms;
                blank.rank = Rank::Callback;
                blank.named_by = Some(n);
                return;
            }
            // It was only inferred to be this attempt's: the callback knows better.
            Some(inferred) => {
                inferred.attempt = None;
                is_backed = core::mem::take(&mut inferred.is_backed);
            }
            None => {}
        }
        self.receipts.push(Receipt {
            number: Some(number.clone()),
            amount_kes,
            said: None,
            attempt: Some(n),
            paid_at_ms,
            seen_at_ms: at_ms,
            rank: Rank::Callback,
            standing: Standing::Asked,
            is_backed,
            asks_again: false,
            named_by: Some(n),
            is_shown: false,
            other_kes: None,
        });
    }

    /// A receipt from another channel than a callback.
    pub(super) fn see(&mut self, seen: Receipt, is_trusted: bool, at_ms: u64) {
        let number = seen.number.clone();
        let Some(known) = self.receipts.iter_mut().find(|r| r.number == number) else {
            let named_by = self.attempts.iter().find(|attempt| {
                attempt
                    .contradiction
                    .as_ref()
                    .is_some_and(|c| c.receipt == seen.number)
            });
            return self.receipts.push(Receipt {
                attempt: named_by.map(|attempt| attempt.n),
                standing: if is_trusted {
                    Standing::Asked
                } else {
                    Standing::Unverified
                },
                ..seen
            });
        };
        if !is_trusted {
            return;
        }
        if matches!(known.standing, Standing::SetAside { .. }) {
            // Money of its own, by M-PESA's word or a person's: whatever the push was paid by.
            let named_by = known.named_by;
            *known = Receipt { named_by, ..seen };
            return;
        }
        if self.held.pays_once() && seen.is_shown && !core::mem::replace(&mut known.is_shown, true)
        {
            known.hear_row(seen.amount_kes);
        }
        let was_doubtful = known.standing == Standing::Unverified;
        let is_granted = matches!(known.standing, Standing::Granted(_));
        if !is_granted && (was_doubtful || seen.rank > known.rank) {
            known.claim_anew();
        }
        known.rank = known.rank.max(seen.rank);
        if !was_doubtful {
            known.paid_at_ms = known.paid_at_ms.or(seen.paid_at_ms);
            known.said = known.said.take().or(seen.said);
            return;
        }
        // What was said of it until now was anybody's word.
        known.amount_kes = seen.amount_kes;
        known.said = seen.said;
        known.paid_at_ms = seen.paid_at_ms;
        if core::mem::take(&mut known.is_backed)
            && let Some(n) = known.attempt.take()
        {
            self.hear_success_without_number(n, at_ms);
        }
    }

    fn grant(&mut self, number: &MpesaReceipt, rank: Rank, is_contested: bool) {
        let known = self.receipts.iter_mut().find(|r| r.is(number));
        if let Some(receipt) = known.filter(|r| !r.is_given_up()) {
            receipt.asks_again = false;
            let is_aside = matches!(receipt.standing, Standing::SetAside { .. });
            receipt.standing = if is_aside {
                // Its object holds it for this payment: it is to give it up again.
                Standing::SetAside { is_listed: false }
            } else if receipt.is_ours() {
                Standing::Granted(rank)
            } else {
                // Which of the two was said last is not known here.
                Standing::Asked
            };
            receipt.rank = receipt.rank.max(rank);
            if let Some(n) = receipt.named_by {
                self.pay_once(n);
            }
        }
        self.contested += u32::from(is_contested);
    }

    /// Whether what was denied is the claim by `rank`, and a stronger one was granted since.
    pub(super) fn has_stronger_claim(&self, number: &MpesaReceipt, rank: Option<Rank>) -> bool {
        let standing = self.receipt(number).map(|receipt| receipt.standing);
        matches!((standing, rank), (Some(Standing::Granted(by)), Some(rank)) if rank < by)
    }

    /// The number is another payment's. What a verdict of ours has proved stays, without a number.
    fn lose(&mut self, number: &MpesaReceipt, standing: Standing, at_ms: u64) {
        let known = self.receipts.iter_mut().find(|r| r.is(number));
        let Some(receipt) = known.filter(|r| !r.is_given_up()) else {
            return;
        };
        let asked_again = core::mem::replace(&mut receipt.asks_again, standing == Standing::Taken);
        match (standing, receipt.standing) {
            // The answer to the weaker claim; or to the question that follows the loss.
            (Standing::Denied, Standing::Asked) if asked_again => return,
            (Standing::Denied, Standing::Taken) => return,
            _ => {}
        }
        let blank = receipt.is_backed.then(|| Receipt {
            number: None,
            said: None,
            paid_at_ms: None,
            rank: Rank::Person,
            standing: Standing::Asked,
            asks_again: false,
            ..receipt.clone()
        });
        receipt.standing = standing;
        receipt.is_backed = false;
        if blank.is_some() {
            receipt.attempt = None;
        }
        self.receipts.extend(blank);
        for typed in self.typed.iter_mut().filter(|t| t.receipt == *number) {
            typed.next_look_at_ms = Some(at_ms);
        }
    }
}
