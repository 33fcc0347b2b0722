//! `Subscriber`: whether a handset may be prompted now. One live prompt at a time, Safaricom's waits across
//! orders, and a pause after prompts of unsigned orders that nobody answered.

use crate::payment::{Attempt, Stage, rules};
use malipo_shared::catalogue::{LOCKED_SECS, Wait};
use malipo_shared::{Payee, Reason};
use serde::{Deserialize, Serialize};

/// What is known of one handset's prompts, as long as any of it matters.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscriber {
    lease: Option<Lease>,
    locked_until_ms: u64,
    pauses: Vec<Pause>,
    unanswered: Vec<Unanswered>,
}

/// One push, as its handset tells it from others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prompt {
    /// `{env}:{link_id}:{account_reference}`.
    pub payment: String,
    /// Which attempt of it, from 1.
    pub attempt: u32,
    /// What it asks for, in whole shillings.
    pub amount_kes: u32,
    /// The number that is paid.
    pub payee: String,
}

/// A push wants to leave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    /// Which.
    pub prompt: Prompt,
    /// Whether the shop's server signed the order: strangers cannot have caused it.
    pub is_signed: bool,
}

/// Whether it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// The handset is this push's for [`LEASE_MS`], or until its end is heard.
    Granted,
    /// Not now.
    Wait {
        /// From when it may be asked again, in Unix milliseconds.
        until_ms: u64,
        /// Why.
        why: Why,
    },
}

/// Why a handset may not be prompted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Why {
    /// Another payment's prompt may be on it, or M-PESA has locked the line.
    Busy,
    /// The same amount to the same payee within two minutes.
    SameAgain,
    /// Prompts that nobody answered.
    TooMany,
}

/// How a push ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// Which.
    pub prompt: Prompt,
    /// How.
    pub how: How,
    /// When that was heard, in Unix milliseconds.
    pub at_ms: u64,
}

/// How a push ended, as far as its handset is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum How {
    /// No prompt rang.
    NotSent,
    /// M-PESA could not lock the line: another session holds it.
    Locked,
    /// Somebody answered it.
    Answered,
    /// Somebody paid.
    Paid,
    /// M-PESA refused the same amount to the same payee within two minutes.
    TooSoon,
    /// The handset did not answer: the old prompt may live until it has been there for [`rules::PROMPT_MS`].
    Unanswered {
        /// When the push left, in Unix milliseconds.
        sent_at_ms: u64,
    },
}

