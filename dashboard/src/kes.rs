//! Money as people read it and type it.

use malipo_shared::Kes;

/// `KES 1,234,567`.
pub(crate) fn kes(amount: impl Into<u64>) -> String {
    let amount = amount.into();
    format!("KES {}", grouped(amount))
}

/// An amount as M-PESA said it: in whole shillings, else in its own words. What is not known is not nothing.
pub(crate) fn as_said(amount_kes: Option<u64>, said: Option<&str>) -> String {
    match (amount_kes, said) {
        (Some(amount), _) => kes(amount),
        (None, Some("") | None) => "Amount not known".to_owned(),
        (None, Some(said)) => format!("M-PESA says “{said}”"),
    }
}

/// What was typed, in whole shillings; none for what M-PESA does not move, and for whatever could be meant otherwise.
pub(crate) fn typed(text: &str) -> Option<u64> {
    Kes::parse(text).ok().map(u64::from)
}

/// `1,234,567`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1.2 M`, `35 k`, `950`: where there is no room.
pub(crate) fn brief(amount: u64) -> String {
    match amount {
        0..=9_999 => grouped(amount),
        10_000..=999_999 => format!("{} k", amount / 1_000),
        _ => format!("{}.{} M", amount / 1_000_000, amount % 1_000_000 / 100_000),
    }
}

/// How many wait for a person. The API counts no further than 1,000 of a kind.
pub(crate) fn waiting(number: u64) -> String {
    match number {
        0..=999 => number.to_string(),
        _ => "999+".to_owned(),
    }
}

/// `1 payment`, `2 payments`.
pub(crate) fn count(number: u64, one: &str) -> String {
    let s = if number == 1 { "" } else { "s" };
    format!("{} {one}{s}", grouped(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_no_further_is_more_than_it_says() {
        assert_eq!([0, 999, 1_000].map(waiting), ["0", "999", "999+"]);
    }

    #[test]
    fn thousands_are_parted() {
        for (amount, expected) in [
            (0, "KES 0"),
            (150, "KES 150"),
            (1_500, "KES 1,500"),
            (250_000, "KES 250,000"),
            (1_234_567_u64, "KES 1,234,567"),
        ] {
            assert_eq!(kes(amount), expected);
        }
    }

    #[test]
    fn an_amount_is_read_as_it_is_written_or_not_at_all() {
        for (text, expected) in [
            ("150", Some(150)),
            (" 150 ", Some(150)),
            ("1,230", Some(1_230)),
            ("KES 100", Some(100)),
            ("250,000", Some(250_000)),
            ("250,001", None),
            ("", None),
            ("0", None),
            ("-1", None),
            ("+5", None),
            ("1.5", None),
            ("1,5", None),
            ("1,230.00", None),
            ("1 230", None),
            ("100?", None),
        ] {
            assert_eq!(typed(text), expected, "{text:?}");
        }
        for shown in [1, 999, 1_000, 250_000] {
            assert_eq!(typed(&kes(shown)), Some(shown));
        }
    }

    #[test]
    fn what_is_brief_is_not_more_than_it_is() {
        for (amount, expected) in [
            (9_999, "9,999"),
            (10_000, "10 k"),
            (999_999, "999 k"),
            (1_290_000, "1.2 M"),
        ] {
            assert_eq!(brief(amount), expected);
        }
        assert_eq!(count(1, "payment"), "1 payment");
        assert_eq!(count(50_000, "payment"), "50,000 payments");
    }
}
