//! `FailedKeys`: addresses that try one API key after another, as one isolate knows them. Only failures are held against an
//! address; a key that was good lately is asked about whatever its neighbours do.

/// How many addresses and keys are remembered. Beyond it the oldest is forgotten.
const KNOWN_MAX: usize = 256;
/// How long an address is turned away, in milliseconds: the window of the limit that it went over.
pub const TURNED_AWAY_MS: u64 = 60_000;

/// Who is turned away, and whose key was good.
#[derive(Debug, Default)]
pub struct FailedKeys {
    /// An address's name, and until when, in Unix milliseconds.
    turned_away: Vec<(String, u64)>,
    /// Hashes of keys.
    good: Vec<String>,
}

impl FailedKeys {
    /// Until when this address is turned away with this key, in Unix milliseconds; none if it is not.
    pub fn until_ms(&self, address: &str, hash: &str, now_ms: u64) -> Option<u64> {
        let mut turned_away = self.turned_away.iter();
        let (_, until_ms) = turned_away.find(|(known, _)| known == address)?;
        let is_good = self.good.iter().any(|known| known == hash);
        (now_ms < *until_ms && !is_good).then_some(*until_ms)
    }

    /// A key stood.
    pub fn stood(&mut self, hash: &str) {
        if !self.good.iter().any(|known| known == hash) {
            push(&mut self.good, hash.to_owned());
        }
    }

    /// A key did not stand.
    pub fn fell(&mut self, hash: &str) {
        self.good.retain(|known| known != hash);
    }

    /// An address has failed too often.
    pub fn turn_away(&mut self, address: &str, now_ms: u64) {
        let is_other = |(known, until_ms): &(String, u64)| known != address && now_ms < *until_ms;
        self.turned_away.retain(is_other);
        let until_ms = now_ms + TURNED_AWAY_MS;
        push(&mut self.turned_away, (address.to_owned(), until_ms));
    }
}

fn push<T>(list: &mut Vec<T>, one: T) {
    if list.len() >= KNOWN_MAX {
        list.remove(0);
    }
    list.push(one);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_turned_away_for_a_minute_and_its_neighbours_good_key_is_not() {
        let mut failed = FailedKeys::default();
        failed.stood("good");
        failed.turn_away("a", 1_000);
        assert_eq!(failed.until_ms("a", "bad", 1_001), Some(61_000));
        assert_eq!(failed.until_ms("a", "good", 1_001), None);
        assert_eq!(failed.until_ms("b", "bad", 1_001), None);
        assert_eq!(failed.until_ms("a", "bad", 61_000), None);
        failed.fell("good");
        assert_eq!(failed.until_ms("a", "good", 1_001), Some(61_000));
    }

    #[test]
    fn a_flood_of_addresses_fills_no_memory() {
        let mut failed = FailedKeys::default();
        for n in 0..2 * KNOWN_MAX {
            failed.turn_away(&n.to_string(), 1);
            failed.stood(&n.to_string());
        }
        assert_eq!(
            (failed.turned_away.len(), failed.good.len()),
            (KNOWN_MAX, KNOWN_MAX)
        );
        assert!(
            failed
                .until_ms(&(2 * KNOWN_MAX - 1).to_string(), "bad", 2)
                .is_some()
        );
        failed.turn_away("late", 1 + TURNED_AWAY_MS);
        assert_eq!(failed.turned_away.len(), 1, "what is over is forgotten");
    }
}
