//! `Question`: what M-PESA is to be asked about a receipt. It lies in the receipt's record until it has left, so that nobody
//! waits for a place in the queue but the alarm.

use crate::query_queue::Slot;
use malipo_shared::LinkId;
use serde::{Deserialize, Serialize};

/// So long a question is tried to be asked, in milliseconds; then whoever still wants to know asks for it again.
const LASTS_MS: u64 = 300_000;
/// After the first failure, doubled with each further one, in milliseconds.
const AGAIN_MS: u64 = 5_000;

/// A question that has not left yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The merchant for whom M-PESA is asked.
    pub link: LinkId,
    /// When something is to be done for it, in Unix milliseconds.
    pub next_ms: u64,
    /// Whether the queue has given it a place at `next_ms`.
    has_slot: bool,
    /// How often M-PESA did not take it.
    failures: u32,
    /// After this it is given up, in Unix milliseconds.
    ends_ms: u64,
}

/// What is to be done for a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A place in the queue is to be asked for.
    Reserve,
    /// M-PESA is to be asked.
    Ask,
}

impl Question {
    /// A question of this merchant's, to be asked as soon as the queue lets it.
    pub fn begin(link: LinkId, now_ms: u64) -> Question {
        Question {
            link,
            next_ms: now_ms,
            has_slot: false,
            failures: 0,
            ends_ms: now_ms + LASTS_MS,
        }
    }

    /// What is to be done now; none before its time.
    pub fn due(&self, now_ms: u64) -> Option<Step> {
        let step = match self.has_slot {
            true => Step::Ask,
            false => Step::Reserve,
        };
        (self.next_ms <= now_ms).then_some(step)
    }

    /// The question after the queue has answered, or could not be asked: that stops nobody. None when it is given up.
    pub fn placed(mut self, slot: Option<Slot>, now_ms: u64) -> Option<Question> {
        (self.has_slot, self.next_ms) = match slot {
            None => (true, now_ms),
            Some(Slot::Yours(at_ms)) => (true, at_ms),
            Some(Slot::AskAgain(at_ms)) => (false, at_ms),
        };
        (self.has_slot || self.next_ms < self.ends_ms).then_some(self)
    }

    /// The question after M-PESA has not taken it. None when it is given up.
    pub fn failed(mut self, now_ms: u64) -> Option<Question> {
        self.has_slot = false;
        self.next_ms = now_ms + (AGAIN_MS << self.failures.min(16));
        self.failures += 1;
        (self.next_ms < self.ends_ms).then_some(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const T0: u64 = 1_700_000_000_000;

    fn question() -> Question {
        Question::begin(LinkId::parse("main").unwrap(), T0)
    }

    #[test]
    fn a_question_waits_for_its_place_and_then_leaves() {
        let question = question();
        assert_eq!(question.due(T0), Some(Step::Reserve));
        let again = question.placed(Some(Slot::AskAgain(T0 + 9_000)), T0);
        let again = again.unwrap();
        assert_eq!(again.due(T0 + 8_999), None);
        assert_eq!(again.due(T0 + 9_000), Some(Step::Reserve));
        let placed = again.placed(Some(Slot::Yours(T0 + 12_000)), T0 + 9_000);
        let placed = placed.unwrap();
        assert_eq!(placed.due(T0 + 11_999), None);
        assert_eq!(placed.due(T0 + 12_000), Some(Step::Ask));
    }

    #[test]
    fn a_queue_that_cannot_be_asked_stops_nobody() {
        let asks = question().placed(None, T0).unwrap();
        assert_eq!(asks.due(T0), Some(Step::Ask));
    }

    #[test]
    fn a_question_is_written_down_with_its_place() {
        let placed = question().placed(Some(Slot::Yours(T0 + 12_000)), T0);
        let placed = placed.unwrap();
        let text = serde_json::to_string(&placed).unwrap();
        assert_eq!(crate::json::read::<Question>(&text).unwrap(), placed);
    }

    #[test]
    fn who_waits_too_long_for_a_place_is_given_up() {
        let late = Slot::AskAgain(T0 + LASTS_MS);
        assert_eq!(question().placed(Some(late), T0), None);
        let near = Slot::Yours(T0 + LASTS_MS + 1);
        assert!(question().placed(Some(near), T0).is_some(), "its own place");
    }

    #[test]
    fn a_question_that_mpesa_does_not_take_is_asked_a_few_times_at_ever_longer_gaps() {
        let (mut now_ms, mut left) = (T0, Some(question()));
        let mut gaps = Vec::new();
        while let Some(question) = left {
            assert!(question.due(now_ms).is_some());
            left = question.failed(now_ms);
            if let Some(question) = &left {
                gaps.push((question.next_ms - now_ms) / 1_000);
                now_ms = question.next_ms;
            }
        }
        assert_eq!(gaps, [5, 10, 20, 40, 80]);
    }
}
