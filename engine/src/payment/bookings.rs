//! `Bookings`: when the ledger and the roster are told of a payment. A payment's object keeps it: it leaves memory between two
//! tries.

use super::rules;

/// The tries in vain since the books last knew all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Bookings {
    /// How many.
    pub failed: u64,
    /// When the last of them was, in Unix milliseconds.
    pub tried_at_ms: u64,
}

impl Bookings {
    /// When the books are told next of what they lack since `since_ms`, in Unix milliseconds.
    pub fn next_at_ms(self, since_ms: u64) -> u64 {
        let first_ms = since_ms.saturating_add(rules::BOOKS_AFTER_MS);
        if self.failed == 0 {
            return first_ms;
        }
        let pause_ms =
            (rules::BOOKS_AGAIN_MS_MIN << self.failed.min(16)).min(rules::BOOKS_AGAIN_MS_MAX);
        first_ms.max(self.tried_at_ms.saturating_add(pause_ms))
    }

    /// The same after another try.
    #[must_use]
    pub fn after(self, is_kept: bool, now_ms: u64) -> Bookings {
        if is_kept {
            return Bookings::default();
        }
        Bookings {
            failed: self.failed + 1,
            tried_at_ms: now_ms,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_time_is_soon_after_the_last_change() {
        assert_eq!(Bookings::default().next_at_ms(5_000), 7_000);
    }

    #[test]
    fn each_try_in_vain_is_followed_by_a_longer_pause_up_to_ten_minutes() {
        let mut bookings = Bookings::default();
        let mut now_ms = 7_000;
        let mut pauses = Vec::new();
        for _ in 0..12 {
            bookings = bookings.after(false, now_ms);
            let next_ms = bookings.next_at_ms(5_000);
            pauses.push(next_ms - now_ms);
            now_ms = next_ms;
        }
        assert_eq!(pauses[..4], [4_000, 8_000, 16_000, 32_000]);
        assert_eq!(pauses[11], rules::BOOKS_AGAIN_MS_MAX);
        assert_eq!(bookings.after(true, now_ms), Bookings::default());
    }

    #[test]
    fn a_change_does_not_end_the_pause() {
        let bookings = Bookings {
            failed: 20,
            tried_at_ms: 50_000,
        };
        assert_eq!(bookings.next_at_ms(60_000), 650_000);
    }
}
