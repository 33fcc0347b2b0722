//! `Money`: money that truly moved, and what the callbacks that tell of it truly are.

use malipo_shared::MpesaReceipt;

/// What moved money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    Push(usize),
    /// A customer of this payment, by hand.
    Hand(usize),
}

/// Money that moved.
#[derive(Debug)]
pub(crate) struct Money {
    pub(crate) number: MpesaReceipt,
    pub(crate) by: By,
    pub(crate) phone: usize,
    pub(crate) amount: u32,
    pub(crate) at_ms: u64,
    /// The account number as it was typed; empty for a till.
    pub(crate) bill_ref: String,
    /// The payment that its account number names, however it was typed.
    pub(crate) names: Option<usize>,
    /// Whether that payment was open when M-PESA confirmed it.
    pub(crate) was_named: bool,
    /// Whether a confirmation told nothing of its payer.
    pub(crate) was_payer_hidden: bool,
    /// How it was truly made known to us.
    pub(crate) by_callback: bool,
    pub(crate) by_verdict: bool,
    pub(crate) by_confirmation: bool,
}

/// What a callback truly is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Says {
    Paid {
        push: usize,
        has_number: bool,
    },
    Ended {
        push: usize,
    },
    Strange {
        push: usize,
    },
    /// M-PESA contradicts itself: not to be believed.
    Lie {
        push: usize,
        is_by_id: bool,
    },
    /// M-PESA names a second receipt for a push that was paid: no money is behind it.
    Second {
        push: usize,
    },
    /// A stranger's.
    Forged,
}

impl Money {
    pub(crate) fn new(by: By, phone: usize, amount: u32, at_ms: u64, bill_ref: String) -> Money {
        Money {
            number: MpesaReceipt::parse("U000000000").unwrap(),
            by,
            phone,
            amount,
            at_ms,
            bill_ref,
            names: None,
            was_named: false,
            was_payer_hidden: false,
            by_callback: false,
            by_verdict: false,
            by_confirmation: false,
        }
    }

    pub(crate) fn push(&self) -> Option<usize> {
        match self.by {
            By::Push(push) => Some(push),
            By::Hand(_) => None,
        }
    }
}
