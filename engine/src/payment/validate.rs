//! What M-PESA is told when it asks whether a payment by hand may be made.

use super::{Payment, Stage, rules};
use crate::daraja::PaidAmount;
use serde::{Deserialize, Serialize};

/// What a C2B validation comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Validated {
    /// It may be paid.
    Accept,
    /// There is no such payment.
    Unknown,
    /// It is not what is still due.
    WrongAmount,
    /// It is paid already, or somebody is just paying it.
    NotNow,
}

impl Payment {
    /// May `amount` be paid by hand now? `accepted_at_ms`: when another was last let through. On any doubt it may: refusing
    /// money that a push asked for would be worse.
    pub fn validate(
        &self,
        amount: &PaidAmount,
        accepted_at_ms: Option<u64>,
        now_ms: u64,
    ) -> Validated {
        if self.opened.is_none() {
            return Validated::Unknown;
        }
        let PaidAmount::Whole(kes) = amount else {
            return Validated::Accept;
        };
        let is_own_push = self.attempts.iter().any(|attempt| {
            let may_ring = !matches!(
                attempt.stage,
                Stage::Reserved | Stage::Succeeded { .. } | Stage::NotSent { .. }
            );
            may_ring && attempt.amount.shillings() == *kes
        });
        let is_just_paid =
            accepted_at_ms.is_some_and(|at_ms| now_ms < at_ms + rules::VALIDATED_FOR_MS);
        match () {
            () if is_own_push => Validated::Accept,
            () if self.is_paid() || is_just_paid => Validated::NotNow,
            () if self.remaining().is_none_or(|due| due.shillings() != *kes) => {
                Validated::WrongAmount
            }
            () => Validated::Accept,
        }
    }
}
