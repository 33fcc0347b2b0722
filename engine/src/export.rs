//! The list of payments as CSV (RFC 4180), one line a payment: for accountants and their spreadsheets.

use crate::eat;
use serde_json::Value;

/// The names of the columns.
pub const HEADER: &str = "account_reference,reference,origin,item,note,description,livemode,state,due_kes,received_kes,\
excess_kes,refunded_kes,opened_at,paid_at,receipts,pushes,last_code,last_phone,review\r\n";

const TEXTS_BEFORE: [&str; 6] = [
    "account_reference",
    "reference",
    "origin",
    "item",
    "note",
    "description",
];
const AMOUNTS: [&str; 4] = ["due_kes", "received_kes", "excess_kes", "refunded_kes"];

/// The line of one entry of the list. Times are Kenya's; several receipts or sentences share a cell.
pub fn line(entry: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    // What is not known is an empty cell, never 0.
    let number = |value: &Value| value.as_u64().map_or(String::new(), |n| n.to_string());
    let moment = |value: &Value| value.as_u64().map(eat::iso).unwrap_or_default();
    let each = |list: &Value| list.as_array().cloned().unwrap_or_default();
    let receipts = each(&entry["receipts"]);
    let receipts: Vec<String> = receipts.iter().map(|r| text(&r["receipt"])).collect();
    let review: Vec<String> = each(&entry["review"]).iter().map(text).collect();
    let attempts = each(&entry["attempts"]);
    let last = attempts.last().unwrap_or(&Value::Null);
    let mut cells: Vec<String> = TEXTS_BEFORE.iter().map(|name| text(&entry[name])).collect();
    cells.push((entry["livemode"] == true).to_string());
    cells.push(text(&entry["state"]));
    cells.extend(AMOUNTS.iter().map(|name| number(&entry[name])));
    cells.push(moment(&entry["opened_at_ms"]));
    cells.push(moment(&entry["paid_at_ms"]));
    cells.push(receipts.join(" ").trim().to_owned());
    cells.push(attempts.len().to_string());
    cells.push(text(&last["code"]));
    cells.push(text(&last["phone_masked"]));
    cells.push(review.join("; "));
    let cells: Vec<String> = cells.iter().map(|cell| as_cell(cell)).collect();
    cells.join(",") + "\r\n"
}

/// The last line of a file that does not hold all: as many columns as the others, so that it can be read.
pub fn not_all(most: u64) -> String {
    let said = format!("not all: a file has at most {most} payments. Ask for fewer days");
    let columns = HEADER.matches(',').count();
    as_cell(&said) + &",".repeat(columns) + "\r\n"
}

