//! Reconciliation's rows of the ledger: what we know of receipts, the differences that were found, and the runs. Writing them twice
//! changes nothing.

use super::search_sql::DIFFERENCE;
use super::{done, of_shop};
use crate::config::Config;
use crate::platform::Env;
use crate::platform::d1::{self, SqlValue};
use crate::platform::error::Result;
use malipo_engine::cents::Cents;
use malipo_engine::json;
use malipo_engine::reconcile::{Difference, Ours, Period, Source};
use malipo_shared::MpesaReceipt;
use serde::Deserialize;

/// Receipts and differences of one statement.
const CHUNK: usize = 500;
/// Receipts that are counted within one period.
const COUNTED_MAX: u64 = 20_000;

/// What we know of some receipts. ?3 is a JSON list of numbers.
const KNOWN: &str = "\
SELECT json_object('receipt', r.receipt, 'amount_kes', r.amount_kes, 'said', r.amount_said, 'refunded_kes', (SELECT coalesce(sum(f.amount_kes), 0) FROM refunds f WHERE f.env = r.env AND f.link = r.link AND f.receipt = r.receipt \
AND f.state = 'refunded'), 'account_reference', r.account_reference, \
'paid_at_ms', coalesce(r.paid_at_ms, 0), 'channel', r.channel, \
'is_sure', r.channel <> 'person' OR EXISTS (SELECT 1 FROM unmatched_receipts u WHERE u.env = r.env AND u.receipt = r.receipt AND u.is_trusted), 'has_account', 1) AS v \
FROM json_each(?3) j JOIN receipts r ON r.env = ?1 AND r.receipt = j.value WHERE r.link = ?2 \
UNION ALL \
SELECT json_object('receipt', u.receipt, 'amount_kes', u.countable_kes, 'said', u.amount_said, 'refunded_kes', 0, \
'account_reference', substr(u.owner, length(?1) + length(?2) + 3), 'paid_at_ms', coalesce(u.paid_at_ms, 0), 'channel', '', \
'is_sure', u.is_trusted, 'has_account', u.status = 'claimed' OR coalesce(u.bill_ref, '') <> '') AS v \
FROM json_each(?3) j JOIN unmatched_receipts u ON u.env = ?1 AND u.receipt = j.value WHERE u.link = ?2 \
AND u.countable_kes IS NOT NULL";

/// What payments count within ?3 and ?4, and what they count without a number.
const COUNTED: &str = "\
SELECT json_object('receipt', r.receipt, 'amount_kes', r.amount_kes, 'said', r.amount_said, 'refunded_kes', (SELECT coalesce(sum(f.amount_kes), 0) FROM refunds f WHERE f.env = r.env AND f.link = r.link AND f.receipt = r.receipt \
AND f.state = 'refunded'), \
'account_reference', r.account_reference, 'paid_at_ms', r.paid_at_ms, 'channel', r.channel, \
'is_sure', r.channel <> 'person' OR EXISTS (SELECT 1 FROM unmatched_receipts u WHERE u.env = r.env AND u.receipt = r.receipt AND u.is_trusted), 'has_account', 1) AS v \
FROM receipts r WHERE r.env = ?1 AND r.link = ?2 AND r.receipt IS NOT NULL AND r.paid_at_ms BETWEEN ?3 AND ?4 \
UNION ALL \
SELECT json_object('receipt', NULL, 'amount_kes', r.amount_kes, 'said', r.amount_said, 'refunded_kes', 0, 'account_reference', r.account_reference, \
'paid_at_ms', coalesce(p.paid_at_ms, p.opened_at_ms), 'channel', r.channel, 'is_sure', 1, 'has_account', 1) AS v \
FROM receipts r JOIN payments p ON p.env = r.env AND p.link = r.link AND p.account_reference = r.account_reference \
WHERE r.env = ?1 AND r.link = ?2 AND r.paid_at_ms IS NULL AND r.receipt IS NULL \
AND coalesce(p.paid_at_ms, p.opened_at_ms) BETWEEN ?3 AND ?4 LIMIT ?5";

/// From the first money to the last that payments count. Two lookups: one of both would read every row.
const COUNTED_PERIOD: &str = "\
SELECT coalesce((SELECT min(counted_at_ms) FROM receipts WHERE env = ?1 AND link = ?2) || '.' || \
(SELECT max(counted_at_ms) FROM receipts WHERE env = ?1 AND link = ?2), '') AS v";

