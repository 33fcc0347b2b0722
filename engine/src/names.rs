//! Names that must not be guessed, and the keys behind them: payment ids, callback paths, and
//! account references. All are derived from `MASTER_KEY`, one HKDF label each, with a version.

mod api_key;
mod check_path;
mod inbox;
mod merchants;
mod probe;
mod reference;
mod refund_path;
mod result_path;
mod roster;
mod session;

pub use api_key::ApiKey;
pub use check_path::CHECK_MS;
pub use probe::probe_name;
pub use reference::{read_typed_reference, signed_reference};
pub use refund_path::{RefundTarget, RefundWord};
pub use roster::roster_name;

use core::fmt;
use core::net::IpAddr;
use hmac::{Hmac, Mac};
use malipo_shared::{AccountReference, IdempotencyKey, LinkId, Msisdn, PaymentId};
use sha2::{Digest, Sha256};

/// The root of all derived keys. A secret.
#[derive(Clone)]
pub struct MasterKey {
    key: [u8; 32],
    previous: Option<[u8; 32]>,
}

/// One payment's address on a deployment: `{env}:{link_id}:{account_reference}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// `emulator`, `sandbox` or `production`.
    pub env: String,
    /// The merchant.
    pub link: LinkId,
    /// The payment.
    pub reference: AccountReference,
}

/// The attempt that a callback path names, its MAC checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallbackTarget {
    /// Which payment.
    pub address: Address,
    /// Which attempt of it; from 1.
    pub attempt: u32,
}

/// 130 bits: not to be guessed, short enough for a path.
const MAC_LEN: usize = 26;
/// The form of a generated reference: `M` and ten characters, 50 bits.
const REFERENCE_CHARS: usize = 10;

