//! Payments that nobody ever tried to pay: anyone may open as many as they like, so they do not stay.

use super::{Payment, Terms, rules};
use crate::order::Origin;

impl Payment {
    /// When a payment that was only opened ends altogether, in Unix milliseconds; none while it may be paid, something of
    /// it is owed, or anything was ever tried. What the shop's own server has named stays: the shop lists it, and its
    /// name is one bill for ever. A page's own order has a name of the browser's: the same key opens it anew.
    pub fn ends_at_ms(&self, terms: Terms, now_ms: u64) -> Option<u64> {
        let opened = self.opened.as_ref()?;
        let is_anybodys = matches!(opened.order.origin, Origin::Item(_) | Origin::Open);
        (is_anybodys && self.is_unused() && self.is_over(terms, now_ms))
            .then(|| opened.expires_at_ms.saturating_add(rules::UNUSED_KEPT_MS))
    }

    /// Whether nobody ever tried to pay it, or said so.
    pub fn is_unused(&self) -> bool {
        self.attempts.is_empty()
            && self.receipts.is_empty()
            && self.typed.is_empty()
            && self.refunds.is_empty()
    }

    /// Whether the day's roster has to hold it: money may move by it, or its shop's server has named it.
    pub fn is_listed(&self) -> bool {
        let opened = self.opened.as_ref();
        !self.is_unused() || opened.is_some_and(|opened| opened.order.origin.by_server().is_some())
    }
}
