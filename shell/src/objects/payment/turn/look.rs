//! `Look`: a payment as its rows tell it. It has no way to write.

use super::super::inner::Inner;
use super::super::memory::Folded;
use super::super::store::{About, Mark, Store};
use crate::config::Config;
use crate::platform::error::Result;
use malipo_engine::payment::{
    Bookings, Effect, Event, Payment, Recorded, Said, Terms, TimelineLine, timeline,
};
use malipo_engine::webhook::PaymentFacts;
use malipo_shared::Msisdn;
use std::rc::Rc;

/// A payment as it is now.
pub(in crate::objects::payment) struct Look<'a> {
    pub(in crate::objects::payment) payment: Payment,
    pub(in crate::objects::payment) now_ms: u64,
    pub(in crate::objects::payment) config: &'a Config,
    pub(super) store: Store,
    pub(super) about: Option<About>,
    pub(super) journal: Rc<Vec<Recorded>>,
}

/// What is due of a payment beside its effects: work of the alarm alone.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::objects::payment) struct Rest {
    /// The ledger or the roster lacks something.
    pub(in crate::objects::payment) is_unbooked: bool,
    /// The customer has to be forgotten.
    pub(in crate::objects::payment) forgets: bool,
    /// It was only opened, and its time is over.
    pub(in crate::objects::payment) ends: bool,
}

