//! What the ledger holds, for comparing it with the objects: by reference, in pages.

use super::{Outcome, no_payment, receipts::unreadable, wrong};
use crate::config::Config;
use crate::ledger::{self, number};
use crate::reply;
use malipo_engine::names::read_typed_reference;
use serde_json::{Value, json};
use worker::{D1Type, Env};

const PAGE_MAX: u64 = 200;
/// ?1 env, ?2 link, and from ?3 on at most ?4.
const ENTRIES: &str = "\
SELECT json_object('account_reference', account_reference, 'seq', seq, 'at_ms', at_ms, 'reference', reference, \
'origin', origin, 'item', item, 'livemode', livemode, 'state', state, 'due_kes', due_kes, 'received_kes', received_kes, \
'excess_kes', excess_kes, 'refunded_kes', refunded_kes, 'opened_at_ms', opened_at_ms, 'paid_at_ms', paid_at_ms, 'review', json(review), \
'attempts', (SELECT json_group_array(json_object('n', n, 'outcome', outcome, 'code', code, 'reason', reason, \
'amount_kes', amount_kes, 'phone_masked', phone_masked)) FROM attempts a WHERE a.env = p.env AND a.link = p.link \
AND a.account_reference = p.account_reference), \
'receipts', (SELECT json_group_array(json_object('receipt', receipt, 'amount_kes', amount_kes, 'channel', channel, \
'paid_at_ms', paid_at_ms)) FROM receipts r WHERE r.env = p.env AND r.link = p.link \
AND r.account_reference = p.account_reference), \
'refunds', (SELECT json_group_array(json_object('n', n, 'receipt', receipt, 'amount_kes', amount_kes, 'state', state, \
'code', code, 'reversal', reversal, 'requested_at_ms', requested_at_ms, 'ended_at_ms', ended_at_ms)) FROM refunds b \
WHERE b.env = p.env AND b.link = p.link AND b.account_reference = p.account_reference)) AS v \
FROM payments p WHERE env = ?1 AND link = ?2 AND account_reference >= ?3 ORDER BY account_reference LIMIT ?4";

/// `GET …/ledger/{account_reference}`: one payment as the ledger has it.
pub(super) async fn one(env: &Env, config: &Config, reference: &str) -> Outcome {
    let reference = read_typed_reference(reference).ok_or_else(no_payment)?;
    let found = read(env, config, reference.as_str(), 1).await?;
    match found.into_iter().next() {
        Some(entry) if entry["account_reference"] == reference.as_str() => {
            Ok(reply::json(200, &entry)?)
        }
        Some(_) | None => Err(no_payment().into()),
    }
}

/// `GET …/ledger?from=`: a page in the order of references; `next` is the next page's `from`.
pub(super) async fn page(env: &Env, config: &Config, url: &str) -> Outcome {
    let from = super::given(url, "from").unwrap_or_default();
    if !from.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(wrong("from", "must be a page's `next`").into());
    }
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
) -> core::result::Result<Vec<Value>, super::Refused> {
    let values = [
        D1Type::Text(config.env.as_str()),
        D1Type::Text(config.link.as_str()),
        D1Type::Text(from),
        number(limit),
    ];
    let rows = ledger::texts(env, ENTRIES, &values).await;
    let rows = rows.map_err(|why| unreadable(&why))?;
    Ok(rows
        .iter()
        .filter_map(|row| serde_json::from_slice(row.as_bytes()).ok())
        .collect())
}
