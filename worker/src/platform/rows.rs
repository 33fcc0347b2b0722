//! An object's rows: texts under numbered keys in one table. However many are read or written, it is one statement, and one cell crosses
//! into the runtime's JavaScript and back.

use super::error::{Error, Result};
use super::storage;
use serde::Deserialize;
use worker::{SqlStorageValue, Storage};

/// Where a row lies: what it is of, and which of that kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) kind: u8,
    pub(crate) n: u32,
}

/// Keys from the first to the last, both included.
pub(crate) type Span = (Key, Key);

impl Key {
    pub(crate) fn new(kind: u8, n: u32) -> Key {
        Key { kind, n }
    }

    /// All rows of these kinds.
    pub(crate) fn span(first: u8, last: u8) -> Span {
        (Key::new(first, 0), Key::new(last, u32::MAX))
    }

    // At most 40 bits: a number of JavaScript holds it.
    fn id(self) -> u64 {
        u64::from(self.kind) << 32 | u64::from(self.n)
    }

    fn of(id: u64) -> Option<Key> {
        let kind = u8::try_from(id >> 32).ok()?;
        Some(Key::new(kind, (id & u64::from(u32::MAX)) as u32))
    }
}

const TABLE: &str =
    "CREATE TABLE IF NOT EXISTS rows (id INTEGER PRIMARY KEY, v TEXT NOT NULL) STRICT";
const READ: &str = "\
SELECT json_group_array(json_array(id, v)) AS v FROM (SELECT id, v FROM rows WHERE id BETWEEN ? AND ? ORDER BY id)";
const PUT: &str =
    "INSERT OR REPLACE INTO rows (id, v) SELECT value->>0, value->>1 FROM json_each(?)";
const DROP: &str = "DELETE FROM rows WHERE id BETWEEN ? AND ?";
/// What SQLite says of an object in which nothing was ever written.
const NO_TABLE: &str = "no such table";

/// The rows of these keys, in order; none where the object holds nothing. Reading creates nothing, and opens no transaction.
///
/// # Errors
/// The storage does not answer, or a row cannot be read.
pub(crate) fn read(storage: &Storage, (first, last): Span) -> Result<Option<Vec<(Key, String)>>> {
    #[derive(Deserialize)]
    struct Cell {
        v: String,
    }
    let cursor = match storage
        .sql()
        .exec(READ, vec![number(first)?, number(last)?])
    {
        Ok(cursor) => cursor,
        Err(why) if why.to_string().contains(NO_TABLE) => return Ok(None),
        Err(why) => return Err(why.into()),
    };
    let cells: Vec<Cell> = cursor.to_array()?;
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

/// Drops rows and puts others, all of it or nothing. `is_new` where the object holds nothing yet.
///
/// # Errors
/// The storage does not answer: nothing was written.
pub(crate) fn write(
    storage: &Storage,
    is_new: bool,
    drop: &[Span],
    put: &[(Key, String)],
) -> Result<()> {
    if !is_new && drop.is_empty() {
        return put_rows(storage, put); // one statement is whole by itself
    }
    storage::transaction(storage, || {
        if is_new {
            storage.sql().exec(TABLE, None)?;
        }
        for (first, last) in drop {
            let span = vec![number(*first)?, number(*last)?];
            storage.sql().exec(DROP, span)?;
        }
        put_rows(storage, put)
    })
}

fn put_rows(storage: &Storage, put: &[(Key, String)]) -> Result<()> {
    if put.is_empty() {
        return Ok(());
    }
    let rows: Vec<(u64, &str)> = put.iter().map(|(key, v)| (key.id(), v.as_str())).collect();
    let rows = SqlStorageValue::String(serde_json::to_string(&rows)?);
    storage.sql().exec(PUT, vec![rows])?;
    Ok(())
}

fn number(key: Key) -> Result<SqlStorageValue> {
    let id = i64::try_from(key.id()).map_err(|_| Error::new("a key is too large"))?;
    Ok(SqlStorageValue::try_from_i64(id)?)
}