impl Address {
    /// Reads `{env}:{link_id}:{account_reference}`.
    pub fn parse(text: &str) -> Option<Address> {
        let mut parts = text.split(':');
        let (env, link, reference) = (parts.next()?, parts.next()?, parts.next()?);
        let address = Address {
            env: env.to_owned(),
            link: LinkId::parse(link).ok()?,
            reference: AccountReference::parse(reference).ok()?,
        };
        parts.next().is_none().then_some(address)
    }
}

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

    /// What the browser holds: routes to the payment, and cannot be guessed.
    pub fn payment_id(&self, address: &Address) -> Option<PaymentId> {
        let mac = self.mac(
            b"payment-id/1",
            &[
                &address.env,
                address.link.as_str(),
                address.reference.as_str(),
            ],
        );
        let text = format!(
            "pay_{}_{}_{}",
            address.link,
            address.reference.as_str().to_ascii_lowercase(),
            short(&mac)
        );
        PaymentId::parse(&text).ok()
    }

    /// The address behind a payment id; none when it was not made here.
    pub fn open_payment_id(&self, env: &str, id: &PaymentId) -> Option<Address> {
        let mut parts = id.as_str().strip_prefix("pay_")?.split('_');
        let (link, reference, mac) = (parts.next()?, parts.next()?, parts.next()?);
        let address = Address {
            env: env.to_owned(),
            link: LinkId::parse(link).ok()?,
            reference: AccountReference::parse(&reference.to_ascii_uppercase()).ok()?,
        };
        let is_same = self.each().any(|key| {
            key.payment_id(&address)
                .is_some_and(|made| is_equal(made.as_str().as_bytes(), id.as_str().as_bytes()))
        });
        (parts.next().is_none() && mac.len() == MAC_LEN && is_same).then_some(address)
    }

    /// The path of one attempt's callback. Its variable segments are lower-case hex or digits, so that no
    /// forbidden word can stand in them.
    pub fn stk_callback_path(&self, target: &CallbackTarget) -> String {
        let Address {
            link, reference, ..
        } = &target.address;
        format!(
            "/hooks/{}/{}/stk/{}/{}",
            hex::encode(link.as_str().as_bytes()),
            hex::encode(self.callback_mac(target)),
            hex::encode(reference.as_str().as_bytes()),
            target.attempt,
        )
    }

    /// The attempt that a path names; none when the path is not, to the letter, the one that was made
    /// here for exactly this environment, kind, link, payment and attempt.
    pub fn open_stk_callback_path(&self, env: &str, path: &str) -> Option<CallbackTarget> {
        let mut parts = path.strip_prefix("/hooks/")?.split('/');
        let (link, _mac, _kind) = (parts.next()?, parts.next()?, parts.next()?);
        let (reference, attempt) = (parts.next()?, parts.next()?);
        let address = Address {
            env: env.to_owned(),
            link: LinkId::parse(&from_hex(link)?).ok()?,
            reference: AccountReference::parse(&from_hex(reference)?).ok()?,
        };
        let target = CallbackTarget {
            address,
            attempt: attempt.parse().ok()?,
        };
        let is_ours = self
            .each()
            .any(|key| is_equal(key.stk_callback_path(&target).as_bytes(), path.as_bytes()));
        is_ours.then_some(target)
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

    fn callback_mac(&self, target: &CallbackTarget) -> [u8; 16] {
        let Address {
            env,
            link,
            reference,
        } = &target.address;
        let attempt = target.attempt.to_string();
        let mac = self.mac(
            b"callback/1",
            &[env, "stk", link.as_str(), reference.as_str(), &attempt],
        );
        let mut short = [0; 16];
        short.copy_from_slice(&mac[..16]);
        short
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

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.env, self.link, self.reference)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn master() -> MasterKey {
        MasterKey::new(&[7; 32]).unwrap()
    }

    fn address() -> Address {
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
    fn an_id_leads_back_and_only_its_own() {
        let id = master().payment_id(&address()).unwrap();
        assert_eq!(master().open_payment_id("emulator", &id), Some(address()));
        assert_eq!(
            master().open_payment_id("sandbox", &id),
            None,
            "another environment"
        );
        assert_eq!(
            MasterKey::new(&[8; 32])
                .unwrap()
                .open_payment_id("emulator", &id),
            None,
            "another key"
        );
        let other = id.as_str().replace("m0123abc", "m0123abd");
        assert_eq!(
            master().open_payment_id("emulator", &PaymentId::parse(&other).unwrap()),
            None,
            "another payment"
        );
        let longer = format!("{id}_x");
        assert_eq!(
            master().open_payment_id("emulator", &PaymentId::parse(&longer).unwrap()),
            None,
            "a tail"
        );
    }

    #[test]
    fn a_callback_path_leads_back_and_only_its_own() {
        let target = CallbackTarget {
            address: address(),
            attempt: 2,
        };
        let path = master().stk_callback_path(&target);
        assert_eq!(
            master().open_stk_callback_path("emulator", &path),
            Some(target)
        );
        for forged in [
            path.replace("/stk/", "/c2b/"),
            format!("{}3", &path[..path.len() - 1]),
            format!("{path}/"),
            format!("{}02", &path[..path.len() - 1]),
            path.to_uppercase()
                .replace("/HOOKS/", "/hooks/")
                .replace("/STK/", "/stk/"),
            path.replacen("6d61696e", "6d61696f", 1),
        ] {
            assert_eq!(
                master().open_stk_callback_path("emulator", &forged),
                None,
                "{forged}"
            );
        }
        assert_eq!(master().open_stk_callback_path("production", &path), None);
    }

    #[test]
    fn what_the_previous_key_made_still_leads_back() {
        let rotated = MasterKey::new(&[8; 32]).unwrap();
        let rotated = rotated.with_previous(&[7; 32]).unwrap();
        let target = CallbackTarget {
            address: address(),
            attempt: 1,
        };
        let (old_id, old_path) = (
            master().payment_id(&address()).unwrap(),
            master().stk_callback_path(&target),
        );
        assert_eq!(
            rotated.open_payment_id("emulator", &old_id),
            Some(address())
        );
        assert_eq!(
            rotated.open_stk_callback_path("emulator", &old_path),
            Some(target.clone())
        );
        let new = MasterKey::new(&[8; 32]).unwrap();
        assert_eq!(rotated.payment_id(&address()), new.payment_id(&address()));
        assert_eq!(
            rotated.stk_callback_path(&target),
            new.stk_callback_path(&target)
        );
        assert_eq!(new.open_payment_id("emulator", &old_id), None);
        assert!(new.with_previous(&[7; 31]).is_none());
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
