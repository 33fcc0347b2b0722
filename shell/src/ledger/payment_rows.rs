//! What the ledger keeps of a payment: its row, and one for each attempt, receipt, webhook event and refund. They are written together,
//! from what the journal says.

use super::is_done;
use crate::platform::Env;
use crate::platform::d1::{self, SqlValue};
use crate::platform::log::{
    self,
    Field::{Payment, Why},
    What,
};
use malipo_engine::master_key::Address;
use malipo_engine::payment::DeliveryFacts;
use malipo_engine::webhook::PaymentFacts;
use malipo_shared::text;
use serde_json::json;

/// The payment itself. ?1 env, ?2 link, ?3 facts, ?4 the journal's number, ?5 now, ?6 whether something is owed, ?7 what
/// the facts do not tell.
const PAYMENT: &str = "\
INSERT INTO payments (env, link, account_reference, seq, at_ms, reference, origin, item, note, description, livemode, state, \
due_kes, received_kes, excess_kes, refunded_kes, opened_at_ms, paid_at_ms, review, look_at_ms, wakes, pushes, disputed, reads_as) \
SELECT ?1, ?2, f->>'account_reference', ?4, ?5, f->>'reference', f->>'origin', f->>'item', f->>'note', f->>'description', \
f->>'livemode', f->>'state', f->>'due_kes', f->>'received_kes', f->>'excess_kes', coalesce(f->>'refunded_kes', 0), \
f->>'opened_at_ms', f->>'paid_at_ms', f->'review', ?5 + 600000, ?6, json_array_length(f, '$.attempts'), ?7->>'disputed', ?7->>'reads_as' FROM (SELECT ?3 AS f) WHERE true \
ON CONFLICT (env, link, account_reference) DO UPDATE SET \
look_at_ms = CASE WHEN excluded.seq > seq THEN excluded.look_at_ms ELSE look_at_ms END, \
seq = excluded.seq, at_ms = excluded.at_ms, reference = excluded.reference, origin = excluded.origin, item = excluded.item, \
note = excluded.note, description = excluded.description, livemode = excluded.livemode, state = excluded.state, \
due_kes = excluded.due_kes, received_kes = excluded.received_kes, excess_kes = excluded.excess_kes, \
refunded_kes = excluded.refunded_kes, opened_at_ms = excluded.opened_at_ms, paid_at_ms = excluded.paid_at_ms, \
review = excluded.review, wakes = excluded.wakes, pushes = excluded.pushes, disputed = excluded.disputed, \
reads_as = excluded.reads_as \
WHERE (excluded.seq, excluded.at_ms) >= (payments.seq, payments.at_ms)";

/// Its pushes, if the row above is this one.
const ATTEMPTS: &str = "\
INSERT INTO attempts (env, link, account_reference, n, outcome, code, reason, amount_kes, phone_masked, phone_end, opened_at_ms) \
SELECT p.env, p.link, p.account_reference, a.value->>'n', a.value->>'outcome', a.value->>'code', a.value->>'reason', \
a.value->>'amount_kes', a.value->>'phone_masked', substr(a.value->>'phone_masked', -3), p.opened_at_ms \
FROM payments p, json_each(?3, '$.attempts') a \
WHERE p.env = ?1 AND p.link = ?2 AND p.account_reference = ?3->>'account_reference' AND p.seq = ?4 AND p.at_ms = ?5 \
ON CONFLICT (env, link, account_reference, n) DO UPDATE SET outcome = excluded.outcome, code = excluded.code, \
reason = excluded.reason, amount_kes = excluded.amount_kes, phone_masked = excluded.phone_masked, \
phone_end = excluded.phone_end, opened_at_ms = excluded.opened_at_ms \
WHERE (excluded.outcome, excluded.code, excluded.reason, excluded.amount_kes, excluded.phone_masked) \
IS NOT (attempts.outcome, attempts.code, attempts.reason, attempts.amount_kes, attempts.phone_masked)";

/// Its money, in the same way.
const RECEIPTS: &str = "\
INSERT INTO receipts (env, link, account_reference, n, receipt, amount_kes, channel, paid_at_ms, counted_at_ms, amount_said, is_odd) \
SELECT p.env, p.link, p.account_reference, r.key, r.value->>'receipt', r.value->>'amount_kes', r.value->>'channel', \
r.value->>'paid_at_ms', coalesce(r.value->>'paid_at_ms', p.paid_at_ms, p.opened_at_ms), r.value->>'amount_said', \
r.value->>'amount_kes' <> p.due_kes FROM payments p, json_each(?3, '$.receipts') r \
WHERE p.env = ?1 AND p.link = ?2 AND p.account_reference = ?3->>'account_reference' AND p.seq = ?4 AND p.at_ms = ?5 \
ON CONFLICT (env, link, account_reference, n) DO UPDATE SET receipt = excluded.receipt, amount_kes = excluded.amount_kes, \
channel = excluded.channel, paid_at_ms = excluded.paid_at_ms, counted_at_ms = excluded.counted_at_ms, amount_said = excluded.amount_said, \
is_odd = excluded.is_odd \
WHERE (excluded.receipt, excluded.amount_kes, excluded.channel, excluded.paid_at_ms, excluded.counted_at_ms, excluded.amount_said, excluded.is_odd) \
IS NOT (receipts.receipt, receipts.amount_kes, receipts.channel, receipts.paid_at_ms, receipts.counted_at_ms, receipts.amount_said, receipts.is_odd)";

