//! `Receipt`: money that moved, and where its number stands.

use super::Rank;
use malipo_shared::MpesaReceipt;

/// Money that moved, as far as this payment knows of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Receipt {
    /// M-PESA's number; none while only a verdict has told of it (a blank receipt).
    pub number: Option<MpesaReceipt>,
    /// How much, in whole shillings.
    pub amount_kes: u32,
    /// How much M-PESA said, where that is not whole shillings: the rest is for a person.
    pub said: Option<String>,
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
    /// Whether the answer to a claim may be older than what was heard since, so that it is asked once more.
    pub(super) asks_again: bool,
    /// The push whose callback has named it.
    pub(super) named_by: Option<u32>,
    /// Whether M-PESA has shown it by another channel than a callback.
    pub(super) is_shown: bool,
    /// What a callback, or what M-PESA's own row, says of its amount, if that is another: the row's counts, in whole shillings.
    pub(super) other_kes: Option<u32>,
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
    /// A callback of a push that another receipt has paid names it: one push pays once, a person looks.
    SetAside {
        /// Whether the shop's people find it among the receipts.
        is_listed: bool,
    },
    /// A person has taken their assignment back; its object does not know it yet.
    Releasing,
    /// The same, and its object knows.
    Released,
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
                Standing::Taken => self.asks_again,
                Standing::Unverified
                | Standing::Denied
                | Standing::SetAside { .. }
                | Standing::Releasing
                | Standing::Released => false,
            }
    }

    /// Whether the shop's people have still to find it among their receipts.
    pub(super) fn wants_listing(&self) -> bool {
        self.standing == Standing::SetAside { is_listed: false }
    }

    pub(super) fn is(&self, number: &MpesaReceipt) -> bool {
        self.number.as_ref() == Some(number)
    }

    /// A verdict proves the money. A number that is not surely from M-PESA stays so, and what it says is too much is not counted.
    pub(super) fn back(&mut self, asked_kes: u32) {
        self.is_backed = true;
        if self.standing == Standing::Unverified {
            self.amount_kes = self.amount_kes.min(asked_kes);
        }
    }

    /// Has the number claimed by a stronger proof. The claim by the weaker one may be on its way.
    pub(super) fn claim_anew(&mut self) {
        self.asks_again |= self.standing == Standing::Asked;
        self.standing = Standing::Asked;
    }

    pub(super) fn time_ms(&self) -> u64 {
        self.paid_at_ms.unwrap_or(self.seen_at_ms)
    }

    /// Whether it is this payment's to bind: neither refused, nor lost, nor set aside, nor given up.
    pub(super) fn is_ours(&self) -> bool {
        !matches!(
            self.standing,
            Standing::Denied | Standing::Taken | Standing::SetAside { .. }
        ) && !self.is_given_up()
    }

    /// Whether a person has taken it back. An answer to a claim from before does not change that.
    pub(super) fn is_given_up(&self) -> bool {
        matches!(self.standing, Standing::Releasing | Standing::Released)
    }
}

/// A receipt that a person has taken back from this payment.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Released {
    pub(super) receipt: MpesaReceipt,
    pub(super) at_ms: u64,
}
