//! D1: statements with their values, each batch done whole or not at all. `ledger/` and the inbox write them.

use super::error::{Error, Result};
use super::{Env, within};
use serde::Deserialize;
use worker::D1Type;

/// No statement is waited for longer, in milliseconds.
const LIMIT_MS: u64 = 5_000;

/// What a statement is given.
#[derive(Debug, Clone, Copy)]
pub(crate) enum SqlValue<'v> {
    Text(&'v str),
    /// D1 takes whole numbers as doubles; its tables are strict and keep them whole.
    Number(u64),
}

/// A statement and what it is given, `?1` first.
pub(crate) type Statement<'s> = (&'s str, &'s [SqlValue<'s>]);

/// Runs statements in one transaction, for at most 5 s. True when D1 took them.
///
/// # Errors
/// D1 does not answer, or has no such table; whether it was done is not known.
pub(crate) async fn batch(env: &Env, statements: &[Statement<'_>]) -> Result<bool> {
    let work = async {
        let database = env.d1("LEDGER")?;
        let mut bound = Vec::new();
        for (statement, values) in statements {
            bound.push(database.prepare(*statement).bind_refs(&given(values))?);
        }
        let done = database.batch(bound).await?;
        Ok(done.iter().all(worker::D1Result::success))
    };
    within(LIMIT_MS, work).await.unwrap_or_else(late)
}

/// Runs one statement, for at most 5 s.
///
/// # Errors
/// As [`batch`].
pub(crate) async fn run(env: &Env, statement: &str, values: &[SqlValue<'_>]) -> Result<bool> {
    let work = async {
        let database = env.d1("LEDGER")?;
        let statement = database.prepare(statement).bind_refs(&given(values))?;
        Ok(statement.run().await?.success())
    };
    within(LIMIT_MS, work).await.unwrap_or_else(late)
}

/// The column `v` of what a statement answers, for at most 5 s.
///
/// # Errors
/// As [`batch`].
pub(crate) async fn texts(
    env: &Env,
    statement: &str,
    values: &[SqlValue<'_>],
) -> Result<Vec<String>> {
    #[derive(Deserialize)]
    struct Row {
        v: String,
    }
    let work = async {
        let database = env.d1("LEDGER")?;
        let statement = database.prepare(statement).bind_refs(&given(values))?;
        let rows: Vec<Row> = statement.all().await?.results()?;
        Ok(rows.into_iter().map(|row| row.v).collect())
    };
    within(LIMIT_MS, work).await.unwrap_or_else(late)
}

fn given<'v>(values: &[SqlValue<'v>]) -> Vec<D1Type<'v>> {
    let one = |value: &SqlValue<'v>| match *value {
        SqlValue::Text(text) => D1Type::Text(text),
        SqlValue::Number(number) => D1Type::Real(number as f64),
    };
    values.iter().map(one).collect()
}

fn late<T>() -> Result<T> {
    Err(Error::new("the ledger gave no answer in time"))
}
