//! The same order again: what a shop may change, and what it may not.

use super::{Ask, Attempt, Event, Payment};
use crate::order::{Order, Origin};
use malipo_shared::api::State;

/// What a request that opens a payment means when it is open already.
#[derive(Debug, Clone, PartialEq)]
pub struct Reopened {
    /// What it changes, to be recorded first.
    pub amended: Option<Event>,
    /// Whether a push is asked for, if a phone came with it: the same request again asks for none.
    pub wants_push: bool,
}

/// Why a request does not open a payment again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReopenDenied {
    /// Its idempotency key belongs to another request.
    KeyReused,
    /// Its order is not this payment's.
    Order(OrderDenied),
}

/// What an order that was shown again means.
#[derive(Debug, Clone, PartialEq)]
#[allow(clippy::large_enum_variant)] // made once a request, and taken apart at once
pub enum OrderTaken {
    /// It is the payment as it stands.
    Same,
    /// It changes the payment; the event says how.
    Amended(Event),
}

/// Why an order is not this payment's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderDenied {
    /// Another order has the same account reference.
    Collision,
    /// The order was paid, with another amount.
    Paid,
    /// The amount may not change now, or an older order names another amount.
    Changed,
}

impl Payment {
    /// What a signed or created order means to a payment that is open already: its reference is what it is known by,
    /// whichever way the shop's server has named it.
    ///
    /// A signed order with another amount counts if it was signed later, and nothing of the payment is in flight. One that was
    /// signed before the shop closed the payment leaves it closed. A created
    /// one has no such time of its own, and one that was delayed on its way must not undo a newer one: the shop closes
    /// the payment first.
    ///
    /// # Errors
    /// [`OrderDenied`]: the payment stays as it is.
    pub fn take_order(
        &self,
        order: &Order,
        expires_at_ms: u64,
        now_ms: u64,
    ) -> Result<OrderTaken, OrderDenied> {
        let Some(opened) = &self.opened else {
            return Ok(OrderTaken::Same);
        };
        let known = (opened.order.origin.by_server(), order.origin.by_server());
        let (ours, theirs) = match known {
            (Some((ours, old_ms)), Some((theirs, new_ms))) if ours == theirs => (old_ms, new_ms),
            (_, _) => return Err(OrderDenied::Collision),
        };
        let is_same_amount = order.amount == opened.order.amount;
        if self.is_paid() {
            return if is_same_amount {
                Ok(OrderTaken::Same)
            } else {
                Err(OrderDenied::Paid)
            };
        }
        // The shop has closed it since: what was signed before that does not open it again. A signature tells whole seconds.
        let is_from_before = |closed_ms: u64| match &order.origin {
            Origin::Signed { .. } => theirs / 1000 < closed_ms / 1000,
            Origin::Server { .. } | Origin::Item(_) | Origin::Open => theirs < closed_ms,
        };
        let is_withdrawn = self
            .closed_at_ms
            .is_some_and(|at_ms| at_ms < opened.expires_at_ms && is_from_before(at_ms));
        let is_newer = theirs > ours && now_ms < expires_at_ms && !is_withdrawn;
        let is_settled = match &order.origin {
            Origin::Server { .. } => self.closed_at_ms.is_some(),
            Origin::Signed { .. } | Origin::Item(_) | Origin::Open => true,
        };
        let may_change = is_newer
            && is_settled
            && self.receipts.is_empty()
            && !self.attempts.iter().any(Attempt::may_succeed)
            && !self.attempts.iter().any(|a| a.may_ring(now_ms));
        match (is_same_amount, is_newer) {
            (true, false) => Ok(OrderTaken::Same),
            (false, _) if !may_change => Err(OrderDenied::Changed),
            (_, _) => Ok(OrderTaken::Amended(Event::OrderAmended {
                order: order.clone(),
                expires_at_ms,
            })),
        }
    }

    /// Whether an order that amends this payment is another purchase to its customer: at another price, or of one that has ended.
    /// A page that signs the order at each loading amends it too, and shows where it is.
    pub fn begins_anew(&self, order: &Order, now_ms: u64) -> bool {
        let is_same_price = self
            .opened
            .as_ref()
            .is_some_and(|opened| opened.order.amount == order.amount);
        !is_same_price || self.state(now_ms) == State::Closed
    }

    /// What a request with this order and idempotency key means to a payment that is open already. A shop's order is known
    /// by its reference, from any tab, device or day; a page's own only by the request that opened it.
    ///
    /// # Errors
    /// [`ReopenDenied`]: the payment stays as it is.
    pub fn reopen(
        &self,
        order: &Order,
        expires_at_ms: u64,
        ask: &Ask,
        now_ms: u64,
    ) -> Result<Reopened, ReopenDenied> {
        let opening = self.opened.as_ref().map(|opened| &opened.ask);
        let is_first = opening == Some(ask);
        let is_key_known = opening.is_some_and(|first| first.key == ask.key);
        let is_taken = match &order.origin {
            Origin::Signed { .. } => true,
            Origin::Server { .. } => !is_key_known,
            Origin::Item(_) | Origin::Open => false,
        };
        if !is_taken {
            return match is_first {
                true => Ok(Reopened {
                    amended: None,
                    wants_push: false,
                }),
                false => Err(ReopenDenied::KeyReused),
            };
        }
        let taken = self.take_order(order, expires_at_ms, now_ms);
        let amended = match taken.map_err(ReopenDenied::Order)? {
            OrderTaken::Amended(event) => Some(event),
            OrderTaken::Same => None,
        };
        let has_pushed = self.attempts.iter().any(|a| a.ask.key == ask.key);
        Ok(Reopened {
            amended,
            wants_push: !is_first && !has_pushed && !self.is_paid(),
        })
    }

    /// Whether the shop may close the order: nothing of it is in flight.
    pub fn may_close(&self) -> bool {
        self.opened.is_some()
            && !self.is_paid()
            && self.closed_at_ms.is_none()
            && !self.has_pending_money()
            && !self.attempts.iter().any(Attempt::is_in_flight)
    }

    pub(super) fn amend(&mut self, order: &Order, expires_at_ms: u64, at_ms: u64) {
        if let Some(opened) = &mut self.opened {
            opened.order = order.clone();
            opened.expires_at_ms = expires_at_ms;
            if at_ms < expires_at_ms {
                self.closed_at_ms = None;
            }
        }
    }
}
