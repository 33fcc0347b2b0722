//! East Africa Time as people read it: the days that a shop counts by, and moments in its lists.

use chrono::{DateTime, Datelike, Timelike};
use core::fmt;

/// Kenya is three hours ahead of UTC all year.
const AHEAD_MS: u64 = 3 * 3600 * 1000;
/// A day, in milliseconds.
pub const DAY_MS: u64 = 24 * 3600 * 1000;

/// A day in Kenya, from midnight to midnight. Displayed `2026-11-26`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(u64);

impl Day {
    /// The day that a moment, in Unix milliseconds, lies in.
    pub fn of(at_ms: u64) -> Day {
        Day(at_ms.saturating_add(AHEAD_MS) / DAY_MS)
    }

    /// So many days earlier; never before 2 January 1970.
    pub fn back(self, days: u64) -> Day {
        Day(self.0.saturating_sub(days).max(1))
    }

    /// Its midnight, in Unix milliseconds.
    pub fn starts_at_ms(self) -> u64 {
        (self.0 * DAY_MS).saturating_sub(AHEAD_MS)
    }

    /// The midnight that ends it, in Unix milliseconds.
    pub fn ends_at_ms(self) -> u64 {
        self.starts_at_ms() + DAY_MS
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let date = eat(self.starts_at_ms()).date_naive();
        write!(
            f,
            "{:04}-{:02}-{:02}",
            date.year(),
            date.month(),
            date.day()
        )
    }
}

/// `2026-11-26T18:39:05+03:00`: ISO 8601, to the second. Moments outside the calendar become the epoch.
pub fn iso(at_ms: u64) -> String {
    let time = eat(at_ms).time();
    format!(
        "{}T{:02}:{:02}:{:02}+03:00",
        Day::of(at_ms),
        time.hour(),
        time.minute(),
        time.second()
    )
}

/// The moment whose UTC clock shows Kenya's time.
fn eat(at_ms: u64) -> DateTime<chrono::Utc> {
    let moment = i64::try_from(at_ms.saturating_add(AHEAD_MS)).ok();
    moment
        .and_then(DateTime::from_timestamp_millis)
        .filter(|moment| moment.year() <= 9999)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::daraja::Instant;

    #[test]
    fn a_day_begins_at_nairobis_midnight() {
        let day = Day::of(1_780_342_564_000);
        assert_eq!(day.to_string(), "2026-06-01");
        assert_eq!(
            Instant::from_unix_ms(day.starts_at_ms()).timestamp(),
            "20260601000000"
        );
        assert_eq!(Day::of(day.starts_at_ms()), day);
        assert_eq!(Day::of(day.starts_at_ms() - 1), day.back(1));
        assert_eq!(Day::of(day.ends_at_ms()), Day::of(day.ends_at_ms() - 1 + 1));
        assert_eq!(Day::of(day.ends_at_ms()).back(1), day);
        assert_eq!(day.back(92).to_string(), "2026-03-01");
        assert_eq!(Day::of(5).back(7).to_string(), "1970-01-02");
    }

    #[test]
    fn a_moment_is_written_with_its_offset() {
        assert_eq!(iso(1_780_342_564_999), "2026-06-01T22:36:04+03:00");
        assert_eq!(
            iso(1_780_342_564_999 + 7_200_000),
            "2026-06-02T00:36:04+03:00"
        );
        assert_eq!(iso(0), "1970-01-01T03:00:00+03:00");
    }
}
