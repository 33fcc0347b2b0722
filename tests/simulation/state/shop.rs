//! The truth of a payment's price, and what the shop has heard.

use malipo_engine::webhook::Kind;

/// Who fixes the price.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Pricing {
    Signed { reference: String },
    Item,
    Open,
}

/// The truth of a payment's price.
#[derive(Debug, Clone)]
pub(crate) struct Priced {
    pub(crate) by: Pricing,
    /// What is due; 0 before it is opened.
    pub(crate) due_kes: u32,
    pub(crate) issued_at_ms: u64,
    /// When the shop closed it before its end, by our clock.
    pub(crate) withdrawn_at_ms: Option<u64>,
}

#[derive(Default)]
pub(crate) struct Shop {
    /// What its server has heard: payment, sequence, kind.
    pub(crate) heard: Vec<(usize, u32, Kind)>,
}

impl Priced {
    pub(crate) fn new(by: Pricing) -> Priced {
        Priced {
            by,
            due_kes: 0,
            issued_at_ms: 0,
            withdrawn_at_ms: None,
        }
    }
}
