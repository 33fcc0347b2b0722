//! The payment's rows: the journal, and beside it, sealed, what is personal.

use crate::platform::error::{Error, Result};
use crate::platform::vault::Vault;
use crate::platform::{Env, SqlStorage, SqlStorageValue, Storage};
use malipo_engine::payment::{Bookings, Kept, Recorded, Said};
use malipo_shared::Msisdn;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::borrow::Cow;
use std::rc::Rc;

mod forget;

/// The rows of one payment. Reading an object that has none creates none.
pub(super) struct Store {
    /// Keys and nonces are made with its randomness.
    host: Env,
    sql: SqlStorage,
}

/// The first row: an object that its alarm wakes does not know its own name.
#[derive(Deserialize)]
pub(super) struct About {
    pub(super) address: String,
    vault_key: String,
}

#[derive(Deserialize)]
struct Row {
    at_ms: f64,
    times: f64,
    last_at_ms: f64,
    record: String,
}

#[derive(Deserialize)]
struct Phone {
    sealed: String,
}

#[derive(Deserialize)]
struct Count {
    n: f64,
}

#[derive(Deserialize)]
struct Sum {
    n: f64,
    bytes: f64,
}

/// A message to the shop, as it was first written: every retry sends the same bytes.
#[derive(Deserialize)]
pub(super) struct Letter {
    pub(super) id: String,
    pub(super) body: String,
}

#[derive(Deserialize)]
struct Name {
    name: String,
}

/// What is remembered beside the journal and decides nothing about money.
#[derive(Clone, Copy)]
pub(super) enum Mark<'a> {
    /// Up to which line of the journal the ledger knows the payment.
    Projected,
    /// Whether the roster of its day holds it.
    Entered,
    /// When a payment by hand was last let through, in Unix milliseconds.
    Validated,
    /// When the customer was last forgotten, in Unix milliseconds.
    Forgotten,
    /// The place in the queue of queries, in Unix milliseconds.
    QuerySlot,
    /// How often the books could not be told.
    BookingsFailed,
    /// When that was tried last, in Unix milliseconds.
    BookingTried,
    /// How much of what M-PESA said of a push or a refund is counted and not kept.
    Unkept(Said),
    /// How often a fault that a test has planted is still to strike.
    Fault(&'a str),
}

const TABLES: [&str; 7] = [
    "CREATE TABLE about (one INTEGER PRIMARY KEY CHECK (one = 1), address TEXT NOT NULL, vault_key TEXT NOT NULL) STRICT",
    "CREATE TABLE journal (seq INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, times INTEGER NOT NULL, last_at_ms INTEGER NOT NULL, record TEXT NOT NULL) STRICT",
    "CREATE TABLE phones (slot INTEGER PRIMARY KEY, sealed TEXT NOT NULL) STRICT",
    "CREATE TABLE bodies (id INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, said_of INTEGER NOT NULL, sealed TEXT NOT NULL) STRICT",
    "CREATE TABLE quotas (attempt INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT",
    "CREATE TABLE outbox (sequence INTEGER PRIMARY KEY, id TEXT NOT NULL, body TEXT NOT NULL) STRICT",
    "CREATE TABLE marks (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT",
];
/// Where the bodies of refunds begin among those of attempts.
const REFUNDS: u32 = 1_000;

impl Store {
    pub(super) fn of(host: &Env, storage: &Storage) -> Store {
        Store {
            host: Rc::clone(host),
            sql: storage.sql(),
        }
    }

    /// What this object is; none before its first event.
    pub(super) fn about(&self) -> Result<Option<About>> {
        let tables: Vec<Count> = self.rows(
            "SELECT COUNT(*) AS n FROM sqlite_master WHERE name = 'about'",
            vec![],
        )?;
        if tables.first().is_none_or(|count| count.n == 0.0) {
            return Ok(None);
        }
        Ok(self
            .rows("SELECT address, vault_key FROM about", vec![])?
            .pop())
    }

