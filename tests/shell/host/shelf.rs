//! `Shelf`: what a deployment has beside its objects: variables, KV, D1, the limiter, randomness, and whoever is outside.

use super::dice::Dice;
use super::outside::Outside;
use super::sql::{self, Owned, Tables};
use malipo_shell::platform::error::Result;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// One value that KV was given: when, what, and until when.
struct Put {
    at_ms: u64,
    value: String,
    until_ms: u64,
}

/// A deployment's own.
pub(crate) struct Shelf {
    pub(crate) variables: RefCell<BTreeMap<&'static str, String>>,
    pub(crate) outside: Rc<dyn Outside>,
    kv: RefCell<BTreeMap<String, Vec<Put>>>,
    ledger: RefCell<Option<Tables>>,
    pub(crate) chance: RefCell<Dice>,
    /// Lines of the log that a person has to look at.
    pub(crate) errors: RefCell<Vec<String>>,
    /// How far our clocks are ahead, in milliseconds.
    pub(crate) ahead_ms: Cell<i64>,
    limiter: RefCell<BTreeMap<(String, u64), u64>>,
    /// How often a payment's row was written into D1.
    pub(crate) rows_written: Cell<u64>,
}

impl Shelf {
    pub(crate) fn new(
        seed: u64,
        variables: BTreeMap<&'static str, String>,
        outside: Rc<dyn Outside>,
    ) -> Shelf {
        Shelf {
            variables: RefCell::new(variables),
            outside,
            kv: RefCell::default(),
            ledger: RefCell::default(),
            chance: RefCell::new(Dice::new(seed, 5)),
            errors: RefCell::default(),
            ahead_ms: Cell::new(0),
            limiter: RefCell::default(),
            rows_written: Cell::new(0),
        }
    }

    /// What KV says that was so at this moment.
    pub(crate) fn kv_get(&self, key: &str, as_of_ms: u64, now_ms: u64) -> Option<String> {
        let kv = self.kv.borrow();
        let puts = kv.get(key)?;
        let put = puts.iter().rev().find(|put| put.at_ms <= as_of_ms)?;
        (put.until_ms > now_ms).then(|| put.value.clone())
    }

    pub(crate) fn kv_put(&self, key: String, value: String, at_ms: u64, ttl_secs: u64) {
        let until_ms = at_ms + ttl_secs * 1000;
        let put = Put {
            at_ms,
            value,
            until_ms,
        };
        self.kv.borrow_mut().entry(key).or_default().push(put);
    }

    /// Runs statements of D1 as one.
    pub(crate) fn batch(&self, statements: &[Owned]) -> Result<()> {
        let of_payments = |(statement, _): &&Owned| statement.contains("INTO payments");
        let rows = statements.iter().filter(of_payments).count() as u64;
        self.rows_written.set(self.rows_written.get() + rows);
        let mut ledger = self.ledger.borrow_mut();
        sql::batch(ledger.get_or_insert_with(Tables::ledger), statements)
    }

    /// Asks D1.
    pub(crate) fn texts(&self, (statement, values): &Owned) -> Result<Vec<String>> {
        let mut ledger = self.ledger.borrow_mut();
        sql::texts(ledger.get_or_insert_with(Tables::ledger), statement, values)
    }

    /// Counts one more of this key in this minute; whether it is within 60.
    pub(crate) fn is_within(&self, key: String, now_ms: u64) -> bool {
        let mut limiter = self.limiter.borrow_mut();
        let count = limiter.entry((key, now_ms / 60_000)).or_default();
        *count += 1;
        *count <= 60
    }
}
