//! Payments as the ledger holds them, for comparing it with the objects: by reference, in pages.

use super::outcome::{Outcome, Refused, pairs, read_rows, unreadable};
use crate::config::Config;
use crate::ledger::search_sql::ENTRY;
use crate::platform::Env;
use crate::platform::d1::{self, SqlValue};
use crate::platform::reply;
use malipo_engine::master_key::read_typed_reference;
use malipo_engine::payment_filter::Query;
use serde_json::{Value, json};

const PAGE_MAX: u64 = 200;
/// ?1 env, ?2 link, and from ?3 on at most ?4.
const ENTRIES: &str = "\
FROM payments p WHERE p.env = ?1 AND p.link = ?2 AND p.account_reference >= ?3 ORDER BY p.account_reference LIMIT ?4";

/// `GET …/ledger/{account_reference}`: one payment as the ledger has it.
pub(super) async fn one(env: &Env, config: &Config, reference: &str) -> Outcome {
    let reference = read_typed_reference(reference).ok_or_else(reply::no_payment)?;
    let found = read(env, config, reference.as_str(), 1).await?;
    match found.into_iter().next() {
        Some(entry) if entry["account_reference"] == reference.as_str() => {
            Ok(reply::json(200, &entry)?)
        }
        Some(_) | None => Err(reply::no_payment().into()),
    }
}

/// `GET …/ledger?from=`: a page in the order of references; `next` is the next page's `from`.
pub(super) async fn page(env: &Env, config: &Config, url: &str) -> Outcome {
    let pairs = pairs(url);
    let is_reference = |text: &&str| text.bytes().all(|b| b.is_ascii_alphanumeric());
    let from = Query::read(&pairs, &["from"])?.parsed(
        "from",
        |text| Some(text).filter(is_reference).map(str::to_owned),
        "a page's `next`",
    )?;
    let from = from.as_deref().unwrap_or_default();
    let mut entries = read(env, config, from, PAGE_MAX + 1).await?;
    let next = if entries.len() as u64 > PAGE_MAX {
        entries
            .pop()
            .map(|entry| entry["account_reference"].clone())
    } else {
        None
    };
    Ok(reply::json(
        200,
        &json!({ "payments": entries, "next": next }),
    )?)
}

async fn read(
    env: &Env,
    config: &Config,
    from: &str,
    limit: u64,
) -> core::result::Result<Vec<Value>, Refused> {
    let values = [
        SqlValue::Text(config.env.as_str()),
        SqlValue::Text(config.link.as_str()),
        SqlValue::Text(from),
        SqlValue::Number(limit),
    ];
    let entry = format!("json_patch({ENTRY}, json_object('seq', p.seq, 'at_ms', p.at_ms))");
    let rows = d1::texts(env, &format!("SELECT {entry} AS v {ENTRIES}"), &values).await;
    let rows = rows.map_err(|why| unreadable(env, &why))?;
    Ok(read_rows(&rows)?)
}
