//! The statements behind the merchant's lists. Each names the index that it is read by, so that a statement without one fails instead of
//! reading a whole table. Text alone: the tests prepare them against the migrations, and explain them.

use malipo_engine::payment::HearingWord;
use malipo_engine::payment_filter::{By, Cursor, EVER_MS, PaymentFilter};
use malipo_shared::api::State;

/// What a statement is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Given {
    Text(String),
    Number(u64),
}

/// A statement and what it is given, from ?1 on.
pub(crate) struct Statement {
    pub(crate) sql: String,
    pub(crate) given: Vec<Given>,
}

/// One payment `p` as JSON, without what it does not have.
pub(crate) const ENTRY: &str = "json_patch('{}', json_object('account_reference', p.account_reference, \
'reference', p.reference, 'origin', p.origin, 'item', p.item, 'note', p.note, 'description', p.description, \
'livemode', json(iif(p.livemode, 'true', 'false')), 'state', p.state, 'due_kes', p.due_kes, \
'received_kes', p.received_kes, 'excess_kes', p.excess_kes, 'refunded_kes', p.refunded_kes, \
'opened_at_ms', p.opened_at_ms, 'paid_at_ms', p.paid_at_ms, 'review', json(p.review), \
'attempts', (SELECT json_group_array(json_patch('{}', json_object('n', a.n, 'outcome', a.outcome, 'code', a.code, \
'reason', a.reason, 'amount_kes', a.amount_kes, 'phone_masked', a.phone_masked))) FROM attempts a \
WHERE a.env = p.env AND a.link = p.link AND a.account_reference = p.account_reference), \
'receipts', (SELECT json_group_array(json_patch('{}', json_object('receipt', r.receipt, 'amount_kes', r.amount_kes, 'amount_said', r.amount_said, \
'channel', r.channel, 'paid_at_ms', r.paid_at_ms))) FROM receipts r \
WHERE r.env = p.env AND r.link = p.link AND r.account_reference = p.account_reference), \
'refunds', (SELECT json_group_array(json_patch('{}', json_object('n', b.n, 'receipt', b.receipt, 'amount_kes', b.amount_kes, \
'state', b.state, 'code', b.code, 'reversal', b.reversal, 'requested_at_ms', b.requested_at_ms, 'ended_at_ms', b.ended_at_ms))) \
FROM refunds b WHERE b.env = p.env AND b.link = p.link AND b.account_reference = p.account_reference)))";

/// Money that nobody has claimed, as JSON.
pub(crate) const UNMATCHED: &str = "json_object('receipt', receipt, 'status', status, 'amount_kes', amount_kes, \
'amount_said', amount_said, 'countable_kes', countable_kes, 'problem', problem, 'paid_at_ms', paid_at_ms, \
'payer_masked', payer_masked, 'bill_ref', bill_ref, 'account_reference', account_reference, 'listed_at_ms', listed_at_ms)";

/// A difference from M-PESA's books, as JSON.
pub(crate) const DIFFERENCE: &str = "json_object('id', id, 'kind', kind, 'receipt', receipt, \
'account_reference', account_reference, 'ours_kes', ours_kes, 'theirs_kes', theirs_kes, 'theirs_said', theirs_said, \
'at_ms', at_ms, 'found_at_ms', found_at_ms, 'source', source, 'unknown_kind', unknown_kind, \
'settled_at_ms', settled_at_ms, 'settled_by', settled_by)";

