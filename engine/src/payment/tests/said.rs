//! Amounts as M-PESA says them, bodies that cannot be read, and money that comes under the shop's own name of an order.

use super::money::{A, B, granted, number, seen};
use super::*;
use crate::webhook::Kind;

fn seen_with_cents(receipt: &str, amount_kes: u32, said: &str) -> Event {
    let mut event = seen(receipt, amount_kes, 9);
    if let Event::ReceiptSeen { said: told, .. } = &mut event {
        *told = Some(said.to_owned());
    }
    event
}

fn unread(attempt: u32, receipts: &[&str]) -> Event {
    Event::CallbackUnread {
        attempt,
        receipts: receipts.iter().map(|text| number(text)).collect(),
    }
}

fn kinds(story: &Story) -> Vec<Kind> {
    story.payment.deliveries().iter().map(|d| d.kind).collect()
}

#[test]
fn whole_shillings_count_and_the_cents_go_before_a_person() {
    let mut story = Story::opened();
    story.at(10, seen_with_cents(A, 150, "150.75"));
    story.check(10, State::Paid, 150);
    let reviews = story.payment.reviews();
    assert_eq!(reviews.len(), 1);
    assert!(reviews[0].contains("KES 150.75"), "{reviews:?}");
    assert!(kinds(&story).contains(&Kind::Paid) && kinds(&story).contains(&Kind::Review));
    let facts = story.payment.facts(false, &[], T0_MS + 10_000).unwrap();
    assert_eq!(facts.receipts[0].amount_kes, 150);
    assert_eq!(facts.receipts[0].amount_said.as_deref(), Some("150.75"));
    let told = timeline(&story.journal);
    assert!(told.iter().any(|line| line.what.contains("KES 150.75")));
}

#[test]
fn cents_that_another_channel_tells_of_a_push_are_not_lost() {
    let mut story = Story::prompted();
    story.at(8, success(1, A, 150));
    story.at(10, seen_with_cents(A, 150, "150.50"));
    story.check(10, State::Paid, 150);
    assert!(story.payment.reviews()[0].contains("150.50"));
}

#[test]
fn an_event_without_the_new_field_is_written_and_read_as_before() {
    let old = r#"{"v":1,"event":{"ReceiptSeen":{"receipt":"UJ2V87JLMA","amount_kes":150,"paid_at_ms":null,"rank":"reference","is_trusted":true}}}"#;
    let written = Recorded::once(seen(A, 150, 9), 0).text();
    assert!(!written.contains("said"), "{written}");
    let key = |text: &str| text.split("\"receipt\"").next().unwrap().to_owned();
    let old = old.replace(&key(old), &key(&written));
    let Event::ReceiptSeen { said, .. } = Recorded::read(&old).unwrap().event else {
        panic!("another event")
    };
    assert_eq!(said, None);
}

#[test]
fn a_callback_that_cannot_be_read_goes_before_a_person_and_mpesa_is_asked() {
    let mut story = Story::prompted();
    let effects = story.at(8, unread(1, &[A]));
    assert!(effects.iter().any(|e| matches!(e, Effect::Alert(_))));
    let reviews = story.payment.reviews();
    assert!(reviews[0].contains(A), "{reviews:?}");
    assert_eq!(kinds(&story), [Kind::Review]);
    // At once: any push that stays silent is asked about later.
    let due = story.payment.due(Terms::default(), T0_MS + 8_000);
    assert!(
        due.iter().any(|e| matches!(e, Effect::Query { .. })),
        "{due:?}"
    );
    story.view(8);
    // It moves nothing by itself.
    story.check(8, State::AwaitingPin, 0);
    // M-PESA's word without a number: the number is still to be found.
    story.at(41, queried(1, "0"));
    story.check(41, State::Paid, 150);
    assert_eq!(story.payment.reviews().len(), 1);
    // The confirmation brings it.
    story.at(50, seen(A, 150, 9));
    assert!(story.payment.reviews().is_empty());
}

#[test]
fn an_unread_callback_is_no_matter_once_a_readable_one_has_declined() {
    let mut story = Story::prompted();
    story.at(8, unread(1, &[]));
    assert!(story.payment.reviews()[0].contains("statement"));
    story.at(9, callback(1, "1032", None, StkProof::default()));
    assert!(story.payment.reviews().is_empty());
}

#[test]
fn the_shops_own_name_is_weaker_than_an_account_number_and_stronger_than_a_typed_receipt() {
    assert!(Rank::Typed < Rank::Name && Rank::Name < Rank::Reference);
    let mut story = Story::opened();
    let mut named = seen(B, 150, 9);
    if let Event::ReceiptSeen { rank, .. } = &mut named {
        *rank = Rank::Name;
    }
    story.only(10, named);
    assert_eq!(story.claims(10), [(number(B), Rank::Name)]);
    story.only(10, granted(B, Rank::Name));
    story.check(10, State::Paid, 150);
    let record = Recorded::once(granted(B, Rank::Name), 0).text();
    assert!(record.contains("\"name\""), "{record}");
}
