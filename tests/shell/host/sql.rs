//! SQL of the simulated host: an object's own tables, and D1 on the migrations of the Worker. Both are SQLite in memory, made when they
//! are first asked for.

use malipo_shell::platform::error::{Error, Result};
use malipo_shell::platform::sql::SqlValue;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use std::sync::OnceLock;

/// A statement with its values, as it can be kept.
pub(crate) type Owned = (String, Vec<Value>);

pub(crate) fn owned(values: &[SqlValue<'_>]) -> Vec<Value> {
    let one = |value: &SqlValue<'_>| match *value {
        SqlValue::Text(text) => Value::Text(text.to_owned()),
        SqlValue::Number(number) => Value::Integer(i64::try_from(number).unwrap()),
    };
    values.iter().map(one).collect()
}

/// An object's own tables.
pub(crate) fn empty() -> Connection {
    Connection::open_in_memory().unwrap()
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
            found.push(text_of(row.get(column)?));
        }
    }
    Ok(found)
}

fn text_of(value: Value) -> String {
    match value {
        Value::Text(text) => text,
        Value::Integer(number) => number.to_string(),
        Value::Real(number) => number.to_string(),
        Value::Null => String::new(),
        Value::Blob(_) => panic!("a column of bytes"),
    }
}

/// D1 with the Worker's migrations, and nothing in it. The image is made once and copied.
pub(crate) fn ledger() -> Connection {
    static IMAGE: OnceLock<Vec<u8>> = OnceLock::new();
    let image = IMAGE.get_or_init(|| {
        let tables = empty();
        let dir = malipo_tests::root().join("worker/migrations");
        let mut files: Vec<_> = std::fs::read_dir(dir)
            .unwrap()
            .map(|f| f.unwrap().path())
            .collect();
        files.sort();
        for file in files {
            tables
                .execute_batch(&std::fs::read_to_string(file).unwrap())
                .unwrap();
        }
        tables.serialize("main").unwrap().to_vec()
    });
    let mut tables = empty();
    tables
        .deserialize_read_exact("main", image.as_slice(), image.len(), false)
        .unwrap();
    tables.set_prepared_statement_cache_capacity(64);
    tables
}

/// Runs statements as one: all or nothing.
pub(crate) fn batch(tables: &Connection, statements: &[Owned]) -> Result<()> {
    let begun = |what: &str| {
        let done = tables.execute_batch(what);
        done.map_err(|why| Error::new(why.to_string()))
    };
    begun("BEGIN")?;
    for (statement, values) in statements {
        if let Err(why) = texts(tables, statement, values) {
            begun("ROLLBACK")?;
            return Err(why);
        }
    }
    begun("COMMIT")
}