/// A cell as a spreadsheet takes it for a text: customers and pages write into notes (OWASP, "CSV Injection").
fn as_cell(text: &str) -> String {
    let text = without_formulas(text);
    if text.contains(['"', ',', ';', '\r', '\n', '\t']) {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text
}

/// The text with a `'` wherever a formula could begin: at its start, and after what ends a cell where a spreadsheet's list
/// separator is `;` or the tab. Our quotes then stand amid a cell and hold nothing together.
fn without_formulas(text: &str) -> String {
    let mut pieces = text.split_inclusive([';', '\t', '\r', '\n']);
    let first = pieces.next().unwrap_or_default();
    let is_marked = first.starts_with(['\t', '\r', '\n']) || is_formula(first);
    let mut safe = String::from(if is_marked { "'" } else { "" }) + first;
    for piece in pieces {
        // Quotes around nothing may stand before the formula.
        if is_formula(piece.trim_start_matches('"')) {
            safe.push('\'');
        }
        safe.push_str(piece);
    }
    safe
}

fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_cell_is_never_a_formula_and_never_breaks_its_line() {
        for (text, expected) in [
            ("", ""),
            ("Tea", "Tea"),
            ("Tea, 500 g", "\"Tea, 500 g\""),
            ("a \"b\"", "\"a \"\"b\"\"\""),
            ("two\r\nlines", "\"two\r\nlines\""),
            ("=1+1", "'=1+1"),
            ("+254", "'+254"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "\"'\t'=1\""),
            ("\r=1", "\"'\r'=1\""),
            ("\n=1", "\"'\n'=1\""),
            ("\tx", "\"'\tx\""),
            (
                "=HYPERLINK(\"x\",\"y\")",
                "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\"",
            ),
            ("a=1", "a=1"),
        ] {
            assert_eq!(as_cell(text), expected, "{text:?}");
        }
    }

    #[test]
    fn no_cell_is_a_formula_where_another_separator_ends_it() {
        for (text, expected) in [
            ("x;=1+cmd|' /C calc'!A0;", "\"x;'=1+cmd|' /C calc'!A0;\""),
            ("x\t@SUM(A1)", "\"x\t'@SUM(A1)\""),
            ("x\r\n-1", "\"x\r\n'-1\""),
            (";;+1", "\";;'+1\""),
            ("=1;=2", "\"'=1;'=2\""),
            ("x;\"\"=1", "\"x;'\"\"\"\"=1\""),
            // Neither is one: what was written comes back as it was.
            ("x;\"a\"", "\"x;\"\"a\"\"\""),
            ("one; two", "\"one; two\""),
            ("a;b=c", "\"a;b=c\""),
            ("2-1", "2-1"),
        ] {
            assert_eq!(as_cell(text), expected, "{text:?}");
            for separator in [';', '\t'] {
                for cell in cells_of(&format!("INV12A,{},150\r\n", as_cell(text)), separator) {
                    assert!(!is_formula(&cell), "{text:?}: {cell:?}");
                }
            }
        }
    }

    /// The cells of all rows, as a spreadsheet with this list separator sees them: quotes hold together what they open.
    fn cells_of(file: &str, separator: char) -> Vec<String> {
        let mut cells = vec![String::new()];
        let (mut is_start, mut is_quoted) = (true, false);
        let mut letters = file.chars().peekable();
        while let Some(letter) = letters.next() {
            let is_end = letter == separator || matches!(letter, '\r' | '\n');
            match letter {
                '"' if is_start => is_quoted = true,
                '"' if is_quoted && letters.next_if_eq(&'"').is_some() => push(&mut cells, '"'),
                '"' if is_quoted => is_quoted = false,
                _ if is_end && !is_quoted => cells.push(String::new()),
                _ => push(&mut cells, letter),
            }
            is_start = is_end && !is_quoted;
        }
        cells
    }

    fn push(cells: &mut [String], letter: char) {
        cells.last_mut().unwrap().push(letter);
    }

    #[test]
    fn a_line_has_the_headers_columns() {
        let entry = json!({
            "account_reference": "INV12A", "reference": "INV12A", "origin": "server", "note": "=2+2",
            "description": "Two tickets", "livemode": true, "state": "paid", "due_kes": 150, "received_kes": 160,
            "excess_kes": 10, "refunded_kes": 0, "opened_at_ms": 1_780_342_564_000_u64, "paid_at_ms": 1_780_342_590_000_u64,
            "review": ["one", "two"],
            "attempts": [{"n": 1, "code": "1032"}, {"n": 2, "phone_masked": "0700 ••• 126"}],
            "receipts": [{"receipt": "QAB1CD2EF3", "amount_kes": 150}, {"receipt": "QAB1CD2EF4", "amount_kes": 10}],
        });
        assert_eq!(
            line(&entry),
            "INV12A,INV12A,server,,'=2+2,Two tickets,true,paid,150,160,10,0,2026-06-01T22:36:04+03:00,\
             2026-06-01T22:36:30+03:00,QAB1CD2EF3 QAB1CD2EF4,2,,0700 ••• 126,\"one; two\"\r\n"
        );
        let bare = line(&json!({"account_reference": "M0123456ABC"}));
        for line in [bare.as_str(), HEADER, &not_all(50_000)] {
            assert_eq!(line.matches(',').count(), 18, "{line}");
        }
    }
}
