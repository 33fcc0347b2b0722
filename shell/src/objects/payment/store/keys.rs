//! Which rows a payment has: a kind for each sort of thing, and what the numbers within a kind are.

use malipo_engine::payment::Said;

/// What the object is: an `About`, and the marks from 1 on.
pub(super) const ABOUT: u8 = 0;
/// The journal, a line a row, from 1 on: `at_ms times last_at_ms record`.
pub(super) const JOURNAL: u8 = 1;
/// The numbers that were tried, sealed, by their place; empty in the place of one that was forgotten.
pub(super) const PHONES: u8 = 2;
/// The names of the quotas that attempts count to, by attempt.
pub(super) const QUOTAS: u8 = 3;
/// What M-PESA sent, sealed, in the order of its coming: `key_of(said) at_ms sealed`.
pub(super) const BODIES: u8 = 4;
/// Webhook events that the shop is told, by sequence.
pub(super) const WEBHOOKS: u8 = 5;

/// Where the bodies of refunds begin among those of attempts.
const REFUNDS: u32 = 1_000;

/// Under which number its bodies are kept.
pub(super) fn key_of(said: Said) -> u32 {
    match said {
        Said::OfPush(n) => n,
        Said::OfRefund(n) => n.saturating_add(REFUNDS),
    }
}
