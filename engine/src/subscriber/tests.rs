//! What one handset is asked and told, in seconds from an arbitrary start.

use super::*;
use Answer::Granted;

const T0: u64 = 1_700_000_000_000;
const LIMITS: Limits = Limits {
    unanswered_max: 2,
    pause_ms: 600_000,
};

#[derive(Default)]
struct Handset(Subscriber);

fn prompt(name: &str, amount_kes: u32) -> Prompt {
    let (payment, attempt) = name.split_at(1);
    Prompt {
        payment: payment.to_owned(),
        attempt: attempt.parse().unwrap(),
        amount_kes,
        payee: "174379".to_owned(),
    }
}

fn at(secs: u64) -> u64 {
    T0 + secs * 1000
}

fn wait(secs: u64, why: Why) -> Answer {
    Answer::Wait {
        until_ms: at(secs),
        why,
    }
}

impl Handset {
    /// `A1` is the first attempt of payment A, here over 100 shillings and 10 for each letter after A.
    fn asks(&mut self, secs: u64, name: &str, is_signed: bool) -> Answer {
        let amount_kes = 100 + 10 * u32::from(name.as_bytes()[0] - b'A');
        self.asks_for(secs, name, amount_kes, is_signed)
    }

    fn asks_for(&mut self, secs: u64, name: &str, amount_kes: u32, is_signed: bool) -> Answer {
        let prompt = prompt(name, amount_kes);
        self.0.ask(&Ask { prompt, is_signed }, at(secs), LIMITS)
    }

    fn hears(&mut self, secs: u64, name: &str, how: How) {
        let amount_kes = 100 + 10 * u32::from(name.as_bytes()[0] - b'A');
        let end = End {
            prompt: prompt(name, amount_kes),
            how,
            at_ms: at(secs),
        };
        self.0.hear(&end, at(secs));
    }
}

#[test]
fn one_handset_has_one_prompt() {
    let mut handset = Handset::default();
    assert_eq!(handset.asks(0, "A1", true), Granted);
    assert_eq!(handset.asks(1, "B1", true), wait(180, Why::Busy));
    assert_eq!(handset.asks(2, "A1", true), Granted, "a retried call");
    assert_eq!(handset.asks(179, "B1", true), wait(180, Why::Busy));
    assert_eq!(
        handset.asks(180, "B1", true),
        Granted,
        "the lease has ended"
    );
    assert_eq!(
        handset.asks(181, "A1", true),
        wait(360, Why::Busy),
        "an old lease gives no right"
    );
}

#[test]
fn a_payments_own_attempts_are_kept_apart_by_itself() {
    let mut handset = Handset::default();
    handset.asks(0, "A1", true);
    assert_eq!(
        handset.asks(5, "A2", true),
        Granted,
        "A1's end went unheard"
    );
    handset.hears(6, "A1", How::Answered);
    assert_eq!(
        handset.asks(7, "B1", true),
        wait(185, Why::Busy),
        "the end of A1 does not free A2"
    );
}

#[test]
fn a_verdict_frees_the_handset_for_others() {
    let until = |how: How| {
        let mut handset = Handset::default();
        handset.asks(0, "A1", true);
        handset.hears(20, "A1", how);
        handset.asks(20, "B1", true)
    };
    assert_eq!(until(How::NotSent), Granted);
    assert_eq!(until(How::Answered), Granted);
    assert_eq!(until(How::Paid), Granted);
    assert_eq!(until(How::TooSoon), Granted);
    assert_eq!(until(How::Locked), wait(80, Why::Busy));
    let sent_at_ms = at(3);
    let unanswered = How::Unanswered { sent_at_ms };
    assert_eq!(until(unanswered), wait(63, Why::Busy));
}

#[test]
fn the_same_amount_to_the_same_payee_waits_two_minutes_across_orders() {
    for how in [How::Paid, How::TooSoon] {
        let mut handset = Handset::default();
        handset.asks(0, "A1", true);
        handset.hears(10, "A1", how);
        assert_eq!(
            handset.asks_for(11, "B1", 100, true),
            wait(130, Why::SameAgain),
            "{how:?}"
        );
        assert_eq!(handset.asks_for(11, "B1", 101, true), Granted);
        handset.hears(12, "B1", How::NotSent);
        let mut elsewhere = prompt("C1", 100);
        elsewhere.payee = "555555".to_owned();
        let ask = Ask {
            prompt: elsewhere,
            is_signed: true,
        };
        assert_eq!(handset.0.ask(&ask, at(13), LIMITS), Granted);
        handset.0 = Subscriber {
            lease: None,
            ..handset.0
        };
        assert_eq!(handset.asks_for(130, "D1", 100, true), Granted);
    }
}

