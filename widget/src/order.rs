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
    /// The name under which the browser keeps this order's key. Two buttons for one order on one
    /// page share it, and so share the payment. A signed order needs none: it is the same payment
    /// on any tab and device, and each loading of the page may sign it anew.
    pub(crate) fn slot(&self, base: &str) -> Option<String> {
        if self.signed.is_some() {
            return None;
        }
        let (kind, what) = match (&self.item, &self.amount) {
            (Some(item), _) => ("item", item.as_str()),
            (None, Some(amount)) => ("amount", amount.as_str()),
            (None, None) => ("none", ""),
        };
        let mut slot = ["malipo:", base, ":", kind, ":", what].concat();
        if let Some(note) = &self.note {
            slot.push(':');
            slot.push_str(note);
        }
        Some(slot)
    }
}

impl Order {
    /// The same order as the query of a payment link.
    pub(crate) fn query(&self, language: &str) -> String {
        let mut query = ["lang=", language].concat();
        for (name, value) in self.fields() {
            if let Some(value) = value {
                query.extend(["&", name, "="]);
                encode(value, &mut query);
            }
        }
        query
    }

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

/// Writes what means something else in a query as its code; browsers encode the rest of what an address cannot hold.
fn encode(value: &str, query: &mut String) {
    for c in value.chars() {
        match c {
            '%' => query.push_str("%25"),
            '&' => query.push_str("%26"),
            '#' => query.push_str("%23"),
            '+' => query.push_str("%2B"),
            c => query.push(c),
        }
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

/// The key to use: the kept one if it can be one, so that a reload finds the same payment.
pub(crate) fn kept_or(kept: Option<String>, fresh: impl FnOnce() -> String) -> String {
    kept.filter(|key| IdempotencyKey::parse(key).is_ok())
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

    fn tea() -> Order {
        Order {
            item: Some("tea".to_owned()),
            amount: None,
            signed: None,
            note: None,
        }
    }

    #[test]
    fn each_order_has_its_own_slot() {
        let base = "https://pay.example";
        let noted = Order {
            note: Some("table 4".to_owned()),
            ..tea()
        };
        let open = Order {
            item: None,
            amount: Some("tea".to_owned()),
            ..tea()
        };
        let slot = tea().slot(base);
        assert_eq!(slot.as_deref(), Some("malipo:https://pay.example:item:tea"));
        assert_ne!(tea().slot(base), noted.slot(base));
        assert_ne!(tea().slot(base), open.slot(base));
        assert_ne!(tea().slot(base), tea().slot("https://other.example"));
    }

    #[test]
    fn a_payment_link_names_the_same_order() {
        let noted = Order {
            note: Some("table 4".to_owned()),
            ..tea()
        };
        assert_eq!(noted.query("sw"), "lang=sw&item=tea&note=table 4");
        let odd = Order {
            note: Some("Tea & cakes #4, 50% of 2+1".to_owned()),
            ..tea()
        };
        let expected = "lang=sw&item=tea&note=Tea %26 cakes %234, 50%25 of 2%2B1";
        assert_eq!(odd.query("sw"), expected);
        let signed = Order {
            item: None,
            signed: Some("e30.e-0.x_".to_owned()),
            ..tea()
        };
        assert_eq!(signed.query("en"), "lang=en&order=e30.e-0.x_");
    }

    #[test]
    fn a_signed_order_leaves_nothing_in_the_browser() {
        let signed = Order {
            item: None,
            signed: Some("e30.e30.x".to_owned()),
            ..tea()
        };
        assert_eq!(signed.slot("https://pay.example"), None);
    }

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
