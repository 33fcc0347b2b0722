//! The statement that finds the payments which unmatched money may be meant for: one arm for each thing that can find a payment, each by an
//! index of its own. Text alone, as `search_sql.rs`.

use super::search_sql::{Given, Statement};
use malipo_engine::candidates::Wanted;

/// Payments of one arm: the newest ones.
const ARM: u64 = 40;

/// The payments that any of these may find, each once, as the engine weighs them.
pub(crate) fn candidates(env: &str, link: &str, wanted: &Wanted) -> Statement {
    let text = |value: &str| Given::Text(value.to_owned());
    let given = vec![
        text(env),
        text(link),
        Given::Number(wanted.amount_kes.into()),
        Given::Number(wanted.from_ms),
        Given::Number(wanted.to_ms),
        Given::Number(wanted.near_ms.0),
        Given::Number(wanted.near_ms.1),
        text(&wanted.phone_end),
        text(&wanted.account_begins),
        text(&wanted.reference_begins),
        Given::Number(ARM),
    ];
    let arm = |from: &str| {
        format!(
            "SELECT account_reference AS r FROM (SELECT account_reference FROM {from} LIMIT ?11)"
        )
    };
    let of = "env = ?1 AND link = ?2";
    // `~` comes after every letter and digit.
    let begins = |column: &str, with: &str| {
        format!("{with} <> '' AND {column} >= {with} AND {column} < {with} || '~'")
    };
    let arms = [
        arm(&format!(
            "payments INDEXED BY payments_by_due WHERE {of} AND due_kes = ?3 AND paid_at_ms IS NULL \
             AND opened_at_ms BETWEEN ?4 AND ?5 ORDER BY opened_at_ms DESC"
        )),
        // The rest of what is paid in part.
        arm(&format!(
            "payments INDEXED BY payments_by_state WHERE {of} AND state = 'part_paid' AND opened_at_ms BETWEEN ?4 AND ?5 \
             AND due_kes - received_kes = ?3 ORDER BY opened_at_ms DESC"
        )),
        arm(&format!(
            "payments INDEXED BY payments_by_time WHERE {of} AND opened_at_ms BETWEEN ?6 AND ?7 ORDER BY opened_at_ms DESC"
        )),
        // Money that a push has brought, and whose number is not known.
        arm(&format!(
            "receipts INDEXED BY receipts_by_day WHERE {of} AND counted_at_ms BETWEEN ?6 AND ?7 AND amount_kes = ?3 \
             AND receipt IS NULL ORDER BY counted_at_ms DESC"
        )),
        arm(&format!(
            "attempts INDEXED BY attempts_by_phone WHERE {of} AND phone_end = nullif(?8, '') \
             AND opened_at_ms BETWEEN ?4 AND ?5 ORDER BY opened_at_ms DESC"
        )),
        arm(&format!(
            "payments WHERE {of} AND {} ORDER BY account_reference",
            begins("account_reference", "?9")
        )),
        arm(&format!(
            "payments INDEXED BY payments_by_reference WHERE {of} AND {} ORDER BY reference",
            begins("reference", "?10")
        )),
    ];
    // workerd takes five selects in one compound, so the arms are joined in two.
    let (first, second) = arms.split_at(4);
    let [first, second] = [first, second].map(|arms| arms.join(" UNION "));
    let found = format!("SELECT r FROM ({first}) UNION SELECT r FROM ({second})");
    let sql = format!(
        "SELECT json_object('account_reference', p.account_reference, 'reference', p.reference, 'description', p.description, \
         'state', p.state, 'due_kes', p.due_kes, 'received_kes', p.received_kes, 'refunded_kes', p.refunded_kes, \
         'opened_at_ms', p.opened_at_ms, 'paid_at_ms', p.paid_at_ms, 'phones', (SELECT json_group_array(DISTINCT a.phone_masked) \
         FROM attempts a WHERE a.env = p.env AND a.link = p.link AND a.account_reference = p.account_reference \
         AND a.phone_masked IS NOT NULL), 'unnumbered', (SELECT json_group_array(r.amount_kes) FROM receipts r \
         WHERE r.env = p.env AND r.link = p.link AND r.account_reference = p.account_reference AND r.receipt IS NULL)) AS v \
         FROM ({found}) f CROSS JOIN payments p ON p.env = ?1 AND p.link = ?2 AND p.account_reference = f.r"
    );
    Statement { sql, given }
}
