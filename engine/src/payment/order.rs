//! The same order again: what a shop may change, and what it may not.

use super::{Attempt, Event, Payment};
use crate::order::{Order, Origin};

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
    /// A signed order with another amount counts if it was signed later, and nothing of the payment is in flight. A created
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
        let is_newer = theirs > ours && now_ms < expires_at_ms;
        let is_settled = match &order.origin {
            Origin::Server { .. } => self.closed_at_ms.is_some(),
            Origin::Signed { .. } | Origin::Item(_) | Origin::Open => true,
        };
        let may_change = is_newer
            && is_settled
            && self.receipts.is_empty()
            && !self.attempts.iter().any(Attempt::may_succeed);
        match (is_same_amount, is_newer) {
            (true, false) => Ok(OrderTaken::Same),
            (false, _) if !may_change => Err(OrderDenied::Changed),
            (_, _) => Ok(OrderTaken::Amended(Event::OrderAmended {
                order: order.clone(),
                expires_at_ms,
            })),
        }
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
