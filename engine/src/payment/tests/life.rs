//! A payment from its opening to its end: what its pushes come to, what counts, and what the customer may do next.

use super::*;

#[test]
fn a_payment_goes_from_ready_to_paid() {
    let mut story = Story::opened();
    story.check(0, State::Ready, 0);
    story.push(1);
    story.check(1, State::Sending, 0);
    story.at(2, accepted(1));
    story.check(2, State::AwaitingPin, 0);
    story.at(11, success(1, "UJ2V87JLMD", 150));
    story.check(11, State::Paid, 150);
    let view = story.view(11);
    assert_eq!(view.receipt.as_deref(), Some("UJ2V87JLMD"));
    assert_eq!(
        (view.excess_kes, view.poll_after_ms, view.retry_at_ms),
        (0, None, None)
    );
    assert_eq!(story.reserve(12).unwrap_err().why, Denied::Paid);
}

#[test]
fn every_visible_change_raises_the_version_and_nothing_else_does() {
    let mut story = Story::prompted();
    let version = story.view(3).version;
    story.at(40, queried(1, "4999"));
    story.at(52, query_error(1));
    assert_eq!(story.view(53).version, version);
    story.at(60, success(1, "UJ2V87JLMD", 150));
    assert!(story.view(61).version > version);
}

#[test]
fn a_callback_that_beats_the_push_answer_counts() {
    let mut story = Story::opened();
    story.push(1);
    story.at(2, success(1, "UJ2V87JLMD", 150));
    story.check(2, State::Paid, 150);
    story.at(3, accepted(1));
    story.check(3, State::Paid, 150);
}

#[test]
fn a_callback_counts_once() {
    let mut story = Story::prompted();
    for secs in [9, 10, 900] {
        story.at(secs, success(1, "UJ2V87JLMD", 150));
        story.check(secs, State::Paid, 150);
    }
}

#[test]
fn paid_never_reverts() {
    let mut story = Story::prompted();
    story.at(9, success(1, "UJ2V87JLMD", 150));
    for (secs, event) in [
        (10, decline(1, "1032")),
        (70, queried(1, "1037")),
        (71, lost(1)),
        (72, refused(1, Reason::Other, None)),
        (90_000, Event::AlarmRang),
    ] {
        story.at(secs, event);
        story.check(secs, State::Paid, 150);
    }
}

#[test]
fn a_late_success_repairs_every_decline() {
    for row in catalogue::rows()
        .filter(|row| row.api == catalogue::Api::Stk && matches!(row.kind, Kind::Declined(_)))
    {
        let mut story = Story::prompted();
        story.at(9, decline(1, row.code));
        story.check(9, State::Declined, 0);
        story.at(5000, success(1, "UJ2V87JLMD", 150));
        story.check(5000, State::Paid, 150);
    }
}

#[test]
fn each_decline_waits_as_the_catalogue_says() {
    for row in catalogue::rows().filter(|row| row.api == catalogue::Api::Stk) {
        let Kind::Declined(expected) = row.kind else {
            continue;
        };
        let mut story = Story::prompted();
        story.at(9, decline(1, row.code));
        let view = story.view(9);
        assert_eq!(
            (view.reason, view.code.as_deref()),
            (Some(expected.reason), Some(row.code))
        );
        assert_eq!(
            view.charge,
            Some(if expected.is_late_capable {
                Charge::NoneSoFar
            } else {
                Charge::None
            })
        );
        let retry_at_secs = match expected.wait {
            Wait::Never => None,
            Wait::Secs(secs) => Some(9 + u64::from(secs)),
            Wait::PromptIsOver => Some(61),
        };
        assert_eq!(
            view.retry_at_ms,
            retry_at_secs.map(|secs| T0_MS + secs * 1000),
            "{}",
            row.code
        );
        match retry_at_secs {
            None => assert_eq!(
                story.reserve(90).unwrap_err().why,
                if expected.reason == Reason::MerchantSetup {
                    Denied::NotYet
                } else {
                    Denied::Pointless
                }
            ),
            Some(secs) => {
                if secs > 9 {
                    assert_eq!(
                        story.reserve(secs - 1).unwrap_err().retry_at_ms,
                        view.retry_at_ms
                    );
                }
                assert!(story.reserve(secs).is_ok(), "{}", row.code);
            }
        }
    }
}

