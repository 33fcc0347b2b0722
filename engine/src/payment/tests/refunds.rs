//! Refunds: money leaves once, and only what is here; what nobody knows stays reserved.

mod doubt;
mod rest;

use super::*;
use crate::daraja::{ReceiptStatus, ReversalResult, TransactionStatusResult};
use crate::payment::{RefundAsk, RefundDenied, RefundStage, RefundTaken};
use crate::webhook;

const RECEIPT: &str = "UJ2V87JLMD";

fn receipt(text: &str) -> MpesaReceipt {
    MpesaReceipt::parse(text).unwrap()
}

/// A payment that was paid at second 9.
pub(super) fn paid() -> Story {
    let mut story = Story::prompted();
    story.at(9, success(1, RECEIPT, DUE_KES));
    story
}

fn asked(key: u64, amount_kes: Option<u32>) -> RefundAsk {
    RefundAsk {
        receipt: receipt(RECEIPT),
        amount_kes,
        reason: None,
        ask: ask(1000 + key),
    }
}

fn result(code: &str) -> ReversalResult {
    ReversalResult {
        code: ResultCode::new(code),
        text: "words".into(),
        is_preliminary: false,
        reversal: Some(receipt("SKE52PAWR9")),
        original: Some(receipt(RECEIPT)),
        amount: Some(PaidAmount::Whole(DUE_KES)),
        conversation_id: Some("AG_1".into()),
        originator_conversation_id: Some("f1e2-1".into()),
    }
}

fn told(refund: u32, code: &str) -> Event {
    Event::RefundResult {
        refund,
        result: result(code),
    }
}

pub(super) fn told_words(refund: u32, code: &str, words: &str) -> Event {
    let result = ReversalResult {
        text: words.to_owned(),
        ..result(code)
    };
    Event::RefundResult { refund, result }
}

pub(super) fn refund_leaving(story: &mut Story, secs: u64) -> u32 {
    let refund = story.refund_leaving(secs);
    story.at(secs, taken(refund));
    refund
}

fn leaves(refund: u32, secs: u64) -> Event {
    Event::RefundLeaving {
        refund,
        deadline_ms: T0_MS + secs * 1000 + rules::LEAVING_MS,
    }
}

fn taken(refund: u32) -> Event {
    Event::RefundAccepted {
        refund,
        conversation_id: "AG_1".into(),
        originator_conversation_id: "f1e2-1".into(),
    }
}

fn unsent(refund: u32) -> Event {
    Event::RefundRefused {
        refund,
        detail: "HTTP 400".into(),
    }
}

fn unheard(refund: u32) -> Event {
    Event::RefundLost {
        refund,
        why: "timeout".into(),
    }
}

fn judged(refund: u32, is_refunded: bool) -> Event {
    Event::RefundJudged {
        refund,
        is_refunded,
    }
}

impl Story {
    /// Asks for a refund, which must be allowed; its number.
    #[track_caller]
    fn refund(&mut self, secs: u64, asked: RefundAsk, may_be_partial: bool) -> u32 {
        let taken = self.payment.request_refund(asked, may_be_partial);
        let Ok(RefundTaken::New(event)) = taken else {
            panic!("not a new refund: {taken:?}")
        };
        let Event::RefundRequested { refund, .. } = event else {
            panic!("not a refund: {event:?}")
        };
        assert!(
            self.at(secs, event)
                .contains(&Effect::SendRefund { refund })
        );
        refund
    }

    /// A refund of the whole that is on its way.
    #[track_caller]
    fn refund_leaving(&mut self, secs: u64) -> u32 {
        let refund = self.refund(secs, asked(secs, None), false);
        assert!(self.payment.may_refund_leave(refund));
        self.at(secs, leaves(refund, secs));
        refund
    }

    fn denied(&self, key: u64, amount_kes: Option<u32>, may_be_partial: bool) -> RefundDenied {
        let asked = asked(key, amount_kes);
        self.payment
            .request_refund(asked, may_be_partial)
            .unwrap_err()
    }

    fn stage(&self) -> &RefundStage {
        &self.payment.refunds().last().unwrap().stage
    }

