//! `UsedKey`: an idempotency key of the shop's server, and what it was used for. It only tells a mistake of the shop's: that
//! nothing is done twice lies with the payment, which knows its requests itself.

use serde::{Deserialize, Serialize};

/// How long a key is remembered, in milliseconds: a week.
pub const REMEMBERED_MS: u64 = 7 * 24 * 3_600_000;

/// One key.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsedKey {
    used: Option<Used>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Used {
    body: String,
    until_ms: u64,
}

impl UsedKey {
    /// Whether the key may be used for a request with this fingerprint: the first that comes, and the same again.
    pub fn take(&mut self, body: &str, now_ms: u64) -> bool {
        self.forget(now_ms);
        let used = self.used.get_or_insert_with(|| Used {
            body: body.to_owned(),
            until_ms: now_ms + REMEMBERED_MS,
        });
        used.body == body
    }

    /// When it is forgotten, in Unix milliseconds; none when it was never used.
    pub fn ends_at_ms(&self) -> Option<u64> {
        self.used.as_ref().map(|used| used.until_ms)
    }

    /// Forgets what is too old.
    pub fn forget(&mut self, now_ms: u64) {
        self.used.take_if(|used| used.until_ms <= now_ms);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_for_one_request_until_it_is_forgotten() {
        let mut key = UsedKey::default();
        assert_eq!(key.ends_at_ms(), None);
        assert!(key.take("a", 1));
        assert!(key.take("a", 2));
        assert!(!key.take("b", 3));
        assert_eq!(key.ends_at_ms(), Some(1 + REMEMBERED_MS));
        assert!(!key.take("b", REMEMBERED_MS));
        assert!(key.take("b", 1 + REMEMBERED_MS));
        assert!(!key.take("a", 2 + REMEMBERED_MS));
    }
}
