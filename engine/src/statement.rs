//! `Statement`: the CSV that the M-PESA organisation portal exports, read row by row. A file that cannot be read whole is
//! refused whole, with its line.

mod account;
mod columns;
mod kind;
mod records;
mod row;
mod rows;

pub use kind::Reading;
pub use rows::KindOfRow;

use crate::reconcile::{Period, Reversal, Theirs};
use crate::wall_time::WallTime;
use columns::Columns;
use core::fmt;
use malipo_shared::MpesaReceipt;
use records::{Record, Records};
use row::Row;
use rows::Rows;

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

/// Why a statement is not taken. Nothing of it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BadStatement {
    /// It is another kind of file; what it seems to be.
    NotCsv(&'static str),
    /// No line names the columns that are needed.
    NoHeader,
    /// There is no row below the header.
    NoRows,
    /// A cell cannot be read.
    Cell {
        /// Its line, from 1.
        line: usize,
        /// The column, as the header names it.
        column: &'static str,
        /// What stands there, cut.
        text: String,
        /// What was expected.
        expected: &'static str,
    },
    /// A line has fewer cells than are needed: the file is cut off, or its quotes are broken.
    Short {
        /// Its line, from 1.
        line: usize,
    },
    /// A line has more cells than the header: an amount with commas stands without quotation marks.
    Long {
        /// Its line, from 1.
        line: usize,
    },
    /// One receipt has two different payments.
    Twice {
        /// The line of the second, from 1.
        line: usize,
        /// The receipt.
        receipt: String,
    },
}

/// The separators that spreadsheets write.
const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];

impl Statement {
    /// Reads a file: UTF-8, with or without a byte order mark; lines above the header are passed over, columns are found by
    /// their names, in any order.
    ///
    /// # Errors
    /// [`BadStatement`] names the line, where there is one.
    pub fn read(bytes: &[u8]) -> Result<Statement, BadStatement> {
        let bytes = text_of(bytes)?;
        let read = SEPARATORS.iter().find_map(|separator| {
            let mut records = Records::of(bytes, *separator);
            let mut above = Vec::new();
            while let Some(record) = records.next() {
                match Columns::find(&record) {
                    Some(columns) => return Some(below(&columns, records, &above)),
                    None => above.push(record),
                }
            }
            None
        });
        read.unwrap_or(Err(BadStatement::NoHeader))
    }
}

/// Reads the rows below the header.
fn below(
    columns: &Columns,
    records: Records<'_>,
    above: &[Record],
) -> Result<Statement, BadStatement> {
    let mut rows = Rows::default();
    for record in records {
        if has_swallowed(&record) {
            return Err(BadStatement::Short { line: record.line });
        }
        if let Some(row) = Row::read(columns, &record)? {
            rows.add(row, record.line)?;
        }
    }
    let mut statement = rows.statement().ok_or(BadStatement::NoRows)?;
    statement.shortcode = above.iter().find_map(shortcode_of);
    if let Some(told) = above.iter().find_map(period_of) {
        statement.period = told;
    }
    Ok(statement)
}

/// Whether a cell holds other lines of the file: its quotation mark is never closed, or stands in a name.
fn has_swallowed(record: &Record) -> bool {
    let separators = |cell: &str| {
        cell.bytes()
            .filter(|byte| SEPARATORS.contains(byte))
            .count()
    };
    let mut cells = record.cells.iter();
    cells.any(|cell| cell.contains('\n') && separators(cell) >= 4)
}

/// `Short Code:,600426` or `Shortcode: 600426`, above the rows, in whichever cell.
fn shortcode_of(record: &Record) -> Option<String> {
    let is_named = |name: &str| {
        [
            "shortcode",
            "businessshortcode",
            "organizationshortcode",
            "organisationshortcode",
        ]
        .contains(&columns::plain(name).as_str())
    };
    let digits = |text: &str| -> String {
        text.trim()
            .chars()
            .take_while(char::is_ascii_digit)
            .collect()
    };
    let mut cells = record.cells.iter().map(|cell| cell.trim());
    while let Some(cell) = cells.next() {
        let (name, value) = cell.split_once(':').unwrap_or((cell, ""));
        if is_named(name) {
            let value = Some(value).filter(|value| !value.trim().is_empty());
            let value = value.or_else(|| cells.find(|cell| !cell.is_empty()))?;
            return Some(digits(value)).filter(|text| !text.is_empty());
        }
    }
    None
}

/// `Time Period:,From 2026-11-20 00:00:00 To 2026-11-21 23:59:59`, in one cell or in several.
fn period_of(record: &Record) -> Option<Period> {
    let line = record.cells.join(" ");
    if !columns::plain(&line).contains("period") {
        return None;
    }
    let after = |word: &str| {
        let lower = line.to_ascii_lowercase();
        let at = lower.find(word)? + word.len();
        WallTime::parse(line.get(at..)?).map(|(time, _)| time.eat_ms())
    };
    let (from_ms, to_ms) = (after("from ")?, after(" to ")?);
    (from_ms < to_ms).then_some(Period { from_ms, to_ms })
}

/// The text without its byte order mark; what is no text is named.
fn text_of(bytes: &[u8]) -> Result<&[u8], BadStatement> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let kind = match bytes {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => "text in UTF-16",
        [b'P', b'K', 3, 4, ..] => "an Excel workbook or a ZIP archive",
        [0xD0, 0xCF, 0x11, 0xE0, ..] => "an old Excel workbook",
        [b'%', b'P', b'D', b'F', ..] => "a PDF",
        _ if bytes.trim_ascii_start().starts_with(b"<") => "a web page",
        _ if bytes.contains(&0) => "not text, or text in UTF-16",
        _ => return Ok(bytes),
    };
    Err(BadStatement::NotCsv(kind))
}

impl fmt::Display for BadStatement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BadStatement::NotCsv(kind) => write!(
                f,
                "The file is {kind}. Export the statement as CSV, or save it as \"CSV UTF-8\" in your spreadsheet."
            ),
            BadStatement::NoHeader => f.write_str(
                "No line names the columns `Receipt No.`, `Completion Time`, `Paid In` and `Withdrawn`. Export the \
                 organisation's statement, with its header, from the M-PESA portal.",
            ),
            BadStatement::NoRows => f.write_str("There is no row below the header."),
            BadStatement::Cell {
                line,
                column,
                text,
                expected,
            } => write!(f, "Line {line}: `{column}` is `{text}`; {expected} is expected."),
            BadStatement::Short { line } => write!(
                f,
                "Line {line} has too few cells: the file is cut off there, or a quotation mark is missing."
            ),
            BadStatement::Long { line } => write!(
                f,
                "Line {line} has more cells than the header: an amount with a comma in it needs quotation marks, \"1,234.00\"."
            ),
            BadStatement::Twice { line, receipt } => write!(
                f,
                "Line {line}: receipt {receipt} has stood above with another amount or time."
            ),
        }
    }
}

#[cfg(test)]
mod tests;
