//! Texts with values in them: amounts, times as they are spoken, placeholders filled.

use crate::sentences::Language;

/// `text` with each `{name}` replaced by what `value` knows of it.
pub fn fill(text: &str, value: impl Fn(&str) -> String) -> String {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, from)) = cut(rest, "{") {
        filled.push_str(before);
        let (name, after) = cut(from, "}").unwrap_or((from, ""));
        filled.push_str(&value(name));
        rest = after;
    }
    filled.push_str(rest);
    filled
}

/// What stands before and after the first `part`. The library's search is made for long texts, and
/// is larger than all that is searched here.
pub fn cut<'a>(text: &'a str, part: &str) -> Option<(&'a str, &'a str)> {
    let mut places = 0..=text.len().checked_sub(part.len())?;
    let at = places.find(|&at| text.as_bytes()[at..].starts_with(part.as_bytes()))?;
    Some((text.get(..at)?, text.get(at + part.len()..)?))
}

/// `text` with the first `part` replaced.
pub fn replaced(text: &str, part: &str, by: &str) -> Option<String> {
    let (before, after) = cut(text, part)?;
    Some([before, by, after].concat())
}

/// A whole number in digits, without the library's formatting.
pub fn digits(number: u64) -> String {
    let mut digits = Vec::new();
    let mut rest = number;
    loop {
        digits.insert(0, b'0' + (rest % 10) as u8);
        rest /= 10;
        if rest == 0 {
            return digits.into_iter().map(char::from).collect();
        }
    }
}

/// Shillings with their thousands marked: `1,500`. Zero is possible here, unlike in `Kes`.
pub fn shillings(kes: u32) -> String {
    let digits = digits(u64::from(kes));
    let mut marked = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            marked.push(',');
        }
        marked.push(digit);
    }
    marked
}

/// `2 minutes 5 seconds`, `dakika 2 na sekunde 5`: read aloud, "2:05" would be a clock time.
pub fn duration(secs: u32, language: Language) -> String {
    let (minutes, rest) = (secs / 60, secs % 60);
    let part = |count: u32, unit: Unit| match language {
        Language::En if count == 1 => ["1 ", unit.en].concat(),
        Language::En => [&digits(u64::from(count)), " ", unit.en, "s"].concat(),
        Language::Sw => [unit.sw, " ", &digits(u64::from(count))].concat(),
    };
    match (minutes, rest) {
        (0, _) => part(rest, SECOND),
        (_, 0) => part(minutes, MINUTE),
        (_, _) => {
            let join = match language {
                Language::En => " ",
                Language::Sw => " na ",
            };
            [&part(minutes, MINUTE), join, &part(rest, SECOND)].concat()
        }
    }
}

/// Whole seconds from `now_ms` until `until_ms`, rounded up: 0 only when the time has come.
pub fn secs_until(until_ms: u64, now_ms: u64) -> u32 {
    u32::try_from(until_ms.saturating_sub(now_ms).div_ceil(1000)).unwrap_or(u32::MAX)
}

/// At which of the few moments a countdown is spoken: 60, 30 and 10 seconds before its end. The
/// answer changes only then, so a screen reader is not talked over each second.
pub const fn spoken_mark(secs_left: u32) -> Option<u32> {
    match secs_left {
        0 => None,
        1..=10 => Some(10),
        11..=30 => Some(30),
        31..=60 => Some(60),
        _ => None,
    }
}

struct Unit {
    en: &'static str,
    sw: &'static str,
}

const MINUTE: Unit = Unit {
    en: "minute",
    sw: "dakika",
};
const SECOND: Unit = Unit {
    en: "second",
    sw: "sekunde",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_spoken() {
        #[track_caller]
        fn check(secs: u32, en: &str, sw: &str) {
            assert_eq!(duration(secs, Language::En), en);
            assert_eq!(duration(secs, Language::Sw), sw);
        }
        check(0, "0 seconds", "sekunde 0");
        check(1, "1 second", "sekunde 1");
        check(45, "45 seconds", "sekunde 45");
        check(60, "1 minute", "dakika 1");
        check(61, "1 minute 1 second", "dakika 1 na sekunde 1");
        check(125, "2 minutes 5 seconds", "dakika 2 na sekunde 5");
    }

    #[test]
    fn a_wait_ends_only_when_its_time_has_come() {
        assert_eq!(secs_until(10_000, 0), 10);
        assert_eq!(secs_until(10_000, 9_999), 1);
        assert_eq!(secs_until(10_000, 10_000), 0);
        assert_eq!(secs_until(10_000, 99_000), 0);
    }

    #[test]
    fn a_countdown_speaks_three_times() {
        let mut marks: Vec<_> = (0..=90).rev().map(spoken_mark).collect();
        marks.dedup();
        assert_eq!(marks, [None, Some(60), Some(30), Some(10), None]);
    }

    #[test]
    fn placeholders_are_filled() {
        let value = |name: &str| match name {
            "amount" => "150".to_owned(),
            "name" => "Duka {x}".to_owned(),
            _ => String::new(),
        };
        let filled = |text| fill(text, value);
        assert_eq!(
            filled("Pay KES {amount} to {name}."),
            "Pay KES 150 to Duka {x}."
        );
        assert_eq!(filled("no {such} thing"), "no  thing");
        assert_eq!(filled("open {amount"), "open 150");
    }

    #[test]
    fn texts_are_cut_where_the_library_would() {
        for (text, part) in [
            ("a. b. c", ". "),
            ("", "x"),
            ("x", "x"),
            ("ab", "abc"),
            ("sw: é{", "{"),
        ] {
            assert_eq!(cut(text, part), text.split_once(part), "{text:?} {part:?}");
        }
        assert_eq!(
            replaced("in {x} s", "in {x}", "now"),
            Some("now s".to_owned())
        );
        assert_eq!([0, 7, 120_304].map(digits), ["0", "7", "120304"]);
    }

    #[test]
    fn thousands_are_marked() {
        assert_eq!(
            [0, 999, 1_500, 250_000].map(shillings),
            ["0", "999", "1,500", "250,000"]
        );
    }
}
