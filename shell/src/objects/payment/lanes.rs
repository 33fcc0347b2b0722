//! The lanes of a payment's work: which is in use, and which of the engine's effects belongs to which.

use malipo_engine::payment::Effect;
use std::cell::Cell;

/// Whether each lane is in use.
#[derive(Default)]
pub(super) struct Lanes {
    pub(super) claims: Cell<bool>,
    pub(super) deliveries: Cell<bool>,
    pub(super) books: Cell<bool>,
}

/// Whether something of this is begun at once, not by the alarm.
pub(super) fn begins_at_once(due: &[Effect]) -> bool {
    due.iter()
        .any(|effect| is_claim(effect) || is_delivery(effect))
}

pub(super) fn is_claim(effect: &Effect) -> bool {
    matches!(
        effect,
        Effect::ClaimReceipt { .. }
            | Effect::ListReceipt { .. }
            | Effect::ReleaseReceipt { .. }
            | Effect::VerifyReceipt { .. }
    )
}

pub(super) fn is_delivery(effect: &Effect) -> bool {
    matches!(effect, Effect::Deliver { .. })
}
