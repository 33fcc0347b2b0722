//! `Rows`: the rows of a statement put together. Rows that repeat count once, and every row is summed up by its kind, so that
//! nothing is passed over unseen.

use super::bad::BadStatement;
use super::contents::{KindOfRow, Statement};
use super::kind::Reading;
use super::row::{Entry, Row};
use crate::cents::Cents;
use crate::reconcile::{Period, Reversal, Theirs};
use malipo_shared::MpesaReceipt;
use std::collections::{BTreeMap, BTreeSet};

/// Kinds that are told apart; what comes after them is put together.
const KINDS_MAX: usize = 40;

#[derive(Default)]
pub(super) struct Rows {
    first_ms: Option<u64>,
    last_ms: u64,
    /// Payments, by receipt: how much and when.
    payments: BTreeMap<MpesaReceipt, (Cents, u64)>,
    /// All money in, with the words of its kind, in the order of the file.
    money_in: Vec<(Theirs, String)>,
    /// What left, by receipt: how much and when.
    left: BTreeMap<MpesaReceipt, (Cents, u64)>,
    reversals: Vec<Reversal>,
    mentioned: Vec<MpesaReceipt>,
    others: usize,
    unlinked: usize,
    kinds: Vec<(KindOfRow, Cents)>,
}

impl Rows {
    pub(super) fn add(&mut self, row: Row, line: usize) -> Result<(), BadStatement> {
        self.first_ms = Some(self.first_ms.unwrap_or(row.at_ms).min(row.at_ms));
        self.last_ms = self.last_ms.max(row.at_ms);
        if let Entry::In(paid) = row.entry {
            if paid.unknown_kind.is_none() {
                match self.payments.get(&paid.receipt) {
                    // Two exports laid one below the other repeat rows.
                    Some(known) if *known == (paid.amount, paid.paid_at_ms) => return Ok(()),
                    Some(_) => return Err(twice(&paid.receipt, line)),
                    None => {}
                }
                let known = (paid.amount, paid.paid_at_ms);
                self.payments.insert(paid.receipt.clone(), known);
                self.sum(Reading::Payment, &row.words, paid.amount);
            }
            self.money_in.push((paid, row.words));
            return Ok(());
        }
        self.sum(row.reading, &row.words, row.amount);
        match row.entry {
            Entry::Back(reversal) if self.reversals.contains(&reversal) => {}
            Entry::Back(reversal) => self.reversals.push(reversal),
            Entry::Unlinked => self.unlinked += 1,
            Entry::Nothing | Entry::In(_) => self.others += 1,
        }
        if let Some(receipt) = row.receipt
            && row.reading != Reading::NotCompleted
        {
            self.mentioned.push(receipt.clone());
            if matches!(row.reading, Reading::MoneyOut | Reading::OwnTransfer) {
                self.left.insert(receipt, (row.amount, row.at_ms));
            }
        }
        Ok(())
    }

    /// None if there was no row.
    pub(super) fn statement(mut self) -> Option<Statement> {
        let period = Period {
            from_ms: self.first_ms?,
            to_ms: self.last_ms,
        };
        let mut payments: Vec<Theirs> = Vec::new();
        let mut unknown = BTreeSet::new();
        for (paid, words) in core::mem::take(&mut self.money_in) {
            if paid.unknown_kind.is_none() {
                payments.push(paid);
                continue;
            }
            // Two exports laid one below the other repeat rows.
            let row = (paid.receipt.clone(), paid.amount, paid.paid_at_ms);
            if !unknown.insert((row, words.clone())) {
                continue;
            }
            // In and out under one number: money between accounts.
            let left = self.left.get(&paid.receipt);
            let is_moved = left.is_some_and(|(amount, _)| *amount == paid.amount);
            let reading = if is_moved {
                Reading::OwnTransfer
            } else {
                Reading::UnknownMoneyIn
            };
            self.sum(reading, &words, paid.amount);
            if is_moved || self.payments.contains_key(&paid.receipt) {
                self.others += 1;
                self.mentioned.push(paid.receipt);
            } else {
                let known = (paid.amount, paid.paid_at_ms);
                self.payments.insert(paid.receipt.clone(), known);
                payments.push(paid);
            }
        }
        let kinds = self.kinds.into_iter().map(|(kind, sum)| KindOfRow {
            kes: sum.about_kes(),
            ..kind
        });
        Some(Statement {
            shortcode: None,
            period,
            rows_period: period,
            payments,
            reversals: self.reversals,
            mentioned: self.mentioned,
            others: self.others,
            unlinked: self.unlinked,
            kinds: kinds.collect(),
        })
    }

    fn sum(&mut self, read_as: Reading, words: &str, amount: Cents) {
        let is_full = self.kinds.len() >= KINDS_MAX;
        let mut kinds = self.kinds.iter_mut();
        let known = kinds.find(|(kind, _)| {
            kind.read_as == read_as && (kind.kind == words || is_full && kind.kind.is_empty())
        });
        if let Some((kind, sum)) = known {
            kind.rows += 1;
            *sum = sum.plus(amount);
            return;
        }
        let kind = KindOfRow {
            kind: if is_full { "" } else { words }.to_owned(),
            read_as,
            rows: 1,
            kes: 0,
        };
        self.kinds.push((kind, amount));
    }
}

fn twice(receipt: &MpesaReceipt, line: usize) -> BadStatement {
    BadStatement::Twice {
        line,
        receipt: receipt.to_string(),
    }
}
