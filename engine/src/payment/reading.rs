//! Which of two readings of a moment is the likelier one: M-PESA's pulled rows do not say their zone.

use super::{Payment, Stage, rules};

impl Payment {
    /// When money of this amount was paid, of the two moments that a row may mean: the one at which a push of that amount was
    /// out, else the first. A wrong one would hide from the blank receipt that the money is its own.
    pub fn likelier_ms(&self, amount_kes: u32, first_ms: u64, second_ms: u64) -> u64 {
        if self.fits_a_push(amount_kes, second_ms) && !self.fits_a_push(amount_kes, first_ms) {
            second_ms
        } else {
            first_ms
        }
    }

    fn fits_a_push(&self, amount_kes: u32, paid_at_ms: u64) -> bool {
        self.attempts.iter().any(|attempt| {
            let sent_at_ms = attempt.started_at_ms();
            let ended_at_ms = match attempt.stage {
                Stage::Succeeded { at_ms } => at_ms,
                Stage::Reserved | Stage::NotSent { .. } => return false,
                Stage::Leaving { .. }
                | Stage::Prompted
                | Stage::Declined { .. }
                | Stage::Unknown { .. } => sent_at_ms + rules::PROMPT_MS,
            };
            attempt.amount.shillings() == amount_kes
                && paid_at_ms + rules::FITS_WITHIN_MS >= sent_at_ms
                && paid_at_ms <= ended_at_ms + rules::FITS_WITHIN_MS
        })
    }
}
