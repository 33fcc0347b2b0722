//! What happens next, and the times in which it does.

use crate::state::money::Says;
use malipo_engine::claims::Tell;
use malipo_engine::payment::{Effect, Event};
use malipo_engine::subscriber::End;

pub(crate) const T0_MS: u64 = 1_780_000_000_000;
pub(crate) const SEC: u64 = 1_000;
pub(crate) const MINUTE: u64 = 60 * SEC;
pub(crate) const HOUR: u64 = 60 * MINUTE;
pub(crate) const ENV: &str = "emulator";

/// Something that happens at a time.
#[derive(Debug)]
pub(crate) enum Item {
    /// A customer, the shop or a stranger does something.
    Act,
    Alarm {
        p: usize,
        turn: u32,
    },
    /// The push of an attempt goes on.
    AskHandset {
        p: usize,
        life: u32,
        attempt: u32,
    },
    Leave {
        p: usize,
        life: u32,
        attempt: u32,
        tries: Tries,
    },
    Gateway {
        push: usize,
        life: u32,
        tries: Tries,
    },
    Answered {
        push: usize,
        life: u32,
        tries: Tries,
        status: u16,
        body: String,
    },
    /// The handset's answer, or its end.
    Handset {
        push: usize,
    },
    MoveLate {
        push: usize,
    },
    Callback {
        says: Says,
        path: String,
        body: String,
        tries: u32,
    },
    Confirmation {
        money: usize,
        is_trusted: bool,
        tries: u32,
    },
    /// The shop gives money to an order.
    TakenByPerson {
        p: usize,
        money: usize,
    },
    /// The shop takes that back.
    TakenBack {
        p: usize,
        money: usize,
    },
    ForgedConfirmation {
        number: String,
        reference: String,
    },
    Work {
        p: usize,
        life: u32,
        effect: Effect,
    },
    Done {
        p: usize,
        life: u32,
        effect: Effect,
        event: Option<Event>,
        wait_ms: u64,
    },
    HandsetFreed {
        phone: usize,
        end: End,
    },
    ReceiptRings {
        r: usize,
    },
    ReceiptAsked {
        r: usize,
    },
    Told {
        r: usize,
        p: usize,
        tell: Tell,
        acks: bool,
    },
}

/// How often a push was sent on the same reservation.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tries {
    pub(crate) spikes: u32,
    pub(crate) is_renewed: bool,
}

/// A rule that was broken.
#[derive(Debug, Clone)]
pub(crate) struct Violation {
    pub(crate) rule: u32,
    pub(crate) what: String,
}
