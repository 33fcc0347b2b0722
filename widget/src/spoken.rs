//! Texts with values in them: amounts, times as they are spoken, placeholders filled.

use malipo_shared::sentences::Language;

/// `text` with each `{name}` replaced by its value.
pub(crate) fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some((before, from)) = rest.split_once('{') {
        filled.push_str(before);
        let (name, after) = from.split_once('}').unwrap_or((from, ""));
        let value = values.iter().find(|(known, _)| *known == name);
        filled.push_str(value.map_or("", |(_, value)| value));
        rest = after;
    }
    filled.push_str(rest);
    filled
}

/// Shillings with their thousands marked: `1,500`. Zero is possible here, unlike in `Kes`.
pub(crate) fn shillings(kes: u32) -> String {
    let digits = kes.to_string();
    let mut marked = String::with_capacity(digits.len() + 2);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            marked.push(',');
        }
        marked.push(digit);
    }
    marked
}

/// `2 minutes 5 seconds`, `dakika 2 na sekunde 5`: read aloud, "2:05" would be a clock time.
pub(crate) fn duration(secs: u32, language: Language) -> String {
    let (minutes, rest) = (secs / 60, secs % 60);
    let part = |count: u32, unit: Unit| match language {
        Language::En if count == 1 => ["1 ", unit.en].concat(),
        Language::En => [&count.to_string(), " ", unit.en, "s"].concat(),
        Language::Sw => [unit.sw, " ", &count.to_string()].concat(),
    };
    match (minutes, rest) {
        (0, _) => part(rest, SECOND),
        (_, 0) => part(minutes, MINUTE),
        (_, _) => {
            let join = match language {
                Language::En => " ",
                Language::Sw => " na ",
            };
            [part(minutes, MINUTE), part(rest, SECOND)].join(join)
        }
    }
}

/// Whole seconds from `now_ms` until `until_ms`, rounded up: 0 only when the time has come.
pub(crate) fn secs_until(until_ms: u64, now_ms: u64) -> u32 {
    u32::try_from(until_ms.saturating_sub(now_ms).div_ceil(1000)).unwrap_or(u32::MAX)
}

/// At which of the few moments a countdown is spoken: 60, 30 and 10 seconds before its end. The
/// answer changes only then, so a screen reader is not talked over each second.
pub(crate) const fn spoken_mark(secs_left: u32) -> Option<u32> {
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
        let values = [("amount", "150"), ("name", "Duka {x}")];
        assert_eq!(
            fill("Pay KES {amount} to {name}.", &values),
            "Pay KES 150 to Duka {x}."
        );
        assert_eq!(fill("no {such} thing", &values), "no  thing");
        assert_eq!(fill("open {amount", &values), "open 150");
    }

    #[test]
    fn thousands_are_marked() {
        assert_eq!(
            [0, 999, 1_500, 250_000].map(shillings),
            ["0", "999", "1,500", "250,000"]
        );
    }
}
