//! The statements of the one search: one arm for each thing that a reading may name, each by an index of its own and each with an end, so
//! that no text reads more than a few hundred rows. Text alone, as `search_sql.rs`.

use super::search_sql::{DIFFERENCE, ENTRY, Given, Statement, UNMATCHED};
use malipo_engine::reconcile::Kind;
use malipo_engine::search::{AMOUNT_WITHIN_MS, FOUND_MAX, Reading};
use malipo_shared::ItemId;

/// Of one merchant.
const OF: &str = "env = ?1 AND link = ?2";
/// Money that nobody has claimed: what its indexes hold.
const OPEN: &str = "status IN ('unverified', 'unmatched')";
/// workerd takes so many selects in one compound.
const COMPOUND_MAX: usize = 5;

/// What is searched for, and where.
pub(crate) struct Wanted<'w> {
    pub(crate) env: &'w str,
    pub(crate) link: &'w str,
    /// Unix milliseconds.
    pub(crate) now_ms: u64,
    /// What the text may mean, in the order of the answer.
    pub(crate) readings: &'w [Reading],
    /// The items that its words mean.
    pub(crate) items: &'w [&'w ItemId],
}

/// The payments that any reading names, each once, in the order of the readings and then newest first. None where no reading names any.
pub(crate) fn payments(wanted: &Wanted<'_>) -> Option<Statement> {
    let mut arms = Arms::of(wanted, "account_reference");
    for reading in wanted.readings {
        match reading {
            Reading::MpesaCode(code) => {
                let code = arms.text(code.as_str());
                arms.add(format!(
                    "receipts INDEXED BY receipts_by_number WHERE {OF} AND receipt = {code}"
                ));
                arms.add(format!(
                    "refunds INDEXED BY refunds_by_receipt WHERE {OF} AND receipt = {code}"
                ));
                arms.add(format!(
                    "refunds INDEXED BY refunds_by_reversal WHERE {OF} AND reversal = {code}"
                ));
            }
            Reading::AccountNumber(account) => {
                let account = arms.text(account.as_str());
                arms.add(format!(
                    "payments WHERE {OF} AND account_reference = {account}"
                ));
            }
            Reading::Reference {
                typed,
                key,
                is_beginning,
            } => {
                let (typed, key) = (arms.text(typed), arms.text(key));
                arms.add(format!(
                    "payments INDEXED BY payments_by_reading WHERE {OF} AND reads_as = {key}"
                ));
                // Of a row whose name was not read yet.
                arms.add(format!(
                    "payments INDEXED BY payments_by_reference WHERE {OF} AND reference = {typed}"
                ));
                if *is_beginning {
                    arms.ends_rank();
                    // Backwards: of orders that are numbered, the newest. U+10FFFF comes after every character of a name.
                    arms.add(format!(
                        "payments INDEXED BY payments_by_reading WHERE {OF} AND reads_as > {key} AND reads_as < {key} || char(1114111) \
                         ORDER BY reads_as DESC"
                    ));
                }
            }
            Reading::Phone(end) | Reading::PhoneEnd(end) => {
                let end = arms.text(end);
                // A payment with two pushes to such a number is found by its first.
                arms.add(format!(
                    "attempts a INDEXED BY attempts_by_phone WHERE {OF} AND phone_end = {end} AND NOT EXISTS (SELECT 1 FROM attempts e \
                     WHERE e.env = a.env AND e.link = a.link AND e.account_reference = a.account_reference AND e.n < a.n \
                     AND e.phone_end = a.phone_end) ORDER BY opened_at_ms DESC"
                ));
            }
            Reading::Amount(kes) => {
                let (kes, from_ms) = (arms.number((*kes).into()), arms.since());
                arms.add(format!(
                    "payments INDEXED BY payments_by_due WHERE {OF} AND due_kes = {kes} AND paid_at_ms IS NULL \
                     AND opened_at_ms >= {from_ms} ORDER BY opened_at_ms DESC"
                ));
                arms.add(format!(
                    "payments INDEXED BY payments_paid_by_due WHERE {OF} AND due_kes = {kes} AND paid_at_ms >= {from_ms} \
                     ORDER BY paid_at_ms DESC"
                ));
                arms.add(format!(
                    "payments INDEXED BY payments_by_received WHERE {OF} AND received_kes = {kes} AND received_kes > 0 \
                     AND received_kes <> due_kes AND opened_at_ms >= {from_ms} ORDER BY opened_at_ms DESC"
                ));
                arms.add(format!(
                    "receipts INDEXED BY receipts_by_amount WHERE {OF} AND amount_kes = {kes} AND is_odd \
                     AND counted_at_ms >= {from_ms} ORDER BY counted_at_ms DESC"
                ));
            }
            Reading::Words(_) if wanted.items.is_empty() => {}
            Reading::Words(_) => {
                let ids: Vec<&str> = wanted.items.iter().map(|id| id.as_str()).collect();
                let items = arms.text(&serde_json::json!(ids).to_string());
                // The newest of each item: of all items at once, the payments of all would be read and sorted.
                arms.add_whole(format!(
                    "SELECT j.value AS r FROM json_each({items}) i, json_each((SELECT json_group_array(account_reference) FROM \
                     (SELECT account_reference FROM payments INDEXED BY payments_by_item WHERE {OF} AND item = i.value \
                     ORDER BY opened_at_ms DESC LIMIT ?3))) j"
                ));
            }
        }
        arms.ends_rank();
    }
    arms.statement(|found| format!(
        "SELECT {ENTRY} AS v FROM (SELECT f.r AS r, f.k AS k, o.opened_at_ms AS at_ms FROM ({found}) f CROSS JOIN payments o \
         ON o.env = ?1 AND o.link = ?2 AND o.account_reference = f.r ORDER BY f.k, o.opened_at_ms DESC, f.r LIMIT ?3) t \
         CROSS JOIN payments p ON p.env = ?1 AND p.link = ?2 AND p.account_reference = t.r ORDER BY t.k, t.at_ms DESC, t.r"
    ))
}

