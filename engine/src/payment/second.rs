//! One push pays once. A callback that names another receipt than the one its push was paid by goes before a person: its
//! receipt is kept, is not counted, and is listed for the shop. What M-PESA shows of a receipt by a row of its own
//! (C2B, Pull, Transaction Status) is surer than any callback: it is money of its own, and of the receipts that the callbacks
//! of one push have named, those that were never shown give way to one that was.

use super::{Event, Payment, Rank, Receipt, Standing};
use malipo_shared::MpesaReceipt;

impl Receipt {
    /// M-PESA shows it for the first time by a row of its own. What a callback has told of its amount gives way.
    pub(super) fn hear_row(&mut self, amount_kes: u32) {
        let is_other = self.named_by.is_some() && amount_kes > 0 && amount_kes != self.amount_kes;
        if is_other && self.standing != Standing::Unverified {
            self.other_kes = Some(core::mem::replace(&mut self.amount_kes, amount_kes));
        }
    }

    fn is_named_by(&self, n: u32) -> bool {
        self.named_by == Some(n) && self.is_ours()
    }
}

impl Payment {
    /// How many receipts are set aside.
    pub(super) fn set_aside(&self) -> usize {
        let is_aside = |r: &&Receipt| matches!(r.standing, Standing::SetAside { .. });
        self.receipts.iter().filter(is_aside).count()
    }

    /// Whether push `n` was paid by another receipt than `number`, as its own callback says.
    pub(super) fn is_second(&self, n: u32, number: &MpesaReceipt) -> bool {
        let is_other = |r: &Receipt| r.is_named_by(n) && !r.is(number);
        self.held.pays_once() && self.receipts.iter().any(is_other)
    }

    /// Whether a callback of success names a receipt that another push's callback has named before.
    pub(super) fn names_another_push(&self, event: &Event) -> bool {
        let Event::CallbackReceived { attempt, callback } = event else {
            return false;
        };
        let named = callback.proof.receipt.as_ref();
        let known = named.and_then(|number| self.receipt(number));
        let is_anothers = |r: &Receipt| r.is_ours() && r.named_by.is_some_and(|n| n != *attempt);
        self.held.pays_once() && callback.code.is_success() && known.is_some_and(is_anothers)
    }

    /// A callback names `number` for a push that another receipt has paid.
    pub(super) fn hear_second(
        &mut self,
        n: u32,
        number: &MpesaReceipt,
        told_kes: u32,
        paid_at_ms: Option<u64>,
        at_ms: u64,
    ) {
        if let Some(known) = self.receipts.iter_mut().find(|r| r.is(number)) {
            known.named_by.get_or_insert(n);
            return self.pay_once(n);
        }
        self.receipts.push(Receipt {
            number: Some(number.clone()),
            amount_kes: told_kes,
            said: None,
            attempt: None,
            paid_at_ms,
            seen_at_ms: at_ms,
            rank: Rank::Person,
            standing: Standing::SetAside { is_listed: false },
            is_backed: false,
            asks_again: false,
            named_by: Some(n),
            is_shown: false,
            other_kes: None,
        });
    }

    /// Keeps the receipt of a callback that is not believed, where its push was paid by another: nothing that names money is
    /// dropped.
    pub(super) fn keep_doubted(&mut self, event: &Event, at_ms: u64) {
        let Event::CallbackReceived { attempt, callback } = event else {
            return;
        };
        let Some(number) = callback.proof.receipt.as_ref() else {
            return;
        };
        let is_known = self.receipt(number).is_some();
        if callback.code.is_success() && !is_known && self.is_second(*attempt, number) {
            let asked_kes = self.attempt(*attempt).map_or(0, |a| a.amount.shillings());
            let told_kes = match &callback.proof.amount {
                Some(told) => told.whole_kes().unwrap_or(asked_kes),
                None => asked_kes,
            };
            let paid_at_ms = callback.proof.paid_at_ms;
            self.hear_second(*attempt, number, told_kes, paid_at_ms, at_ms);
        }
    }

    /// Of the receipts that callbacks of push `n` have named, one is granted that M-PESA has shown: those that it never showed
    /// are set aside, and what a verdict has proved of the push is its.
    pub(super) fn pay_once(&mut self, n: u32) {
        if !self.held.pays_once() {
            return;
        }
        let is_shown = |r: &Receipt| {
            r.is_named_by(n) && r.is_shown && matches!(r.standing, Standing::Granted(_))
        };
        let Some(shown) = self.receipts.iter().position(is_shown) else {
            return;
        };
        let mut is_backed = false;
        for other in &mut self.receipts {
            // What a person has assigned is theirs to take back.
            let is_persons =
                other.standing == Standing::Granted(Rank::Person) || other.rank == Rank::Person;
            if other.is_named_by(n) && !other.is_shown && !is_persons {
                other.standing = Standing::SetAside { is_listed: false };
                other.attempt = None;
                is_backed |= core::mem::take(&mut other.is_backed);
            }
        }
        let has_own = self
            .receipts
            .iter()
            .any(|r| r.attempt == Some(n) && r.is_ours());
        if !has_own {
            let receipt = &mut self.receipts[shown];
            receipt.attempt = Some(n);
            receipt.is_backed |= is_backed;
        }
    }

    /// The shop's people find it among the receipts.
    pub(super) fn list(&mut self, number: &MpesaReceipt) {
        if let Some(receipt) = self.receipts.iter_mut().find(|r| r.is(number))
            && matches!(receipt.standing, Standing::SetAside { .. })
        {
            receipt.standing = Standing::SetAside { is_listed: true };
        }
    }
}
