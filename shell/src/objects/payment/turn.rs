//! `Turn`: one reading of the journal, the engine's decision on it, and its writing down, all in one
//! writing. Only a turn writes, and what it leaves to be done only [`carry`] takes apart: it cannot be forgotten.
//! `Look` reads and cannot write.

mod carry;
mod look;

pub(super) use look::{Look, Rest, terms};

use super::inner::Inner;
use super::lanes;
use super::memory::Folded;
use super::store::{Mark, WebhookEvent};
use crate::config::Config;
use crate::platform::error::{Error, Result};
use crate::platform::home::{Alarm, ring_again_ms};
use core::ops::Deref;
use malipo_engine::counts::{Count, counts};
use malipo_engine::payment::{Bookings, Delivery, Effect, Event, Payment, Said, Written};
use malipo_engine::webhook::Message;
use malipo_shared::Msisdn;
use std::rc::Rc;

/// After work that was started at once and did not come to its end, in milliseconds.
const WORK_AGAIN_MS: u64 = 5_000;

/// When the alarm rings again after a turn of its own, in Unix milliseconds.
pub(super) enum Rings {
    /// When the payment has to, but not before this.
    NotBefore(u64),
    /// Then: a queue has said so.
    At(u64),
}

/// A payment as it is now, and what is being written of it.
pub(super) struct Turn<'a> {
    look: Look<'a>,
    effects: Vec<Effect>,
    counts: Vec<Count>,
    /// Whether something was written that may have to ring.
    is_written: bool,
}

impl<'a> Deref for Turn<'a> {
    type Target = Look<'a>;

    fn deref(&self) -> &Look<'a> {
        &self.look
    }
}

/// What a turn leaves to be done.
#[must_use = "the effects have to be begun"]
struct Left {
    /// What is to be done at once, and may not be asked for again.
    effects: Vec<Effect>,
    /// What is due and may be asked for again at any time.
    due: Vec<Effect>,
    /// What is added to the counters.
    counts: Vec<Count>,
    is_written: bool,
    /// Whether the customer can see a change.
    is_changed: bool,
    rest: Rest,
}

