//! `Place`: where a sweep through the rosters stands. A sweep goes day by day, oldest first, and within a day in the
//! order of references; it may stop after any page and go on later.

use crate::eat::DAY_MS;
use core::fmt;

/// What is seen: everything before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The UTC day, counted from the epoch.
    day: u64,
    /// The last reference of that day that was seen; empty before the first.
    after: String,
}

impl Place {
    /// Before the first payment of the last `days` days, of which today is one.
    pub fn days_back(days: u64, now_ms: u64) -> Place {
        Place {
            day: (now_ms / DAY_MS).saturating_sub(days.saturating_sub(1)),
            after: String::new(),
        }
    }

    /// Reads `{day}:{reference}`, as a place is written.
    pub fn parse(text: &str) -> Option<Place> {
        let (day, after) = text.split_once(':')?;
        let is_reference = after.len() <= 12 && after.bytes().all(|b| b.is_ascii_alphanumeric());
        is_reference.then_some(Place {
            day: day.parse().ok()?,
            after: after.to_owned(),
        })
    }

    /// A moment of its day, in Unix milliseconds: by it the roster is found.
    pub fn day_ms(&self) -> u64 {
        self.day.saturating_mul(DAY_MS)
    }

    /// The reference after which the next page begins.
    pub fn after(&self) -> &str {
        &self.after
    }

    /// Where to go on when `page` was seen, of at most `page_max` references; none when today's last one was among them.
    pub fn next(self, page: &[String], page_max: usize, now_ms: u64) -> Option<Place> {
        match page.last() {
            Some(last) if page.len() >= page_max => Some(Place {
                after: last.clone(),
                ..self
            }),
            Some(_) | None => self.skip(now_ms),
        }
    }

    /// Where to go on when nothing more of this day is looked at; none when it is today.
    pub fn skip(self, now_ms: u64) -> Option<Place> {
        (self.day < now_ms / DAY_MS).then(|| Place {
            day: self.day + 1,
            after: String::new(),
        })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.day, self.after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-06-01 12:00 UTC.
    const NOW_MS: u64 = 1_780_315_200_000;

    fn page(references: &[&str]) -> Vec<String> {
        references.iter().map(|&r| r.to_owned()).collect()
    }

    #[test]
    fn a_sweep_sees_every_page_of_every_day_once() {
        let mut place = Place::days_back(2, NOW_MS);
        let mut seen = Vec::new();
        for references in [["A", "B"].as_slice(), &["C"], &["A", "D"], &[]] {
            let before = (place.day_ms() / DAY_MS, place.after().to_owned());
            seen.push(before);
            match place.clone().next(&page(references), 2, NOW_MS) {
                Some(next) => place = next,
                None => assert_eq!(references, &[] as &[&str], "only after today's last page"),
            }
        }
        let today = NOW_MS / DAY_MS;
        let expected = [(today - 1, ""), (today - 1, "B"), (today, ""), (today, "D")];
        assert_eq!(seen, expected.map(|(day, after)| (day, after.to_owned())));
    }

    #[test]
    fn a_place_is_read_back() {
        let place = Place::days_back(400, NOW_MS);
        assert_eq!(Place::parse(&place.to_string()), Some(place.clone()));
        let later = place.next(&page(&["M0123456ABC"]), 1, NOW_MS);
        assert_eq!(
            later.as_ref().and_then(|l| Place::parse(&l.to_string())),
            later
        );
        for wrong in ["", "A", "1", "x:A", "1:a'b", "-1:A"] {
            assert_eq!(Place::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_day_that_cannot_be_read_keeps_no_later_day_waiting() {
        let place = Place::days_back(2, NOW_MS);
        let full = place.next(&page(&["A", "B"]), 2, NOW_MS).unwrap();
        let today = full.skip(NOW_MS).unwrap();
        assert_eq!(today, Place::days_back(1, NOW_MS));
        assert_eq!(today.skip(NOW_MS), None);
    }

    #[test]
    fn a_place_in_the_future_ends_the_sweep() {
        let place = Place::parse("99999999:").unwrap();
        assert_eq!(place.next(&[], 2, NOW_MS), None);
    }
}
