//! The lists' statements against the migrations, in SQLite: each is read by an index, and finds what a plain look through
//! all payments finds.

mod candidates;
mod readings;
mod shelf;

// The Worker's own texts: they need nothing of the platform.
#[allow(dead_code, unreachable_pub)]
#[path = "../../shell/src/ledger/candidates_sql.rs"]
mod candidates_sql;
#[allow(dead_code, unreachable_pub)]
#[path = "../../shell/src/ledger/readings_sql.rs"]
mod readings_sql;
#[allow(dead_code, unreachable_pub)] // the Worker uses the rest
#[path = "../../shell/src/ledger/search_sql.rs"]
mod search_sql;

use malipo_engine::payment::HearingWord;
use malipo_engine::payment_filter::{Cursor, PaymentFilter};
use malipo_engine::summary;
use malipo_engine::webhook::OriginWord;
use malipo_shared::AccountReference;
use malipo_shared::api::State;
use search_sql::{Given, Statement};
use serde_json::Value;
use shelf::{Row, Shelf};

/// The middle of the time in which the payments were opened.
const FROM_MS: &str = "1780342560020";
const TO_MS: &str = "1780342560060";

fn search(query: &[(&str, &str)]) -> PaymentFilter {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let pairs: Vec<(String, String)> = query.iter().map(owned).collect();
    PaymentFilter::parse(&pairs).unwrap()
}

/// Every combination of filters that is offered, each with a value that some payments have.
fn every_search() -> Vec<Vec<(&'static str, &'static str)>> {
    let names = [
        None,
        Some(("account_reference", "R7")),
        Some(("reference", "order 7")),
        Some(("receipt", "RECEIPT007")),
        Some(("phone_end", "003")),
    ];
    let states = [None, Some(("state", "paid")), Some(("state", "declined"))];
    let origins = [None, Some(("origin", "item")), Some(("origin", "server"))];
    let items = [None, Some(("item", "tea"))];
    let flags = [None, Some(("review", "1")), Some(("disputed", "1"))];
    let times = [vec![], vec![("from_ms", FROM_MS), ("to_ms", TO_MS)]];
    let mut all = Vec::new();
    for name in names {
        for state in states {
            for origin in origins {
                for item in items {
                    for flag in flags {
                        for time in &times {
                            let one = [name, state, origin, item, flag].into_iter().flatten();
                            all.push(one.chain(time.iter().copied()).collect());
                        }
                    }
                }
            }
        }
    }
    all
}

/// What reads a whole table, or sorts more than what a name finds.
fn faults(plan: &[String], is_named: bool) -> Vec<&String> {
    let is_fault = |line: &&String| {
        // The days that are asked for, and what a subquery has already found.
        let is_given = line.contains("VIRTUAL TABLE") || line.starts_with("SCAN (subquery");
        let is_sorted = line.contains("TEMP B-TREE FOR ORDER BY") && !is_named;
        (line.starts_with("SCAN") && !is_given) || is_sorted
    };
    plan.iter().filter(is_fault).collect()
}

#[test]
fn no_search_reads_a_whole_table() {
    let shelf = Shelf::filled();
    for query in every_search() {
        let statement = search_sql::payments("emulator", "main", &search(&query));
        let is_named = query
            .iter()
            .any(|(name, _)| ["account_reference", "reference", "receipt"].contains(name));
        let plan = shelf.plan(&statement);
        let faults = faults(&plan, is_named);
        assert!(faults.is_empty(), "{query:?}: {faults:?} in {plan:#?}");
    }
    for standing in [None, Some(HearingWord::Due), Some(HearingWord::Unheard)] {
        let plan = shelf.plan(&search_sql::deliveries(
            "emulator", "main", standing, None, 50,
        ));
        assert!(faults(&plan, false).is_empty(), "{standing:?}: {plan:#?}");
    }
    let plan = shelf.plan(&summary("emulator", "main", 2));
    let sorted = plan.iter().filter(|line| line.contains("TEMP B-TREE"));
    assert_eq!(sorted.count(), 2, "the codes alone are sorted: {plan:#?}");
    assert!(faults(&plan, true).is_empty(), "{plan:#?}");
}

#[test]
fn a_statement_whose_index_is_gone_fails_instead_of_reading_everything() {
    let shelf = Shelf::filled();
    shelf.run("DROP INDEX payments_by_item_state");
    let query = search(&[("item", "tea"), ("state", "paid")]);
    let statement = search_sql::payments("emulator", "main", &query);
    assert!(shelf.try_rows(&statement).is_err());
}

