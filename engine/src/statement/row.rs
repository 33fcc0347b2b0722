//! `Row`: what one line of a statement is. Charges, withdrawals and transfers stand among the payments, often under the
//! same receipt number.

use super::BadStatement;
use super::columns::{Columns, plain};
use super::records::Record;
use crate::cents::Cents;
use crate::reconcile::{Reversal, Theirs};
use crate::wall_time::WallTime;
use malipo_shared::MpesaReceipt;

/// One line.
pub(super) enum Row {
    /// A customer has paid.
    Payment(Theirs),
    /// A customer's payment went back.
    Reversal(Reversal),
    /// Something went back, and it is not told of which payment.
    Unlinked,
    /// A charge, a withdrawal, a transfer, or what was not completed.
    Other,
}

/// Words of what is paid in and is no customer's payment.
const NO_PAYMENT: [&str; 7] = [
    "charge",
    "settlement",
    "funds transfer",
    "transfer of funds",
    "withdraw",
    "interest",
    "organi", // organisation to organisation, in both spellings
];
const SHOWN_CHARS: usize = 40;

impl Row {
    /// Reads a line, with its time; none for a line of totals or remarks.
    pub(super) fn read(
        columns: &Columns,
        record: &Record,
    ) -> Result<Option<(u64, Row)>, BadStatement> {
        let cell = |place: usize| record.cells.get(place).map_or("", |cell| cell.trim());
        let named = |place: Option<usize>| place.map_or("", cell);
        if cell(columns.receipt).is_empty() {
            return Ok(None);
        }
        if record.cells.len() < columns.least() {
            return Err(BadStatement::Short { line: record.line });
        }
        let mut beyond = record.cells.iter().skip(columns.count);
        if beyond.any(|cell| !cell.trim().is_empty()) {
            return Err(BadStatement::Long { line: record.line });
        }
        let wrong = |column, place, expected| BadStatement::Cell {
            line: record.line,
            column,
            text: cell(place).chars().take(SHOWN_CHARS).collect(),
            expected,
        };
        let amount = |column, place| match cell(place) {
            "" => Ok(Cents::from_kes(0)),
            text => {
                Cents::parse(text).ok_or_else(|| wrong(column, place, "an amount such as 1,234.00"))
            }
        };
        let moment =
            WallTime::parse(cell(columns.completed)).filter(|(_, rest)| rest.trim().is_empty());
        let (time, _) = moment.ok_or_else(|| {
            let expected = "a time such as 2026-11-20 14:03:11 or 20/11/2026 14:03:11";
            wrong("Completion Time", columns.completed, expected)
        })?;
        let (paid_in, withdrawn) = (
            amount("Paid In", columns.paid_in)?,
            amount("Withdrawn", columns.withdrawn)?.size(),
        );
        let receipt = || {
            MpesaReceipt::parse(cell(columns.receipt)).map_err(|_| {
                wrong(
                    "Receipt No.",
                    columns.receipt,
                    "a receipt number such as UJ2V87JLMD",
                )
            })
        };
        let at_ms = time.eat_ms();
        let status = plain(named(columns.status));
        let what = what_it_is(named(columns.reason), named(columns.details));
        let is_reversal = what.contains("revers") && !what.contains("charge");
        let row = if !(status.is_empty() || status == "completed") {
            Row::Other
        } else if paid_in.is_positive() {
            let is_other = is_reversal || NO_PAYMENT.iter().any(|word| what.contains(word));
            if is_other {
                Row::Other
            } else {
                Row::Payment(Theirs {
                    receipt: receipt()?,
                    amount: paid_in,
                    paid_at_ms: at_ms,
                    bill_ref: account(named(columns.account), named(columns.details)).to_owned(),
                })
            }
        } else if withdrawn.is_positive() && is_reversal {
            let own = receipt()?;
            match undone(&own, named(columns.linked), named(columns.details)) {
                Some(of) => Row::Reversal(Reversal {
                    of,
                    amount: withdrawn,
                    at_ms,
                }),
                None => Row::Unlinked,
            }
        } else {
            Row::Other
        };
        Ok(Some((at_ms, row)))
    }
}

/// What happened, in small letters. Of the details only the beginning: behind it stand names and what the customer typed.
fn what_it_is(reason: &str, details: &str) -> String {
    let mut what = format!("{reason} {details}").to_ascii_lowercase();
    let ends = [" from ", " acc. ", " acc ", " by "].map(|word| {
        let behind = what.get(reason.len()..)?;
        behind.find(word).map(|at| at + reason.len())
    });
    if let Some(end) = ends.into_iter().flatten().min() {
        what.truncate(end);
    }
    what
}

/// The account number: its column, else what the details end with.
fn account<'t>(column: &'t str, details: &'t str) -> &'t str {
    if !column.is_empty() {
        return column;
    }
    let lower = details.to_ascii_lowercase();
    let after = lower.rfind(" acc. ").map(|at| at + " acc. ".len());
    after
        .and_then(|at| details.get(at..))
        .unwrap_or_default()
        .trim()
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
