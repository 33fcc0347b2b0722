//! The smallest form of what the simulation found.

use super::*;

const A: &str = "UJ2V87JLMA";
const B: &str = "UJ2V87JLMB";
const FORGED: &str = "F000000001";

/// A confirmation with this payment's reference.
fn confirmed(receipt: &str, amount_kes: u32, paid_secs: u64, is_trusted: bool) -> Event {
    Event::ReceiptSeen {
        receipt: MpesaReceipt::parse(receipt).unwrap(),
        amount_kes,
        paid_at_ms: Some(T0_MS + paid_secs * 1000),
        rank: Rank::Reference,
        is_trusted,
        said: None,
    }
}

fn trusted(receipt: &str, paid_secs: u64) -> Event {
    confirmed(receipt, DUE_KES, paid_secs, true)
}

/// From an address that is not Safaricom's.
fn doubtful(receipt: &str, paid_secs: u64) -> Event {
    confirmed(receipt, DUE_KES, paid_secs, false)
}

#[test]
fn a_forged_confirmation_that_fits_a_push_is_no_money_of_its_own() {
    let forged = doubtful(FORGED, 9);
    for (name, first, second) in [
        ("before the verdict", forged.clone(), queried(1, "0")),
        ("after the verdict", queried(1, "0"), forged),
    ] {
        let mut story = Story::prompted();
        story.at(30, first);
        story.at(40, second);
        story.check(40, State::Paid, DUE_KES);
        story.at(50, success(1, A, DUE_KES));
        assert_eq!(story.payment.received_kes(), DUE_KES, "{name}");
        assert_eq!(story.payment.reviews().len(), 1, "{name}");
    }
}

#[test]
fn a_forged_confirmation_makes_room_for_the_real_one() {
    let mut story = Story::prompted();
    story.at(30, doubtful(FORGED, 9));
    story.at(40, queried(1, "0"));
    story.at(50, trusted(A, 9));
    story.check(50, State::Paid, DUE_KES);
    assert_eq!(story.view(50).receipt.as_deref(), Some(A));
    assert_eq!(story.payment.reviews().len(), 1, "the forged one");
}

#[test]
fn a_verdict_takes_the_real_confirmation_before_a_nearer_forged_one() {
    let mut story = Story::prompted();
    story.at(2, doubtful(FORGED, 2));
    story.at(10, trusted(A, 9));
    story.at(40, queried(1, "0"));
    assert_eq!(story.payment.received_kes(), DUE_KES);
}

#[test]
fn a_doubted_callback_and_a_doubted_confirmation_of_one_receipt_wait_for_the_verdict() {
    let mut story = Story::prompted();
    story.at(9, success(1, A, DUE_KES - 1));
    story.at(10, doubtful(A, 8));
    story.check(10, State::Confirming, 0);
    story.at(40, queried(1, "0"));
    story.check(40, State::Paid, DUE_KES);
}

#[test]
fn a_callback_frees_what_was_taken_for_its_receipt() {
    let mut story = Story::prompted();
    story.at(9, doubtful(FORGED, 9));
    story.at(10, doubtful(A, 10));
    story.at(40, queried(1, "0"));
    story.check(40, State::Paid, DUE_KES);
    story.at(50, success(1, A, DUE_KES));
    story.check(50, State::Paid, DUE_KES);
    assert_eq!(story.view(50).receipt.as_deref(), Some(A));
}

#[test]
fn a_refusal_by_advice_alone_holds_the_next_push_until_a_prompt_would_be_over() {
    for (is_proven, from_secs) in [(true, 33), (false, 61)] {
        let mut story = Story::opened();
        story.push(1);
        let mut event = refused(1, Reason::SystemBusy, Some(30));
        if let Event::PushRefused { refusal, .. } = &mut event {
            refusal.is_proven = is_proven;
        }
        story.at(3, event);
        let retry_at_ms = T0_MS + from_secs * 1000;
        assert_eq!(
            story.reserve(10).unwrap_err().retry_at_ms,
            Some(retry_at_ms)
        );
        assert!(story.reserve(from_secs).is_ok());
    }
}

/// Two pushes, both paid, the second while the first was thought lost; M-PESA confirms the second first.
#[test]
fn confirmations_find_their_pushes_in_any_order() {
    let mut story = Story::prompted();
    story.at(200, Event::AlarmRang);
    story.at(201, Event::CustomerDeclaredNotCharged { attempt: 1 });
    story.push(202);
    story.at(203, accepted(2));
    story.at(210, trusted(B, 205));
    story.at(240, queried(1, "0")); // it takes the second's
    story.at(250, trusted(A, 30)); // and gives it back
    story.at(300, queried(2, "0"));
    story.check(300, State::Paid, 2 * DUE_KES);
    assert_eq!(story.payment.receipts().len(), 2);
}

#[test]
fn a_forged_amount_is_put_right_by_mpesas_own_word() {
    let mut story = Story::opened();
    story.at(5, confirmed(A, 1000, 4, false));
    story.at(6, confirmed(A, 1, 4, true));
    story.check(6, State::PartPaid, 1);
    let mut story = Story::prompted();
    story.at(8, confirmed(A, 1000, 4, false));
    story.at(9, success(1, A, DUE_KES));
    story.check(9, State::Paid, DUE_KES);
}

