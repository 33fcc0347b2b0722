//! The payment's rows: what it is and its marks, the journal, and beside them, sealed, what is personal. They are read once for a look or
//! a turn, and what a turn changes is written together at its end: a turn that fails has written nothing.

use crate::platform::Env;
use crate::platform::error::{Error, Result};
use crate::platform::home::{Alarm, Batch, Home};
use crate::platform::rows::{Key, Span};
use crate::platform::vault::Vault;
use malipo_engine::payment::{Bookings, Kept, Recorded, Said};
use malipo_shared::Msisdn;
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

mod forget;
mod keys;
mod mark;

pub(super) use mark::Mark;

use keys::{ABOUT, BODIES, JOURNAL, PHONES, QUOTAS, WEBHOOKS, key_of};

/// The rows of one payment. Reading an object that has none creates none.
pub(super) struct Store {
    /// Keys and nonces are made with its randomness.
    host: Env,
    home: Rc<dyn Home>,
    /// Rows of ABOUT, JOURNAL, PHONES and QUOTAS, as they are after what is written here.
    rows: RefCell<BTreeMap<Key, String>>,
    /// What is to be written: keys with their new texts, and spans that go first.
    put: RefCell<BTreeMap<Key, String>>,
    drop: RefCell<Vec<Span>>,
}

/// The first row: an object that its alarm wakes does not know its own name.
#[derive(Serialize, Deserialize)]
pub(super) struct About {
    pub(super) address: String,
    vault_key: String,
}

/// Tells a journal from every other that there was: what object it is, how many lines, and the last. Lines before the last change only
/// when the customer is forgotten, and then what it is changes too: its key is a new one.
#[derive(PartialEq, Eq)]
pub(super) struct JournalMark {
    about: String,
    lines: u32,
    last: String,
}

/// A message to the shop, as it was first written: every retry sends the same bytes.
#[derive(Serialize, Deserialize)]
pub(super) struct WebhookEvent {
    pub(super) id: String,
    pub(super) body: String,
}

impl Store {
    pub(super) fn of(host: &Env, home: &Rc<dyn Home>) -> Result<Store> {
        let found = home.rows(Key::span(ABOUT, QUOTAS))?;
        Ok(Store {
            host: Rc::clone(host),
            home: Rc::clone(home),
            rows: RefCell::new(found.unwrap_or_default().into_iter().collect()),
            put: RefCell::default(),
            drop: RefCell::default(),
        })
    }

    /// Writes what has changed, and the alarm with it: all of it or nothing.
    pub(super) fn flush(&self, alarm: Alarm) -> Result<()> {
        let batch = Batch {
            drop: self.drop.take(),
            put: self.put.take().into_iter().collect(),
        };
        self.home.write(&batch, alarm)
    }

    /// What this object is; none before its first event.
    pub(super) fn about(&self) -> Result<Option<About>> {
        let rows = self.rows.borrow();
        let about = rows.get(&Key::new(ABOUT, 0));
        Ok(about.map(|text| serde_json::from_str(text)).transpose()?)
    }

    /// Says what this object is.
    pub(super) fn create(&self, address: &str) -> Result<About> {
        let about = About {
            address: address.to_owned(),
            vault_key: self.fresh_key()?,
        };
        self.set(Key::new(ABOUT, 0), serde_json::to_string(&about)?);
        Ok(about)
    }

    /// The whole journal, oldest first.
    pub(super) fn journal(&self) -> Result<Vec<Recorded>> {
        let rows = self.rows.borrow();
        let (first, last) = Key::span(JOURNAL, JOURNAL);
        rows.range(first..=last)
            .map(|(_, text)| read_line(text))
            .collect()
    }

    /// Which journal this is; none before the first event.
    pub(super) fn journal_mark(&self) -> Option<JournalMark> {
        let rows = self.rows.borrow();
        let (first, last) = Key::span(JOURNAL, JOURNAL);
        let (last, text) = rows.range(first..=last).next_back()?;
        Some(JournalMark {
            about: rows.get(&Key::new(ABOUT, 0))?.clone(),
            lines: last.n,
            last: text.clone(),
        })
    }

