//! D1: statements with their values, each batch done whole or not at all. `ledger/` and the inbox write them.

use super::error::{Error, Result};
pub(crate) use super::sql::SqlValue;
use super::sql::Statement;
use super::{Env, within};
use serde::Deserialize;
use worker::D1Type;

/// No statement is waited for longer, in milliseconds.
const LIMIT_MS: u64 = 5_000;

/// Runs statements in one transaction, for at most 5 s. True when D1 took them.
///
/// # Errors
/// D1 does not answer, or has no such table; whether it was done is not known.
pub(crate) async fn batch(env: &Env, statements: &[Statement<'_>]) -> Result<bool> {
    within(env.as_ref(), LIMIT_MS, env.d1_batch(statements))
        .await
        .unwrap_or_else(late)
}

/// Runs one statement, for at most 5 s.
///
/// # Errors
/// As [`batch`].
pub(crate) async fn run(env: &Env, statement: &str, values: &[SqlValue<'_>]) -> Result<bool> {
    batch(env, &[(statement, values)]).await
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
    within(env.as_ref(), LIMIT_MS, env.d1_texts(statement, values))
        .await
        .unwrap_or_else(late)
}

/// As [`batch`], by the platform.
pub(super) async fn run_batch(env: &worker::Env, statements: &[Statement<'_>]) -> Result<bool> {
    let database = env.d1("LEDGER")?;
    let mut bound = Vec::new();
    for (statement, values) in statements {
        bound.push(database.prepare(*statement).bind_refs(&given(values))?);
    }
    let done = database.batch(bound).await?;
    Ok(done.iter().all(worker::D1Result::success))
}

/// As [`texts`], by the platform.
pub(super) async fn read_texts(
    env: &worker::Env,
    statement: &str,
    values: &[SqlValue<'_>],
) -> Result<Vec<String>> {
    #[derive(Deserialize)]
    struct Row {
        v: String,
    }
    let statement = env.d1("LEDGER")?.prepare(statement);
    let rows: Vec<Row> = statement
        .bind_refs(&given(values))?
        .all()
        .await?
        .results()?;
    Ok(rows.into_iter().map(|row| row.v).collect())
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
