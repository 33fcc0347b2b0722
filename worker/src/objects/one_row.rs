//! The storage of a small object: one row of JSON.

use crate::platform::error::Result;
use crate::platform::{SqlStorageValue, Storage};
use serde::Deserialize;

#[derive(Deserialize)]
struct Row {
    json: String,
}

#[derive(Deserialize)]
struct Count {
    n: f64,
}

/// The object's one row; none before it was written.
pub(crate) fn read(storage: &Storage) -> Result<Option<String>> {
    let sql = storage.sql();
    let tables = "SELECT COUNT(*) AS n FROM sqlite_master WHERE name = 'state'";
    let tables: Vec<Count> = sql.exec(tables, None)?.to_array()?;
    if tables.first().is_none_or(|count| count.n == 0.0) {
        return Ok(None);
    }
    let rows: Vec<Row> = sql.exec("SELECT json FROM state", None)?.to_array()?;
    Ok(rows.into_iter().next().map(|row| row.json))
}

/// Writes the object's one row.
pub(crate) fn write(storage: &Storage, json: &str) -> Result<()> {
    let sql = storage.sql();
    sql.exec(
        "CREATE TABLE IF NOT EXISTS state (one INTEGER PRIMARY KEY CHECK (one = 1), json TEXT NOT NULL) STRICT",
        None,
    )?;
    let values = vec![SqlStorageValue::String(json.to_owned())];
    sql.exec(
        "INSERT OR REPLACE INTO state (one, json) VALUES (1, ?)",
        values,
    )?;
    Ok(())
}
