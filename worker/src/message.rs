//! What the Worker says to its objects. Internal: both ends are one deployment.

use malipo_engine::claims::MoneyFacts;
use malipo_engine::daraja::PaidAmount;
use malipo_engine::names::RefundWord;
use malipo_engine::order::Order;
use malipo_engine::pacing::Priority;
use malipo_engine::payment::{Ask, Rank};
use malipo_engine::subscriber;
use malipo_shared::{LinkId, MpesaReceipt, Msisdn};
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
    /// A receipt names this payment. Answered with [`Known`].
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
    /// A person gives it a receipt, having seen what is due. Answered with [`Known`], or 409 if another amount is due.
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
    /// A person takes that back. Answered with [`Known`], or 409 if something else has built on it.
    Release { receipt: MpesaReceipt },
    /// Another payment has proven that a receipt is its own. Answered with [`Known`].
    Taken { receipt: MpesaReceipt },
    /// Something new is known of a typed receipt: look again. Answered with [`Known`].
    Look { receipt: MpesaReceipt },
    /// The whole payment for its shop: answered with [`ShopView`].
    Show,
    /// Send a message to the shop again; the newest if none is named. Answered with [`Known`].
    Redeliver { sequence: Option<u32> },
    /// The shop closes the order. Answered with [`Known`], or 409 while something is in flight.
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
    /// The customer wants to be forgotten. Answered with [`Known`], or 409 while something is in flight or owed.
    Forget,
    /// A sweep passes: do what is overdue, and enter the ledger what it does not hold; all of it, if the ledger was seen to
    /// lack the payment. Answered with [`Known`].
    Poke { enters_anew: bool },
    /// May this be paid by hand now? Answered with `Validated`.
    Validate { amount: PaidAmount },
    /// Fail in this way (the emulator's environment only).
    Fault { fault: String, times: u64 },
}

/// Whether the payment exists.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Known {
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

/// To a `ReceiptObject`, named `{env}:{receipt}`.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ToReceipt {
    /// The object cannot know its own name.
    pub(crate) receipt: MpesaReceipt,
    /// The merchant for whom it is asked; what another's money is it never learns.
    pub(crate) link: LinkId,
    pub(crate) what: ReceiptCall,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum ReceiptCall {
    /// M-PESA has shown it, by C2B or on being asked. Stored before it is answered with 200.
    Show { facts: MoneyFacts, body: String },
    /// A callback of a push of this payment has named it, and another receipt has paid that push.
    SetAside { address: String, facts: MoneyFacts },
    /// A payment claims it. Answered with `Claimed`.
    Claim {
        address: String,
        rank: Rank,
        /// How often a person has taken it back from this payment before.
        #[serde(default)]
        releases: u32,
    },
    /// A person has taken it back from this payment for the `releases`th time. Answered with `()`.
    Release { address: String, releases: u32 },
    /// A customer of this payment typed it. Answered with [`Looked`].
    LookUp { address: String },
    /// Ask M-PESA about it, unless it has shown it or was just asked.
    Ask,
    /// What is known of it: answered with `ReceiptRecord`.
    Read,
    /// A person has dealt with what cannot be read of it. Answered with whether it may be.
    Settle,
    /// Do what is left to do; with `lists_anew` also enter the operator's list again.
    Poke { lists_anew: bool },
}

/// What a look-up found.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Looked {
    /// M-PESA has shown it, and it is nobody's.
    Unmatched(MoneyFacts),
    /// It belongs to a payment.
    Owned(String),
    /// Nothing is known of it.
    Unknown,
}

/// To a `DarajaObject`.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ToDaraja {
    /// The merchant who asks: the app is that of its settings.
    pub(crate) link: LinkId,
    /// The app as the caller knows it, by the object's name.
    pub(crate) app: String,
    pub(crate) what: Asked,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Asked {
    /// A token other than the one with this name, if one was refused.
    Token { refused: Option<String> },
    /// A place in the queue of queries.
    QuerySlot { priority: Priority },
}

/// To a `SubscriberObject`.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum ToSubscriber {
    /// May this push leave? Answered with a `subscriber::Answer`.
    Ask(subscriber::Ask),
    /// A push ended.
    Hear(subscriber::End),
}

/// To a `QuotaObject`.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum ToQuota {
    /// May this push leave? Answered with a `quota::Answer`.
    Ask { payment: String, attempt: u32 },
    /// Its prompt was answered, or never rang.
    Answered { payment: String, attempt: u32 },
}

/// To a `KeyObject`: is its key free for a request with this fingerprint? Answered with `true` or `false`.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ToKey {
    pub(crate) body: String,
}

/// To a `RosterObject`.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum ToRoster {
    /// A payment was opened.
    Enter { reference: String },
    /// At most `limit` references after this one, in order.
    Read { after: String, limit: u32 },
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
