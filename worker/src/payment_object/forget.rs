//! Forgetting the customer: when the time that the shop has set is over, or because the customer asks. What the payment is
//! stays, and nothing that counts is read from a number.

use super::Inner;
use super::store::Mark;
use super::turn::{Turn, terms};
use crate::config::Config;
use crate::message::Known;
use crate::reply;
use malipo_shared::api::{ApiError, ErrorCode};
use std::rc::Rc;
use worker::{Response, Result};

impl Turn<'_> {
    /// When the object has to ring, in Unix milliseconds: for what is due, or at last to forget.
    pub(super) fn alarm_at_ms(&self) -> Result<Option<u64>> {
        match self.wake_at_ms() {
            Some(at_ms) => Ok(Some(at_ms)),
            None => self.forgets_at_ms(),
        }
    }

    /// When the customer has to be forgotten, in Unix milliseconds; none while something is in flight, and afterwards.
    fn forgets_at_ms(&self) -> Result<Option<u64>> {
        let after_ms = self.config.forget_after_ms;
        let at_ms = self
            .payment
            .forgets_at_ms(terms(self.config), after_ms, self.now_ms);
        Ok(match at_ms {
            Some(at_ms) if self.has_personal()? => Some(at_ms.max(self.now_ms)),
            Some(_) | None => None,
        })
    }

    fn has_personal(&self) -> Result<bool> {
        Ok(self.address().is_some() && self.store().personal()? > 0)
    }

    fn forget(&self) -> Result<()> {
        self.store().forget(&self.payment)?;
        self.store().set_mark(Mark::Forgotten, self.now_ms)?;
        // The ledger forgets by being told anew.
        self.store().set_mark(Mark::Projected, 0)
    }
}

impl Inner {
    /// Forgets what is due to be forgotten. Failing costs time: the alarm rings again.
    pub(super) fn forget_due(&self, config: &Config) -> Result<()> {
        let ((), _) = self.take(config, |turn| match turn.forgets_at_ms()? {
            Some(at_ms) if at_ms <= turn.now_ms => turn.forget(),
            Some(_) | None => Ok(()),
        })?;
        Ok(())
    }

    /// The customer asks to be forgotten: at once, if nothing is in flight or owed.
    pub(super) async fn forget_asked(self: Rc<Self>, config: &Config) -> Result<Response> {
        let (state, _) = self.take(config, |turn| {
            let is_known = turn.address().is_some();
            let is_over = turn.payment.is_over(terms(config), turn.now_ms);
            if is_known && is_over && turn.has_personal()? {
                turn.forget()?;
            }
            Ok((is_known, is_over))
        })?;
        match state {
            (false, _) => Response::from_json(&Known { is_known: false }),
            (true, true) => {
                let ((), taken) = self.take(config, |_| Ok(()))?;
                self.wake(taken.wake_at_ms, 0).await?; // for the books, which forget by being kept anew
                Response::from_json(&Known { is_known: true })
            }
            (true, false) => reply::error(ApiError::new(
                ErrorCode::PushNotAllowed,
                "This payment has not ended: its order is open, something is in flight, or the shop has not heard all of it.",
            )),
        }
    }
}
