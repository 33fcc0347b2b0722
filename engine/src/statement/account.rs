//! The account number that a payer named: the statement's own column, else what stands behind `Acc.` in the details.
//!
//! `Pay Bill from 2547****126 - JANE DOE Acc. INV 12`, and behind the account number perhaps how and by whom it was paid:
//! ` via WEB by A BANK\User1`, ` via API`, ` - JANE DOE`. Payers type whatever they like as an account number, so only what
//! cannot well be a part of it is cut off.

use super::columns::plain;
use crate::master_key::read_typed_reference;

const MARK: &str = " acc.";

/// Ways to pay that a statement names behind `via`, in letters and digits alone.
const CHANNELS: [&str; 14] = [
    "web",
    "webportal",
    "portal",
    "api",
    "app",
    "mpesaapp",
    "safaricomapp",
    "mysafaricomapp",
    "businessapp",
    "mpesabusinessapp",
    "ussd",
    "stk",
    "simtoolkit",
    "handset",
];

/// The account number: its column, else that of the details; empty without one.
pub(super) fn account<'t>(column: &'t str, details: &'t str) -> &'t str {
    if !column.is_empty() {
        return column;
    }
    let Some((head, tail)) = marks(details)
        .next()
        .and_then(|mark| details.split_at_checked(mark))
    else {
        return "";
    };
    let end = head.len() + without_channel(tail).len();
    let details = details.get(..end).unwrap_or(details);
    // A name may hold `Acc.` as well: the last one counts.
    let begins = marks(details).last().unwrap_or(details.len());
    let typed = details.get(begins..).unwrap_or_default().trim();
    without_payer(without_operator(typed)).trim_end_matches(['.', ' '])
}

/// Where each ` Acc.` ends.
fn marks(details: &str) -> impl DoubleEndedIterator<Item = usize> + use<> {
    let lower = details.to_ascii_lowercase();
    let ends = lower.match_indices(MARK).map(|(at, mark)| at + mark.len());
    let is_word = |end: &usize| {
        let rest = lower.get(*end..).unwrap_or_default();
        rest.is_empty() || rest.starts_with(' ')
    };
    ends.filter(is_word).collect::<Vec<_>>().into_iter()
}

/// Without ` via WEB by …` or ` via USSD`.
fn without_channel(text: &str) -> &str {
    let lower = text.to_ascii_lowercase();
    let via = lower.match_indices(" via ").find(|(at, mark)| {
        let behind = lower.get(at + mark.len()..).unwrap_or_default();
        let (channel, payer) = behind.split_once(" by ").unwrap_or((behind, ""));
        let channel = plain(channel);
        CHANNELS.contains(&channel.as_str()) || !(payer.is_empty() || channel.is_empty())
    });
    via.and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

/// Without ` by A BANK\User1` or ` by 999001 - A BANK`; without ` by JANE DOE` behind what can be an order's number.
fn without_operator(text: &str) -> &str {
    let lower = text.to_ascii_lowercase();
    let by = lower.match_indices(" by ").find(|(at, mark)| {
        let behind = text.get(at + mark.len()..).unwrap_or_default();
        let party = behind
            .split_once(" - ")
            .map_or("", |(party, _)| party.trim());
        let is_number = !party.is_empty() && party.bytes().all(|b| b.is_ascii_digit() || b == b'*');
        let is_payer = is_name(behind) && text.get(..*at).is_some_and(is_reference);
        behind.contains('\\') || is_number || is_payer
    });
    by.and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

/// Without ` - JANE DOE` behind a number.
fn without_payer(text: &str) -> &str {
    match text.rsplit_once(" - ") {
        Some((number, name)) if is_name(name) && is_reference(number) => number.trim_end(),
        _ => text,
    }
}

/// Letters, masks and spaces alone.
fn is_name(text: &str) -> bool {
    let is_of_name = |c: char| c.is_alphabetic() || matches!(c, ' ' | '*' | '.' | '\'' | '-' | '&');
    text.chars().any(char::is_alphabetic) && text.chars().all(is_of_name)
}

/// Whether it can be an order's: 12 letters and digits at most, a digit among them.
fn is_reference(text: &str) -> bool {
    text.bytes().any(|b| b.is_ascii_digit()) && read_typed_reference(text).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(details: &str, expected: &str) {
        assert_eq!(account("", details), expected, "{details}");
    }

    #[test]
    fn what_stands_behind_the_account_number_is_no_part_of_it() {
        for ending in [
            "",
            " ",
            ".",
            " ..",
            " via WEB by MOCK BANK LTD - BANK TO TILL\\B2BUser1",
            " via API",
            " via API by 999001 - TEST BANK",
            " via USSD",
            " via M-PESA App",
            " via MPESA App by JANE DOE",
            " via Some New Way by A BANK",
            " via STK.",
            " by MOCK BANK LTD\\B2BUser1",
            " by 999001 - TEST BANK",
            " by JANE DOE",
            " - JANE **** DOE",
            " - JANE DOE via USSD",
        ] {
            for number in ["M0123456ABC", "inv 12a", "0850060"] {
                for head in [
                    "FSI to Pay Bill by 999002 - MOCK BANK LTD - BANK TO TILL Acc. ",
                    "Business Pay Bill via API by 999001 - TEST BANK TO PAYBILL Acc. ",
                    "Pay Bill Online from 07****222 - Bob Acc. Sample Acc. ",
                    "Small Business Pay Bill from 2547****333 - CAROL acc. ",
                ] {
                    check(&format!("{head}{number}{ending}"), number);
                }
            }
        }
    }

    #[test]
    fn what_a_payer_typed_stays_whole() {
        for typed in [
            "rent by June",
            "rent - June",
            "INV - 2041",
            "bob shop",
            "via Nairobi",
            "5B/2",
            "a.b",
            "Joyce Njagi",
        ] {
            check(
                &format!("Pay Bill from 2547****126 - JANE DOE Acc. {typed}"),
                typed,
            );
        }
        assert_eq!(
            account("INV 1 via API", "Pay Bill from 2547 - A Acc. B"),
            "INV 1 via API"
        );
    }

    #[test]
    fn there_may_be_no_account_number() {
        for details in [
            "",
            "Merchant Payment from 2547****280 - SOMEBODY ELSE",
            "Pay Bill from 2547****777 - GRACE NOACC Acc.",
            "Merchant Pay Utility Received from 7654321 - TRAILING SPACE CO  Acc. ",
            "FSI to Pay Bill by 999002 - A BANK Acc. via WEB by A BANK\\User",
            "Merchant Payment from 2547 - ACCRA STORES",
        ] {
            check(details, "");
        }
    }
}
