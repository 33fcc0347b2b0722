//! Whose a receipt is, and who has to be told.

use super::*;
use malipo_shared::AccountReference;

const A: &str = "emulator:main:A";
const B: &str = "emulator:main:B";

fn main() -> LinkId {
    LinkId::parse("main").unwrap()
}

/// Whether each offer that is to be made is sure.
fn offers(record: &ReceiptRecord) -> Vec<bool> {
    let offers = record.to_tell("emulator").into_iter();
    offers
        .filter_map(|tell| match tell.what {
            Told::Offered(facts) => Some(facts.is_trusted),
            Told::Taken | Told::Shown => None,
        })
        .collect()
}

fn facts(is_trusted: bool) -> MoneyFacts {
    MoneyFacts {
        amount_kes: 150,
        paid_at_ms: Some(1),
        or_paid_at_ms: None,
        payer: PayerHint::Unknown,
        bill_ref: "a".into(),
        reference: AccountReference::parse("A").ok(),
        is_trusted,
    }
}

#[test]
fn a_receipt_belongs_to_one_payment() {
    let granted = |is_contested| Claimed::Granted { is_contested };
    for (first, second, expected) in [
        (Rank::Callback, Rank::Callback, Claimed::Denied),
        (Rank::Reference, Rank::Reference, Claimed::Denied),
        (Rank::Callback, Rank::Reference, Claimed::Denied),
        (Rank::Reference, Rank::Typed, Claimed::Denied),
        (Rank::Typed, Rank::Person, Claimed::Denied),
        (Rank::Person, Rank::Typed, granted(true)),
        (Rank::Typed, Rank::Reference, granted(true)),
        (Rank::Reference, Rank::Callback, granted(true)),
    ] {
        let mut record = ReceiptRecord::default();
        assert_eq!(record.claim(A, first), granted(false));
        assert_eq!(record.claim(A, first), granted(false), "asked again");
        assert_eq!(
            record.claim(B, second),
            expected,
            "{first:?} then {second:?}"
        );
        let is_taken = expected != Claimed::Denied;
        let owner = record.owner.clone().unwrap().address;
        assert_eq!(owner, if is_taken { B } else { A });
        assert_eq!(record.losers, if is_taken { vec![A] } else { vec![] });
    }
}

#[test]
fn what_is_not_surely_from_mpesa_cannot_be_typed_in() {
    let mut record = ReceiptRecord::default();
    record.show(&main(), facts(false));
    assert_eq!(record.unmatched(), None);
    record.is_offered = true;
    record.show(&main(), facts(true));
    assert!(record.unmatched().is_some());
    assert_eq!(offers(&record), [true], "offered anew, now that it is sure");
}

#[test]
fn the_account_number_counts_also_when_it_is_told_after_the_money() {
    let payer = PayerHint::read("2547 ***** 126");
    let asked = MoneyFacts {
        bill_ref: String::new(),
        reference: None,
        payer: payer.clone(),
        ..facts(true)
    };
    let mut record = ReceiptRecord::default();
    record.show(&main(), asked.clone());
    assert!(offers(&record).is_empty());
    let unreadable = MoneyFacts {
        amount_kes: 0,
        reference: None,
        ..facts(true)
    };
    record.show(&main(), unreadable);
    assert_eq!(record.facts, Some(asked.clone()), "less is known by it");
    record.show(&LinkId::parse("duka2").unwrap(), facts(true));
    record.show(&main(), facts(false));
    assert_eq!(record.facts, Some(asked.clone()));
    record.is_unlisted = false;
    let vague = MoneyFacts {
        paid_at_ms: Some(2),
        or_paid_at_ms: Some(3),
        ..facts(true)
    };
    record.show(&main(), vague);
    assert_eq!((offers(&record), record.is_unlisted), (vec![true], true));
    let known = record.facts.as_ref().unwrap();
    assert_eq!((&known.payer, known.paid_at_ms), (&payer, Some(1)));
    let told = record.clone();
    record.show(&main(), asked);
    assert_eq!(record, told, "less is no news");
}

