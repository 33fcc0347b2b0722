//! The names of things: merchants, items, payments, receipts. Each is parsed at the door.

use core::fmt;
use serde::{Deserialize, Serialize};

/// The text cannot be this kind of name; the display says what such a name looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadId(&'static str);

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $form:literal, $is_good:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            #[doc = concat!("Reads ", $form, ".")]
            ///
            /// # Errors
            /// [`BadId`] for anything else.
            pub fn parse(text: &str) -> Result<$name, BadId> {
                let is_good: fn(&str) -> bool = $is_good;
                is_good(text).then(|| $name(text.to_owned())).ok_or(BadId($form))
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = BadId;
            fn try_from(text: String) -> Result<$name, BadId> {
                $name::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }
    };
}

id!(
    /// One merchant on a deployment.
    LinkId, "1 to 16 lower-case letters and digits",
    |t| (1..=16).contains(&t.len()) && t.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
);
id!(
    /// One line of the merchant's price list.
    ItemId, "1 to 40 letters, digits, `-` and `_`",
    |t| (1..=40).contains(&t.len()) && t.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
);
id!(
    /// The payment's name in the customer's prompt, SMS and Pay Bill screen.
    ///
    /// Source: Daraja, M-Pesa Express: AccountReference, at most 12 characters.
    AccountReference, "1 to 12 capital letters and digits",
    |t| (1..=12).contains(&t.len()) && t.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
);
id!(
    /// What the browser holds: it leads to one payment and cannot be guessed.
    PaymentId, "`pay_` and what the server gave",
    |t| t.len() <= 80 && t.strip_prefix("pay_").is_some_and(|rest| {
        !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    })
);
id!(
    /// The browser's own name for one try: the same key and body have the same answer.
    /// At least 128 random bits; kept before sending.
    IdempotencyKey, "22 to 64 letters, digits, `-` and `_`",
    |t| (22..=64).contains(&t.len()) && t.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
);
id!(
    /// M-PESA's own number of money that moved; the customer finds it in the SMS.
    MpesaReceipt, "8 to 14 capital letters and digits",
    |t| (8..=14).contains(&t.len()) && t.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
);

impl MpesaReceipt {
    /// Reads a receipt as people type it: small letters and spaces do not matter.
    ///
    /// # Errors
    /// [`BadId`] for anything else.
    pub fn from_typed(text: &str) -> Result<MpesaReceipt, BadId> {
        let tight: String = text.split_whitespace().collect();
        MpesaReceipt::parse(&tight.to_ascii_uppercase())
    }
}

/// A reference as it is compared: capitals, letters and digits only.
pub fn canon(text: &str) -> String {
    text.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .collect()
}

impl fmt::Display for BadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "must be {}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_checked_at_the_door() {
        assert!(LinkId::parse("main").is_ok());
        assert!(LinkId::parse("Main").is_err());
        assert!(ItemId::parse("tea-500g").is_ok());
        assert!(ItemId::parse("tea 500g").is_err());
        assert!(AccountReference::parse("M0123456789A").is_ok());
        assert!(AccountReference::parse("M0123456789AB").is_err());
        assert!(AccountReference::parse("ORDER#5").is_err());
        assert!(PaymentId::parse("pay_main_m0123_abc").is_ok());
        assert!(PaymentId::parse("pay_").is_err());
        assert!(PaymentId::parse("pay_../x").is_err());
        assert!(IdempotencyKey::parse("tooshort").is_err());
        assert!(MpesaReceipt::parse("UJ2V87JLMD").is_ok());
        assert!(MpesaReceipt::parse("uj2v87jlmd").is_err());
    }

    #[test]
    fn canon_is_what_a_person_would_call_the_same() {
        assert_eq!(canon(" inv-12/a "), "INV12A");
    }
}
