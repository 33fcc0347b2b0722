//! The rows of merchants, their numbers and API keys. Reading where nothing was ever written makes no table.

use crate::config::directory_object::{Entry, Key, Put, ToMerchants};
use crate::platform::error::{Error, Result};
use crate::platform::home::Home;
use crate::platform::sql::SqlValue;
use malipo_engine::eat::DAY_MS;
use malipo_engine::permission::Permissions;
use malipo_shared::LinkId;

const TABLES: [&str; 7] = [
    "CREATE TABLE IF NOT EXISTS merchants (link TEXT PRIMARY KEY, name TEXT NOT NULL, sealed TEXT NOT NULL, \
     is_active INTEGER NOT NULL, version INTEGER NOT NULL, created_at_ms INTEGER NOT NULL, changed_at_ms INTEGER NOT NULL) STRICT",
    // Since when the default merchant works by its settings here.
    "CREATE TABLE IF NOT EXISTS in_use (link TEXT PRIMARY KEY, since_ms INTEGER NOT NULL) STRICT",
    "CREATE TABLE IF NOT EXISTS settings_history (link TEXT NOT NULL, version INTEGER NOT NULL, at_ms INTEGER NOT NULL, \
     changed TEXT NOT NULL, PRIMARY KEY (link, version)) STRICT, WITHOUT ROWID",
    // A number belongs to one link.
    "CREATE TABLE IF NOT EXISTS numbers (number TEXT PRIMARY KEY, link TEXT NOT NULL) STRICT",
    "CREATE TABLE IF NOT EXISTS api_keys (hash TEXT PRIMARY KEY, id TEXT NOT NULL, link TEXT NOT NULL, name TEXT NOT NULL, \
     shown TEXT NOT NULL, created_at_ms INTEGER NOT NULL, revoked_at_ms INTEGER) STRICT",
    // What a key may do, and the day of its last use; a key without a row may do what all could before.
    "CREATE TABLE IF NOT EXISTS key_uses (hash TEXT PRIMARY KEY, permissions INTEGER NOT NULL, used_day INTEGER) STRICT",
    // Sessions that were signed out, as long as their cookies would still open something.
    "CREATE TABLE IF NOT EXISTS signed_out (session TEXT PRIMARY KEY, expires_at_ms INTEGER NOT NULL) STRICT",
];

/// Rows are made JSON by SQLite: a struct for each would be compiled for nothing.
const LIST: &str = "\
SELECT json_object('link', link, 'name', name, \
'numbers', json((SELECT json_group_array(number) FROM numbers n WHERE n.link = m.link)), \
'is_active', json(iif(is_active, 'true', 'false')), 'version', version, 'created_at_ms', created_at_ms, \
'changed_at_ms', changed_at_ms, 'used_at_ms', (SELECT since_ms FROM in_use u WHERE u.link = m.link)) AS v FROM merchants m ORDER BY created_at_ms, link";
const SETTLED: &str = "\
SELECT json_object('sealed', sealed, 'is_active', json(iif(is_active, 'true', 'false')), 'version', version) AS v \
FROM merchants WHERE link = ?";
const HISTORY: &str = "\
SELECT json_object('version', version, 'at_ms', at_ms, 'changed', json(changed)) AS v FROM settings_history \
WHERE link = ? AND version < ? ORDER BY version DESC LIMIT ?";
/// So many versions of a merchant's settings are remembered.
const VERSIONS_MAX: u64 = 200;
/// And so many are shown at once.
const PAGE: u64 = 20;
const KEYS: &str = "\
SELECT json_object('id', id, 'name', name, 'shown', shown, 'created_at_ms', created_at_ms, 'revoked_at_ms', revoked_at_ms, \
'permissions', u.permissions, 'used_at_ms', u.used_day * 86400000) AS v \
FROM api_keys k LEFT JOIN key_uses u ON u.hash = k.hash WHERE link = ? ORDER BY created_at_ms, id";

/// Answers a message, in one transaction: JSON.
pub(super) fn answer(home: &dyn Home, message: &ToMerchants) -> Result<String> {
    let mut answer = None;
    home.transaction(&mut || {
        answer = Some(Rows { home }.answer(message)?);
        Ok(())
    })?;
    answer.ok_or_else(|| Error::new("the transaction did not run"))
}

struct Rows<'h> {
    home: &'h dyn Home,
}

