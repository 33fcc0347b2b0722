//! `Turn`: one reading of the journal, the engine's decision on it, and its writing down, all in one storage
//! transaction.

use super::store::{About, Letter, Mark, Store};
use crate::browser;
use crate::config::Config;
use crate::platform;
use malipo_engine::counts::{Count, counts};
use malipo_engine::payment::{Delivery, Effect, Event, Payment, Recorded, Terms, Told, timeline};
use malipo_engine::webhook::{Message, PaymentFacts};
use malipo_shared::Msisdn;
use worker::{Error, Result, Storage};

/// A payment as it is now, and what is being written of it.
pub(super) struct Turn<'a> {
    pub(super) payment: Payment,
    pub(super) now_ms: u64,
    pub(super) config: &'a Config,
    store: Store,
    about: Option<About>,
    last: Option<Recorded>,
    lines: u64,
    effects: Vec<Effect>,
    counts: Vec<Count>,
    is_recorded: bool,
}

/// What a turn came to.
pub(super) struct Taken {
    /// What is to be done at once, and may not be asked for again.
    pub(super) effects: Vec<Effect>,
    /// What is due and may be asked for again at any time.
    pub(super) due: Vec<Effect>,
    /// Since when the ledger or the roster lacks something, in Unix milliseconds.
    pub(super) unbooked_since_ms: Option<u64>,
    /// When the object has to ring next, in Unix milliseconds.
    pub(super) wake_at_ms: Option<u64>,
    /// What is added to the counters.
    pub(super) counts: Vec<Count>,
    /// Whether anything was written down.
    pub(super) is_recorded: bool,
    /// Whether the customer can see a change.
    pub(super) is_changed: bool,
}

