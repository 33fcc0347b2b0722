//! `Kes`: an amount of money that M-PESA can move in one payment.

use core::fmt;
use serde::{Deserialize, Serialize};

/// Whole Kenya shillings. 1 to 250,000; M-PESA takes no cents.
///
/// Source: Daraja, M-Pesa Express, FAQ 5 (per transaction: at least 1, at most 250,000).
///
/// ```
/// use malipo_shared::{BadKes, Kes};
/// assert_eq!(Kes::parse("KES 1,500"), Kes::new(1500));
/// assert_eq!(Kes::parse("100.50"), Err(BadKes::Cents));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(try_from = "u64", into = "u64")]
pub struct Kes(u32);

/// Why a text or a number is not an amount that M-PESA can take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadKes {
    /// Nothing was given.
    Empty,
    /// Something other than digits, `,` between thousands and a leading `KES`, `Ksh` or `KSh`.
    NotANumber,
    /// A fraction: M-PESA takes no cents.
    Cents,
    /// Below KES 1.
    TooSmall,
    /// Above KES 250,000.
    TooLarge,
}

/// What an order still needs, in whole shillings: what is due less what is here. One that was paid is not asked again for
/// what went back to its customer, only for money that was taken away from it since.
///
/// ```
/// use malipo_shared::outstanding_kes;
/// assert_eq!(outstanding_kes(false, 275, 100, 0), 175);
/// assert_eq!(outstanding_kes(true, 275, 0, 275), 0);
/// assert_eq!(outstanding_kes(true, 275, 0, 0), 275);
/// ```
pub const fn outstanding_kes(
    is_paid: bool,
    due_kes: u64,
    received_kes: u64,
    refunded_kes: u64,
) -> u64 {
    let here_kes = match is_paid {
        true => received_kes.saturating_add(refunded_kes),
        false => received_kes,
    };
    due_kes.saturating_sub(here_kes)
}

impl Kes {
    /// The least that M-PESA moves.
    pub const MIN: Kes = Kes(1);
    /// The most that M-PESA moves in one payment.
    pub const MAX: Kes = Kes(250_000);

    /// The amount of `shillings`.
    ///
    /// # Errors
    /// `TooSmall` below 1, `TooLarge` above 250,000.
    pub const fn new(shillings: u64) -> Result<Kes, BadKes> {
        match shillings {
            0 => Err(BadKes::TooSmall),
            1..=250_000 => Ok(Kes(shillings as u32)),
            _ => Err(BadKes::TooLarge),
        }
    }

    /// Reads what people write: `1500`, `1,500`, `KES 1500`, `Ksh 1,500`.
    ///
    /// # Errors
    /// See [`BadKes`]; nothing is rounded.
    pub fn parse(text: &str) -> Result<Kes, BadKes> {
        let digits = without_currency(text.trim());
        if digits.is_empty() {
            return Err(BadKes::Empty);
        }
        if digits
            .strip_prefix('-')
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        {
            return Err(BadKes::TooSmall);
        }
        let plain = without_thousands(digits)?;
        // Ten digits cannot overflow, and are too large anyway.
        if plain.len() > 10 {
            return Err(BadKes::TooLarge);
        }
        plain
            .parse()
            .map_err(|_| BadKes::NotANumber)
            .and_then(Kes::new)
    }

    /// The number of shillings.
    pub const fn shillings(self) -> u32 {
        self.0
    }
}

fn without_currency(text: &str) -> &str {
    let cut = match text.get(..3) {
        Some(head) if head.eq_ignore_ascii_case("kes") || head.eq_ignore_ascii_case("ksh") => 3,
        _ => 0,
    };
    text[cut..].trim_start_matches(|c: char| c.is_whitespace() || (cut > 0 && c == '.'))
}

fn without_thousands(text: &str) -> Result<String, BadKes> {
    if let Some((whole, cents)) = text.split_once('.') {
        let is_decimal = |part: &str| part.chars().all(|c| c.is_ascii_digit() || c == ',');
        return Err(if is_decimal(whole) && is_decimal(cents) {
            BadKes::Cents
        } else {
            BadKes::NotANumber
        });
    }
    let mut groups = text.split(',');
    let first = groups.next().unwrap_or_default();
    let is_grouped = text.contains(',');
    let is_first_good = !first.is_empty() && (!is_grouped || first.len() <= 3);
    let mut plain = first.to_owned();
    for group in groups {
        if group.len() != 3 {
            return Err(BadKes::NotANumber);
        }
        plain.push_str(group);
    }
    if !is_first_good || !plain.bytes().all(|b| b.is_ascii_digit()) {
        return Err(BadKes::NotANumber);
    }
    Ok(plain)
}

impl fmt::Display for Kes {
    /// With thousands marked, as M-PESA prints it: `1,500`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            small @ 0..=999 => write!(f, "{small}"),
            large => write!(f, "{},{:03}", large / 1000, large % 1000),
        }
    }
}

impl fmt::Display for BadKes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            BadKes::Empty => "Give an amount in shillings.",
            BadKes::NotANumber => "Give the amount in digits, for example 1500.",
            BadKes::Cents => "M-PESA takes whole shillings only, for example 1500.",
            BadKes::TooSmall => "The smallest amount is KES 1.",
            BadKes::TooLarge => "The largest amount is KES 250,000.",
        })
    }
}

impl TryFrom<u64> for Kes {
    type Error = BadKes;
    fn try_from(shillings: u64) -> Result<Kes, BadKes> {
        Kes::new(shillings)
    }
}

impl From<Kes> for u64 {
    fn from(kes: Kes) -> u64 {
        u64::from(kes.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<u64, BadKes>) {
        assert_eq!(Kes::parse(text).map(u64::from), expected, "{text:?}");
    }

    #[test]
    fn what_people_write_is_read() {
        check("1", Ok(1));
        check(" 150 ", Ok(150));
        check("1,500", Ok(1500));
        check("KES 1500", Ok(1500));
        check("kes1,500", Ok(1500));
        check("Ksh. 1,500", Ok(1500));
        check("250,000", Ok(250_000));
        check("0150", Ok(150));
    }

    #[test]
    fn nothing_is_rounded_or_guessed() {
        check("", Err(BadKes::Empty));
        check("KES", Err(BadKes::Empty));
        check("100.50", Err(BadKes::Cents));
        check("100.00", Err(BadKes::Cents));
        check("0", Err(BadKes::TooSmall));
        check("-1", Err(BadKes::TooSmall));
        check("1e3", Err(BadKes::NotANumber));
        check("١٠٠٫٥", Err(BadKes::NotANumber));
        check("١٠٠", Err(BadKes::NotANumber));
        check("250001", Err(BadKes::TooLarge));
        check("99999999999999999999", Err(BadKes::TooLarge));
        check("1,50", Err(BadKes::NotANumber));
        check("1500,000", Err(BadKes::NotANumber));
        check(",500", Err(BadKes::NotANumber));
        check("+5", Err(BadKes::NotANumber));
        check("5 000", Err(BadKes::NotANumber));
        check("--5", Err(BadKes::NotANumber));
        check("é", Err(BadKes::NotANumber));
    }

    #[test]
    fn thousands_are_marked() {
        assert_eq!(Kes::MAX.to_string(), "250,000");
        assert_eq!(Kes::new(1005).unwrap().to_string(), "1,005");
        assert_eq!(Kes::new(999).unwrap().to_string(), "999");
    }
}
