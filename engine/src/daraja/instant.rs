//! `Instant`: one moment that gives both `Timestamp` and `Password`, in Nairobi's time.

use chrono::{DateTime, NaiveDateTime, TimeZone};
use chrono_tz::Africa::Nairobi;

const FORMAT: &str = "%Y%m%d%H%M%S";

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
        Instant(utc.with_timezone(&Nairobi).format(FORMAT).to_string())
    }

    /// The fourteen digits.
    pub fn timestamp(&self) -> &str {
        &self.0
    }
}

/// Unix milliseconds of `YYYYMMDDHHmmss` East Africa Time; none if it is no such moment.
pub fn eat_text_to_ms(text: &str) -> Option<u64> {
    let naive = NaiveDateTime::parse_from_str(text, FORMAT).ok()?;
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