#[test]
fn every_search_finds_what_a_look_through_all_finds_page_by_page() {
    let shelf = Shelf::filled();
    let mut found_by_some = 0;
    for query in every_search() {
        let mut search = search(&query);
        let expected: Vec<&Row> = shelf.rows().filter(|row| row.matches(&search)).collect();
        let expected: Vec<&str> = expected.iter().map(|row| row.reference.as_str()).collect();
        search.limit = 7;
        let mut found = Vec::new();
        loop {
            let statement = search_sql::payments("emulator", "main", &search);
            let page = shelf.entries(&statement);
            let is_last = page.len() <= 7;
            for entry in page.iter().take(7) {
                found.push(entry["account_reference"].as_str().unwrap().to_owned());
                search.after = Some(Cursor {
                    at_ms: entry["opened_at_ms"].as_u64().unwrap(),
                    account_reference: AccountReference::parse(found.last().unwrap()).unwrap(),
                    sequence: 0,
                });
            }
            if is_last {
                break;
            }
        }
        assert_eq!(found, expected, "{query:?}");
        found_by_some += usize::from(!found.is_empty());
    }
    assert!(
        found_by_some > 100,
        "{found_by_some} searches found something"
    );
}

#[test]
fn an_entry_has_what_a_payment_has_and_nothing_else() {
    let shelf = Shelf::filled();
    let of = |reference: &str| {
        let search = search(&[("account_reference", reference)]);
        let statement = search_sql::payments("emulator", "main", &search);
        shelf.entries(&statement).remove(0)
    };
    let entry = of("R7");
    assert_eq!(entry["livemode"], false);
    assert_eq!(entry["receipts"][0]["receipt"], "RECEIPT007");
    assert_eq!(entry["refunded_kes"], 0);
    let fields = |value: &Value| value.as_object().unwrap().values().all(|v| !v.is_null());
    for number in 0..shelf.count() {
        let entry = of(&format!("R{number}"));
        let parts = ["attempts", "receipts"].map(|name| entry[name].as_array().unwrap().clone());
        assert!(fields(&entry), "{entry}");
        assert!(parts.iter().flatten().all(fields), "{entry}");
    }
}

#[test]
fn one_shop_never_finds_anothers() {
    let shelf = Shelf::filled();
    for (env, link) in [("emulator", "other"), ("production", "main")] {
        for query in every_search() {
            let statement = search_sql::payments(env, link, &search(&query));
            assert!(
                shelf.entries(&statement).is_empty(),
                "{env} {link} {query:?}"
            );
        }
        let deliveries = search_sql::deliveries(env, link, None, None, 50);
        assert!(shelf.entries(&deliveries).is_empty());
        let summary = told(&shelf, env, link, 2);
        assert_eq!(summary["days"][1]["payments"], 0, "{summary}");
        assert_eq!(summary["needs"]["review"], 0, "{summary}");
    }
}

#[test]
fn deliveries_come_page_by_page_and_by_their_standing() {
    let shelf = Shelf::filled();
    for standing in HearingWord::ALL.into_iter().map(Some).chain([None]) {
        let mut after: Option<Cursor> = None;
        let mut found = Vec::new();
        loop {
            let statement = search_sql::deliveries("emulator", "main", standing, after.as_ref(), 5);
            let page = shelf.entries(&statement);
            for row in page.iter().take(5) {
                let reference = row["account_reference"].as_str().unwrap().to_owned();
                let sequence = row["sequence"].as_u64().unwrap();
                after = Cursor::parse(&format!("{}.{reference}.{sequence}", row["at_ms"]));
                found.push((reference, sequence));
            }
            if page.len() <= 5 {
                break;
            }
        }
        let expected = shelf.deliveries(standing);
        assert_eq!(found, expected, "{standing:?}");
        assert!(!found.is_empty(), "{standing:?}");
    }
}

