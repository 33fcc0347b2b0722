//! The life of one payment: a journal of events, whose fold is its state. [`Payment::step`] is the
//! whole of it: what happened goes in, what is to be done comes out.

mod attempt;
mod effect;
mod event;
mod fold;
mod journal;
mod push;
pub mod rules;
mod view;

#[cfg(test)]
mod tests;

pub use attempt::{Attempt, Stage};
pub use effect::Effect;
pub use event::{Ask, Event};
pub use journal::{Recorded, UnreadableRecord};
pub use push::{Denied, PushDenied};
pub use view::Showing;

use crate::order::Order;
use malipo_shared::{AccountReference, Kes, MpesaReceipt, Payee};

/// One order's payment, as its journal tells it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Payment {
    opened: Option<Opened>,
    attempts: Vec<Attempt>,
    receipts: Vec<Receipt>,
    closed_at_ms: Option<u64>,
    changed_at_ms: u64,
    version: u64,
}

/// What a payment was opened with.
#[derive(Debug, Clone, PartialEq)]
pub struct Opened {
    /// What is to be paid.
    pub order: Order,
    /// Who is paid.
    pub payee: Payee,
    /// The payment's name.
    pub account_reference: AccountReference,
    /// After this no push leaves, in Unix milliseconds.
    pub expires_at_ms: u64,
    /// Who asked, so that the same key with another body is told apart.
    pub ask: Ask,
}

/// Money that moved.
#[derive(Debug, Clone, PartialEq)]
pub struct Receipt {
    /// M-PESA's number; none while only a query has told of it (a blank receipt).
    pub number: Option<MpesaReceipt>,
    /// How much, in whole shillings.
    pub amount_kes: u32,
    /// The attempt that it belongs to.
    pub attempt: u32,
    /// When it was first heard of.
    pub seen_at_ms: u64,
}

impl Payment {
    /// Carries `event` out: folds it in and says what is to be done. Effects come in the order in which
    /// the shell carries them out; a `WakeAt` is always last.
    pub fn step(&mut self, event: &Event, now_ms: u64) -> Vec<Effect> {
        let before = self.clone();
        self.apply(event, now_ms);
        let mut effects = effect::effects_of(&before, self, event, now_ms);
        effects.extend(self.next_wake_ms(now_ms).map(Effect::WakeAt));
        effects
    }

    /// The payment that a journal tells of.
    pub fn fold(journal: &[Recorded]) -> Payment {
        let mut payment = Payment::default();
        for record in journal {
            payment.apply_record(record);
        }
        payment
    }

    /// What it was opened with; none for a payment that does not exist.
    pub fn opened(&self) -> Option<&Opened> {
        self.opened.as_ref()
    }

    /// The attempts, oldest first; the first has the number 1.
    pub fn attempts(&self) -> &[Attempt] {
        &self.attempts
    }

    /// One attempt by its number.
    pub fn attempt(&self, n: u32) -> Option<&Attempt> {
        self.attempts.get(usize::try_from(n).ok()?.checked_sub(1)?)
    }

    /// The money that moved.
    pub fn receipts(&self) -> &[Receipt] {
        &self.receipts
    }

    /// Grows with every change that the customer can see.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// When the customer last saw something new, in Unix milliseconds.
    pub fn changed_at_ms(&self) -> u64 {
        self.changed_at_ms
    }

    /// What the order asks, in whole shillings.
    pub fn due_kes(&self) -> u32 {
        self.opened
            .as_ref()
            .map_or(0, |opened| opened.order.amount.shillings())
    }

    /// The sum of the receipts, in whole shillings.
    pub fn received_kes(&self) -> u32 {
        self.receipts
            .iter()
            .fold(0, |sum, receipt| sum.saturating_add(receipt.amount_kes))
    }

    /// Whether the sum of the receipts has reached what is due. Never reverts.
    pub fn is_paid(&self) -> bool {
        self.opened.is_some() && self.received_kes() >= self.due_kes()
    }

    /// What the next push asks for: what is due less what is here.
    pub fn remaining(&self) -> Option<Kes> {
        Kes::new(u64::from(
            self.due_kes().saturating_sub(self.received_kes()),
        ))
        .ok()
    }
}
