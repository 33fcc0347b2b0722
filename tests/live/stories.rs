//! Every magic number of the emulator ends in the state that the rules want, and the emulator's ledger agrees
//! with what the Worker calls paid.

use crate::house::{Payment, phone_ending};
use serde_json::json;

/// Ends paid, once, with the receipt that M-PESA gave.
#[track_caller]
fn pays(ending: &str) {
    let mut payment = Payment::pushed(ending);
    payment.until_receipt().agrees();
    let moved = payment.moved();
    assert_eq!(moved.len(), 1);
    assert_eq!(payment.view["receipt"], moved[0]["receipt"]);
    assert_eq!(payment.view["excess_kes"], 0);
}

/// Ends declined for this reason, with nothing moved; `wait_secs` must pass before another push, if one helps.
#[track_caller]
fn declines(ending: &str, reason: &str, charge: &str, wait: Wait) {
    let mut payment = Payment::pushed(ending);
    payment.until_state("declined").agrees();
    assert_eq!(payment.view["reason"], reason, "{}", payment.view);
    assert_eq!(payment.view["charge"], charge, "{}", payment.view);
    let (now_ms, retry_at_ms) = (payment.ms("now_ms").unwrap(), payment.ms("retry_at_ms"));
    match wait {
        Wait::Never => {
            assert_eq!(retry_at_ms, None);
            assert_eq!(payment.push(json!({})).status, 409);
        }
        Wait::Now => assert!(retry_at_ms.unwrap() <= now_ms),
        Wait::Secs(secs) => {
            let left_ms = retry_at_ms.unwrap().saturating_sub(now_ms);
            assert!(
                (1..=secs * 1000).contains(&left_ms),
                "{left_ms} ms left of {secs} s"
            );
            let refused = payment.push(json!({}));
            assert_eq!(
                (refused.status, &refused.json()["error"]["code"]),
                (409, &json!("PUSH_NOT_ALLOWED"))
            );
            assert_eq!(refused.json()["error"]["retry_at_ms"].as_u64(), retry_at_ms);
        }
        Wait::PromptIsOver => {
            assert_eq!(retry_at_ms, payment.ms("sent_at_ms").map(|ms| ms + 60_000))
        }
    }
}

enum Wait {
    Now,
    Secs(u64),
    PromptIsOver,
    Never,
}

/// Is of unknown fate until three minutes after sending; then the customer may say that no money left, and pays.
#[track_caller]
fn stays_unknown_until_the_customer_says_so(ending: &str) {
    let mut payment = Payment::pushed(ending);
    payment.until_state("confirming");
    assert_eq!(payment.ms("retry_at_ms"), None);
    assert_eq!(
        payment.push(json!({})).status,
        409,
        "a second prompt while the first is of unknown fate"
    );
    assert_eq!(
        payment.push(json!({"not_charged": true})).status,
        409,
        "too early to say so"
    );
    let ask_at_ms = payment.ms("ask_charged_at_ms").unwrap();
    assert_eq!(
        Some(ask_at_ms),
        payment.ms("sent_at_ms").map(|ms| ms + 180_000)
    );
    payment.until("three minutes after sending", |p| {
        p.ms("now_ms").unwrap() >= ask_at_ms
    });
    assert_eq!(payment.state(), "confirming");
    let again = payment.push(json!({"not_charged": true, "phone": phone_ending("0000")}));
    assert_eq!(again.status, 200, "{}", again.text);
    payment.until_state("paid").agrees();
    assert_eq!(payment.pushes(), 2, "the machine itself never resent it");
}

macro_rules! story {
    ($($name:ident: $story:expr;)*) => { $(#[test] fn $name() { $story })* };
}

story! {
    n0000_pays: pays("0000");
    n0001_has_no_balance: declines("0001", "insufficient_funds", "none", Wait::Now);
    n2001_has_the_wrong_pin: declines("2001", "wrong_pin", "none", Wait::Now);
    n1019_expires: declines("1019", "expired", "none_so_far", Wait::PromptIsOver);
    n1025_gets_no_prompt: declines("1025", "prompt_failed", "none_so_far", Wait::PromptIsOver);
    n9999_gets_no_prompt: declines("9999", "prompt_failed", "none_so_far", Wait::PromptIsOver);
    n8006_has_a_locked_pin: declines("8006", "pin_locked", "none", Wait::Now);
    n2028_finds_the_shop_misconfigured: declines("2028", "merchant_setup", "none", Wait::Never);
    n1001_has_another_session_open: declines("1001", "subscriber_busy", "none", Wait::Secs(60));
    n0403_meets_the_firewall: declines("0403", "system_busy", "none", Wait::Secs(30));
    n0017_is_too_soon: declines("0017", "too_soon", "none", Wait::Secs(120));
    n0026_finds_m_pesa_busy: declines("0026", "system_busy", "none_so_far", Wait::PromptIsOver);
    n1032_cancels: declines("1032", "cancelled", "none", Wait::Now);
    n1037_is_unreachable: declines("1037", "unreachable", "none_so_far", Wait::PromptIsOver);
    n3008_has_a_bad_debt: declines("3008", "account_rule", "none", Wait::Now);
    n4999_is_slow_and_pays: pays("4999");
    n0222_is_called_back_twice_and_counts_once: pays("0222");
    n0111_is_called_back_before_the_answer: pays("0111");
    n0500_loses_the_answer_and_pays: pays("0500");
    n0429_is_stopped_by_the_spike_arrest_and_then_pays: pays("0429");
    n0501_loses_the_push: stays_unknown_until_the_customer_says_so("0501");
    n0503_meets_a_broken_gateway: stays_unknown_until_the_customer_says_so("0503");
    n0099_hears_nothing_at_all: stays_unknown_until_the_customer_says_so("0099");
}

#[test]
fn n0404_pays_without_a_callback_and_m_pesa_is_asked() {
    let mut payment = Payment::pushed("0404");
    payment.until_state("paid").agrees();
    // A query tells no receipt's number.
    assert_eq!(payment.view["receipt"], json!(null));
    assert_eq!(payment.moved().len(), 1);
}

#[test]
fn n9037_is_unreachable_and_pays_late() {
    let mut payment = Payment::pushed("9037");
    payment.until_state("declined");
    assert_eq!(payment.view["reason"], "unreachable");
    payment.until_state("paid").agrees();
}

#[test]
fn n7777_is_called_failed_by_a_query_and_then_pays() {
    let mut payment = Payment::pushed("7777");
    payment.until_state("awaiting_pin");
    let ends_at_ms = payment.ms("prompt_ends_at_ms").unwrap();
    payment.until_state("declined");
    assert!(
        payment.ms("now_ms").unwrap() >= ends_at_ms,
        "a query's decline counts only when the prompt is over"
    );
    payment.until_state("paid").agrees();
}

#[test]
fn a_cancelled_prompt_can_be_tried_again_at_once() {
    let mut payment = Payment::pushed("1032");
    payment.until_state("declined");
    let again = payment.push(json!({"phone": phone_ending("0000")}));
    assert_eq!(again.status, 200, "{}", again.text);
    payment.until_state("paid").agrees();
    assert_eq!(payment.moved().len(), 1);
}
