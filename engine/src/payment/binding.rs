//! Which receipt is which attempt's, where only a verdict has proved that the attempt was paid: each receipt is taken for
//! one attempt at most, and as many attempts as possible have one. What stays without is a blank receipt.
//! docs/receipts.md explains the matching, with a picture.

use super::{Payment, Rank, Receipt, Stage, Standing};

/// How well a receipt fits an attempt; the least is the best: whether it is doubtful, and how far from the push its time lies.
type Fit = (bool, u64);

impl Payment {
    /// M-PESA says that the attempt was paid, and no more: a blank receipt, unless one already fits.
    pub(super) fn hear_success_without_number(&mut self, n: u32, at_ms: u64) {
        let Some(attempt) = self.attempt(n) else {
            return;
        };
        let asked_kes = attempt.amount.shillings();
        let named = attempt.contradiction.clone();
        let is_own = |r: &&mut Receipt| r.attempt == Some(n) && r.is_ours();
        if let Some(own) = self.receipts.iter_mut().find(is_own) {
            if own.standing == Standing::Unverified {
                own.back(asked_kes);
            }
            return;
        }
        if self.find_receipt(n, false, &mut Vec::new()) {
            return;
        }
        // A callback named another amount: the smaller counts, a person looks.
        let told_kes = match named.and_then(|c| c.amount) {
            Some(told) => told.whole_kes().unwrap_or(asked_kes),
            None => asked_kes,
        };
        self.receipts.push(Receipt {
            number: None,
            amount_kes: asked_kes.min(told_kes),
            said: None,
            attempt: Some(n),
            paid_at_ms: None,
            seen_at_ms: at_ms,
            rank: Rank::Person,
            standing: Standing::Asked,
            is_backed: true,
            asks_again: false,
            named_by: None,
            is_shown: false,
            other_kes: None,
        });
    }

    /// Fills the blanks that receipts fit. A number that is not surely from M-PESA makes room for one that is.
    pub(super) fn fill_blanks(&mut self) {
        for index in (0..self.receipts.len()).rev() {
            let slot = &self.receipts[index];
            let is_blank = slot.number.is_none();
            let has_room = slot.is_backed
                && slot.rank < Rank::Callback
                && (is_blank || slot.standing == Standing::Unverified);
            let Some(n) = slot.attempt.filter(|_| has_room) else {
                continue;
            };
            if !self.find_receipt(n, !is_blank, &mut Vec::new()) {
                continue;
            }
            if is_blank {
                self.receipts.remove(index);
            } else {
                let displaced = &mut self.receipts[index];
                displaced.attempt = None;
                displaced.is_backed = false;
            }
        }
    }

    /// Takes a receipt for the attempt: a free one, or another attempt's that finds one in its stead.
    fn find_receipt(&mut self, n: u32, is_trusted_only: bool, asked: &mut Vec<u32>) -> bool {
        asked.push(n);
        let Some(asked_kes) = self.attempt(n).map(|a| a.amount.shillings()) else {
            return false;
        };
        let mut fitting: Vec<(bool, Fit, usize)> = self
            .receipts
            .iter()
            .enumerate()
            .filter(|(_, r)| !(is_trusted_only && r.standing == Standing::Unverified))
            .filter_map(|(index, r)| Some((r.is_backed, self.fit(n, r)?, index)))
            .collect();
        fitting.sort_unstable();
        for (_, _, index) in fitting {
            let receipt = &self.receipts[index];
            let is_free = match receipt.attempt.filter(|_| receipt.is_backed) {
                None => receipt.attempt.is_none_or(|named| named == n),
                Some(other) => {
                    !asked.contains(&other) && self.find_receipt(other, is_trusted_only, asked)
                }
            };
            if is_free {
                let receipt = &mut self.receipts[index];
                receipt.attempt = Some(n);
                receipt.back(asked_kes);
                return true;
            }
        }
        false
    }

    /// Whether a receipt may be the attempt's: one that its callback named, or of its amount and at its time.
    fn fit(&self, n: u32, receipt: &Receipt) -> Option<Fit> {
        let attempt = self.attempt(n)?;
        let Stage::Succeeded { at_ms } = attempt.stage else {
            return None;
        };
        let is_inferable =
            // One that its callback has named is not inferred; unless it was lost and has come back.
            receipt.number.is_some() && receipt.is_ours() && (receipt.rank < Rank::Callback || receipt.attempt.is_none());
        let sent_at_ms = attempt.started_at_ms();
        let time_ms = receipt.time_ms();
        let named = attempt.contradiction.as_ref();
        let is_named = named.is_some_and(|c| c.receipt == receipt.number);
        let is_amount = receipt.amount_kes == attempt.amount.shillings();
        let is_within = time_ms + self.held.fits_within_ms() >= sent_at_ms
            && time_ms <= at_ms + self.held.fits_within_ms();
        let is_doubtful = receipt.standing == Standing::Unverified;
        // What a customer or the shop has said is nobody's until it is granted: it would hide the attempt's own.
        let is_shown =
            receipt.rank >= Rank::Reference || matches!(receipt.standing, Standing::Granted(_));
        let fits = is_inferable && is_shown && (is_named || (is_amount && is_within));
        fits.then(|| (is_doubtful, time_ms.abs_diff(sent_at_ms)))
    }

    /// A callback names a receipt that is here already: it is that attempt's.
    pub(super) fn bind_known(&mut self, known: usize, n: u32) {
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
        let asked_kes = self.attempt(n).map(|a| a.amount.shillings());
        let Some(receipt) = self.receipts.get_mut(known) else {
            return;
        };
        if receipt.standing == Standing::Unverified {
            // What was said of it until now was anybody's word; the callback's amount is the attempt's.
            receipt.amount_kes = asked_kes.unwrap_or(receipt.amount_kes);
        }
        receipt.named_by = Some(n);
        if self.held.pays_once() && receipt.is_shown {
            // M-PESA's row of the receipt is surer than what its callback says of the push.
            let is_other = |told: &u32| *told != receipt.amount_kes;
            receipt.other_kes = asked_kes.filter(is_other).or(receipt.other_kes);
        }
        let was_of = receipt.attempt.filter(|_| receipt.is_backed);
        receipt.is_backed = had_blank || was_of == Some(n);
        receipt.attempt = Some(n);
        if receipt.rank < Rank::Callback && !matches!(receipt.standing, Standing::Granted(_)) {
            receipt.claim_anew();
        }
        receipt.rank = Rank::Callback;
        self.receipts.retain(|r| !is_blank(r));
        // The attempt that it was inferred to belong to keeps what its verdict proved.
        if let Some(other) = was_of.filter(|&other| other != n)
            && let Some(Stage::Succeeded { at_ms }) = self.attempt(other).map(|a| a.stage.clone())
        {
            self.hear_success_without_number(other, at_ms);
        }
    }
}