/// A page of payments, newest first, and one more if there is one.
pub(crate) fn payments(env: &str, link: &str, search: &PaymentFilter) -> Statement {
    let (until_ms, after) = search.begin();
    let mut given = vec![
        Given::Text(env.to_owned()),
        Given::Text(link.to_owned()),
        Given::Number(search.from_ms),
        Given::Number(until_ms),
        Given::Text(after.to_owned()),
        Given::Number(search.limit + 1),
    ];
    let mut bind = |value: &str| {
        given.push(Given::Text(value.to_owned()));
        format!("?{}", given.len())
    };
    let from = match &search.by {
        By::Time => format!("payments p INDEXED BY {} WHERE", index(search)),
        By::AccountReference(reference) => format!(
            "payments p WHERE p.account_reference = {} AND",
            bind(reference.as_str())
        ),
        By::Reference(reference) => format!(
            "payments p INDEXED BY payments_by_reference WHERE p.reference = {} AND",
            bind(reference)
        ),
        By::Receipt(receipt) => format!(
            "receipts f INDEXED BY receipts_by_number CROSS JOIN payments p WHERE f.env = ?1 AND f.link = ?2 \
             AND f.receipt = {} AND p.account_reference = f.account_reference AND",
            bind(&receipt.to_string())
        ),
        By::PhoneEnd(digits) => by_phone(&bind(digits)),
    };
    let mut also = String::new();
    if let Some(state) = search.state {
        also += &format!(" AND p.state = {}", bind(state.as_str()));
    }
    if let Some(origin) = search.origin {
        also += &format!(" AND p.origin = {}", bind(origin.as_str()));
    }
    if let Some(item) = &search.item {
        also += &format!(" AND p.item = {}", bind(item.as_str()));
    }
    if search.is_in_review {
        also += " AND p.review <> '[]'";
    }
    if search.is_disputed {
        also += " AND p.disputed";
    }
    // A phone's payments come in the order of its attempts, which hold the same time.
    let row = if matches!(search.by, By::PhoneEnd(_)) {
        "f"
    } else {
        "p"
    };
    let sql = format!(
        "SELECT {ENTRY} AS v FROM {from} p.env = ?1 AND p.link = ?2 AND {row}.opened_at_ms >= ?3 \
         AND {row}.opened_at_ms <= ?4 AND ({row}.opened_at_ms < ?4 OR {row}.account_reference > ?5){also} \
         ORDER BY {row}.opened_at_ms DESC, {row}.account_reference LIMIT ?6"
    );
    Statement { sql, given }
}

/// A payment with two pushes to such a number is found by its first.
fn by_phone(digits: &str) -> String {
    format!(
        "attempts f INDEXED BY attempts_by_phone CROSS JOIN payments p WHERE f.env = ?1 AND f.link = ?2 \
         AND f.phone_end = {digits} AND NOT EXISTS (SELECT 1 FROM attempts e WHERE e.env = f.env AND e.link = f.link \
         AND e.account_reference = f.account_reference AND e.n < f.n AND e.phone_end = f.phone_end) \
         AND p.account_reference = f.account_reference AND"
    )
}

/// What is left to compare after the index is few: reviews and disputes are, and an item has one origin.
fn index(search: &PaymentFilter) -> &'static str {
    let PaymentFilter {
        state,
        origin,
        item,
        is_in_review,
        is_disputed,
        ..
    } = search;
    match (item, origin, state) {
        _ if *is_disputed => "payments_disputed",
        _ if *is_in_review => "payments_in_review",
        (Some(_), _, Some(_)) => "payments_by_item_state",
        (Some(_), _, None) => "payments_by_item",
        (None, Some(_), Some(_)) => "payments_by_origin_state",
        (None, Some(_), None) => "payments_by_origin",
        (None, None, Some(_)) => "payments_by_state",
        (None, None, None) => "payments_by_time",
    }
}

/// A page of what the shop was told, newest first, and one more if there is one.
pub(crate) fn deliveries(
    env: &str,
    link: &str,
    standing: Option<HearingWord>,
    after: Option<&Cursor>,
    limit: u64,
) -> Statement {
    let until_ms = after.map_or(EVER_MS, |after| after.at_ms);
    let reference = after.map_or("", |after| after.account_reference.as_str());
    let sequence = after.map_or(0, |after| u64::from(after.sequence));
    let mut given = vec![
        Given::Text(env.to_owned()),
        Given::Text(link.to_owned()),
        Given::Number(until_ms),
        Given::Text(reference.to_owned()),
        Given::Number(sequence),
        Given::Number(limit + 1),
    ];
    let from = match standing {
        Some(standing) => {
            given.push(Given::Text(standing.as_str().to_owned()));
            "deliveries INDEXED BY deliveries_by_standing WHERE standing = ?7 AND"
        }
        None => "deliveries INDEXED BY deliveries_by_time WHERE",
    };
    let sql = format!(
        "SELECT json_patch('{{}}', json_object('account_reference', account_reference, 'sequence', sequence, \
         'type', type, 'at_ms', at_ms, 'tries', tries, 'standing', standing, 'next_at_ms', next_at_ms)) AS v \
         FROM {from} env = ?1 AND link = ?2 AND at_ms <= ?3 \
         AND (at_ms < ?3 OR (account_reference, sequence) > (?4, ?5)) \
         ORDER BY at_ms DESC, account_reference, sequence LIMIT ?6"
    );
    Statement { sql, given }
}

