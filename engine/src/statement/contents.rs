//! What a statement says: its payments, its reversals, and the rest by its kind.

use super::kind::Reading;
use crate::reconcile::{Period, Reversal, Theirs};
use malipo_shared::MpesaReceipt;
use serde::Serialize;

/// What a statement says of customers' payments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The shortcode that stands above the rows, if one does.
    pub shortcode: Option<String>,
    /// The time of which it tells everything: as it says itself, else from its first row to its last.
    pub period: Period,
    /// From its first row to its last.
    pub rows_period: Period,
    /// Money that came in: what customers have paid, and what came by words that are not known here.
    pub payments: Vec<Theirs>,
    /// What went back to customers.
    pub reversals: Vec<Reversal>,
    /// Receipt numbers of completed rows that are not compared: they are in the file all the same.
    pub mentioned: Vec<MpesaReceipt>,
    /// Rows of charges, withdrawals, transfers, and of what was not completed.
    pub others: usize,
    /// Reversals that do not say of which payment: for a person.
    pub unlinked: usize,
    /// Every row, by its kind.
    pub kinds: Vec<KindOfRow>,
}

/// Rows of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct KindOfRow {
    /// The statement's own words: `Pay Bill Online`.
    pub kind: String,
    /// What they are read as.
    pub read_as: Reading,
    /// How many.
    pub rows: usize,
    /// What they move together, in shillings without cents.
    pub kes: u32,
}