/// Takes a turn. First is settled what a restart interrupted and what time has brought: no turn
/// depends on the alarm having come in time.
fn take(
    inner: &Inner,
    config: &Config,
    rings: Option<Rings>,
    body: &mut dyn FnMut(&mut Turn<'_>) -> Result<()>,
) -> Result<Left> {
    let look = Look::of(inner, config)?;
    let version = look.payment.version();
    let mut turn = Turn {
        look,
        effects: Vec::new(),
        counts: Vec::new(),
        is_written: false,
    };
    // A push, a refund, and time.
    for _ in 0..3 {
        let Some(event) = turn.unsettled(inner.under_way()) else {
            break;
        };
        turn.record(event)?;
    }
    body(&mut turn)?;
    let due = turn.due();
    // What was begun rings again only if it does not come to its end.
    let has_work = lanes::begins_at_once(&due);
    let (now_ms, is_ringing) = (inner.env.now_ms(), rings.is_some());
    let soonest_ms = |at_ms: u64| match has_work {
        true => at_ms.max(now_ms + WORK_AGAIN_MS),
        false if is_ringing => ring_again_ms(at_ms, now_ms),
        false => at_ms.max(now_ms),
    };
    let alarm = match (rings, turn.alarm_at_ms()?) {
        (Some(Rings::NotBefore(from_ms)), Some(at_ms)) => Alarm::At(soonest_ms(at_ms).max(from_ms)),
        (Some(Rings::At(at_ms)), Some(_)) => Alarm::At(soonest_ms(at_ms)),
        (Some(_), None) => Alarm::Off,
        (None, Some(at_ms)) if turn.is_written => Alarm::At(soonest_ms(at_ms)),
        (None, _) => Alarm::Leave,
    };
    let rest = turn.rest()?;
    // Nothing was waited for since the reading: nobody else has had a turn.
    turn.look.store.flush(alarm)?;
    let is_changed = turn.payment.version() != version;
    let Look {
        journal,
        payment,
        store,
        ..
    } = turn.look;
    inner.memory.keep(&store, Folded { journal, payment });
    Ok(Left {
        due,
        rest,
        is_changed,
        counts: turn.counts,
        is_written: turn.is_written,
        effects: turn.effects,
    })
}

impl Turn<'_> {
    /// Writes an event down and folds it in.
    pub(super) fn record(&mut self, event: Event) -> Result<()> {
        self.write(event).map(|_| ())
    }

    fn write(&mut self, event: Event) -> Result<Written> {
        if self.look.about.is_none() {
            return Err(Error::new(
                "an event for a payment that was never opened".to_owned(),
            ));
        }
        let now_ms = self.now_ms;
        let before = self.look.payment.clone();
        let (line, effects) = self.look.payment.record(event, now_ms);
        let written = self
            .look
            .payment
            .written(&before, &self.look.journal, &line.event);
        match written {
            Written::Beyond => self.look.payment = before,
            Written::Again => {
                self.look.store.repeat_last(now_ms)?;
                if let Some(last) = Rc::make_mut(&mut self.look.journal).last_mut() {
                    last.times += 1;
                    last.last_at_ms = now_ms;
                }
                self.is_written = true;
            }
            Written::Line | Written::Proof => {
                self.counts
                    .extend(counts(&before, &self.look.payment, &line.event, now_ms));
                self.look.store.append(&line);
                Rc::make_mut(&mut self.look.journal).push(line);
                self.effects.extend(effects);
                self.is_written = true;
                self.write_webhooks(before.deliveries().len())?;
            }
        }
        Ok(written)
    }

    /// Records what M-PESA said of a push or a refund: what it means, if it could be read, and the words as they
    /// came. Beyond the bounds it is counted, and the operator is told once.
    pub(super) fn hear(&mut self, said: Said, event: Option<Event>, body: &str) -> Result<()> {
        let is_read = event.is_some();
        let written = match event {
            Some(event) => self.write(event)?,
            None => Written::Line,
        };
        let is_kept = match written {
            Written::Again => return Ok(()),
            Written::Beyond => false,
            Written::Proof => self.keep_body(said, body, true)?,
            Written::Line => self.keep_body(said, body, false)?,
        };
        if !is_kept {
            let unkept = self.mark(Mark::Unkept(said))?;
            self.look
                .store
                .set_mark(Mark::Unkept(said), unkept.saturating_add(1));
            if unkept == 0 {
                self.effects.push(Effect::Alert(said.beyond()));
            }
        } else if !is_read {
            self.effects.push(Effect::Alert(format!(
                "what M-PESA told of {said} says nothing of it that can be understood; it is kept"
            )));
        }
        Ok(())
    }

    /// Keeps what M-PESA sent, as it was, if there is room; what came of a customer who was forgotten is not kept. False
    /// when there was no room.
    fn keep_body(&mut self, said: Said, body: &str, is_proof: bool) -> Result<bool> {
        let (Some(about), 0) = (&self.look.about, self.look.mark(Mark::Forgotten)?) else {
            return Ok(true);
        };
        let has_room = is_proof || self.look.store.kept(said)?.has_room_for(body.len());
        if has_room {
            self.look.store.keep_body(about, said, body, self.now_ms)?;
            self.is_written = true;
        }
        Ok(has_room)
    }

    /// Writes what the shop is to be told as it is now: every retry sends the same.
    fn write_webhooks(&self, told: usize) -> Result<()> {
        for delivery in self.payment.deliveries().iter().skip(told) {
            self.write_webhook(delivery)?;
        }
        Ok(())
    }

    /// Writes a message to the shop that is missing, as the payment is now.
    pub(super) fn write_missing(&self, sequence: u32) -> Result<Option<WebhookEvent>> {
        let mut deliveries = self.payment.deliveries().iter();
        let missing = deliveries.find(|delivery| delivery.sequence == sequence);
        missing.map_or(Ok(None), |delivery| self.write_webhook(delivery))
    }

    /// Its id holds when the payment was opened: one that was only opened ends, and its name may come back.
    fn write_webhook(&self, delivery: &Delivery) -> Result<Option<WebhookEvent>> {
        let (Some(address), Some(payment)) = (self.address(), self.facts()?) else {
            return Ok(None);
        };
        let opened_at_ms = self.payment.opened_at_ms();
        let id = format!(
            "msg_{}_{opened_at_ms}_{}",
            address.replace(':', "_"),
            delivery.sequence
        );
        let message = Message {
            id: id.clone(),
            kind: delivery.kind,
            sequence: delivery.sequence,
            at_ms: delivery.at_ms,
            payment,
        };
        let body = message.encode();
        let event = WebhookEvent { id, body };
        self.look.store.keep_webhook(delivery.sequence, &event)?;
        Ok(Some(event))
    }

    /// Makes the object's tables; from here on it exists.
    pub(super) fn create(&mut self, address: &str) -> Result<()> {
        self.look.about = Some(self.look.store.create(address)?);
        Ok(())
    }

    /// Keeps a number in its place, if it is not there yet.
    pub(super) fn keep_phone(&mut self, slot: u8, msisdn: &Msisdn) -> Result<()> {
        self.is_written = true;
        match &self.look.about {
            Some(about) if usize::from(slot) > self.phones()?.len() => {
                self.look.store.keep_phone(about, slot, msisdn)
            }
            _ => Ok(()),
        }
    }

    /// Keeps the name of the quota that an attempt counts to.
    pub(super) fn keep_quota(&mut self, attempt: u32, name: &str) -> Result<()> {
        self.is_written = true;
        self.look.store.keep_quota(attempt, name);
        Ok(())
    }

    /// An attempt's quota does not have to be told how it ends.
    pub(super) fn drop_quota(&self, attempt: u32) {
        self.look.store.drop_quota(attempt);
    }

    /// The ledger is to be told anew, though nothing has changed.
    pub(super) fn book_anew(&mut self) {
        self.is_written = true;
        self.look.store.set_mark(Mark::Projected, 0);
    }

    /// So is the roster of its day.
    pub(super) fn enter_anew(&mut self) {
        self.is_written = true;
        self.look.store.set_mark(Mark::Entered, 0);
    }

    /// The ledger knows the journal up to this line.
    pub(super) fn booked(&self, lines: u64) -> Result<()> {
        self.look.store.set_mark(Mark::Projected, lines);
        Ok(())
    }

    /// The roster of its day holds the payment.
    pub(super) fn entered(&self) {
        self.look.store.set_mark(Mark::Entered, 1);
    }

    /// How the books went.
    pub(super) fn keep_bookings(&mut self, bookings: Bookings) -> Result<()> {
        self.is_written = true;
        self.look.store.set_bookings(bookings);
        Ok(())
    }

    /// A payment by hand was let through now.
    pub(super) fn validated(&self) -> Result<()> {
        self.look.store.set_mark(Mark::Validated, self.now_ms);
        Ok(())
    }

    /// The place in the queue of queries, in Unix milliseconds; 0 when there is none.
    pub(super) fn keep_query_slot(&self, at_ms: u64) -> Result<()> {
        self.look.store.set_mark(Mark::QuerySlot, at_ms);
        Ok(())
    }

    /// Forgets the customer.
    pub(super) fn forget(&mut self) -> Result<()> {
        if let Some(about) = &self.look.about {
            self.look.store.forget(about, &self.look.payment)?;
            let journal = self.look.store.journal()?;
            self.look.payment = Payment::fold(&journal);
            self.look.journal = Rc::new(journal);
        }
        self.look.store.set_mark(Mark::Forgotten, self.now_ms);
        // The ledger forgets by being told anew.
        self.book_anew();
        Ok(())
    }
}
