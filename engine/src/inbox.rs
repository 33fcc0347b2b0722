//! When a message of the inbox is brought again, and when it is set apart. Nothing in the inbox is deleted because it could not
//! be delivered: it may be proof of money. After [`TRIES_MAX`] tries it waits for a person, who has it tried again.

/// So many tries, then the message is set apart.
pub const TRIES_MAX: u32 = 12;
/// A message that is being brought is brought by nobody else for so long, in milliseconds; after that its try has been lost.
pub const LEASE_MS: u64 = 600_000;
/// After the first try, doubled with each further one, in milliseconds.
const AGAIN_MS: u64 = 300_000;
/// The longest wait, in milliseconds: about eleven hours.
const AGAIN_MS_MAX: u64 = 38_400_000;

/// What becomes of a message that could not be delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// It is brought again then, in Unix milliseconds.
    Until(u64),
    /// It is not brought again by itself.
    SetApart,
}

/// Whether a message is still brought, of which this would be the `tries`th try.
pub const fn is_brought(tries: u32) -> bool {
    tries <= TRIES_MAX
}

/// What becomes of a message after its `tries`th try.
pub fn after(tries: u32, now_ms: u64) -> Kept {
    if !is_brought(tries + 1) {
        return Kept::SetApart;
    }
    let doublings = tries.saturating_sub(1).min(16);
    Kept::Until(now_ms + (AGAIN_MS << doublings).min(AGAIN_MS_MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW_MS: u64 = 1_780_315_200_000;

    #[test]
    fn a_message_is_set_apart_after_twelve_tries_and_ever_longer_waits() {
        let mut waits = Vec::new();
        let mut tries = 1;
        while let Kept::Until(at_ms) = after(tries, NOW_MS) {
            assert!(is_brought(tries) && tries < 100, "it has no end");
            waits.push((at_ms - NOW_MS) / 60_000);
            tries += 1;
        }
        assert_eq!(waits, [5, 10, 20, 40, 80, 160, 320, 640, 640, 640, 640]);
        assert_eq!((tries, is_brought(tries)), (TRIES_MAX, true));
        assert!(!is_brought(TRIES_MAX + 1));
    }

    #[test]
    fn an_object_that_is_away_for_two_days_loses_nothing() {
        let waited_ms: u64 = (1..TRIES_MAX)
            .filter_map(|tries| match after(tries, 0) {
                Kept::Until(wait_ms) => Some(wait_ms),
                Kept::SetApart => None,
            })
            .sum();
        assert!(waited_ms > 2 * 86_400_000, "{waited_ms}");
    }
}
