//! A payment by which no money can have moved ends after it could last be paid; any other stays.

use super::*;

const END_MS: u64 = T0_MS + rules::UNSIGNED_ORDER_MS + rules::UNUSED_KEPT_MS;

fn ends_at_ms(story: &Story, terms: Terms) -> Option<u64> {
    story.payment.ends_at_ms(terms, END_MS)
}

fn closed(mut story: Story) -> Story {
    story.at(rules::UNSIGNED_ORDER_MS / 1000, Event::AlarmRang);
    story
}

#[test]
fn one_that_was_only_opened_ends_a_day_after_it_expired() {
    let open = Story::opened();
    assert_eq!(open.payment.ends_at_ms(Terms::default(), T0_MS), None);
    assert_eq!(ends_at_ms(&closed(open), Terms::default()), Some(END_MS));
}

#[test]
fn the_shop_hears_of_its_end_first() {
    let terms = Terms { has_webhook: true };
    let mut story = closed(Story::opened());
    assert_eq!(ends_at_ms(&story, terms), None);
    let heard = Event::WebhookAnswered {
        sequence: 1,
        status: Some(200),
    };
    story.at(90_000, heard);
    assert_eq!(ends_at_ms(&story, terms), Some(END_MS));
}

#[test]
fn one_that_money_may_have_moved_by_stays() {
    let mut pushed = Story::opened();
    pushed.push(1);
    pushed.at(2, refused(1, Reason::Other, None));
    let mut by_hand = Story::opened();
    let seen = Event::ReceiptSeen {
        receipt: MpesaReceipt::parse("UJ2V87JLMD").unwrap(),
        amount_kes: 10,
        paid_at_ms: None,
        rank: Rank::Reference,
        is_trusted: true,
        said: None,
    };
    by_hand.at(1, seen);
    for story in [pushed, by_hand] {
        assert!(story.payment.is_listed());
        assert_eq!(ends_at_ms(&closed(story), Terms::default()), None);
    }
}

/// The house refuses a push before it leaves: anyone may ask for as many.
#[test]
fn a_push_that_never_left_keeps_nothing() {
    let mut story = Story::opened();
    let reserved = story.reserve(1).unwrap();
    story.at(1, reserved);
    assert!(story.payment.is_listed(), "it may leave");
    story.at(2, refused(1, Reason::Other, None));
    assert!(!story.payment.is_listed());
    assert_eq!(ends_at_ms(&closed(story), Terms::default()), Some(END_MS));
}

#[test]
fn what_its_customer_typed_in_vain_is_kept_for_the_shop_and_ends_in_thirty_days() {
    let receipt = MpesaReceipt::parse("UJ2V87JLMD").unwrap();
    let typed = Event::ReceiptTyped {
        receipt: receipt.clone(),
    };
    let mut story = Story::opened();
    story.at(1, typed);
    let looked = Event::ReceiptLookedUp {
        receipt,
        finding: Finding::Unknown {
            may_be_shown: false,
        },
        auto_claim_max_kes: 0,
    };
    story.at(2, looked);
    let story = closed(story);
    assert!(story.payment.is_listed());
    let end_ms = T0_MS + rules::UNSIGNED_ORDER_MS + rules::TYPED_KEPT_MS;
    assert_eq!(ends_at_ms(&story, Terms::default()), Some(end_ms));
}

#[test]
fn what_the_shops_server_has_named_stays() {
    let mut story = Story::opened();
    let Event::Opened { order, .. } = &mut story.journal[0].event else {
        panic!("not opened")
    };
    order.origin = Origin::Server {
        reference: "INV-1".into(),
        issued_at_ms: T0_MS,
    };
    story.payment = Payment::fold(&story.journal);
    assert!(story.payment.is_listed());
    assert_eq!(ends_at_ms(&closed(story), Terms::default()), None);
}