    #[track_caller]
    fn check_refund(&self, secs: u64, word: &str, received_kes: u32) {
        let facts = self.payment.refunds().last().unwrap().facts();
        let facts = serde_json::to_value(&facts).unwrap();
        assert_eq!(facts["state"], word, "at {secs} s: {facts}");
        self.check(secs, State::Paid, received_kes);
        assert_eq!(self.payment.refunded_kes(), DUE_KES - received_kes);
    }

    fn told_kinds(&self) -> Vec<webhook::Kind> {
        self.payment.deliveries().iter().map(|d| d.kind).collect()
    }
}

#[test]
fn money_goes_back_and_the_payment_stays_paid_and_invites_no_other() {
    let mut story = paid();
    let refund = story.refund(20, asked(1, None), false);
    story.check_refund(20, "requested", 150);
    story.at(21, leaves(refund, 21));
    story.check_refund(21, "sending", 150);
    story.at(22, taken(refund));
    story.check_refund(22, "accepted", 150);
    story.at(30, told(refund, "0"));
    story.check_refund(30, "refunded", 0);
    let view = story.view(100_000);
    assert_eq!((view.state, view.retry_at_ms), (State::Paid, None));
    assert_eq!(story.reserve(300).unwrap_err().why, Denied::Paid);
    assert_eq!(story.payment.remaining(), None);
    let validated = story
        .payment
        .validate(&PaidAmount::Whole(150), None, T0_MS + 300_000);
    assert_eq!(validated, Validated::NotNow);
    assert_eq!(story.denied(2, None, true), RefundDenied::NothingLeft);
    assert!(story.payment.reviews().is_empty());
    assert_eq!(
        story.told_kinds(),
        [webhook::Kind::Paid, webhook::Kind::Refunded]
    );
    let facts = story.payment.facts(false, &[], T0_MS).unwrap();
    assert_eq!((facts.refunded_kes, facts.received_kes), (150, 0));
    assert_eq!(facts.refunds[0].reversal.as_deref(), Some("SKE52PAWR9"));
}

#[test]
fn the_same_key_is_the_same_refund_and_another_body_is_refused() {
    let mut story = paid();
    story.refund(20, asked(1, None), false);
    let again = |asked| story.payment.request_refund(asked, false);
    assert_eq!(again(asked(1, None)), Ok(RefundTaken::Same(1)));
    let other = RefundAsk {
        ask: Ask {
            body: "other".into(),
            ..ask(1001)
        },
        ..asked(1, None)
    };
    assert_eq!(again(other.clone()), Err(RefundDenied::KeyReused));
    // Also when it has long ended.
    story.at(21, unsent(1));
    let again = |asked| story.payment.request_refund(asked, false);
    assert_eq!(again(asked(1, None)), Ok(RefundTaken::Same(1)));
    assert_eq!(again(other), Err(RefundDenied::KeyReused));
}

#[test]
fn no_second_refund_of_a_receipt_leaves_while_one_may_go_through() {
    let ends: [&[Event]; 5] = [
        &[],
        &[leaves(1, 20)],
        &[leaves(1, 20), taken(1)],
        &[leaves(1, 20), unheard(1)],
        &[leaves(1, 20), taken(1), Event::RefundTimedOut { refund: 1 }],
    ];
    for events in ends {
        let mut story = paid();
        story.refund(20, asked(1, None), true);
        for event in events {
            story.at(20, event.clone());
        }
        for amount_kes in [None, Some(1), Some(150)] {
            assert_eq!(
                story.denied(2, amount_kes, true),
                RefundDenied::UnderWay,
                "{events:?}"
            );
        }
    }
    let mut story = paid();
    story.refund_leaving(20);
    story.at(21, unsent(1));
    story.refund(22, asked(2, None), false);
}

