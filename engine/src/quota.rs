//! `Quota`: how many prompts of unsigned orders one address may cause. Only those that nobody answers count,
//! because many customers share few addresses.

use serde::{Deserialize, Serialize};

/// The prompts that an address caused in the last hour and that nobody has answered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quota {
    prompts: Vec<Counted>,
}

/// Whether another prompt may be caused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// It may, and is counted until it is answered.
    Granted,
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

/// How long an unanswered prompt counts, in milliseconds: an hour.
pub const WINDOW_MS: u64 = 3_600_000;

impl Quota {
    /// Counts a payment's attempt, if the limit allows one more. The same one is counted once.
    pub fn ask(&mut self, payment: &str, attempt: u32, unanswered_max: u32, now_ms: u64) -> Answer {
        self.forget(now_ms);
        let is_same = |known: &Counted| known.payment == payment && known.attempt == attempt;
        if self.prompts.iter().any(is_same) {
            return Answer::Granted;
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
                Answer::Granted
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
    use Answer::{Granted, Wait};

    const MINUTE: u64 = 60_000;

    #[test]
    fn only_unanswered_prompts_count() {
        let mut quota = Quota::default();
        for n in 0..50 {
            let payment = format!("P{n}");
            assert_eq!(quota.ask(&payment, 1, 3, n), Granted, "{n}");
            quota.answered(&payment, 1, n);
        }
        assert_eq!(quota.ends_at_ms(), None);
    }

    #[test]
    fn over_the_limit_the_oldest_has_to_be_an_hour_old() {
        let mut quota = Quota::default();
        for (payment, minute) in [("A", 0), ("B", 10), ("C", 20)] {
            assert_eq!(quota.ask(payment, 1, 3, minute * MINUTE), Granted);
        }
        let until = |minute: u64| Wait {
            until_ms: minute * MINUTE,
        };
        assert_eq!(quota.ask("D", 1, 3, 30 * MINUTE), until(60));
        assert_eq!(quota.ask("C", 1, 3, 30 * MINUTE), Granted, "a retried call");
        assert_eq!(quota.ask("C", 2, 3, 30 * MINUTE), until(60), "another push");
        assert_eq!(
            quota.ask("D", 1, 2, 30 * MINUTE),
            until(70),
            "a lower limit"
        );
        assert_eq!(quota.ask("D", 1, 3, 60 * MINUTE), Granted);
        assert_eq!(quota.ask("E", 1, 3, 60 * MINUTE), until(70));
        quota.answered("C", 1, 61 * MINUTE);
        assert_eq!(quota.ask("E", 1, 3, 61 * MINUTE), Granted);
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
    fn it_survives_storage() {
        let mut quota = Quota::default();
        quota.ask("A", 1, 3, 0);
        let text = serde_json::to_string(&quota).unwrap();
        assert_eq!(serde_json::from_str::<Quota>(&text).unwrap(), quota);
    }
}
