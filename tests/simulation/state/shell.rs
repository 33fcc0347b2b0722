//! `Shell`: the state of one payment's object, in storage and in memory.

use crate::state::shop::Priced;
use malipo_engine::payment::{Effect, Payment, Recorded, Terms};
use malipo_shared::{AccountReference, Payee};

pub(crate) const TERMS: Terms = Terms { has_webhook: true };

pub(crate) struct Shell {
    pub(crate) address: String,
    pub(crate) reference: AccountReference,
    pub(crate) payee: Payee,
    pub(crate) priced: Priced,
    /// What lies in storage.
    pub(crate) journal: Vec<Recorded>,
    pub(crate) alarm_ms: Option<u64>,
    pub(crate) alarm_turn: u32,
    /// Its fold.
    pub(crate) payment: Payment,
    /// What a crash takes.
    pub(crate) life: u32,
    pub(crate) pushing: Option<u32>,
    pub(crate) asked: Vec<Effect>,
    pub(crate) is_ringing: bool,
    pub(crate) not_before_ms: u64,
    pub(crate) is_recorded: bool,
    pub(crate) effects: Vec<Effect>,
    /// When its alarm has rung since anybody called it.
    pub(crate) rings: Vec<u64>,
    /// The world's handsets, in the order in which this payment came to know them.
    pub(crate) phones: Vec<usize>,
    pub(crate) frozen_until_ms: u64,
    /// What was seen of it before, so that what may never revert is noticed.
    pub(crate) was_paid: bool,
    pub(crate) told: Vec<malipo_engine::webhook::Kind>,
}

impl Shell {
    pub(crate) fn new(
        address: String,
        reference: AccountReference,
        payee: Payee,
        priced: Priced,
    ) -> Shell {
        Shell {
            address,
            reference,
            payee,
            priced,
            journal: Vec::new(),
            alarm_ms: None,
            alarm_turn: 0,
            payment: Payment::default(),
            life: 0,
            pushing: None,
            asked: Vec::new(),
            is_ringing: false,
            not_before_ms: 0,
            is_recorded: false,
            effects: Vec::new(),
            rings: Vec::new(),
            phones: Vec::new(),
            frozen_until_ms: 0,
            was_paid: false,
            told: Vec::new(),
        }
    }

    pub(crate) fn is_open(&self) -> bool {
        self.payment.opened().is_some()
    }
}
