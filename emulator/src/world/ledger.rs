//! Money that moved: payments, what of them went back, withdrawals.

use serde::Serialize;

/// The first name of every customer.
pub(crate) const FIRST_NAME: &str = "NICHOLAS";

/// Money that moved.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Transfer {
    pub(crate) receipt: String,
    pub(crate) amount_kes: u64,
    pub(crate) msisdn: String,
    pub(crate) shortcode: String,
    pub(crate) account_reference: String,
    pub(crate) channel: Channel,
    pub(crate) at_ms: u64,
    /// `None`: paid by hand.
    pub(crate) checkout_request_id: Option<String>,
    /// The merchant's own, from its validation.
    #[serde(skip)]
    pub(crate) third_party_trans_id: String,
    #[serde(flatten)]
    pub(crate) reversed: Reversed,
}

/// Money that the merchant took to its bank.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Withdrawal {
    pub(crate) receipt: String,
    pub(crate) amount_kes: u64,
    pub(crate) shortcode: String,
    pub(crate) at_ms: u64,
}

/// How a payment was begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Channel {
    /// By a push.
    Stk,
    /// By the customer's own hand.
    C2b,
}

/// A reversal that was asked for, done or declined.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Reversal {
    /// Its own; `None` if it was declined.
    pub(crate) receipt: Option<String>,
    /// The payment's.
    pub(crate) original_receipt: String,
    /// KES.
    pub(crate) amount_kes: u64,
    /// Who gets the money.
    pub(crate) msisdn: Option<String>,
    pub(crate) shortcode: String,
    pub(crate) at_ms: u64,
    /// The ResultCode.
    pub(crate) code: String,
    #[serde(skip)]
    pub(crate) originator_conversation_id: String,
    #[serde(skip)]
    pub(crate) conversation_id: String,
}

/// What of a payment has gone back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Reversed {
    /// KES; 0 when nothing has.
    pub(crate) reversed_kes: u64,
    pub(crate) reversal_receipt: Option<String>,
    pub(crate) reversed_at_ms: Option<u64>,
}
