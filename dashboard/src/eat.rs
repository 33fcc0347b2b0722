//! Kenya's time: EAT, three hours ahead of UTC, all year. Days, and times as people read them.

const EAT_MS: u64 = 3 * 3600 * 1000;
const DAY_MS: u64 = 24 * 3600 * 1000;
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
const WEEKDAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]; // 1 January 1970 was a Thursday

/// A day of Kenya's calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Day {
    year: i64,
    month: usize,
    day: u64,
    /// Days since 1 January 1970.
    number: u64,
}

impl Day {
    /// The day of a moment, in Unix milliseconds.
    pub(crate) fn of(at_ms: u64) -> Day {
        let number = at_ms.saturating_add(EAT_MS) / DAY_MS;
        // Howard Hinnant's `civil_from_days`, for days after 1970.
        let shifted = i64::try_from(number).unwrap_or(0) + 719_468;
        let era = shifted / 146_097;
        let of_era = shifted % 146_097;
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * shifted_month + 2) / 5 + 1;
        let month = if shifted_month < 10 {
            shifted_month + 3
        } else {
            shifted_month - 9
        };
        Day {
            year: year_of_era + era * 400 + i64::from(month <= 2),
            month: usize::try_from(month).unwrap_or(1),
            day: u64::try_from(day).unwrap_or(1),
            number,
        }
    }

    /// Reads `2026-11-26`, as a date field writes it; none for days that there are not.
    pub(crate) fn parse(text: &str) -> Option<Day> {
        let mut parts = text.split('-');
        let year: i64 = parts.next()?.parse().ok()?;
        let month: i64 = parts.next()?.parse().ok()?;
        let day: i64 = parts.next()?.parse().ok()?;
        if parts.next().is_some() || !(1970..=9999).contains(&year) || !(1..=12).contains(&month) {
            return None;
        }
        let shifted = if month <= 2 { year - 1 } else { year };
        let of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
        let of_era = (shifted % 400) * 365 + (shifted % 400) / 4 - (shifted % 400) / 100 + of_year;
        let number = u64::try_from((shifted / 400) * 146_097 + of_era - 719_468).ok()?;
        // The second of the day, so that no rounding can move it.
        let read = Day::of((number * DAY_MS + 1_000).checked_sub(EAT_MS)?);
        (read.day == u64::try_from(day).ok()? && read.month == usize::try_from(month).ok()?)
            .then_some(read)
    }

    /// When it begins, in Unix milliseconds.
    pub(crate) fn begins_at_ms(self) -> u64 {
        (self.number * DAY_MS).saturating_sub(EAT_MS)
    }

    /// When it ends, in Unix milliseconds.
    pub(crate) fn ends_at_ms(self) -> u64 {
        self.begins_at_ms() + DAY_MS
    }

    /// `2026-11-26`.
    pub(crate) fn iso(self) -> String {
        format!("{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }

    /// `Thu`.
    pub(crate) fn weekday(self) -> &'static str {
        WEEKDAYS[usize::try_from(self.number % 7).unwrap_or(0)]
    }

    /// `26 Nov`.
    pub(crate) fn short(self) -> String {
        format!("{} {}", self.day, self.month_name())
    }

    /// `Thu 26 Nov 2026`.
    pub(crate) fn long(self) -> String {
        format!("{} {} {}", self.weekday(), self.short(), self.year)
    }

    fn month_name(self) -> &'static str {
        MONTHS.get(self.month - 1).copied().unwrap_or_default()
    }
}

/// `14:03`, `Yesterday 14:03`, `24 Nov 14:03`, or with the year where it is another one.
pub(crate) fn when(at_ms: u64, now_ms: u64) -> String {
    let (day, today) = (Day::of(at_ms), Day::of(now_ms));
    let time = clock(at_ms);
    if day == today {
        format!("Today {time}")
    } else if day.number + 1 == today.number {
        format!("Yesterday {time}")
    } else if day.year == today.year {
        format!("{} {time}", day.short())
    } else {
        format!("{} {} {time}", day.short(), day.year)
    }
}

/// `14:03:09`: for stories of seconds.
pub(crate) fn exact(at_ms: u64) -> String {
    let secs = at_ms / 1000 % 60;
    format!("{}:{secs:02}", clock(at_ms))
}

fn clock(at_ms: u64) -> String {
    let minutes = (at_ms + EAT_MS) / 60_000 % (24 * 60);
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 26 November 2026, 18:43 in Nairobi.
    const NOW_MS: u64 = 1_795_707_780_000;

    #[test]
    fn days_are_kenyas() {
        let last_ms = Day::parse("2026-11-26").unwrap().ends_at_ms() - 1;
        assert_eq!(Day::of(last_ms).iso(), "2026-11-26");
        assert_eq!(Day::of(last_ms + 1).iso(), "2026-11-27");
        assert_eq!(last_ms % DAY_MS, DAY_MS - EAT_MS - 1, "21:00 UTC");
        assert_eq!(Day::of(0).iso(), "1970-01-01");
        assert_eq!(Day::of(NOW_MS).long(), "Thu 26 Nov 2026");
    }

    #[test]
    fn every_day_is_read_as_it_is_written() {
        for number in (1..40_000).step_by(13) {
            let day = Day::of(number * DAY_MS);
            assert_eq!(Day::parse(&day.iso()), Some(day), "{}", day.iso());
        }
        for leap in ["2028-02-29", "2000-02-29", "2026-12-31"] {
            assert_eq!(Day::parse(leap).map(Day::iso).as_deref(), Some(leap));
        }
        for wrong in [
            "",
            "2026-02-29",
            "2026-13-01",
            "2026-11-31",
            "26-11-26",
            "2026-11-26-1",
        ] {
            assert_eq!(Day::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn times_are_as_long_as_they_have_to_be() {
        for (back_ms, expected) in [
            (0, "Today 18:43"),
            (19 * 3_600_000, "Yesterday 23:43"),
            (3 * DAY_MS, "23 Nov 18:43"),
            (365 * DAY_MS, "26 Nov 2025 18:43"),
        ] {
            assert_eq!(when(NOW_MS - back_ms, NOW_MS), expected);
        }
        assert_eq!(exact(NOW_MS + 9_000), "18:43:09");
    }
}
