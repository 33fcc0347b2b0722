//! Receipts from every channel: counted once, for one payment, whatever their order.

use super::*;
use crate::webhook::Kind;
use malipo_shared::api::TypedStatus;

const A: &str = "UJ2V87JLMA";
const B: &str = "UJ2V87JLMB";

fn number(text: &str) -> MpesaReceipt {
    MpesaReceipt::parse(text).unwrap()
}

/// A C2B confirmation with this payment's reference, paid at a second.
fn seen(receipt: &str, amount_kes: u32, paid_secs: u64) -> Event {
    Event::ReceiptSeen {
        receipt: number(receipt),
        amount_kes,
        paid_at_ms: Some(T0_MS + paid_secs * 1000),
        rank: Rank::Reference,
        is_trusted: true,
    }
}

fn doubtful(receipt: &str, amount_kes: u32, paid_secs: u64) -> Event {
    let mut event = seen(receipt, amount_kes, paid_secs);
    if let Event::ReceiptSeen { is_trusted, .. } = &mut event {
        *is_trusted = false;
    }
    event
}

fn granted(receipt: &str, rank: Rank) -> Event {
    Event::ReceiptGranted {
        receipt: number(receipt),
        rank,
        is_contested: false,
    }
}

fn denied(receipt: &str) -> Event {
    Event::ReceiptDenied {
        receipt: number(receipt),
    }
}

fn taken(receipt: &str) -> Event {
    Event::ReceiptTaken {
        receipt: number(receipt),
    }
}

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

#[test]
fn a_typed_receipt_is_a_pointer() {
    use TypedStatus::{Checking, Counted, NeedsShop, NotFoundYet};
    let unknown = |may_be_shown| Finding::Unknown { may_be_shown };
    let other_payer = Finding::Unmatched {
        amount_kes: 150,
        paid_at_ms: Some(T0_MS),
        is_payer_other: true,
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
            .filter_map(|effect| match effect {
                Effect::Deliver { sequence } => Some(*sequence),
                _ => None,
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