impl Rows<'_> {
    fn answer(&self, message: &ToMerchants) -> Result<String> {
        let rows = self;
        match message {
            ToMerchants::List => rows.known(LIST, &[]).map(|list| array(&list)),
            ToMerchants::Read { link, is_in_use } => rows.read(link, *is_in_use),
            ToMerchants::Put {
                entry,
                sealed,
                version,
                now_ms,
                changed,
            } => {
                let put = rows.put(entry, sealed, *version, *now_ms)?;
                if let Put::Stored { version } = put {
                    rows.note(&entry.link, version, *now_ms, changed)?;
                }
                Ok(serde_json::to_string(&put)?)
            }
            ToMerchants::History { link, after } => rows.history(link, *after),
            ToMerchants::Discard { link } => rows.discard(link),
            ToMerchants::Switch {
                link,
                is_active,
                now_ms,
            } => rows.switch(link, *is_active, *now_ms),
            ToMerchants::AddKey { link, key } => rows.add_key(link, key),
            ToMerchants::Keys { link } => rows.of(KEYS, link).map(|keys| array(&keys)),
            ToMerchants::Revoke { link, id, now_ms } => rows.revoke(link, id, *now_ms),
            ToMerchants::Admit {
                link,
                hash,
                session,
                now_ms,
            } => {
                let permissions = match hash {
                    Some(hash) => rows.used(link, hash, *now_ms)?,
                    None => Some(Permissions::OF_A_KEY.bits().to_string()),
                };
                let is_over = match session {
                    Some(session) => rows.is_signed_out(session)?,
                    None => false,
                };
                let permissions = permissions.filter(|_| !is_over);
                Ok(permissions.unwrap_or_else(|| "null".to_owned()))
            }
            ToMerchants::SignOut {
                session,
                expires_at_ms,
                now_ms,
            } => rows.sign_out(session, *expires_at_ms, *now_ms),
        }
    }

    fn put(&self, entry: &Entry, sealed: &str, version: Option<u64>, now_ms: u64) -> Result<Put> {
        self.make()?;
        let link = &entry.link;
        let known = "SELECT CAST(version AS TEXT) AS v FROM merchants WHERE link = ?";
        let known = self.of(known, link)?;
        let known = known.first().and_then(|text| text.parse::<u64>().ok());
        let next = match (known, version) {
            (None, None) => 1,
            (Some(_), None) => return Ok(Put::Exists),
            (Some(known), Some(version)) if known == version => version + 1,
            (_, Some(_)) => return Ok(Put::Changed),
        };
        for number in &entry.numbers {
            let held = self.known(
                "SELECT link AS v FROM numbers WHERE number = ? AND link <> ?",
                &[text(number), text(link.as_str())],
            )?;
            if let Some(link) = held.first().and_then(|link| LinkId::parse(link).ok()) {
                let number = number.clone();
                return Ok(Put::Taken { number, link });
            }
        }
        self.run(
            "INSERT INTO merchants (link, name, sealed, is_active, version, created_at_ms, changed_at_ms) \
             VALUES (?, ?, ?, 1, ?, ?, ?) ON CONFLICT (link) DO UPDATE SET name = excluded.name, sealed = excluded.sealed, \
             version = excluded.version, changed_at_ms = excluded.changed_at_ms",
            &[
                text(link.as_str()),
                text(&entry.name),
                text(sealed),
                number(next),
                number(now_ms),
                number(now_ms),
            ],
        )?;
        self.run("DELETE FROM numbers WHERE link = ?", &[text(link.as_str())])?;
        for number in &entry.numbers {
            let values = &[text(number), text(link.as_str())];
            self.run("INSERT INTO numbers (number, link) VALUES (?, ?)", values)?;
        }
        Ok(Put::Stored { version: next })
    }

    fn read(&self, link: &LinkId, is_in_use: bool) -> Result<String> {
        let found = self.of(SETTLED, link)?;
        if is_in_use && !found.is_empty() {
            let used = "INSERT OR IGNORE INTO in_use (link, since_ms) SELECT link, changed_at_ms FROM merchants WHERE link = ?";
            self.run(used, &[text(link.as_str())])?;
        }
        Ok(first(&found))
    }

    /// Writes down what was changed, and drops what is too old.
    fn note(&self, link: &LinkId, version: u64, now_ms: u64, changed: &str) -> Result<()> {
        let values = [
            text(link.as_str()),
            number(version),
            number(now_ms),
            text(changed),
        ];
        let put = "INSERT OR REPLACE INTO settings_history (link, version, at_ms, changed) VALUES (?, ?, ?, ?)";
        self.run(put, &values)?;
        let old = version.saturating_sub(VERSIONS_MAX);
        let drop = "DELETE FROM settings_history WHERE link = ? AND version <= ?";
        self.run(drop, &[text(link.as_str()), number(old)])
    }

    fn history(&self, link: &LinkId, after: Option<u64>) -> Result<String> {
        let before = after.unwrap_or(u64::from(u32::MAX));
        let values = [text(link.as_str()), number(before), number(PAGE)];
        self.known(HISTORY, &values).map(|found| array(&found))
    }

    fn discard(&self, link: &LinkId) -> Result<String> {
        if !self.of(SETTLED, link)?.is_empty() {
            for table in ["merchants", "numbers", "settings_history", "in_use"] {
                let drop = format!("DELETE FROM {table} WHERE link = ?");
                self.run(&drop, &[text(link.as_str())])?;
            }
        }
        Ok("null".to_owned())
    }

    fn switch(&self, link: &LinkId, is_active: bool, now_ms: u64) -> Result<String> {
        let is_known = !self.of(SETTLED, link)?.is_empty();
        if is_known {
            let is_active = u64::from(is_active);
            self.run(
                "UPDATE merchants SET is_active = ?, version = version + 1, changed_at_ms = ? WHERE link = ? AND is_active <> ?",
                &[
                    number(is_active),
                    number(now_ms),
                    text(link.as_str()),
                    number(is_active),
                ],
            )?;
        }
        Ok(is_known.to_string())
    }

    fn add_key(&self, link: &LinkId, key: &Key) -> Result<String> {
        self.make()?;
        self.run(
            "INSERT INTO api_keys (hash, id, link, name, shown, created_at_ms) VALUES (?, ?, ?, ?, ?, ?)",
            &[
                text(&key.hash),
                text(&key.id),
                text(link.as_str()),
                text(&key.name),
                text(&key.shown),
                number(key.created_at_ms),
            ],
        )?;
        self.run(
            "INSERT OR REPLACE INTO key_uses (hash, permissions) VALUES (?, ?)",
            &[text(&key.hash), number(u64::from(key.permissions))],
        )?;
        Ok("null".to_owned())
    }

    fn revoke(&self, link: &LinkId, id: &str, now_ms: u64) -> Result<String> {
        let known = self.known(
            "SELECT id AS v FROM api_keys WHERE link = ? AND id = ?",
            &[text(link.as_str()), text(id)],
        )?;
        if !known.is_empty() {
            self.run(
                "UPDATE api_keys SET revoked_at_ms = coalesce(revoked_at_ms, ?) WHERE link = ? AND id = ?",
                &[number(now_ms), text(link.as_str()), text(id)],
            )?;
        }
        Ok((!known.is_empty()).to_string())
    }

    /// What a key may do that stands for this merchant, as bits; the day of its use is written down once.
    fn used(&self, link: &LinkId, hash: &str, now_ms: u64) -> Result<Option<String>> {
        let usual = u64::from(Permissions::OF_A_KEY.bits());
        let found = self.known(
            "SELECT CAST(coalesce(u.permissions, ?) AS TEXT) || ' ' || coalesce(u.used_day, '') AS v FROM api_keys k \
             LEFT JOIN key_uses u ON u.hash = k.hash WHERE k.hash = ? AND link = ? AND revoked_at_ms IS NULL",
            &[number(usual), text(hash), text(link.as_str())],
        )?;
        let Some((permissions, day)) = found.first().and_then(|found| found.split_once(' ')) else {
            return Ok(None);
        };
        let today = now_ms / DAY_MS;
        if day.parse() != Ok(today) {
            self.run(
                "INSERT INTO key_uses (hash, permissions, used_day) VALUES (?, ?, ?) \
                 ON CONFLICT (hash) DO UPDATE SET used_day = excluded.used_day",
                &[text(hash), number(usual), number(today)],
            )?;
        }
        Ok(Some(permissions.to_owned()))
    }

    fn sign_out(&self, session: &str, expires_at_ms: u64, now_ms: u64) -> Result<String> {
        self.make()?;
        self.run(
            "DELETE FROM signed_out WHERE expires_at_ms <= ?",
            &[number(now_ms)],
        )?;
        self.run(
            "INSERT OR REPLACE INTO signed_out (session, expires_at_ms) VALUES (?, ?)",
            &[text(session), number(expires_at_ms)],
        )?;
        Ok("null".to_owned())
    }

    fn is_signed_out(&self, session: &str) -> Result<bool> {
        let made = "SELECT name AS v FROM sqlite_master WHERE name = 'signed_out'";
        if self.all(made, &[])?.is_empty() {
            return Ok(false);
        }
        let found = "SELECT session AS v FROM signed_out WHERE session = ?";
        Ok(!self.all(found, &[text(session)])?.is_empty())
    }

    fn of(&self, statement: &str, link: &LinkId) -> Result<Vec<String>> {
        self.known(statement, &[text(link.as_str())])
    }

    /// The column `v` of what a statement finds; nothing before the first writing. What a version of before has made gets the tables that
    /// are new.
    fn known(&self, statement: &str, values: &[SqlValue<'_>]) -> Result<Vec<String>> {
        let made = "SELECT name AS v FROM sqlite_master WHERE name IN ('merchants', 'key_uses')";
        match self.all(made, &[])?.len() {
            0 => return Ok(Vec::new()),
            1 => self.make()?,
            _ => {}
        }
        self.all(statement, values)
    }

    fn make(&self) -> Result<()> {
        TABLES.iter().try_for_each(|table| self.run(table, &[]))
    }

    fn all(&self, statement: &str, values: &[SqlValue<'_>]) -> Result<Vec<String>> {
        self.home.sql(statement, values)
    }

    fn run(&self, statement: &str, values: &[SqlValue<'_>]) -> Result<()> {
        self.home.sql(statement, values).map(drop)
    }
}

fn array(rows: &[String]) -> String {
    format!("[{}]", rows.join(","))
}

fn first(rows: &[String]) -> String {
    rows.first().map_or_else(|| "null".to_owned(), Clone::clone)
}

fn number(value: u64) -> SqlValue<'static> {
    SqlValue::Number(value)
}

fn text(value: &str) -> SqlValue<'_> {
    SqlValue::Text(value)
}
