//! What can happen to a payment. The shell records each before it acts on it.

use crate::daraja::{CheckoutRequestId, MerchantRequestId, QueryAnswer, Refusal, StkCallback};
use crate::order::Order;
use malipo_shared::{AccountReference, IdempotencyKey, Kes, Payee};
use serde::{Deserialize, Serialize};

/// Something that happened. Past tense: it cannot be undone, only followed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// The order was taken.
    Opened {
        /// What is to be paid.
        order: Order,
        /// Who is paid.
        payee: Payee,
        /// The payment's name.
        account_reference: AccountReference,
        /// After this no push leaves, in Unix milliseconds.
        expires_at_ms: u64,
        /// Who asked.
        ask: Ask,
    },
    /// A push is about to be made. From here on no other may leave.
    PushReserved {
        /// Its number, from 1.
        attempt: u32,
        /// Which of the payment's numbers, from 1; the number itself lies beside the journal.
        phone: u8,
        /// What it asks for.
        amount: Kes,
        /// Who asked.
        ask: Ask,
    },
    /// The request is about to leave; its answer counts as lost after the deadline.
    PushLeaving {
        /// Which attempt.
        attempt: u32,
        /// In Unix milliseconds.
        deadline_ms: u64,
    },
    /// Daraja took the push.
    PushAccepted {
        /// Which attempt.
        attempt: u32,
        /// What a query asks by.
        checkout_request_id: CheckoutRequestId,
        /// Safaricom's name of the request.
        merchant_request_id: Option<MerchantRequestId>,
    },
    /// The push was not sent, for certain.
    PushRefused {
        /// Which attempt.
        attempt: u32,
        /// Why.
        refusal: Refusal,
    },
    /// The answer to the push was lost: it may ring. Never resent.
    PushLost {
        /// Which attempt.
        attempt: u32,
        /// What was seen instead of an answer.
        why: String,
    },
    /// M-PESA called back on an attempt's own secret path.
    CallbackReceived {
        /// Which attempt.
        attempt: u32,
        /// What it said.
        callback: StkCallback,
    },
    /// M-PESA answered a query.
    QueryAnswered {
        /// Which attempt.
        attempt: u32,
        /// What it said.
        answer: QueryAnswer,
    },
    /// The customer says that M-PESA sent no SMS of a payment.
    CustomerDeclaredNotCharged {
        /// Which attempt.
        attempt: u32,
    },
    /// Time passed; what is overdue is settled.
    AlarmRang,
}

/// A request of the browser, so that its repetition is known: the key, and a fingerprint of the body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    /// The browser's idempotency key.
    pub key: IdempotencyKey,
    /// SHA-256 of the body, in hex: what it holds stays unknown.
    pub body: String,
}

impl Ask {
    /// The request with this key and body.
    pub fn new(key: IdempotencyKey, body: &[u8]) -> Ask {
        use sha2::Digest as _;
        Ask {
            key,
            body: hex::encode(sha2::Sha256::digest(body)),
        }
    }
}
