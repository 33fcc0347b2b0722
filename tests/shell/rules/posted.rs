//! `Posted`: something that M-PESA has posted.

/// To which address, and the body.
pub(super) struct Posted {
    pub(super) url: String,
    pub(super) body: String,
}