/// What the shop was told of it, in the same way.
const DELIVERIES: &str = "\
INSERT INTO deliveries (env, link, account_reference, sequence, type, at_ms, tries, standing, next_at_ms) \
SELECT p.env, p.link, p.account_reference, d.value->>'sequence', d.value->>'type', d.value->>'at_ms', d.value->>'tries', \
d.value->>'standing', d.value->>'next_at_ms' FROM payments p, json_each(?7, '$.deliveries') d \
WHERE p.env = ?1 AND p.link = ?2 AND p.account_reference = ?3->>'account_reference' AND p.seq = ?4 AND p.at_ms = ?5 \
ON CONFLICT (env, link, account_reference, sequence) DO UPDATE SET tries = excluded.tries, standing = excluded.standing, \
next_at_ms = excluded.next_at_ms WHERE (excluded.tries, excluded.standing, excluded.next_at_ms) \
IS NOT (deliveries.tries, deliveries.standing, deliveries.next_at_ms)";

/// Its refunds, in the same way.
const REFUNDS: &str = "\
INSERT INTO refunds (env, link, account_reference, n, receipt, amount_kes, state, code, reversal, requested_at_ms, ended_at_ms) \
SELECT p.env, p.link, p.account_reference, r.value->>'n', r.value->>'receipt', r.value->>'amount_kes', r.value->>'state', \
r.value->>'code', r.value->>'reversal', r.value->>'requested_at_ms', r.value->>'ended_at_ms' \
FROM payments p, json_each(?3, '$.refunds') r \
WHERE p.env = ?1 AND p.link = ?2 AND p.account_reference = ?3->>'account_reference' AND p.seq = ?4 AND p.at_ms = ?5 \
ON CONFLICT (env, link, account_reference, n) DO UPDATE SET amount_kes = excluded.amount_kes, state = excluded.state, \
code = excluded.code, reversal = excluded.reversal, ended_at_ms = excluded.ended_at_ms";

/// What no longer counts.
const NO_RECEIPTS: &str = "\
DELETE FROM receipts WHERE env = ?1 AND link = ?2 AND account_reference = ?3->>'account_reference' \
AND n >= json_array_length(?3, '$.receipts') AND EXISTS (SELECT 1 FROM payments p WHERE p.env = ?1 AND p.link = ?2 \
AND p.account_reference = ?3->>'account_reference' AND p.seq = ?4 AND p.at_ms = ?5)";

/// What stands of a payment that nobody tried to pay.
const ERASE: [&str; 2] = [
    "DELETE FROM deliveries WHERE env = ?1 AND link = ?2 AND account_reference = ?3",
    "DELETE FROM payments WHERE env = ?1 AND link = ?2 AND account_reference = ?3",
];
/// What a journal says up to its number `seq`.
pub(crate) struct Books<'a> {
    pub(crate) seq: u64,
    /// Whether the object is still to do something.
    pub(crate) wakes: bool,
    pub(crate) facts: &'a PaymentFacts,
    pub(crate) is_disputed: bool,
    pub(crate) deliveries: &'a [DeliveryFacts],
}

/// Enters a payment; `address` is `{env}:{link_id}:{account_reference}`. True once it stands there, or something newer
/// does.
pub(crate) async fn project(env: &Env, address: &str, books: &Books<'_>) -> bool {
    let Some(parsed) = Address::parse(address) else {
        log::error(
            env.as_ref(),
            What::LedgerUnwritten,
            &[Payment(&address), Why(&"its address cannot be read")],
        );
        return true; // another try would not help
    };
    // Most payments have none, and every statement is billed.
    let refunds = (!books.facts.refunds.is_empty()).then_some((REFUNDS, 5));
    let facts = serde_json::to_string(books.facts).unwrap_or_default();
    let reads_as = books.facts.reference.as_deref().and_then(text::reading);
    let beside = json!({
        "disputed": u64::from(books.is_disputed),
        "deliveries": books.deliveries,
        "reads_as": reads_as,
    });
    let beside = beside.to_string();
    let values = [
        SqlValue::Text(&parsed.env),
        SqlValue::Text(parsed.link.as_str()),
        SqlValue::Text(&facts),
        SqlValue::Number(books.seq),
        SqlValue::Number(env.now_ms()),
        SqlValue::Number(u64::from(books.wakes)),
        SqlValue::Text(&beside),
    ];
    let statements: Vec<_> = [
        (PAYMENT, 7),
        (ATTEMPTS, 5),
        (RECEIPTS, 5),
        (NO_RECEIPTS, 5),
        (DELIVERIES, 7),
    ]
    .into_iter()
    .chain(refunds)
    .map(|(statement, n)| (statement, &values[..n]))
    .collect();
    is_done(env, d1::batch(env, &statements).await, Payment(&address))
}

/// Takes a payment out that was only opened. True once it does not stand there.
pub(crate) async fn erase(env: &Env, address: &str) -> bool {
    let Some(parsed) = Address::parse(address) else {
        return true; // it never stood there
    };
    let values = [
        SqlValue::Text(&parsed.env),
        SqlValue::Text(parsed.link.as_str()),
        SqlValue::Text(parsed.reference.as_str()),
    ];
    let statements = ERASE.map(|statement| (statement, &values[..]));
    is_done(env, d1::batch(env, &statements).await, Payment(&address))
}
