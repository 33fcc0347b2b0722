//! What time brings: queries, expiry, limits, and what a journal's counted lines mean.

use super::*;

#[test]
fn without_a_callback_m_pesa_is_asked_ever_less_often_and_in_the_end_a_person() {
    let mut story = Story::prompted();
    let mut asked_at_ms = Vec::new();
    let mut now_ms = T0_MS + 2000;
    while let Some(at_ms) = story.payment.next_wake_ms(Terms::default(), now_ms) {
        assert!(at_ms >= now_ms);
        now_ms = at_ms;
        story.payment.step(&Event::AlarmRang, now_ms);
        if queries(&story.payment, now_ms) > 0 {
            asked_at_ms.push(now_ms - T0_MS);
            story.payment.step(&query_error(1), now_ms);
        }
    }
    assert_eq!(asked_at_ms[0], 32_000, "30 s after acceptance");
    assert!(
        asked_at_ms
            .windows(2)
            .all(|pair| pair[1] - pair[0] >= rules::QUERY_GAP_MS),
        "{asked_at_ms:?}"
    );
    assert!(
        (20..60).contains(&asked_at_ms.len()),
        "{}",
        asked_at_ms.len()
    );
    assert!(now_ms >= T0_MS + rules::UNRESOLVED_AFTER_MS);
    assert_eq!(story.payment.state(now_ms), State::Unresolved);
}

#[test]
fn a_decline_that_may_yet_succeed_is_asked_about_four_times() {
    let mut story = Story::prompted();
    story.at(9, decline(1, "1037"));
    for after_ms in rules::LATE_QUERIES_MS {
        let at_secs = 9 + after_ms / 1000;
        assert_eq!(queries_at(&mut story, at_secs - 1), 0);
        assert_eq!(queries_at(&mut story, at_secs), 1, "{after_ms}");
        story.at(at_secs, queried(1, "1037"));
    }
    assert_eq!(
        story
            .payment
            .next_wake_ms(Terms::default(), T0_MS + 400_000_000),
        None
    );
}

#[test]
fn a_final_decline_is_not_asked_about() {
    let mut story = Story::prompted();
    story.at(9, decline(1, "1032"));
    assert_eq!(
        story.payment.next_wake_ms(Terms::default(), T0_MS + 9000),
        Some(T0_MS + rules::UNSIGNED_ORDER_MS),
        "only the order's end is waited for"
    );
}

#[test]
fn an_expired_order_closes_and_may_still_become_paid() {
    let day_secs = rules::UNSIGNED_ORDER_MS / 1000;
    let mut story = Story::prompted();
    story.at(9, decline(1, "1032"));
    assert_eq!(story.reserve(day_secs).unwrap_err().why, Denied::Expired);
    story.at(day_secs, Event::AlarmRang);
    story.check(day_secs, State::Closed, 0);
    story.at(day_secs + 50, success(1, "UJ2V87JLMD", 150));
    story.check(day_secs + 50, State::Paid, 150);
}

#[test]
fn ten_pushes_and_three_numbers_are_enough() {
    let mut story = Story::opened();
    for n in 1..=10 {
        story.push(n * 10);
        let n = u32::try_from(n).unwrap();
        story.at(u64::from(n) * 10 + 1, accepted(n));
        story.at(u64::from(n) * 10 + 5, decline(n, "1032"));
    }
    assert_eq!(story.reserve(200).unwrap_err().why, Denied::TooManyAttempts);
    assert_eq!(story.view(200).retry_at_ms, None);
    let few = Story::opened();
    assert_eq!(
        few.payment.reserve_push(4, ask(1), T0_MS).unwrap_err().why,
        Denied::TooManyPhones
    );
}

#[test]
fn a_repeated_decline_does_not_begin_its_wait_anew() {
    let mut story = Story::prompted();
    story.at(9, decline(1, "17"));
    story.at(100, decline(1, "17"));
    assert_eq!(story.view(100).retry_at_ms, Some(T0_MS + 129_000));
}

#[test]
fn a_push_that_never_left_is_given_up_and_then_cannot_leave() {
    let mut story = Story::opened();
    let reserved = story.reserve(1).unwrap();
    story.at(1, reserved);
    story.at(61, Event::AlarmRang);
    story.check(61, State::Declined, 0);
    assert!(!story.payment.may_leave(1));
}