/// What a merchant allows strangers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Unanswered prompts of unsigned orders before the pause.
    pub unanswered_max: u32,
    /// The pause, in milliseconds.
    pub pause_ms: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Lease {
    payment: String,
    attempt: u32,
    until_ms: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Pause {
    amount_kes: u32,
    payee: String,
    until_ms: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Unanswered {
    payment: String,
    attempt: u32,
    until_ms: u64,
}

/// How long a handset is held for a push whose end is not heard, in milliseconds: then its fate is unknown.
pub const LEASE_MS: u64 = rules::UNKNOWN_AFTER_MS;
/// How long M-PESA keeps a handset locked, in milliseconds: what the customer is told to wait.
const LOCKED_MS: u64 = 1000 * LOCKED_SECS as u64;
/// More than one handset can pay in two minutes.
const PAUSES_MAX: usize = 16;

impl Subscriber {
    /// Grants the handset to a push, or says from when it may be asked again. The same push may ask twice; a
    /// payment's own attempts do not hold each other up here, because the payment itself keeps them apart.
    pub fn ask(&mut self, ask: &Ask, now_ms: u64, limits: Limits) -> Answer {
        self.forget(now_ms);
        let Prompt {
            payment,
            attempt,
            amount_kes,
            payee,
        } = &ask.prompt;
        if self.is_held_by(&ask.prompt) {
            return Answer::Granted;
        }
        let lease = self.lease.as_ref().filter(|l| l.payment != *payment);
        let lease = lease.map(|l| (l.until_ms, Why::Busy));
        let locked = (self.locked_until_ms > now_ms).then_some((self.locked_until_ms, Why::Busy));
        let is_same = |p: &&Pause| p.amount_kes == *amount_kes && p.payee == *payee;
        let same = self.pauses.iter().find(is_same);
        let same = same.map(|p| (p.until_ms, Why::SameAgain));
        let is_over = !ask.is_signed && self.unanswered.len() >= limits.unanswered_max as usize;
        let many = self.unanswered.last().filter(|_| is_over);
        let many = many.map(|u| (u.until_ms, Why::TooMany));
        let longest = [lease, locked, same, many]
            .into_iter()
            .flatten()
            .max_by_key(|(until_ms, _)| *until_ms);
        if let Some((until_ms, why)) = longest {
            return Answer::Wait { until_ms, why };
        }
        self.lease = Some(Lease {
            payment: payment.clone(),
            attempt: *attempt,
            until_ms: now_ms + LEASE_MS,
        });
        if !ask.is_signed {
            // Counted until it is answered, so that prompts under way count too.
            self.answered(&ask.prompt);
            self.unanswered.push(Unanswered {
                payment: payment.clone(),
                attempt: *attempt,
                until_ms: now_ms + limits.pause_ms,
            });
        }
        Answer::Granted
    }

    /// Hears how a push ended. Hearing it twice, or never, only costs time.
    pub fn hear(&mut self, end: &End, now_ms: u64) {
        self.forget(now_ms);
        let is_holder = self.is_held_by(&end.prompt);
        match end.how {
            How::Unanswered { sent_at_ms } => {
                if let Some(lease) = self.lease.as_mut().filter(|_| is_holder) {
                    lease.until_ms = lease.until_ms.min(sent_at_ms + rules::PROMPT_MS);
                }
            }
            // A push that was never granted the handset was refused by us, not by M-PESA.
            How::Locked if is_holder => self.locked_until_ms = end.at_ms + LOCKED_MS,
            How::Paid | How::TooSoon => self.pause(end),
            How::Locked | How::NotSent | How::Answered => {}
        }
        if !matches!(end.how, How::Unanswered { .. }) {
            self.lease = self.lease.take().filter(|_| !is_holder);
            self.answered(&end.prompt);
        }
        self.forget(now_ms);
    }

    /// When the last of it stops to matter, in Unix milliseconds; none when nothing does.
    pub fn ends_at_ms(&self) -> Option<u64> {
        let locked = (self.locked_until_ms > 0).then_some(self.locked_until_ms);
        self.lease
            .iter()
            .map(|lease| lease.until_ms)
            .chain(locked)
            .chain(self.pauses.iter().map(|pause| pause.until_ms))
            .chain(self.unanswered.iter().map(|prompt| prompt.until_ms))
            .max()
    }

    /// Forgets what no longer matters.
    pub fn forget(&mut self, now_ms: u64) {
        self.lease = self.lease.take().filter(|lease| lease.until_ms > now_ms);
        if self.locked_until_ms <= now_ms {
            self.locked_until_ms = 0;
        }
        self.pauses.retain(|pause| pause.until_ms > now_ms);
        // They count together: the pause runs from the last one.
        let is_over = |last: &Unanswered| last.until_ms <= now_ms;
        if self.unanswered.last().is_some_and(is_over) {
            self.unanswered.clear();
        }
    }

    fn is_held_by(&self, prompt: &Prompt) -> bool {
        self.lease
            .as_ref()
            .is_some_and(|lease| lease.payment == prompt.payment && lease.attempt == prompt.attempt)
    }

    fn answered(&mut self, prompt: &Prompt) {
        self.unanswered
            .retain(|u| u.payment != prompt.payment || u.attempt != prompt.attempt);
    }

    fn pause(&mut self, end: &End) {
        let Prompt {
            amount_kes, payee, ..
        } = &end.prompt;
        self.pauses
            .retain(|p| p.amount_kes != *amount_kes || p.payee != *payee);
        if self.pauses.len() >= PAUSES_MAX {
            self.pauses.remove(0);
        }
        self.pauses.push(Pause {
            amount_kes: *amount_kes,
            payee: payee.clone(),
            until_ms: end.at_ms + rules::SAME_AGAIN_MS,
        });
    }
}

impl Prompt {
    /// The push of a payment's attempt.
    pub fn of(payment: &str, attempt: &Attempt, payee: &Payee) -> Prompt {
        Prompt {
            payment: payment.to_owned(),
            attempt: attempt.n,
            amount_kes: attempt.amount.shillings(),
            payee: payee.number().as_str().to_owned(),
        }
    }
}

impl End {
    /// How a payment's attempt ended; none while nobody knows.
    pub fn of(payment: &str, attempt: &Attempt, payee: &Payee) -> Option<End> {
        let unanswered = How::Unanswered {
            sent_at_ms: attempt.sent_at_ms.unwrap_or(attempt.reserved_at_ms),
        };
        let (how, at_ms) = match &attempt.stage {
            Stage::Reserved | Stage::Leaving { .. } | Stage::Prompted | Stage::Unknown { .. } => {
                return None;
            }
            Stage::Succeeded { at_ms } => (How::Paid, *at_ms),
            Stage::NotSent { refusal, at_ms } => {
                let how = match refusal.is_proven {
                    true if refusal.reason == Reason::SubscriberBusy => How::Locked,
                    true => How::NotSent,
                    false => unanswered,
                };
                (how, *at_ms)
            }
            Stage::Declined { decline, at_ms, .. } => match (decline.reason, decline.wait) {
                (_, Wait::PromptIsOver) => (unanswered, *at_ms),
                (Reason::TooSoon, _) => (How::TooSoon, *at_ms),
                (Reason::SubscriberBusy, _) => (How::Locked, *at_ms),
                (_, Wait::Secs(_) | Wait::Never) => (How::Answered, *at_ms),
            },
        };
        Some(End {
            prompt: Prompt::of(payment, attempt, payee),
            how,
            at_ms,
        })
    }
}

impl Why {
    /// What the customer is told.
    pub fn reason(self) -> Reason {
        match self {
            Why::Busy => Reason::SubscriberBusy,
            Why::SameAgain => Reason::TooSoon,
            Why::TooMany => Reason::TooManyPrompts,
        }
    }
}

#[cfg(test)]
#[path = "subscriber/tests.rs"]
mod tests;
