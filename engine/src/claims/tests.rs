//! Whose a receipt is, and who has to be told.

mod names;

use super::*;
use crate::daraja::PaidAmount;
use crate::receipt_entry::entry_of;
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
            News::Offered(facts) => Some(facts.is_trusted),
            News::Taken | News::Shown => None,
        })
        .collect()
}

fn facts(is_trusted: bool) -> MoneyFacts {
    MoneyFacts {
        amount: PaidAmount::Whole(150),
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
        (Rank::Typed, Rank::Name, granted(true)),
        (Rank::Name, Rank::Name, Claimed::Denied),
        (Rank::Name, Rank::Reference, granted(true)),
        (Rank::Reference, Rank::Name, Claimed::Denied),
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
        amount: PaidAmount::Other("".into()),
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
    record.looked_enough(); // no order's own name reads so
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
    assert_eq!(facts.amount, PaidAmount::Whole(150));
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

#[test]
fn what_cannot_be_read_hides_nothing_and_gives_way_to_what_can() {
    for (was_trusted, is_trusted) in [(false, false), (false, true), (true, true)] {
        let mut record = ReceiptRecord::default();
        record.show(&main(), MoneyFacts::unread(was_trusted));
        assert!(offers(&record).is_empty());
        assert_eq!(record.unmatched(), None, "nobody can type it in");
        record.show(&main(), facts(is_trusted));
        assert_eq!(
            offers(&record),
            [is_trusted],
            "it is offered once it can be read"
        );
        record.show(&main(), MoneyFacts::unread(true));
        assert_eq!(
            record.facts.as_ref().unwrap().amount,
            PaidAmount::Whole(150)
        );
    }
    // Another merchant's stands in nobody's way.
    let mut record = ReceiptRecord::default();
    record.show(&LinkId::parse("duka2").unwrap(), MoneyFacts::unread(true));
    record.show(&main(), facts(true));
    assert_eq!(
        (record.link.clone(), offers(&record)),
        (Some(main()), vec![true])
    );
    // An answer of M-PESA's tells the amount, and no account number: what was typed is kept.
    let mut record = ReceiptRecord::default();
    let odd = MoneyFacts {
        amount: PaidAmount::Other("KES 150".into()),
        reference: None,
        ..facts(true)
    };
    record.show(&main(), odd);
    let asked = MoneyFacts {
        bill_ref: String::new(),
        reference: None,
        ..facts(true)
    };
    record.show(&main(), asked);
    assert_eq!(offers(&record), [true]);
    assert_eq!(record.facts.unwrap().bill_ref, "a");
}

#[test]
fn cents_are_nobodys_by_being_typed() {
    let mut record = ReceiptRecord::default();
    let cents = MoneyFacts {
        amount: PaidAmount::Other("150.75".into()),
        ..facts(true)
    };
    record.show(&main(), cents);
    assert_eq!(record.unmatched(), None);
    assert_eq!(offers(&record), [true], "its account number still counts");
}

#[test]
fn another_merchants_people_do_not_keep_what_mpesa_shows_to_this_one() {
    const THEIRS: &str = "emulator:duka:X";
    let duka = LinkId::parse("duka").unwrap();
    let granted = Claimed::Granted {
        is_contested: false,
    };
    let mut record = ReceiptRecord::default();
    record.show(&duka, facts(false));
    for releases in 0..3 {
        assert_eq!(record.claim_after(THEIRS, Rank::Person, releases), granted);
        record.release(THEIRS, releases + 1);
    }
    assert_eq!(record.claim_after(THEIRS, Rank::Person, 3), granted);
    let strength = |record: &ReceiptRecord, link| entry_of(&record.seen_by(link)).strength;
    let before = strength(&record, &duka);
    record.show(&main(), facts(true));
    assert_eq!(record.owner, None);
    assert!(strength(&record, &main()) > before, "its list shows it");
    let told = record.to_tell("emulator");
    assert!(
        told.iter()
            .any(|tell| tell.address == THEIRS && tell.what == News::Taken)
    );
    assert_eq!(record.claim_after(THEIRS, Rank::Person, 3), Claimed::Denied);
    assert_eq!(record.claim_after(A, Rank::Person, 0), granted);
}

#[test]
fn what_is_set_aside_is_nobodys_and_listed() {
    let mut record = ReceiptRecord::default();
    record.claim(A, Rank::Callback);
    record.is_unlisted = false;
    let before = entry_of(&record).strength;
    record.set_aside(A, &main(), facts(false));
    assert_eq!((&record.owner, record.is_unlisted), (&None, true));
    assert!(entry_of(&record).strength > before);
    assert_eq!(
        record.claim_after(B, Rank::Person, 0),
        Claimed::Granted {
            is_contested: false
        }
    );
    record.set_aside(A, &main(), facts(false));
    assert!(record.owner.is_some(), "another payment's stays");
}

#[test]
fn what_cannot_be_read_and_comes_again_is_listed_again() {
    let mut record = ReceiptRecord::default();
    record.show(&main(), MoneyFacts::unread(true));
    assert!(record.settle());
    record.is_unlisted = false;
    let before = entry_of(&record).strength;
    record.show(&main(), MoneyFacts::unread(true));
    assert_eq!((record.is_settled, record.is_unlisted), (false, true));
    assert!(entry_of(&record).strength > before);
}

#[test]
fn only_what_mpesa_has_surely_said_in_an_amount_that_counts_is_not_asked_about() {
    assert!(facts(true).is_sure());
    for unsure in [
        facts(false),
        MoneyFacts::unread(true),
        MoneyFacts::unread(false),
    ] {
        assert!(!unsure.is_sure(), "{unsure:?}");
    }
}
