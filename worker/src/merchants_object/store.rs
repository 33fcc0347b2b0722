//! The rows of merchants, their numbers and API keys. Reading where nothing was ever written makes no table.

use super::{Entry, Key, Put, Settled, ToMerchants};
use crate::platform;
use malipo_shared::LinkId;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use worker::{Response, Result, SqlStorage, SqlStorageValue, Storage};

const TABLES: [&str; 3] = [
    "CREATE TABLE IF NOT EXISTS merchants (link TEXT PRIMARY KEY, name TEXT NOT NULL, sealed TEXT NOT NULL, \
     is_active INTEGER NOT NULL, version INTEGER NOT NULL, created_at_ms INTEGER NOT NULL, changed_at_ms INTEGER NOT NULL) STRICT",
    // A number belongs to one link.
    "CREATE TABLE IF NOT EXISTS numbers (number TEXT PRIMARY KEY, link TEXT NOT NULL) STRICT",
    "CREATE TABLE IF NOT EXISTS api_keys (hash TEXT PRIMARY KEY, id TEXT NOT NULL, link TEXT NOT NULL, name TEXT NOT NULL, \
     shown TEXT NOT NULL, created_at_ms INTEGER NOT NULL, revoked_at_ms INTEGER) STRICT",
];

#[derive(Deserialize)]
struct Merchant {
    link: LinkId,
    name: String,
    sealed: String,
    is_active: f64,
    version: f64,
    created_at_ms: f64,
    changed_at_ms: f64,
}

#[derive(Deserialize)]
struct Number {
    number: String,
    link: LinkId,
}

#[derive(Deserialize)]
struct KeyRow {
    hash: String,
    id: String,
    name: String,
    shown: String,
    created_at_ms: f64,
    revoked_at_ms: Option<f64>,
}

#[derive(Deserialize)]
struct Found {
    #[allow(dead_code)] // it only has to be there
    n: f64,
}

/// Answers a message, in one transaction.
pub(super) fn answer(storage: &Storage, message: ToMerchants) -> Result<Response> {
    platform::transaction(storage, || {
        let rows = Rows { sql: storage.sql() };
        match message {
            ToMerchants::List => Response::from_json(&rows.list()?),
            ToMerchants::Read { link } => Response::from_json(&rows.settled(&link)?),
            ToMerchants::Put {
                entry,
                sealed,
                version,
                now_ms,
            } => Response::from_json(&rows.put(&entry, &sealed, version, now_ms)?),
            ToMerchants::Switch {
                link,
                is_active,
                now_ms,
            } => Response::from_json(&rows.switch(&link, is_active, now_ms)?),
            ToMerchants::AddKey { link, key } => Response::from_json(&rows.add_key(&link, &key)?),
            ToMerchants::Keys { link } => Response::from_json(&rows.keys(&link)?),
            ToMerchants::Revoke { link, id, now_ms } => {
                Response::from_json(&rows.revoke(&link, &id, now_ms)?)
            }
            ToMerchants::Admit { link, hash } => Response::from_json(&rows.admits(&link, &hash)?),
        }
    })
}

struct Rows {
    sql: SqlStorage,
}

impl Rows {
    fn list(&self) -> Result<Vec<Entry>> {
        if !self.exist()? {
            return Ok(Vec::new());
        }
        let numbers: Vec<Number> = self.all("SELECT number, link FROM numbers", vec![])?;
        let merchants: Vec<Merchant> = self.all(
            "SELECT link, name, '' AS sealed, is_active, version, created_at_ms, changed_at_ms FROM merchants \
             ORDER BY created_at_ms, link",
            vec![],
        )?;
        let entry = |merchant: Merchant| Entry {
            numbers: numbers
                .iter()
                .filter(|number| number.link == merchant.link)
                .map(|number| number.number.clone())
                .collect(),
            link: merchant.link,
            name: merchant.name,
            is_active: merchant.is_active != 0.0,
            version: whole(merchant.version),
            created_at_ms: whole(merchant.created_at_ms),
            changed_at_ms: whole(merchant.changed_at_ms),
        };
        Ok(merchants.into_iter().map(entry).collect())
    }

    fn merchant(&self, link: &LinkId) -> Result<Option<Merchant>> {
        if !self.exist()? {
            return Ok(None);
        }
        let rows: Vec<Merchant> = self.all(
            "SELECT link, name, sealed, is_active, version, created_at_ms, changed_at_ms FROM merchants WHERE link = ?",
            vec![text(link.as_str())],
        )?;
        Ok(rows.into_iter().next())
    }

    fn settled(&self, link: &LinkId) -> Result<Option<Settled>> {
        let merchant = self.merchant(link)?;
        Ok(merchant.map(|merchant| Settled {
            sealed: merchant.sealed,
            is_active: merchant.is_active != 0.0,
            version: whole(merchant.version),
        }))
    }

