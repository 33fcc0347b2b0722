//! What the Worker says to its objects. Internal: both ends are one deployment.

use malipo_engine::order::Order;
use malipo_engine::payment::Ask;
use malipo_shared::Msisdn;
use serde::{Deserialize, Serialize};

/// To a `PaymentObject`. It is answered with a view or an error of the API.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ToPayment {
    /// Whom the Worker means: `{env}:{link_id}:{account_reference}`. The object cannot know its own name.
    pub(crate) address: String,
    pub(crate) what: PaymentCall,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum PaymentCall {
    /// Open it or find it; with a phone, make the first push.
    Open {
        order: Order,
        ask: Ask,
        phone: Option<Msisdn>,
    },
    /// Show it, when it is newer than `after` or the wait is over.
    Read { after: u64, wait_ms: u64 },
    /// Make another push.
    Push {
        ask: Ask,
        phone: Option<Msisdn>,
        not_charged: bool,
    },
    /// M-PESA called back; the path's MAC was checked.
    Callback { attempt: u32, body: String },
    /// Panic now (the emulator's environment only).
    Panic,
}

/// To the `DarajaObject`.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum ToDaraja {
    /// A token other than the one with this name, if one was refused.
    Token { refused: Option<String> },
    /// A place in the queue of queries.
    QuerySlot,
}

/// A token, or why there is none. No push has left.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum TokenReply {
    Token(HeldToken),
    BadCredentials(String),
    Unavailable(String),
}

/// A token and until when it is used.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct HeldToken {
    pub(crate) value: String,
    pub(crate) expires_at_ms: u64,
}

impl HeldToken {
    /// What a token is called where it must not be told.
    pub(crate) fn name(&self) -> String {
        use sha2::Digest as _;
        hex::encode(&sha2::Sha256::digest(self.value.as_bytes())[..8])
    }
}

impl core::fmt::Debug for HeldToken {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "HeldToken({})", self.name())
    }
}
