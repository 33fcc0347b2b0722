//! `Msisdn`: a Kenyan mobile number, read from what people type and paste.

use core::fmt;
use serde::{Deserialize, Serialize};

/// A Kenyan mobile number in Daraja's form: exactly `254`, then `1` or `7`, then 8 digits.
///
/// `Debug` shows it masked; [`Msisdn::as_str`] is the only way to the whole number.
///
/// ```
/// use malipo_shared::Msisdn;
/// let msisdn = Msisdn::parse("+254 700-000-123")?;
/// assert_eq!(msisdn.as_str(), "254700000123");
/// assert_eq!(msisdn.masked(), "0700 ••• 123");
/// # Ok::<(), malipo_shared::BadMsisdn>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Msisdn(String);

/// Why a text is not a Kenyan mobile number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadMsisdn {
    /// Nothing was given.
    Empty,
    /// A letter or a sign that is in no phone number.
    NotANumber,
    /// Digits are missing.
    TooShort,
    /// There are digits too many.
    TooLong,
    /// Another country's number.
    NotKenyan,
    /// A Kenyan number that is not a mobile one: it does not go on with 7 or 1.
    NotMobile,
}

impl Msisdn {
    /// Reads `0712 345 678`, `0112…`, `+254 712-345-678`, `254…`, `712345678`, with spaces of any
    /// kind, dashes, brackets, invisible marks and Arabic-Indic or full-width digits.
    ///
    /// # Errors
    /// See [`BadMsisdn`]. A prefix that is not Safaricom's is no error: numbers are portable.
    pub fn parse(text: &str) -> Result<Msisdn, BadMsisdn> {
        let typed = Typed::read(text)?;
        let national = typed.national()?;
        match national.len() {
            0 => Err(BadMsisdn::Empty),
            _ if !national.starts_with(['1', '7']) => Err(BadMsisdn::NotMobile),
            1..9 => Err(BadMsisdn::TooShort),
            9 => Ok(Msisdn(format!("254{national}"))),
            _ => Err(BadMsisdn::TooLong),
        }
    }

    /// The 12 digits that Daraja takes. Personal data: never log it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What may be shown: the first four and the last three digits, `0712 ••• 678`.
    pub fn masked(&self) -> String {
        format!("0{} ••• {}", &self.0[3..6], &self.0[9..])
    }

    /// Whether the prefix was given to Safaricom. A hint only: numbers are portable, so warn on
    /// `false`, never refuse.
    ///
    /// Source: libphonenumber 9.0.43, carrier data for 254.
    pub fn has_safaricom_prefix(&self) -> bool {
        matches!(&self.0[3..6], "757" | "758" | "759" | "768" | "769")
            || (matches!(
                &self.0[3..5],
                "11" | "14" | "18" | "70" | "71" | "72" | "74" | "79"
            ) && !matches!(&self.0[3..6], "744" | "747"))
    }
}

/// The number as it looks while it is typed, and where the caret goes: `0712 345 678`,
/// `+254 712 345 678`. `caret` counts characters of `text`; the answer counts those of the result.
/// A text that holds anything but digits and separators is left as it is.
pub fn format_as_typed(text: &str, caret: usize) -> (String, usize) {
    let Ok(typed) = Typed::read(text) else {
        return (text.to_owned(), caret);
    };
    let is_international = typed.has_plus || typed.digits.starts_with("254");
    let groups: &[usize] = match () {
        () if is_international => &[3, 3, 3, 3],
        () if typed.digits.starts_with('0') => &[4, 3, 3],
        () => &[3, 3, 3],
    };
    let digits_before_caret = Typed::read(&text.chars().take(caret).collect::<String>())
        .map_or(0, |before| before.digits.len());
    group(&typed, groups, digits_before_caret)
}