/// ?3 a JSON list, ?4 the run's time, ?5 its source. What the shop has settled stays so while the amounts are the same.
const FOUND: &str = "\
INSERT INTO differences (env, link, id, kind, receipt, account_reference, ours_kes, theirs_kes, theirs_said, at_ms, found_at_ms, seen_at_ms, source, unknown_kind) \
SELECT ?1, ?2, d.value->>'id', d.value->>'kind', d.value->>'receipt', d.value->>'account_reference', d.value->>'ours_kes', \
d.value->>'theirs_kes', d.value->>'theirs_said', d.value->>'at_ms', ?4, ?4, ?5, d.value->>'unknown_kind' FROM json_each(?3) d WHERE true \
ON CONFLICT (env, link, id) DO UPDATE SET account_reference = excluded.account_reference, ours_kes = excluded.ours_kes, \
theirs_kes = excluded.theirs_kes, theirs_said = excluded.theirs_said, at_ms = excluded.at_ms, seen_at_ms = excluded.seen_at_ms, source = excluded.source, unknown_kind = excluded.unknown_kind, \
found_at_ms = CASE WHEN settled_by = 'run' THEN excluded.found_at_ms ELSE found_at_ms END, \
settled_at_ms = CASE WHEN settled_by = 'shop' AND (ours_kes, theirs_kes, theirs_said) IS (excluded.ours_kes, excluded.theirs_kes, excluded.theirs_said) \
THEN settled_at_ms END, \
settled_by = CASE WHEN settled_by = 'shop' AND (ours_kes, theirs_kes, theirs_said) IS (excluded.ours_kes, excluded.theirs_kes, excluded.theirs_said) THEN 'shop' END";

/// What the run of time ?3 should have found again within ?4 and ?5, and did not. Pull tells no reversals, and perhaps not all
/// that a statement tells. What is only here was not looked for at the very edges.
const VANISHED: &str = "\
UPDATE differences SET settled_at_ms = ?3, settled_by = 'run' WHERE env = ?1 AND link = ?2 AND settled_at_ms IS NULL \
AND seen_at_ms < ?3 AND at_ms BETWEEN ?4 AND ?5 \
AND (kind NOT IN ('missing_there', 'not_listed') OR at_ms BETWEEN ?4 + 120000 AND ?5 - 120000) \
AND (?6 = 'statement' OR kind IN ('missing_here', 'amount_differs', 'unmatched') OR (kind IN ('missing_there', 'not_listed') AND source = 'pull'))";

const NOTE: &str = "\
INSERT INTO reconciliations (env, link, at_ms, source, from_ms, to_ms, payments, shown, differences, problem) \
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, nullif(?10, ''))";

/// The newest first, older ones than the pair ?3, ?4; with ?6 only what is open.
const LISTED: &str = "\
FROM differences WHERE env = ?1 AND link = ?2 AND found_at_ms <= ?3 AND (found_at_ms < ?3 OR id > ?4) \
AND (?6 = 0 OR settled_at_ms IS NULL) ORDER BY found_at_ms DESC, id LIMIT ?5";

const SETTLE: &str = "\
UPDATE differences SET settled_at_ms = coalesce(settled_at_ms, ?4), settled_by = 'shop' WHERE env = ?1 AND link = ?2 AND id = ?3";

const RUNS: &str = "\
SELECT json_object('at_ms', at_ms, 'source', source, 'from_ms', from_ms, 'to_ms', to_ms, 'payments', payments, 'shown', shown, \
'differences', differences, 'problem', problem) AS v FROM reconciliations WHERE env = ?1 AND link = ?2 ORDER BY at_ms DESC LIMIT 10";

/// One receipt of ours, and whether it surely comes from M-PESA.
pub(crate) struct Held {
    pub(crate) ours: Ours,
    pub(crate) is_sure: bool,
    /// Whether it has a payment, or tells the account number that was typed.
    pub(crate) has_account: bool,
}

#[derive(Deserialize)]
struct Row {
    receipt: Option<MpesaReceipt>,
    amount_kes: u32,
    said: Option<String>,
    refunded_kes: u32,
    account_reference: Option<String>,
    paid_at_ms: u64,
    channel: String,
    is_sure: u8,
    has_account: u8,
}

/// What we know of these receipts.
pub(crate) async fn known<'r>(
    env: &Env,
    config: &Config,
    receipts: impl Iterator<Item = &'r MpesaReceipt>,
) -> Result<Vec<Held>> {
    let receipts: Vec<&MpesaReceipt> = receipts.collect();
    let mut held = Vec::new();
    for chunk in receipts.chunks(CHUNK) {
        let numbers = serde_json::to_string(chunk)?;
        let [env_word, link] = of_shop(config);
        let values = [env_word, link, SqlValue::Text(&numbers)];
        let rows = d1::texts(env, KNOWN, &values).await?;
        held.extend(
            rows.iter()
                .map(|row| read(row))
                .collect::<Result<Vec<_>>>()?,
        );
    }
    Ok(held)
}

/// What payments count within a period; none if that is too much for one comparison.
pub(crate) async fn counted(
    env: &Env,
    config: &Config,
    period: Period,
) -> Result<Option<Vec<Held>>> {
    let [env_word, link] = of_shop(config);
    let values = [
        env_word,
        link,
        SqlValue::Number(period.from_ms),
        SqlValue::Number(period.to_ms),
        SqlValue::Number(COUNTED_MAX + 1),
    ];
    let rows = d1::texts(env, COUNTED, &values).await?;
    if rows.len() as u64 > COUNTED_MAX {
        return Ok(None);
    }
    rows.iter()
        .map(|row| read(row))
        .collect::<Result<Vec<_>>>()
        .map(Some)
}

