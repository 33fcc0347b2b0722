//! SQL of the simulated host: an object's own tables, and D1 on the migrations of the Worker. Both are SQLite in memory.

use malipo_shell::platform::error::{Error, Result};
use malipo_shell::platform::sql::SqlValue;
use rusqlite::config::DbConfig;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use std::cell::RefCell;
use std::ops::Deref;
use std::sync::OnceLock;
use std::thread::LocalKey;

/// A statement with its values, as it can be kept.
pub(crate) type Owned = (String, Vec<Value>);

pub(crate) fn owned(values: &[SqlValue<'_>]) -> Vec<Value> {
    let one = |value: &SqlValue<'_>| match *value {
        SqlValue::Text(text) => Value::Text(text.to_owned()),
        SqlValue::Number(number) => Value::Integer(i64::try_from(number).unwrap()),
    };
    values.iter().map(one).collect()
}

/// Tables of one schedule: a database that this thread has used before, all of whose changes are undone when it is dropped. Opening one
/// and preparing its statements anew would cost more than all that is asked of it.
pub(crate) struct Tables {
    connection: Option<Connection>,
    of: &'static LocalKey<Pool>,
}

type Pool = RefCell<Vec<Connection>>;

thread_local! {
    static LEDGERS: Pool = const { RefCell::new(Vec::new()) };
    static OWN: Pool = const { RefCell::new(Vec::new()) };
}

impl Tables {
    /// An object's own tables: none.
    pub(crate) fn own() -> Tables {
        Tables::of(&OWN, open)
    }

    /// D1 with the Worker's migrations, and nothing in it.
    pub(crate) fn ledger() -> Tables {
        Tables::of(&LEDGERS, migrated)
    }

    fn of(of: &'static LocalKey<Pool>, new: fn() -> Connection) -> Tables {
        let connection = of.with_borrow_mut(Vec::pop).unwrap_or_else(new);
        connection.execute_batch("BEGIN").unwrap();
        Tables {
            connection: Some(connection),
            of,
        }
    }
}

impl Deref for Tables {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.connection.as_ref().unwrap()
    }
}

impl Drop for Tables {
    fn drop(&mut self) {
        let connection = self.connection.take();
        if let Some(connection) = connection.filter(|used| used.execute_batch("ROLLBACK").is_ok()) {
            // A thread that ends has no pool any more.
            let _ = self.of.try_with(|pool| pool.borrow_mut().push(connection));
        }
    }
}

fn open() -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    // What is bound to a prepared statement does not change its plan: it is not prepared again.
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
        .unwrap();
    connection.set_prepared_statement_cache_capacity(128);
    connection
}

/// The column `v` of what a statement answers.
pub(crate) fn texts(tables: &Connection, statement: &str, values: &[Value]) -> Result<Vec<String>> {
    run(tables, statement, values).map_err(|why| Error::new(format!("{why} in {statement}")))
}

fn run(tables: &Connection, statement: &str, values: &[Value]) -> rusqlite::Result<Vec<String>> {
    let mut prepared = tables.prepare_cached(statement)?;
    let column = prepared.column_names().iter().position(|name| *name == "v");
    let mut rows = prepared.query(params_from_iter(values))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        if let Some(column) = column {
            found.push(text_of(row.get(column)?)?);
        }
    }
    Ok(found)
}

/// As Cloudflare's runtime: a number or a null is no text.
fn text_of(value: Value) -> rusqlite::Result<String> {
    match value {
        Value::Text(text) => Ok(text),
        other => Err(rusqlite::Error::FromSqlConversionFailure(
            0,
            other.data_type(),
            "the column `v` is no text".into(),
        )),
    }
}

fn migrated() -> Connection {
    static MIGRATIONS: OnceLock<String> = OnceLock::new();
    let migrations = MIGRATIONS.get_or_init(|| {
        let dir = malipo_tests::root().join("worker/migrations");
        let files = std::fs::read_dir(dir).unwrap();
        let mut files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
        files.sort();
        // As Cloudflare takes note of what it has applied.
        let mut all = "CREATE TABLE d1_migrations (name TEXT);".to_owned();
        for file in files {
            all += &std::fs::read_to_string(&file).unwrap();
            let name = file.file_name().unwrap().to_string_lossy();
            all += &format!("INSERT INTO d1_migrations (name) VALUES ('{name}');");
        }
        all
    });
    let ledger = open();
    ledger.execute_batch(migrations).unwrap();
    ledger
}

/// Runs statements as one: all or nothing.
pub(crate) fn batch(tables: &Connection, statements: &[Owned]) -> Result<()> {
    let begun = |what: &str| {
        let done = tables.execute_batch(what);
        done.map_err(|why| Error::new(why.to_string()))
    };
    begun("SAVEPOINT batch")?;
    for (statement, values) in statements {
        if let Err(why) = texts(tables, statement, values) {
            begun("ROLLBACK TO batch; RELEASE batch")?;
            return Err(why);
        }
    }
    begun("RELEASE batch")
}
