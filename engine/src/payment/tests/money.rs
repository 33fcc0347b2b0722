//! Receipts from every channel: counted once, for one payment, whatever their order.

use super::*;
use crate::webhook::Kind;

pub(super) const A: &str = "UJ2V87JLMA";
pub(super) const B: &str = "UJ2V87JLMB";

pub(super) fn number(text: &str) -> MpesaReceipt {
    MpesaReceipt::parse(text).unwrap()
}

/// A C2B confirmation with this payment's reference, paid at a second.
pub(super) fn seen(receipt: &str, amount_kes: u32, paid_secs: u64) -> Event {
    Event::ReceiptSeen {
        receipt: number(receipt),
        amount_kes,
        paid_at_ms: Some(T0_MS + paid_secs * 1000),
        rank: Rank::Reference,
        is_trusted: true,
        said: None,
    }
}

pub(super) fn doubtful(receipt: &str, amount_kes: u32, paid_secs: u64) -> Event {
    let mut event = seen(receipt, amount_kes, paid_secs);
    if let Event::ReceiptSeen { is_trusted, .. } = &mut event {
        *is_trusted = false;
    }
    event
}

pub(super) fn granted(receipt: &str, rank: Rank) -> Event {
    Event::ReceiptGranted {
        receipt: number(receipt),
        rank,
        is_contested: false,
    }
}

pub(super) fn denied(receipt: &str) -> Event {
    Event::ReceiptDenied {
        receipt: number(receipt),
        rank: None,
    }
}

fn taken(receipt: &str) -> Event {
    Event::ReceiptTaken {
        receipt: number(receipt),
    }
}

#[test]
fn every_order_of_one_payments_messages_counts_it_once() {
    let messages = [
        success(1, A, 150),
        success(1, A, 150),
        seen(A, 150, 9),
        seen(A, 150, 9),
        queried(1, "0"),
    ];
    let mut orders = vec![vec![]];
    for n in 0..messages.len() {
        orders = orders
            .into_iter()
            .flat_map(|order: Vec<usize>| {
                (0..=order.len()).map(move |at| {
                    let mut longer = order.clone();
                    longer.insert(at, n);
                    longer
                })
            })
            .collect();
    }
    assert_eq!(orders.len(), 120);
    for order in orders {
        let mut story = Story::prompted();
        for (step, n) in order.iter().enumerate() {
            story.at(10 + step as u64, messages[*n].clone());
            story.check(10 + step as u64, State::Paid, 150);
        }
        let view = story.view(30);
        assert_eq!(view.receipt.as_deref(), Some(A), "{order:?}");
        assert_eq!(story.payment.receipts().len(), 1, "{order:?}");
        assert_eq!(story.payment.reviews(), Vec::<String>::new());
    }
}

#[test]
fn a_receipt_counts_once_its_claim_is_granted() {
    let mut story = Story::prompted();
    story.only(9, success(1, A, 150));
    story.check(9, State::Confirming, 0);
    assert_eq!(story.reserve(300).unwrap_err().why, Denied::NotYet);
    assert_eq!(story.claims(9), [(number(A), Rank::Callback)]);
    story.only(10, granted(A, Rank::Callback));
    story.check(10, State::Paid, 150);
    assert_eq!(story.claims(10), []);
}

#[test]
fn a_claim_that_is_not_answered_is_asked_again() {
    let mut story = Story::prompted();
    story.only(9, success(1, A, 150));
    let again_ms = |secs: u64| {
        let now_ms = T0_MS + secs * 1000;
        story
            .payment
            .next_wake_ms(Terms::default(), now_ms)
            .unwrap()
            - now_ms
    };
    assert_eq!(again_ms(9), 2_000);
    assert_eq!(again_ms(109), 50_000);
    assert_eq!(again_ms(100_000), 600_000);
}

#[test]
fn another_payments_receipt_never_counts_and_no_second_push_leaves() {
    let mut story = Story::prompted();
    story.only(9, success(1, A, 150));
    story.only(10, denied(A));
    story.check(10, State::Unresolved, 0);
    assert_eq!(story.reserve(5000).unwrap_err().why, Denied::Pointless);
    assert_eq!(story.payment.reviews().len(), 1);
    assert!(
        story
            .payment
            .deliveries()
            .iter()
            .any(|d| d.kind == Kind::Review)
    );
}

#[test]
fn a_verdict_counts_whatever_becomes_of_the_number() {
    let mut story = Story::prompted();
    story.at(40, queried(1, "0"));
    story.check(40, State::Paid, 150);
    story.only(41, seen(A, 150, 9));
    story.check(41, State::Paid, 150);
    story.only(42, denied(A));
    story.check(42, State::Paid, 150);
    assert_eq!(story.view(42).receipt, None);
    assert_eq!(story.payment.reviews().len(), 1);
}

