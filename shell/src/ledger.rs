//! The ledger in D1: a copy of what each journal says, for lists, searches and reconciliation. Writing twice or late changes nothing, and
//! late lists are all that its failures may cause: nothing about money is read from it.

pub(crate) mod candidates_sql;
pub(crate) mod differences;
pub(crate) mod payment_rows;
pub(crate) mod readings_sql;
pub(crate) mod search_sql;

use crate::config::Config;
use crate::platform::Env;
use crate::platform::d1::{self, SqlValue};
use crate::platform::error::{Error, Result};
use crate::platform::log::{
    self,
    Field::{self, Receipt, Why},
    What,
};
use malipo_engine::claims::ReceiptRecord;
use malipo_engine::receipt_entry::entry_of_name;
use malipo_shared::{LinkId, MpesaReceipt};
use search_sql::{Given, Statement};

/// A receipt that M-PESA has shown; or the same, its payer forgotten. ?1 env, ?2 link, ?3 listing, ?4 receipt, ?5 now, ?6 whether M-PESA
/// has surely said it.
const UNMATCHED: &str = "\
INSERT INTO unmatched_receipts (env, link, receipt, status, strength, amount_kes, paid_at_ms, payer_masked, bill_ref, \
account_reference, owner, listed_at_ms, look_at_ms, amount_said, countable_kes, problem, is_trusted) \
SELECT ?1, ?2, ?4, f->>'status', f->>'strength', f->>'amount_kes', f->>'paid_at_ms', f->>'payer_masked', f->>'bill_ref', \
f->>'account_reference', f->>'owner', ?5, ?5 + 600000, f->>'amount_said', f->>'countable_kes', f->>'problem', ?6 FROM (SELECT ?3 AS f) WHERE true \
ON CONFLICT (env, receipt) DO UPDATE SET link = excluded.link, status = excluded.status, strength = excluded.strength, \
amount_kes = excluded.amount_kes, paid_at_ms = excluded.paid_at_ms, payer_masked = excluded.payer_masked, \
bill_ref = excluded.bill_ref, account_reference = excluded.account_reference, owner = excluded.owner, \
amount_said = excluded.amount_said, countable_kes = excluded.countable_kes, problem = excluded.problem, is_trusted = excluded.is_trusted \
WHERE excluded.strength > unmatched_receipts.strength \
OR (excluded.strength = unmatched_receipts.strength AND (excluded.payer_masked IS NULL OR excluded.link <> unmatched_receipts.link))";

/// ?3 is a reading.
const NAMED: &str = "\
SELECT account_reference AS v FROM payments INDEXED BY payments_by_reading WHERE env = ?1 AND link = ?2 AND reads_as = ?3 LIMIT 2";

/// The account references of payments whose name by the shop reads so: two at most. They are proposals; the payment compares.
///
/// # Errors
/// The ledger does not answer.
pub(crate) async fn named(
    env: &Env,
    env_word: &str,
    link: &LinkId,
    reading: &str,
) -> Result<Vec<String>> {
    let values = [
        SqlValue::Text(env_word),
        SqlValue::Text(link.as_str()),
        SqlValue::Text(reading),
    ];
    d1::texts(env, NAMED, &values).await
}

/// Lists a receipt that M-PESA has shown, with what became of it. True once it stands there; one that only a
/// callback has named is not listed.
pub(crate) async fn list_unmatched(
    env: &Env,
    env_word: &str,
    link: &LinkId,
    receipt: &MpesaReceipt,
    record: &ReceiptRecord,
) -> bool {
    let Some(facts) = &record.facts else {
        return true;
    };
    let listing = serde_json::to_string(&entry_of_name(receipt, record)).unwrap_or_default();
    let receipt = receipt.to_string();
    let values = [
        SqlValue::Text(env_word),
        SqlValue::Text(link.as_str()),
        SqlValue::Text(&listing),
        SqlValue::Text(&receipt),
        SqlValue::Number(env.now_ms()),
        SqlValue::Number(u64::from(facts.is_trusted)),
    ];
    is_done(
        env,
        d1::run(env, UNMATCHED, &values).await,
        Receipt(&receipt),
    )
}

/// The column `v` of what a list's statement answers.
///
/// # Errors
/// As [`d1::texts`].
pub(crate) async fn found(env: &Env, statement: &Statement) -> Result<Vec<String>> {
    let values: Vec<SqlValue<'_>> = statement
        .given
        .iter()
        .map(|given| match given {
            Given::Text(text) => SqlValue::Text(text),
            Given::Number(value) => SqlValue::Number(*value),
        })
        .collect();
    d1::texts(env, &statement.sql, &values).await
}

/// The environment and the merchant, as every statement about one shop is given them: ?1 and ?2.
pub(crate) fn of_shop(config: &Config) -> [SqlValue<'_>; 2] {
    [
        SqlValue::Text(config.env.as_str()),
        SqlValue::Text(config.link.as_str()),
    ]
}

/// Whether a statement was taken.
///
/// # Errors
/// As [`d1::run`]; or the ledger did not take it.
pub(crate) fn done(outcome: Result<bool>) -> Result<()> {
    match outcome? {
        true => Ok(()),
        false => Err(Error::new("the ledger did not take it")),
    }
}

fn is_done(env: &Env, outcome: Result<bool>, told: Field<'_>) -> bool {
    match outcome {
        Ok(is_done) => is_done,
        Err(why) => {
            // D1's words name tables and columns, never values.
            log::error(env.as_ref(), What::LedgerUnwritten, &[told, Why(&why)]);
            false
        }
    }
}