impl<'a> Look<'a> {
    pub(super) fn of(inner: &Inner, config: &'a Config) -> Result<Look<'a>> {
        let store = Store::of(&inner.env, &inner.home)?;
        let about = store.about()?;
        let Folded { journal, payment } = inner.memory.read(&store)?;
        Ok(Look {
            payment,
            now_ms: inner.now_ms(),
            config,
            store,
            about,
            journal,
        })
    }

    /// What a restart interrupted and what time has brought, if it is not written down yet.
    pub(super) fn unsettled(
        &self,
        (pushing, refunding): (Option<u32>, Option<u32>),
    ) -> Option<Event> {
        let push = || self.payment.after_restart().filter(|_| pushing.is_none());
        let refund = || {
            let interrupted = self.payment.refund_after_restart();
            interrupted.filter(|_| refunding.is_none())
        };
        let time = || {
            let is_overdue = self.about.is_some() && self.payment.is_overdue(self.now_ms);
            is_overdue.then_some(Event::AlarmRang)
        };
        push().or_else(refund).or_else(time)
    }

    /// What is due and may be asked for at any time again.
    pub(in crate::objects::payment) fn due(&self) -> Vec<Effect> {
        self.payment.due(terms(self.config), self.now_ms)
    }

    /// The payment as its shop may see it.
    pub(in crate::objects::payment) fn facts(&self) -> Result<Option<PaymentFacts>> {
        let is_live = self.config.is_live();
        Ok(self
            .payment
            .facts(is_live, &self.phones_masked()?, self.now_ms))
    }

    /// The journal's story.
    pub(in crate::objects::payment) fn timeline(&self) -> Result<Vec<TimelineLine>> {
        let mut told = timeline(&self.journal);
        let pushes = self.payment.attempts().iter();
        let refunds = self.payment.refunds().iter();
        let all = pushes.map(|push| Said::OfPush(push.n));
        for said in all.chain(refunds.map(|refund| Said::OfRefund(refund.n))) {
            let unkept = self.mark(Mark::Unkept(said))?;
            let last = self
                .journal
                .iter()
                .rfind(|line| Said::by(&line.event) == Some(said));
            if unkept > 0 {
                told.push(TimelineLine {
                    at_ms: last.map_or(self.now_ms, |line| line.last_at_ms),
                    what: format!(
                        "{said}: M-PESA said more that changed nothing and is not kept ({unkept} times)"
                    ),
                });
            }
        }
        let forgotten_at_ms = self.forgotten_at_ms()?;
        if forgotten_at_ms > 0 {
            told.push(TimelineLine {
                at_ms: forgotten_at_ms,
                what: "the customer's numbers were forgotten".to_owned(),
            });
        }
        told.sort_by_key(|line| line.at_ms);
        Ok(told)
    }

    /// How many lines the journal has.
    pub(in crate::objects::payment) fn lines(&self) -> u64 {
        self.journal.len() as u64
    }

    /// A mark; 0 before it was first set.
    pub(in crate::objects::payment) fn mark(&self, mark: Mark<'_>) -> Result<u64> {
        self.store.mark(mark)
    }

    /// The name of the quota that an attempt counts to.
    pub(in crate::objects::payment) fn quota(&self, attempt: u32) -> Option<String> {
        self.store.quota(attempt)
    }

    /// When the customer was last forgotten, in Unix milliseconds; 0 if never.
    pub(in crate::objects::payment) fn forgotten_at_ms(&self) -> Result<u64> {
        match self.about {
            Some(_) => self.mark(Mark::Forgotten),
            None => Ok(0),
        }
    }

    /// Since when the ledger lacks a line, or the roster the name of a payment that it has to hold.
    pub(in crate::objects::payment) fn unbooked_since_ms(&self) -> Result<Option<u64>> {
        let Some(last) = self.journal.last().filter(|_| self.about.is_some()) else {
            return Ok(None);
        };
        let is_projected = self.mark(Mark::Projected)? >= self.lines();
        let is_entered = !self.payment.is_listed() || self.mark(Mark::Entered)? > 0;
        Ok((!is_projected || !is_entered).then_some(last.last_at_ms))
    }

    /// When there is something to do again, in Unix milliseconds; the books aside.
    pub(in crate::objects::payment) fn wake_at_ms(&self) -> Option<u64> {
        self.payment.next_wake_ms(terms(self.config), self.now_ms)
    }

    /// What is due beside the effects.
    pub(in crate::objects::payment) fn rest(&self) -> Result<Rest> {
        let is_over = |at_ms: Option<u64>| at_ms.is_some_and(|at_ms| at_ms <= self.now_ms);
        Ok(Rest {
            is_unbooked: self.unbooked_since_ms()?.is_some(),
            forgets: is_over(self.forgets_at_ms()?),
            ends: is_over(self.ends_at_ms()),
        })
    }

    /// When the object has to ring, in Unix milliseconds: for what is due, for the books, or at last to forget.
    pub(super) fn alarm_at_ms(&self) -> Result<Option<u64>> {
        let book = |since_ms| {
            Ok::<_, crate::platform::error::Error>(self.bookings()?.next_at_ms(since_ms))
        };
        let books_at_ms = self.unbooked_since_ms()?.map(book).transpose()?;
        let soon = [self.wake_at_ms(), books_at_ms];
        let at_ms = match soon.into_iter().flatten().min() {
            Some(at_ms) => Some(at_ms),
            None => {
                // Its row goes first: where that fails it is tried as the books are.
                let ends_at_ms = self.ends_at_ms().map(book).transpose()?;
                let last = [self.forgets_at_ms()?, ends_at_ms];
                last.into_iter().flatten().min()
            }
        };
        Ok(at_ms.map(|at_ms| at_ms.max(self.now_ms)))
    }

    /// The tries in vain to tell the books.
    pub(in crate::objects::payment) fn bookings(&self) -> Result<Bookings> {
        self.store.bookings()
    }

    /// When the customer has to be forgotten, in Unix milliseconds; none while something is in flight, and afterwards.
    pub(in crate::objects::payment) fn forgets_at_ms(&self) -> Result<Option<u64>> {
        let after_ms = self.config.forget_after_ms;
        let terms = terms(self.config);
        let at_ms = self.payment.forgets_at_ms(terms, after_ms, self.now_ms);
        Ok(match at_ms {
            Some(at_ms) if self.has_personal()? => Some(at_ms.max(self.now_ms)),
            Some(_) | None => None,
        })
    }

    /// When a payment that was only opened ends, in Unix milliseconds.
    pub(in crate::objects::payment) fn ends_at_ms(&self) -> Option<u64> {
        self.payment.ends_at_ms(terms(self.config), self.now_ms)
    }

    pub(in crate::objects::payment) fn has_personal(&self) -> Result<bool> {
        Ok(self.about.is_some() && self.store.has_personal()?)
    }

    /// What `{env}:{link_id}:{account_reference}` this is; none for a payment that was never opened.
    pub(in crate::objects::payment) fn address(&self) -> Option<&str> {
        self.about.as_ref().map(|about| about.address.as_str())
    }

    /// The numbers that were tried, masked; empty in the place of one that was forgotten.
    pub(in crate::objects::payment) fn phones_masked(&self) -> Result<Vec<String>> {
        let masked = |phone: &Option<Msisdn>| phone.as_ref().map_or(String::new(), Msisdn::masked);
        Ok(self.phones()?.iter().map(masked).collect())
    }

    /// The numbers that were tried, in order; none in the place of one that was forgotten.
    pub(in crate::objects::payment) fn phones(&self) -> Result<Vec<Option<Msisdn>>> {
        self.about
            .as_ref()
            .map_or(Ok(Vec::new()), |about| self.store.phones(about))
    }

    /// The place of a number, from 1: the one that it has, or the next free one.
    pub(in crate::objects::payment) fn phone_slot(&self, msisdn: &Msisdn) -> Result<u8> {
        let phones = self.phones()?;
        let place = phones
            .iter()
            .position(|known| known.as_ref() == Some(msisdn))
            .unwrap_or(phones.len());
        Ok(u8::try_from(place + 1).unwrap_or(u8::MAX))
    }
}

/// What this deployment can do.
pub(in crate::objects::payment) fn terms(config: &Config) -> Terms {
    Terms {
        has_webhook: config.server.webhook_url.is_some() && config.server.webhook_secrets.is_some(),
    }
}