#[test]
fn no_second_prompt_leaves_while_one_may_live() {
    let mut story = Story::opened();
    let first = story.reserve(1).unwrap();
    story.at(1, first);
    assert_eq!(
        story.reserve(1).unwrap_err().why,
        Denied::NotYet,
        "reserved"
    );
    story.at(1, leaving(1, 1));
    assert_eq!(story.reserve(2).unwrap_err().why, Denied::NotYet, "leaving");
    story.at(2, accepted(1));
    assert_eq!(
        story.reserve(100).unwrap_err().why,
        Denied::NotYet,
        "prompted"
    );
    story.at(181, Event::AlarmRang);
    story.check(181, State::Confirming, 0);
    assert_eq!(
        story.reserve(100_000).unwrap_err().why,
        Denied::Expired,
        "unknown for ever, and then expired"
    );
    assert_eq!(
        story.reserve(500).unwrap_err().why,
        Denied::NotYet,
        "unknown"
    );
}

#[test]
fn a_lost_answer_is_unknown_and_only_a_person_ends_it_early() {
    let mut story = Story::opened();
    story.push(1);
    story.at(31, lost(1));
    story.check(31, State::Confirming, 0);
    let view = story.view(31);
    assert_eq!(
        (view.retry_at_ms, view.ask_charged_at_ms),
        (None, Some(T0_MS + 181_000))
    );
    assert_eq!(story.payment.declarable(T0_MS + 180_999), None);
    assert_eq!(story.payment.declarable(T0_MS + 181_000), Some(1));
    story.at(181, Event::CustomerDeclaredNotCharged { attempt: 1 });
    story.check(181, State::Ready, 0);
    story.push(182);
    story.at(183, accepted(2));
    // The old attempt stays reconcilable: both paid, nothing is hidden.
    story.at(190, success(2, "UJ2V87JLM2", 150));
    story.at(191, success(1, "UJ2V87JLM1", 150));
    story.check(191, State::Paid, 300);
    assert_eq!(story.view(191).excess_kes, 150);
}

#[test]
fn a_lost_push_is_settled_by_its_callback_which_brings_the_id() {
    let mut story = Story::opened();
    story.push(1);
    story.at(31, lost(1));
    assert_eq!(queries_at(&mut story, 100), 0, "there is nothing to ask by");
    story.at(120, success(1, "UJ2V87JLMD", 150));
    story.check(120, State::Paid, 150);
    assert_eq!(
        story.payment.attempt(1).unwrap().checkout_request_id,
        Some(CheckoutRequestId::new("ws_CO_1"))
    );
}

#[test]
fn a_restart_before_the_push_left_is_not_sent_and_after_is_unknown() {
    let mut story = Story::opened();
    let reserved = story.reserve(1).unwrap();
    story.at(1, reserved);
    let event = story.payment.after_restart().unwrap();
    assert!(matches!(event, Event::PushRefused { attempt: 1, .. }));
    story.at(2, event);
    story.check(2, State::Declined, 0);
    assert!(
        !story.payment.may_leave(1),
        "the interrupted push does not leave after all"
    );
    story.push(3);
    let event = story.payment.after_restart().unwrap();
    assert!(matches!(event, Event::PushLost { attempt: 2, .. }));
    story.at(4, event);
    story.check(4, State::Confirming, 0);
    assert_eq!(story.payment.after_restart(), None);
}

#[test]
fn a_query_that_says_paid_opens_a_blank_receipt_and_the_callback_fills_it() {
    let mut story = Story::prompted();
    story.at(32, queried(1, "0"));
    story.check(32, State::Paid, 150);
    assert_eq!(story.view(32).receipt, None);
    story.at(33, queried(1, "0"));
    story.check(33, State::Paid, 150);
    story.at(40, success(1, "UJ2V87JLMD", 150));
    story.check(40, State::Paid, 150);
    assert_eq!(story.view(40).receipt.as_deref(), Some("UJ2V87JLMD"));
    story.at(41, success(1, "UJ2V87JLMD", 150));
    story.check(41, State::Paid, 150);
}

