//! What the shop's server is told, as Standard Webhooks: the message, its signature, when it is sent
//! again, and where it may go.
//!
//! Source: <https://www.standardwebhooks.com>, specification 1.0. The published crate is not used in
//! the Worker: it reads a clock that there is not, and costs 6.6 KB; the tests verify with it.

mod destination;
mod message;
mod retry;
mod signature;

pub use destination::{BadDestination, WebhookUrl};
pub use malipo_shared::merchant::{
    AttemptFacts, AttemptOutcome, Channel, OriginWord, PaymentFacts, ReceiptFacts, RefundFacts,
    RefundState,
};
pub use message::{Kind, Message, test_message, without_phones};
pub use retry::{DAILY_TRIES, RETRY_AFTER_SECS, is_acknowledged, next_try};
pub use signature::{BadWebhookSecret, WebhookSecret, WebhookSecrets};

/// The header of the message's id: the same on every retry.
pub const HEADER_ID: &str = "webhook-id";
/// The header of the time of this try, in Unix seconds.
pub const HEADER_TIMESTAMP: &str = "webhook-timestamp";
/// The header of the signatures.
pub const HEADER_SIGNATURE: &str = "webhook-signature";
