//! `MasterKey`: the secret from which everything is derived that must not be guessed: payment ids, callback paths, account references, names
//! of objects, keys. Each has an HKDF label of its own, with a version.

mod address;
mod api_key;
mod doctor_path;
mod inbox;
mod merchants;
mod payment_id;
mod probe;
mod reference;
mod refund_path;
mod result_path;
mod roster;
mod session;
mod stk_path;

pub use address::Address;
pub use api_key::ApiKey;
pub use doctor_path::CHECK_MS;
pub use probe::probe_name;
pub use reference::{read_typed_reference, signed_reference};
pub use refund_path::{RefundTarget, RefundWord};
pub use roster::roster_name;
pub use stk_path::CallbackTarget;

use core::fmt;
use core::net::IpAddr;
use hmac::{Hmac, Mac};
use malipo_shared::{AccountReference, IdempotencyKey, LinkId, Msisdn};
use sha2::{Digest, Sha256};

/// The root of all derived keys. A secret.
#[derive(Clone)]
pub struct MasterKey {
    key: [u8; 32],
    previous: Option<[u8; 32]>,
}

/// 130 bits: not to be guessed, short enough for a path.
const MAC_LEN: usize = 26;
/// The form of a generated reference: `M` and ten characters, 50 bits.
const REFERENCE_CHARS: usize = 10;

impl MasterKey {
    /// Takes 32 bytes or more of randomness.
    pub fn new(bytes: &[u8]) -> Option<MasterKey> {
        // Longer keys are condensed, so that every byte counts.
        (bytes.len() >= 32).then(|| MasterKey {
            key: Sha256::digest(bytes).into(),
            previous: None,
        })
    }

    /// The same key, and the one before it: what that one made still leads back, what is new is made with this one.
    pub fn with_previous(self, bytes: &[u8]) -> Option<MasterKey> {
        let previous = MasterKey::new(bytes)?;
        Some(MasterKey {
            previous: Some(previous.key),
            ..self
        })
    }

    /// This key alone, then the one before it.
    fn each(&self) -> impl Iterator<Item = MasterKey> {
        let alone = |key| MasterKey {
            key,
            previous: None,
        };
        core::iter::once(self.key).chain(self.previous).map(alone)
    }

    /// The reference of an unsigned payment: only the same browser key finds it again.
    pub fn reference_for_key(
        &self,
        link: &LinkId,
        key: &IdempotencyKey,
    ) -> Option<AccountReference> {
        generated(&self.mac(b"reference/1", &[link.as_str(), key.as_str()]))
    }

    /// The name of a handset's object: the number cannot be found from it.
    pub fn subscriber_name(&self, env: &str, msisdn: &Msisdn) -> String {
        short(&self.mac(b"subscriber/1", &[env, msisdn.as_str()]))
    }

    /// The name of an address's object at one link. Of an IPv6 address the first 64 bits count: one
    /// customer has them all.
    pub fn quota_name(&self, env: &str, link: &LinkId, address: IpAddr) -> String {
        let network = match address.to_canonical() {
            IpAddr::V4(v4) => v4.to_string(),
            IpAddr::V6(v6) => {
                let [a, b, c, d, ..] = v6.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}/64")
            }
        };
        short(&self.mac(b"quota/1", &[env, link.as_str(), &network]))
    }

    fn mac(&self, label: &[u8], parts: &[&str]) -> [u8; 32] {
        let mut key = [0; 32];
        // 32 bytes is far below HKDF-SHA256's limit of 8160: this cannot fail.
        let _ = hkdf::Hkdf::<Sha256>::new(Some(b"malipo"), &self.key).expand(label, &mut key);
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&key) else {
            return [0; 32]; // HMAC takes keys of every length
        };
        for part in parts {
            // The length before each part: `a`+`bc` and `ab`+`c` differ.
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        mac.finalize().into_bytes().into()
    }
}

fn generated(hash: &[u8; 32]) -> Option<AccountReference> {
    AccountReference::parse(&format!("M{}", &crockford(hash)[..REFERENCE_CHARS])).ok()
}

fn short(mac: &[u8; 32]) -> String {
    crockford(mac)[..MAC_LEN].to_ascii_lowercase()
}

/// Base32 in which no letter is mistaken for a digit: 52 characters of 32 bytes.
fn crockford(bytes: &[u8; 32]) -> String {
    base32::encode(base32::Alphabet::Crockford, bytes)
}

fn from_hex(text: &str) -> Option<String> {
    String::from_utf8(hex::decode(text).ok()?).ok()
}

/// Whether two texts are the same. In constant time for equal lengths: the MAC of both under one key is compared by the
/// library.
pub fn is_equal(a: &[u8], b: &[u8]) -> bool {
    let mac = |bytes: &[u8]| {
        Hmac::<Sha256>::new_from_slice(b"compare")
            .map(|mac| mac.chain_update(bytes))
            .ok()
    };
    match (mac(a), mac(b)) {
        (Some(a), Some(b)) => a.verify(&b.finalize().into_bytes()).is_ok(),
        _ => false,
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn master() -> MasterKey {
        MasterKey::new(&[7; 32]).unwrap()
    }

    pub(super) fn address() -> Address {
        Address {
            env: "emulator".into(),
            link: LinkId::parse("main").unwrap(),
            reference: AccountReference::parse("M0123ABC").unwrap(),
        }
    }

    #[test]
    fn a_short_master_key_is_refused() {
        assert!(MasterKey::new(&[7; 31]).is_none());
    }

    #[test]
    fn one_household_has_one_quota() {
        let name = |address: &str| {
            let link = LinkId::parse("main").unwrap();
            master().quota_name("emulator", &link, address.parse().unwrap())
        };
        assert_eq!(name("2001:db8:1:2::1"), name("2001:db8:1:2:ffff::9"));
        assert_ne!(name("2001:db8:1:2::1"), name("2001:db8:1:3::1"));
        assert_eq!(name("192.0.2.1"), name("::ffff:192.0.2.1"));
        assert_ne!(name("192.0.2.1"), name("192.0.2.2"));
    }

    #[test]
    fn a_generated_reference_is_easy_to_type() {
        let key = IdempotencyKey::parse("abcdefghijklmnopqrstuv").unwrap();
        let reference = master()
            .reference_for_key(&LinkId::parse("main").unwrap(), &key)
            .unwrap();
        assert_eq!(reference.as_str().len(), 11);
        assert!(reference.as_str().starts_with('M'));
        assert!(!reference.as_str()[1..].contains(['I', 'L', 'O', 'U']));
    }
}