    /// Adds a line.
    pub(super) fn append(&self, line: &Recorded) {
        let n = self.last(JOURNAL).map_or(1, |n| n + 1);
        self.set(Key::new(JOURNAL, n), line_text(line));
    }

    /// Counts the last line once more.
    pub(super) fn repeat_last(&self, at_ms: u64) -> Result<()> {
        let Some(n) = self.last(JOURNAL) else {
            return Ok(());
        };
        let key = Key::new(JOURNAL, n);
        let line = self.rows.borrow().get(&key).map(|text| read_line(text));
        if let Some(line) = line.transpose()? {
            let repeated = Recorded {
                times: line.times + 1,
                last_at_ms: at_ms,
                ..line
            };
            self.set(key, line_text(&repeated));
        }
        Ok(())
    }

    /// The numbers that were tried, in order; none in the place of one that was forgotten.
    pub(super) fn phones(&self, about: &About) -> Result<Vec<Option<Msisdn>>> {
        let vault = vault(about)?;
        let rows = self.rows.borrow();
        let (first, last) = Key::span(PHONES, PHONES);
        rows.range(first..=last)
            .map(|(_, sealed)| {
                if sealed.is_empty() {
                    return Ok(None);
                }
                vault
                    .unseal(sealed)
                    .and_then(|plain| Msisdn::parse(&plain).ok())
                    .map(Some)
                    .ok_or_else(|| problem("a sealed number cannot be read"))
            })
            .collect()
    }

    /// Keeps a number in a place of its own.
    pub(super) fn keep_phone(&self, about: &About, slot: u8, msisdn: &Msisdn) -> Result<()> {
        let sealed = vault(about)?
            .seal(self.host.as_ref(), msisdn.as_str())
            .ok_or_else(|| problem("a number cannot be sealed"))?;
        self.set(Key::new(PHONES, u32::from(slot)), sealed);
        Ok(())
    }

    /// How much is kept of what M-PESA sent of a push or a refund.
    pub(super) fn kept(&self, said: Said) -> Result<Kept> {
        Ok(Kept {
            bodies: self.mark(Mark::BodiesKept(said))?,
            bytes: self.mark(Mark::BytesKept(said))?,
        })
    }

    /// Keeps what M-PESA sent, as it was.
    pub(super) fn keep_body(
        &self,
        about: &About,
        said: Said,
        body: &str,
        at_ms: u64,
    ) -> Result<()> {
        let sealed = vault(about)?
            .seal(self.host.as_ref(), body)
            .ok_or_else(|| problem("a body cannot be sealed"))?;
        let kept = self.kept(said)?;
        self.set_mark(Mark::BodiesKept(said), kept.bodies + 1);
        self.set_mark(Mark::BytesKept(said), kept.bytes + sealed.len() as u64);
        let n = self.mark(Mark::Bodies)?;
        self.set_mark(Mark::Bodies, n + 1);
        self.set_mark(Mark::Personal, 1);
        let n = u32::try_from(n).map_err(|_| problem("too many bodies"))?;
        let row = format!("{} {at_ms} {sealed}", key_of(said));
        self.set(Key::new(BODIES, n), row);
        Ok(())
    }

    /// Whether a test has planted a fault that is still to strike.
    pub(super) fn has_faults(&self) -> bool {
        let rows = self.rows.borrow();
        let (first, last) = Mark::of_faults();
        rows.range(first..=last).any(|(_, left)| left != "0")
    }

    /// How many lines and bodies tell what M-PESA said, for a test.
    pub(super) fn rows_of_mpesa(&self) -> Result<usize> {
        Ok(self.count(JOURNAL)? + self.count(BODIES)?)
    }

    /// Keeps a message to the shop.
    pub(super) fn keep_webhook(&self, sequence: u32, event: &WebhookEvent) -> Result<()> {
        self.set(Key::new(WEBHOOKS, sequence), serde_json::to_string(event)?);
        Ok(())
    }

