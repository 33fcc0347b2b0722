//! The one place that reads the time. It can run fast, or stand still and be moved on by hand, so that a story of a
//! minute fits into a test.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use jiff::{Timestamp, Zoned, tz};
use tokio::sync::watch;

/// Unix time that starts at the wall clock's and runs `speed` times as fast.
#[derive(Debug)]
pub(crate) struct Clock {
    started: Instant,
    started_at_ms: u64,
    speed: f64,
    advanced_ms: watch::Sender<u64>,
}

impl Clock {
    /// A speed that is not a number, or below 0, is that of real life.
    pub(crate) fn start(speed: f64) -> Self {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH);
        Self {
            started: Instant::now(),
            started_at_ms: whole_ms(since_epoch.unwrap_or_default()),
            speed: if speed.is_finite() && speed >= 0.0 {
                speed
            } else {
                1.0
            },
            advanced_ms: watch::Sender::new(0),
        }
    }

    pub(crate) fn now_ms(&self) -> u64 {
        let elapsed = self.started.elapsed().mul_f64(self.speed);
        self.started_at_ms + *self.advanced_ms.borrow() + whole_ms(elapsed)
    }

    /// Skips time: whatever falls due in it happens now.
    pub(crate) fn advance(&self, ms: u64) {
        self.advanced_ms
            .send_modify(|advanced_ms| *advanced_ms = advanced_ms.saturating_add(ms));
    }

    pub(crate) async fn sleep_until(&self, at_ms: u64) {
        let mut advances = self.advanced_ms.subscribe();
        loop {
            let left_ms = at_ms.saturating_sub(self.now_ms());
            if left_ms == 0 {
                return;
            }
            tokio::select! {
                () = self.pass(left_ms) => {}
                _ = advances.changed() => {} // the sender lives in `self`
            }
        }
    }

    async fn pass(&self, ms: u64) {
        if self.speed == 0.0 {
            return std::future::pending().await;
        }
        let real = Duration::from_millis(ms).as_secs_f64() / self.speed;
        tokio::time::sleep(Duration::try_from_secs_f64(real).unwrap_or(Duration::MAX)).await;
    }
}

/// The same instant in East African Time, which Daraja writes everywhere: UTC+3, no summer time.
pub(crate) fn in_nairobi(at_ms: u64) -> Zoned {
    let millis = i64::try_from(at_ms).unwrap_or(i64::MAX);
    let timestamp = Timestamp::from_millisecond(millis).unwrap_or(Timestamp::MAX);
    timestamp.to_zoned(tz::TimeZone::fixed(tz::offset(3)))
}

/// `YYYYMMDDHHmmss` in East African Time.
pub(crate) fn compact(at_ms: u64) -> String {
    in_nairobi(at_ms).strftime("%Y%m%d%H%M%S").to_string()
}

fn whole_ms(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
