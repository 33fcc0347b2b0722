//! `Ask`: the push request that a customer makes.

/// A push request.
#[derive(Clone, PartialEq)]
pub(crate) struct Ask {
    /// The number as typed; `None`: that of the last attempt.
    pub(crate) phone: Option<String>,
    /// Whether the customer said that no money left.
    pub(crate) not_charged: bool,
}
