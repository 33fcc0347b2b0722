//! The names of rosters: one for a merchant's payments of one day.

use chrono::{DateTime, Datelike};
use malipo_shared::LinkId;

/// The roster of the payments that were opened on the UTC day of `opened_at_ms`, in Unix milliseconds:
/// `{env}:{link_id}:{yyyymmdd}`.
pub fn roster_name(env: &str, link: &LinkId, opened_at_ms: u64) -> String {
    let time = i64::try_from(opened_at_ms)
        .ok()
        .and_then(DateTime::from_timestamp_millis)
        .unwrap_or_default();
    let (year, month, day) = (time.year(), time.month(), time.day());
    format!("{env}:{link}:{year:04}{month:02}{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_roster_is_one_utc_day_long() {
        let name = |ms| roster_name("sandbox", &LinkId::parse("main").unwrap(), ms);
        assert_eq!(name(0), "sandbox:main:19700101");
        assert_eq!(name(1_709_251_199_999), "sandbox:main:20240229");
        assert_eq!(name(1_709_251_200_000), "sandbox:main:20240301");
    }
}
