//! `RosterObject`: which payments of one merchant were opened on one day. Objects cannot be listed, so each payment enters its name before
//! its first push; the sweep reads them.

use crate::calls::roster::ToRoster;
use crate::platform::class::Object;
use crate::platform::error::Result;
use crate::platform::home::Home;
use crate::platform::http::ObjectReply;
use crate::platform::sql::SqlValue;
use futures_util::future::LocalBoxFuture;
use malipo_engine::json;
use std::rc::Rc;

/// References of one page at most.
const PAGE_MAX: u32 = 1000;

/// One day's payments. Nothing lives in memory.
pub(crate) struct Roster(Rc<dyn Home>);

impl Roster {
    pub(crate) fn new(home: Rc<dyn Home>) -> Roster {
        Roster(home)
    }
}

impl Object for Roster {
    fn hear(self: Rc<Self>, message: String) -> LocalBoxFuture<'static, Result<ObjectReply>> {
        Box::pin(async move { self.answer(&message) })
    }

    fn ring(self: Rc<Self>) -> LocalBoxFuture<'static, Result<()>> {
        Box::pin(async { Ok(()) })
    }
}

impl Roster {
    fn answer(&self, message: &str) -> Result<ObjectReply> {
        let home = self.0.as_ref();
        match json::read(message)? {
            ToRoster::Enter { reference } => ObjectReply::json(&write(home, &reference)?),
            ToRoster::Read { after, limit } => ObjectReply::json(&read(home, &after, limit)?),
        }
    }
}

fn write(home: &dyn Home, reference: &str) -> Result<()> {
    home.sql(
        "CREATE TABLE IF NOT EXISTS entered (reference TEXT PRIMARY KEY) STRICT, WITHOUT ROWID",
        &[],
    )?;
    let enter = "INSERT OR IGNORE INTO entered (reference) VALUES (?)";
    home.sql(enter, &[SqlValue::Text(reference)])?;
    Ok(())
}

fn read(home: &dyn Home, after: &str, limit: u32) -> Result<Vec<String>> {
    // A day without payments has no table, and gets none.
    let tables = "SELECT name AS v FROM sqlite_master WHERE name = 'entered'";
    if home.sql(tables, &[])?.is_empty() {
        return Ok(Vec::new());
    }
    let limit = u64::from(limit.clamp(1, PAGE_MAX));
    let page = "SELECT reference AS v FROM entered WHERE reference > ? ORDER BY reference LIMIT ?";
    home.sql(page, &[SqlValue::Text(after), SqlValue::Number(limit)])
}