    fn put(&self, entry: &Entry, sealed: &str, version: Option<u64>, now_ms: u64) -> Result<Put> {
        self.make()?;
        let link = &entry.link;
        let known = self.merchant(link)?;
        let next = match (&known, version) {
            (None, None) => 1,
            (Some(_), None) => return Ok(Put::Exists),
            (Some(known), Some(version)) if whole(known.version) == version => version + 1,
            (_, Some(_)) => return Ok(Put::Changed),
        };
        for number in &entry.numbers {
            let held: Vec<Number> = self.all(
                "SELECT number, link FROM numbers WHERE number = ? AND link <> ?",
                vec![text(number), text(link.as_str())],
            )?;
            if let Some(Number { number, link }) = held.into_iter().next() {
                return Ok(Put::Taken { number, link });
            }
        }
        self.run(
            "INSERT INTO merchants (link, name, sealed, is_active, version, created_at_ms, changed_at_ms) \
             VALUES (?, ?, ?, 1, ?, ?, ?) ON CONFLICT (link) DO UPDATE SET name = excluded.name, sealed = excluded.sealed, \
             version = excluded.version, changed_at_ms = excluded.changed_at_ms",
            vec![
                text(link.as_str()),
                text(&entry.name),
                text(sealed),
                number(next)?,
                number(now_ms)?,
                number(now_ms)?,
            ],
        )?;
        self.run(
            "DELETE FROM numbers WHERE link = ?",
            vec![text(link.as_str())],
        )?;
        for number in &entry.numbers {
            let values = vec![text(number), text(link.as_str())];
            self.run("INSERT INTO numbers (number, link) VALUES (?, ?)", values)?;
        }
        Ok(Put::Stored { version: next })
    }

    fn switch(&self, link: &LinkId, is_active: bool, now_ms: u64) -> Result<bool> {
        if self.merchant(link)?.is_none() {
            return Ok(false);
        }
        let values = vec![
            number(u64::from(is_active))?,
            number(now_ms)?,
            text(link.as_str()),
            number(u64::from(is_active))?,
        ];
        self.run(
            "UPDATE merchants SET is_active = ?, version = version + 1, changed_at_ms = ? WHERE link = ? AND is_active <> ?",
            values,
        )?;
        Ok(true)
    }

    fn add_key(&self, link: &LinkId, key: &Key) -> Result<()> {
        self.make()?;
        self.run(
            "INSERT INTO api_keys (hash, id, link, name, shown, created_at_ms) VALUES (?, ?, ?, ?, ?, ?)",
            vec![
                text(&key.hash),
                text(&key.id),
                text(link.as_str()),
                text(&key.name),
                text(&key.shown),
                number(key.created_at_ms)?,
            ],
        )
    }

    fn keys(&self, link: &LinkId) -> Result<Vec<Key>> {
        if !self.exist()? {
            return Ok(Vec::new());
        }
        let rows: Vec<KeyRow> = self.all(
            "SELECT hash, id, name, shown, created_at_ms, revoked_at_ms FROM api_keys WHERE link = ? ORDER BY created_at_ms, id",
            vec![text(link.as_str())],
        )?;
        let key = |row: KeyRow| Key {
            id: row.id,
            hash: row.hash,
            name: row.name,
            shown: row.shown,
            created_at_ms: whole(row.created_at_ms),
            revoked_at_ms: row.revoked_at_ms.map(whole),
        };
        Ok(rows.into_iter().map(key).collect())
    }

    fn revoke(&self, link: &LinkId, id: &str, now_ms: u64) -> Result<bool> {
        if !self.keys(link)?.iter().any(|key| key.id == id) {
            return Ok(false);
        }
        self.run(
            "UPDATE api_keys SET revoked_at_ms = coalesce(revoked_at_ms, ?) WHERE link = ? AND id = ?",
            vec![number(now_ms)?, text(link.as_str()), text(id)],
        )?;
        Ok(true)
    }

    fn admits(&self, link: &LinkId, hash: &str) -> Result<bool> {
        if !self.exist()? {
            return Ok(false);
        }
        let found: Vec<Found> = self.all(
            "SELECT 1 AS n FROM api_keys WHERE hash = ? AND link = ? AND revoked_at_ms IS NULL",
            vec![text(hash), text(link.as_str())],
        )?;
        Ok(!found.is_empty())
    }

    fn exist(&self) -> Result<bool> {
        let tables = "SELECT 1 AS n FROM sqlite_master WHERE name = 'api_keys'";
        let tables: Vec<Found> = self.all(tables, vec![])?;
        Ok(!tables.is_empty())
    }

    fn make(&self) -> Result<()> {
        TABLES.iter().try_for_each(|table| self.run(table, vec![]))
    }

    fn all<T: DeserializeOwned>(
        &self,
        statement: &str,
        values: Vec<SqlStorageValue>,
    ) -> Result<Vec<T>> {
        self.sql.exec(statement, values)?.to_array()
    }

    fn run(&self, statement: &str, values: Vec<SqlStorageValue>) -> Result<()> {
        self.sql.exec(statement, values).map(drop)
    }
}

fn whole(value: f64) -> u64 {
    value as u64
}

fn number(value: u64) -> Result<SqlStorageValue> {
    SqlStorageValue::try_from_i64(i64::try_from(value).unwrap_or(i64::MAX))
}

fn text(value: &str) -> SqlStorageValue {
    SqlStorageValue::String(value.to_owned())
}
