//! The answers that are errors, and the one table of their codes.

use serde::{Deserialize, Serialize};

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
    /// The key, or the person, may not do this here; the message names the permission. Nothing was done.
    NotAllowed = 403, InvalidRequest;
    /// Nobody was signed in: the passkey, its answer or the challenge is not good. Begin again.
    SignInRefused = 401, AuthenticationError;
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