/// The time of all that payments count; none without any.
pub(crate) async fn counted_period(env: &Env, config: &Config) -> Result<Option<Period>> {
    let rows = d1::texts(env, COUNTED_PERIOD, &of_shop(config)).await?;
    let place = rows.first().and_then(|text| text.split_once('.'));
    Ok(place.and_then(|(from_ms, to_ms)| {
        Some(Period {
            from_ms: from_ms.parse().ok()?,
            to_ms: to_ms.parse().ok()?,
        })
    }))
}

/// Enters what a run of this time has found.
pub(crate) async fn enter(
    env: &Env,
    config: &Config,
    source: Source,
    at_ms: u64,
    found: &[Difference],
) -> Result<()> {
    for chunk in found.chunks(CHUNK) {
        let list = serde_json::to_string(chunk)?;
        let [env_word, link] = of_shop(config);
        let values = [
            env_word,
            link,
            SqlValue::Text(&list),
            SqlValue::Number(at_ms),
            SqlValue::Text(word(source)),
        ];
        done(d1::run(env, FOUND, &values).await)?;
    }
    Ok(())
}

/// What is noted of a run.
pub(crate) struct Run<'r> {
    pub(crate) at_ms: u64,
    pub(crate) source: Source,
    /// What was compared.
    pub(crate) period: Period,
    /// Payments on M-PESA's side.
    pub(crate) payments: usize,
    /// Missed money that was shown to its receipt.
    pub(crate) shown: usize,
    /// Differences that were found.
    pub(crate) differences: usize,
    /// Why it did not come to its end.
    pub(crate) problem: Option<&'r str>,
    /// Whether what it has not found again is settled.
    pub(crate) settles: bool,
}

/// Settles what a run of this time has not found again, if it may, and notes the run.
pub(crate) async fn close(env: &Env, config: &Config, ran: &Run<'_>) -> Result<()> {
    let [env_word, link] = of_shop(config);
    let values = [
        env_word,
        link,
        SqlValue::Number(ran.at_ms),
        SqlValue::Number(ran.period.from_ms),
        SqlValue::Number(ran.period.to_ms),
        SqlValue::Text(word(ran.source)),
    ];
    if ran.settles {
        done(d1::run(env, VANISHED, &values).await)?;
    }
    let [env_word, link, at, ..] = values;
    let values = [
        env_word,
        link,
        at,
        SqlValue::Text(word(ran.source)),
        SqlValue::Number(ran.period.from_ms),
        SqlValue::Number(ran.period.to_ms),
        SqlValue::Number(ran.payments as u64),
        SqlValue::Number(ran.shown as u64),
        SqlValue::Number(ran.differences as u64),
        SqlValue::Text(ran.problem.unwrap_or_default()),
    ];
    done(d1::run(env, NOTE, &values).await)
}

/// A page of differences as JSON texts, newest first: those after `found_at_ms` and `id`.
pub(crate) async fn listed(
    env: &Env,
    config: &Config,
    after: (u64, &str),
    limit: u64,
    is_open_only: bool,
) -> Result<Vec<String>> {
    let [env_word, link] = of_shop(config);
    let values = [
        env_word,
        link,
        SqlValue::Number(after.0),
        SqlValue::Text(after.1),
        SqlValue::Number(limit),
        SqlValue::Number(u64::from(is_open_only)),
    ];
    let statement = format!("SELECT {DIFFERENCE} AS v {LISTED}");
    d1::texts(env, &statement, &values).await
}

/// The last runs as JSON texts, newest first.
pub(crate) async fn runs(env: &Env, config: &Config) -> Result<Vec<String>> {
    d1::texts(env, RUNS, &of_shop(config)).await
}

/// The shop has dealt with a difference: what it is now, as a JSON text; none if there is no such one.
pub(crate) async fn settle(
    env: &Env,
    config: &Config,
    id: &str,
    at_ms: u64,
) -> Result<Option<String>> {
    let [env_word, link] = of_shop(config);
    let values = [env_word, link, SqlValue::Text(id), SqlValue::Number(at_ms)];
    let statement = format!("{SETTLE} RETURNING {DIFFERENCE} AS v");
    let rows = d1::texts(env, &statement, &values).await?;
    Ok(rows.into_iter().next())
}

fn read(row: &str) -> Result<Held> {
    let row: Row = json::read(row)?;
    Ok(Held {
        is_sure: row.is_sure != 0,
        has_account: row.has_account != 0,
        ours: Ours {
            receipt: row.receipt,
            amount_kes: row.amount_kes,
            said: row.said.as_deref().and_then(Cents::parse),
            refunded_kes: row.refunded_kes,
            account_reference: row.account_reference,
            paid_at_ms: row.paid_at_ms,
            is_pushed: row.channel == "stk_push",
            is_shown: row.is_sure != 0,
        },
    })
}

fn word(source: Source) -> &'static str {
    match source {
        Source::Pull => "pull",
        Source::Statement => "statement",
    }
}
