//! The JSON between the browser and the Worker, and the one table of error codes.
//!
//! The Worker encodes with serde; the widget decodes by hand, so that it links no JSON parser.

mod error;

pub use error::{ApiError, ErrorBody, ErrorCode, ErrorType};

use crate::{IdempotencyKey, ItemId, PaymentId, Reason};
use serde::{Deserialize, Serialize};

/// `POST /v1/payments`: opens the payment or finds it; with a phone it sends the first push.
/// Exactly one of `item` and `amount` says what is paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OpenPayment {
    /// An order that the shop's server has signed; then neither item nor amount.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<String>,
    /// A line of the merchant's price list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<ItemId>,
    /// An open amount as the customer wrote it, where the merchant allows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Written>,
    /// The page's own, unverified note; at most 100 characters. It fixes nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The customer's number as typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// The price that the customer has seen, in whole shillings. If it is another one by now, nothing is opened and nothing
    /// is sent: 409 `PRICE_CHANGED`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expect_kes: Option<u32>,
    /// The browser's idempotency key.
    pub key: IdempotencyKey,
}

/// `GET /v1/quote`: what would be paid, without opening a payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Quote {
    /// The payment as it is; with `version` 0 as it would be: it is not opened, and its id leads nowhere yet.
    pub payment: View,
    /// What its first screen says, where a number is asked for; absent where the payment is past it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<FirstForm>,
}

/// The texts of the screen that asks for the number, in the language that was asked for: drawn before the checkout itself has
/// come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FirstForm {
    /// `en` or `sw`.
    pub lang: String,
    /// That no real money moves; empty where it does.
    pub test: String,
    /// The headline.
    pub heading: String,
    /// Below it; may be empty.
    pub message: String,
    /// What is paid: labels and values by turns.
    pub facts: Vec<String>,
    /// The field's label.
    pub label: String,
    /// What stands below the field.
    pub help: String,
    /// The box that remembers the number.
    pub remember: String,
    /// The button.
    pub submit: String,
    /// The buttons below the form.
    pub actions: Vec<String>,
    /// The other language, by its own name.
    pub other: String,
}

/// A number or a text: pages write `150` and `"150"`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Written {
    /// A JSON integer.
    Number(u64),
    /// A JSON string.
    Text(String),
}

/// `POST /v1/payments/{id}/attempts`: another push, when the engine allows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AskPush {
    /// The number as typed; without it the number of the last attempt is used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// The browser's idempotency key for this push.
    pub key: IdempotencyKey,
    /// The customer says that M-PESA has sent no SMS of a payment (for an attempt of unknown fate).
    #[serde(default)]
    pub not_charged: bool,
}

/// What the customer sees of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// A push may be asked for.
    Ready,
    /// The push is on its way to M-PESA.
    Sending,
    /// The prompt is on the handset.
    AwaitingPin,
    /// Nobody knows yet; do not pay again.
    Confirming,
    /// The last attempt ended without money.
    Declined,
    /// Some of the money is here.
    PartPaid,
    /// All of the money is here. For ever.
    Paid,
    /// Nobody knew for a day; the merchant looks at it.
    Unresolved,
    /// The order expired with nothing in flight.
    Closed,
}

impl State {
    /// Every state, in the order of a payment's life.
    pub const ALL: [State; 9] = [
        State::Ready,
        State::Sending,
        State::AwaitingPin,
        State::Confirming,
        State::Declined,
        State::PartPaid,
        State::Paid,
        State::Unresolved,
        State::Closed,
    ];

    /// The word in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            State::Ready => "ready",
            State::Sending => "sending",
            State::AwaitingPin => "awaiting_pin",
            State::Confirming => "confirming",
            State::Declined => "declined",
            State::PartPaid => "part_paid",
            State::Paid => "paid",
            State::Unresolved => "unresolved",
            State::Closed => "closed",
        }
    }
}

/// Where the customer can pay by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PayeeKind {
    /// Lipa na M-PESA, Pay Bill: number and account number.
    PayBill,
    /// Lipa na M-PESA, Buy Goods: the till's number alone.
    Till,
}

/// How sure it is that no attempt has moved money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Charge {
    /// M-PESA's verdict proves that the customer was not charged.
    None,
    /// As far as M-PESA has told us; a late success is possible.
    NoneSoFar,
}

/// Where a typed receipt stands. It is checked, never believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum TypedStatus {
    /// It is being looked for.
    Checking,
    /// It is part of what was received.
    Counted,
    /// M-PESA has not shown it for this payment yet.
    NotFoundYet,
    /// The shop has to look at it.
    NeedsShop,
}

impl TypedStatus {
    /// Every status.
    pub const ALL: [TypedStatus; 4] = [
        TypedStatus::Checking,
        TypedStatus::Counted,
        TypedStatus::NotFoundYet,
        TypedStatus::NeedsShop,
    ];

    /// The word in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            TypedStatus::Checking => "checking",
            TypedStatus::Counted => "counted",
            TypedStatus::NotFoundYet => "not_found_yet",
            TypedStatus::NeedsShop => "needs_shop",
        }
    }
}

/// A payment as its customer may see it. Every time is Unix milliseconds of the server's clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct View {
    /// What the browser asks for it by.
    pub id: PaymentId,
    /// The journal's number; grows with every change.
    pub version: u64,
    /// Where the payment stands.
    pub state: State,
    /// Whether real money moves.
    pub livemode: bool,
    /// The shop's name, as in the prompt.
    pub name: String,
    /// What is paid for.
    pub description: String,
    /// The account number of the Pay Bill screen, the prompt and the SMS.
    pub account_reference: String,
    /// Pay Bill or till.
    pub payee_kind: PayeeKind,
    /// Its number, which the customer types.
    pub payee_number: String,
    /// How to reach the shop.
    pub shop_contact: String,
    /// What the order asks, in whole shillings.
    pub due_kes: u32,
    /// The sum of the receipts, in whole shillings.
    pub received_kes: u32,
    /// What is too much, in whole shillings.
    pub excess_kes: u32,
    /// The server's clock when this was written: phones have wrong clocks.
    pub now_ms: u64,
    /// The number of the last attempt, masked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone_masked: Option<String>,
    /// Why the last attempt ended without money.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// The code behind the reason, for the shop's help desk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Whether the customer may be told that nothing was charged: with a reason, and wherever an earlier attempt may still
    /// succeed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub charge: Option<Charge>,
    /// The M-PESA receipt of the newest money, once it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receipt: Option<String>,
    /// The receipt that the customer typed last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub typed_receipt: Option<String>,
    /// Where it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub typed_status: Option<TypedStatus>,
    /// When the last push left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sent_at_ms: Option<u64>,
    /// Until when the customer can be expected to enter the PIN.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prompt_ends_at_ms: Option<u64>,
    /// From when another push may be asked for; absent when none may.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_at_ms: Option<u64>,
    /// From when the customer may say that M-PESA has sent no SMS of a payment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ask_charged_at_ms: Option<u64>,
    /// Whether a prompt may still be on the handset.
    pub may_prompt_be_alive: bool,
    /// Whether money that was paid by hand is noticed without the customer's help.
    pub notices_payment_by_hand: bool,
    /// How long to wait before asking again, in milliseconds; absent when nothing will change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub poll_after_ms: Option<u64>,
}

/// The body of `POST /v1/payments/{id}/receipts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TypeReceipt {
    /// The M-PESA receipt, as the customer typed it.
    pub receipt: String,
}
