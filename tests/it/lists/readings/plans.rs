//! How the one search's statements are carried out: by an index each, in as many steps however much the ledger holds; and what the
//! migration makes of the rows of before.

use super::super::shelf::{Shelf, migrations};
use super::shop::{NOW_MS, filled};
use super::{found_in, statements};
use malipo_engine::search::{Reading, readings};
use malipo_shared::text;
use rusqlite::Connection;

/// Every reading that there is, at once: no text fits them all.
fn every_reading() -> Vec<Reading> {
    ["SFB1A2C3D4", "0712000345", "345", "Kenyan tea"]
        .into_iter()
        .flat_map(readings)
        .collect()
}

#[test]
fn no_reading_reads_a_whole_table_and_no_arm_sorts() {
    let shelf = filled();
    let mut all: Vec<Vec<Reading>> = every_reading()
        .into_iter()
        .map(|reading| vec![reading])
        .collect();
    all.push(every_reading());
    for readings in all {
        // What was found is sorted: once to cut it, once to show it.
        for (statement, sorts_max) in statements("emulator", "main", &readings)
            .into_iter()
            .zip([2, 1, 1])
        {
            let Some(statement) = statement else { continue };
            let plan = shelf.plan(&statement);
            // What was found already, and the items; but no table, and not all of a shop's rows.
            let is_found = |line: &str| {
                let is_given = line.contains("VIRTUAL TABLE") || line.starts_with("SCAN (subquery");
                is_given || ["SCAN f", "SCAN t"].contains(&line)
            };
            let is_fault = |line: &&String| {
                (line.starts_with("SCAN") && !is_found(line))
                    || line.ends_with("(env=? AND link=?)")
            };
            let faults: Vec<&String> = plan.iter().filter(is_fault).collect();
            assert!(faults.is_empty(), "{readings:?}: {faults:?} in {plan:#?}");
            let sorts = plan
                .iter()
                .filter(|line| line.contains("TEMP B-TREE FOR ORDER BY"))
                .count();
            assert!(sorts <= sorts_max, "{readings:?}: {plan:#?}");
        }
    }
    let [payments, unmatched, differences] = statements("emulator", "main", &every_reading());
    for (statement, indexes) in [
        (
            payments,
            &[
                "receipts_by_number",
                "refunds_by_receipt",
                "refunds_by_reversal",
                "payments_by_reading",
                "payments_by_reference",
                "attempts_by_phone",
                "payments_by_due",
                "payments_paid_by_due",
                "payments_by_received",
                "receipts_by_amount",
                "payments_by_item",
            ][..],
        ),
        (
            unmatched,
            &[
                "unmatched_by_account",
                "unmatched_by_payer",
                "unmatched_by_amount",
            ][..],
        ),
        (
            differences,
            &[
                "differences_by_account",
                "differences_by_ours",
                "differences_by_theirs",
            ][..],
        ),
    ] {
        let plan = shelf.plan(&statement.unwrap());
        for index in indexes {
            assert!(
                plan.iter()
                    .any(|line| line.contains(&format!("INDEX {index} "))),
                "{index}: {plan:#?}"
            );
        }
    }
}

