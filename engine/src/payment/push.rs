//! Whether another push may leave.

use super::{Event, Payment, Stage, rules};
use crate::daraja::Refusal;
use crate::payment::Ask;
use malipo_shared::Reason;

/// Why no push may leave now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denied {
    /// There is no such payment.
    NotOpened,
    /// All of the money is here.
    Paid,
    /// The order has expired.
    Expired,
    /// A prompt is alive, or an attempt's fate is unknown, or a wait is not over.
    NotYet,
    /// Trying again cannot help; the shop has to.
    Pointless,
    /// Ten pushes were made.
    TooManyAttempts,
    /// Three numbers were tried.
    TooManyPhones,
}

/// A push that was not allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PushDenied {
    /// Why.
    pub why: Denied,
    /// From when it may be asked again, in Unix milliseconds; none when nobody knows.
    pub retry_at_ms: Option<u64>,
}

impl Payment {
    /// The event that reserves the next push to the payment's number `phone`.
    ///
    /// # Errors
    /// [`PushDenied`] while another prompt could be alive, an attempt's fate is unknown, a wait is not over, or a limit
    /// is reached.
    pub fn reserve_push(&self, phone: u8, ask: Ask, now_ms: u64) -> Result<Event, PushDenied> {
        let denied = |why| PushDenied {
            why,
            retry_at_ms: None,
        };
        let opened = self.opened.as_ref().ok_or(denied(Denied::NotOpened))?;
        let amount = self.remaining().ok_or(denied(Denied::Paid))?;
        if self.closed_at_ms.is_some() || now_ms >= opened.expires_at_ms {
            return Err(denied(Denied::Expired));
        }
        if self.attempts.len() >= rules::ATTEMPTS_MAX {
            return Err(denied(Denied::TooManyAttempts));
        }
        if phone == 0 || phone > rules::PHONES_MAX {
            return Err(denied(Denied::TooManyPhones));
        }
        match self.push_at_ms(phone) {
            None => Err(denied(if self.is_pointless() {
                Denied::Pointless
            } else {
                Denied::NotYet
            })),
            Some(at_ms) if at_ms > now_ms => Err(PushDenied {
                why: Denied::NotYet,
                retry_at_ms: Some(at_ms),
            }),
            Some(_) => Ok(Event::PushReserved {
                attempt: self.next_attempt(),
                phone,
                amount,
                ask,
            }),
        }
    }

    /// Whether the push of `attempt` may leave now: it was reserved, and nobody has given it up.
    pub fn may_leave(&self, attempt: u32) -> bool {
        self.attempt(attempt)
            .is_some_and(|a| matches!(a.stage, Stage::Reserved | Stage::Leaving { .. }))
    }

    /// The attempt of unknown fate that the customer may now declare as not charged.
    pub fn declarable(&self, now_ms: u64) -> Option<u32> {
        let attempt = self.undeclared_unknown()?;
        (now_ms >= attempt.started_at_ms() + rules::UNKNOWN_AFTER_MS).then_some(attempt.n)
    }

    /// What a restart means for a push that was under way: before it left, it was not sent; after,
    /// its fate is unknown.
    pub fn after_restart(&self) -> Option<Event> {
        self.attempts
            .iter()
            .find_map(|attempt| match attempt.stage {
                Stage::Reserved => Some(Event::PushRefused {
                    attempt: attempt.n,
                    refusal: never_left(),
                }),
                Stage::Leaving { .. } => Some(Event::PushLost {
                    attempt: attempt.n,
                    why: "restarted while it was on its way".to_owned(),
                }),
                Stage::Prompted
                | Stage::Succeeded { .. }
                | Stage::Declined { .. }
                | Stage::NotSent { .. }
                | Stage::Unknown { .. } => None,
            })
    }

    /// When a push to `phone` may leave; none when nobody knows.
    pub(super) fn push_at_ms(&self, phone: u8) -> Option<u64> {
        if self.has_pending_money() || self.has_lost_money() || self.has_live_refund() {
            return None;
        }
        let freed = self.attempts.iter().try_fold(0, |at_ms: u64, attempt| {
            Some(at_ms.max(attempt.frees_at_ms()?))
        })?;
        Some(freed.max(self.same_again_at_ms(phone)))
    }

    /// M-PESA takes the same amount from the same number only after two minutes (code 17).
    fn same_again_at_ms(&self, phone: u8) -> u64 {
        let is_same = |amount| self.remaining() == Some(amount);
        let paid = self
            .attempts
            .iter()
            .filter(|a| a.phone == phone && is_same(a.amount))
            .filter_map(|a| match a.stage {
                Stage::Succeeded { at_ms } => Some(at_ms + rules::SAME_AGAIN_MS),
                Stage::Reserved
                | Stage::Leaving { .. }
                | Stage::Prompted
                | Stage::Declined { .. }
                | Stage::NotSent { .. }
                | Stage::Unknown { .. } => None,
            });
        paid.max().unwrap_or(0)
    }

    pub(super) fn undeclared_unknown(&self) -> Option<&super::Attempt> {
        self.attempts
            .iter()
            .find(|a| matches!(a.stage, Stage::Unknown { .. }) && !a.is_declared_not_charged)
    }

    fn is_pointless(&self) -> bool {
        !self.attempts.iter().any(|a| a.is_in_flight())
            && self.undeclared_unknown().is_none()
            && !self.has_pending_money()
            && !self.has_live_refund()
    }

    fn next_attempt(&self) -> u32 {
        u32::try_from(self.attempts.len() + 1).unwrap_or(u32::MAX)
    }
}

/// A push that was reserved and then forgotten by a crash: nothing left this house.
pub(super) fn never_left() -> Refusal {
    Refusal {
        reason: Reason::SystemBusy,
        wait_secs: Some(0),
        is_proven: true,
        detail: "it never left: the push was interrupted before it was sent".to_owned(),
    }
}
