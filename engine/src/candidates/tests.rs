//! Which payments are found for money that names none, in which order, and why.

use super::*;
use crate::daraja::PaidAmount;
use serde_json::json;

const AT_MS: u64 = 1_780_342_564_000;

fn facts(amount_kes: u32, bill_ref: &str, payer: &str) -> MoneyFacts {
    MoneyFacts {
        amount: PaidAmount::Whole(amount_kes),
        paid_at_ms: Some(AT_MS),
        or_paid_at_ms: None,
        payer: PayerHint::read(payer),
        bill_ref: bill_ref.into(),
        reference: None,
        is_trusted: true,
    }
}

fn row(reference: &str, due_kes: u64, hours_before: u64, phones: &[&str]) -> Value {
    json!({
        "account_reference": reference, "reference": null, "description": "Tea", "state": "ready", "due_kes": due_kes,
        "received_kes": 0, "refunded_kes": 0, "paid_at_ms": null, "opened_at_ms": AT_MS - hours_before * 3_600_000,
        "phones": phones,
    })
}

fn found(facts: &MoneyFacts, rows: &[Value]) -> Vec<(String, Vec<Because>)> {
    let found = candidates(facts, AT_MS, rows).into_iter();
    found.map(|it| (it.account_reference, it.because)).collect()
}

#[test]
fn the_likeliest_is_first_and_each_says_why() {
    use Because::{Amount, Phone, Reference, Time};
    let facts = facts(700, "inv 2O41", "2547 ***** 126");
    let rows = [
        row("FAR", 275, 100, &[]),
        row("JUSTNOW", 275, 0, &[]),
        row("SAMEKES", 700, 30, &[]),
        row("PAYERS", 275, 40, &["0711 ••• 126"]),
        row("INV2041", 275, 50, &[]),
        row("ALL", 700, 1, &["0700 ••• 126", "0700 ••• 999"]),
    ];
    let expected = [
        ("ALL", vec![Amount, Phone, Time]),
        ("INV2041", vec![Reference]),
        ("SAMEKES", vec![Amount]),
        ("PAYERS", vec![Phone]),
        ("JUSTNOW", vec![Time]),
    ];
    let expected = expected.map(|(name, because)| (name.to_owned(), because));
    assert_eq!(found(&facts, &rows), expected);
}

#[test]
fn a_candidate_says_what_would_be_too_much_or_too_little() {
    let mut part = row("PART", 1_000, 0, &[]);
    part["received_kes"] = json!(300);
    let rows = [row("SMALL", 275, 0, &[]), part, row("LARGE", 900, 0, &[])];
    let all = candidates(&facts(700, "", ""), AT_MS, &rows);
    let of = |name: &str| all.iter().find(|it| it.account_reference == name).unwrap();
    let numbers = |name| (of(name).outstanding_kes, of(name).difference_kes);
    assert_eq!(numbers("SMALL"), (275, 425));
    assert_eq!(numbers("PART"), (700, 0));
    assert_eq!(numbers("LARGE"), (900, -200));
    assert_eq!(all[0].account_reference, "PART");
}

#[test]
fn a_paid_payment_is_meant_only_where_more_than_time_speaks_for_it() {
    let paid = |reference: &str, phones: &[&str]| {
        let mut row = row(reference, 700, 0, phones);
        row["paid_at_ms"] = json!(AT_MS);
        row["received_kes"] = json!(700);
        row
    };
    let facts = facts(700, "INV2041", "2547 ***** 126");
    let rows = [
        paid("OTHER", &[]),
        paid("INV2041", &[]),
        paid("AGAIN", &["0700 ••• 126"]),
    ];
    let names: Vec<String> = found(&facts, &rows).into_iter().map(|it| it.0).collect();
    assert_eq!(names, ["INV2041", "AGAIN"]);
    // Its money was taken away since: it needs it again.
    let mut short = paid("SHORT", &[]);
    short["received_kes"] = json!(0);
    assert_eq!(candidates(&facts, AT_MS, &[short])[0].outstanding_kes, 700);
}

#[test]
fn money_without_a_number_may_be_this() {
    let mut row = row("PUSHED", 700, 0, &[]);
    row["paid_at_ms"] = json!(AT_MS);
    row["received_kes"] = json!(700);
    row["unnumbered"] = json!([700]);
    let found = candidates(&facts(700, "", ""), AT_MS, &[row]);
    assert_eq!(found[0].because, [Because::Unnumbered, Because::Time]);
    assert_eq!((found[0].outstanding_kes, found[0].difference_kes), (0, 0));
}

#[test]
fn account_numbers_are_alike_as_people_mistype_them() {
    for (typed, name, expected) in [
        ("INV2041", "INV-2041", true),
        ("inv 2O41", "INV2041", true),
        ("2041", "INV-2041", true),
        ("INV2041 tea", "INV2041", true),
        ("INV2014", "INV2041", true),
        ("INV9999", "INV2041", false),
        ("41", "INV2041", false),
        ("A1", "a1", true),
        ("A1", "A2", false),
        ("DUKA", "DUKB", true),
        ("DUKA", "DUBB", false),
        ("", "", false),
        ("rent of june", "M0123456789", false),
    ] {
        assert_eq!(is_alike(typed, name), expected, "{typed:?} and {name:?}");
    }
    assert_eq!(slips("KITTEN", "SITTING", 3), 3);
    assert_eq!(slips("A", "ABCDEF", 2), 3, "it is not counted any further");
}

#[test]
fn what_mpesa_does_not_tell_is_not_asked_for() {
    let asked = wanted(&facts(700, "0", ""), 5);
    assert_eq!(
        (asked.phone_end.as_str(), asked.account_begins.as_str()),
        ("", "")
    );
    let asked = wanted(&facts(700, "inv-2041", "254700000126"), 5);
    assert_eq!(
        (asked.phone_end.as_str(), asked.account_begins.as_str()),
        ("126", "INV20")
    );
    assert_eq!(asked.reference_begins, "inv-20");
    let unknown = MoneyFacts {
        paid_at_ms: None,
        ..facts(0, "", "2547***26")
    };
    let asked = wanted(&unknown, AT_MS);
    assert_eq!(
        (asked.near_ms.1, asked.phone_end.as_str()),
        (AT_MS + NEAR_MS, "")
    );
    assert!(
        found(&unknown, &[row("ANY", 0, 0, &[])]).is_empty(),
        "it needs no money"
    );
}

#[test]
fn no_more_than_ten_are_shown_and_each_once() {
    let mut rows: Vec<Value> = (0..30)
        .map(|n| row(&format!("R{n:02}"), 700, n, &[]))
        .collect();
    rows.push(rows[0].clone());
    let found = found(&facts(700, "", ""), &rows);
    assert_eq!(found.len(), CANDIDATES_MAX);
    assert_eq!(found.iter().filter(|it| it.0 == "R00").count(), 1);
}
