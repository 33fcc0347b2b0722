//! Idempotency keys of the shop's server: how one is read, and `UsedKey`: what one was used for. That only tells a mistake of the shop's:
//! that nothing is done twice lies with the payment, which knows its requests itself.

use crate::body::wrong;
use malipo_shared::IdempotencyKey;
use malipo_shared::api::ApiError;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The header that names a request of the shop's server, for an order or a refund.
pub const HEADER: &str = "Idempotency-Key";
const LEN_MAX: usize = 255;

/// Reads the header `Idempotency-Key`: 1 to 255 visible ASCII characters, the shop's own. They are hashed: what is kept has one form.
///
/// # Errors
/// `VALIDATION_ERROR` at `Idempotency-Key`.
pub fn read_key(header: Option<&str>) -> Result<IdempotencyKey, ApiError> {
    let is_good = |text: &&str| {
        (1..=LEN_MAX).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic())
    };
    let hashed = |text: &str| IdempotencyKey::parse(&hex::encode(Sha256::digest(text)));
    header
        .map(str::trim)
        .filter(is_good)
        .and_then(|text| hashed(text).ok())
        .ok_or_else(|| {
            let form = "must be a header of 1 to 255 visible ASCII characters, kept before sending: a new one for each order \
                        or refund, the same for each try";
            wrong(HEADER, form)
        })
}

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

    #[test]
    fn a_key_is_the_shops_own_text() {
        assert!(read_key(Some("order-7")).is_ok());
        assert_eq!(read_key(Some(" a ")), read_key(Some("a")));
        assert_ne!(read_key(Some("a")), read_key(Some("A")));
        let longest = "x".repeat(255);
        assert!(read_key(Some(&longest)).is_ok());
        for bad in [
            None,
            Some(""),
            Some("a b"),
            Some("é"),
            Some(&*format!("{longest}x")),
        ] {
            let refused = read_key(bad).unwrap_err();
            assert_eq!(refused.param.as_deref(), Some(HEADER), "{bad:?}");
        }
    }
}
