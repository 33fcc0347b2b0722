//! D1, by the platform: the ledger's database.

use malipo_shell::platform::sql::{SqlValue, Statement};
use serde::Deserialize;
use worker::{D1Type, Result};

/// Runs statements in one transaction. True when D1 took them.
pub(crate) async fn run_batch(env: &worker::Env, statements: &[Statement<'_>]) -> Result<bool> {
    let database = env.d1("LEDGER")?;
    let mut bound = Vec::new();
    for (statement, values) in statements {
        bound.push(database.prepare(*statement).bind_refs(&given(values))?);
    }
    let done = database.batch(bound).await?;
    Ok(done.iter().all(worker::D1Result::success))
}

/// The column `v` of what a statement answers.
pub(crate) async fn read_texts(
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