/// As many payments of one price, one item, one telephone and one kind of reference, each paid in two parts.
fn quarter(count: u32) -> Shelf {
    let shelf = Shelf::empty();
    let numbers = format!(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})"
    );
    shelf.run(&format!(
        "{numbers} INSERT INTO payments (env, link, account_reference, seq, at_ms, reference, reads_as, origin, item, description, livemode, \
         state, due_kes, received_kes, excess_kes, opened_at_ms, paid_at_ms, review, look_at_ms) SELECT 'emulator', 'main', 'P' || i, 1, 1, \
         'INV-' || i, 'INV' || i, 'item', 'tea', 'x', 0, 'paid', iif(i % 3, 345, 400), iif(i % 3 = 1, 345, 745), 0, {NOW_MS} - i, \
         iif(i % 2, {NOW_MS} - i, NULL), '[]', 0 FROM n"
    ));
    shelf.run(&format!(
        "{numbers} INSERT INTO receipts (env, link, account_reference, n, receipt, amount_kes, channel, counted_at_ms, is_odd) \
         SELECT 'emulator', 'main', 'P' || i, 0, NULL, 345, 'stk_push', {NOW_MS} - i, 1 FROM n"
    ));
    shelf.run(&format!(
        "{numbers} INSERT INTO attempts (env, link, account_reference, n, outcome, amount_kes, phone_end, opened_at_ms) \
         SELECT 'emulator', 'main', 'P' || i, 1, 'x', 345, '345', {NOW_MS} - i FROM n"
    ));
    shelf.run(&format!(
        "{numbers} INSERT INTO unmatched_receipts (env, link, receipt, status, strength, amount_kes, countable_kes, payer_masked, bill_ref, \
         is_trusted, listed_at_ms, look_at_ms) SELECT 'emulator', 'main', 'U' || i, 'unmatched', 1, 345, 345, '254712 ••• 345', '', 1, \
         {NOW_MS} - i, 0 FROM n"
    ));
    shelf.run(&format!(
        "{numbers} INSERT INTO differences (env, link, id, kind, ours_kes, theirs_kes, at_ms, found_at_ms, seen_at_ms, source) \
         SELECT 'emulator', 'main', 'unmatched.' || i, 'unmatched', 345, 345, 1, {NOW_MS} - i, 1, 'pull' FROM n"
    ));
    shelf
}

#[test]
fn a_hundred_times_as_many_rows_are_searched_in_the_same_steps() {
    let (few, many) = (quarter(200), quarter(20_000));
    for q in ["345", "0712000345", "tea", "INV1", "SFB1A2C3D4"] {
        let all = statements("emulator", "main", &readings(q));
        for statement in all.iter().flatten() {
            let (few, many) = (few.steps(statement), many.steps(statement));
            assert!(
                many < few + few / 2,
                "{q}: {few} steps, then {many}: {}",
                statement.sql
            );
        }
    }
    let all = found_in(&many, "emulator", "main", "345");
    assert_eq!(all.map(|names| names.len()), [20, 20, 20]);
}

#[test]
fn what_was_written_before_is_read_by_the_migration_as_the_worker_reads_it() {
    let connection = Connection::open_in_memory().unwrap();
    let (before, after): (Vec<_>, Vec<_>) = migrations()
        .into_iter()
        .partition(|(name, _)| name.as_str() < "0010");
    for (_, sql) in before {
        connection.execute_batch(&sql).unwrap();
    }
    let names = [
        "INV-2041",
        "inv/20 41'x.",
        "-",
        "order #7;--",
        "Öl 7/2",
        &"a-9".repeat(21),
    ];
    for (n, name) in names.iter().enumerate() {
        let kes = 100 + n;
        let sql = "INSERT INTO payments (env, link, account_reference, seq, at_ms, reference, origin, description, livemode, state, due_kes, \
                   received_kes, excess_kes, opened_at_ms, review, look_at_ms) VALUES ('e', 'l', ?1, 1, 1, ?2, 'x', 'x', 0, 'x', 100, ?3, 0, 1, '[]', 0)";
        connection
            .execute(sql, rusqlite::params![n.to_string(), name, kes])
            .unwrap();
        let sql = "INSERT INTO receipts (env, link, account_reference, n, amount_kes, channel) VALUES ('e', 'l', ?1, 0, ?2, 'x')";
        connection
            .execute(sql, rusqlite::params![n.to_string(), kes])
            .unwrap();
    }
    for (_, sql) in after {
        connection.execute_batch(&sql).unwrap();
    }
    for (n, name) in names.iter().enumerate() {
        let sql = "SELECT p.reads_as, r.is_odd FROM payments p JOIN receipts r USING (env, link, account_reference) WHERE p.reference = ?1";
        let read = connection.query_row(sql, [name], |row| {
            Ok((row.get::<_, Option<String>>(0)?, row.get::<_, bool>(1)?))
        });
        // A name of other characters is read when its payment is projected again.
        let expected = if name.is_ascii() {
            text::reading(name)
        } else {
            None
        };
        assert_eq!(read.unwrap(), (expected, n > 0), "{name}");
    }
}
