//! The payment's money: receipts from any channel, each counted once, by its number.

use super::{Event, Payment, Rank, Stage, rules};
use crate::daraja::{PaidAmount, StkProof};
use malipo_shared::MpesaReceipt;

/// Money that moved, as far as this payment knows of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Receipt {
    /// M-PESA's number; none while only a verdict has told of it (a blank receipt).
    pub number: Option<MpesaReceipt>,
    /// How much, in whole shillings.
    pub amount_kes: u32,
    /// The attempt that it belongs to; none for money that was paid by hand.
    pub attempt: Option<u32>,
    /// When, by M-PESA's clock, in Unix milliseconds.
    pub paid_at_ms: Option<u64>,
    /// When it was first heard of, in Unix milliseconds.
    pub seen_at_ms: u64,
    /// The strongest proof that it is this payment's.
    pub rank: Rank,
    /// Where it stands.
    pub standing: Standing,
    /// Whether a verdict of its attempt proves the money, whatever becomes of the number.
    pub is_backed: bool,
}

/// Where a receipt's number stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is not known whose it is: to be claimed.
    Asked,
    /// It is this payment's, by this proof.
    Granted(Rank),
    /// It does not surely come from M-PESA: not claimed.
    Unverified,
    /// It is another payment's.
    Denied,
    /// It was this payment's until another showed a stronger proof.
    Taken,
}

impl Receipt {
    /// Whether its amount is part of what was received.
    pub fn counts(&self) -> bool {
        self.is_backed || matches!(self.standing, Standing::Granted(_))
    }

    /// Whether its number has to be claimed: it never was, or a stronger proof has come since.
    pub fn wants_claim(&self) -> bool {
        self.number.is_some()
            && match self.standing {
                Standing::Asked => true,
                Standing::Granted(rank) => rank < self.rank,
                Standing::Unverified | Standing::Denied | Standing::Taken => false,
            }
    }

    pub(super) fn is(&self, number: &MpesaReceipt) -> bool {
        self.number.as_ref() == Some(number)
    }

    /// A verdict proves the money. A number that is not surely from M-PESA stays so, and what it says is too much is not counted.
    fn back(&mut self, asked_kes: u32) {
        self.is_backed = true;
        if self.standing == Standing::Unverified {
            self.amount_kes = self.amount_kes.min(asked_kes);
        }
    }

    fn time_ms(&self) -> u64 {
        self.paid_at_ms.unwrap_or(self.seen_at_ms)
    }

