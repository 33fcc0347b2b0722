//! `Order`: what the page asks to be paid, and the rules of the key that finds its payment again.

use malipo_shared::IdempotencyKey;
use malipo_shared::api::State;

/// What is to be paid. The Worker fixes the price; the page only names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Order {
    /// A line of the merchant's price list. Of `item`, `amount` and `signed` one is given.
    pub(crate) item: Option<String>,
    /// An open amount as the page wrote it.
    pub(crate) amount: Option<String>,
    /// The order that the shop's server has signed, as its token.
    pub(crate) signed: Option<String>,
    /// The page's own, unverified note.
    pub(crate) note: Option<String>,
}

impl Order {
    /// What the page gave, by the names that the API has for it.
    pub(crate) const fn fields(&self) -> [(&'static str, &Option<String>); 4] {
        [
            ("item", &self.item),
            ("amount", &self.amount),
            ("order", &self.signed),
            ("note", &self.note),
        ]
    }
}

/// How many random bytes a key takes; 6 bits of each are used, so 144 bits.
pub(crate) const KEY_RANDOM_BYTES: usize = 24;

/// A key out of random bytes, in the base64url alphabet.
pub(crate) fn key_from(random: [u8; KEY_RANDOM_BYTES]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    random
        .iter()
        .map(|byte| char::from(ALPHABET[usize::from(byte & 63)]))
        .collect()
}

/// The key to use: the kept one if it can be one, so that a reload finds the same payment. Behind it the payment's id may be
/// kept.
pub(crate) fn kept_or(kept: Option<String>, fresh: impl FnOnce() -> String) -> String {
    let key = kept.map(|mut kept| {
        kept.truncate(kept.find(' ').unwrap_or(kept.len()));
        kept
    });
    key.filter(|key| IdempotencyKey::parse(key).is_ok())
        .unwrap_or_else(fresh)
}

/// Whether the key may be dropped once the customer has closed the dialog: nothing more can come
/// of this payment that the customer would have to see. Until then a reload must find it.
pub(crate) const fn is_over(state: State) -> bool {
    matches!(state, State::Paid | State::Closed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_one_that_the_worker_takes() {
        let key = key_from(core::array::from_fn(|index| (index * 11) as u8));
        assert_eq!(key.len(), 24);
        assert!(IdempotencyKey::parse(&key).is_ok(), "{key}");
        assert!(IdempotencyKey::parse(&key_from([255; KEY_RANDOM_BYTES])).is_ok());
    }

    #[test]
    fn a_kept_key_is_used_again_unless_it_cannot_be_one() {
        let fresh = || "B".repeat(24);
        assert_eq!(kept_or(Some("A".repeat(24)), fresh), "A".repeat(24));
        let with_id = "A".repeat(24) + " pay_main_m0123";
        assert_eq!(kept_or(Some(with_id), fresh), "A".repeat(24));
        assert_eq!(kept_or(Some("torn".to_owned()), fresh), "B".repeat(24));
        assert_eq!(kept_or(None, fresh), "B".repeat(24));
    }

    #[test]
    fn only_a_payment_that_is_over_is_let_go() {
        for state in State::ALL {
            let expected = state == State::Paid || state == State::Closed;
            assert_eq!(is_over(state), expected, "{state:?}");
        }
    }
}
