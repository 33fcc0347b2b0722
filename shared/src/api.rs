//! The JSON between the browser and the Worker, and the one table of error codes.
//!
//! The Worker encodes with serde; the widget decodes by hand, so that it links no JSON parser.

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

/// The body of every answer that is not a view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ErrorBody {
    /// What went wrong.
    pub error: ApiError,
}

/// What went wrong, for a program (`code`, `param`) and for a person (`message`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ApiError {
    /// Which error.
    pub code: ErrorCode,
    /// Its family.
    pub r#type: ErrorType,
    /// What to do, in English.
    pub message: String,
    /// The field that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub param: Option<String>,
    /// When to try again, in Unix milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_at_ms: Option<u64>,
    /// With `AMOUNT_DIFFERS`: what is still due on the order; with `PRICE_CHANGED`: what it costs now. In whole shillings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_kes: Option<u32>,
    /// With `AMOUNT_DIFFERS`: what the receipt is, in whole shillings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt_kes: Option<u32>,
}

/// The family of an error; closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ErrorType {
    /// The caller did not show who it is.
    AuthenticationError,
    /// The request cannot be understood or is not allowed.
    InvalidRequest,
    /// The request is good, but not now.
    Conflict,
    /// Our side, or M-PESA's.
    ApiError,
}

/// The body of `POST /v1/payments/{id}/receipts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TypeReceipt {
    /// The M-PESA receipt, as the customer typed it.
    pub receipt: String,
}

macro_rules! error_codes {
    ($($(#[$doc:meta])* $name:ident = $status:literal, $family:ident;)*) => {
        /// Which error. The first twelve are those of the aggregator reference that shops know.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
        pub enum ErrorCode { $($(#[$doc])* $name,)* }

        impl ErrorCode {
            /// Every code.
            pub const ALL: &[ErrorCode] = &[$(ErrorCode::$name,)*];

            /// The HTTP status that it is answered with.
            pub const fn status(self) -> u16 {
                match self { $(ErrorCode::$name => $status,)* }
            }

            /// Its family.
            pub const fn family(self) -> ErrorType {
                match self { $(ErrorCode::$name => ErrorType::$family,)* }
            }
        }
    };
}

error_codes! {
    /// `apikey` or `linkid` is missing.
    MissingHeaders = 401, AuthenticationError;
    /// The API key is not known.
    InvalidApiKey = 401, AuthenticationError;
    /// The link is not known.
    InvalidLinkId = 401, AuthenticationError;
    /// The shortcode was switched off.
    InactiveShortcode = 401, AuthenticationError;
    /// A field is missing or wrong; `param` names it.
    ValidationError = 422, InvalidRequest;
    /// The phone number cannot be a Kenyan mobile number.
    InvalidMsisdn = 422, InvalidRequest;
    /// The amount is not one that M-PESA takes, or that this shop allows.
    InvalidAmount = 422, InvalidRequest;
    /// A callback or webhook address cannot be used.
    InvalidCallback = 422, InvalidRequest;
    /// Our own failure; nothing was sent.
    InternalError = 500, ApiError;
    /// M-PESA refused the push before sending it.
    StkPushFailed = 500, ApiError;
    /// M-PESA cannot be reached; nothing was sent.
    MpesaUnavailable = 500, ApiError;
    /// An answer was lost: ask again with the same key, nothing is sent twice.
    TimeoutError = 500, ApiError;
    /// The body is not JSON, or not of this form.
    MalformedJson = 400, InvalidRequest;
    /// The body is larger than this call takes.
    BodyTooLarge = 413, InvalidRequest;
    /// The page is not one of the merchant's.
    OriginNotAllowed = 403, InvalidRequest;
    /// There is no such payment or path.
    NotFound = 404, InvalidRequest;
    /// The path exists, with another method.
    MethodNotAllowed = 405, InvalidRequest;
    /// The idempotency key was used with another body.
    KeyReused = 409, Conflict;
    /// No push may leave now; `retry_at_ms` says when, if ever.
    PushNotAllowed = 409, Conflict;
    /// This money may not be given back, or not now; the message says why. Nothing was sent.
    RefundNotAllowed = 409, Conflict;
    /// The signed order cannot be taken; the message names the claim.
    InvalidOrder = 422, InvalidRequest;
    /// The signed order may be viewed, not opened or pushed any more: the shop signs a new one.
    OrderExpired = 409, Conflict;
    /// The signed order names another amount than its payment, which may not change now.
    OrderChanged = 409, Conflict;
    /// Another order of the shop has the same account reference.
    ReferenceCollision = 409, Conflict;
    /// The order of this reference was paid, with another amount.
    ReferencePaid = 409, Conflict;
    /// The receipt belongs to another payment.
    ReceiptTaken = 409, Conflict;
    /// The price is not what the customer has seen (`expect_kes`): nothing was opened, nothing was sent. `due_kes` is the new one.
    PriceChanged = 409, Conflict;
    /// Another amount is due on the order than `expect_kes` says; nothing was assigned.
    AmountDiffers = 409, Conflict;
    /// This assignment cannot be taken back; the message says why. Nothing was changed.
    UnclaimNotAllowed = 409, Conflict;
    /// Too many requests from one network; `retry_at_ms` says when to try again.
    TooManyRequests = 429, Conflict;
    /// Five receipts were typed for one order.
    TooManyReceipts = 409, Conflict;
    /// The deployment's or the merchant's settings are wrong or lack something: the message says what, or where it is said.
    Misconfigured = 503, ApiError;
}

impl ApiError {
    /// An error of `code` with the sentence that says what to do.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> ApiError {
        ApiError {
            code,
            r#type: code.family(),
            message: message.into(),
            param: None,
            retry_at_ms: None,
            due_kes: None,
            receipt_kes: None,
        }
    }

    /// The same, placed by a field.
    pub fn at(code: ErrorCode, param: &str, message: impl Into<String>) -> ApiError {
        ApiError {
            param: Some(param.to_owned()),
            ..ApiError::new(code, message)
        }
    }
}
