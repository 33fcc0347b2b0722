//! Nothing that fails rings without end: each retry has a floor that grows, and is found again in what is stored.

use super::money::{A, number};
use super::*;

const HEARS: Terms = Terms { has_webhook: true };

/// When the alarm rings within most of a day, in seconds after `from_secs`, while nothing that is due is answered.
fn rings(story: &Story, from_secs: u64) -> Vec<u64> {
    let from_ms = T0_MS + from_secs * 1000;
    let mut rings = Vec::new();
    let mut now_ms = from_ms;
    while let Some(at_ms) = story.payment.next_wake_ms(HEARS, now_ms)
        && at_ms < from_ms + 80_000_000
    {
        rings.push((at_ms - from_ms) / 1000);
        assert!(rings.len() < 2_000, "it rings without end");
        // The object keeps nothing in mind between two rings.
        now_ms = at_ms;
    }
    rings
}

#[track_caller]
fn check(name: &str, rings: &[u64]) {
    let within = |secs: u64| {
        let most = rings.iter().map(|from| {
            let until = from + secs;
            rings
                .iter()
                .filter(|at| (*from..until).contains(at))
                .count()
        });
        most.max().unwrap_or(0)
    };
    let most = (within(60), within(3_600), within(86_400));
    assert!(
        most.0 <= 20 && most.1 <= 80 && most.2 <= 300,
        "{name}: {most:?}"
    );
    let gaps: Vec<u64> = rings.windows(2).map(|two| two[1] - two[0]).collect();
    for two in gaps.windows(2).skip(2) {
        let grows = two[1] * 10 >= two[0] * 14 || two[1] >= 600;
        assert!(grows, "{name}: {gaps:?}");
    }
    assert!(
        gaps.last().is_some_and(|gap| *gap == 600),
        "{name}: {gaps:?}"
    );
}

#[test]
fn a_look_up_that_fails_rings_ever_later() {
    let mut story = Story::opened();
    story.only(40, Event::ReceiptTyped { receipt: number(A) });
    check("a look-up", &rings(&story, 40));
}

#[test]
fn a_message_that_cannot_be_sent_rings_ever_later() {
    let mut story = Story::prompted();
    story.at(9, success(1, A, 150));
    check("a message", &rings(&story, 9));
}

#[test]
fn a_receipt_that_cannot_be_listed_rings_ever_later() {
    let mut story = Story::prompted();
    story.at(9, success(1, A, 150));
    story.at(12, success(1, "UJ2V87JLMB", 150));
    for sequence in [1, 2] {
        let status = Some(200);
        story.at(13, Event::WebhookAnswered { sequence, status });
    }
    check("a listing", &rings(&story, 13));
}

#[test]
fn a_question_that_cannot_be_asked_rings_ever_later() {
    let mut story = Story::prompted();
    story.at(20, success(1, A, 149));
    story.at(181, Event::AlarmRang);
    let rings = rings(&story, 181);
    let in_a_minute = rings.iter().filter(|at| **at < 60).count();
    assert!(in_a_minute <= 20 && rings.len() <= 300, "{rings:?}");
}

#[test]
fn what_is_due_for_the_first_time_rings_in_time() {
    let mut story = Story::prompted();
    let wakes = |story: &Story, secs: u64| {
        let now_ms = T0_MS + secs * 1000;
        story
            .payment
            .next_wake_ms(HEARS, now_ms)
            .map(|at_ms| at_ms - T0_MS)
    };
    assert_eq!(wakes(&story, 3), Some(32_000), "the first question");
    assert_eq!(wakes(&story, 32), Some(34_000), "it is being asked");
    story.at(33, success(1, A, 149));
    assert_eq!(
        wakes(&story, 33),
        Some(35_000),
        "a callback that is not believed"
    );
}
