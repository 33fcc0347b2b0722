//! A person's word: a receipt is assigned by what they saw, and taken back while nothing else has built on it.

use super::money::{A, B, denied, granted, number, seen};
use super::*;
use crate::webhook::Kind as Told;

fn assignment(receipt: &str, amount_kes: u32, expect_kes: u32) -> Assignment {
    Assignment {
        receipt: number(receipt),
        amount_kes,
        said: None,
        paid_at_ms: Some(T0_MS),
        expect_kes,
    }
}

impl Story {
    /// Assigns it, and grants the claim.
    fn assign(&mut self, secs: u64, receipt: &str, amount_kes: u32, expect_kes: u32) {
        let asked = assignment(receipt, amount_kes, expect_kes);
        let event = self.payment.assign(asked).expect("it is as they saw it");
        self.at(secs, event.expect("it is not here yet"));
    }

    fn release(&mut self, secs: u64, receipt: &str) {
        let event = self.payment.release(&number(receipt)).unwrap().unwrap();
        self.only(secs, event);
    }

    fn releases(&self, secs: u64) -> Vec<(MpesaReceipt, u32)> {
        let due = self.payment.due(Terms::default(), T0_MS + secs * 1000);
        let mut found = Vec::new();
        for effect in due {
            if let Effect::ReleaseReceipt { receipt, releases } = effect {
                found.push((receipt, releases));
            }
        }
        found
    }

    fn told(&self) -> Vec<Told> {
        self.payment.deliveries().iter().map(|d| d.kind).collect()
    }
}

fn freed(receipt: &str) -> Event {
    Event::ReceiptFreed {
        receipt: number(receipt),
    }
}

#[test]
fn money_is_assigned_only_as_the_person_saw_it() {
    let mut story = Story::opened();
    for wrong_kes in [0, 149, 151, 700] {
        let denied = story.payment.assign(assignment(A, 700, wrong_kes));
        let outstanding_kes = 150;
        assert_eq!(denied, Err(AssignDenied::AmountDiffers { outstanding_kes }));
    }
    story.assign(5, A, 700, 150);
    story.check(5, State::Paid, 700);
    assert_eq!(story.payment.excess_kes(), 550);
    let again = story.payment.assign(assignment(A, 700, 150));
    assert_eq!(
        again,
        Ok(None),
        "the same again is the same, whatever is due by now"
    );
    let other = story.payment.assign(assignment(B, 10, 150));
    assert_eq!(
        other,
        Err(AssignDenied::AmountDiffers { outstanding_kes: 0 })
    );
}

#[test]
fn what_a_person_has_seen_is_less_once_other_money_is_here() {
    let mut story = Story::opened();
    story.at(4, seen(A, 100, 4));
    let stale = story.payment.assign(assignment(B, 150, 150));
    assert_eq!(
        stale,
        Err(AssignDenied::AmountDiffers {
            outstanding_kes: 50
        })
    );
    story.assign(5, B, 50, 50);
    story.check(5, State::Paid, 150);
}

#[test]
fn an_assignment_is_taken_back_and_paid_stays_paid() {
    let mut story = Story::opened();
    story.assign(5, A, 700, 150);
    story.release(9, A);
    story.check(9, State::Paid, 0);
    assert_eq!(
        story.payment.outstanding_kes(),
        150,
        "it may be assigned what pays it"
    );
    assert_eq!(
        story.payment.reviews().len(),
        1,
        "{:?}",
        story.payment.reviews()
    );
    assert_eq!(story.told().last(), Some(&Told::Disputed));
    assert!(!story.payment.is_disputed(), "no two payments claim it");
    assert_eq!(
        story.payment.remaining(),
        None,
        "its customer is not asked again"
    );
    assert_eq!(
        story.payment.release(&number(A)),
        Ok(None),
        "twice is the same"
    );
    story.assign(20, B, 150, 150);
    story.check(20, State::Paid, 150);
    assert_eq!(story.payment.reviews(), Vec::<String>::new());
    let told = story.told();
    assert_eq!(told.iter().filter(|kind| **kind == Told::Paid).count(), 1);
    let disputed = told.iter().filter(|kind| **kind == Told::Disputed);
    assert_eq!(
        disputed.count(),
        2,
        "the shop hears that money is here again: {told:?}"
    );
}

#[test]
fn a_part_that_is_taken_back_is_asked_for_again() {
    let mut story = Story::opened();
    story.assign(5, A, 100, 150);
    story.check(5, State::PartPaid, 100);
    story.release(9, A);
    story.check(9, State::Ready, 0);
    assert_eq!(story.payment.remaining(), Kes::new(150).ok());
    assert_eq!(story.payment.reviews(), Vec::<String>::new());
    assert_eq!(story.told(), [Told::PartPaid, Told::Disputed]);
}

