//! What time alone brings: the fold of `AlarmRang`, and when it is next worth a record.

use super::held::Held;
use super::{Attempt, Payment, Stage};
use malipo_shared::catalogue;

impl Payment {
    pub(super) fn settle_overdue(&mut self, now_ms: u64) {
        let held = self.held;
        for attempt in &mut self.attempts {
            attempt.settle_overdue(now_ms, &held);
        }
        for refund in &mut self.refunds {
            refund.settle_overdue(now_ms, &held);
        }
        let is_expired = self
            .opened
            .as_ref()
            .is_some_and(|opened| now_ms >= opened.expires_at_ms);
        if is_expired && self.may_close() {
            self.closed_at_ms = Some(now_ms);
        }
    }
}

impl Attempt {
    /// What time alone brings.
    fn settle_overdue(&mut self, now_ms: u64, held: &Held) {
        let started_at_ms = self.started_at_ms();
        match &self.stage {
            Stage::Reserved if now_ms >= self.reserved_at_ms + held.reserved_max_ms() => {
                self.stage = Stage::NotSent {
                    refusal: super::push::never_left(),
                    at_ms: now_ms,
                };
            }
            Stage::Leaving { deadline_ms } if now_ms >= *deadline_ms => {
                self.stage = Stage::Unknown {
                    is_unresolved: false,
                };
            }
            Stage::Prompted if now_ms >= started_at_ms + held.unknown_after_ms() => {
                self.stage = Stage::Unknown {
                    is_unresolved: false,
                };
            }
            Stage::Unknown {
                is_unresolved: false,
            } if now_ms >= started_at_ms + held.unresolved_after_ms() => {
                self.stage = Stage::Unknown {
                    is_unresolved: true,
                };
            }
            Stage::Reserved
            | Stage::Leaving { .. }
            | Stage::Prompted
            | Stage::Succeeded { .. }
            | Stage::Declined { .. }
            | Stage::NotSent { .. }
            | Stage::Unknown { .. } => {}
        }
        if let Some((code, since_ms)) = self.unlisted.clone()
            && now_ms >= since_ms + held.unlisted_after_ms()
        {
            self.decline(&code, catalogue::UNLISTED, now_ms, true);
        }
    }

    /// When [`Attempt::settle_overdue`] next does something.
    pub(super) fn overdue_at_ms(&self, held: &Held) -> Option<u64> {
        let started_at_ms = self.started_at_ms();
        let by_stage = match &self.stage {
            Stage::Reserved => Some(self.reserved_at_ms + held.reserved_max_ms()),
            Stage::Leaving { deadline_ms } => Some(*deadline_ms),
            Stage::Prompted => Some(started_at_ms + held.unknown_after_ms()),
            Stage::Unknown {
                is_unresolved: false,
            } => Some(started_at_ms + held.unresolved_after_ms()),
            Stage::Unknown {
                is_unresolved: true,
            }
            | Stage::Succeeded { .. }
            | Stage::Declined { .. }
            | Stage::NotSent { .. } => None,
        };
        let by_code = self
            .unlisted
            .as_ref()
            .map(|(_, since_ms)| since_ms + held.unlisted_after_ms());
        [by_stage, by_code].into_iter().flatten().min()
    }
}
