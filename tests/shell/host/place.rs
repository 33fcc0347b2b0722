//! `Place`: where one object is kept: what is durable, what is provisional, and its alarm. It outlives every instance.

use super::run::{EventKey, Life};
use super::sql::{self, Owned, Tables};
use malipo_shell::platform::class::Class;
use malipo_shell::platform::error::{Error, Result};
use malipo_shell::platform::home::{Alarm, Batch};
use malipo_shell::platform::rows::{Key, Span};
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

/// What an object holds.
#[derive(Clone, Default)]
pub(crate) struct State {
    pub(crate) rows: BTreeMap<Key, Rc<str>>,
    /// Whether anything was ever written.
    pub(crate) has_table: bool,
    pub(crate) alarm: Option<u64>,
    /// What was done to its own tables.
    sql: Vec<Rc<Owned>>,
}

/// One write.
#[derive(Clone)]
enum Delta {
    Rows {
        drop: Vec<Span>,
        put: Vec<(Key, Rc<str>)>,
        alarm: Alarm,
    },
    Erase,
    Sql(Rc<Owned>),
}

/// An alarm that rings.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ringing {
    pub(crate) life: Life,
    pub(crate) tries: u32,
}

/// One object's place.
pub(crate) struct Place {
    pub(crate) class: Class,
    pub(crate) name: Rc<str>,
    pub(crate) durable: State,
    /// As the present instance sees it.
    live: State,
    deltas: VecDeque<(u64, Delta)>,
    /// Writes there were.
    pub(crate) written: u64,
    /// Up to which they are durable.
    pub(crate) kept: u64,
    tables: Option<Tables>,
    /// The instance that may write.
    pub(crate) instance: Option<Life>,
    pub(crate) ringing: Option<Ringing>,
    /// The event that rings the alarm, and for which time.
    pub(crate) armed: Option<(u64, EventKey)>,
    /// How often an alarm that rang did not come to its end.
    pub(crate) failed: u32,
    pub(crate) last_used_ms: u64,
    /// Until then nothing reaches it.
    pub(crate) away_until_ms: u64,
    /// Whether the platform has lost its alarm, and none was set since.
    pub(crate) has_lost_alarm: bool,
    /// When it rang, for the bound on rings.
    pub(crate) rings: Vec<u64>,
}

impl Place {
    pub(crate) fn new(class: Class, name: &str) -> Place {
        Place {
            class,
            name: name.into(),
            durable: State::default(),
            live: State::default(),
            deltas: VecDeque::new(),
            written: 0,
            kept: 0,
            tables: None,
            instance: None,
            ringing: None,
            armed: None,
            failed: 0,
            last_used_ms: 0,
            away_until_ms: 0,
            has_lost_alarm: false,
            rings: Vec::new(),
        }
    }

    pub(crate) fn rows(&self, (first, last): Span) -> Option<Vec<(Key, String)>> {
        let rows = self.live.rows.range(first..=last);
        let rows = rows.map(|(key, text)| (*key, text.to_string()));
        self.live.has_table.then(|| rows.collect())
    }

    pub(crate) fn write(&mut self, batch: &Batch, alarm: Alarm) {
        let put = batch.put.iter();
        self.change(Delta::Rows {
            drop: batch.drop.clone(),
            put: put
                .map(|(key, text)| (*key, text.as_str().into()))
                .collect(),
            alarm,
        });
    }

    pub(crate) fn erase(&mut self) {
        self.tables = None;
        self.change(Delta::Erase);
    }

    fn change(&mut self, delta: Delta) {
        self.written += 1;
        self.live.apply(&delta);
        self.deltas.push_back((self.written, delta));
    }

    /// Runs a statement on the object's own tables; whether it wrote.
    pub(crate) fn sql(&mut self, statement: Owned) -> (Result<Vec<String>>, bool) {
        let tables = self.tables();
        let texts = sql::texts(tables, &statement.0, &statement.1);
        let writes = texts.is_ok() && !statement.0.trim_start().starts_with("SELECT");
        if writes {
            self.change(Delta::Sql(Rc::new(statement)));
        }
        (texts, writes)
    }

    fn tables(&mut self) -> &Tables {
        let live = &self.live;
        self.tables.get_or_insert_with(|| {
            let tables = Tables::own();
            for statement in &live.sql {
                sql::texts(&tables, &statement.0, &statement.1).unwrap();
            }
            tables
        })
    }

    /// How it is, to come back to it.
    pub(crate) fn mark(&self) -> (State, u64) {
        (self.live.clone(), self.written)
    }

    /// Undoes what was written since.
    pub(crate) fn undo(&mut self, (live, written): (State, u64)) {
        self.live = live;
        self.deltas.retain(|(n, _)| *n <= written);
        self.tables = None;
    }

    /// What was written up to here is durable; whether that is news.
    pub(crate) fn keep(&mut self, up_to: u64) -> bool {
        let mut is_news = false;
        while self.deltas.front().is_some_and(|(n, _)| *n <= up_to) {
            if let Some((n, delta)) = self.deltas.pop_front() {
                self.durable.apply(&delta);
                self.has_lost_alarm &= self.durable.alarm.is_none();
                self.kept = n;
                is_news = true;
            }
        }
        self.kept = self.kept.max(up_to);
        is_news
    }

    /// What was provisional is gone.
    pub(crate) fn lose(&mut self) {
        self.deltas.clear();
        self.kept = self.written;
        self.live = self.durable.clone();
        self.tables = None;
    }

    /// The alarm begins to ring: there is none any more.
    pub(crate) fn rang(&mut self, at_ms: u64) {
        self.durable.alarm = None;
        if self.live.alarm == Some(at_ms) {
            self.live.alarm = None;
        }
    }

    /// The platform rings again what did not come to its end.
    pub(crate) fn ring_again(&mut self, at_ms: u64) {
        self.durable.alarm = Some(at_ms);
        if self.live.alarm.is_none() && self.deltas.is_empty() {
            self.live.alarm = Some(at_ms);
        }
    }

    /// Whether something is provisional.
    pub(crate) fn is_provisional(&self) -> bool {
        !self.deltas.is_empty()
    }

    /// Its own tables, for the books at the end.
    pub(crate) fn durable_texts(&self, statement: &str) -> Result<Vec<String>> {
        let tables = Tables::own();
        for statement in &self.durable.sql {
            sql::texts(&tables, &statement.0, &statement.1)
                .map_err(|why| Error::new(why.to_string()))?;
        }
        sql::texts(&tables, statement, &[])
    }
}

impl State {
    fn apply(&mut self, delta: &Delta) {
        match delta {
            Delta::Rows { drop, put, alarm } => {
                for (first, last) in drop {
                    let gone: Vec<Key> =
                        self.rows.range(first..=last).map(|(key, _)| *key).collect();
                    for key in gone {
                        self.rows.remove(&key);
                    }
                }
                self.has_table |= !put.is_empty() || !drop.is_empty();
                self.rows.extend(put.iter().cloned());
                match alarm {
                    Alarm::Leave => {}
                    Alarm::At(at_ms) => self.alarm = Some(*at_ms),
                    Alarm::Off => self.alarm = None,
                }
            }
            Delta::Erase => *self = State::default(),
            Delta::Sql(statement) => self.sql.push(Rc::clone(statement)),
        }
    }
}
