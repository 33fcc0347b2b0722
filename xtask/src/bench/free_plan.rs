//! How many payments a day Cloudflare's free plan carries. Its limits are from Cloudflare's documentation, below
//! <https://developers.cloudflare.com>, read in November 2026.

use super::counters::Counts;

/// "Limits" of Workers, `/workers/platform/limits/`: CPU of an invocation, in milliseconds.
pub(super) const CPU_MS: f64 = 10.0;
/// The same page, "Subrequests", and the changelog of 11 February 2026, `/changelog/post/2026-02-11-subrequests-limit/`: 50 to the world
/// an invocation, and 1,000 to Cloudflare's own services beside them. The goal counts both against the 50.
pub(super) const CALLS: f64 = 50.0;
/// Memory that an active object is billed for, in GB: `/durable-objects/platform/pricing/`, "Compute billing".
const OBJECT_GB: f64 = 0.128;

/// Scheduled runs a day, every five minutes (`wrangler.toml`).
const SWEEPS: f64 = 288.0;
/// Each sweep reads the rosters of today and yesterday, so that it meets a payment on one and a half days.
const DAYS_SWEPT: f64 = 1.5;

/// How much of one daily limit is used.
#[derive(Debug)]
pub(super) struct Use {
    pub(super) what: &'static str,
    pub(super) limit: f64,
    /// By one payment.
    pub(super) payment: f64,
    /// By one sweep without payments.
    pub(super) sweep: f64,
    /// By one sweep for each payment that it meets.
    pub(super) met: f64,
}

impl Use {
    /// How many payments a day fit beside the sweeps; as many as one likes when none uses anything.
    pub(super) fn payments(&self) -> f64 {
        let each = self.payment + SWEEPS * DAYS_SWEPT * self.met;
        let left = (self.limit - SWEEPS * self.sweep).max(0.0);
        if each > 0.0 {
            (left / each).floor()
        } else {
            f64::INFINITY
        }
    }
}

/// What was counted over some payments, of a sweep before them, and of one after them.
pub(super) struct Counted<'a> {
    pub(super) payments: f64,
    pub(super) paid: &'a Counts,
    pub(super) sweep_before: &'a Counts,
    pub(super) sweep_after: &'a Counts,
}

/// GB-s of all objects.
pub(super) fn gb_s(counts: &Counts) -> f64 {
    counts.storage().active_ms / 1000.0 * OBJECT_GB
}

/// What a limit of the free plan counts.
type Count = fn(&Counts) -> f64;

/// `/workers/platform/pricing/`, `/durable-objects/platform/pricing/`, `/d1/platform/pricing/`, `/kv/platform/pricing/`.
const LIMITS: [(&str, f64, Count); 9] = [
    ("requests to the Worker", 100_000.0, Counts::of_edge),
    ("requests to objects", 100_000.0, |counts| {
        counts.invocations() - counts.of_edge()
    }),
    ("GB-s of objects", 13_000.0, gb_s),
    ("rows read in objects", 5_000_000.0, |counts| {
        counts.storage().rows_read
    }),
    ("rows written in objects", 100_000.0, |counts| {
        counts.storage().rows_written
    }),
    ("rows read in D1", 5_000_000.0, |counts| {
        counts.ledger().rows_read
    }),
    ("rows written in D1", 100_000.0, |counts| {
        counts.ledger().rows_written
    }),
    ("reads of KV", 100_000.0, |counts| counts.tokens().rows_read),
    ("writes of KV", 1_000.0, |counts| {
        counts.tokens().rows_written
    }),
];

/// How much of each daily limit is used.
pub(super) fn uses(counted: &Counted<'_>) -> Vec<Use> {
    let of = |(what, limit, count): (&'static str, f64, Count)| Use {
        what,
        limit,
        payment: count(counted.paid) / counted.payments,
        sweep: count(counted.sweep_before),
        met: (count(counted.sweep_after) - count(counted.sweep_before)).max(0.0) / counted.payments,
    };
    LIMITS.map(of).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payments(limit: f64, payment: f64, sweep: f64, met: f64) -> f64 {
        let what = "rows";
        let of = Use {
            what,
            limit,
            payment,
            sweep,
            met,
        };
        of.payments()
    }

    #[test]
    fn sweeps_take_their_share_first_and_meet_each_payment_again_and_again() {
        assert_eq!(payments(100_000.0, 40.0, 0.0, 0.0), 2_500.0);
        assert_eq!(payments(100_000.0, 40.0, 100.0, 0.0), 1_780.0);
        assert_eq!(
            payments(100_000.0, 40.0, 0.0, 0.1),
            1_201.0,
            "40 + 432 / 10 each"
        );
        assert_eq!(payments(100_000.0, 40.0, 1_000.0, 0.0), 0.0);
    }

    #[test]
    fn what_no_payment_uses_limits_nothing() {
        assert_eq!(payments(1_000.0, 0.0, 1.0, 0.0), f64::INFINITY);
    }

    #[test]
    fn an_active_second_is_128_mb() {
        let counts = serde_json::json!({ "invocations": [], "crossings": {}, "alarms_set": 0, "objects": { "A": {
            "transactions": 0, "lone_writes": 0, "statements": 0, "rows_read": 0, "rows_written": 0, "active_ms": 1_000_000
        } } });
        let counts: Counts = serde_json::from_value(counts).unwrap();
        // Cloudflare's own example 1: a million seconds are 128,000 GB-s.
        assert!((gb_s(&counts) - 128.0).abs() < 1e-9);
    }
}
