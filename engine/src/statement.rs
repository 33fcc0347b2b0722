//! `Statement`: the CSV that the M-PESA organisation portal exports, read row by row. A file that cannot be read whole is
//! refused whole, with its line.

mod account;
mod bad;
mod columns;
mod contents;
mod kind;
mod records;
mod row;
mod rows;

pub use bad::BadStatement;
pub use contents::{KindOfRow, Statement};
pub use kind::Reading;

use crate::reconcile::Period;
use crate::wall_time::WallTime;
use columns::Columns;
use records::{Record, Records};
use row::Row;
use rows::Rows;

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

#[cfg(test)]
mod tests;
