//! `RosterObject`: which payments of one merchant were opened on one day. Objects cannot be listed, so each payment enters its name before
//! its first push; the sweep reads them.
#![allow(missing_docs)] // the `durable_object` macro makes undocumented methods

use crate::calls::roster::ToRoster;
use malipo_engine::json;
use serde::Deserialize;
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use worker::{
    DurableObject, Env, Request, Response, Result, SqlStorageValue, State, durable_object,
};

/// References of one page at most.
const PAGE_MAX: u32 = 1000;

/// One day's payments.
#[durable_object(fetch)]
pub struct RosterObject {
    // Nothing lives in memory.
    inner: AssertUnwindSafe<Rc<State>>,
}

impl DurableObject for RosterObject {
    fn new(state: State, _env: Env) -> Self {
        RosterObject {
            inner: AssertUnwindSafe(Rc::new(state)),
        }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let state = Rc::clone(&self.inner);
        match json::read(&request.text().await?)? {
            ToRoster::Enter { reference } => Response::from_json(&write(&state, &reference)?),
            ToRoster::Read { after, limit } => Response::from_json(&read(&state, &after, limit)?),
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
