//! `Reading`: what the words of a row say that it is. A row with money in it whose words are not known here is never passed
//! over: it is compared by its receipt number, and shown under its own words.

use malipo_shared::text;
use serde::Serialize;

/// What a row is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "StatementReading"))]
#[serde(rename_all = "snake_case")]
pub enum Reading {
    /// Somebody has paid.
    Payment,
    /// Money has come, by words that are not known here: compared as a payment is.
    UnknownMoneyIn,
    /// A payment went back, or something that the shop had sent came back.
    Reversal,
    /// What M-PESA charges.
    Charge,
    /// Money between the organisation's own accounts.
    OwnTransfer,
    /// Any other money that left.
    MoneyOut,
    /// It was not completed.
    NotCompleted,
    /// It moves nothing.
    NoAmount,
}

/// Words of what customers, businesses and banks pay. Seen in exports of the portal and in C2B confirmations.
const PAYMENT: [&str; 17] = [
    "pay bill",
    "paybill",
    "pay utility",
    "merchant payment",
    "customer merchant",
    "customer payment",
    "buy goods",
    "small business",
    "micro sme",
    "pochi",
    "organization to organi",
    "organisation to organi",
    "business pay",
    "merchant to merchant",
    "fsi to",
    "od payment",
    "funds received",
];
/// Words of money between the organisation's own accounts. In the newer export such a transfer stands there twice, in and out,
/// under one receipt number.
const OWN: [&str; 5] = [
    "settlement",
    " account to ",
    "mmf account",
    "withdraw",
    "interest",
];
/// Words of charges.
const CHARGE: [&str; 3] = ["charge", "tariff", "excise"];
/// Longest text of a kind that is shown, in characters.
const SHOWN_CHARS: usize = 60;

/// Which way the money went.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    In,
    Out,
    Nowhere,
}

/// What a completed row is.
pub(super) fn reading(reason: &str, details: &str, way: Way) -> Reading {
    let what = words(reason, details);
    let holds = |words: &[&str]| words.iter().any(|word| what.contains(word));
    let is_charge = holds(&CHARGE);
    let is_reversal = what.contains("revers") && !is_charge;
    match way {
        Way::Nowhere => Reading::NoAmount,
        Way::In | Way::Out if is_charge => Reading::Charge,
        Way::In | Way::Out if is_reversal => Reading::Reversal,
        // A file without words tells of payments alone, as far as anybody can see.
        Way::In if what.trim().is_empty() || holds(&PAYMENT) => Reading::Payment,
        Way::In | Way::Out if holds(&OWN) => Reading::OwnTransfer,
        Way::In => Reading::UnknownMoneyIn,
        Way::Out => Reading::MoneyOut,
    }
}

/// Whether the money has moved, by the column of the status; a word that is not known leaves that open.
pub(super) fn is_completed(status: &str) -> Option<bool> {
    match status {
        "" | "completed" | "complete" | "success" | "successful" => Some(true),
        "failed" | "cancelled" | "canceled" | "declined" | "expired" | "pending" | "initiated"
        | "authorized" | "authorised" | "rejected" | "reversed" => Some(false),
        _ => None,
    }
}

/// What happened, in small letters. Of the details only the beginning: behind it stand names and what the customer typed.
fn words(reason: &str, details: &str) -> String {
    format!("{reason} {}", head(details)).to_ascii_lowercase()
}

/// The words of a row as they are shown: those of its details, else of its reason; without names and numbers.
pub(super) fn shown(reason: &str, details: &str) -> String {
    let head = head(details).trim();
    let text = text::shown(if head.is_empty() { reason } else { head });
    let is_number = |word: &&str| word.bytes().filter(u8::is_ascii_digit).count() >= 4;
    let words = text.split_whitespace().take_while(|word| !is_number(word));
    let text = words.collect::<Vec<_>>().join(" ");
    text.chars().take(SHOWN_CHARS).collect()
}

fn head(details: &str) -> &str {
    let lower = details.to_ascii_lowercase();
    let ends = [" from ", " acc. ", " acc ", " by ", " - "];
    let end = ends.iter().filter_map(|word| lower.find(word)).min();
    end.and_then(|end| details.get(..end)).unwrap_or(details)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_in_is_read_by_its_words() {
        for (details, expected) in [
            (
                "Pay Bill from 2547****111 - ALICE Acc. alice",
                Reading::Payment,
            ),
            (
                "Pay Bill Online from 07****222 - Bob Acc. bob shop",
                Reading::Payment,
            ),
            (
                "Small Business Pay Bill from 2547****333 - C Acc. C",
                Reading::Payment,
            ),
            (
                "Merchant Pay Utility Received from 1234567 - X Acc. d",
                Reading::Payment,
            ),
            (
                "Business Pay Bill via API by 999001 - TEST BANK Acc. e",
                Reading::Payment,
            ),
            (
                "FSI to Pay Bill by 999002 - BANK Acc. F via WEB by BANK\\U",
                Reading::Payment,
            ),
            ("Merchant Payment from 0790***511 - DAVID", Reading::Payment),
            (
                "Customer Payment to Small Business from 0700 - A",
                Reading::Payment,
            ),
            (
                "Organization To Organization Transfer from 112233 - A BANK Acc. M0",
                Reading::Payment,
            ),
            ("OD Payment Transfer from 2547****111 - A", Reading::Payment),
            (
                "Salary Payment from 112233 - A BANK",
                Reading::UnknownMoneyIn,
            ),
            ("Loan Disbursement", Reading::UnknownMoneyIn),
            (
                "Funds Transfer from 112233 - A BANK",
                Reading::UnknownMoneyIn,
            ),
            ("", Reading::Payment),
            (
                "Utility Account to Organization Settlement Account",
                Reading::OwnTransfer,
            ),
            (
                "Organization Settlement Account to Organization MMF Account",
                Reading::OwnTransfer,
            ),
            ("Pay Bill Charge", Reading::Charge),
            ("Pay merchant Charge", Reading::Charge),
            ("Reversal of Transaction UKK4A1B2C9 by A", Reading::Reversal),
            // What the payer typed and is called decides nothing.
            (
                "Pay Bill from 2547 - A WITHDRAWAL LTD Acc. reversal charge",
                Reading::Payment,
            ),
            (
                "Merchant Payment from 2547 - REVERSE SETTLEMENT",
                Reading::Payment,
            ),
        ] {
            assert_eq!(reading("", details, Way::In), expected, "{details}");
        }
        assert_eq!(
            reading("Salary Payment", "x", Way::In),
            Reading::UnknownMoneyIn
        );
        assert_eq!(
            reading("Organization To Organization Transfer", "x", Way::In),
            Reading::Payment
        );
    }

    #[test]
    fn a_kind_is_shown_without_names_and_numbers() {
        for (reason, details, expected) in [
            (
                "",
                "Pay Bill Online from 07****222 - Bob Acc. b",
                "Pay Bill Online",
            ),
            ("Salary", "", "Salary"),
            ("", "Loan Disbursement 254700000126 X", "Loan Disbursement"),
            ("", "Cash In 0700000126", "Cash In"),
            ("", "", ""),
        ] {
            assert_eq!(shown(reason, details), expected);
        }
    }
}
