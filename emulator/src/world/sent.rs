//! The record of what came in on Safaricom's paths, and of what went out to the merchant.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// The outcome of a push.
    Stk,
    /// May this customer pay?
    C2bValidation,
    /// Money arrived.
    C2bConfirmation,
    /// The result of a transaction status query.
    TransactionStatus,
    /// The result of a reversal.
    Reversal,
    /// The result of a balance query.
    AccountBalance,
}

/// How often something is sent, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Copies {
    /// 0 is lost.
    pub(crate) copies: u32,
    /// Story milliseconds between the copies.
    pub(crate) gap_ms: u64,
    /// Story milliseconds before the first.
    pub(crate) after_ms: u64,
}

impl Default for Copies {
    fn default() -> Self {
        Self {
            copies: 1,
            gap_ms: 200,
            after_ms: 500,
        }
    }
}

/// A request that came in on one of Safaricom's paths.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Received {
    #[serde(skip)]
    pub(crate) number: u64,
    pub(crate) at_ms: u64,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: HashMap<&'static str, String>,
    pub(crate) body: Value,
    /// `None`: not answered yet, or the connection was closed without an answer.
    pub(crate) status: Option<u16>,
}

/// A callback, validation, confirmation or result that went out.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Sent {
    pub(crate) at_ms: u64,
    pub(crate) kind: Kind,
    pub(crate) url: String,
    pub(crate) body: Value,
    /// What the receiver answered; `None` with `error`: it could not be reached or took too long.
    pub(crate) status: Option<u16>,
    pub(crate) error: Option<String>,
}
