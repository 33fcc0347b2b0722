//! `RosterObject`: which payments of one merchant were opened on one day. Objects cannot be listed, so each payment
//! enters its name before its first push; sweep and rebuild read them.
#![allow(missing_docs)] // the `durable_object` macro makes undocumented methods

use crate::config::Config;
use crate::log::{
    self,
    Told::{Payment, Why},
    What,
};
use crate::message::ToRoster;
use crate::object;
use malipo_engine::json;
use malipo_engine::names::roster_name;
use malipo_shared::AccountReference;
use serde::Deserialize;
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use worker::{
    DurableObject, Env, Request, Response, Result, SqlStorageValue, State, durable_object,
};

const CALL_MS: u64 = 2_000;
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

/// Enters a payment; once or often is the same. False when it could not be entered within 2 s.
pub(crate) async fn enter(
    env: &Env,
    config: &Config,
    reference: &AccountReference,
    opened_at_ms: u64,
) -> bool {
    let name = roster_name(config.env.as_str(), &config.link, opened_at_ms);
    let message = ToRoster::Enter {
        reference: reference.as_str().to_owned(),
    };
    match object::call::<()>(env, "ROSTERS", &name, &message, CALL_MS).await {
        Ok(()) => true,
        Err(why) => {
            log::error(
                What::RosterUnwritten,
                &[
                    Payment(&format_args!(
                        "{}:{}:{reference}",
                        config.env.as_str(),
                        config.link
                    )),
                    Why(&why),
                ],
            );
            false
        }
    }
}

/// The references after `after` of the day that holds `day_ms`, in order: a page. The last page is short.
pub(crate) async fn page(
    env: &Env,
    config: &Config,
    day_ms: u64,
    after: &str,
    limit: u32,
) -> Result<Vec<String>> {
    let name = roster_name(config.env.as_str(), &config.link, day_ms);
    let after = after.to_owned();
    object::call(
        env,
        "ROSTERS",
        &name,
        &ToRoster::Read { after, limit },
        CALL_MS,
    )
    .await
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
