//! `Records`: the lines of a CSV file, as cells. A quoted cell may go over several lines.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

/// One line that is not blank.
pub(super) struct Record {
    /// Where it begins, from 1.
    pub(super) line: usize,
    /// Its cells. What is no UTF-8 in them, as in names, is replaced.
    pub(super) cells: Vec<String>,
}

pub(super) struct Records<'b> {
    rest: &'b [u8],
    line: usize,
    reader: Reader,
}

impl<'b> Records<'b> {
    pub(super) fn of(bytes: &'b [u8], separator: u8) -> Records<'b> {
        Records {
            rest: bytes,
            line: 1,
            reader: ReaderBuilder::new().delimiter(separator).build(),
        }
    }

    fn pass(&mut self, len: usize) {
        let (passed, rest) = self.rest.split_at_checked(len).unwrap_or((self.rest, &[]));
        self.line += passed.iter().filter(|b| **b == b'\n').count();
        self.rest = rest;
    }
}

impl Iterator for Records<'_> {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        let is_end = |b: &u8| matches!(b, b'\r' | b'\n');
        let blank = self.rest.iter().take_while(|b| is_end(b)).count();
        self.pass(blank);
        if self.rest.is_empty() {
            return None;
        }
        let line = self.line;
        let (mut text, mut ends) = (vec![0; 512], vec![0; 32]);
        let (mut text_len, mut ends_len) = (0, 0);
        loop {
            let (result, read, wrote, ended) = self.reader.read_record(
                self.rest,
                text.get_mut(text_len..)?,
                ends.get_mut(ends_len..)?,
            );
            self.pass(read);
            text_len += wrote;
            ends_len += ended;
            match result {
                // With no input left the next call ends the record.
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => text.resize(text.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => ends.resize(ends.len() * 2, 0),
                ReadRecordResult::Record => break,
                ReadRecordResult::End => return None,
            }
        }
        let mut begins = 0;
        let cells = ends.iter().take(ends_len).map(|end| {
            let cell = text.get(begins..*end).unwrap_or_default();
            begins = *end;
            String::from_utf8_lossy(cell).into_owned()
        });
        Some(Record {
            line,
            cells: cells.collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(usize, &[&str])]) {
        let records = Records::of(text.as_bytes(), b',');
        let read: Vec<(usize, Vec<String>)> = records.map(|r| (r.line, r.cells)).collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|(line, cells)| (*line, cells.iter().map(|&c| c.to_owned()).collect()))
            .collect();
        assert_eq!(read, expected, "{text:?}");
    }

    #[test]
    fn lines_are_counted_as_an_editor_counts_them() {
        for end in ["\n", "\r\n"] {
            let text = ["a,b", "", "", "\"1,5\",x", "y"].join(end);
            check(&text, &[(1, &["a", "b"]), (4, &["1,5", "x"]), (5, &["y"])]);
        }
        check(
            "a\n\"b\nc\",d\ne\n",
            &[(1, &["a"]), (2, &["b\nc", "d"]), (4, &["e"])],
        );
        check("", &[]);
        check("\r\n\n", &[]);
        check(",\n", &[(1, &["", ""])]);
    }

    #[test]
    fn long_lines_and_many_cells_are_read_whole() {
        let (long, many) = ("x".repeat(5_000), vec!["y"; 500].join(","));
        let text = format!("{long},é\n{many}");
        let read: Vec<Record> = Records::of(text.as_bytes(), b',').collect();
        assert_eq!(read[0].cells, [long.as_str(), "é"]);
        assert_eq!(read[1].cells.len(), 500);
    }
}
