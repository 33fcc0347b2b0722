//! `Refund`: money of one receipt on its way back, by M-PESA's reversal. It leaves once and is never sent again: what may
//! have been taken stays reserved until M-PESA, or a person who looked, says what became of it.

mod fate;

use super::{Ask, Event};
use crate::daraja::PaidAmount;
use malipo_shared::{Kes, MpesaReceipt, ResultCode};

pub(super) const NEVER_LEFT: &str = "it never left: nothing was sent to M-PESA";

/// One refund.
#[derive(Debug, Clone, PartialEq)]
pub struct Refund {
    /// Its number, from 1.
    pub n: u32,
    /// The receipt whose money goes back.
    pub receipt: MpesaReceipt,
    /// How much the shop asked for.
    pub amount: Kes,
    /// Who asked.
    pub ask: Ask,
    /// Why, in the shop's own words.
    pub reason: Option<String>,
    /// When it was asked for, in Unix milliseconds.
    pub requested_at_ms: u64,
    /// When it last left, in Unix milliseconds.
    pub sent_at_ms: Option<u64>,
    /// When it was settled, in Unix milliseconds.
    pub ended_at_ms: Option<u64>,
    /// What M-PESA calls the request: `ConversationID` and `OriginatorConversationID`.
    pub conversation: Option<(String, String)>,
    /// The reversal's own receipt.
    pub reversal: Option<MpesaReceipt>,
    /// How much M-PESA says went back, if that is another amount.
    pub other_amount: Option<PaidAmount>,
    /// Where it stands.
    pub stage: RefundStage,
    /// Whether something came of it that cannot be read.
    pub(super) is_unread: bool,
    pub(super) is_timed_out: bool,
    pub(super) asks: usize,
}

/// Where a refund stands.
#[derive(Debug, Clone, PartialEq)]
pub enum RefundStage {
    /// Nothing has left.
    Requested,
    /// The request is on its way.
    Leaving {
        /// Past this its answer is lost, in Unix milliseconds.
        deadline_ms: u64,
    },
    /// M-PESA took it: the result will come.
    Accepted,
    /// The money went back.
    Refunded {
        /// Whether M-PESA says so; else a person.
        is_proven: bool,
    },
    /// The money is still here.
    Failed {
        /// M-PESA's code; none when it never took it.
        code: Option<ResultCode>,
        /// Why, for the shop.
        detail: String,
    },
    /// Nobody knows: an answer lost, a crash, no result in time, or one that says neither.
    Unknown {
        /// Why, for the shop.
        detail: String,
    },
}

/// What the shop asks to have refunded.
#[derive(Debug, Clone)]
pub struct RefundAsk {
    /// Which money.
    pub receipt: MpesaReceipt,
    /// How much of it, in whole shillings; all of it without.
    pub amount_kes: Option<u32>,
    /// Why, in the shop's own words.
    pub reason: Option<String>,
    /// The shop's key, and a fingerprint of what it asked for.
    pub ask: Ask,
}

/// What a request for a refund means.
#[derive(Debug, Clone, PartialEq)]
#[allow(clippy::large_enum_variant)] // made once a request, and taken apart at once
pub enum RefundTaken {
    /// The same was asked before: it is this refund.
    Same(u32),
    /// It is a new one; the event reserves it.
    New(Event),
}

/// Why no refund may be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundDenied {
    /// The key was used for another refund.
    KeyReused,
    /// This payment has no such receipt.
    NoSuchReceipt,
    /// The receipt does not count for this payment, or it is not settled yet whose it is.
    NotOurs,
    /// A refund of this receipt is under way, or nobody knows what became of one.
    UnderWay,
    /// Another refund of this payment is just leaving.
    NotYet,
    /// All of it has gone back.
    NothingLeft,
    /// More than what is left of it.
    TooMuch,
    /// A part, and parts are off.
    Partial,
    /// Twenty refunds were asked for.
    TooMany,
}
