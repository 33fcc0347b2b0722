//! The candidates' statement: each of its arms finds by an index, and nothing of another shop.

use super::candidates_sql::candidates;
use super::shelf::{BEGAN_MS, Shelf};
use malipo_engine::candidates::{self, Because, Wanted};
use malipo_engine::claims::MoneyFacts;
use malipo_engine::daraja::{PaidAmount, PayerHint};
use serde_json::Value;

fn nothing() -> Wanted {
    Wanted {
        amount_kes: 0,
        from_ms: BEGAN_MS - 1_000,
        to_ms: BEGAN_MS + 1_000,
        near_ms: (0, 0),
        phone_end: String::new(),
        account_begins: String::new(),
        reference_begins: String::new(),
    }
}

fn found(shelf: &Shelf, link: &str, wanted: &Wanted) -> Vec<Value> {
    shelf.entries(&candidates("emulator", link, wanted))
}

#[test]
fn no_arm_reads_a_whole_table() {
    let shelf = Shelf::filled();
    let plan = shelf.plan(&candidates("emulator", "main", &nothing()));
    let is_fault = |line: &&String| {
        line.starts_with("SCAN") && !line.starts_with("SCAN (subquery") && *line != "SCAN f"
    };
    let faults: Vec<&String> = plan.iter().filter(is_fault).collect();
    assert!(faults.is_empty(), "{faults:?} in {plan:#?}");
    for index in [
        "payments_by_due",
        "payments_by_state",
        "payments_by_time",
        "receipts_by_day",
        "attempts_by_phone",
        "payments_by_reference",
    ] {
        assert!(
            plan.iter().any(|line| line.contains(index)),
            "{index}: {plan:#?}"
        );
    }
}

#[test]
fn each_arm_finds_its_payments_each_once() {
    let shelf = Shelf::filled();
    shelf.run(
        "UPDATE payments SET state = 'part_paid', received_kes = 40 WHERE account_reference = 'R3'",
    );
    let names = |wanted: &Wanted| {
        let rows = found(&shelf, "main", wanted);
        let name = |row: &Value| row["account_reference"].as_str().unwrap().to_owned();
        let mut names: Vec<String> = rows.iter().map(name).collect();
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count, "each once");
        names
    };
    assert_eq!(names(&nothing()), Vec::<String>::new());
    let unpaid = shelf.rows().filter(|row| !row.is_paid()).count().min(40);
    assert_eq!(
        names(&Wanted {
            amount_kes: 100,
            ..nothing()
        })
        .len(),
        unpaid
    );
    assert_eq!(
        names(&Wanted {
            amount_kes: 60,
            ..nothing()
        }),
        ["R3"],
        "the rest of a part"
    );
    let near = Wanted {
        near_ms: (BEGAN_MS, BEGAN_MS + 1),
        ..nothing()
    };
    assert_eq!(names(&near).len(), 10);
    let phone = Wanted {
        phone_end: "003".to_owned(),
        ..nothing()
    };
    assert!(!names(&phone).is_empty());
    let account = Wanted {
        account_begins: "R77".to_owned(),
        ..nothing()
    };
    assert_eq!(names(&account), ["R77"]);
    let named = Wanted {
        reference_begins: "order 7".to_owned(),
        ..nothing()
    };
    assert!(names(&named).contains(&"R7".to_owned()));
    let all = Wanted {
        amount_kes: 100,
        near_ms: near.near_ms,
        ..phone
    };
    assert!(found(&shelf, "other", &all).is_empty(), "another shop's");
}

#[test]
fn the_engine_weighs_what_the_statement_finds() {
    let shelf = Shelf::filled();
    let facts = MoneyFacts {
        amount: PaidAmount::Whole(100),
        paid_at_ms: Some(BEGAN_MS),
        or_paid_at_ms: None,
        payer: PayerHint::Unknown,
        bill_ref: "order 3".into(),
        reference: None,
        is_trusted: true,
    };
    let rows = found(&shelf, "main", &candidates::wanted(&facts, BEGAN_MS));
    let found = candidates::candidates(&facts, BEGAN_MS, &rows);
    let first = &found[0];
    assert_eq!(first.account_reference, "R3", "{found:?}");
    assert!(first.because.contains(&Because::Reference), "{first:?}");
}
