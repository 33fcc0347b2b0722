//! The payments that unmatched money may have been meant for: read from the ledger, weighed by the engine. Nothing is changed.

use super::outcome::{Outcome, read_rows, receipt, unreadable};
use super::receipts::not_shown;
use super::receipts::read;
use crate::config::Config;
use crate::ledger::{self, candidates_sql};
use crate::platform::Env;
use crate::platform::reply;
use malipo_engine::candidates;
use malipo_engine::receipt_entry::entry_of_name;
use serde_json::json;

/// `GET …/receipts/{receipt}/candidates`: `{receipt, receipt_facts, candidates}`; none of a receipt that has a payment.
pub(super) async fn show(env: &Env, config: &Config, text: &str) -> Outcome {
    let receipt = receipt(text)?;
    let record = read(env, config, &receipt).await?;
    let Some(facts) = &record.facts else {
        return Err(not_shown().into());
    };
    let now_ms = env.now_ms();
    let found = if record.owner.is_some() {
        Vec::new()
    } else {
        let wanted = candidates::wanted(facts, now_ms);
        let statement =
            candidates_sql::candidates(config.env.as_str(), config.link.as_str(), &wanted);
        let rows = ledger::found(env, &statement).await;
        let rows = rows.map_err(|why| unreadable(env, &why))?;
        candidates::candidates(facts, now_ms, &read_rows(&rows)?)
    };
    Ok(reply::json(
        200,
        &json!({ "receipt": receipt, "receipt_facts": entry_of_name(&receipt, &record), "candidates": found }),
    )?)
}