#[test]
fn only_what_is_here_and_ours_goes_back() {
    let mut story = paid();
    let of = |text: &str| RefundAsk {
        receipt: receipt(text),
        ..asked(1, None)
    };
    let taken = story.payment.request_refund(of("UJ2V87JLMX"), true);
    assert_eq!(taken, Err(RefundDenied::NoSuchReceipt));
    assert_eq!(story.denied(1, Some(151), true), RefundDenied::TooMuch);
    assert_eq!(story.denied(1, Some(149), false), RefundDenied::Partial);
    story.at(
        10,
        Event::ReceiptTaken {
            receipt: receipt(RECEIPT),
        },
    );
    assert_eq!(story.denied(1, None, true), RefundDenied::NotOurs);
    // A blank has no number to be given back by, and a number that is not granted is not ours yet.
    let mut story = Story::prompted();
    story.at(70, queried(1, "0"));
    assert_eq!(story.denied(1, None, true), RefundDenied::NoSuchReceipt);
    story.only(80, success(1, RECEIPT, DUE_KES));
    story.check(80, State::Paid, 150);
    assert_eq!(story.denied(1, None, true), RefundDenied::NotOurs);
}

#[test]
fn a_receipt_that_is_lost_before_the_refund_leaves_keeps_it_from_leaving() {
    let mut story = paid();
    let refund = story.refund(20, asked(1, None), false);
    story.only(21, super::money::denied(RECEIPT));
    assert!(!story.payment.may_refund_leave(refund));
    story.only(22, unsent(refund));
    assert!(matches!(story.stage(), RefundStage::Failed { .. }));
}

#[test]
fn parts_go_back_one_after_the_other_and_never_more_than_the_whole() {
    let mut story = paid();
    story.refund(20, asked(1, Some(100)), true);
    story.at(20, leaves(1, 20));
    let part = ReversalResult {
        amount: Some(PaidAmount::Whole(100)),
        ..result("0")
    };
    story.at(
        21,
        Event::RefundResult {
            refund: 1,
            result: part,
        },
    );
    story.check_refund(21, "refunded", 50);
    assert_eq!(story.denied(2, Some(51), true), RefundDenied::TooMuch);
    // With parts off, the rest is a part as well.
    assert_eq!(story.denied(2, None, false), RefundDenied::Partial);
    let rest = story.refund(30, asked(2, None), true);
    assert_eq!(story.payment.refund(rest).unwrap().amount.shillings(), 50);
}

#[test]
fn one_refund_of_a_payment_leaves_at_a_time() {
    let mut story = paid();
    let more = "UJ2V87JLMX";
    story.at(12, seen_by_hand(more, 40));
    story.refund(20, asked(1, None), false);
    let other = RefundAsk {
        receipt: receipt(more),
        ..asked(2, None)
    };
    let ask_other = |story: &Story| story.payment.request_refund(other.clone(), false);
    assert_eq!(ask_other(&story), Err(RefundDenied::NotYet));
    story.at(21, leaves(1, 21));
    assert_eq!(ask_other(&story), Err(RefundDenied::NotYet));
    story.at(22, taken(1));
    assert!(matches!(ask_other(&story), Ok(RefundTaken::New(_))));
}

fn seen_by_hand(number: &str, amount_kes: u32) -> Event {
    Event::ReceiptSeen {
        receipt: receipt(number),
        amount_kes,
        paid_at_ms: None,
        rank: Rank::Reference,
        is_trusted: true,
        said: None,
    }
}

#[test]
fn another_amount_than_asked_goes_to_a_person_and_frees_nothing() {
    for (amount, refunded_kes) in [
        (PaidAmount::Whole(100), 100),
        (PaidAmount::Whole(0), 0),
        (PaidAmount::Other("150.5".into()), 150),
    ] {
        let mut story = paid();
        story.refund_leaving(20);
        let result = ReversalResult {
            amount: Some(amount),
            ..result("0")
        };
        story.at(21, Event::RefundResult { refund: 1, result });
        assert_eq!(story.payment.refunded_kes(), refunded_kes);
        assert_eq!(story.payment.refunds()[0].facts().amount_kes, refunded_kes);
        assert_eq!(story.payment.reviews().len(), 1);
        assert_eq!(story.denied(2, None, true), RefundDenied::NothingLeft);
    }
}
