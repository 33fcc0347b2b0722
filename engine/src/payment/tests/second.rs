//! One push pays once, whatever its callbacks, M-PESA's rows and the order of their coming say.

use super::money::{A, B, granted, number, seen};
use super::*;
use crate::webhook::Kind;

const C: &str = "UJ2V87JLMC";

fn kinds(story: &Story) -> Vec<Kind> {
    story.payment.deliveries().iter().map(|d| d.kind).collect()
}

fn lists(story: &Story, secs: u64) -> Vec<(String, u32)> {
    let due = story.payment.due(Terms::default(), T0_MS + secs * 1000);
    due.into_iter()
        .filter_map(|effect| {
            if let Effect::ListReceipt {
                receipt,
                amount_kes,
                ..
            } = effect
            {
                Some((receipt.to_string(), amount_kes))
            } else {
                None
            }
        })
        .collect()
}

#[test]
fn a_second_receipt_of_one_push_goes_before_a_person() {
    let mut story = Story::prompted();
    story.at(9, success(1, A, 150));
    let effects = story.at(12, success(1, B, 150));
    story.check(12, State::Paid, 150);
    assert_eq!(story.view(12).excess_kes, 0);
    assert_eq!(kinds(&story), [Kind::Paid, Kind::Review]);
    let reviews = story.payment.reviews();
    assert!(reviews.len() == 1 && reviews[0].contains(B), "{reviews:?}");
    assert!(
        matches!(effects.as_slice(), [Effect::Alert(_)]),
        "{effects:?}"
    );
    // It is kept, and shown to the shop's people until it is there.
    assert!(story.payment.receipt(&number(B)).is_some());
    assert_eq!(lists(&story, 12), [(B.to_owned(), 150)]);
    story.at(13, Event::ReceiptListed { receipt: number(B) });
    assert_eq!(lists(&story, 13), Vec::new());
    assert_eq!(
        story.payment.reviews(),
        reviews,
        "a person has still to look"
    );
    story.check(13, State::Paid, 150);
}

#[test]
fn a_second_receipt_waits_for_nothing() {
    let mut story = Story::prompted();
    story.at(9, success(1, A, 150));
    story.at(12, success(1, B, 150));
    story.at(13, Event::ReceiptListed { receipt: number(B) });
    let wakes = story.payment.next_wake_ms(Terms::default(), T0_MS + 13_000);
    assert_eq!(wakes, None);
}

#[test]
fn whatever_else_a_further_callback_says_the_push_pays_once() {
    let without_id = |receipt: &str| {
        let proof = StkProof {
            amount: None,
            receipt: Some(number(receipt)),
            paid_at_ms: None,
        };
        callback(1, "0", None, proof)
    };
    let other_push = |receipt: &str| {
        let proof = StkProof {
            amount: Some(PaidAmount::Whole(150)),
            receipt: Some(number(receipt)),
            paid_at_ms: None,
        };
        callback(1, "0", Some("ws_CO_9".into()), proof)
    };
    for (name, further, reviews) in [
        ("the same again", vec![success(1, A, 150)], 0),
        ("another amount", vec![success(1, B, 50)], 1),
        (
            "the same receipt, another amount",
            vec![success(1, A, 50)],
            1,
        ),
        ("no id, no amount", vec![without_id(B)], 1),
        ("another push's id", vec![other_push(B)], 1),
        ("a third", vec![success(1, B, 150), success(1, C, 150)], 2),
        ("twice", vec![success(1, B, 150), success(1, B, 150)], 1),
        (
            "and the first again",
            vec![success(1, B, 150), success(1, A, 150)],
            1,
        ),
        ("a decline", vec![decline(1, "1032")], 0),
    ] {
        let mut story = Story::prompted();
        story.at(9, success(1, A, 150));
        for (step, event) in further.into_iter().enumerate() {
            story.at(12 + step as u64, event);
        }
        story.at(60, queried(1, "0"));
        story.check(60, State::Paid, 150);
        assert_eq!(story.payment.reviews().len(), reviews, "{name}");
        assert_eq!(story.view(60).receipt.as_deref(), Some(A), "{name}");
    }
}

/// Every order of these messages about one push ends alike.
fn in_every_order(messages: &[Event], check: fn(&Story, &[usize])) {
    let mut orders: Vec<Vec<usize>> = vec![vec![]];
    for n in 0..messages.len() {
        let with_n = |order: Vec<usize>| {
            (0..=order.len()).map(move |at| {
                let mut longer = order.clone();
                longer.insert(at, n);
                longer
            })
        };
        orders = orders.into_iter().flat_map(with_n).collect();
    }
    for order in orders {
        let mut story = Story::prompted();
        for (step, n) in order.iter().enumerate() {
            story.at(10 + step as u64, messages[*n].clone());
        }
        check(&story, &order);
    }
}

