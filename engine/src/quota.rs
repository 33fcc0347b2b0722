//! `Quota`: how many prompts of unsigned orders one address may cause. Those that are answered do not count beyond a first few,
//! because many customers share few addresses.

use serde::{Deserialize, Serialize};

/// The prompts that an address caused in the last hour, as far as it was not told that they were answered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quota {
    prompts: Vec<Counted>,
}

/// Whether another prompt may be caused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// It may, and is counted for an hour.
    Granted {
        /// Whether the quota has to be told when it is answered, so that it counts no longer. The first few of an hour simply
        /// count: a call less for almost every payment.
        is_told: bool,
    },
    /// Not before this, in Unix milliseconds.
    Wait {
        /// When one of the counted prompts is an hour old.
        until_ms: u64,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Counted {
    payment: String,
    attempt: u32,
    until_ms: u64,
}

/// A quarter of the limit, and no more than this many, are counted without being told of their answers.
const UNTOLD_MAX: usize = 8;

/// How long an unanswered prompt counts, in milliseconds: an hour.
pub const WINDOW_MS: u64 = 3_600_000;

impl Quota {
    /// Counts a payment's attempt, if the limit allows one more. The same one is counted once.
    pub fn ask(&mut self, payment: &str, attempt: u32, unanswered_max: u32, now_ms: u64) -> Answer {
        self.forget(now_ms);
        let untold = (unanswered_max as usize / 4).min(UNTOLD_MAX);
        let is_same = |known: &Counted| known.payment == payment && known.attempt == attempt;
        if let Some(place) = self.prompts.iter().position(is_same) {
            let is_told = place >= untold;
            return Answer::Granted { is_told };
        }
        let too_many = (self.prompts.len() + 1).saturating_sub(unanswered_max as usize);
        // As many as are too many have to grow old first.
        match too_many.checked_sub(1).map(|last| self.prompts.get(last)) {
            Some(Some(counted)) => Answer::Wait {
                until_ms: counted.until_ms,
            },
            Some(None) => Answer::Wait {
                until_ms: now_ms + WINDOW_MS,
            },
            None => {
                self.prompts.push(Counted {
                    payment: payment.to_owned(),
                    attempt,
                    until_ms: now_ms + WINDOW_MS,
                });
                let is_told = self.prompts.len() > untold;
                Answer::Granted { is_told }
            }
        }
    }

    /// Hears that a prompt was answered, or never rang.
    pub fn answered(&mut self, payment: &str, attempt: u32, now_ms: u64) {
        self.prompts
            .retain(|known| known.payment != payment || known.attempt != attempt);
        self.forget(now_ms);
    }

    /// When the last of it stops to count, in Unix milliseconds; none when nothing does.
    pub fn ends_at_ms(&self) -> Option<u64> {
        self.prompts.last().map(|counted| counted.until_ms)
    }

    /// Forgets what no longer counts.
    pub fn forget(&mut self, now_ms: u64) {
        self.prompts.retain(|counted| counted.until_ms > now_ms);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Answer::Wait;

    const MINUTE: u64 = 60_000;
    /// A limit of three is too small for any that are not told of.
    const GRANTED: Answer = Answer::Granted { is_told: true };

    #[test]
    fn only_unanswered_prompts_count() {
        let mut quota = Quota::default();
        for n in 0..50 {
            let payment = format!("P{n}");
            assert_eq!(quota.ask(&payment, 1, 3, n), GRANTED, "{n}");
            quota.answered(&payment, 1, n);
        }
        assert_eq!(quota.ends_at_ms(), None);
    }

    #[test]
    fn over_the_limit_the_oldest_has_to_be_an_hour_old() {
        let mut quota = Quota::default();
        for (payment, minute) in [("A", 0), ("B", 10), ("C", 20)] {
            assert_eq!(quota.ask(payment, 1, 3, minute * MINUTE), GRANTED);
        }
        let until = |minute: u64| Wait {
            until_ms: minute * MINUTE,
        };
        assert_eq!(quota.ask("D", 1, 3, 30 * MINUTE), until(60));
        assert_eq!(quota.ask("C", 1, 3, 30 * MINUTE), GRANTED, "a retried call");
        assert_eq!(quota.ask("C", 2, 3, 30 * MINUTE), until(60), "another push");
        assert_eq!(
            quota.ask("D", 1, 2, 30 * MINUTE),
            until(70),
            "a lower limit"
        );
        assert_eq!(quota.ask("D", 1, 3, 60 * MINUTE), GRANTED);
        assert_eq!(quota.ask("E", 1, 3, 60 * MINUTE), until(70));
        quota.answered("C", 1, 61 * MINUTE);
        assert_eq!(quota.ask("E", 1, 3, 61 * MINUTE), GRANTED);
        assert_eq!(quota.ends_at_ms(), Some(121 * MINUTE));
        quota.forget(121 * MINUTE);
        assert_eq!(quota, Quota::default());
    }

    #[test]
    fn a_limit_of_nothing_grants_nothing() {
        assert_eq!(
            Quota::default().ask("A", 1, 0, 5),
            Wait {
                until_ms: 5 + WINDOW_MS
            }
        );
    }

    #[test]
    fn the_first_quarter_is_not_told_of_answers_and_at_most_eight_are_not() {
        for (limit, untold) in [(3, 0), (4, 1), (20, 5), (32, 8), (1_000, 8)] {
            let mut quota = Quota::default();
            let mut is_told = |attempt| quota.ask("A", attempt, limit, 0) == GRANTED;
            let told: Vec<bool> = (1..=limit.min(12)).map(&mut is_told).collect();
            let first = told.iter().take_while(|is_told| !**is_told).count();
            assert_eq!(first, untold, "{limit}: {told:?}");
            assert!(told[first..].iter().all(|is_told| *is_told), "{told:?}");
            let again: Vec<bool> = (1..=limit.min(12)).map(is_told).collect();
            assert_eq!(told, again, "a retried call");
        }
    }

    #[test]
    fn it_survives_storage() {
        let mut quota = Quota::default();
        quota.ask("A", 1, 3, 0);
        let text = serde_json::to_string(&quota).unwrap();
        assert_eq!(serde_json::from_str::<Quota>(&text).unwrap(), quota);
    }
}
