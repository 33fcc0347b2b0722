//! However much M-PESA says of a push or a refund, the journal stays short and what settles it counts.

use super::refunds::{paid, refund_leaving, told_words};
use super::*;
use crate::daraja::ReversalResult;

/// A callback that proves nothing, and no two are the same.
fn rubbish(n: u64) -> Event {
    let mut event = callback(1, "4999", None, StkProof::default());
    let Event::CallbackReceived { callback, .. } = &mut event else {
        panic!("not a callback")
    };
    callback.text = format!("words {n}");
    event
}

/// A success that names another push: it is not believed, and M-PESA is asked.
fn strangers(n: u64) -> Event {
    let proof = StkProof {
        receipt: MpesaReceipt::parse(&format!("AAAA{n:06}")).ok(),
        ..StkProof::default()
    };
    callback(1, "0", Some(format!("ws_CO_other_{n}")), proof)
}

fn receipt(n: u64) -> String {
    format!("QAAA{n:06}")
}

#[test]
fn what_is_repeated_and_changes_nothing_is_one_line() {
    let mut story = Story::prompted();
    story.at(9, decline(1, "1032"));
    let lines = story.journal.len();
    for secs in 10..1010 {
        story.at(secs, decline(1, "1032"));
    }
    assert_eq!(story.journal.len(), lines);
    assert_eq!(story.journal.last().unwrap().times, 1001);
    story.check(1010, State::Declined, 0);
}

#[test]
fn a_success_counts_after_a_thousand_others() {
    let mut story = Story::prompted();
    for n in 0..1000 {
        story.at(3, rubbish(n));
    }
    assert_eq!(lines(&story, Said::OfPush(1)), 20);
    let mut after = story.payment.clone();
    let event = success(1, "UJ2V87JLMD", 150);
    after.step(&event, T0_MS + 9000);
    let written = after.written(&story.payment, &story.journal, &event);
    assert_eq!(written, Written::Proof, "and its body is kept");
    story.at(9, event);
    story.check(9, State::Paid, 150);
}

#[test]
fn a_decline_counts_after_a_thousand_others() {
    let mut story = Story::prompted();
    for n in 0..1000 {
        story.at(3, rubbish(n));
    }
    story.at(9, decline(1, "1032"));
    story.check(70, State::Declined, 0);
}

#[test]
fn the_number_of_money_that_counts_already_is_heard_after_a_thousand_others() {
    let mut story = Story::prompted();
    story.at(70, queried(1, "0"));
    story.check(70, State::Paid, 150);
    for n in 0..1000 {
        story.at(71, rubbish(n));
    }
    story.at(80, success(1, "UJ2V87JLMD", 150));
    assert_eq!(story.view(80).receipt.as_deref(), Some("UJ2V87JLMD"));
    story.check(80, State::Paid, 150);
}

#[test]
fn what_makes_us_ask_does_so_only_as_long_as_it_is_written_down() {
    let mut story = Story::prompted();
    for n in 0..500 {
        let secs = 200_000 + n * 100;
        story.at(secs, strangers(n));
        if queries_at(&mut story, secs + 50) > 0 {
            story.at(secs + 50, queried(1, "4999"));
        }
    }
    assert!(story.journal.len() < 80, "{} lines", story.journal.len());
    story.at(900_000, success(1, "UJ2V87JLMD", 150));
    story.check(900_000, State::Paid, 150);
}

#[test]
fn one_push_brings_no_end_of_receipts() {
    let mut story = Story::prompted();
    for n in 0..1000 {
        let number = receipt(n);
        assert!(MpesaReceipt::parse(&number).is_ok(), "{number}");
        story.at(9 + n, success(1, &number, 150));
    }
    assert!(lines(&story, Said::OfPush(1)) <= 40);
    assert!(story.payment.receipts().len() <= 40);
    assert!(story.payment.is_paid());
    story.view(2000);
}

/// How many lines tell of it.
fn lines(story: &Story, said: Said) -> usize {
    let journal = story.journal.iter();
    journal
        .filter(|line| Said::by(&line.event) == Some(said))
        .count()
}

#[test]
fn the_result_of_a_refund_counts_after_a_thousand_others() {
    let mut story = paid();
    let n = refund_leaving(&mut story, 20);
    for words in 0..1000 {
        story.at(30, told_words(n, "15", &format!("words {words}")));
    }
    assert!(lines(&story, Said::OfRefund(n)) <= 40);
    story.at(40, told_words(n, "0", "done"));
    let stage = RefundStage::Refunded { is_proven: true };
    assert_eq!(story.payment.refund(n).unwrap().stage, stage);
    assert_eq!(story.payment.received_kes(), 0);
}

#[test]
fn a_refund_that_failed_frees_its_money_after_a_thousand_others() {
    let mut story = paid();
    let n = refund_leaving(&mut story, 20);
    for words in 0..1000 {
        story.at(30, told_words(n, "15", &format!("words {words}")));
    }
    story.at(40, told_words(n, "21", "not allowed"));
    let stage = &story.payment.refund(n).unwrap().stage;
    assert!(matches!(stage, RefundStage::Failed { .. }), "{stage:?}");
}

#[test]
fn the_first_body_is_kept_and_then_twenty_or_64_kb() {
    let kept = |bodies, bytes| Kept { bodies, bytes };
    assert!(kept(0, 0).has_room_for(1_000_000));
    assert!(kept(19, 60_000).has_room_for(5_000));
    assert!(!kept(20, 60).has_room_for(5));
    assert!(!kept(2, 65_000).has_room_for(600));
}

#[test]
fn no_line_is_as_long_as_what_came() {
    let long = "7".repeat(20_000);
    let stk = serde_json::json!({"Body": {"stkCallback": {
        "ResultCode": long, "ResultDesc": long, "CheckoutRequestID": long, "MerchantRequestID": long,
    }}});
    let callback = StkCallback::decode(stk.to_string().as_bytes()).unwrap();
    let result = serde_json::json!({"Result": {
        "ResultCode": long, "ResultDesc": long, "ConversationID": long, "OriginatorConversationID": long,
    }});
    let result = ReversalResult::decode(result.to_string().as_bytes()).unwrap();
    for event in [
        Event::CallbackReceived {
            attempt: 1,
            callback,
        },
        Event::RefundResult { refund: 1, result },
    ] {
        assert!(Recorded::once(event.clone(), 0).text().len() < 1_000);
    }
}
