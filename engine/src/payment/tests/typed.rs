//! Receipts that customers type, and what the shop hears in which order.

use super::money::{A, B, denied, doubtful, granted, number, seen};
use super::*;
use crate::webhook::Kind;
use malipo_shared::api::TypedStatus;

fn looked_up(receipt: &str, finding: Finding, auto_claim_max_kes: u32) -> Event {
    Event::ReceiptLookedUp {
        receipt: number(receipt),
        finding,
        auto_claim_max_kes,
    }
}

fn unmatched(amount_kes: u32, paid_secs: u64) -> Finding {
    Finding::Unmatched {
        amount_kes,
        paid_at_ms: Some(T0_MS + paid_secs * 1000),
        is_payer_other: false,
        is_payer_pushed: true,
    }
}

#[test]
fn a_typed_receipt_is_a_pointer() {
    use TypedStatus::{Checking, Counted, NeedsShop, NotFoundYet};
    let unknown = |may_be_shown| Finding::Unknown { may_be_shown };
    let other_payer = Finding::Unmatched {
        amount_kes: 150,
        paid_at_ms: Some(T0_MS),
        is_payer_other: true,
        is_payer_pushed: false,
    };
    let unknown_payer = Finding::Unmatched {
        amount_kes: 150,
        paid_at_ms: Some(T0_MS),
        is_payer_other: false,
        is_payer_pushed: false,
    };
    for (name, finding, max_kes, status, received_kes) in [
        (
            "right, and small enough",
            unmatched(150, 0),
            150,
            Counted,
            150,
        ),
        (
            "right, and too large for a machine",
            unmatched(150, 0),
            149,
            NeedsShop,
            0,
        ),
        ("too much", unmatched(151, 0), 1000, NotFoundYet, 0),
        ("too little", unmatched(149, 0), 1000, NotFoundYet, 0),
        (
            "from before the order",
            unmatched(150, 0),
            1000,
            Counted,
            150,
        ),
        ("too young", unmatched(150, 100), 1000, Checking, 0),
        ("another payer's", other_payer, 1000, NotFoundYet, 0),
        (
            "a payer whom nobody can compare",
            unknown_payer,
            1000,
            NeedsShop,
            0,
        ),
        (
            "another order's",
            Finding::Elsewhere { may_be_shown: true },
            1000,
            NotFoundYet,
            0,
        ),
        ("unknown", unknown(true), 1000, NotFoundYet, 0),
        ("unknowable", unknown(false), 1000, NeedsShop, 0),
    ] {
        let mut story = Story::opened();
        story.at(1, Event::ReceiptTyped { receipt: number(A) });
        assert_eq!(story.view(1).typed_status, Some(Checking));
        story.at(200, looked_up(A, finding, max_kes));
        assert_eq!(story.view(200).typed_status, Some(status), "{name}");
        assert_eq!(story.payment.received_kes(), received_kes, "{name}");
    }
}

#[test]
fn a_typed_receipt_that_is_too_old_is_not_taken() {
    let mut story = Story::opened();
    story.at(1, Event::ReceiptTyped { receipt: number(A) });
    let finding = Finding::Unmatched {
        amount_kes: 150,
        paid_at_ms: Some(T0_MS - rules::TYPED_BEFORE_OPENED_MS - 1),
        is_payer_other: false,
        is_payer_pushed: true,
    };
    story.at(200, looked_up(A, finding, 1000));
    assert_eq!(story.view(200).typed_status, Some(TypedStatus::NotFoundYet));
}

#[test]
fn a_typed_receipt_that_nobody_knows_goes_to_the_shop_in_the_end() {
    let mut story = Story::opened();
    story.at(1, Event::ReceiptTyped { receipt: number(A) });
    let mut looks = 0;
    while let Some(at_ms) = story.payment.typed()[0].next_look_at_ms {
        let secs = (at_ms - T0_MS) / 1000;
        story.at(
            secs,
            looked_up(A, Finding::Unknown { may_be_shown: true }, 0),
        );
        looks += 1;
    }
    assert_eq!(looks, 1 + rules::TYPED_LOOKS_MS.len());
    assert_eq!(story.view(9000).typed_status, Some(TypedStatus::NeedsShop));
    assert_eq!(story.payment.reviews().len(), 1);
}

#[test]
fn whoever_types_the_same_again_and_again_fills_no_journal() {
    let mut story = Story::opened();
    let is_news = |story: &Story, secs: u64| {
        let now_ms = T0_MS + secs * 1000;
        story.payment.is_typed_anew(&number(A), now_ms)
    };
    assert!(is_news(&story, 1));
    story.at(1, Event::ReceiptTyped { receipt: number(A) });
    assert!(!is_news(&story, 2), "it is being looked for");
    story.at(2, looked_up(A, Finding::Unknown { may_be_shown: true }, 0));
    assert!(!is_news(&story, 3));
    assert!(is_news(&story, 2 + rules::TYPED_AGAIN_MS / 1000));
    story.at(20, looked_up(A, unmatched(150, 0), 0));
    assert!(!is_news(&story, 9000), "it is the shop's");
    assert!(story.payment.is_typed_anew(&number(B), 21), "another is");
}