    /// Whether it is this payment's to bind: neither refused nor lost.
    pub(super) fn is_ours(&self) -> bool {
        !matches!(self.standing, Standing::Denied | Standing::Taken)
    }
}

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
            } => self.see(
                Receipt {
                    number: Some(receipt.clone()),
                    amount_kes: *amount_kes,
                    attempt: None,
                    paid_at_ms: *paid_at_ms,
                    seen_at_ms: at_ms,
                    rank: *rank,
                    standing: Standing::Asked,
                    is_backed: false,
                },
                *is_trusted,
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
            Event::ReceiptDenied { receipt } => self.lose(receipt, Standing::Denied, at_ms),
            Event::ReceiptTaken { receipt } => self.lose(receipt, Standing::Taken, at_ms),
            _ => {}
        }
    }

    /// The attempt's own callback tells of money; with its number, if the callback has one.
    pub(super) fn hear_success(&mut self, n: u32, proof: &StkProof, at_ms: u64) {
        let Some(number) = &proof.receipt else {
            return self.hear_success_without_number(n, at_ms);
        };
        if let Some(known) = self.receipts.iter().position(|r| r.is(number)) {
            return self.bind_known(known, n);
        }
        let Some(amount_kes) = self.attempt(n).map(|a| a.amount.shillings()) else {
            return;
        };
        let bound = self
            .receipts
            .iter_mut()
            .find(|r| r.attempt == Some(n) && r.is_ours() && r.rank < Rank::Callback);
        match bound {
            Some(blank) if blank.number.is_none() => {
                blank.number = Some(number.clone());
                blank.paid_at_ms = proof.paid_at_ms;
                blank.rank = Rank::Callback;
                return;
            }
            // It was only inferred to be this attempt's: the callback knows better.
            Some(inferred) => {
                inferred.attempt = None;
                inferred.is_backed = false;
            }
            None => {}
        }
        self.receipts.push(Receipt {
            number: Some(number.clone()),
            amount_kes,
            attempt: Some(n),
            paid_at_ms: proof.paid_at_ms,
            seen_at_ms: at_ms,
            rank: Rank::Callback,
            standing: Standing::Asked,
            is_backed: false,
        });
    }

    /// M-PESA says that the attempt was paid, and no more: a blank receipt, unless one already fits.
    pub(super) fn hear_success_without_number(&mut self, n: u32, at_ms: u64) {
        let Some(attempt) = self.attempt(n) else {
            return;
        };
        let (asked_kes, sent_at_ms) = (attempt.amount.shillings(), attempt.started_at_ms());
        let named = attempt.contradiction.clone();
        let is_own = |r: &&mut Receipt| r.attempt == Some(n) && r.is_ours();
        if let Some(own) = self.receipts.iter_mut().find(is_own) {
            if own.standing == Standing::Unverified {
                own.back(asked_kes);
            }
            return;
        }
        let is_near = |r: &Receipt| is_within(r.time_ms(), sent_at_ms, at_ms);
        let fitting = self
            .receipts
            .iter_mut()
            .filter(|r| r.attempt.is_none() && r.number.is_some() && r.is_ours())
            .filter(|r| {
                let is_named = named.as_ref().is_some_and(|c| c.receipt == r.number);
                is_named || (r.amount_kes == asked_kes && is_near(r))
            })
            .min_by_key(|r| {
                let is_doubtful = r.standing == Standing::Unverified;
                (is_doubtful, r.time_ms().abs_diff(sent_at_ms))
            });
        match fitting {
            Some(receipt) => {
                receipt.attempt = Some(n);
                receipt.back(asked_kes);
            }
            None => {
                // A callback named another amount: the smaller counts, a person looks.
                let told_kes = match named.and_then(|c| c.amount) {
                    Some(PaidAmount::Whole(kes)) => kes,
                    Some(PaidAmount::Other(_)) | None => asked_kes,
                };
                self.receipts.push(Receipt {
                    number: None,
                    amount_kes: asked_kes.min(told_kes),
                    attempt: Some(n),
                    paid_at_ms: None,
                    seen_at_ms: at_ms,
                    rank: Rank::Person,
                    standing: Standing::Asked,
                    is_backed: true,
                });
            }
        }
    }

    /// A callback names a receipt that is here already: it is that attempt's.
    fn bind_known(&mut self, known: usize, n: u32) {
        let is_blank = |r: &Receipt| r.attempt == Some(n) && r.number.is_none();
        let Some(number) = self.receipts.get(known).and_then(|r| r.number.clone()) else {
            return;
        };
        let is_refused = |r: &Receipt| !r.is_ours() && r.rank == Rank::Callback;
        if self.receipts.get(known).is_none_or(is_refused) {
            return;
        }
        // What this attempt's verdict had counted as a blank is this receipt, and no more.
        let mut had_blank = self.receipts.iter().any(is_blank);
        // So is what was only inferred to be this attempt's.
        let is_inferred =
            |r: &&mut Receipt| r.attempt == Some(n) && r.rank < Rank::Callback && r.is_ours();
        for inferred in self.receipts.iter_mut().filter(is_inferred) {
            if inferred.number.is_some() && !inferred.is(&number) {
                had_blank |= inferred.is_backed;
                inferred.attempt = None;
                inferred.is_backed = false;
            }
        }
        let Some(receipt) = self.receipts.get_mut(known) else {
            return;
        };
        let was_of = receipt.attempt.filter(|_| receipt.is_backed);
        receipt.is_backed = had_blank || was_of == Some(n);
        receipt.attempt = Some(n);
        receipt.rank = Rank::Callback;
        if !matches!(receipt.standing, Standing::Granted(_)) {
            receipt.standing = Standing::Asked;
        }
        self.receipts.retain(|r| !is_blank(r));
        // The attempt that it was inferred to belong to keeps what its verdict proved.
        if let Some(other) = was_of.filter(|&other| other != n)
            && let Some(Stage::Succeeded { at_ms }) = self.attempt(other).map(|a| a.stage.clone())
        {
            self.hear_success_without_number(other, at_ms);
        }
    }

    /// A receipt from another channel than a callback.
    fn see(&mut self, seen: Receipt, is_trusted: bool) {
        let number = seen.number.clone();
        if let Some(known) = self.receipts.iter_mut().find(|r| r.number == number) {
            let is_stronger = seen.rank > known.rank || known.standing == Standing::Unverified;
            if is_trusted && is_stronger && !matches!(known.standing, Standing::Granted(_)) {
                known.standing = Standing::Asked;
            }
            if is_trusted {
                known.rank = known.rank.max(seen.rank);
                known.paid_at_ms = known.paid_at_ms.or(seen.paid_at_ms);
            }
            return;
        }
        if let Some(blank) = self.fitting_blank(&seen, is_trusted) {
            let blank = &mut self.receipts[blank];
            let displaced = blank.number.is_some().then(|| Receipt {
                attempt: None,
                is_backed: false,
                ..blank.clone()
            });
            blank.number = seen.number;
            blank.amount_kes = seen.amount_kes;
            blank.paid_at_ms = seen.paid_at_ms;
            blank.rank = seen.rank;
            blank.standing = if is_trusted {
                Standing::Asked
            } else {
                Standing::Unverified
            };
            self.receipts.extend(displaced);
            return;
        }
        let named_by = self.attempts.iter().find(|attempt| {
            attempt
                .contradiction
                .as_ref()
                .is_some_and(|c| c.receipt == seen.number)
        });
        self.receipts.push(Receipt {
            attempt: named_by.map(|attempt| attempt.n),
            standing: if is_trusted {
                Standing::Asked
            } else {
                Standing::Unverified
            },
            ..seen
        });
    }

    /// The blank that a receipt fills: of the same amount, at the same time. Where several fit, the nearest: which of them is
    /// filled does not change the sum. A number that is not surely from M-PESA makes room for one that is.
    fn fitting_blank(&self, seen: &Receipt, is_trusted: bool) -> Option<usize> {
        let fits = |blank: &Receipt| {
            let has_room = blank.number.is_none()
                || (is_trusted && blank.is_backed && blank.standing == Standing::Unverified);
            let attempt = self.attempt(blank.attempt?)?;
            let Stage::Succeeded { at_ms } = attempt.stage else {
                return None;
            };
            let sent_at_ms = attempt.started_at_ms();
            let is_named = attempt
                .contradiction
                .as_ref()
                .is_some_and(|c| c.receipt == seen.number);
            let is_fit = has_room
                && (is_named
                    || (blank.amount_kes == seen.amount_kes
                        && is_within(seen.time_ms(), sent_at_ms, at_ms)));
            is_fit.then(|| seen.time_ms().abs_diff(sent_at_ms))
        };
        self.receipts
            .iter()
            .enumerate()
            .filter_map(|(index, blank)| Some((fits(blank)?, index)))
            .min()
            .map(|(_, index)| index)
    }

    fn grant(&mut self, number: &MpesaReceipt, rank: Rank, is_contested: bool) {
        if let Some(receipt) = self.receipts.iter_mut().find(|r| r.is(number)) {
            receipt.standing = Standing::Granted(rank);
            receipt.rank = receipt.rank.max(rank);
        }
        self.contested += u32::from(is_contested);
    }

    /// The number is another payment's. What a verdict of ours has proved stays, without a number.
    fn lose(&mut self, number: &MpesaReceipt, standing: Standing, at_ms: u64) {
        let Some(receipt) = self.receipts.iter_mut().find(|r| r.is(number)) else {
            return;
        };
        let blank = receipt.is_backed.then(|| Receipt {
            number: None,
            paid_at_ms: None,
            rank: Rank::Person,
            standing: Standing::Asked,
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

fn is_within(time_ms: u64, sent_at_ms: u64, verdict_at_ms: u64) -> bool {
    time_ms + rules::FITS_WITHIN_MS >= sent_at_ms
        && time_ms <= verdict_at_ms + rules::FITS_WITHIN_MS
}
