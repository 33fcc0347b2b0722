//! The URLs that a merchant has registered for C2B.

use serde::Serialize;

/// The URLs of one merchant.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Registration {
    /// As it was registered: of a till the store number or the till.
    pub(crate) shortcode: String,
    pub(crate) version: Version,
    pub(crate) response_type: ResponseType,
    pub(crate) confirmation_url: String,
    pub(crate) validation_url: String,
}

/// The API's version, which decides how a payer's number is hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Version {
    V1,
    V2,
}

/// What happens to a payment when the validation is not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) enum ResponseType {
    Completed,
    Cancelled,
}
