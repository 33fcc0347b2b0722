//! The life of one payment: a journal of events, whose fold is its state. [`Payment::step`] is the
//! whole of it: what happened goes in, what is to be done comes out.

mod assign;
mod attempt;
mod binding;
mod bookings;
mod bounds;
mod deliveries;
mod delivery;
mod effect;
mod event;
mod facts;
mod fold;
mod forget;
mod held;
mod journal;
mod named;
mod order;
mod overdue;
mod push;
mod reading;
mod receipt;
mod receipts;
mod refund;
mod refunds;
mod review;
pub mod rules;
mod second;
mod timeline;
mod typed_receipts;
mod typed_search;
mod unread;
mod unused;
mod validate;
mod view;

#[cfg(test)]
mod tests;

pub use assign::{AssignDenied, Assignment, ReleaseDenied};
pub use attempt::{Attempt, Contradiction, Stage};
pub use bookings::Bookings;
pub use bounds::{Kept, Said, Written};
pub use delivery::{Delivery, DeliveryFacts, Hearing, HearingWord};
pub use effect::{Effect, Terms};
pub use event::{Ask, Event, Finding, Rank};
pub use journal::{Decided, Recorded, UnreadableRecord};
pub use order::{OrderDenied, OrderTaken, ReopenDenied, Reopened};
pub use push::{Denied, PushDenied};
pub use receipt::{Receipt, Standing};
pub use refund::{Refund, RefundAsk, RefundDenied, RefundStage, RefundTaken};
pub use timeline::{TimelineLine, timeline};
pub use typed_search::Typed;
pub use validate::Validated;
pub use view::Showing;

use crate::order::Order;
use held::Held;
use malipo_shared::{AccountReference, Kes, Payee};

/// One order's payment, as its journal tells it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Payment {
    opened: Option<Opened>,
    attempts: Vec<Attempt>,
    receipts: Vec<Receipt>,
    typed: Vec<Typed>,
    refunds: Vec<Refund>,
    deliveries: Vec<Delivery>,
    contested: u32,
    /// What a person has taken back, oldest first.
    released: Vec<receipt::Released>,
    opened_at_ms: u64,
    paid_at_ms: Option<u64>,
    closed_at_ms: Option<u64>,
    changed_at_ms: u64,
    version: u64,
    /// The rules of the line that is being folded; today's in between.
    held: Held,
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

impl Payment {
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

    /// The sum of the receipts that count, less what went back of them, in whole shillings.
    pub fn received_kes(&self) -> u32 {
        self.sum_kes(Payment::kept_kes)
    }

    /// The same, less what may yet go back: only this makes a payment paid.
    fn unreserved_kes(&self) -> u32 {
        self.sum_kes(Payment::left_kes)
    }

    fn sum_kes(&self, of: fn(&Payment, &Receipt) -> u32) -> u32 {
        let counted = self.receipts.iter().filter(|receipt| receipt.counts());
        counted.fold(0, |sum: u32, receipt| sum.saturating_add(of(self, receipt)))
    }

    /// What is too much, in whole shillings.
    pub fn excess_kes(&self) -> u32 {
        self.received_kes().saturating_sub(self.due_kes())
    }

    /// Whether the sum of the receipts has once reached what is due. Never reverts, not by a refund either.
    pub fn is_paid(&self) -> bool {
        self.paid_at_ms.is_some()
    }

    /// When it was opened, in Unix milliseconds.
    pub fn opened_at_ms(&self) -> u64 {
        self.opened_at_ms
    }

    /// When the sum of the receipts reached what is due, in Unix milliseconds.
    pub fn paid_at_ms(&self) -> Option<u64> {
        self.paid_at_ms
    }

    /// When the order was closed, in Unix milliseconds.
    pub fn closed_at_ms(&self) -> Option<u64> {
        self.closed_at_ms
    }

    /// What the next push asks for: what is due less what is here. Nothing of a paid payment, also when its money went back.
    pub fn remaining(&self) -> Option<Kes> {
        if self.is_paid() {
            return None;
        }
        Kes::new(u64::from(
            self.due_kes().saturating_sub(self.received_kes()),
        ))
        .ok()
    }
}
