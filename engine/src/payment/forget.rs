//! Forgetting the customer: when a payment may do it, and what of its journal names a number. What a payment is, and what a
//! late callback does to it, stays the same.

use super::{Attempt, Event, Payment, Recorded, Terms};
use crate::daraja::CheckoutRequestId;

impl Payment {
    /// Whether it has ended, and nothing of it is in flight or owed. Money may come late all the same.
    pub fn is_over(&self, terms: Terms, now_ms: u64) -> bool {
        // A push whose fate nobody ever learned does not keep a number for good: M-PESA was asked for a day.
        let is_given_up = |opened: &super::Opened| {
            now_ms >= opened.expires_at_ms
                && !self.has_pending_money()
                && !self.attempts.iter().any(Attempt::is_in_flight)
        };
        let has_ended = self.is_paid()
            || self.closed_at_ms.is_some()
            || self.opened.as_ref().is_some_and(is_given_up);
        has_ended && self.next_wake_ms(terms, now_ms).is_none()
    }

    /// When it has to forget its customer, `after_ms` after the customer last saw something new, in Unix milliseconds; none
    /// while it is not over.
    pub fn forgets_at_ms(&self, terms: Terms, after_ms: u64, now_ms: u64) -> Option<u64> {
        self.is_over(terms, now_ms)
            .then(|| self.changed_at_ms.saturating_add(after_ms))
    }

    /// A line of this payment's journal without the id that holds the customer's number; none if it holds none.
    pub fn forgotten(&self, record: &Recorded) -> Option<Event> {
        let mut event = record.event.clone();
        let (attempt, id) = id_in(&mut event)?;
        let own = self.attempt(attempt)?.checkout_request_id.as_ref();
        let blank = if own.is_some_and(|own| own.is_same_push(id)) {
            CheckoutRequestId::forgotten()
        } else {
            CheckoutRequestId::forgotten_other()
        };
        if *id == blank {
            return None;
        }
        *id = blank;
        Some(event)
    }
}

#[allow(clippy::wildcard_enum_match_arm)] // the other events hold no id of Safaricom's
fn id_in(event: &mut Event) -> Option<(u32, &mut CheckoutRequestId)> {
    match event {
        Event::PushAccepted {
            attempt,
            checkout_request_id,
            ..
        } => Some((*attempt, checkout_request_id)),
        Event::CallbackReceived { attempt, callback } => {
            Some((*attempt, callback.checkout_request_id.as_mut()?))
        }
        _ => None,
    }
}
