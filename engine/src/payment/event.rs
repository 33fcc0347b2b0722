//! What can happen to a payment. The shell records each before it acts on it.

use crate::daraja::{
    CheckoutRequestId, MerchantRequestId, QueryAnswer, Refusal, ReversalResult, StkCallback,
};
use crate::order::Order;
use malipo_shared::{AccountReference, IdempotencyKey, Kes, MpesaReceipt, Payee};
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
    /// Something came on an attempt's own secret path that cannot be read. It is kept: it may be the proof of money.
    CallbackUnread {
        /// Which attempt.
        attempt: u32,
        /// The receipts that its text names.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        receipts: Vec<MpesaReceipt>,
    },
    /// M-PESA answered a query.
    QueryAnswered {
        /// Which attempt.
        attempt: u32,
        /// What it said.
        answer: QueryAnswer,
    },
    /// A receipt that names this payment was shown by another channel than a push's own callback.
    ReceiptSeen {
        /// M-PESA's number.
        receipt: MpesaReceipt,
        /// How much, in whole shillings.
        amount_kes: u32,
        /// When, by M-PESA's clock, in Unix milliseconds.
        paid_at_ms: Option<u64>,
        /// How strong the proof is that it is this payment's.
        rank: Rank,
        /// Whether it surely comes from M-PESA.
        is_trusted: bool,
        /// The amount as M-PESA said it, where that is not whole shillings: what is beyond them is for a person.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        said: Option<String>,
    },
    /// The customer typed a receipt: a pointer, never proof.
    ReceiptTyped {
        /// What was typed.
        receipt: MpesaReceipt,
    },
    /// What is known of a typed receipt.
    ReceiptLookedUp {
        /// Which.
        receipt: MpesaReceipt,
        /// What was found.
        finding: Finding,
        /// Up to this a typed receipt counts by itself, in whole shillings: the shop's setting at that time.
        auto_claim_max_kes: u32,
    },
    /// The receipt is this payment's.
    ReceiptGranted {
        /// Which.
        receipt: MpesaReceipt,
        /// The proof that was accepted.
        rank: Rank,
        /// Whether another payment had counted it until now.
        is_contested: bool,
    },
    /// The receipt is another payment's.
    ReceiptDenied {
        /// Which.
        receipt: MpesaReceipt,
        /// The proof that was not enough: an older claim's answer may come after a stronger one's. Lines of before that was
        /// written down do not say.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rank: Option<Rank>,
    },
    /// A receipt that a push's second callback named is where the shop's people find and claim it.
    ReceiptListed {
        /// Which.
        receipt: MpesaReceipt,
    },
    /// A payment with a stronger proof has taken the receipt.
    ReceiptTaken {
        /// Which.
        receipt: MpesaReceipt,
    },
    /// A person has given the receipt to this payment.
    ReceiptAssigned {
        /// Which.
        receipt: MpesaReceipt,
        /// How much of it counts, in whole shillings.
        amount_kes: u32,
        /// How much M-PESA said, where that is not whole shillings.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        said: Option<String>,
        /// When, by M-PESA's clock, in Unix milliseconds.
        paid_at_ms: Option<u64>,
        /// What was still due, as the person had seen, in whole shillings.
        outstanding_kes: u32,
    },
    /// A person has taken that back: it counts here no more. Its object is to be told.
    ReceiptReleased {
        /// Which.
        receipt: MpesaReceipt,
    },
    /// The receipt's object has heard that it was taken back: it may be assigned to another payment.
    ReceiptFreed {
        /// Which.
        receipt: MpesaReceipt,
    },
    /// The customer says that M-PESA sent no SMS of a payment.
    CustomerDeclaredNotCharged {
        /// Which attempt.
        attempt: u32,
    },
    /// The shop signed the order anew.
    OrderAmended {
        /// What is to be paid now.
        order: Order,
        /// After this no push leaves, in Unix milliseconds.
        expires_at_ms: u64,
    },
    /// The shop closed the order.
    OrderClosed,
    /// The shop's webhook answered, or did not.
    WebhookAnswered {
        /// Which delivery.
        sequence: u32,
        /// The HTTP status; none when there was no answer.
        status: Option<u16>,
    },
    /// The shop wants a delivery again.
    RedeliveryAsked {
        /// Which delivery.
        sequence: u32,
    },
    /// A refund is about to be made. From here on its money is reserved: no other refund of this receipt may leave.
    RefundRequested {
        /// Its number, from 1.
        refund: u32,
        /// The receipt whose money goes back.
        receipt: MpesaReceipt,
        /// How much of it.
        amount: Kes,
        /// Why, in the shop's own words.
        reason: Option<String>,
        /// Who asked.
        ask: Ask,
    },
    /// The reversal is about to leave; its answer counts as lost after the deadline.
    RefundLeaving {
        /// Which refund.
        refund: u32,
        /// In Unix milliseconds.
        deadline_ms: u64,
    },
    /// M-PESA took the reversal. Nothing has gone back yet.
    RefundAccepted {
        /// Which refund.
        refund: u32,
        /// Safaricom's name of the request.
        conversation_id: String,
        /// The other one.
        originator_conversation_id: String,
    },
    /// The reversal was not taken, for certain.
    RefundRefused {
        /// Which refund.
        refund: u32,
        /// Why, for the shop.
        detail: String,
    },
    /// The answer to the reversal was lost: the money may go back. Never sent again.
    RefundLost {
        /// Which refund.
        refund: u32,
        /// What was seen instead of an answer.
        why: String,
    },
    /// M-PESA says that the reversal waited too long in its queue: no outcome, whatever else it says.
    RefundTimedOut {
        /// Which refund.
        refund: u32,
    },
    /// M-PESA told what became of the reversal, on its own secret path.
    RefundResult {
        /// Which refund.
        refund: u32,
        /// What it said.
        result: ReversalResult,
    },
    /// Something came on the reversal's own secret path that cannot be read. It is kept.
    RefundUnread {
        /// Which refund.
        refund: u32,
    },
    /// M-PESA is asked what became of the reversal.
    RefundAsked {
        /// Which refund.
        refund: u32,
    },
    /// On being asked, M-PESA showed the completed reversal.
    RefundSeen {
        /// Which refund.
        refund: u32,
        /// The reversal's own receipt.
        reversal: MpesaReceipt,
        /// How much went back, in whole shillings.
        amount_kes: u32,
    },
    /// A person looked at M-PESA's statement and says what became of it.
    RefundJudged {
        /// Which refund.
        refund: u32,
        /// Whether the money went back.
        is_refunded: bool,
    },
    /// Time passed; what is overdue is settled.
    AlarmRang,
}

