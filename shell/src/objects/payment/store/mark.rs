//! `Mark`: a number that is remembered beside the journal and decides nothing about money.

use super::keys::{ABOUT, key_of};
use crate::platform::rows::Key;
use malipo_engine::payment::Said;

#[derive(Clone, Copy)]
pub(in crate::objects::payment) enum Mark<'a> {
    /// Up to which line of the journal the ledger knows the payment.
    Projected,
    /// Whether the roster of its day holds it.
    Entered,
    /// When a payment by hand was last let through, in Unix milliseconds.
    Validated,
    /// When the customer was last forgotten, in Unix milliseconds.
    Forgotten,
    /// The place in the queue of queries, in Unix milliseconds.
    QuerySlot,
    /// How often the books could not be told.
    BookingsFailed,
    /// When that was tried last, in Unix milliseconds.
    BookingTried,
    /// How many bodies were ever kept.
    Bodies,
    /// Whether something of the customer was kept beside the numbers since the last forgetting.
    Personal,
    /// How much of what M-PESA said of a push or a refund is counted and not kept.
    Unkept(Said),
    /// How many bodies of a push or a refund are kept.
    BodiesKept(Said),
    /// How many bytes those have.
    BytesKept(Said),
    /// How often a fault that a test has planted is still to strike.
    Fault(&'a str),
}

/// Where the marks of pushes and refunds begin; each kind has room for so many.
const OF_SAID: u32 = 1_000_000;
/// Where those begin that go when the customer is forgotten: what is kept of bodies.
pub(super) const OF_KEPT: u32 = 2 * OF_SAID;
const OF_FAULTS: u32 = 4 * OF_SAID;

impl Mark<'_> {
    pub(super) fn key(self) -> Key {
        let of_said = |from: u32, said| from + key_of(said) % OF_SAID;
        let n = match self {
            Mark::Projected => 1,
            Mark::Entered => 2,
            Mark::Validated => 3,
            Mark::Forgotten => 4,
            Mark::QuerySlot => 5,
            Mark::BookingsFailed => 6,
            Mark::BookingTried => 7,
            Mark::Bodies => 8,
            Mark::Personal => 9,
            Mark::Unkept(said) => of_said(OF_SAID, said),
            Mark::BodiesKept(said) => of_said(OF_KEPT, said),
            Mark::BytesKept(said) => of_said(OF_KEPT + OF_SAID, said),
            Mark::Fault(name) => {
                let sum = |sum: u32, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte));
                OF_FAULTS + name.bytes().fold(0, sum) % OF_SAID
            }
        };
        Key::new(ABOUT, n)
    }

    /// All faults.
    pub(super) fn of_faults() -> (Key, Key) {
        (Key::new(ABOUT, OF_FAULTS), Key::new(ABOUT, u32::MAX))
    }

    /// All that is remembered of bodies.
    pub(super) fn of_bodies() -> (Key, Key) {
        (Key::new(ABOUT, OF_KEPT), Key::new(ABOUT, OF_FAULTS - 1))
    }
}