#[test]
fn a_late_push_answer_still_brings_the_id() {
    let mut story = Story::opened();
    story.push(1);
    story.at(36, Event::AlarmRang);
    story.check(36, State::Confirming, 0);
    story.at(37, accepted(1));
    story.check(37, State::AwaitingPin, 0);
    assert_eq!(story.view(37).ask_charged_at_ms, None);
    story.check(61, State::Confirming, 0);
    assert_eq!(story.view(61).ask_charged_at_ms, Some(T0_MS + 181_000));
}

#[test]
fn requests_are_held_only_while_something_is_about_to_happen() {
    let mut story = Story::prompted();
    assert!(story.payment.may_hold(T0_MS + 100_000));
    story.at(181, Event::AlarmRang);
    assert!(story.payment.may_hold(T0_MS + 200_000));
    assert!(!story.payment.may_hold(T0_MS + 400_000));
    assert!(
        story
            .view(400)
            .poll_after_ms
            .is_some_and(|ms| (5000..=60_000).contains(&ms))
    );
    story.at(500, success(1, "UJ2V87JLMD", 150));
    assert!(!story.payment.may_hold(T0_MS + 500_000));
}

#[test]
fn a_record_of_a_newer_version_is_not_misread() {
    let text = Recorded::once(Event::AlarmRang, 0).text();
    for newer in [r#""v":0"#, r#""v":3"#] {
        assert!(
            Recorded::read(&text.replace(r#""v":2"#, newer)).is_err(),
            "{newer}"
        );
    }
    let told = text.replace(r#""v":2"#, r#""v":2,"told":["payment.unheard_of"]"#);
    assert!(Recorded::read(&told).is_err());
    assert!(Recorded::read("{}").is_err());
}

#[test]
fn counted_answers_fold_to_the_same_payment() {
    let mut story = Story::prompted();
    for secs in [32, 44, 56, 68, 80] {
        story.at(secs, queried(1, "1037"));
        story.view(secs);
    }
    story.check(80, State::Declined, 0);
    assert_eq!(story.view(80).retry_at_ms, Some(T0_MS + 61_000));
    assert_eq!(
        story
            .journal
            .iter()
            .filter(|r| matches!(r.event, Event::QueryAnswered { .. }))
            .count(),
        2,
        "three that changed nothing, and the verdict"
    );
}

#[test]
fn an_error_does_not_use_up_a_question() {
    let mut story = Story::prompted();
    story.at(9, decline(1, "1037"));
    let mut secs = 129;
    for _ in 1..rules::QUERY_ERRORS_MAX {
        assert_eq!(queries_at(&mut story, secs), 1);
        story.at(secs, query_error(1));
        let next_ms = story
            .payment
            .next_wake_ms(Terms::default(), T0_MS + secs * 1000)
            .unwrap();
        assert!(
            next_ms < T0_MS + 909_000,
            "asked again before the next slot"
        );
        secs = (next_ms - T0_MS).div_ceil(1000);
    }
    story.at(secs, query_error(1));
    assert_eq!(
        story
            .payment
            .next_wake_ms(Terms::default(), T0_MS + secs * 1000),
        Some(T0_MS + 909_000),
        "given up; the next slot"
    );
}

#[test]
fn a_lost_push_whose_callback_is_not_believed_can_be_asked_about() {
    let mut story = Story::opened();
    story.push(1);
    story.at(31, lost(1));
    story.at(40, success(1, "UJ2V87JLMD", 149));
    story.check(40, State::Confirming, 0);
    assert_eq!(queries_at(&mut story, 41), 1);
    story.at(42, queried(1, "0"));
    story.check(42, State::PartPaid, 149);
}

/// The customer sees nothing of it, because the push before is not settled: it is written down all the same, with its time.
#[test]
fn an_answer_that_changes_something_has_a_line_of_its_own() {
    let mut story = Story::prompted();
    story.at(200, Event::AlarmRang);
    story.at(201, Event::CustomerDeclaredNotCharged { attempt: 1 });
    story.push(202);
    story.at(203, accepted(2));
    story.at(210, callback(1, "0.0", None, StkProof::default()));
    for secs in [235, 247, 263, 280, 300] {
        story.at(secs, queried(2, "2028"));
        story.view(secs);
    }
}