#[test]
fn what_another_payment_proves_to_be_its_own_is_given_up_and_paid_stays_paid() {
    let mut story = Story::opened();
    story.at(5, seen(A, 150, 4));
    story.check(5, State::Paid, 150);
    story.only(9, taken(A));
    story.check(9, State::Paid, 0);
    assert!(
        story
            .payment
            .deliveries()
            .iter()
            .any(|d| d.kind == Kind::Disputed)
    );
}

#[test]
fn a_blank_is_filled_by_its_echo_and_not_by_other_money() {
    for (name, event, received_kes) in [
        ("the echo", seen(A, 150, 9), 150),
        ("just before the push", seen(A, 150, 0), 150),
        ("a minute after the verdict", seen(A, 150, 100), 150),
        ("later", seen(A, 150, 101), 300),
        ("another amount", seen(A, 149, 9), 299),
    ] {
        let mut story = Story::prompted();
        story.at(40, queried(1, "0"));
        story.at(110, event);
        assert_eq!(story.payment.received_kes(), received_kes, "{name}");
    }
}

#[test]
fn a_callback_corrects_what_was_inferred() {
    let mut story = Story::prompted();
    story.at(40, queried(1, "0"));
    story.at(41, seen(B, 150, 20)); // paid by hand while the prompt was open
    story.check(41, State::Paid, 150);
    story.at(50, success(1, A, 150));
    story.check(50, State::Paid, 300);
    assert_eq!(story.view(50).excess_kes, 150);
}

#[test]
fn money_by_hand_is_no_attempts_money_when_the_callback_names_another() {
    let mut story = Story::prompted();
    story.at(8, seen(B, 150, 7));
    story.check(8, State::Paid, 150);
    story.at(40, queried(1, "0")); // taken for the same money
    story.check(40, State::Paid, 150);
    story.at(50, success(1, A, 150));
    story.check(50, State::Paid, 300);
}

#[test]
fn a_receipt_that_was_bound_to_the_wrong_attempt_moves() {
    let mut story = Story::prompted();
    story.at(200, Event::AlarmRang);
    story.at(201, Event::CustomerDeclaredNotCharged { attempt: 1 });
    story.push(202);
    story.at(203, accepted(2));
    story.at(240, queried(2, "0"));
    story.at(241, seen(A, 150, 205));
    story.check(241, State::Paid, 150);
    story.at(242, success(1, A, 150)); // it was the first push's after all
    story.check(242, State::Paid, 300);
    let numbers: Vec<_> = story.payment.receipts().iter().map(|r| r.attempt).collect();
    assert_eq!(numbers, [Some(1), Some(2)]);
}

#[test]
fn a_confirmation_from_an_unknown_address_counts_only_once_it_fits() {
    let mut story = Story::prompted();
    story.at(9, doubtful(A, 150, 9));
    story.check(9, State::Confirming, 0);
    assert_eq!(story.claims(9), []);
    assert_eq!(story.payment.reviews().len(), 1);
    for (name, event) in [
        ("its callback", success(1, A, 150)),
        ("the query", queried(1, "0")),
        ("M-PESA itself", seen(A, 150, 9)),
    ] {
        let mut story = Story {
            payment: story.payment.clone(),
            journal: story.journal.clone(),
        };
        story.at(40, event);
        story.check(40, State::Paid, 150);
        assert_eq!(story.payment.reviews(), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn a_contradicted_callback_and_a_success_count_the_smaller_amount() {
    let mut story = Story::prompted();
    story.at(9, success(1, A, 149));
    story.check(9, State::AwaitingPin, 0);
    story.at(40, queried(1, "0"));
    story.check(40, State::PartPaid, 149);
    assert_eq!(story.payment.reviews().len(), 1);
    story.at(50, seen(A, 150, 9)); // M-PESA's own word on the amount
    story.check(50, State::Paid, 150);
    assert_eq!(story.payment.reviews(), Vec::<String>::new());
}

#[test]
fn part_payments_add_up_and_the_next_push_asks_for_the_rest() {
    let mut story = Story::opened();
    story.at(5, seen(A, 100, 4));
    story.check(5, State::PartPaid, 100);
    story.push(10);
    assert_eq!(story.payment.attempts()[0].amount.shillings(), 50);
    story.at(11, accepted(1));
    story.at(20, success(1, B, 50));
    story.check(20, State::Paid, 150);
    assert_eq!(story.view(20).excess_kes, 0);
}

#[test]
fn money_that_comes_after_the_order_closed_still_counts() {
    let mut story = Story::opened();
    let late_secs = rules::UNSIGNED_ORDER_MS / 1000 + 1;
    story.at(late_secs, Event::AlarmRang);
    story.check(late_secs, State::Closed, 0);
    story.at(late_secs + 5, seen(A, 150, late_secs));
    story.check(late_secs + 5, State::Paid, 150);
    let told: Vec<_> = story.payment.deliveries().iter().map(|d| d.kind).collect();
    assert_eq!(told, [Kind::Closed, Kind::Paid]);
}