#[test]
fn what_somebody_reported_and_the_customer_typed_counts_once_mpesa_shows_it() {
    for (max_kes, status, received_kes) in [
        (1000, TypedStatus::Counted, 150),
        (0, TypedStatus::NeedsShop, 0),
    ] {
        let mut story = Story::opened();
        story.at(1, doubtful(A, 100, 0));
        story.at(2, Event::ReceiptTyped { receipt: number(A) });
        story.at(200, looked_up(A, unmatched(150, 0), max_kes));
        assert_eq!(story.view(200).typed_status, Some(status));
        assert_eq!(story.payment.received_kes(), received_kes);
    }
}

#[test]
fn a_typed_receipt_that_is_proven_another_way_counts_once() {
    let mut story = Story::prompted();
    story.at(5, Event::ReceiptTyped { receipt: number(A) });
    story.at(9, success(1, A, 150));
    assert_eq!(story.view(9).typed_status, Some(TypedStatus::Counted));
    story.at(200, looked_up(A, unmatched(150, 8), 1000));
    story.check(200, State::Paid, 150);
}

#[test]
fn a_receipt_denied_to_a_typist_is_claimed_again_by_its_callback() {
    let mut story = Story::prompted();
    story.at(5, Event::ReceiptTyped { receipt: number(A) });
    story.only(200, looked_up(A, unmatched(150, 8), 1000));
    story.only(201, denied(A));
    story.only(202, success(1, A, 150));
    assert_eq!(story.claims(202), [(number(A), Rank::Callback)]);
    story.only(203, granted(A, Rank::Callback));
    story.check(203, State::Paid, 150);
}

#[test]
fn the_shop_hears_of_paid_before_all_else_and_of_the_newest_after() {
    let mut story = Story::opened();
    let hears = Terms { has_webhook: true };
    let due = |story: &Story, secs: u64| -> Vec<u32> {
        let due = story.payment.due(hears, T0_MS + secs * 1000);
        due.iter()
            .filter_map(|effect| {
                if let Effect::Deliver { sequence } = effect {
                    Some(*sequence)
                } else {
                    None
                }
            })
            .collect()
    };
    story.at(5, seen(A, 100, 4));
    assert_eq!(due(&story, 5), [1], "part paid");
    story.at(
        6,
        Event::WebhookAnswered {
            sequence: 1,
            status: Some(500),
        },
    );
    assert_eq!(due(&story, 6), Vec::<u32>::new(), "it waits");
    story.at(7, seen(B, 60, 6));
    let kinds: Vec<_> = story
        .payment
        .deliveries()
        .iter()
        .map(|d| (d.kind, d.standing))
        .collect();
    assert_eq!(
        kinds,
        [
            (Kind::PartPaid, Hearing::Superseded),
            (Kind::Paid, Hearing::Due(T0_MS + 7000)),
            (Kind::Overpaid, Hearing::Due(T0_MS + 7000)),
        ]
    );
    assert_eq!(due(&story, 7), [2], "paid first");
    story.at(
        8,
        Event::WebhookAnswered {
            sequence: 2,
            status: Some(204),
        },
    );
    assert_eq!(due(&story, 8), [3]);
    story.at(
        9,
        Event::WebhookAnswered {
            sequence: 3,
            status: None,
        },
    );
    story.at(10, Event::RedeliveryAsked { sequence: 2 });
    assert_eq!(due(&story, 10), [2], "by command, at once");
}

#[test]
fn only_numbers_to_which_a_push_was_sent_prove_a_payer() {
    let pushed = |story: &Story| story.payment.pushed_phones().collect::<Vec<_>>();
    let mut story = Story::opened();
    assert_eq!(pushed(&story), Vec::<u8>::new());
    let event = story.payment.reserve_push(1, ask(1), T0_MS + 1000).unwrap();
    story.at(1, event);
    assert_eq!(pushed(&story), Vec::<u8>::new(), "reserved");
    story.at(2, refused(1, Reason::Other, Some(0)));
    assert_eq!(pushed(&story), Vec::<u8>::new(), "it never left");
    let event = story.payment.reserve_push(2, ask(3), T0_MS + 3000).unwrap();
    story.at(3, event);
    story.at(3, leaving(2, 3));
    story.at(4, refused(2, Reason::SystemBusy, Some(30)));
    assert_eq!(
        pushed(&story),
        Vec::<u8>::new(),
        "refused before it was taken"
    );
    let event = story
        .payment
        .reserve_push(3, ask(40), T0_MS + 40_000)
        .unwrap();
    story.at(40, event);
    story.at(40, leaving(3, 40));
    story.at(41, accepted(3));
    assert_eq!(pushed(&story), [3]);
    story.at(60, decline(3, "1032"));
    assert_eq!(pushed(&story), [3], "it rang there");
}