fn group(typed: &Typed, groups: &[usize], digits_before_caret: usize) -> (String, usize) {
    let mut shown = String::from(if typed.has_plus { "+" } else { "" });
    let mut caret = if digits_before_caret == 0 {
        0
    } else {
        usize::MAX
    };
    let mut ends = groups.iter().scan(0, |end, len| {
        *end += len;
        Some(*end)
    });
    let mut next_gap = ends.next();
    for (index, digit) in typed.digits.chars().enumerate() {
        if Some(index) == next_gap {
            next_gap = ends.next();
            shown.push(' ');
        }
        shown.push(digit);
        if index + 1 == digits_before_caret {
            caret = shown.len();
        }
    }
    let length = shown.len();
    (shown, caret.min(length))
}

/// The digits of a text, and whether a `+` stood before them.
struct Typed {
    has_plus: bool,
    digits: String,
}

impl Typed {
    fn read(text: &str) -> Result<Typed, BadMsisdn> {
        let mut typed = Typed {
            has_plus: false,
            digits: String::new(),
        };
        for c in text.chars() {
            match digit(c) {
                Some(digit) => typed.digits.push(digit),
                None if matches!(c, '+' | '＋') && typed.digits.is_empty() && !typed.has_plus => {
                    typed.has_plus = true;
                }
                None if is_separator(c) => {}
                None => return Err(BadMsisdn::NotANumber),
            }
        }
        Ok(typed)
    }

    /// The part after the country code or the trunk zero.
    fn national(&self) -> Result<&str, BadMsisdn> {
        let digits = self.digits.as_str();
        let international = match digits.strip_prefix("00") {
            Some(rest) => Some(rest),
            None if self.has_plus => Some(digits),
            // Ten digits or more that begin with 254 hold the country code, not a subscriber's.
            None if digits.len() > 9 && digits.starts_with("254") => Some(digits),
            None => None,
        };
        match international {
            // `+254 (0) 712 …` is how letterheads print it.
            Some(rest) => match rest.strip_prefix("254") {
                Some(national) if national.len() == 10 => {
                    Ok(national.strip_prefix('0').unwrap_or(national))
                }
                Some(national) => Ok(national),
                None if "254".starts_with(rest) => Err(BadMsisdn::TooShort),
                None => Err(BadMsisdn::NotKenyan),
            },
            None => Ok(digits.strip_prefix('0').unwrap_or(digits)),
        }
    }
}

fn digit(c: char) -> Option<char> {
    let zero = match c {
        '0'..='9' => '0',
        '\u{660}'..='\u{669}' => '\u{660}',    // Arabic-Indic
        '\u{6f0}'..='\u{6f9}' => '\u{6f0}',    // extended Arabic-Indic
        '\u{ff10}'..='\u{ff19}' => '\u{ff10}', // full width
        _ => return None,
    };
    char::from_digit(c as u32 - zero as u32, 10)
}

fn is_separator(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '-' | '.' | '/' | '(' | ')' | '[' | ']' | '\u{ad}' | '\u{2212}' | '\u{feff}')
        || ('\u{2010}'..='\u{2015}').contains(&c) // hyphens and dashes
        || ('\u{200b}'..='\u{200f}').contains(&c) // zero width, left-to-right marks
        || ('\u{202a}'..='\u{202e}').contains(&c) // direction marks that contact lists paste
        || ('\u{2060}'..='\u{2069}').contains(&c)
}

impl fmt::Debug for Msisdn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Msisdn({})", self.masked())
    }
}

impl fmt::Display for BadMsisdn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            BadMsisdn::Empty => "Enter your M-PESA phone number.",
            BadMsisdn::NotANumber => "Use digits only, for example 0712 345 678.",
            BadMsisdn::TooShort => {
                "This number is too short. It has 10 digits, for example 0712 345 678."
            }
            BadMsisdn::TooLong => {
                "This number is too long. It has 10 digits, for example 0712 345 678."
            }
            BadMsisdn::NotKenyan => {
                "M-PESA needs a Kenyan number, which begins with 07, 01 or +254."
            }
            BadMsisdn::NotMobile => "This is not a mobile number. Those begin with 07 or 01.",
        })
    }
}