#[test]
fn a_query_declines_only_when_the_prompt_is_over_and_the_code_is_listed() {
    let mut story = Story::prompted();
    story.at(32, queried(1, "1032"));
    story.check(32, State::AwaitingPin, 0);
    story.at(70, queried(1, "2029"));
    story.at(71, queried(1, "9876"));
    story.at(72, queried(1, "4999"));
    story.at(73, query_error(1));
    story.check(73, State::Confirming, 0);
    story.at(74, queried(1, "1037"));
    story.check(74, State::Declined, 0);
    story.at(76, success(1, "UJ2V87JLMD", 150));
    story.check(76, State::Paid, 150);
}

#[test]
fn a_callback_of_another_push_or_amount_is_no_verdict_and_is_asked_about() {
    let wrong_amount = success(1, "UJ2V87JLMD", 149);
    let wrong_push = callback(1, "0", Some("ws_CO_9".into()), StkProof::default());
    let half_shilling = callback(
        1,
        "0",
        None,
        StkProof {
            amount: Some(PaidAmount::Other("150.5".into())),
            ..StkProof::default()
        },
    );
    let wrong_decline = callback(1, "1032", Some("ws_CO_9".into()), StkProof::default());
    for (event, state, received_kes) in [
        (wrong_amount, State::PartPaid, 149),
        (wrong_push, State::Paid, 150),
        (half_shilling, State::Paid, 150),
        (wrong_decline, State::Paid, 150),
    ] {
        let mut story = Story::prompted();
        let effects = story.at(9, event);
        assert!(
            effects.iter().any(|e| matches!(e, Effect::Alert(_))),
            "{effects:?}"
        );
        story.check(9, State::AwaitingPin, 0);
        assert_eq!(queries_at(&mut story, 10), 1);
        story.at(11, queried(1, "0"));
        story.check(11, state, received_kes);
    }
}

#[test]
fn an_unlisted_code_is_a_decline_only_after_three_minutes() {
    let mut story = Story::prompted();
    let effects = story.at(9, decline(1, "7531"));
    assert!(
        effects
            .iter()
            .any(|e| matches!(e, Effect::Alert(text) if text.contains("7531")))
    );
    story.check(9, State::Confirming, 0);
    assert!(story.reserve(100).is_err());
    story.at(188, Event::AlarmRang);
    story.check(188, State::Confirming, 0);
    story.at(189, Event::AlarmRang);
    story.check(189, State::Declined, 0);
    assert_eq!(story.view(189).reason, Some(Reason::Other));
    assert_eq!(story.view(189).code.as_deref(), Some("7531"));
}

#[test]
fn a_refused_push_was_not_sent_and_waits_as_its_refusal_says() {
    let mut story = Story::opened();
    story.push(1);
    story.at(2, refused(1, Reason::SubscriberBusy, Some(60)));
    story.check(2, State::Declined, 0);
    let view = story.view(2);
    assert_eq!(
        (view.reason, view.charge, view.retry_at_ms),
        (
            Some(Reason::SubscriberBusy),
            Some(Charge::None),
            Some(T0_MS + 62_000)
        )
    );
    assert!(!view.may_prompt_be_alive);
    story.push(62);
}

#[test]
fn the_shops_fault_is_not_the_customers_to_retry() {
    let mut story = Story::opened();
    story.push(1);
    story.at(2, refused(1, Reason::MerchantSetup, None));
    assert_eq!(story.view(2).retry_at_ms, None);
    let mended_secs = 2 + rules::SHOP_MENDS_MS / 1000;
    assert!(story.reserve(mended_secs - 1).is_err());
    assert!(
        story.reserve(mended_secs).is_ok(),
        "the shop may have mended it"
    );
}
