//! `Row`: one line of a statement, read. Charges, withdrawals and transfers stand among the payments, often under the same
//! receipt number.

use super::account::account;
use super::bad::BadStatement;
use super::columns::{Columns, plain};
use super::kind::{self, Reading, Way};
use super::records::Record;
use crate::cents::Cents;
use crate::reconcile::{Reversal, Theirs};
use crate::wall_time::WallTime;
use malipo_shared::{MpesaReceipt, text};

/// One line.
pub(super) struct Row {
    pub(super) at_ms: u64,
    /// None where none is needed and none can be read.
    pub(super) receipt: Option<MpesaReceipt>,
    /// What came in or what left.
    pub(super) amount: Cents,
    pub(super) reading: Reading,
    /// Its kind, in the statement's own words.
    pub(super) words: String,
    pub(super) entry: Entry,
}

/// What of a line is compared.
pub(super) enum Entry {
    /// Money that came in.
    In(Theirs),
    /// A payment that went back.
    Back(Reversal),
    /// Something went back, and it is not told of which payment.
    Unlinked,
    Nothing,
}

const SHOWN_CHARS: usize = 40;

impl Row {
    /// Reads a line; none for a line of totals or remarks.
    pub(super) fn read(columns: &Columns, record: &Record) -> Result<Option<Row>, BadStatement> {
        let line = Line { columns, record };
        if line.is_remark() {
            return Ok(None);
        }
        line.check_length()?;
        let at_ms = line.moment()?;
        let paid_in = line.amount("Paid In", columns.paid_in)?;
        let withdrawn = line.amount("Withdrawn", columns.withdrawn)?.size();
        let (reason, details) = (line.named(columns.reason), line.named(columns.details));
        let (way, amount) = match () {
            () if paid_in.is_positive() => (Way::In, paid_in),
            () if withdrawn.is_positive() => (Way::Out, withdrawn),
            () => (Way::Nowhere, Cents::from_kes(0)),
        };
        let status = line.named(columns.status);
        let mut words = kind::shown(reason, details);
        let reading = match kind::is_completed(&plain(status)) {
            Some(true) => kind::reading(reason, details, way),
            Some(false) => Reading::NotCompleted,
            None => {
                words = format!("{words} ({})", kind::shown(status, ""));
                match way {
                    Way::In => Reading::UnknownMoneyIn,
                    Way::Out | Way::Nowhere => Reading::NotCompleted,
                }
            }
        };
        let receipt = line.receipt();
        let entry = match reading {
            Reading::Payment | Reading::UnknownMoneyIn => Entry::In(Theirs {
                receipt: line.needed_receipt()?,
                amount,
                paid_at_ms: at_ms,
                bill_ref: account(line.named(columns.account), details).to_owned(),
                unknown_kind: (reading == Reading::UnknownMoneyIn).then(|| words.clone()),
            }),
            Reading::Reversal if way == Way::Out => {
                let own = line.needed_receipt()?;
                match undone(&own, line.named(columns.linked), details) {
                    Some(of) => Entry::Back(Reversal { of, amount, at_ms }),
                    None => Entry::Unlinked,
                }
            }
            Reading::Reversal
            | Reading::Charge
            | Reading::OwnTransfer
            | Reading::MoneyOut
            | Reading::NotCompleted
            | Reading::NoAmount => Entry::Nothing,
        };
        Ok(Some(Row {
            at_ms,
            receipt,
            amount,
            reading,
            words,
            entry,
        }))
    }
}

/// A line, its cells to be read by column.
struct Line<'l> {
    columns: &'l Columns,
    record: &'l Record,
}

impl<'l> Line<'l> {
    fn cell(&self, place: usize) -> &'l str {
        self.record.cells.get(place).map_or("", |cell| cell.trim())
    }

    fn named(&self, place: Option<usize>) -> &'l str {
        place.map_or("", |place| self.cell(place))
    }

    /// A line of totals or a remark: it has no time, and no receipt number stands in its place.
    fn is_remark(&self) -> bool {
        let text = self.cell(self.columns.receipt);
        let is_cut_receipt = || {
            text.bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        };
        self.cell(self.columns.completed).is_empty() && (text.is_empty() || !is_cut_receipt())
    }

    fn check_length(&self) -> Result<(), BadStatement> {
        let line = self.record.line;
        if self.record.cells.len() < self.columns.least() {
            return Err(BadStatement::Short { line });
        }
        let mut beyond = self.record.cells.iter().skip(self.columns.count);
        if beyond.any(|cell| !cell.trim().is_empty()) {
            return Err(BadStatement::Long { line });
        }
        Ok(())
    }

    fn wrong(&self, column: &'static str, place: usize, expected: &'static str) -> BadStatement {
        BadStatement::Cell {
            line: self.record.line,
            column,
            text: text::shown(self.cell(place))
                .chars()
                .take(SHOWN_CHARS)
                .collect(),
            expected,
        }
    }

    /// Nothing for an empty cell, or a dash in it.
    fn amount(&self, column: &'static str, place: usize) -> Result<Cents, BadStatement> {
        let text = self.cell(place).replace('\u{2212}', "-");
        match text.as_str() {
            "" | "-" => Ok(Cents::from_kes(0)),
            text => Cents::parse(text)
                .ok_or_else(|| self.wrong(column, place, "an amount such as 1,234.00")),
        }
    }

    fn moment(&self) -> Result<u64, BadStatement> {
        let place = self.columns.completed;
        let moment = WallTime::parse(self.cell(place)).filter(|(_, rest)| rest.trim().is_empty());
        let (time, _) = moment.ok_or_else(|| {
            let expected = "a time such as 2026-11-20 14:03:11 or 20/11/2026 14:03:11";
            self.wrong("Completion Time", place, expected)
        })?;
        Ok(time.eat_ms())
    }

    fn receipt(&self) -> Option<MpesaReceipt> {
        MpesaReceipt::parse(self.cell(self.columns.receipt)).ok()
    }

    fn needed_receipt(&self) -> Result<MpesaReceipt, BadStatement> {
        self.receipt().ok_or_else(|| {
            let expected = "a receipt number such as UJ2V87JLMD";
            self.wrong("Receipt No.", self.columns.receipt, expected)
        })
    }
}

/// The payment that a reversal undoes: the linked number, else the one receipt that the details name.
fn undone(own: &MpesaReceipt, linked: &str, details: &str) -> Option<MpesaReceipt> {
    if let Ok(receipt) = MpesaReceipt::parse(linked) {
        return (receipt != *own).then_some(receipt);
    }
    let is_mixed = |word: &&str| {
        let (digits, letters) = (
            word.bytes().any(|b| b.is_ascii_digit()),
            word.bytes().any(|b| b.is_ascii_uppercase()),
        );
        word.len() == 10 && digits && letters
    };
    let words = details.split(|c: char| !c.is_ascii_alphanumeric());
    let mut named = words
        .filter(is_mixed)
        .filter_map(|word| MpesaReceipt::parse(word).ok())
        .filter(|receipt| receipt != own);
    let one = named.next()?;
    named.all(|other| other == one).then_some(one)
}
