//! `Cents`: an amount as M-PESA's statements write it.

/// Money in cents. Negative for what has left. Customers pay whole shillings; charges have cents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cents(i64);

impl Cents {
    /// Reads `1,234.00`, `1234`, `-33.50`. Commas stand before groups of three digits only: `12,50` is not taken for 1250.
    pub fn parse(text: &str) -> Option<Cents> {
        let text = text.trim();
        let (is_negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, cents) = match text.split_once('.') {
            Some((whole, cents)) if (1..=2).contains(&cents.len()) => (whole, cents),
            Some(_) => return None,
            None => (text, "0"),
        };
        let tens = if cents.len() == 1 { 10 } else { 1 };
        let sum = whole_number(whole)?
            .checked_mul(100)?
            .checked_add(all_digits(cents)? * tens)?;
        Some(Cents(if is_negative { -sum } else { sum }))
    }

    /// An amount in whole shillings.
    pub fn from_kes(kes: u32) -> Cents {
        Cents(i64::from(kes) * 100)
    }

    /// Whether it is more than nothing.
    pub fn is_positive(self) -> bool {
        self.0 > 0
    }

    /// Without its sign.
    pub fn size(self) -> Cents {
        Cents(self.0.abs())
    }

    /// Both together, as far as they can be counted.
    pub fn plus(self, other: Cents) -> Cents {
        Cents(self.0.saturating_add(other.0))
    }

    /// The amount in shillings, if it is whole and not negative.
    pub fn whole_kes(self) -> Option<u32> {
        (self.0 % 100 == 0)
            .then(|| u32::try_from(self.0 / 100).ok())
            .flatten()
    }

    /// The whole shillings in it, without the cents; none if it is negative or too much to count.
    pub fn floor_kes(self) -> Option<u32> {
        u32::try_from(self.0.div_euclid(100)).ok()
    }

    /// As a person writes it: `1234.50`.
    pub fn text(self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let size = self.0.unsigned_abs();
        format!("{sign}{}.{:02}", size / 100, size % 100)
    }

    /// As a person writes it, where it is not whole shillings.
    pub fn said_otherwise(self) -> Option<String> {
        (self.0 % 100 != 0).then(|| self.text())
    }

    /// Shillings, without what is left over: for lists only.
    pub fn about_kes(self) -> u32 {
        u32::try_from(self.0 / 100).unwrap_or(if self.0 < 0 { 0 } else { u32::MAX })
    }
}

fn whole_number(text: &str) -> Option<i64> {
    let mut groups = text.split(',');
    let first = groups.next()?;
    let mut digits = first.to_owned();
    for group in groups {
        if group.len() != 3 || first.is_empty() || first.len() > 3 {
            return None;
        }
        digits.push_str(group);
    }
    all_digits(&digits)
}

fn all_digits(text: &str) -> Option<i64> {
    let is_number = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_they_are_written_or_not_at_all() {
        for (text, expected) in [
            ("1,234.00", Some(123_400)),
            ("1,234,567.8", Some(123_456_780)),
            (" 250 ", Some(25_000)),
            ("-33.50", Some(-3_350)),
            ("0.00", Some(0)),
            ("", None),
            ("-", None),
            (".50", None),
            ("12,50", None),
            ("1234,567", None),
            (",123", None),
            ("1.234", None),
            ("1e3", None),
            ("+5", None),
            ("KES 5", None),
            ("99999999999999999999", None),
            ("9223372036854775807", None),
        ] {
            assert_eq!(Cents::parse(text), expected.map(Cents), "{text}");
        }
    }

    #[test]
    fn only_whole_shillings_are_an_amount_that_a_customer_pays() {
        assert_eq!(Cents(15_000).whole_kes(), Some(150));
        assert_eq!(Cents(15_050).whole_kes(), None);
        assert_eq!(Cents(-15_000).whole_kes(), None);
        assert_eq!(Cents(15_050).about_kes(), 150);
        assert_eq!(Cents(-15_050).size().about_kes(), 150);
        assert_eq!(Cents::from_kes(u32::MAX).whole_kes(), Some(u32::MAX));
    }
}
