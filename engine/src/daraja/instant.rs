//! `Instant`: one moment that gives both `Timestamp` and `Password`, in Nairobi's time.

use chrono::{DateTime, Datelike, NaiveDate, TimeZone, Timelike};
use chrono_tz::Africa::Nairobi;

/// A moment as Daraja writes it: `YYYYMMDDHHmmss`, East Africa Time.
///
/// Taken once a request: read twice, `Password` and `Timestamp` differ across a second.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instant(String);

impl Instant {
    /// The moment `now_ms` Unix milliseconds. Moments outside the calendar become the epoch.
    pub fn from_unix_ms(now_ms: u64) -> Instant {
        let utc = i64::try_from(now_ms)
            .ok()
            .and_then(DateTime::from_timestamp_millis)
            .unwrap_or_default();
        let eat = utc.with_timezone(&Nairobi);
        // By hand: chrono's formatter is 20 KB of the Worker.
        let (date, time) = (eat.date_naive(), eat.time());
        Instant(format!(
            "{:04}{:02}{:02}{:02}{:02}{:02}",
            date.year(),
            date.month(),
            date.day(),
            time.hour(),
            time.minute(),
            time.second()
        ))
    }

    /// The fourteen digits.
    pub fn timestamp(&self) -> &str {
        &self.0
    }
}

/// Unix milliseconds of `YYYYMMDDHHmmss` East Africa Time; none if it is no such moment.
pub fn eat_text_to_ms(text: &str) -> Option<u64> {
    if text.len() != 14 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number = |at: core::ops::Range<usize>| text.get(at)?.parse::<u32>().ok();
    let year = i32::try_from(number(0..4)?).ok()?;
    let date = NaiveDate::from_ymd_opt(year, number(4..6)?, number(6..8)?)?;
    let naive = date.and_hms_opt(number(8..10)?, number(10..12)?, number(12..14)?)?;
    let moment = Nairobi.from_local_datetime(&naive).single()?;
    u64::try_from(moment.timestamp_millis()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nairobi_is_three_hours_ahead_all_year() {
        assert_eq!(
            Instant::from_unix_ms(1_780_342_564_000).timestamp(),
            "20260601223604"
        );
        assert_eq!(
            Instant::from_unix_ms(1_798_750_799_999).timestamp(),
            "20261231235959"
        );
        assert_eq!(
            Instant::from_unix_ms(u64::MAX).timestamp(),
            "19700101030000"
        );
    }

    #[test]
    fn a_moment_reads_back() {
        assert_eq!(eat_text_to_ms("20260601223604"), Some(1_780_342_564_000));
        for bad in [
            "",
            "20260601",
            "20261301000000",
            "2023-04-26 12:30:00",
            "20260601223604x",
        ] {
            assert_eq!(eat_text_to_ms(bad), None, "{bad}");
        }
    }
}
