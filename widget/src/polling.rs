//! When the next question to the Worker leaves. Times in milliseconds.

/// How long the Worker may hold a question, in seconds. The Worker takes at most 25.
pub(crate) const HOLD_SECS: u32 = 25;

/// How long the Worker may hold the answer to a push request, in seconds: until M-PESA has taken it. Short, because a page that
/// goes to the background loses its answers.
pub(crate) const PUSH_HOLD_SECS: u32 = 3;

/// After this without an answer to a push request the customer is told that the Worker is not heard.
pub(crate) const UNHEARD_MS: u32 = 4_000;

/// After this a held question counts as lost: the hold and what a slow network adds.
pub(crate) const HELD_DEADLINE_MS: u32 = (HOLD_SECS + 10) * 1000;

/// After this any other question counts as lost.
pub(crate) const DEADLINE_MS: u32 = 30_000;

/// The shortest pause after an answer that brought nothing new, so that no mistake of ours or of a
/// proxy becomes a flood.
const UNCHANGED_PAUSE_MS: u32 = 500;

/// The shortest pause while the page is in the background; its return asks at once.
const BACKGROUND_PAUSE_MS: u32 = 15_000;

/// What is known when the pause is chosen.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Situation {
    /// What the newest view asks for; `None`: nothing will change.
    pub(crate) poll_after_ms: Option<u32>,
    /// Whether the last answer brought a new version.
    pub(crate) is_new: bool,
    /// Failures in a row.
    pub(crate) failures: u32,
    /// Whether the page is in the background.
    pub(crate) is_hidden: bool,
}

/// How long to wait before the next question; `None`: ask no more.
pub(crate) fn pause_ms(now: Situation) -> Option<u32> {
    if now.failures > 0 {
        return Some(backoff_ms(now.failures));
    }
    let asked_for = now.poll_after_ms?;
    let least = match now {
        Situation {
            is_hidden: true, ..
        } => BACKGROUND_PAUSE_MS,
        Situation { is_new: false, .. } => UNCHANGED_PAUSE_MS,
        Situation { .. } => 0,
    };
    Some(asked_for.max(least))
}

/// 1, 2, 4, 8, then 15 s. A network that comes back wakes the wait.
pub(crate) const fn backoff_ms(failures: u32) -> u32 {
    match failures {
        0 => 0,
        1 => 1_000,
        2 => 2_000,
        3 => 4_000,
        4 => 8_000,
        _ => 15_000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEWS: Situation = Situation {
        poll_after_ms: Some(0),
        is_new: true,
        failures: 0,
        is_hidden: false,
    };

    #[test]
    fn news_are_followed_at_once() {
        assert_eq!(pause_ms(NEWS), Some(0));
    }

    #[test]
    fn the_view_says_how_long_to_wait_and_when_to_stop() {
        let asked_for = |poll_after_ms| {
            pause_ms(Situation {
                poll_after_ms,
                ..NEWS
            })
        };
        assert_eq!(asked_for(Some(60_000)), Some(60_000));
        assert_eq!(asked_for(None), None);
    }

    #[test]
    fn an_answer_without_news_never_becomes_a_flood() {
        let still = Situation {
            is_new: false,
            ..NEWS
        };
        assert_eq!(pause_ms(still), Some(500));
    }

    #[test]
    fn the_background_asks_gently() {
        let hidden = Situation {
            is_hidden: true,
            ..NEWS
        };
        assert_eq!(pause_ms(hidden), Some(15_000));
    }

    #[test]
    fn a_failing_network_is_asked_less_and_less_but_always_again() {
        let after = |failures| {
            pause_ms(Situation {
                failures,
                poll_after_ms: None,
                ..NEWS
            })
        };
        assert_eq!(
            [1, 2, 3, 4, 5, 500].map(after),
            [1, 2, 4, 8, 15, 15].map(|s| Some(s * 1000))
        );
    }
}