/// How strong a proof is that a receipt belongs to a payment; the strongest is last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rank {
    /// The shop says so.
    Person,
    /// The customer typed it, and M-PESA's facts agree.
    Typed,
    /// It was paid with the shop's own name of this payment, and no other's reads the same.
    Name,
    /// It was paid with this payment's account reference.
    Reference,
    /// The callback of one of its pushes names it.
    Callback,
}

/// What was found about a typed receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// M-PESA has shown it, and no payment has it.
    Unmatched {
        /// How much, in whole shillings.
        amount_kes: u32,
        /// When, by M-PESA's clock, in Unix milliseconds.
        paid_at_ms: Option<u64>,
        /// Whether it was certainly paid by another number than this payment's.
        is_payer_other: bool,
        /// Whether M-PESA tells the payer, and it is a number to which a push of this payment was sent. Lines of before that
        /// was looked at do not say, and stay as they were decided.
        #[serde(default = "yes", skip_serializing_if = "is_yes")]
        is_payer_pushed: bool,
    },
    /// Another payment has it.
    Elsewhere {
        /// As below.
        may_be_shown: bool,
    },
    /// Nobody has shown it yet.
    Unknown {
        /// Whether it can still be shown: by C2B, or by asking M-PESA.
        may_be_shown: bool,
    },
}

const fn yes() -> bool {
    true
}

fn is_yes(told: &bool) -> bool {
    *told
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