#[test]
fn a_push_that_we_refused_ourselves_locks_nothing() {
    let mut handset = Handset::default();
    handset.asks(0, "A1", true);
    assert_eq!(handset.asks(1, "B1", true), wait(180, Why::Busy));
    handset.hears(1, "B1", How::Locked);
    handset.hears(5, "A1", How::Answered);
    assert_eq!(handset.asks(6, "C1", true), Granted);
}

#[test]
fn two_unanswered_prompts_of_strangers_bring_a_pause() {
    let unanswered = |secs| How::Unanswered {
        sent_at_ms: at(secs),
    };
    let mut handset = Handset::default();
    assert_eq!(handset.asks(0, "A1", false), Granted);
    handset.hears(61, "A1", unanswered(1));
    assert_eq!(handset.asks(70, "B1", false), Granted);
    handset.hears(131, "B1", unanswered(71));
    assert_eq!(handset.asks(140, "C1", false), wait(670, Why::TooMany));
    assert_eq!(
        handset.asks(140, "B2", false),
        wait(670, Why::TooMany),
        "the same payment too"
    );
    assert_eq!(handset.asks(140, "D1", true), Granted, "a signed order");
    handset.hears(150, "D1", How::Answered);
    assert_eq!(handset.asks(669, "C1", false), wait(670, Why::TooMany));
    assert_eq!(handset.asks(670, "C1", false), Granted);
    handset.hears(671, "C1", How::NotSent);
    assert_eq!(handset.0.ends_at_ms(), None);
}

#[test]
fn an_answered_prompt_is_not_counted() {
    let mut handset = Handset::default();
    for (secs, how) in [
        (0, How::Answered),
        (200, How::Paid),
        (400, How::NotSent),
        (600, How::TooSoon),
    ] {
        assert_eq!(handset.asks(secs, "A1", false), Granted);
        handset.hears(secs + 10, "A1", how);
    }
    // A late success takes an unanswered one back.
    handset.asks(800, "B1", false);
    handset.hears(
        861,
        "B1",
        How::Unanswered {
            sent_at_ms: at(801),
        },
    );
    handset.asks(870, "C1", false);
    handset.hears(880, "B1", How::Paid);
    handset.hears(890, "C1", How::NotSent);
    assert_eq!(handset.0.unanswered, []);
}

#[test]
fn prompts_under_way_count_too() {
    // Nothing is ever heard of them.
    let mut handset = Handset::default();
    assert_eq!(handset.asks(0, "A1", false), Granted);
    assert_eq!(handset.asks(180, "B1", false), Granted);
    assert_eq!(handset.asks(360, "C1", false), wait(780, Why::TooMany));
    assert_eq!(handset.asks(360, "C1", true), Granted);
}

#[test]
fn it_ends_with_its_last_wait_and_survives_storage() {
    let mut handset = Handset::default();
    assert_eq!(handset.0.ends_at_ms(), None);
    handset.asks(0, "A1", true);
    assert_eq!(handset.0.ends_at_ms(), Some(at(180)));
    handset.hears(10, "A1", How::Paid);
    assert_eq!(handset.0.ends_at_ms(), Some(at(130)));
    handset.asks(20, "B1", false);
    assert_eq!(handset.0.ends_at_ms(), Some(at(620)));
    handset.hears(30, "B1", How::Locked);
    assert_eq!(handset.0.ends_at_ms(), Some(at(130)));
    let text = serde_json::to_string(&handset.0).unwrap();
    assert_eq!(
        serde_json::from_str::<Subscriber>(&text).unwrap(),
        handset.0
    );
    handset.0.forget(at(130));
    assert_eq!(handset.0, Subscriber::default());
}

#[test]
fn what_is_kept_is_bounded() {
    let mut handset = Handset::default();
    for n in 0..100 {
        let end = End {
            prompt: prompt("A1", n),
            how: How::Paid,
            at_ms: at(0),
        };
        handset.0.hear(&end, at(0));
    }
    assert_eq!(handset.0.pauses.len(), PAUSES_MAX);
}
