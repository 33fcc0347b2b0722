//! `WallTime`: a date and a time of day as somebody wrote them, before it is known in which zone.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Timelike};

/// A date and a time of day without a zone, to the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct WallTime(NaiveDateTime);

/// East Africa Time is this far ahead of UTC, in milliseconds, all year.
pub const EAT_AHEAD_MS: u64 = 3 * 3_600_000;

impl WallTime {
    /// Reads `2026-11-20 14:03:11`, `20-11-2026 14:03:11` or `20/11/2026 14:03:11`, with a space or a `T` between, and also
    /// without seconds; what stands behind it comes with it. The day never follows the month of a date that begins with a year.
    pub fn parse(text: &str) -> Option<(WallTime, &str)> {
        let (date, rest) = text.trim_start().split_once([' ', 'T'])?;
        let date = read_date(date)?;
        let (hour, rest) = digits(rest.trim_start())?;
        let (minute, rest) = digits(rest.strip_prefix(':')?)?;
        let (second, rest) = match rest.strip_prefix(':') {
            Some(seconds) => digits(seconds)?,
            None => (0, rest),
        };
        let moment = date.and_hms_opt(hour, minute, second)?;
        // Before the epoch nobody paid.
        (moment.and_utc().timestamp_millis() >= 0).then_some((WallTime(moment), rest))
    }

    /// Unix milliseconds, if it was written in UTC.
    pub fn utc_ms(self) -> u64 {
        u64::try_from(self.0.and_utc().timestamp_millis()).unwrap_or(0)
    }

    /// Unix milliseconds, if it was written in East Africa Time.
    pub fn eat_ms(self) -> u64 {
        self.utc_ms().saturating_sub(EAT_AHEAD_MS)
    }

    /// The clock on the wall in Nairobi at this moment, in Unix milliseconds.
    pub fn in_nairobi(at_ms: u64) -> WallTime {
        let ahead = i64::try_from(at_ms.saturating_add(EAT_AHEAD_MS)).ok();
        let moment = ahead.and_then(DateTime::from_timestamp_millis);
        WallTime(moment.unwrap_or_default().naive_utc())
    }

    /// As `2026-11-20 14:03:11`.
    pub fn text(self) -> String {
        // By hand: chrono's formatter is 20 KB of the Worker.
        let (date, time) = (self.0.date(), self.0.time());
        format!(
            "{:04}-{:02}-{:02} {:02}:{:02}:{:02}",
            date.year(),
            date.month(),
            date.day(),
            time.hour(),
            time.minute(),
            time.second()
        )
    }
}

fn read_date(text: &str) -> Option<NaiveDate> {
    let mut parts = text.split(['-', '/']);
    let (first, month, last) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let (year, day) = match (first.len(), last.len()) {
        (4, 1..=2) => (first, last),
        (1..=2, 4) => (last, first),
        _ => return None,
    };
    let is_number = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if ![year, month, day].into_iter().all(is_number) {
        return None;
    }
    NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

/// One or two digits, and what follows them.
fn digits(text: &str) -> Option<(u32, &str)> {
    let is_digit = |c: char| c.is_ascii_digit();
    let len = text.find(|c| !is_digit(c)).unwrap_or(text.len());
    let (number, rest) = text.split_at_checked(len)?;
    (1..=2).contains(&len).then_some(())?;
    Some((number.parse().ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-20 14:03:11 in Nairobi.
    const AT_MS: u64 = 1_795_172_591_000;

    #[track_caller]
    fn eat_ms(text: &str) -> Option<u64> {
        WallTime::parse(text).map(|(time, _)| time.eat_ms())
    }

    #[test]
    fn the_forms_that_were_seen_are_one_moment() {
        for text in [
            "2026-11-20 14:03:11",
            "20-11-2026 14:03:11",
            "20/11/2026 14:03:11",
            " 2026-11-20T14:03:11Z",
        ] {
            assert_eq!(eat_ms(text), Some(AT_MS), "{text}");
        }
        assert_eq!(eat_ms("20/11/2026 14:03"), Some(AT_MS - 11_000));
        assert_eq!(eat_ms("5/1/2026 9:03"), eat_ms("2026-01-05 09:03:00"));
    }

    #[test]
    fn what_stands_behind_it_is_not_lost() {
        let rest = |text| WallTime::parse(text).map(|(_, rest)| rest);
        assert_eq!(rest("2026-11-20 14:03:11 To later"), Some(" To later"));
        assert_eq!(rest("2026-11-20T14:03:11.000Z"), Some(".000Z"));
        assert_eq!(rest("20/11/2026 02:03 PM"), Some(" PM"));
        assert_eq!(rest("2026-11-20 14:3x:11"), Some("x:11"));
    }

    #[test]
    fn what_is_no_moment_is_none() {
        for text in [
            "",
            "2026-11-20",
            "11/20/2026 14:03:11",
            "2026-20-11 14:03:11",
            "20-11-26 14:03:11",
            "2026-11-20 25:00:00",
            "2026-11-20 14",
            "+026-11-20 14:03:11",
            "2026-11-20-1 14:03:11",
            "1969-12-31 23:59:59",
            "2026-11-20 140:03:11",
        ] {
            assert_eq!(eat_ms(text), None, "{text}");
        }
    }

    #[test]
    fn a_moment_is_written_as_it_is_read() {
        let time = WallTime::in_nairobi(AT_MS);
        assert_eq!(time.text(), "2026-11-20 14:03:11");
        assert_eq!(WallTime::parse(&time.text()), Some((time, "")));
        assert_eq!(time.utc_ms(), AT_MS + EAT_AHEAD_MS);
    }
}