impl TryFrom<String> for Msisdn {
    type Error = BadMsisdn;
    fn try_from(text: String) -> Result<Msisdn, BadMsisdn> {
        Msisdn::parse(&text)
    }
}

impl From<Msisdn> for String {
    fn from(msisdn: Msisdn) -> String {
        msisdn.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<&str, BadMsisdn>) {
        let parsed = Msisdn::parse(text);
        assert_eq!(
            parsed.as_ref().map(Msisdn::as_str),
            expected.as_ref().map(|s| *s),
            "{text:?}"
        );
    }

    #[test]
    fn what_people_type_and_paste_is_read() {
        for text in [
            "0700000123",
            "0700 000 123",
            "+254 700-000-123",
            "254700000123",
            "700000123",
            "+254700000123",
            "00254 700 000 123",
            "+254 (0) 700 000 123",
            "(0700) 000.123",
            "\u{202a}+254\u{a0}700\u{a0}000\u{a0}123\u{202c}",
            "٠٧٠٠٠٠٠١٢٣",
            "۰۷۰۰۰۰۰۱۲۳",
            "０７００ ０００ １２３",
            "0700–000–123",
            "  0700000123\n",
            "+254 0700 000 123",
        ] {
            check(text, Ok("254700000123"));
        }
        check("0112 345 678", Ok("254112345678"));
        check("112345678", Ok("254112345678"));
        check("254112345678", Ok("254112345678"));
    }

    #[test]
    fn the_rest_is_refused_with_its_reason() {
        check("", Err(BadMsisdn::Empty));
        check(" - ", Err(BadMsisdn::Empty));
        check("+", Err(BadMsisdn::TooShort));
        check("0712", Err(BadMsisdn::TooShort));
        check("25471234567", Err(BadMsisdn::TooShort));
        check("07123456789", Err(BadMsisdn::TooLong));
        check("254012345678", Err(BadMsisdn::NotMobile));
        check("020 222 2222", Err(BadMsisdn::NotMobile));
        check("+255 712 345 678", Err(BadMsisdn::NotKenyan));
        check("+1 202 555 0100", Err(BadMsisdn::NotKenyan));
        check("0712 345 67x", Err(BadMsisdn::NotANumber));
        check("07+12345678", Err(BadMsisdn::NotANumber));
        check("0712345678 ext 5", Err(BadMsisdn::NotANumber));
    }

    #[test]
    fn it_is_formatted_as_typed_and_the_caret_stays_with_its_digit() {
        #[track_caller]
        fn check(text: &str, caret: usize, shown: &str, at: usize) {
            assert_eq!(
                format_as_typed(text, caret),
                (shown.to_owned(), at),
                "{text:?}@{caret}"
            );
        }
        check("0712345", 7, "0712 345", 8);
        check("0712345678", 10, "0712 345 678", 12);
        check("0712 3", 2, "0712 3", 2);
        check("07129 345", 5, "0712 934 5", 6);
        check("+254712345678", 13, "+254 712 345 678", 16);
        check("254712", 6, "254 712", 7);
        check("712345678", 0, "712 345 678", 0);
        check("0712x", 5, "0712x", 5);
        check("", 0, "", 0);
    }

    #[test]
    fn debug_does_not_tell_the_number() {
        let msisdn = Msisdn::parse("0700000123").unwrap();
        assert_eq!(format!("{msisdn:?}"), "Msisdn(0700 ••• 123)");
    }

    #[test]
    fn prefixes_are_a_hint() {
        let is_safaricom = |text| Msisdn::parse(text).unwrap().has_safaricom_prefix();
        for text in [
            "0110000000",
            "0140000000",
            "0700000000",
            "0729000000",
            "0757000000",
            "0768000000",
            "0790000000",
            "0748000000",
        ] {
            assert!(is_safaricom(text), "{text}");
        }
        for text in [
            "0100000000",
            "0730000000",
            "0744000000",
            "0747000000",
            "0750000000",
            "0761000000",
            "0770000000",
            "0780000000",
        ] {
            assert!(!is_safaricom(text), "{text}");
        }
    }
}
