//! `Row`: what is known of one code.

use crate::Reason;

/// M-PESA takes the same amount from the same number to the same payee only after this (code 17), in seconds.
pub const SAME_AGAIN_SECS: u32 = 120;
/// How long another session may hold a customer's line (code 1001 and the gateway's 500.001.1001), in seconds. Daraja, M-Pesa
/// Express, "Unable to lock subscriber": wait at least one minute.
pub const LOCKED_SECS: u32 = 60;

/// Where a code is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Api {
    /// The outcome of an STK push, by callback or query.
    Stk,
    /// `errorCode` of Daraja's gateway, before a request is accepted.
    Gateway,
    /// Our answer to a C2B validation.
    C2bValidation,
    /// The outcome of B2C, Reversal, Transaction Status and Account Balance.
    Initiator,
    /// Our own API's error codes, which aggregators share.
    Malipo,
}

/// What a code says of the payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The money moved.
    Paid,
    /// The attempt ended without money.
    Declined(Decline),
    /// No verdict yet.
    Pending,
    /// Not an outcome of a payment: an answer to a request.
    Answer,
}

/// How an attempt ended without money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decline {
    /// Why, in the customer's terms.
    pub reason: Reason,
    /// What must pass before another push.
    pub wait: Wait,
    /// Whether it may yet succeed, so that it is asked about again (2 min, 15 min, 2 h, 24 h).
    pub is_late_capable: bool,
}

/// What must pass before another push may leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// Seconds after the verdict.
    Secs(u32),
    /// Until 60 s after the push was sent: the handset did not answer, the old prompt may be alive.
    PromptIsOver,
    /// Trying again cannot help.
    Never,
}

/// One code and all that is known of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// Where it is answered.
    pub api: Api,
    /// As it stands on the wire.
    pub code: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// What it says of the payment.
    pub kind: Kind,
    /// What the merchant can do.
    pub merchant: &'static str,
}