#[test]
fn the_receipts_object_is_told_until_it_has_heard() {
    let mut story = Story::opened();
    story.assign(5, A, 150, 150);
    story.release(9, A);
    assert_eq!(story.releases(9), [(number(A), 1)]);
    let again_ms = |story: &Story, secs: u64| {
        let now_ms = T0_MS + secs * 1000;
        let wakes_ms = story.payment.next_wake_ms(Terms::default(), now_ms);
        wakes_ms.unwrap() - now_ms
    };
    assert_eq!(again_ms(&story, 9), 2_000);
    assert_eq!(again_ms(&story, 109), 100_000, "after its age");
    assert_eq!(again_ms(&story, 100_000), 600_000);
    let while_releasing = story.payment.assign(assignment(A, 150, 150));
    assert_eq!(while_releasing, Err(AssignDenied::BeingReleased));
    story.only(12, freed(A));
    assert_eq!(story.releases(12), []);
    story.assign(13, A, 150, 150);
    story.check(13, State::Paid, 150);
    story.release(14, A);
    assert_eq!(story.releases(14), [(number(A), 2)], "the second time");
}

#[test]
fn a_late_answer_to_its_claim_brings_nothing_back() {
    for is_freed in [false, true] {
        for late in [granted(A, Rank::Person), denied(A)] {
            let mut story = Story::opened();
            story.assign(5, A, 150, 150);
            story.release(9, A);
            if is_freed {
                story.only(10, freed(A));
            }
            story.only(11, late.clone());
            story.check(11, State::Paid, 0);
            assert_eq!(story.claims(11), [], "{late:?}");
            assert_eq!(story.releases(11).is_empty(), is_freed, "{late:?}");
        }
    }
}

#[test]
fn a_stronger_proof_brings_it_back() {
    for is_freed in [false, true] {
        let mut story = Story::opened();
        story.assign(5, A, 150, 150);
        story.release(9, A);
        if is_freed {
            story.only(10, freed(A));
        }
        story.at(11, seen(A, 150, 4));
        story.check(11, State::Paid, 150);
        story.only(12, freed(A));
        story.check(12, State::Paid, 150);
        let denied = story.payment.release(&number(A));
        assert_eq!(denied, Err(ReleaseDenied::NotByPerson));
    }
}

#[test]
fn what_another_payment_had_is_claimed_anew_once_it_is_free() {
    let mut story = Story::opened();
    let event = story
        .payment
        .assign(assignment(A, 150, 150))
        .unwrap()
        .unwrap();
    story.only(5, event);
    story.only(6, denied(A));
    assert_eq!(story.payment.reviews().len(), 1);
    story.assign(9, A, 150, 150);
    story.check(9, State::Paid, 150);
    assert_eq!(story.payment.reviews(), Vec::<String>::new());
}

#[test]
fn nothing_else_may_have_built_on_it() {
    #[track_caller]
    fn refuses(story: &Story, why: ReleaseDenied) {
        assert_eq!(story.payment.release(&number(A)), Err(why));
        assert!(why.sentence().ends_with('.'));
    }
    refuses(&Story::opened(), ReleaseDenied::NoSuchReceipt);

    let mut named = Story::opened();
    named.at(5, seen(A, 150, 4));
    refuses(&named, ReleaseDenied::NotByPerson);

    let mut asked = Story::opened();
    let event = asked
        .payment
        .assign(assignment(A, 150, 150))
        .unwrap()
        .unwrap();
    asked.only(5, event);
    refuses(&asked, ReleaseDenied::NotYet);

    // The push's own success was taken for this money.
    let mut pushed = Story::prompted();
    pushed.assign(8, A, 150, 150);
    pushed.at(40, queried(1, "0"));
    pushed.check(40, State::Paid, 150);
    refuses(&pushed, ReleaseDenied::OfPush);
}

#[test]
fn what_was_refunded_is_not_taken_back() {
    let mut story = Story::opened();
    story.assign(5, A, 150, 150);
    let refund = RefundAsk {
        receipt: number(A),
        amount_kes: None,
        reason: None,
        ask: ask(9),
    };
    let Ok(RefundTaken::New(event)) = story.payment.request_refund(refund, false) else {
        panic!("it may go back");
    };
    story.only(9, event);
    let denied = story.payment.release(&number(A));
    assert_eq!(denied, Err(ReleaseDenied::Refunded));
    let detail = "never left".to_owned();
    story.only(10, Event::RefundRefused { refund: 1, detail });
    story.release(11, A);
    story.check(11, State::Paid, 0);
    let gone = RefundAsk {
        receipt: number(A),
        amount_kes: None,
        reason: None,
        ask: ask(12),
    };
    let denied = story.payment.request_refund(gone, false);
    assert_eq!(
        denied,
        Err(RefundDenied::NotOurs),
        "nor refunded after that"
    );
}

#[test]
fn a_refunded_payment_needs_nothing_again() {
    let mut story = Story::opened();
    story.at(5, seen(A, 150, 4));
    assert_eq!(story.payment.outstanding_kes(), 0);
    let refund = RefundAsk {
        receipt: number(A),
        amount_kes: None,
        reason: None,
        ask: ask(9),
    };
    let Ok(RefundTaken::New(event)) = story.payment.request_refund(refund, false) else {
        panic!("it may go back");
    };
    story.only(9, event);
    story.only(
        10,
        Event::RefundLost {
            refund: 1,
            why: String::new(),
        },
    );
    story.only(
        11,
        Event::RefundJudged {
            refund: 1,
            is_refunded: true,
        },
    );
    assert_eq!(
        (
            story.payment.received_kes(),
            story.payment.outstanding_kes()
        ),
        (0, 0)
    );
}
