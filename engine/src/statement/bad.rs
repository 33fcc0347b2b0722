//! `BadStatement`: why a file is not taken as a statement.

use core::fmt;

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
