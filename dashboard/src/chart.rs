//! The bars of the last days: where each stands and how high it is.

use crate::eat::Day;
use crate::kes::{brief, kes};
use crate::wire::DaySum;

/// One day's bar. Units of the drawing: [`WIDTH`] by [`HEIGHT`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bar {
    pub(crate) x: usize,
    pub(crate) y: usize,
    pub(crate) width: usize,
    pub(crate) height: usize,
    /// `Thu`.
    pub(crate) label: String,
    /// `35 k`, over the bar; empty for nothing.
    pub(crate) value: String,
    /// `Thu 26 Nov: KES 1,500, 3 payments`, for those who do not see it.
    pub(crate) spoken: String,
}

pub(crate) const WIDTH: usize = 700;
pub(crate) const HEIGHT: usize = 220;
/// Below the bars: the days.
const FOOT: usize = 34;
/// Above them: the sums.
const HEAD: usize = 30;
const GAP: usize = 24;

/// The bars, oldest first; the highest takes all the room.
pub(crate) fn bars(days: &[DaySum]) -> Vec<Bar> {
    let room = HEIGHT - FOOT - HEAD;
    let most = days
        .iter()
        .map(|day| day.paid_kes)
        .max()
        .unwrap_or(0)
        .max(1);
    let step = WIDTH / days.len().max(1);
    let bar = |(at, day): (usize, &DaySum)| {
        let share = day.paid_kes as f64 / most as f64 * room as f64;
        // A day with any money is seen.
        let height = (share as usize).max(if day.paid_kes > 0 { 3 } else { 1 });
        let named = Day::parse(&day.day);
        let long = named.map_or(day.day.clone(), |named| {
            format!("{} {}", named.weekday(), named.short())
        });
        Bar {
            x: at * step + GAP / 2,
            y: HEIGHT - FOOT - height,
            width: step.saturating_sub(GAP),
            height,
            label: named.map_or(day.day.clone(), |named| named.weekday().to_owned()),
            value: if day.paid_kes == 0 {
                String::new()
            } else {
                brief(day.paid_kes)
            },
            spoken: format!("{long}: {}", kes(day.paid_kes)),
        }
    };
    days.iter().enumerate().map(bar).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: &str, paid_kes: u64) -> DaySum {
        DaySum {
            day: day.to_owned(),
            paid_kes,
            payments: 1,
            paid: 1,
        }
    }

    #[test]
    fn the_highest_takes_all_the_room_and_little_is_still_seen() {
        let bars = bars(&[
            day("2026-11-25", 100_000),
            day("2026-11-26", 1),
            day("2026-11-27", 0),
        ]);
        assert_eq!((bars[0].y, bars[0].height), (HEAD, HEIGHT - FOOT - HEAD));
        assert_eq!(bars[1].height, 3);
        assert_eq!((bars[2].height, bars[2].value.as_str()), (1, ""));
        assert_eq!(bars[0].spoken, "Wed 25 Nov: KES 100,000");
        for bar in &bars {
            assert!(bar.x + bar.width <= WIDTH && bar.y + bar.height <= HEIGHT);
        }
    }

    #[test]
    fn no_days_and_no_money_are_no_trouble() {
        assert_eq!(bars(&[]), []);
        assert_eq!(bars(&[day("odd", 0)])[0].label, "odd");
    }
}
