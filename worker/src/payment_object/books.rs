//! The books: what the ledger and the day's roster know of the payment. They decide nothing about money; late books are
//! late lists.

use super::Inner;
use super::store::Mark;
use crate::config::Config;
use crate::ledger::Books;
use crate::log::{
    self,
    Told::{Payment, Why},
    What,
};
use crate::{ledger, roster_object};
use malipo_engine::names::Address;
use malipo_engine::payment::{Delivery, DeliveryFacts};
use std::rc::Rc;

/// A payment that goes on changes again soon: it is booked this long after its last change, in milliseconds.
pub(super) const AFTER_MS: u64 = 2_000;
const AGAIN_MS_MIN: u64 = 2_000;
const AGAIN_MS_MAX: u64 = 600_000;

/// How long to wait after so many failures, in milliseconds.
pub(super) fn again_ms(failed: u32) -> u64 {
    (AGAIN_MS_MIN << failed.min(16)).min(AGAIN_MS_MAX)
}

impl Inner {
    /// Enters what is not entered yet.
    pub(super) async fn keep_books(self: &Rc<Self>, config: &Config) {
        let is_kept = match self.book(config).await {
            Ok(is_kept) => is_kept,
            Err(why) => {
                log::error(What::WorkFailed, &[Payment(&self.called()), Why(&why)]);
                false
            }
        };
        let failed = &self.lanes.failed_bookings;
        failed.set(if is_kept { 0 } else { failed.get() + 1 });
    }

    async fn book(&self, config: &Config) -> worker::Result<bool> {
        let (value, taken) = self.take(config, |turn| {
            let address = turn.address().map(str::to_owned);
            let opened_at_ms = turn.payment.opened_at_ms();
            let wakes = turn.wake_at_ms().is_some();
            let deliveries = turn.payment.deliveries().iter();
            let deliveries: Vec<DeliveryFacts> = deliveries.map(Delivery::facts).collect();
            let told = (turn.payment.is_disputed(), deliveries);
            let known = match address {
                Some(address) => Some((address, turn.store().mark(Mark::Forgotten)?)),
                None => None,
            };
            Ok((
                known,
                turn.facts()?,
                (turn.lines(), wakes),
                told,
                opened_at_ms,
            ))
        })?;
        let (Some(known), Some(facts), (lines, wakes), told, opened_at_ms) = value else {
            return Ok(true);
        };
        let (address, forgotten_at_ms) = known;
        if taken.unbooked_since_ms.is_none() {
            return Ok(true);
        }
        let books = Books {
            seq: lines,
            wakes,
            facts: &facts,
            is_disputed: told.0,
            deliveries: &told.1,
        };
        let is_projected = ledger::project(&self.env, &address, &books).await;
        let is_entered = match Address::parse(&address) {
            Some(address) => {
                let reference = &address.reference;
                roster_object::enter(&self.env, config, reference, opened_at_ms).await
            }
            None => true,
        };
        self.take(config, |turn| {
            // The customer may have been forgotten while the ledger wrote: then it knows too much, and is told anew.
            let is_same = turn.store().mark(Mark::Forgotten)? == forgotten_at_ms;
            if is_projected && is_same {
                turn.store().set_mark(Mark::Projected, lines)?;
            }
            if is_entered {
                turn.store().set_mark(Mark::Entered, 1)?;
            }
            Ok(())
        })?;
        Ok(is_projected && is_entered)
    }
}
