//! When a payment forgets its customer, and that it stays the same payment.

use super::*;

const DAY_MS: u64 = 24 * 3_600_000;
const AFTER_MS: u64 = 90 * DAY_MS;

impl Story {
    fn forgets_at_ms(&self, now_ms: u64) -> Option<u64> {
        self.payment
            .forgets_at_ms(Terms::default(), AFTER_MS, now_ms)
    }

    /// As the shell does it: each line without the id that holds the number.
    fn forget(&mut self) {
        let payment = Payment::fold(&self.journal);
        for record in &mut self.journal {
            if let Some(event) = payment.forgotten(record) {
                record.event = event;
            }
        }
        self.payment = Payment::fold(&self.journal);
    }

    fn journal_text(&self) -> String {
        let lines = self.journal.iter().map(Recorded::text);
        lines.collect()
    }
}

#[test]
fn a_paid_payment_forgets_when_its_time_has_passed() {
    let mut story = Story::prompted();
    let now_ms = T0_MS + 3000;
    assert_eq!(story.forgets_at_ms(now_ms), None, "in flight");
    story.at(9, success(1, "UJ2V87JLMD", 150));
    let paid_at_ms = T0_MS + 9000;
    assert_eq!(
        story.forgets_at_ms(paid_at_ms + 1),
        Some(paid_at_ms + AFTER_MS)
    );
}

#[test]
fn a_shop_that_has_not_heard_is_waited_for() {
    let mut story = Story::prompted();
    story.at(9, success(1, "UJ2V87JLMD", 150));
    let terms = Terms { has_webhook: true };
    let after = |story: &Story| story.payment.forgets_at_ms(terms, 0, T0_MS + 20_000);
    assert_eq!(after(&story), None);
    let sequence = story.payment.deliveries()[0].sequence;
    story.at(
        10,
        Event::WebhookAnswered {
            sequence,
            status: Some(200),
        },
    );
    assert_eq!(after(&story), Some(T0_MS + 9000));
}

#[test]
fn a_decline_that_may_yet_succeed_is_asked_about_before_it_is_forgotten() {
    let mut story = Story::prompted();
    story.at(9, decline(1, "1037"));
    for after_ms in rules::LATE_QUERIES_MS {
        let now_ms = T0_MS + 9000 + after_ms;
        assert_eq!(story.forgets_at_ms(now_ms), None);
        story.at(now_ms / 1000 - T0_MS / 1000, Event::AlarmRang);
        story.at(now_ms / 1000 - T0_MS / 1000, queried(1, "1037"));
    }
    let now_ms = T0_MS + 3 * DAY_MS;
    assert!(story.forgets_at_ms(now_ms).is_some());
}

#[test]
fn a_push_of_unknown_fate_does_not_keep_a_number_for_good() {
    let mut story = Story::opened();
    story.push(1);
    story.at(2, lost(1));
    let day_secs = DAY_MS / 1000;
    story.at(day_secs + 200, Event::AlarmRang);
    assert_eq!(story.payment.state(T0_MS + 2 * DAY_MS), State::Unresolved);
    assert!(story.forgets_at_ms(T0_MS + 2 * DAY_MS).is_some());
}

#[test]
fn the_journal_forgets_the_number_and_tells_the_same_payment() {
    let mut story = Story::prompted();
    // Another push's id, first: it is not believed, before and after.
    let stranger = callback(
        1,
        "0",
        Some("ws_CO_other".into()),
        StkProof {
            receipt: MpesaReceipt::parse("AAAA1111BB").ok(),
            ..StkProof::default()
        },
    );
    story.at(5, stranger);
    story.at(9, decline(1, "1032"));
    story.at(60, Event::OrderClosed);
    let before = story.payment.facts(false, &[], T0_MS + 70_000);
    assert!(story.journal_text().contains("ws_CO_"));
    let deliveries = story.payment.deliveries().to_vec();
    story.forget();
    assert!(
        !story.journal_text().contains("ws_CO_"),
        "{}",
        story.journal_text()
    );
    assert_eq!(story.payment.deliveries(), deliveries);
    assert_eq!(story.payment.facts(false, &[], T0_MS + 70_000), before);
    assert_eq!(story.payment.received_kes(), 0);
    let text = story.journal_text();
    story.forget();
    assert_eq!(story.journal_text(), text, "twice is once");
}

#[test]
fn a_late_callback_counts_after_forgetting_and_after_forgetting_again() {
    let mut story = Story::prompted();
    story.at(9, decline(1, "1032"));
    story.at(60, Event::OrderClosed);
    story.forget();
    story.at(8_000_000, success(1, "UJ2V87JLMD", 150));
    story.check(8_000_001, State::Paid, 150);
    story.forget();
    story.check(8_000_002, State::Paid, 150);
    assert!(!story.journal_text().contains("ws_CO_"));
}

#[test]
fn nobody_asks_by_a_forgotten_id() {
    let mut story = Story::prompted();
    story.at(9, decline(1, "1032"));
    story.at(60, Event::OrderClosed);
    story.forget();
    story.at(8_000_000, success(1, "UJ2V87JLMD", 149)); // a wrong amount would be asked about
    assert_eq!(queries_at(&mut story, 8_000_100), 0);
    story.check(8_000_100, State::Closed, 0);
}
