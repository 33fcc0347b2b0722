//! The projections of a payment: its row in the ledger and its name in the day's roster. They decide nothing about money; late ones are
//! late lists.

use super::inner::Inner;
use super::store::Mark;
use super::turn::Look;
use crate::calls;
use crate::config::Config;
use crate::ledger::payment_rows::{self, Books};
use crate::platform::error::Result;
use malipo_engine::master_key::Address;
use malipo_engine::payment::{Delivery, DeliveryFacts};
use malipo_engine::webhook::PaymentFacts;
use std::rc::Rc;

impl Inner {
    /// Enters what is not entered yet. Whether that went well decides when it is tried again.
    pub(super) async fn keep_books(self: &Rc<Self>, config: &Config) -> Result<()> {
        let Some(entry) = self.look(config, entry)? else {
            return Ok(());
        };
        let books = Books {
            seq: entry.lines,
            wakes: entry.wakes,
            facts: &entry.facts,
            is_disputed: entry.is_disputed,
            deliveries: &entry.deliveries,
        };
        let is_projected = payment_rows::project(&self.env, &entry.address, &books).await;
        let is_entered = match Address::parse(&entry.address).filter(|_| entry.lacks_name) {
            Some(address) => {
                let opened_at_ms = entry.facts.opened_at_ms;
                calls::roster::enter(&self.env, config, &address.reference, opened_at_ms).await
            }
            None => true,
        };
        self.turn(config, |turn| {
            // The customer may have been forgotten while the ledger wrote: then it knows too much, and is told anew.
            let is_same = turn.forgotten_at_ms()? == entry.forgotten_at_ms;
            if is_projected && is_same {
                turn.booked(entry.lines)?;
            }
            if is_entered && entry.lacks_name {
                turn.entered();
            }
            let before = turn.bookings()?;
            let after = before.after(is_projected && is_entered, turn.now_ms);
            if after == before {
                Ok(())
            } else {
                turn.keep_bookings(after)
            }
        })
    }

    /// Ends a payment that was only opened, when its time is over: the ledger's row goes, then all that the object holds.
    /// Whoever comes in between finds it as it was.
    pub(super) async fn end_due(self: &Rc<Self>, config: &Config) -> Result<()> {
        let due = |look: &Look<'_>| Ok(look.address().filter(|_| is_due(look)).map(str::to_owned));
        let (Some(address), Some(_in_use)) = (self.look(config, due)?, self.enter_books()) else {
            return Ok(());
        };
        if !payment_rows::erase(&self.env, &address).await {
            // The ledger is not there: the same again, ever later.
            return self.turn(config, |turn| {
                let after = turn.bookings()?.after(false, turn.now_ms);
                turn.keep_bookings(after)
            });
        }
        if !self.erase_if(config, is_due)? {
            self.turn(config, |turn| {
                turn.book_anew();
                Ok(())
            })?;
        }
        Ok(())
    }
}

fn is_due(look: &Look<'_>) -> bool {
    look.ends_at_ms().is_some_and(|at_ms| at_ms <= look.now_ms)
}

/// What the books are told, read once; none when they know all.
struct Entry {
    address: String,
    facts: PaymentFacts,
    lines: u64,
    wakes: bool,
    /// Whether the roster has to hold its name, and does not as far as is known.
    lacks_name: bool,
    is_disputed: bool,
    deliveries: Vec<DeliveryFacts>,
    forgotten_at_ms: u64,
}

fn entry(look: &Look<'_>) -> Result<Option<Entry>> {
    let is_unbooked = look.unbooked_since_ms()?.is_some();
    let (Some(address), Some(facts), true) = (look.address(), look.facts()?, is_unbooked) else {
        return Ok(None);
    };
    let deliveries = look.payment.deliveries().iter();
    Ok(Some(Entry {
        address: address.to_owned(),
        facts,
        lines: look.lines(),
        wakes: look.wake_at_ms().is_some() || look.ends_at_ms().is_some(),
        lacks_name: look.payment.is_listed() && look.mark(Mark::Entered)? == 0,
        is_disputed: look.payment.is_disputed(),
        deliveries: deliveries.map(Delivery::facts).collect(),
        forgotten_at_ms: look.forgotten_at_ms()?,
    }))
}
