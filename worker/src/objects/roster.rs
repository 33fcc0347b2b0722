//! `RosterObject`: which payments of one merchant were opened on one day. Objects cannot be listed, so each payment enters its name before
//! its first push; the sweep reads them.

use crate::calls::roster::ToRoster;
use crate::platform::class::Object;
use crate::platform::error::Result;
use crate::platform::http::ObjectReply;
use crate::platform::{Env, SqlStorageValue, State};
use futures_util::future::LocalBoxFuture;
use malipo_engine::json;
use serde::Deserialize;
use std::rc::Rc;

/// References of one page at most.
const PAGE_MAX: u32 = 1000;

/// One day's payments. Nothing lives in memory.
pub(crate) struct Roster(State);

impl Object for Roster {
    fn new(state: State, _env: Env) -> Roster {
        Roster(state)
    }

    fn hear(self: Rc<Self>, message: String) -> LocalBoxFuture<'static, Result<ObjectReply>> {
        Box::pin(async move { self.answer(&message) })
    }

    fn ring(self: Rc<Self>) -> LocalBoxFuture<'static, ()> {
        Box::pin(async {})
    }
}

impl Roster {
    fn answer(&self, message: &str) -> Result<ObjectReply> {
        match json::read(message)? {
            ToRoster::Enter { reference } => ObjectReply::json(&write(&self.0, &reference)?),
            ToRoster::Read { after, limit } => ObjectReply::json(&read(&self.0, &after, limit)?),
        }
    }
}

#[derive(Deserialize)]
struct Row {
    reference: String,
}

fn write(state: &State, reference: &str) -> Result<()> {
    let sql = state.storage().sql();
    sql.exec(
        "CREATE TABLE IF NOT EXISTS entered (reference TEXT PRIMARY KEY) STRICT, WITHOUT ROWID",
        None,
    )?;
    let values = vec![SqlStorageValue::String(reference.to_owned())];
    sql.exec(
        "INSERT OR IGNORE INTO entered (reference) VALUES (?)",
        values,
    )?;
    Ok(())
}

fn read(state: &State, after: &str, limit: u32) -> Result<Vec<String>> {
    let sql = state.storage().sql();
    // A day without payments has no table, and gets none.
    let tables = "SELECT name AS reference FROM sqlite_master WHERE name = 'entered'";
    let tables: Vec<Row> = sql.exec(tables, None)?.to_array()?;
    if tables.is_empty() {
        return Ok(Vec::new());
    }
    let values = vec![
        SqlStorageValue::String(after.to_owned()),
        SqlStorageValue::try_from_i64(i64::from(limit.clamp(1, PAGE_MAX)))?,
    ];
    let page = "SELECT reference FROM entered WHERE reference > ? ORDER BY reference LIMIT ?";
    let rows: Vec<Row> = sql.exec(page, values)?.to_array()?;
    Ok(rows.into_iter().map(|row| row.reference).collect())
}
