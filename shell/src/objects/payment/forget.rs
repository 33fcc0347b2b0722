//! Forgetting the customer: when the time that the shop has set is over, or because the customer asks. What the payment is
//! stays, and nothing that counts is read from a number.

use super::inner::Inner;
use super::turn::{Look, terms};
use crate::calls::payment::PaymentKnown;
use crate::config::Config;
use crate::platform::error::Result;
use crate::platform::http::ObjectReply;
use malipo_shared::api::{ApiError, ErrorCode};
use std::rc::Rc;

impl Inner {
    /// Forgets what is due to be forgotten. Failing costs time: the alarm rings again.
    pub(super) fn forget_due(self: &Rc<Self>, config: &Config) -> Result<()> {
        let is_due = |look: &Look<'_>| {
            let at_ms = look.forgets_at_ms()?;
            Ok(at_ms.is_some_and(|at_ms| at_ms <= look.now_ms))
        };
        if !self.look(config, is_due)? {
            return Ok(());
        }
        self.turn(
            config,
            |turn| if is_due(turn)? { turn.forget() } else { Ok(()) },
        )
    }

    /// The customer asks to be forgotten: at once, if nothing is in flight or owed.
    pub(super) fn forget_asked(self: Rc<Self>, config: &Config) -> Result<ObjectReply> {
        let state = self.turn(config, |turn| {
            let is_known = turn.address().is_some();
            let is_over = turn.payment.is_over(terms(config), turn.now_ms);
            if is_known && is_over && turn.has_personal()? {
                turn.forget()?;
            }
            Ok((is_known, is_over))
        })?;
        match state {
            (false, _) => ObjectReply::json(&PaymentKnown { is_known: false }),
            (true, true) => ObjectReply::json(&PaymentKnown { is_known: true }),
            (true, false) => ObjectReply::error(ApiError::new(
                ErrorCode::PushNotAllowed,
                "This payment has not ended: its order is open, something is in flight, or the shop has not heard all of it.",
            )),
        }
    }
}
