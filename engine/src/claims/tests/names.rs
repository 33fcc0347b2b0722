//! Money that names an order by the shop's own name.

use super::*;

fn typed(bill_ref: &str, reference: Option<&str>) -> MoneyFacts {
    MoneyFacts {
        bill_ref: bill_ref.into(),
        reference: reference.and_then(|text| AccountReference::parse(text).ok()),
        ..facts(true)
    }
}

fn sought(record: &ReceiptRecord) -> Option<String> {
    record.seeks_name().map(|(reading, _)| reading)
}

#[test]
fn the_shops_names_are_looked_through_after_the_account_number() {
    let mut record = ReceiptRecord::default();
    record.show(&main(), typed("inv-2041", Some("INV2041")));
    assert_eq!(sought(&record), None, "its account number goes first");
    for tell in record.to_tell("emulator") {
        record.heard(&tell);
    }
    assert_eq!(sought(&record).as_deref(), Some("INV2041"));
    assert!(record.is_first_look() && record.has_work());
    let mut found = record.clone();
    found.looked_enough();
    assert_eq!(sought(&found), None);
    for _ in 0..6 {
        record.looked();
    }
    assert_eq!(sought(&record), None, "it is not looked for for ever");
    record.tell_again(false);
    for tell in record.to_tell("emulator") {
        record.heard(&tell);
    }
    assert!(sought(&record).is_some(), "a sweep looks once more");
    record.claim(A, Rank::Name);
    assert_eq!(sought(&record), None);
}

#[test]
fn only_what_is_sure_and_can_count_looks_for_a_name() {
    for facts in [
        MoneyFacts {
            is_trusted: false,
            ..typed("INV-2041-LONGER", None)
        },
        MoneyFacts {
            amount: PaidAmount::Other("1e3".into()),
            ..typed("INV-2041-LONGER", None)
        },
        typed(" -/ ", None),
        typed("", None),
    ] {
        let mut record = ReceiptRecord::default();
        record.show(&main(), facts.clone());
        assert_eq!(sought(&record), None, "{facts:?}");
    }
    let mut record = ReceiptRecord::default();
    record.show(&main(), typed("INV-2041-LONGER", None));
    assert_eq!(sought(&record).as_deref(), Some("INV2041LONGER"));
}