    /// Makes the tables and says what this object is.
    pub(super) fn create(&self, address: &str) -> Result<About> {
        for table in TABLES {
            self.run(table, vec![])?;
        }
        let vault_key = Vault::fresh_key(self.host.as_ref())
            .ok_or_else(|| problem("there is no randomness for a key"))?;
        self.run(
            "INSERT INTO about (one, address, vault_key) VALUES (1, ?, ?)",
            vec![text(address), text(&vault_key)],
        )?;
        Ok(About {
            address: address.to_owned(),
            vault_key,
        })
    }

    /// The whole journal, oldest first.
    pub(super) fn journal(&self) -> Result<Vec<Recorded>> {
        let rows: Vec<Row> = self.rows(
            "SELECT at_ms, times, last_at_ms, record FROM journal ORDER BY seq",
            vec![],
        )?;
        rows.into_iter()
            .map(|row| {
                let line = Recorded::read(&row.record).map_err(|why| problem(&why.to_string()))?;
                // Both were written as integers below 2^53.
                Ok(Recorded {
                    at_ms: row.at_ms as u64,
                    times: row.times as u32,
                    last_at_ms: row.last_at_ms as u64,
                    ..line
                })
            })
            .collect()
    }

    /// Adds a line.
    pub(super) fn append(&self, line: &Recorded) -> Result<()> {
        let at = number(line.at_ms)?;
        let record = line.text();
        self.run(
            "INSERT INTO journal (at_ms, times, last_at_ms, record) VALUES (?, 1, ?, ?)",
            vec![at.clone(), at, text(&record)],
        )
    }

    /// Counts the last line once more.
    pub(super) fn repeat_last(&self, at_ms: u64) -> Result<()> {
        let last = "UPDATE journal SET times = times + 1, last_at_ms = ? WHERE seq = (SELECT MAX(seq) FROM journal)";
        self.run(last, vec![number(at_ms)?])
    }

