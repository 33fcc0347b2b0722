//! `Place`: an object's own storage on Cloudflare. Its rows lie in one SQLite table; however many are read or written, it is one
//! statement, and one cell crosses into the runtime's JavaScript and back. Rows and alarm are written with nothing awaited between them:
//! the platform makes one transaction of both, and lets nothing leave before it is kept.
#![allow(clippy::disallowed_methods)] // this file is where they are wrapped

use crate::print::away;
use js_sys::Promise;
use malipo_shell::platform::error::{Error, Result};
use malipo_shell::platform::home::{Alarm, Batch, Home};
use malipo_shell::platform::rows::{Key, Span};
use malipo_shell::platform::sql::SqlValue;
use serde::Deserialize;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::closure::ScopedClosure;
use wasm_bindgen::prelude::*;
use worker::{SqlStorageValue, State, Storage};

const TABLE: &str =
    "CREATE TABLE IF NOT EXISTS rows (id INTEGER PRIMARY KEY, v TEXT NOT NULL) STRICT";
const READ: &str = "\
SELECT json_group_array(json_array(id, v)) AS v FROM (SELECT id, v FROM rows WHERE id BETWEEN ? AND ? ORDER BY id)";
const PUT: &str =
    "INSERT OR REPLACE INTO rows (id, v) SELECT value->>0, value->>1 FROM json_each(?)";
const DROP: &str = "DELETE FROM rows WHERE id BETWEEN ? AND ?";
/// What SQLite says of an object in which nothing was ever written.
const NO_TABLE: &str = "no such table";

#[wasm_bindgen]
extern "C" {
    type OwnStorage;
    #[wasm_bindgen(method, catch, js_name = transactionSync)]
    fn transaction_sync(
        this: &OwnStorage,
        body: &ScopedClosure<'_, dyn FnMut() -> Result<JsValue, JsValue>>,
    ) -> Result<JsValue, JsValue>;
    // These three do their work at once; their promises tell of the disk, and nothing leaves before that.
    #[wasm_bindgen(method, catch, js_name = setAlarm)]
    fn set_alarm(this: &OwnStorage, at_ms: f64) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch, js_name = deleteAlarm)]
    fn delete_alarm(this: &OwnStorage) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch, js_name = deleteAll)]
    fn delete_all(this: &OwnStorage) -> Result<Promise, JsValue>;
}

/// The storage of one object, as this instance of it has it.
pub(crate) struct Place {
    state: Rc<State>,
    storage: Storage,
    /// Whether the table is there, as far as this instance knows.
    has_table: Cell<bool>,
    /// The alarm, as far as this instance knows.
    alarm: Cell<Option<Alarm>>,
}

impl Place {
    pub(crate) fn new(state: Rc<State>) -> Place {
        Place {
            storage: state.storage(),
            state,
            has_table: Cell::new(false),
            alarm: Cell::new(None),
        }
    }

    /// The alarm has rung: the platform has none any more.
    pub(crate) fn rang(&self) {
        self.alarm.set(None);
    }

    fn own(&self) -> &OwnStorage {
        let storage: &JsValue = self.storage.as_raw().as_ref();
        storage.unchecked_ref()
    }

    fn put(&self, rows: &[(Key, String)]) -> Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        let rows: Vec<(u64, &str)> = rows.iter().map(|(key, v)| (key.id(), v.as_str())).collect();
        let rows = SqlStorageValue::String(serde_json::to_string(&rows)?);
        self.run(PUT, vec![rows])
    }

    fn run(&self, statement: &str, values: Vec<SqlStorageValue>) -> Result<()> {
        let done = self.storage.sql().exec(statement, values);
        done.map(drop).map_err(away)
    }

    fn set(&self, alarm: Alarm) -> Result<()> {
        // It stands there already: a row less is written.
        if alarm == Alarm::Leave || self.alarm.get() == Some(alarm) {
            return Ok(());
        }
        let set = match alarm {
            Alarm::At(at_ms) => self.own().set_alarm(at_ms as f64),
            Alarm::Off => self.own().delete_alarm(),
            Alarm::Leave => return Ok(()),
        };
        set.map(drop).map_err(away)?;
        self.alarm.set(Some(alarm));
        Ok(())
    }
}

impl Home for Place {
    fn id(&self) -> String {
        self.state.id().to_string()
    }

    fn rows(&self, (first, last): Span) -> Result<Option<Vec<(Key, String)>>> {
        let span = vec![number(first.id())?, number(last.id())?];
        let cells = match self.storage.sql().exec(READ, span) {
            Ok(cursor) => cursor.to_array::<Found>().map_err(away)?,
            Err(why) if why.to_string().contains(NO_TABLE) => return Ok(None),
            Err(why) => return Err(away(why)),
        };
        self.has_table.set(true);
        let rows: Vec<(u64, String)> = match cells.first() {
            Some(cell) => serde_json::from_str(&cell.v)?,
            None => Vec::new(),
        };
        let rows = rows
            .into_iter()
            .map(|(id, text)| Some((Key::of(id)?, text)));
        let rows = rows.collect::<Option<Vec<_>>>();
        rows.map(Some)
            .ok_or_else(|| Error::new("a row has a key that nobody gives"))
    }

    fn write(&self, batch: &Batch, alarm: Alarm) -> Result<()> {
        let has_table = self.has_table.get() || batch.put.is_empty();
        if has_table && batch.drop.is_empty() {
            self.put(&batch.put)?; // one statement is whole by itself
        } else {
            self.transaction(&mut || {
                if !self.has_table.get() {
                    self.run(TABLE, vec![])?;
                }
                for (first, last) in &batch.drop {
                    self.run(DROP, vec![number(first.id())?, number(last.id())?])?;
                }
                self.put(&batch.put)
            })?;
            self.has_table.set(true);
        }
        self.set(alarm)
    }

    fn erase(&self) -> Result<()> {
        self.has_table.set(false);
        self.alarm.set(None);
        self.own().delete_all().map(drop).map_err(away)
    }

    fn sql(&self, statement: &str, values: &[SqlValue<'_>]) -> Result<Vec<String>> {
        let values = values.iter().map(|value| match value {
            SqlValue::Text(text) => Ok(SqlStorageValue::String((*text).to_owned())),
            SqlValue::Number(value) => number(*value),
        });
        let values = values.collect::<Result<Vec<_>>>()?;
        let cursor = self.storage.sql().exec(statement, values).map_err(away)?;
        let cells = cursor.to_array::<Found>().map_err(away)?;
        Ok(cells.into_iter().map(|cell| cell.v).collect())
    }

    fn transaction(&self, body: &mut dyn FnMut() -> Result<()>) -> Result<()> {
        let mut outcome = Ok(());
        let mut turn = || {
            outcome = body();
            match outcome {
                Ok(()) => Ok(JsValue::UNDEFINED),
                Err(_) => Err(JsValue::from_str("rolled back")),
            }
        };
        // A panic in the turn throws, and so rolls back: nothing half-done can be seen afterwards.
        let done = {
            let turn = ScopedClosure::borrow_mut_assert_unwind_safe(&mut turn);
            self.own().transaction_sync(&turn)
        };
        match (outcome, done) {
            (Ok(()), Ok(_)) => Ok(()),
            (Err(why), _) => Err(why),
            (Ok(()), Err(why)) => Err(away(why)),
        }
    }
}

#[derive(Deserialize)]
struct Found {
    v: String,
}

fn number(value: u64) -> Result<SqlStorageValue> {
    let value = i64::try_from(value).map_err(|_| Error::new("a number is too large"))?;
    SqlStorageValue::try_from_i64(value).map_err(away)
}