#[test]
fn mpesas_own_row_says_which_of_two_receipts_the_push_was_paid_by() {
    let messages = [
        success(1, A, 150),
        success(1, B, 150),
        seen(B, 150, 9),
        queried(1, "0"),
    ];
    in_every_order(&messages, |story, order| {
        story.check(30, State::Paid, 150);
        assert_eq!(story.view(30).receipt.as_deref(), Some(B), "{order:?}");
        assert_eq!(story.payment.reviews().len(), 1, "{order:?}");
    });
}

#[test]
fn money_by_hand_counts_beside_its_push() {
    let messages = [success(1, A, 150), seen(A, 150, 9), seen(B, 150, 9)];
    in_every_order(&messages, |story, order| {
        story.check(30, State::Paid, 300);
        assert_eq!(story.payment.reviews(), Vec::<String>::new(), "{order:?}");
    });
}

#[test]
fn money_that_mpesa_shows_twice_is_two_payments_though_one_push_named_both() {
    let messages = [
        success(1, A, 150),
        success(1, B, 150),
        seen(A, 150, 9),
        seen(B, 150, 9),
    ];
    in_every_order(&messages, |story, order| {
        story.check(30, State::Paid, 300);
        assert_eq!(story.payment.reviews(), Vec::<String>::new(), "{order:?}");
    });
}

#[test]
fn mpesas_own_row_says_how_much_a_receipt_is() {
    let messages = [success(1, A, 150), seen(A, 140, 9)];
    in_every_order(&messages, |story, order| {
        assert_eq!(story.payment.received_kes(), 140, "{order:?}");
        assert_eq!(story.payment.reviews().len(), 1, "{order:?}");
    });
}

#[test]
fn a_person_may_count_what_was_set_aside() {
    let mut story = Story::prompted();
    story.at(9, success(1, A, 150));
    story.at(12, success(1, B, 150));
    let mut event = seen(B, 150, 9);
    if let Event::ReceiptSeen { rank, .. } = &mut event {
        *rank = Rank::Person;
    }
    story.at(60, event);
    story.check(60, State::Paid, 300);
    assert_eq!(story.payment.reviews(), Vec::<String>::new());
}

#[test]
fn what_a_person_counts_beside_it_stays_counted_whenever_mpesa_shows_the_first() {
    let assigned = Event::ReceiptAssigned {
        receipt: number(B),
        amount_kes: 150,
        said: None,
        paid_at_ms: None,
        outstanding_kes: 0,
    };
    for shown_first in [true, false] {
        let mut story = Story::prompted();
        story.at(9, success(1, A, 150));
        story.at(12, success(1, B, 150));
        let mut events = vec![(20, seen(A, 150, 9)), (60, assigned.clone())];
        if !shown_first {
            events.reverse();
        }
        for (secs, event) in events {
            story.at(secs, event);
        }
        story.check(61, State::Paid, 300);
        assert!(
            story.payment.release(&number(B)).is_ok(),
            "and can be taken back"
        );
    }
}

#[test]
fn a_grant_that_comes_after_it_was_set_aside_does_not_count_it() {
    let mut story = Story::prompted();
    story.only(9, seen(B, 150, 9));
    story.only(10, success(1, A, 150));
    story.only(11, granted(B, Rank::Reference));
    story.only(12, success(1, B, 150));
    story.only(13, granted(A, Rank::Callback));
    story.check(13, State::Paid, 150);
    assert_eq!(story.claims(13), Vec::new());
}

#[test]
fn one_receipt_is_not_two_pushes_money() {
    let mut story = Story::prompted();
    story.at(9, success(1, A, 150));
    let mut two = Story::prompted();
    two.at(200, Event::AlarmRang);
    two.at(201, Event::CustomerDeclaredNotCharged { attempt: 1 });
    two.push(202);
    two.at(203, accepted(2));
    two.at(210, success(2, A, 150));
    two.at(220, success(1, A, 150));
    two.check(220, State::Paid, 150);
    assert_eq!(
        queries(&two.payment, T0_MS + 240_000),
        1,
        "M-PESA is asked about the first"
    );
    two.at(260, queried(1, "1032"));
    two.check(260, State::Paid, 150);
    assert_eq!(two.payment.reviews().len(), 1);
}
