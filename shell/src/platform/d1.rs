//! D1: statements with their values, each batch done whole or not at all. `ledger/` and the inbox write them.

use super::error::{Error, Result};
use super::host::Env;
pub use super::sql::SqlValue;
use super::sql::Statement;
use super::within;

/// No statement is waited for longer, in milliseconds.
const LIMIT_MS: u64 = 5_000;

/// Runs statements in one transaction, for at most 5 s. True when D1 took them.
///
/// # Errors
/// D1 does not answer, or has no such table; whether it was done is not known.
pub async fn batch(env: &Env, statements: &[Statement<'_>]) -> Result<bool> {
    within(env.as_ref(), LIMIT_MS, env.d1_batch(statements))
        .await
        .unwrap_or_else(late)
}

/// Runs one statement, for at most 5 s.
///
/// # Errors
/// As [`batch`].
pub async fn run(env: &Env, statement: &str, values: &[SqlValue<'_>]) -> Result<bool> {
    batch(env, &[(statement, values)]).await
}

/// The column `v` of what a statement answers, for at most 5 s.
///
/// # Errors
/// As [`batch`].
pub async fn texts(env: &Env, statement: &str, values: &[SqlValue<'_>]) -> Result<Vec<String>> {
    within(env.as_ref(), LIMIT_MS, env.d1_texts(statement, values))
        .await
        .unwrap_or_else(late)
}

fn late<T>() -> Result<T> {
    Err(Error::new("the ledger gave no answer in time"))
}