    /// The numbers that were tried, in order; none in the place of one that was forgotten.
    pub(super) fn phones(&self, about: &About) -> Result<Vec<Option<Msisdn>>> {
        let vault = vault(about)?;
        let rows: Vec<Phone> = self.rows("SELECT sealed FROM phones ORDER BY slot", vec![])?;
        rows.iter()
            .map(|row| {
                if row.sealed.is_empty() {
                    return Ok(None);
                }
                vault
                    .unseal(&row.sealed)
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
        self.run(
            "INSERT INTO phones (slot, sealed) VALUES (?, ?)",
            vec![number(u64::from(slot))?, text(&sealed)],
        )
    }

    /// How much is kept of what M-PESA sent of a push or a refund.
    pub(super) fn kept(&self, said: Said) -> Result<Kept> {
        let found = "SELECT COUNT(*) AS n, COALESCE(SUM(LENGTH(sealed)), 0) AS bytes FROM bodies WHERE said_of = ?";
        let rows: Vec<Sum> = self.rows(found, vec![number(key_of(said))?])?;
        Ok(rows.first().map_or(Kept::default(), |row| Kept {
            bodies: row.n as u64,
            bytes: row.bytes as u64,
        }))
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
        let values = vec![number(at_ms)?, number(key_of(said))?, text(&sealed)];
        self.run(
            "INSERT INTO bodies (at_ms, said_of, sealed) VALUES (?, ?, ?)",
            values,
        )
    }

    /// How many lines and bodies tell what M-PESA said, for a test.
    pub(super) fn rows_of_mpesa(&self) -> Result<u64> {
        let found = "SELECT (SELECT COUNT(*) FROM journal) + (SELECT COUNT(*) FROM bodies) AS n";
        let rows: Vec<Count> = self.rows(found, vec![])?;
        Ok(rows.first().map_or(0, |row| row.n as u64))
    }

    /// Keeps a message to the shop.
    pub(super) fn keep_letter(&self, sequence: u32, letter: &Letter) -> Result<()> {
        let values = vec![
            number(u64::from(sequence))?,
            text(&letter.id),
            text(&letter.body),
        ];
        self.run(
            "INSERT INTO outbox (sequence, id, body) VALUES (?, ?, ?)",
            values,
        )
    }

    /// A message to the shop.
    pub(super) fn letter(&self, sequence: u32) -> Result<Option<Letter>> {
        let found = "SELECT id, body FROM outbox WHERE sequence = ?";
        let mut rows = self.rows(found, vec![number(u64::from(sequence))?])?;
        Ok(rows.pop())
    }

    /// Keeps the name of the quota that an attempt counts to.
    pub(super) fn keep_quota(&self, attempt: u32, name: &str) -> Result<()> {
        let values = vec![number(u64::from(attempt))?, text(name)];
        self.run(
            "INSERT OR REPLACE INTO quotas (attempt, name) VALUES (?, ?)",
            values,
        )
    }

    /// The name of the quota that an attempt counts to.
    pub(super) fn quota(&self, attempt: u32) -> Result<Option<String>> {
        let found = "SELECT name FROM quotas WHERE attempt = ?";
        let mut rows: Vec<Name> = self.rows(found, vec![number(u64::from(attempt))?])?;
        Ok(rows.pop().map(|row| row.name))
    }

    /// A mark; 0 before it was first set.
    pub(super) fn mark(&self, mark: Mark<'_>) -> Result<u64> {
        let found = "SELECT value AS n FROM marks WHERE name = ?";
        let rows: Vec<Count> = self.rows(found, vec![text(&mark.name())])?;
        Ok(rows.first().map_or(0, |row| row.n as u64))
    }

    /// How often the books could not be told, and when that was tried last.
    pub(super) fn bookings(&self) -> Result<Bookings> {
        let failed = self.mark(Mark::BookingsFailed)?;
        let tried_at_ms = match failed {
            0 => 0,
            _ => self.mark(Mark::BookingTried)?,
        };
        Ok(Bookings {
            failed,
            tried_at_ms,
        })
    }

    pub(super) fn set_bookings(&self, bookings: Bookings) -> Result<()> {
        self.set_mark(Mark::BookingsFailed, bookings.failed)?;
        self.set_mark(Mark::BookingTried, bookings.tried_at_ms)
    }

    pub(super) fn set_mark(&self, mark: Mark<'_>, value: u64) -> Result<()> {
        self.run(
            "INSERT OR REPLACE INTO marks (name, value) VALUES (?, ?)",
            vec![text(&mark.name()), number(value)?],
        )
    }

    fn run(&self, statement: &str, values: Vec<SqlStorageValue>) -> Result<()> {
        self.sql.exec(statement, values)?;
        Ok(())
    }

    fn rows<T: DeserializeOwned>(
        &self,
        statement: &str,
        values: Vec<SqlStorageValue>,
    ) -> Result<Vec<T>> {
        Ok(self.sql.exec(statement, values)?.to_array()?)
    }
}

impl<'a> Mark<'a> {
    fn name(self) -> Cow<'a, str> {
        Cow::Borrowed(match self {
            Mark::Projected => "projected",
            Mark::Entered => "entered",
            Mark::Validated => "validated",
            Mark::Forgotten => "forgotten",
            Mark::QuerySlot => "query_slot",
            Mark::BookingsFailed => "bookings_failed",
            Mark::BookingTried => "booking_tried",
            Mark::Unkept(said) => return Cow::Owned(format!("unkept {}", key_of(said))),
            Mark::Fault(fault) => fault,
        })
    }
}

/// Under which number its bodies are kept.
fn key_of(said: Said) -> u64 {
    u64::from(match said {
        Said::OfPush(n) => n,
        Said::OfRefund(n) => n.saturating_add(REFUNDS),
    })
}

fn vault(about: &About) -> Result<Vault> {
    Vault::open(&about.vault_key).ok_or_else(|| problem("the payment's key cannot be read"))
}

fn number(value: u64) -> Result<SqlStorageValue> {
    Ok(SqlStorageValue::try_from_i64(
        i64::try_from(value).map_err(|_| problem("a number is too large to be stored"))?,
    )?)
}

fn text(value: &str) -> SqlStorageValue {
    SqlStorageValue::String(value.to_owned())
}

fn problem(what: &str) -> Error {
    Error::new(what.to_owned())
}
