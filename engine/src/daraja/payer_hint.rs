//! `PayerHint`: what M-PESA lets out of a payer's number. It never proves a payer; it may rule one out.

use core::fmt;
use malipo_shared::Msisdn;
use serde::{Deserialize, Serialize};

/// A payer's number as far as M-PESA tells it. Personal data: `Debug` never shows the whole.
///
/// In a journal it is one text, which [`PayerHint::read`] reads back.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum PayerHint {
    /// Its first and last digits, `254…`: C2B since version 2.
    Masked {
        /// From `254` on, or fewer; may be empty.
        first: String,
        /// May be empty.
        last: String,
    },
    /// Lower-case hex of a hash, perhaps with a masked middle: C2B of some production shortcodes.
    Hashed(String),
    /// All of it.
    Full(Msisdn),
    /// Nothing that could be read.
    Unknown,
}

/// A SHA-256 in hex.
const HASH_LEN: usize = 64;

impl PayerHint {
    /// Reads `2547 ***** 126`, `25470****149`, a hash in hex with or without a masked middle, or a
    /// whole number. Anything else is [`PayerHint::Unknown`].
    ///
    /// Source: Daraja, Customer To Business Register URL, "MSISDN"; the hash was seen in production.
    pub fn read(text: &str) -> PayerHint {
        let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        if is_hash(&plain) {
            return PayerHint::Hashed(plain.to_ascii_lowercase());
        }
        match plain.split_once('*') {
            Some((first, rest)) => masked(first, rest.trim_start_matches('*')),
            None => Msisdn::parse(&plain).map_or(PayerHint::Unknown, PayerHint::Full),
        }
    }

    /// Whether the payer certainly had another number than `msisdn`.
    ///
    /// A hash never tells: whether it is of the number alone, and in which spelling, is not
    /// documented, and no number is published beside its hash.
    pub fn contradicts(&self, msisdn: &Msisdn) -> bool {
        match self {
            PayerHint::Masked { first, last } => {
                !msisdn.as_str().starts_with(first.as_str())
                    || !msisdn.as_str().ends_with(last.as_str())
            }
            PayerHint::Full(payer) => payer != msisdn,
            PayerHint::Hashed(_) | PayerHint::Unknown => false,
        }
    }
}

/// What M-PESA shows of a number at least: `2547 ***** 126`.
const SHOWN_MIN: (usize, usize) = (4, 3);

impl PayerHint {
    /// Whether the payer may have had this number, and M-PESA tells as much of it as of any: a thousand numbers of an
    /// operator's look alike, so it is a likeness and no proof. A hash and an unknown payer agree with nobody.
    pub fn agrees_with(&self, msisdn: &Msisdn) -> bool {
        let tells_enough = match self {
            PayerHint::Masked { first, last } => {
                first.len() >= SHOWN_MIN.0 && last.len() >= SHOWN_MIN.1
            }
            PayerHint::Full(_) => true,
            PayerHint::Hashed(_) | PayerHint::Unknown => false,
        };
        tells_enough && !self.contradicts(msisdn)
    }
}

/// 64 hex digits, of which those in the middle may be masked.
fn is_hash(plain: &str) -> bool {
    let is_hex = |part: &str| part.bytes().all(|b| b.is_ascii_hexdigit());
    let (head, tail) = plain.split_once('*').unwrap_or((plain, ""));
    let tail = tail.trim_start_matches('*');
    plain.len() == HASH_LEN
        && head.len() + tail.len() > HASH_LEN / 2
        && is_hex(head)
        && is_hex(tail)
}

fn masked(first: &str, last: &str) -> PayerHint {
    let first = first.strip_prefix('+').unwrap_or(first);
    let first = match first.strip_prefix('0') {
        Some(national) => format!("254{national}"),
        None => first.to_owned(),
    };
    let is_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    // Other countries' numbers, and forms that were never seen, tell nothing for certain.
    let is_kenyan = first.starts_with("254") || "254".starts_with(&first);
    let is_part = (1..12).contains(&(first.len() + last.len()));
    if is_digits(&first) && is_digits(last) && is_kenyan && is_part {
        let last = last.to_owned();
        PayerHint::Masked { first, last }
    } else {
        PayerHint::Unknown
    }
}

