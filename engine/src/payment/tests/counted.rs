//! What each event adds to the counters.

use super::*;
use crate::counts::{What, counts};

/// The events of a story, each with its second; what they add.
fn told(events: Vec<(u64, Event)>) -> Vec<(What, String, u64)> {
    let mut story = Story::opened();
    let reserved = story.reserve(1).unwrap();
    let begin = [(1, reserved), (2, leaving(1, 2)), (3, accepted(1))];
    let mut told = Vec::new();
    for (secs, event) in begin.into_iter().chain(events) {
        let before = story.payment.clone();
        story.only(secs, event.clone());
        let now_ms = T0_MS + secs * 1000;
        let counted = counts(&before, &story.payment, &event, now_ms);
        told.extend(counted.into_iter().map(|c| (c.what, c.code, c.ms)));
    }
    told
}

fn granted() -> Event {
    Event::ReceiptGranted {
        receipt: MpesaReceipt::parse("UJ2V87JLMD").unwrap(),
        rank: Rank::Callback,
        is_contested: false,
    }
}

#[track_caller]
fn check(events: Vec<(u64, Event)>, expected: &[(What, &str, u64)]) {
    let mut all = vec![(What::Push, "", 1000)];
    all.extend(expected);
    let told = told(events);
    let told: Vec<_> = told
        .iter()
        .map(|(w, c, ms)| (*w, c.as_str(), *ms))
        .collect();
    assert_eq!(told, all);
}

#[test]
fn a_payment_counts_its_push_its_verdict_and_its_end() {
    check(
        vec![(9, success(1, "UJ2V87JLMD", 150)), (9, granted())],
        &[(What::VerdictByCallback, "0", 7000), (What::Paid, "", 9000)],
    );
    check(
        vec![(9, decline(1, "1032"))],
        &[(What::VerdictByCallback, "1032", 7000)],
    );
}

#[test]
fn a_lost_callback_is_told_from_a_late_one() {
    let asked = (What::VerdictByAsking, "0", 30_000);
    let paid = (What::Paid, "", 32_000);
    check(vec![(32, queried(1, "0"))], &[asked, paid]);
    check(
        vec![
            (32, queried(1, "0")),
            (40, success(1, "UJ2V87JLMD", 150)),
            (41, success(1, "UJ2V87JLMD", 150)),
        ],
        &[asked, paid, (What::CallbackLate, "", 38_000)],
    );
}

#[test]
fn a_decline_that_succeeds_is_counted_as_that() {
    check(
        vec![
            (9, decline(1, "1037")),
            (50, success(1, "UJ2V87JLMD", 150)),
            (50, granted()),
        ],
        &[
            (What::VerdictByCallback, "1037", 7000),
            (What::LateSuccess, "0", 48_000),
            (What::Paid, "", 50_000),
        ],
    );
}

#[test]
fn what_did_not_leave_and_what_was_lost_are_counted() {
    let mut story = Story::opened();
    story.push(1);
    let mut add = |secs: u64, event: Event| {
        let before = story.payment.clone();
        story.only(secs, event.clone());
        counts(&before, &story.payment, &event, T0_MS + secs * 1000)
    };
    let counted = add(2, refused(1, Reason::SystemBusy, Some(30)));
    assert_eq!(
        (counted[0].what, counted[0].code.as_str()),
        (What::NotSent, "system_busy")
    );
    assert_eq!(counted.len(), 1);
    let mut story = Story::opened();
    story.push(1);
    let before = story.payment.clone();
    story.only(31, lost(1));
    let counted = counts(&before, &story.payment, &lost(1), T0_MS + 31_000);
    assert_eq!((counted[0].what, counted[0].ms), (What::PushLost, 30_000));
}

#[test]
fn the_shops_lag_is_counted_with_what_it_answered() {
    let answered = |status| Event::WebhookAnswered {
        sequence: 1,
        status,
    };
    check(
        vec![
            (9, decline(1, "1032")),
            (10, answered(None)),
            (11, answered(Some(500))),
            (15, answered(Some(204))),
            (16, answered(Some(204))),
        ],
        &[
            (What::VerdictByCallback, "1032", 7000),
            (What::WebhookFailed, "none", 1000),
            (What::WebhookFailed, "500", 2000),
            (What::WebhookHeard, "204", 6000),
        ],
    );
}
