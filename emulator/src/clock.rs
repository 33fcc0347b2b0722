//! The one place that reads the time; it can run fast, so that a story of a minute fits into a test.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use jiff::{Timestamp, Zoned, tz};

/// Unix time that starts at the wall clock's and runs `speed` times as fast.
#[derive(Debug)]
pub(crate) struct Clock {
    started: Instant,
    started_at_ms: u64,
    speed: f64,
}

impl Clock {
    pub(crate) fn start(speed: f64) -> Self {
        let since_epoch = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Self {
            started: Instant::now(),
            started_at_ms: u64::try_from(since_epoch.as_millis()).unwrap_or_default(),
            speed: if speed.is_finite() && speed > 0.0 {
                speed
            } else {
                1.0
            },
        }
    }

    pub(crate) fn now_ms(&self) -> u64 {
        let elapsed = self.started.elapsed().mul_f64(self.speed);
        self.started_at_ms + u64::try_from(elapsed.as_millis()).unwrap_or_default()
    }

    pub(crate) async fn sleep_until(&self, at_ms: u64) {
        let left_ms = at_ms.saturating_sub(self.now_ms());
        if left_ms > 0 {
            tokio::time::sleep(Duration::from_millis(left_ms).div_f64(self.speed)).await;
        }
    }
}

/// The same instant in East African Time, which Daraja writes everywhere: UTC+3, no summer time.
pub(crate) fn in_nairobi(at_ms: u64) -> Zoned {
    let millis = i64::try_from(at_ms).unwrap_or(i64::MAX);
    let timestamp = Timestamp::from_millisecond(millis).unwrap_or(Timestamp::MAX);
    timestamp.to_zoned(tz::TimeZone::fixed(tz::offset(3)))
}
