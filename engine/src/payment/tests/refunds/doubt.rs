//! Refunds whose fate is not told at once: every order of messages, crashes, silence, and what a person may say.

use super::*;

#[test]
fn a_crash_before_it_left_sent_nothing_and_after_nobody_knows() {
    let mut story = paid();
    story.refund(20, asked(1, None), false);
    let event = story.payment.refund_after_restart().unwrap();
    assert!(matches!(event, Event::RefundRefused { refund: 1, .. }));
    story.at(20, event);
    story.check_refund(20, "failed", 150);
    assert_eq!(story.payment.refund_after_restart(), None);
    assert!(
        !story.payment.may_refund_leave(1),
        "it never leaves by itself"
    );

    let refund = story.refund_leaving(30);
    let event = story.payment.refund_after_restart().unwrap();
    assert!(matches!(event, Event::RefundLost { refund: 2, .. }));
    story.at(31, event);
    story.check_refund(31, "unknown", 150);
    assert_eq!(story.payment.refund_after_restart(), None);
    assert!(!story.payment.may_refund_leave(refund));
    assert_eq!(story.payment.reviews().len(), 1);
}

#[test]
fn past_their_times_refunds_are_given_up_or_unknown() {
    let mut story = paid();
    story.refund(20, asked(1, None), false);
    story.at(80, Event::AlarmRang);
    story.check_refund(80, "failed", 150);

    let mut story = paid();
    story.refund_leaving(20);
    story.at(54, Event::AlarmRang);
    story.check_refund(54, "sending", 150);
    story.at(55, Event::AlarmRang);
    story.check_refund(55, "unknown", 150);
    // The answer comes all the same.
    story.at(56, taken(1));
    story.check_refund(56, "accepted", 150);
    let day_secs = 20 + rules::REFUND_UNKNOWN_AFTER_MS / 1000;
    story.at(day_secs - 1, Event::AlarmRang);
    story.check_refund(day_secs - 1, "accepted", 150);
    assert!(story.payment.reviews().is_empty());
    story.at(day_secs, Event::AlarmRang);
    story.check_refund(day_secs, "unknown", 150);
    assert_eq!(story.payment.reviews().len(), 1);
    assert_eq!(story.told_kinds().last(), Some(&webhook::Kind::Review));
    story.at(day_secs + 9, told(1, "0"));
    story.check_refund(day_secs + 9, "refunded", 0);
    assert!(story.payment.reviews().is_empty());
}

/// Every order of a set of messages: `check` sees the payment after all of them.
fn every_order(events: &[Event], mut check: impl FnMut(&Story, &[&Event])) {
    fn go<'e>(story: &mut dyn FnMut(&[&'e Event]), left: &[&'e Event], order: &mut Vec<&'e Event>) {
        if left.is_empty() {
            return story(order);
        }
        for index in 0..left.len() {
            let mut rest = left.to_vec();
            order.push(rest.remove(index));
            go(story, &rest, order);
            order.pop();
        }
    }
    let all: Vec<&Event> = events.iter().collect();
    let mut play = |order: &[&Event]| {
        let mut story = paid();
        story.refund_leaving(20);
        for (secs, event) in (21..).zip(order) {
            story.at(secs, (*event).clone());
        }
        check(&story, order);
    };
    go(&mut play, &all, &mut Vec::new());
}

#[test]
fn a_success_counts_once_in_whatever_order_and_company_it_comes() {
    let events = [
        told(1, "0"),
        told(1, "0"),
        taken(1),
        unheard(1),
        told(1, "2001"),
        Event::RefundTimedOut { refund: 1 },
        Event::AlarmRang,
    ];
    every_order(&events, |story, order| {
        assert_eq!(story.payment.refunded_kes(), 150, "{order:?}");
        assert_eq!(story.payment.received_kes(), 0, "{order:?}");
        assert!(story.payment.is_paid());
        let refunded = story.told_kinds();
        let refunded = refunded.iter().filter(|k| **k == webhook::Kind::Refunded);
        assert_eq!(refunded.count(), 1, "{order:?}");
        assert_eq!(story.denied(2, None, true), RefundDenied::NothingLeft);
    });
}