impl From<String> for PayerHint {
    fn from(text: String) -> PayerHint {
        PayerHint::read(&text)
    }
}

impl From<PayerHint> for String {
    fn from(hint: PayerHint) -> String {
        match hint {
            PayerHint::Masked { first, last } => format!("{first}*{last}"),
            PayerHint::Hashed(hex) => hex,
            PayerHint::Full(msisdn) => msisdn.into(),
            PayerHint::Unknown => String::new(),
        }
    }
}

impl fmt::Debug for PayerHint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // However much M-PESA shows, four digits and three are shown here.
            PayerHint::Masked { first, last } => {
                let (first, last) = (first.get(..4).unwrap_or(first), last_digits(last));
                write!(f, "Masked({first}…{last})")
            }
            // Two hundred million numbers are soon tried: a hash is as good as the number.
            PayerHint::Hashed(_) => f.write_str("Hashed(…)"),
            PayerHint::Full(msisdn) => write!(f, "Full({})", msisdn.masked()),
            PayerHint::Unknown => f.write_str("Unknown"),
        }
    }
}

fn last_digits(text: &str) -> &str {
    text.get(text.len().saturating_sub(3)..).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "7fe2452bdc860302d56ecf03796ed29e4b*****331087e210e0581159e74244d";

    fn read(text: &str) -> (PayerHint, PayerHint) {
        let hint = PayerHint::read(text);
        let journalled = serde_json::to_string(&hint).unwrap();
        (hint, serde_json::from_str(&journalled).unwrap())
    }

    #[test]
    fn a_hint_is_read_and_read_back_from_a_journal() {
        #[track_caller]
        fn check(text: &str, expected: PayerHint) {
            assert_eq!(read(text), (expected.clone(), expected), "{text}");
        }
        let masked = |first: &str, last: &str| PayerHint::Masked {
            first: first.into(),
            last: last.into(),
        };
        check("2547 ***** 126", masked("2547", "126"));
        check("25470****149", masked("25470", "149"));
        check("254708***430", masked("254708", "430"));
        check("0708***430", masked("254708", "430"));
        check("+254*", masked("254", ""));
        check("****149", masked("", "149"));
        check(
            "7fe2452bdc860302d56ecf03796ed29e4b ***** 331087e210e0581159e74244d",
            PayerHint::Hashed(HASH.into()),
        );
        check(&"AB".repeat(32), PayerHint::Hashed("ab".repeat(32)));
        check(
            "254708374149",
            PayerHint::Full(Msisdn::parse("254708374149").unwrap()),
        );
        for unknown in [
            "",
            "*",
            "****",
            "25570****149",
            "254708374149*",
            "2547*1*26",
            "2547***12a",
            "600310",
            "254708374149 - A NAME",
            "abc",
            &"*".repeat(64),
            &"a".repeat(63),
        ] {
            check(unknown, PayerHint::Unknown);
        }
    }

    #[test]
    fn only_a_certain_other_number_contradicts() {
        let mine = Msisdn::parse("254708374149").unwrap();
        for other in [
            "2547 ***** 126",
            "2541 ***** 149",
            "25479****149",
            "****148",
            "254700000012",
        ] {
            assert!(PayerHint::read(other).contradicts(&mine), "{other}");
        }
        for maybe in [
            "2547 ***** 149",
            "25470****149",
            "254*",
            "****49",
            "0708***149",
            "254708374149",
            HASH,
            "",
            "nonsense",
        ] {
            assert!(!PayerHint::read(maybe).contradicts(&mine), "{maybe}");
        }
    }

    #[test]
    fn debug_shows_no_whole_number() {
        for (text, shown) in [
            ("254708374149", "Full(0708 ••• 149)"),
            ("25470837*4149", "Unknown"),
            ("2547083*4149", "Masked(2547…149)"),
            ("25*9", "Masked(25…9)"),
            (HASH, "Hashed(…)"),
        ] {
            assert_eq!(format!("{:?}", PayerHint::read(text)), shown);
        }
    }
}
