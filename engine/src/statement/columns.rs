//! `Columns`: where a header has what is needed. Names are compared by their letters and digits alone.

use super::records::Record;

/// The places of columns in a line, from 0.
pub(super) struct Columns {
    pub(super) receipt: usize,
    pub(super) completed: usize,
    pub(super) paid_in: usize,
    pub(super) withdrawn: usize,
    pub(super) status: Option<usize>,
    pub(super) reason: Option<usize>,
    pub(super) details: Option<usize>,
    pub(super) linked: Option<usize>,
    pub(super) account: Option<usize>,
    /// How many the header has.
    pub(super) count: usize,
}

impl Columns {
    /// The columns, if the line is the header.
    pub(super) fn find(record: &Record) -> Option<Columns> {
        let names: Vec<String> = record.cells.iter().map(|cell| plain(cell)).collect();
        let place = |known: &[&str]| names.iter().position(|name| known.contains(&name.as_str()));
        let begins = |word: &str| names.iter().position(|name| name.starts_with(word));
        Some(Columns {
            receipt: place(&["receiptno", "receiptnumber", "receipt"])?,
            completed: place(&["completiontime", "completedtime", "completiondate"])?,
            // `Paid In (KSHs)` in the newer export.
            paid_in: begins("paidin")?,
            withdrawn: begins("withdraw")?,
            status: place(&["transactionstatus", "status"]),
            reason: place(&["reasontype", "transactiontype"]),
            details: place(&["details"]),
            linked: place(&["linkedtransactionid", "linkedtransaction"]),
            account: place(&["acno", "accountno", "accountnumber"]),
            count: names.len(),
        })
    }

    /// The cells that every row must have.
    pub(super) fn least(&self) -> usize {
        1 + self
            .receipt
            .max(self.completed)
            .max(self.paid_in)
            .max(self.withdrawn)
    }
}

/// A name without what people change in it.
pub(super) fn plain(text: &str) -> String {
    text.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect()
}