#[test]
fn a_failure_of_this_very_request_frees_the_money_in_whatever_order() {
    for lost in [unheard(1), Event::RefundTimedOut { refund: 1 }] {
        every_order(&[told(1, "1"), taken(1), lost], |story, order| {
            let stage = story.stage();
            assert!(matches!(stage, RefundStage::Failed { .. }), "{order:?}");
            assert_eq!(story.payment.received_kes(), 150);
            assert!(story.payment.reviews().is_empty(), "{order:?}");
            assert_eq!(
                story.told_kinds().last(),
                Some(&webhook::Kind::RefundFailed)
            );
        });
    }
}

#[test]
fn what_says_nothing_for_certain_frees_nothing() {
    let other = |change: fn(&mut ReversalResult)| {
        let mut result = result("2001");
        change(&mut result);
        Event::RefundResult { refund: 1, result }
    };
    for event in [
        told(1, "15"),
        told(1, "E3008"),
        told(1, "00"),
        told(1, " 0"),
        told(1, "-1"),
        Event::RefundTimedOut { refund: 1 },
        other(|r| r.original = Some(receipt("SKE0000000"))),
        other(|r| r.originator_conversation_id = Some("of another".into())),
        other(|r| r.conversation_id = Some("of another".into())),
    ] {
        let mut story = paid();
        story.refund_leaving(20);
        story.at(21, taken(1));
        story.at(22, event.clone());
        story.check_refund(22, "unknown", 150);
        assert_eq!(story.payment.reviews().len(), 1, "{event:?}");
        assert_eq!(story.denied(2, None, true), RefundDenied::UnderWay);
        assert_eq!(story.told_kinds().last(), Some(&webhook::Kind::Review));
        assert!(!story.payment.may_refund_leave(1));
    }
    // More messages are to follow: this one is none.
    for code in ["0", "2001"] {
        let mut story = paid();
        story.refund_leaving(20);
        story.at(21, taken(1));
        let result = ReversalResult {
            is_preliminary: true,
            ..result(code)
        };
        story.at(22, Event::RefundResult { refund: 1, result });
        assert!(matches!(story.stage(), RefundStage::Accepted), "{code}");
    }
}

#[test]
fn a_success_that_names_another_receipt_is_not_believed() {
    let mut story = paid();
    story.refund_leaving(20);
    let result = ReversalResult {
        original: Some(receipt("SKE0000000")),
        ..result("0")
    };
    let effects = story.at(21, Event::RefundResult { refund: 1, result });
    story.check_refund(21, "unknown", 150);
    assert!(effects.iter().any(|e| matches!(e, Effect::Alert(_))));
}

#[test]
fn a_late_refusal_of_what_was_taken_is_not_believed() {
    let mut story = paid();
    story.refund_leaving(20);
    story.at(21, taken(1));
    story.at(22, unsent(1));
    story.check_refund(22, "accepted", 150);
    let mut story = paid();
    story.refund_leaving(20);
    story.at(21, Event::RefundTimedOut { refund: 1 });
    story.at(22, unsent(1));
    story.check_refund(22, "unknown", 150);
    story.at(23, taken(1));
    story.check_refund(23, "unknown", 150);
}

#[test]
fn a_person_settles_what_nobody_knows_and_m_pesa_knows_better() {
    for (is_refunded, word, received_kes) in [(true, "refunded", 0), (false, "failed", 150)] {
        let mut story = paid();
        let refund = story.refund_leaving(20);
        let may = |story: &Story, secs: u64| {
            let now_ms = T0_MS + secs * 1000;
            story.payment.may_judge_refund(refund, is_refunded, now_ms)
        };
        assert!(!may(&story, 9_999));
        story.at(21, judged(refund, is_refunded));
        story.check_refund(21, "sending", 150);
        story.at(22, unheard(refund));
        // That the money is still here may be said once nothing can wait in a queue any more.
        assert_eq!(may(&story, 3_619), is_refunded);
        assert!(may(&story, 3_620));
        story.at(3_620, judged(refund, is_refunded));
        story.check_refund(3_620, word, received_kes);
        assert!(story.payment.reviews().is_empty());
        story.at(3_621, judged(refund, !is_refunded));
        story.check_refund(3_621, word, received_kes);
        let (code, word, received_kes) = if is_refunded {
            ("2001", "failed", 150)
        } else {
            ("0", "refunded", 0)
        };
        story.at(90_000, told(refund, code));
        story.check_refund(90_000, word, received_kes);
    }
    // What M-PESA has said to have gone back is not unsaid, by M-PESA or by anybody.
    let mut story = paid();
    story.refund_leaving(20);
    story.at(21, told(1, "0"));
    story.at(22, told(1, "2001"));
    story.at(23, judged(1, false));
    story.check_refund(23, "refunded", 0);
}

