//! What is left of a payment while money goes back, and afterwards.

use super::*;

#[test]
fn what_may_go_back_does_not_make_a_payment_paid_and_no_push_leaves_meanwhile() {
    let mut story = Story::opened();
    story.at(5, seen_by_hand(RECEIPT, 100));
    assert!(story.reserve(9).is_ok());
    story.push(10);
    story.at(11, accepted(1));
    let part = RefundAsk {
        receipt: receipt(RECEIPT),
        ..asked(1, None)
    };
    story.refund(12, part, false);
    story.at(12, leaves(1, 12));
    story.at(13, taken(1));
    story.at(20, success(1, "UJ2V87JLMX", 50));
    assert!(!story.payment.is_paid(), "KES 100 of it may go back");
    assert!(story.reserve(400).is_err());
    let mut failed = Story {
        payment: story.payment.clone(),
        journal: story.journal.clone(),
    };
    failed.at(30, told(1, "2001"));
    failed.check(30, State::Paid, 150);
    let result = ReversalResult {
        amount: Some(PaidAmount::Whole(100)),
        ..result("0")
    };
    story.at(30, Event::RefundResult { refund: 1, result });
    story.check(30, State::PartPaid, 50);
    let Ok(Event::PushReserved { amount, .. }) = story.reserve(400) else {
        panic!("the rest is due")
    };
    assert_eq!(amount.shillings(), 100);
    // Nothing else keeps a push from leaving here.
    let mut story = Story::opened();
    story.at(5, seen_by_hand(RECEIPT, 100));
    let all = RefundAsk {
        receipt: receipt(RECEIPT),
        ..asked(1, None)
    };
    story.refund(6, all, false);
    assert_eq!(story.reserve(7).unwrap_err().why, Denied::NotYet);
    story.at(8, unsent(1));
    assert!(story.reserve(9).is_ok());
}

#[test]
fn money_that_comes_after_a_refund_is_told() {
    let mut story = paid();
    story.refund_leaving(20);
    story.at(21, told(1, "0"));
    story.at(30, seen_by_hand("UJ2V87JLMX", 150));
    story.check(30, State::Paid, 150);
    assert_eq!(story.told_kinds().last(), Some(&webhook::Kind::Overpaid));
    let other = RefundAsk {
        receipt: receipt("UJ2V87JLMX"),
        ..asked(2, None)
    };
    assert!(story.payment.request_refund(other, false).is_ok());
}

#[test]
fn twenty_refunds_are_enough() {
    let mut story = paid();
    for n in 1..=20 {
        let secs = 20 + n;
        let refund = story.refund(secs, asked(n, None), false);
        story.at(secs, unsent(refund));
    }
    assert_eq!(story.denied(99, None, false), RefundDenied::TooMany);
}