/// Takes a turn. First is settled what a restart interrupted and what time has brought: no turn
/// depends on the alarm having come in time.
pub(super) fn take(
    storage: &Storage,
    config: &Config,
    (pushing, refunding): (Option<u32>, Option<u32>),
    now_ms: u64,
    body: &mut dyn FnMut(&mut Turn<'_>) -> Result<()>,
) -> Result<Taken> {
    platform::transaction(storage, || {
        let store = Store::of(storage);
        let about = store.about()?;
        let journal = if about.is_some() {
            store.journal()?
        } else {
            Vec::new()
        };
        let payment = Payment::fold(&journal);
        let version = payment.version();
        let lines = journal.len() as u64;
        let last = journal.into_iter().next_back();
        let mut turn = Turn {
            payment,
            now_ms,
            config,
            store,
            about,
            last,
            lines,
            effects: Vec::new(),
            counts: Vec::new(),
            is_recorded: false,
        };
        if pushing.is_none()
            && let Some(event) = turn.payment.after_restart()
        {
            turn.record(event)?;
        }
        if refunding.is_none()
            && let Some(event) = turn.payment.refund_after_restart()
        {
            turn.record(event)?;
        }
        if turn.about.is_some() && turn.payment.is_overdue(now_ms) {
            turn.record(Event::AlarmRang)?;
        }
        body(&mut turn)?;
        Ok(Taken {
            due: turn.payment.due(terms(config), now_ms),
            unbooked_since_ms: turn.unbooked_since_ms()?,
            wake_at_ms: turn.alarm_at_ms()?,
            counts: turn.counts,
            is_recorded: turn.is_recorded,
            is_changed: turn.payment.version() != version,
            effects: turn.effects,
        })
    })
}

impl Turn<'_> {
    /// Writes an event down and folds it in.
    pub(super) fn record(&mut self, event: Event) -> Result<()> {
        if self.about.is_none() {
            return Err(Error::RustError(
                "an event for a payment that was never opened".to_owned(),
            ));
        }
        let before = self.payment.clone();
        let told = before.deliveries().len();
        let (line, effects) = self.payment.record(event, self.now_ms);
        let counted = counts(&before, &self.payment, &line.event, self.now_ms);
        self.counts.extend(counted);
        match &mut self.last {
            // What changes something has a line and a time of its own.
            Some(last)
                if last.is_repeated_by(&line.event) && self.payment.has_only_asked(&before) =>
            {
                self.store.repeat_last(self.now_ms)?
            }
            _ => {
                self.store.append(&line)?;
                self.lines += 1;
                self.last = Some(line);
            }
        }
        self.effects.extend(effects);
        self.is_recorded = true;
        self.write_letters(told)
    }

    /// A message to the shop as it was first written; one that is missing is written as the payment is now.
    pub(super) fn letter(&self, sequence: u32) -> Result<Option<Letter>> {
        if let Some(letter) = self.store.letter(sequence)? {
            return Ok(Some(letter));
        }
        for delivery in self.payment.deliveries() {
            if delivery.sequence == sequence {
                self.write_letter(delivery)?;
            }
        }
        self.store.letter(sequence)
    }

    /// Writes what the shop is to be told as it is now: every retry sends the same.
    fn write_letters(&self, told: usize) -> Result<()> {
        let mut deliveries = self.payment.deliveries().iter().skip(told);
        deliveries.try_for_each(|delivery| self.write_letter(delivery))
    }

    fn write_letter(&self, delivery: &Delivery) -> Result<()> {
        let (Some(address), Some(payment)) = (self.address(), self.facts()?) else {
            return Ok(());
        };
        let id = format!("msg_{}_{}", address.replace(':', "_"), delivery.sequence);
        let message = Message {
            id: id.clone(),
            kind: delivery.kind,
            sequence: delivery.sequence,
            at_ms: delivery.at_ms,
            payment,
        };
        let body = message.encode();
        self.store
            .keep_letter(delivery.sequence, &Letter { id, body })
    }

    /// The payment as its shop may see it.
    pub(super) fn facts(&self) -> Result<Option<PaymentFacts>> {
        let is_live = browser::is_live(self.config);
        Ok(self
            .payment
            .facts(is_live, &self.phones_masked()?, self.now_ms))
    }

    /// The journal's story.
    pub(super) fn timeline(&self) -> Result<Vec<Told>> {
        let mut told = timeline(&self.store.journal()?);
        let forgotten_at_ms = self.store.mark(Mark::Forgotten)?;
        if forgotten_at_ms > 0 {
            told.push(Told {
                at_ms: forgotten_at_ms,
                what: "the customer's numbers were forgotten".to_owned(),
            });
            told.sort_by_key(|line| line.at_ms);
        }
        Ok(told)
    }

    /// How many lines the journal has.
    pub(super) fn lines(&self) -> u64 {
        self.lines
    }

    /// Since when the ledger lacks a line, or the roster the name of a payment that may move money.
    fn unbooked_since_ms(&self) -> Result<Option<u64>> {
        let Some(last) = self.last.as_ref().filter(|_| self.about.is_some()) else {
            return Ok(None);
        };
        let is_projected = self.store.mark(Mark::Projected)? >= self.lines;
        let may_move = !self.payment.attempts().is_empty() || !self.payment.receipts().is_empty();
        let is_entered = !may_move || self.store.mark(Mark::Entered)? > 0;
        Ok((!is_projected || !is_entered).then_some(last.last_at_ms))
    }

    /// When there is something to do again, in Unix milliseconds; the books aside.
    pub(super) fn wake_at_ms(&self) -> Option<u64> {
        let terms = terms(self.config);
        self.payment.next_wake_ms(terms, self.now_ms)
    }

    pub(super) fn store(&self) -> &Store {
        &self.store
    }

    /// Makes the object's tables; from here on it exists.
    pub(super) fn create(&mut self, address: &str) -> Result<()> {
        self.about = Some(self.store.create(address)?);
        Ok(())
    }

    /// What `{env}:{link_id}:{account_reference}` this is; none for a payment that was never opened.
    pub(super) fn address(&self) -> Option<&str> {
        self.about.as_ref().map(|about| about.address.as_str())
    }

    /// The numbers that were tried, masked; empty in the place of one that was forgotten.
    pub(super) fn phones_masked(&self) -> Result<Vec<String>> {
        let masked = |phone: &Option<Msisdn>| phone.as_ref().map_or(String::new(), Msisdn::masked);
        Ok(self.phones()?.iter().map(masked).collect())
    }

    /// The numbers that were tried, in order; none in the place of one that was forgotten.
    pub(super) fn phones(&self) -> Result<Vec<Option<Msisdn>>> {
        self.about
            .as_ref()
            .map_or(Ok(Vec::new()), |about| self.store.phones(about))
    }

    /// The place of a number, from 1: the one that it has, or the next free one.
    pub(super) fn phone_slot(&self, msisdn: &Msisdn) -> Result<u8> {
        let phones = self.phones()?;
        let place = phones
            .iter()
            .position(|known| known.as_ref() == Some(msisdn))
            .unwrap_or(phones.len());
        Ok(u8::try_from(place + 1).unwrap_or(u8::MAX))
    }

    /// Keeps a number in its place, if it is not there yet.
    pub(super) fn keep_phone(&self, slot: u8, msisdn: &Msisdn) -> Result<()> {
        match &self.about {
            Some(about) if usize::from(slot) > self.phones()?.len() => {
                self.store.keep_phone(about, slot, msisdn)
            }
            _ => Ok(()),
        }
    }

    /// Keeps what M-PESA sent, as it was; not of a customer who was forgotten.
    pub(super) fn keep_body(&self, attempt: u32, body: &str) -> Result<()> {
        match &self.about {
            Some(about) if self.store.mark(Mark::Forgotten)? == 0 => {
                self.store.keep_body(about, attempt, body, self.now_ms)
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Adds effects that no event has.
    pub(super) fn also(&mut self, effects: Vec<Effect>) {
        self.effects.extend(effects);
    }
}

/// What this deployment can do.
pub(super) fn terms(config: &Config) -> Terms {
    Terms {
        has_webhook: config.server.webhook_url.is_some() && config.server.webhook_secrets.is_some(),
    }
}
