//! Payments that nobody ever paid, or could have: anyone may open as many as they like, so they do not stay.

use super::{Attempt, Payment, Stage, Terms, rules};
use crate::order::Origin;

impl Attempt {
    /// Whether the customer's phone may have been asked. One that was refused here never left.
    fn may_have_left(&self) -> bool {
        self.sent_at_ms.is_some() || !matches!(self.stage, Stage::NotSent { .. })
    }
}

impl Payment {
    /// When a payment that nobody paid ends altogether, in Unix milliseconds; none while it may be paid, something of it is owed,
    /// or money may have moved by it. What a customer typed and nobody has shown is kept longer: the shop may have to look. What
    /// the shop's own server has named stays: the shop lists it, and its name is one bill for ever. A page's own order has a name
    /// of the browser's: the same key opens it anew.
    pub fn ends_at_ms(&self, terms: Terms, now_ms: u64) -> Option<u64> {
        let opened = self.opened.as_ref()?;
        let is_anybodys = matches!(opened.order.origin, Origin::Item(_) | Origin::Open);
        let is_sought = self
            .typed
            .iter()
            .any(|typed| typed.next_look_at_ms.is_some());
        let kept_ms = match self.typed.is_empty() {
            true => rules::UNUSED_KEPT_MS,
            false => rules::TYPED_KEPT_MS,
        };
        (is_anybodys && !self.may_have_moved_money() && !is_sought && self.is_over(terms, now_ms))
            .then(|| opened.expires_at_ms.saturating_add(kept_ms))
    }

    fn may_have_moved_money(&self) -> bool {
        self.attempts.iter().any(Attempt::may_have_left)
            || !self.receipts.is_empty()
            || !self.refunds.is_empty()
    }

    /// Whether the day's roster has to hold it: money may move by it, its customer says that it has, or its shop's server has
    /// named it.
    pub fn is_listed(&self) -> bool {
        let opened = self.opened.as_ref();
        self.may_have_moved_money()
            || !self.typed.is_empty()
            || opened.is_some_and(|opened| opened.order.origin.by_server().is_some())
    }
}