/// Money that nobody has claimed, in the same way.
pub(crate) fn unmatched(wanted: &Wanted<'_>) -> Option<Statement> {
    let mut arms = Arms::of(wanted, "receipt");
    for reading in wanted.readings {
        match reading {
            Reading::MpesaCode(code) => {
                let code = arms.text(code.as_str());
                arms.add(format!(
                    "unmatched_receipts WHERE {OF} AND receipt = {code} AND {OPEN}"
                ));
            }
            Reading::AccountNumber(account) => {
                let account = arms.text(account.as_str());
                arms.add(format!(
                    "unmatched_receipts INDEXED BY unmatched_by_account WHERE {OF} AND account_reference = {account} AND {OPEN}"
                ));
            }
            Reading::Phone(end) | Reading::PhoneEnd(end) => {
                let end = arms.text(end);
                arms.add(format!(
                    "unmatched_receipts INDEXED BY unmatched_by_payer WHERE {OF} AND substr(payer_masked, -3) = {end} \
                     AND payer_masked IS NOT NULL AND {OPEN} ORDER BY listed_at_ms DESC"
                ));
            }
            Reading::Amount(kes) => {
                let (kes, from_ms) = (arms.number((*kes).into()), arms.since());
                arms.add(format!(
                    "unmatched_receipts INDEXED BY unmatched_by_amount WHERE {OF} AND countable_kes = {kes} AND {OPEN} \
                     AND listed_at_ms >= {from_ms} ORDER BY listed_at_ms DESC"
                ));
            }
            Reading::Reference { .. } | Reading::Words(_) => {}
        }
        arms.ends_rank();
    }
    arms.statement(|found| format!(
        "SELECT {UNMATCHED} AS v FROM ({found}) f CROSS JOIN unmatched_receipts u ON u.env = ?1 AND u.link = ?2 AND u.receipt = f.r \
         ORDER BY f.k, u.listed_at_ms DESC, u.receipt LIMIT ?3"
    ))
}