#[test]
fn a_refund_that_was_taken_is_asked_about_ever_less_often_and_never_without_a_name() {
    let asks = |story: &Story, secs: u64| {
        let due = story.payment.due(Terms::default(), T0_MS + secs * 1000);
        let asks = due
            .into_iter()
            .filter(|e| matches!(e, Effect::AskRefund { .. }));
        asks.count()
    };
    let mut story = paid();
    story.refund_leaving(20);
    story.at(21, taken(1));
    assert_eq!(asks(&story, 619), 0);
    let wake_at_ms = story.payment.next_wake_ms(Terms::default(), T0_MS);
    assert_eq!(wake_at_ms, Some(T0_MS + 620_000));
    for (n, after_ms) in rules::REFUND_ASKS_MS.iter().enumerate() {
        let secs = 20 + after_ms / 1000;
        assert_eq!(asks(&story, secs), 1, "question {n}");
        story.at(secs, Event::AlarmRang);
        story.at(secs, Event::RefundAsked { refund: 1 });
        assert_eq!(asks(&story, secs), 0, "question {n}");
    }
    assert_eq!(asks(&story, 9_999_999), 0);
    let mut story = paid();
    story.refund_leaving(20);
    story.at(21, unheard(1));
    assert_eq!(
        asks(&story, 9_999_999),
        0,
        "a lost one has no name to ask by"
    );
}

#[test]
fn an_answer_proves_only_a_completed_reversal_of_ours() {
    let mut story = paid();
    story.refund_leaving(20);
    story.at(21, taken(1));
    let good = TransactionStatusResult {
        receipt: Some(receipt("SKE52PAWR9")),
        amount: Some(PaidAmount::Whole(150)),
        status: ReceiptStatus::Completed,
        paid_at_ms: None,
        payer: crate::daraja::PayerHint::Unknown,
        credit_party: None,
        debit_party: Shortcode::parse("174379").ok(),
        conversation_id: None,
        originator_conversation_id: None,
    };
    let bad: [fn(&mut TransactionStatusResult); 6] = [
        |a| a.receipt = None,
        |a| a.receipt = MpesaReceipt::parse(RECEIPT).ok(),
        |a| a.amount = Some(PaidAmount::Whole(149)),
        |a| a.status = ReceiptStatus::Other("Declined".into()),
        |a| a.debit_party = None,
        |a| a.debit_party = Shortcode::parse("600000").ok(),
    ];
    for (n, change) in bad.iter().enumerate() {
        let mut answer = good.clone();
        change(&mut answer);
        assert_eq!(story.payment.see_refund(1, &answer), None, "{n}");
    }
    let event = story.payment.see_refund(1, &good).unwrap();
    story.at(700, event.clone());
    story.check_refund(700, "refunded", 0);
    story.at(701, told(1, "0"));
    story.at(702, event);
    story.check_refund(702, "refunded", 0);
}

#[test]
fn money_that_went_back_before_is_put_before_a_person() {
    let mut story = paid();
    story.refund_leaving(20);
    story.at(21, told(1, "R000001"));
    story.check_refund(21, "failed", 150);
    assert_eq!(story.payment.reviews().len(), 1);
}

#[test]
fn a_refund_stays_reserved_through_a_payments_whole_story() {
    let mut story = paid();
    story.refund_leaving(20);
    story.at(21, unheard(1));
    story.at(22, Event::OrderClosed);
    story.at(9_000_000, Event::AlarmRang);
    story.check_refund(9_000_000, "unknown", 150);
    assert_eq!(story.denied(2, None, true), RefundDenied::UnderWay);
    assert!(!story.payment.is_overdue(T0_MS + 9_000_000_000));
}
