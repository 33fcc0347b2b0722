//! When a message that was not acknowledged is sent again.

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// The pause after each of the first tries, in seconds: three days of backing off.
pub const RETRY_AFTER_SECS: &[u64] = &[
    5,
    30,
    2 * MINUTE,
    10 * MINUTE,
    30 * MINUTE,
    HOUR,
    2 * HOUR,
    4 * HOUR,
    8 * HOUR,
    8 * HOUR,
    12 * HOUR,
    12 * HOUR,
    12 * HOUR,
    12 * HOUR,
];

/// Then once a day, this often; then the message is undelivered.
pub const DAILY_TRIES: u32 = 30;

/// The most that is added to a pause, in thousandths of it.
const JITTER_PER_MILLE: u64 = 100;

/// Whether the shop has heard: any 2xx.
///
/// Everything else is sent again, a redirect too, which is not followed, and a 410, which elsewhere
/// means "stop": news of money is not dropped because a route was moved.
pub const fn is_acknowledged(status: u16) -> bool {
    matches!(status, 200..=299)
}

/// How long to wait before the next try, in seconds, when `tries_done` were not acknowledged: 0 before
/// the first, none when it is given up.
///
/// Up to a tenth is added, by `seed`: a shop that was down is not called by all its payments at once.
/// The seed is a hash of the message's id; the same seed gives the same pauses.
pub fn next_try(tries_done: u32, seed: u32) -> Option<u64> {
    let Some(paused) = tries_done.checked_sub(1) else {
        return Some(0);
    };
    let index = usize::try_from(paused).ok()?;
    let secs = match index.checked_sub(RETRY_AFTER_SECS.len()) {
        None => *RETRY_AFTER_SECS.get(index)?,
        Some(daily) if daily < DAILY_TRIES as usize => DAY,
        Some(_) => return None,
    };
    Some(secs + secs * (mixed(seed, paused) % (JITTER_PER_MILLE + 1)) / 1000)
}

/// Spreads seeds that differ little, and the tries of one seed. Fibonacci hashing: Knuth, volume 3, 6.4.
fn mixed(seed: u32, n: u32) -> u64 {
    let product = (u64::from(seed) << 32 | u64::from(n)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    product >> 40
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_days_of_backing_off_then_a_month_of_days() {
        let backing_off: u64 = RETRY_AFTER_SECS.iter().sum();
        assert!((70 * HOUR..=74 * HOUR).contains(&backing_off));
        assert!(RETRY_AFTER_SECS.is_sorted());
        assert_eq!(next_try(0, 7), Some(0), "the first leaves at once");
        let mut tries = 0;
        let mut last_secs = 0;
        while let Some(secs) = next_try(tries, 0) {
            last_secs = secs;
            tries += 1;
        }
        assert_eq!(tries, 1 + 14 + 30);
        assert!(last_secs >= DAY);
        assert_eq!(next_try(u32::MAX, 0), None);
    }

    #[test]
    fn the_jitter_only_delays_and_by_a_tenth_at_most() {
        let mut seen = std::collections::BTreeSet::new();
        for seed in 0..1000 {
            for (n, secs) in (1..).zip(RETRY_AFTER_SECS) {
                let got = next_try(n, seed).unwrap();
                assert!((*secs..=secs + secs / 10).contains(&got), "{secs}: {got}");
                assert_eq!(
                    next_try(n, seed),
                    Some(got),
                    "the same seed, the same pause"
                );
            }
            seen.insert(next_try(14, seed));
        }
        assert!(seen.len() > 60, "spread over {} pauses", seen.len());
    }

    #[test]
    fn only_2xx_is_heard() {
        for status in [200, 201, 204, 299] {
            assert!(is_acknowledged(status));
        }
        for status in [0, 100, 199, 301, 302, 308, 400, 410, 429, 500] {
            assert!(!is_acknowledged(status), "{status}");
        }
    }
}
