//! The receipt field: how a receipt is written as it is typed, and why one is not taken.

use crate::MpesaReceipt;

/// Why a receipt was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Untaken {
    /// Nothing was typed.
    Empty,
    /// It cannot be one.
    NotOne,
    /// As many were typed as are checked for one payment.
    TooMany,
    /// The Worker failed; nothing is known of the receipt.
    Failed,
}

/// The receipt as it is shown while it is typed, in capitals and without spaces, and where the caret
/// then stands. Of a whole SMS only its first word is kept: M-PESA's begin with the receipt.
pub fn as_typed(text: &str, caret: usize) -> (String, usize) {
    let tight = |text: &str| -> String {
        let shown = text.chars().filter(|c| !c.is_whitespace());
        shown.map(|c| c.to_ascii_uppercase()).collect()
    };
    let whole = tight(text);
    if whole.len() > LEN_MAX {
        let first = tight(text.split_whitespace().next().unwrap_or_default());
        if check(&first).is_none() {
            let end = first.len();
            return (first, end);
        }
    }
    let before: String = text.chars().take(caret).collect();
    let at = tight(&before).chars().count();
    (whole, at)
}

/// The longest receipt, in characters.
const LEN_MAX: usize = 14;

/// Why `text` cannot be a receipt.
pub fn check(text: &str) -> Option<Untaken> {
    if text.is_empty() {
        return Some(Untaken::Empty);
    }
    // The first letters are the date; ten digits are somebody's phone number.
    let has_letter = text.bytes().any(|byte| byte.is_ascii_alphabetic());
    let is_one = has_letter && MpesaReceipt::parse(text).is_ok();
    (!is_one).then_some(Untaken::NotOne)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_is_written_in_capitals_without_spaces() {
        #[track_caller]
        fn typed(text: &str, caret: usize, shown: &str, at: usize) {
            assert_eq!(as_typed(text, caret), (shown.to_owned(), at));
        }
        typed("tkl7xa91qz", 10, "TKL7XA91QZ", 10);
        typed(" tkl7 xa91 qz", 6, "TKL7XA91QZ", 4);
        typed("TKL7-é", 6, "TKL7-é", 6);
        typed("", 0, "", 0);
    }

    #[test]
    fn of_a_pasted_sms_the_receipt_stays() {
        for sms in [
            "TKL7XA91QZ Confirmed. Ksh150.00 sent to Duka la Mtaa on 24/11/26",
            "tkl7xa91qz Imethibitishwa. Ksh150.00 zimetumwa",
        ] {
            assert_eq!(as_typed(sms, 40), ("TKL7XA91QZ".to_owned(), 10));
        }
        assert_eq!(
            as_typed("Umelipa Ksh150.00 kwa", 3).0,
            "UMELIPAKSH150.00KWA"
        );
    }

    #[test]
    fn what_cannot_be_a_receipt_is_told() {
        for (text, why) in [
            ("TKL7XA91QZ", None),
            ("", Some(Untaken::Empty)),
            ("TKL7XA9", Some(Untaken::NotOne)),
            ("TKL7-XA91QZ", Some(Untaken::NotOne)),
            ("0712345678", Some(Untaken::NotOne)),
            ("TKL7XA91QZTKL7X", Some(Untaken::NotOne)),
        ] {
            assert_eq!(check(text), why, "{text}");
        }
    }
}