#[test]
fn a_doubtful_report_of_one_merchant_hides_no_other_merchants() {
    let other = LinkId::parse("duka2").unwrap();
    let mut record = ReceiptRecord::default();
    record.show(&other, facts(false));
    record.show(&main(), facts(false));
    assert_eq!(
        record.link,
        Some(other.clone()),
        "its payment hears it first"
    );
    for tell in record.to_tell("emulator") {
        record.heard(&tell);
    }
    record.show(&main(), facts(false));
    assert_eq!(record.link, Some(main()));
    record.show(&main(), facts(true));
    record.show(&other, facts(false));
    assert_eq!(record.link, Some(main()), "what is sure stays");
}

#[test]
fn what_became_surer_while_it_was_told_is_told_again() {
    let mut record = ReceiptRecord::default();
    record.show(&main(), facts(false));
    let told = record.to_tell("emulator");
    assert_eq!((offers(&record), &told[0].address[..]), (vec![false], A));
    record.show(&main(), facts(true));
    record.heard(&told[0]);
    assert_eq!(offers(&record), [true]);
    let told = record.to_tell("emulator");
    record.heard(&told[0]);
    assert!(offers(&record).is_empty());
    record.tell_again(true);
    assert_eq!(offers(&record), [true], "nobody has it");
}

#[test]
fn whoever_typed_it_is_told_when_it_is_shown() {
    let mut record = ReceiptRecord::default();
    record.seek(B);
    assert!(!record.has_work(), "there is nothing to tell yet");
    record.show(&main(), facts(true));
    record.is_unlisted = false;
    for tell in record.to_tell("emulator") {
        assert!(record.has_work(), "before {tell:?} is heard");
        record.heard(&tell);
    }
    assert!(!record.has_work());
}

#[test]
fn one_merchant_learns_nothing_of_anothers_money() {
    let other = LinkId::parse("duka2").unwrap();
    let mut record = ReceiptRecord::default();
    record.show(&main(), facts(true));
    assert!(record.seen_by(&main()).unmatched().is_some());
    assert_eq!(record.seen_by(&other).unmatched(), None);
    record.show(&other, facts(true));
    assert_eq!(record.link, Some(main()), "the first stays");
    record.claim(A, Rank::Reference);
    record.seek(B);
    assert!(record.seen_by(&main()).owner.is_some());
    let seen = record.seen_by(&other);
    assert_eq!((seen.facts, seen.owner, seen.link), (None, None, None));
    assert_eq!(seen.seekers, Vec::<String>::new());
}

#[test]
fn what_somebody_owns_is_not_unmatched() {
    let mut record = ReceiptRecord::default();
    record.show(&main(), facts(true));
    record.claim(A, Rank::Reference);
    assert_eq!(record.unmatched(), None);
}

#[test]
fn who_paid_is_forgotten_only_when_the_money_has_a_place() {
    let mut record = ReceiptRecord::default();
    let facts = MoneyFacts {
        payer: PayerHint::read("2547 ***** 126"),
        bill_ref: "0700 000 126".into(),
        ..facts(true)
    };
    record.show(&main(), facts);
    let shown = record.clone();
    record.forget_payer();
    assert_eq!(record, shown, "it may have to go back");
    record.claim(A, Rank::Person);
    record.is_unlisted = false;
    record.forget_payer();
    let facts = record.facts.as_ref().unwrap();
    assert_eq!(
        (&facts.payer, facts.bill_ref.as_str()),
        (&PayerHint::Unknown, "")
    );
    assert_eq!(facts.amount_kes, 150);
    assert!(record.is_unlisted, "the list forgets too");
}

#[test]
fn a_loser_who_proves_more_is_no_loser() {
    let mut record = ReceiptRecord::default();
    record.claim(A, Rank::Typed);
    record.claim(B, Rank::Reference);
    record.claim(A, Rank::Callback);
    assert_eq!(record.losers, vec![B]);
}