    /// A message to the shop that is written down.
    pub(super) fn webhook(home: &dyn Home, sequence: u32) -> Result<Option<WebhookEvent>> {
        let key = Key::new(WEBHOOKS, sequence);
        let found = home.rows((key, key))?.unwrap_or_default();
        let text = found.first().map(|(_, text)| serde_json::from_str(text));
        Ok(text.transpose()?)
    }

    /// Keeps the name of the quota that an attempt counts to.
    pub(super) fn keep_quota(&self, attempt: u32, name: &str) {
        self.set_mark(Mark::Personal, 1);
        self.set(Key::new(QUOTAS, attempt), name.to_owned());
    }

    /// The quota that an attempt counts to has to be told nothing.
    pub(super) fn drop_quota(&self, attempt: u32) {
        let key = Key::new(QUOTAS, attempt);
        if self.rows.borrow_mut().remove(&key).is_some() {
            self.drop.borrow_mut().push((key, key));
        }
    }

    /// The name of the quota that an attempt counts to.
    pub(super) fn quota(&self, attempt: u32) -> Option<String> {
        self.rows.borrow().get(&Key::new(QUOTAS, attempt)).cloned()
    }

    /// A mark; 0 before it was first set.
    pub(super) fn mark(&self, mark: Mark<'_>) -> Result<u64> {
        match self.rows.borrow().get(&mark.key()) {
            Some(text) => text
                .parse()
                .map_err(|_| problem("a mark is no number any more")),
            None => Ok(0),
        }
    }

    pub(super) fn set_mark(&self, mark: Mark<'_>, value: u64) {
        self.set(mark.key(), value.to_string());
    }

    /// How often the books could not be told, and when that was tried last.
    pub(super) fn bookings(&self) -> Result<Bookings> {
        Ok(Bookings {
            failed: self.mark(Mark::BookingsFailed)?,
            tried_at_ms: self.mark(Mark::BookingTried)?,
        })
    }

    pub(super) fn set_bookings(&self, bookings: Bookings) {
        self.set_mark(Mark::BookingsFailed, bookings.failed);
        self.set_mark(Mark::BookingTried, bookings.tried_at_ms);
    }

    fn set(&self, key: Key, text: String) {
        if key.kind <= QUOTAS {
            self.rows.borrow_mut().insert(key, text.clone());
        }
        self.put.borrow_mut().insert(key, text);
    }

    fn count(&self, kind: u8) -> Result<usize> {
        Ok(self
            .home
            .rows(Key::span(kind, kind))?
            .map_or(0, |rows| rows.len()))
    }

    fn last(&self, kind: u8) -> Option<u32> {
        let rows = self.rows.borrow();
        let (first, last) = Key::span(kind, kind);
        rows.range(first..=last).next_back().map(|(key, _)| key.n)
    }

    fn fresh_key(&self) -> Result<String> {
        let key = Vault::fresh_key(self.host.as_ref());
        key.ok_or_else(|| problem("there is no randomness for a key"))
    }
}

fn line_text(line: &Recorded) -> String {
    let record = line.text();
    format!("{} {} {} {record}", line.at_ms, line.times, line.last_at_ms)
}

fn read_line(text: &str) -> Result<Recorded> {
    let lost = || problem("a line of the journal cannot be read");
    let mut parts = text.splitn(4, ' ');
    let mut number = || parts.next()?.parse::<u64>().ok();
    let (at_ms, times, last_at_ms) = (number(), number(), number());
    let record = parts.next().ok_or_else(lost)?;
    let line = Recorded::read(record).map_err(|why| problem(&why.to_string()))?;
    Ok(Recorded {
        at_ms: at_ms.ok_or_else(lost)?,
        times: times
            .and_then(|times| u32::try_from(times).ok())
            .ok_or_else(lost)?,
        last_at_ms: last_at_ms.ok_or_else(lost)?,
        ..line
    })
}

fn vault(about: &About) -> Result<Vault> {
    Vault::open(&about.vault_key).ok_or_else(|| problem("the payment's key cannot be read"))
}

fn problem(what: &str) -> Error {
    Error::new(what)
}
