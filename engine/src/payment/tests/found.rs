//! The smallest form of what the simulation found.

use super::*;

const A: &str = "UJ2V87JLMA";
const FORGED: &str = "F000000001";

/// A confirmation from an address that is not Safaricom's.
fn doubtful(receipt: &str, paid_secs: u64) -> Event {
    Event::ReceiptSeen {
        receipt: MpesaReceipt::parse(receipt).unwrap(),
        amount_kes: DUE_KES,
        paid_at_ms: Some(T0_MS + paid_secs * 1000),
        rank: Rank::Reference,
        is_trusted: false,
    }
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
    let mut real = doubtful(A, 9);
    if let Event::ReceiptSeen { is_trusted, .. } = &mut real {
        *is_trusted = true;
    }
    story.at(50, real);
    story.check(50, State::Paid, DUE_KES);
    assert_eq!(story.view(50).receipt.as_deref(), Some(A));
    assert_eq!(story.payment.reviews().len(), 1, "the forged one");
}

#[test]
fn a_verdict_takes_the_real_confirmation_before_a_nearer_forged_one() {
    let mut story = Story::prompted();
    story.at(2, doubtful(FORGED, 2));
    let mut real = doubtful(A, 9);
    if let Event::ReceiptSeen { is_trusted, .. } = &mut real {
        *is_trusted = true;
    }
    story.at(10, real);
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
