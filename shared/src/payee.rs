//! `Payee`: who is paid, in Safaricom's two ways.

use core::fmt;
use serde::{Deserialize, Serialize};

/// A number that Safaricom gave a business: 5 to 7 digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Shortcode(String);

/// The text is not 5 to 7 digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadShortcode;

/// Who is paid. It decides TransactionType, BusinessShortCode and PartyB of a push.
///
/// Source: Daraja, M-Pesa Express, FAQ 10.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Payee {
    /// A Pay Bill: the customer gives its number and an account number.
    PayBill {
        /// The Pay Bill's number.
        shortcode: Shortcode,
    },
    /// A till ("Buy Goods"): the customer gives the till's number only.
    Till {
        /// The store or head office number: the push is signed with it.
        store: Shortcode,
        /// The till's number, which the customer sees.
        till: Shortcode,
    },
}

impl Shortcode {
    /// Reads 5 to 7 digits.
    ///
    /// # Errors
    /// [`BadShortcode`] for anything else.
    pub fn parse(text: &str) -> Result<Shortcode, BadShortcode> {
        let is_shortcode =
            (5..=7).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        is_shortcode
            .then(|| Shortcode(text.to_owned()))
            .ok_or(BadShortcode)
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Payee {
    /// The number that the customer types when paying by hand.
    pub fn number(&self) -> &Shortcode {
        match self {
            Payee::PayBill { shortcode } => shortcode,
            Payee::Till { till, .. } => till,
        }
    }
}

impl fmt::Display for Shortcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for BadShortcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a shortcode has 5 to 7 digits")
    }
}

impl TryFrom<String> for Shortcode {
    type Error = BadShortcode;
    fn try_from(text: String) -> Result<Shortcode, BadShortcode> {
        Shortcode::parse(&text)
    }
}

impl From<Shortcode> for String {
    fn from(shortcode: Shortcode) -> String {
        shortcode.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shortcode_is_digits_only() {
        for good in ["12345", "174379", "1234567"] {
            assert!(Shortcode::parse(good).is_ok(), "{good}");
        }
        for bad in ["", "1234", "12345678", " 174379", "17437a", "١٧٤٣٧٩"] {
            assert_eq!(Shortcode::parse(bad), Err(BadShortcode), "{bad}");
        }
    }
}