#[test]
fn the_summary_sums_what_a_look_through_all_sums() {
    let shelf = Shelf::filled();
    let summary = told(&shelf, "emulator", "main", 2);
    let today = &summary["days"][1];
    let rows: Vec<&Row> = shelf.rows().collect();
    let paid: Vec<&&Row> = rows.iter().filter(|row| row.is_paid()).collect();
    assert_eq!(today["payments"], rows.len());
    assert_eq!(today["paid"], paid.len());
    let money: u64 = rows.iter().map(|row| row.received_kes()).sum();
    assert_eq!(today["paid_kes"], money);
    assert_eq!(summary["today"]["paid_kes"], money);
    assert_eq!(summary["days"][0]["payments"], 0);
    let pushed = rows.iter().filter(|row| row.pushes > 0).count();
    let good = paid.iter().filter(|row| row.pushes > 0).count();
    let rate = (good as f64 / pushed as f64 * 10_000.0).round() / 10_000.0;
    assert_eq!(summary["today"]["success_rate"], rate);
    let declined = |row: &&&Row| row.state == State::Declined && row.pushes > 0;
    assert_eq!(
        summary["today"]["declined"],
        rows.iter().filter(declined).count()
    );
    let reviews = rows.iter().filter(|row| row.is_in_review).count();
    assert_eq!(summary["needs"]["review"], reviews);
    assert_eq!(summary["codes"][0]["code"], "1032");
}

#[test]
fn what_differs_and_what_was_never_compared_is_not_nothing() {
    let shelf = Shelf::filled();
    let needs = |shelf: &Shelf| told(shelf, "emulator", "main", 2);
    let before = needs(&shelf);
    assert_eq!(before["needs"]["differences"], 0);
    assert_eq!(before["needs"]["unprocessed"], 0);
    assert_eq!(before["compared"]["last"], Value::Null);
    for (n, settled) in ["NULL", "NULL", "7"].into_iter().enumerate() {
        shelf.run(&format!(
            "INSERT INTO differences (env, link, id, kind, at_ms, found_at_ms, seen_at_ms, source, settled_at_ms) \
             VALUES ('emulator', 'main', 'd{n}', 'missing_here', 1, 1, 1, 'pull', {settled})"
        ));
    }
    for (at_ms, problem) in [(1, "NULL"), (2, "'M-PESA was away'")] {
        shelf.run(&format!(
            "INSERT INTO reconciliations (env, link, at_ms, source, from_ms, to_ms, payments, shown, differences, problem) \
             VALUES ('emulator', 'main', {at_ms}, 'pull', 0, 1, 5, 0, 2, {problem})"
        ));
    }
    for tries in [0, 1] {
        shelf.run(&format!(
            "INSERT INTO inbox (env, link, kind, name, sealed, put_at_ms, tries, next_at_ms) \
             VALUES ('emulator', 'main', 'payment', 'x', 'x', 1, {tries}, 1)"
        ));
    }
    let after = needs(&shelf);
    assert_eq!(after["needs"]["differences"], 2, "{after}");
    assert_eq!(after["needs"]["unprocessed"], 1, "one was not tried yet");
    assert_eq!(after["compared"]["last"]["problem"], "M-PESA was away");
    assert_eq!(after["compared"]["complete"]["at_ms"], 1);
    let others = told(&shelf, "emulator", "other", 2);
    assert_eq!(others["needs"]["differences"], 0, "{others}");
    assert_eq!(others["compared"]["last"], Value::Null, "{others}");
}

/// The statement for the day that all payments lie in, and the days before it.
fn summary(env: &str, link: &str, days: u64) -> Statement {
    let days = summary::days(shelf::BEGAN_MS, days);
    Statement {
        sql: search_sql::summary(),
        given: vec![
            Given::Text(env.to_owned()),
            Given::Text(link.to_owned()),
            Given::Text(summary::asked(&days).to_string()),
            Given::Number(days[0].starts_at_ms()),
            Given::Number(days[days.len() - 1].starts_at_ms()),
        ],
    }
}

fn told(shelf: &Shelf, env: &str, link: &str, days: u64) -> Value {
    summary::told(shelf.entries(&summary(env, link, days)).remove(0))
}

#[test]
fn an_origin_is_a_word_of_the_api() {
    for origin in OriginWord::ALL {
        assert_eq!(serde_json::to_value(origin).unwrap(), origin.as_str());
    }
    for standing in HearingWord::ALL {
        assert_eq!(serde_json::to_value(standing).unwrap(), standing.as_str());
    }
}

/// Health asks whether the newest migration was applied.
#[test]
fn health_asks_for_the_newest_migration() {
    let root = malipo_tests::root();
    let files = std::fs::read_dir(root.join("worker/migrations")).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let newest = names.max().unwrap();
    let health = std::fs::read_to_string(root.join("shell/src/edge/health.rs")).unwrap();
    assert!(health.contains(&format!("\"{newest}\"")), "{newest}");
}