/// The payments `p` and receipts `r` of one day `d`: [its name, its midnight, the next].
const DAY: &str = "json_object('day', d.value->>0, \
'paid_kes', (SELECT coalesce(sum(r.amount_kes), 0) FROM receipts r INDEXED BY receipts_by_day WHERE r.env = ?1 \
AND r.link = ?2 AND r.counted_at_ms >= d.value->>1 AND r.counted_at_ms < d.value->>2), \
'payments', (SELECT count(*) FROM payments p INDEXED BY payments_by_time WHERE p.env = ?1 AND p.link = ?2 \
AND p.opened_at_ms >= d.value->>1 AND p.opened_at_ms < d.value->>2), \
'paid', (SELECT count(*) FROM payments p INDEXED BY payments_by_paid WHERE p.env = ?1 AND p.link = ?2 \
AND p.paid_at_ms >= d.value->>1 AND p.paid_at_ms < d.value->>2))";

/// The newest comparison with M-PESA's books, of those that are `also` so; null where there is none.
fn run(also: &str) -> String {
    format!(
        "json((SELECT json_object('at_ms', at_ms, 'source', source, 'from_ms', from_ms, 'to_ms', to_ms, 'payments', payments, \
         'shown', shown, 'differences', differences, 'problem', problem) FROM reconciliations \
         INDEXED BY reconciliations_by_time WHERE env = ?1 AND link = ?2 {also} ORDER BY at_ms DESC LIMIT 1))"
    )
}

/// More than that of a kind is `1000`: nobody works through them one by one.
const MANY: &str = "LIMIT 1000";

/// The summary. ?3 is the days, oldest first, today last, as [`DAY`] reads them; ?4 the first midnight, ?5 today's.
pub(crate) fn summary() -> String {
    let of = |what: &str| format!("WHERE env = ?1 AND link = ?2 AND {what} {MANY}");
    let review = of("review <> '[]'");
    let unresolved = of(&format!("state = '{}'", State::Unresolved.as_str()));
    let disputed = of("disputed");
    let unmatched = of("status IN ('unverified', 'unmatched')");
    let undelivered = of("tries > 0 AND standing IN ('due', 'unheard')");
    let count = |from: &str| format!("(SELECT count(*) FROM (SELECT 1 FROM {from}))");
    let differences = of("settled_at_ms IS NULL");
    let unprocessed = of("tries > 0");
    let needs = format!(
        "json_object('review', {}, 'unresolved', {}, 'disputed', {}, 'unmatched', {}, 'undelivered', {}, \
         'differences', {}, 'unprocessed', {})",
        count(&format!("payments INDEXED BY payments_in_review {review}")),
        count(&format!(
            "payments INDEXED BY payments_by_state {unresolved}"
        )),
        count(&format!("payments INDEXED BY payments_disputed {disputed}")),
        count(&format!(
            "unmatched_receipts INDEXED BY unmatched_by_time {unmatched}"
        )),
        count(&format!(
            "deliveries INDEXED BY deliveries_undelivered {undelivered}"
        )),
        count(&format!(
            "differences INDEXED BY differences_open {differences}"
        )),
        count(&format!("inbox INDEXED BY inbox_by_turn {unprocessed}")),
    );
    // Of those opened today: how many were pushed, how many of these are paid, how many ended without money.
    let pushed = "(SELECT json_object('pushed', count(*), 'paid', count(paid_at_ms), \
        'declined', coalesce(sum(state = 'declined'), 0)) FROM payments INDEXED BY payments_by_time \
        WHERE env = ?1 AND link = ?2 AND opened_at_ms >= ?5 AND pushes > 0)";
    let codes = "(SELECT json_group_array(json_object('code', code, 'count', n)) FROM (SELECT code, count(*) AS n \
        FROM attempts INDEXED BY attempts_by_code WHERE env = ?1 AND link = ?2 AND opened_at_ms >= ?4 \
        AND code IS NOT NULL GROUP BY code ORDER BY n DESC, code LIMIT 50))";
    format!(
        "SELECT json_object('days', json_group_array({DAY}), 'pushed', {pushed}, 'codes', {codes}, 'needs', {needs}, \
         'compared', json_object('last', {}, 'complete', {})) AS v \
         FROM json_each(?3) d",
        run(""),
        run("AND problem IS NULL")
    )
}
