//! `Report`: what a comparison came to, as the merchant and the ledger are told it.

use crate::ledger::differences;
use malipo_engine::reconcile::{Difference, Identity, Kind, Period, Source};
use malipo_engine::statement::KindOfRow;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What a comparison came to.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    pub(crate) source: Source,
    /// What was compared, in Unix milliseconds.
    #[serde(flatten)]
    pub(crate) period: Period,
    /// Up to here it has come; less than `to_ms` when there was too much for one run.
    pub(crate) done_to_ms: u64,
    /// Payments on M-PESA's side.
    pub(crate) payments: usize,
    /// Rows that are no payments, or cannot be read.
    pub(crate) passed_over: usize,
    /// What a statement was found to be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) statement: Option<Identity>,
    /// A statement's rows by kind, all of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) kinds: Vec<KindOfRow>,
    /// Missed money that was shown to its receipt: with an order's account number it counts by itself.
    pub(crate) shown: usize,
    /// Receipts about which M-PESA was asked.
    pub(crate) asked: usize,
    /// What was found, by kind.
    pub(crate) differences: BTreeMap<&'static str, usize>,
    /// Why it did not come to its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) problem: Option<String>,
    /// Why not even its first page could be asked for.
    #[serde(skip)]
    pub(crate) unreached: Option<String>,
    /// Pages that were read: a call each, as with what was shown.
    #[serde(skip)]
    pub(super) pages: usize,
    /// Each counts once, however often it is found.
    #[serde(skip)]
    ids: BTreeSet<String>,
}

impl Report {
    pub(super) fn new(source: Source, period: Period) -> Report {
        Report {
            source,
            period,
            done_to_ms: period.from_ms,
            payments: 0,
            passed_over: 0,
            statement: None,
            kinds: Vec::new(),
            shown: 0,
            asked: 0,
            differences: Kind::ALL.iter().map(|kind| (kind.as_str(), 0)).collect(),
            problem: None,
            unreached: None,
            pages: 0,
            ids: BTreeSet::new(),
        }
    }

    /// Whether all of the period was compared.
    pub(crate) fn is_complete(&self) -> bool {
        self.problem.is_none() && self.done_to_ms >= self.period.to_ms
    }

    /// About how many calls it took: a run may make 1,000 of any kind.
    pub(super) fn calls(&self) -> usize {
        self.shown + 4 * self.pages
    }

    /// What the ledger notes of it, and whether that settles what was not found again: a file that can hardly be this shop's
    /// settles nothing, and what lacks money that M-PESA has confirmed may lack anything.
    pub(super) fn noted(&self, at_ms: u64) -> differences::Run<'_> {
        let not_listed = self.differences.get(Kind::NotListed.as_str());
        let is_cut = self.source == Source::Statement && not_listed.is_some_and(|count| *count > 0);
        let is_doubted = |identity: &Identity| identity.doubt.is_some();
        differences::Run {
            at_ms,
            source: self.source,
            period: Period {
                from_ms: self.period.from_ms,
                to_ms: self.done_to_ms,
            },
            payments: self.payments,
            shown: self.shown,
            differences: self.differences.values().sum(),
            problem: self.problem.as_deref(),
            settles: !is_cut && !self.statement.as_ref().is_some_and(is_doubted),
        }
    }

    pub(super) fn count(&mut self, found: &[Difference]) {
        for difference in found {
            if !self.ids.insert(difference.id.clone()) {
                continue;
            }
            *self
                .differences
                .entry(difference.kind.as_str())
                .or_default() += 1;
        }
    }
}
