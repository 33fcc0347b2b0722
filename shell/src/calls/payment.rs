//! Calls of a `PaymentObject`: all that the checkout, the merchant, M-PESA and other objects may ask of one payment.

use crate::platform::Env;
use crate::platform::class::Class;
use crate::platform::error::Result;
use crate::platform::http::ObjectReply;
use crate::platform::object;
use malipo_engine::daraja::PaidAmount;
use malipo_engine::master_key::RefundWord;
use malipo_engine::order::Order;
use malipo_engine::payment::{Ask, Rank};
use malipo_shared::{MpesaReceipt, Msisdn};
use serde::{Deserialize, Serialize};

/// How long an answer of an object may take, beyond what was asked to be waited for, in milliseconds.
pub(crate) const CALL_MS: u64 = 10_000;

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
        /// What the customer has been shown, in whole shillings, where the page says so.
        expect_kes: Option<u32>,
        /// After this no push leaves, in Unix milliseconds.
        expires_at_ms: u64,
        /// How long the answer may wait until the push has left.
        wait_ms: u64,
        /// The name of the client address's `QuotaObject`, where the address is known.
        quota: Option<String>,
    },
    /// Show it, when it is newer than `after` or the wait is over.
    Read { after: u64, wait_ms: u64 },
    /// Show it as the payment of this order; none where the order has been signed anew since, and would open it again.
    Quote { order: Order, expires_at_ms: u64 },
    /// Make another push.
    Push {
        ask: Ask,
        phone: Option<Msisdn>,
        not_charged: bool,
        /// These two as in `Open`.
        wait_ms: u64,
        quota: Option<String>,
    },
    /// M-PESA called back; the path's MAC was checked.
    Callback { attempt: u32, body: String },
    /// The customer typed a receipt.
    Type { receipt: MpesaReceipt },
    /// A receipt names this payment. Answered with [`PaymentKnown`].
    Offer {
        receipt: MpesaReceipt,
        /// The whole shillings that can count.
        amount_kes: u32,
        /// How much M-PESA said, where that is not whole shillings.
        said: Option<String>,
        /// How the account number reads that was typed, where it is the shop's own name of the payment: the payment has to have it.
        reading: Option<String>,
        paid_at_ms: Option<u64>,
        /// The other moment that M-PESA may mean.
        or_paid_at_ms: Option<u64>,
        rank: Rank,
        is_trusted: bool,
    },
    /// A person gives it a receipt, having seen what is due. Answered with [`PaymentKnown`], or 409 if another amount is due.
    Assign {
        receipt: MpesaReceipt,
        amount_kes: u32,
        /// How much M-PESA said, where that is not whole shillings.
        said: Option<String>,
        paid_at_ms: Option<u64>,
        /// The other moment that M-PESA may mean.
        or_paid_at_ms: Option<u64>,
        expect_kes: u32,
    },
    /// A person takes that back. Answered with [`PaymentKnown`], or 409 if something else has built on it.
    Release { receipt: MpesaReceipt },
    /// Another payment has proven that a receipt is its own. Answered with [`PaymentKnown`].
    Taken { receipt: MpesaReceipt },
    /// Something new is known of a typed receipt: look again. Answered with [`PaymentKnown`].
    Look { receipt: MpesaReceipt },
    /// The whole payment for its shop: answered with [`ShopView`].
    Show,
    /// Send a message to the shop again; the newest if none is named. Answered with [`PaymentKnown`].
    Redeliver { sequence: Option<u32> },
    /// The shop closes the order. Answered with [`PaymentKnown`], or 409 while something is in flight.
    Close,
    /// The shop gives money back. Answered with the refund, or why there is none.
    Refund {
        receipt: MpesaReceipt,
        amount_kes: Option<u32>,
        reason: Option<String>,
        ask: Ask,
    },
    /// M-PESA told of a refund; the path's MAC was checked.
    RefundTold {
        refund: u32,
        word: RefundWord,
        body: String,
    },
    /// A person says what became of a refund that M-PESA is silent about. Answered as `Refund`.
    JudgeRefund { refund: u32, is_refunded: bool },
    /// The customer wants to be forgotten. Answered with [`PaymentKnown`], or 409 while something is in flight or owed.
    Forget,
    /// A sweep passes: do what is overdue, and enter the ledger what it does not hold; all of it, if the ledger was seen to
    /// lack the payment. Answered with [`PaymentKnown`].
    Poke { enters_anew: bool },
    /// May this be paid by hand now? Answered with `Validated`.
    Validate { amount: PaidAmount },
    /// Fail in this way (the emulator's environment only).
    Fault { fault: String, times: u64 },
}

/// Whether the payment exists.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PaymentKnown {
    pub(crate) is_known: bool,
}

/// A payment for its shop: what webhooks say, its story, and what the shop was told.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ShopView {
    /// As in a webhook's `data.payment`.
    pub(crate) payment: serde_json::Value,
    /// `[{at_ms, what}]`, oldest first.
    pub(crate) timeline: serde_json::Value,
    /// `[{sequence, type, at_ms, tries, standing}]`, oldest first.
    pub(crate) deliveries: serde_json::Value,
}

/// Calls a payment's object, for at most `limit_ms`. The stub is fresh: a broken one stays broken.
pub(crate) async fn call(env: &Env, message: &ToPayment, limit_ms: u64) -> Result<ObjectReply> {
    let text = serde_json::to_string(message)?;
    object::post(env, Class::Payment, &message.address, &text, limit_ms).await
}