fn granted(rank: Rank) -> Event {
    Event::ReceiptGranted {
        receipt: MpesaReceipt::parse(A).unwrap(),
        rank,
        is_contested: false,
    }
}

fn denied_by(rank: Option<Rank>) -> Event {
    let receipt = MpesaReceipt::parse(A).unwrap();
    Event::ReceiptDenied { receipt, rank }
}

fn denied() -> Event {
    denied_by(None)
}

fn taken() -> Event {
    let receipt = MpesaReceipt::parse(A).unwrap();
    Event::ReceiptTaken { receipt }
}

#[test]
fn a_grant_that_comes_after_the_loss_is_asked_about_and_not_believed() {
    let mut story = Story::opened();
    story.only(5, trusted(A, 4));
    story.only(6, taken()); // overtook the grant
    story.only(7, granted(Rank::Reference));
    story.check(7, State::Confirming, 0);
    assert_eq!(story.claims(7).len(), 1);
    story.only(8, denied());
    story.check(8, State::Ready, 0);
    assert_eq!(story.claims(8), []);
}

#[test]
fn a_loss_that_comes_after_the_receipt_was_won_back_does_not_stand() {
    let mut story = Story::prompted();
    story.only(9, trusted(A, 8));
    story.only(10, granted(Rank::Reference));
    story.only(11, success(1, A, DUE_KES));
    story.only(12, granted(Rank::Callback));
    story.only(13, taken()); // told before that
    for secs in [14, 15] {
        assert_eq!(story.claims(secs).len(), 1);
        story.only(secs, granted(Rank::Callback));
    }
    story.check(16, State::Paid, DUE_KES);
    assert_eq!(story.claims(16), []);
}

#[test]
fn a_denial_of_the_weaker_claim_leaves_the_stronger_to_be_asked() {
    let mut story = Story::prompted();
    story.only(9, trusted(A, 8));
    story.only(10, success(1, A, DUE_KES));
    story.only(11, denied()); // of the claim by reference
    let callback = (MpesaReceipt::parse(A).unwrap(), Rank::Callback);
    assert_eq!(story.claims(11), [callback]);
    story.only(12, granted(Rank::Callback));
    story.check(12, State::Paid, DUE_KES);
}

#[test]
fn a_denial_of_the_weaker_claim_that_comes_after_the_grant_of_the_stronger_changes_nothing() {
    let named = Event::ReceiptSeen {
        receipt: MpesaReceipt::parse(A).unwrap(),
        amount_kes: DUE_KES,
        paid_at_ms: Some(T0_MS + 4_000),
        rank: Rank::Person,
        is_trusted: true,
        said: None,
    };
    let mut story = Story::opened();
    story.only(5, named);
    story.only(6, trusted(A, 4));
    story.only(7, granted(Rank::Reference));
    story.only(8, denied_by(Some(Rank::Person)));
    story.check(8, State::Paid, DUE_KES);
    story.only(9, denied_by(Some(Rank::Reference)));
    story.check(9, State::Paid, 0);
}

/// The shop names another's receipt of the same amount and time; until it is denied, it must not stand in for the push's own.
#[test]
fn a_receipt_that_is_only_named_does_not_hide_the_pushs_own() {
    let other = MpesaReceipt::parse(B).unwrap();
    let named = Event::ReceiptSeen {
        receipt: other.clone(),
        amount_kes: DUE_KES,
        paid_at_ms: Some(T0_MS + 3_000),
        rank: Rank::Person,
        is_trusted: true,
        said: None,
    };
    let own = [trusted(A, 9), granted(Rank::Reference)];
    let verdict = [queried(1, "0")];
    for events in [
        own.iter().chain(&verdict).collect::<Vec<_>>(),
        verdict.iter().chain(&own).collect(),
    ] {
        let mut story = Story::prompted();
        story.only(5, named.clone());
        for (secs, event) in (40..).zip(events) {
            story.only(secs, event.clone());
        }
        story.check(50, State::Paid, DUE_KES);
        story.only(
            51,
            Event::ReceiptDenied {
                receipt: other.clone(),
                rank: Some(Rank::Person),
            },
        );
        story.check(51, State::Paid, DUE_KES);
    }
}

#[test]
fn a_pulled_row_whose_zone_is_not_told_fills_the_blank_of_its_push() {
    const HOURS_MS: u64 = 3 * 3_600_000;
    let paid_at_ms = T0_MS + 9_000;
    for (first_ms, second_ms) in [
        (paid_at_ms, paid_at_ms + HOURS_MS),
        (paid_at_ms - HOURS_MS, paid_at_ms),
    ] {
        let mut story = Story::prompted();
        let read = |payment: &Payment| payment.likelier_ms(DUE_KES, first_ms, second_ms);
        assert_eq!(read(&story.payment), paid_at_ms, "before the verdict");
        story.at(40, queried(1, "0"));
        assert_eq!(read(&story.payment), paid_at_ms, "after it");
        let other = story.payment.likelier_ms(DUE_KES + 1, first_ms, second_ms);
        assert_eq!(other, first_ms, "of another amount no push tells");
        story.at(50, trusted(A, 9));
        story.check(50, State::Paid, DUE_KES);
        assert_eq!(story.view(50).receipt.as_deref(), Some(A));
    }
}
