//! The summary of a shop's days: which days are asked of the ledger, and what its answer means.

use crate::eat::Day;
use serde_json::{Value, json};

/// The days that a summary has if nothing else is asked for.
pub const DAYS: u64 = 7;
/// The most days that a summary has: a quarter of a year.
pub const DAYS_MAX: u64 = 92;

/// The last so many days, today included, oldest first.
pub fn days(now_ms: u64, count: u64) -> Vec<Day> {
    let today = Day::of(now_ms);
    (0..count).rev().map(|back| today.back(back)).collect()
}

/// The days as the ledger reads them: `[[name, its midnight, the next], …]`.
pub fn asked(days: &[Day]) -> Value {
    let asked = |day: &Day| json!([day.to_string(), day.starts_at_ms(), day.ends_at_ms()]);
    days.iter().map(asked).collect()
}

/// What the ledger has answered, as the shop reads it: today stands out, with the share of its pushed payments that is paid
/// (none while nothing was pushed).
pub fn told(mut answer: Value) -> Value {
    let pushed = answer["pushed"].take();
    let count = |name: &str| pushed[name].as_u64().unwrap_or(0);
    let today = answer["days"]
        .as_array()
        .and_then(|days| days.last().cloned());
    let today = today.unwrap_or_default();
    let success_rate = (count("pushed") > 0).then(|| {
        // To four places; both are far below 2^53.
        let share = count("paid") as f64 / count("pushed") as f64;
        (share * 10_000.0).round() / 10_000.0
    });
    json!({
        "today": {
            "paid_kes": today["paid_kes"],
            "payments": today["payments"],
            "paid": today["paid"],
            "declined": count("declined"),
            "success_rate": success_rate,
        },
        "days": answer["days"],
        "codes": answer["codes"],
        "needs": answer["needs"],
        "compared": answer["compared"],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_days_end_today_and_lie_side_by_side() {
        let days = days(1_780_342_564_000, 3);
        let names: Vec<String> = days.iter().map(Day::to_string).collect();
        assert_eq!(names, ["2026-05-30", "2026-05-31", "2026-06-01"]);
        let asked = asked(&days);
        assert_eq!(asked[0][2], asked[1][1]);
        assert_eq!(asked[2][0], "2026-06-01");
    }

    #[test]
    fn today_is_the_last_day_and_its_rate_is_of_pushed_payments() {
        let day =
            |paid_kes: u64| json!({"day": "d", "paid_kes": paid_kes, "payments": 5, "paid": 2});
        let answer = |pushed: u64| {
            json!({
                "days": [day(1), day(2)], "codes": [], "needs": {},
                "pushed": {"pushed": pushed, "paid": 2, "declined": 1},
            })
        };
        let told_of = told(answer(3));
        assert_eq!(told_of["today"]["paid_kes"], 2);
        assert_eq!(told_of["today"]["declined"], 1);
        assert_eq!(told_of["today"]["success_rate"], 0.6667);
        assert_eq!(told(answer(0))["today"]["success_rate"], Value::Null);
        assert_eq!(told_of.get("pushed"), None);
    }
}