/// Differences from M-PESA's books, in the same way; those that are settled too, as in their list.
pub(crate) fn differences(wanted: &Wanted<'_>) -> Option<Statement> {
    let mut arms = Arms::of(wanted, "id");
    for reading in wanted.readings {
        match reading {
            Reading::MpesaCode(code) => {
                let ids = Kind::ALL.map(|kind| format!("{}.{code}", kind.as_str()));
                let ids = ids.map(|id| arms.text(&id)).join(", ");
                arms.add(format!("differences WHERE {OF} AND id IN ({ids})"));
            }
            Reading::AccountNumber(account) => {
                let account = arms.text(account.as_str());
                arms.add(format!(
                    "differences INDEXED BY differences_by_account WHERE {OF} AND account_reference = {account} ORDER BY found_at_ms DESC"
                ));
            }
            Reading::Amount(kes) => {
                let (kes, from_ms) = (arms.number((*kes).into()), arms.since());
                for side in ["ours", "theirs"] {
                    arms.add(format!(
                        "differences INDEXED BY differences_by_{side} WHERE {OF} AND {side}_kes = {kes} \
                         AND found_at_ms >= {from_ms} ORDER BY found_at_ms DESC"
                    ));
                }
            }
            Reading::Reference { .. }
            | Reading::Phone(_)
            | Reading::PhoneEnd(_)
            | Reading::Words(_) => {}
        }
        arms.ends_rank();
    }
    arms.statement(|found| format!(
        "SELECT {DIFFERENCE} AS v FROM ({found}) f CROSS JOIN differences d ON d.env = ?1 AND d.link = ?2 AND d.id = f.r \
         ORDER BY f.k, d.found_at_ms DESC, d.id LIMIT ?3"
    ))
}

/// Selects of the names `r` of rows, each with the rank `k` of what has found it.
struct Arms {
    arms: Vec<String>,
    /// The column that names a row.
    name: &'static str,
    rank: usize,
    given: Vec<Given>,
    from_ms: u64,
}

impl Arms {
    /// ?1 env, ?2 link, ?3 how many rows at most.
    fn of(wanted: &Wanted<'_>, name: &'static str) -> Arms {
        Arms {
            arms: Vec::new(),
            name,
            rank: 0,
            given: vec![
                Given::Text(wanted.env.to_owned()),
                Given::Text(wanted.link.to_owned()),
                Given::Number(FOUND_MAX),
            ],
            from_ms: wanted.now_ms.saturating_sub(AMOUNT_WITHIN_MS),
        }
    }

    fn text(&mut self, text: &str) -> String {
        self.bind(Given::Text(text.to_owned()))
    }

    fn number(&mut self, number: u64) -> String {
        self.bind(Given::Number(number))
    }

    /// Since when an amount is looked for.
    fn since(&mut self) -> String {
        self.number(self.from_ms)
    }

    fn bind(&mut self, given: Given) -> String {
        self.given.push(given);
        format!("?{}", self.given.len())
    }

    /// What is found from here on comes after all that was found before.
    fn ends_rank(&mut self) {
        self.rank += 1;
    }

    fn add(&mut self, from: String) {
        let name = self.name;
        self.add_whole(format!("SELECT {name} AS r FROM {from} LIMIT ?3"));
    }

    fn add_whole(&mut self, select: String) {
        let rank = self.rank;
        self.arms
            .push(format!("SELECT r, {rank} AS k FROM ({select})"));
    }

    /// Each name once, with its best rank.
    fn statement(self, of: impl Fn(&str) -> String) -> Option<Statement> {
        let mut selects = self.arms;
        while selects.len() > 1 {
            let joined = selects
                .chunks(COMPOUND_MAX)
                .map(|some| some.join(" UNION ALL "));
            selects = joined
                .map(|some| format!("SELECT r, k FROM ({some})"))
                .collect();
        }
        let all = selects.pop()?;
        let found = format!("SELECT r, min(k) AS k FROM ({all}) GROUP BY r");
        Some(Statement {
            sql: of(&found),
            given: self.given,
        })
    }
}
