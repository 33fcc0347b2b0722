//! The receipt's rows: its record, and beside it, sealed, what M-PESA sent.

use crate::platform::error::{Error, Result};
use crate::platform::vault::Vault;
use crate::platform::{Host, SqlStorageValue, Storage};
use malipo_engine::claims::ReceiptRecord;
use malipo_engine::json;
use malipo_shared::MpesaReceipt;
use serde::Deserialize;

#[derive(Deserialize)]
struct Row {
    receipt: MpesaReceipt,
    json: String,
}

#[derive(Deserialize)]
struct Key {
    vault_key: String,
}

#[derive(Deserialize)]
struct Count {
    n: f64,
}

/// The record and the number that it is of; none before the first writing.
pub(super) fn read(storage: &Storage) -> Result<Option<(MpesaReceipt, ReceiptRecord)>> {
    if !exists(storage)? {
        return Ok(None);
    }
    let rows: Vec<Row> = storage
        .sql()
        .exec("SELECT receipt, json FROM record", None)?
        .to_array()?;
    let row = rows.into_iter().next();
    row.map(|row| Ok((row.receipt, json::read(&row.json)?)))
        .transpose()
}

/// Writes the record, and keeps a body as it came.
pub(super) fn write(
    host: &dyn Host,
    storage: &Storage,
    receipt: &MpesaReceipt,
    record: &ReceiptRecord,
    body: Option<&str>,
) -> Result<()> {
    let sql = storage.sql();
    if !exists(storage)? {
        for table in [
            "CREATE TABLE record (one INTEGER PRIMARY KEY CHECK (one = 1), receipt TEXT NOT NULL, vault_key TEXT NOT NULL, json TEXT NOT NULL) STRICT",
            "CREATE TABLE bodies (id INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, sealed TEXT NOT NULL) STRICT",
        ] {
            sql.exec(table, None)?;
        }
        let key =
            Vault::fresh_key(host).ok_or_else(|| problem("there is no randomness for a key"))?;
        sql.exec(
            "INSERT INTO record (one, receipt, vault_key, json) VALUES (1, ?, ?, '')",
            vec![text(receipt.as_str()), text(&key)],
        )?;
    }
    let json = serde_json::to_string(record)?;
    sql.exec("UPDATE record SET json = ?", vec![text(&json)])?;
    body.map_or(Ok(()), |body| keep(host, storage, body))
}

fn keep(host: &dyn Host, storage: &Storage, body: &str) -> Result<()> {
    let sql = storage.sql();
    let keys: Vec<Key> = sql.exec("SELECT vault_key FROM record", None)?.to_array()?;
    let sealed = keys
        .first()
        .and_then(|key| Vault::open(&key.vault_key)?.seal(host, body))
        .ok_or_else(|| problem("a body cannot be sealed"))?;
    // A sender that repeats itself fills no disk.
    let now_ms = i64::try_from(host.now_ms()).unwrap_or(i64::MAX);
    let values = vec![SqlStorageValue::try_from_i64(now_ms)?, text(&sealed)];
    sql.exec(
        "INSERT INTO bodies (at_ms, sealed) SELECT ?, ? WHERE (SELECT COUNT(*) FROM bodies) < 10",
        values,
    )?;
    Ok(())
}

/// When M-PESA last sent something of it that is still kept, in Unix milliseconds; none when nothing is.
pub(super) fn last_body_at_ms(storage: &Storage) -> Result<Option<u64>> {
    #[derive(Deserialize)]
    struct Last {
        at_ms: Option<f64>,
    }
    if !exists(storage)? {
        return Ok(None);
    }
    let found = "SELECT MAX(at_ms) AS at_ms FROM bodies";
    let rows: Vec<Last> = storage.sql().exec(found, None)?.to_array()?;
    Ok(rows.first().and_then(|row| row.at_ms).map(|ms| ms as u64))
}

/// Destroys what M-PESA has sent, with the key that sealed it.
pub(super) fn forget_bodies(host: &dyn Host, storage: &Storage) -> Result<()> {
    let key = Vault::fresh_key(host).ok_or_else(|| problem("there is no randomness for a key"))?;
    let sql = storage.sql();
    sql.exec("UPDATE record SET vault_key = ?", vec![text(&key)])?;
    sql.exec("DELETE FROM bodies", None)?;
    Ok(())
}

fn exists(storage: &Storage) -> Result<bool> {
    let tables = "SELECT COUNT(*) AS n FROM sqlite_master WHERE name = 'record'";
    let tables: Vec<Count> = storage.sql().exec(tables, None)?.to_array()?;
    Ok(tables.first().is_some_and(|count| count.n > 0.0))
}

fn text(value: &str) -> SqlStorageValue {
    SqlStorageValue::String(value.to_owned())
}

fn problem(what: &str) -> Error {
    Error::new(what.to_owned())
}
