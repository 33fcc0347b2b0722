//! Receipts, request ids and tokens: each kind its own stream of the seed, so that asking for one does not move another.

use std::collections::HashSet;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

use crate::clock::in_nairobi;

const UPPER: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const UPPER_DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const HEX: &[u8] = b"0123456789abcdef";
const ALPHANUMERIC: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// Not rewound by a reset: a receipt must never come back as another payment's.
#[derive(Debug)]
pub(crate) struct Ids {
    receipts: ChaCha8Rng,
    requests: ChaCha8Rng,
    merchant_requests: ChaCha8Rng,
    tokens: ChaCha8Rng,
    originators: ChaCha8Rng,
    conversations: ChaCha8Rng,
    used: HashSet<String>,
}

impl Ids {
    pub(crate) fn from_seed(seed: u64) -> Self {
        let stream = |number| {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            rng.set_stream(number);
            rng
        };
        Self {
            receipts: stream(1),
            requests: stream(2),
            merchant_requests: stream(3),
            tokens: stream(4),
            originators: stream(5),
            conversations: stream(6),
            used: HashSet::new(),
        }
    }

    /// Like `UJ2V87JLMD`.
    pub(crate) fn receipt(&mut self) -> String {
        loop {
            let receipt =
                text(&mut self.receipts, UPPER, 2) + &text(&mut self.receipts, UPPER_DIGITS, 8);
            if self.used.insert(receipt.clone()) {
                return receipt;
            }
        }
    }

    /// Like `1c5b-4ba8-815c-ac45c57a3db01495926`: an error's `requestId`.
    pub(crate) fn request_id(&mut self) -> String {
        gateway_id(&mut self.requests)
    }

    /// The same shape: a push's `MerchantRequestID`.
    pub(crate) fn merchant_request_id(&mut self) -> String {
        gateway_id(&mut self.merchant_requests)
    }

    /// `ws_CO_`, ddMMyyyyHHmmss in EAT, three digits of milliseconds, and the last nine digits of the number.
    pub(crate) fn checkout_request_id(&mut self, now_ms: u64, msisdn: &str) -> String {
        let subscriber = msisdn
            .get(msisdn.len().saturating_sub(9)..)
            .unwrap_or(msisdn);
        let mut at_ms = now_ms;
        loop {
            let time = in_nairobi(at_ms);
            let id = format!(
                "ws_CO_{}{:03}{subscriber}",
                time.strftime("%d%m%Y%H%M%S"),
                time.millisecond()
            );
            if self.used.insert(id.clone()) {
                return id;
            }
            at_ms += 1; // two pushes to one number within a millisecond
        }
    }

    /// Like `7619-37765134-1`: what C2B v1 and transaction status call a request's originator.
    pub(crate) fn originator_id(&mut self) -> String {
        let bits = self.originators.next_u64();
        let (first, second) = (bits % 9_000 + 1_000, (bits >> 32) % 90_000_000 + 10_000_000);
        format!("{first}-{second}-1")
    }

    /// Like `6e86-45dd-91ac-fd5d4178ab523408729`: the same in C2B v2.
    pub(crate) fn originator_id_v2(&mut self) -> String {
        gateway_id(&mut self.originators)
    }

    /// `AG_`, the day in EAT and 20 hexadecimal digits.
    pub(crate) fn conversation_id(&mut self, now_ms: u64) -> String {
        let day = in_nairobi(now_ms).strftime("%Y%m%d");
        let digits = text(&mut self.conversations, HEX, 20);
        format!("AG_{day}_{digits}")
    }

    /// 28 letters and digits.
    pub(crate) fn access_token(&mut self) -> String {
        text(&mut self.tokens, ALPHANUMERIC, 28)
    }
}

fn gateway_id(rng: &mut ChaCha8Rng) -> String {
    let bits = (u128::from(rng.next_u64()) << 64) | u128::from(rng.next_u64());
    format!(
        "{:04x}-4{:03x}-{:x}{:03x}-{:012x}{:07}",
        bits & 0xffff,
        (bits >> 16) & 0xfff,
        8 + ((bits >> 28) & 0b11),
        (bits >> 30) & 0xfff,
        (bits >> 42) & 0xffff_ffff_ffff,
        (bits >> 90) % 10_000_000,
    )
}

fn text(rng: &mut ChaCha8Rng, alphabet: &[u8], length: usize) -> String {
    let span = alphabet.len() as u64;
    (0..length)
        .filter_map(|_| usize::try_from(rng.next_u64() % span).ok())
        .filter_map(|index| alphabet.get(index).copied())
        .map(char::from)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seed_gives_the_same_ids_and_another_seed_others() {
        let draw = |seed| {
            let mut ids = Ids::from_seed(seed);
            (ids.receipt(), ids.merchant_request_id(), ids.access_token())
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
    }

    #[test]
    fn ids_have_safaricoms_shapes() {
        let mut ids = Ids::from_seed(1);
        let receipt = ids.receipt();
        assert_eq!(receipt.len(), 10);
        assert!(
            receipt
                .bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        );
        let parts: Vec<_> = ids.merchant_request_id().split('-').map(str::len).collect();
        assert_eq!(parts, [4, 4, 4, 19]);
        // 2026-06-01 19:35:56.196 in Nairobi.
        let id = ids.checkout_request_id(1_780_331_756_196, "254700000000");
        assert_eq!(id, "ws_CO_01062026193556196700000000");
        assert_eq!(
            ids.checkout_request_id(1_780_331_756_196, "254700000000"),
            "ws_CO_01062026193556197700000000"
        );
        assert_eq!(ids.access_token().len(), 28);
        let parts: Vec<_> = ids.originator_id().split('-').map(str::len).collect();
        assert_eq!(parts, [4, 8, 1]);
        let conversation_id = ids.conversation_id(1_780_331_756_196);
        assert!(conversation_id.starts_with("AG_20260601_"));
        assert_eq!(conversation_id.len(), 32);
    }
}
