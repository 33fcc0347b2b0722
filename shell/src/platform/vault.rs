//! `Vault`: sealing personal data beside a journal, with a key of the payment's own, and settings, sessions and the inbox, with keys
//! derived from the master key. Destroying a payment's key forgets its customer.

use crate::platform::{self, Host};
use aes_gcm::aead::{Aead as _, KeyInit as _, Payload};
use aes_gcm::{Aes256Gcm, Key, Nonce};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// One key: a payment's own, the inbox's, or the one of merchants' settings.
pub struct Vault(Aes256Gcm);

const NONCE_LEN: usize = 12;

impl Vault {
    /// A fresh key, as text for storage.
    pub fn fresh_key(host: &dyn Host) -> Option<String> {
        platform::random::<32>(host).map(|bytes| STANDARD.encode(bytes))
    }

    /// The vault of a stored key.
    pub fn open(key: &str) -> Option<Vault> {
        STANDARD.decode(key).ok()?.try_into().ok().map(Vault::of)
    }

    /// The vault of a derived key.
    pub fn of(key: [u8; 32]) -> Vault {
        Vault(Aes256Gcm::new(&Key::<Aes256Gcm>::from(key)))
    }

    /// Seals a text under a random nonce.
    pub fn seal(&self, host: &dyn Host, text: &str) -> Option<String> {
        self.seal_as(host, text, "")
    }

    /// What was sealed; none for another key's or an altered text.
    pub fn unseal(&self, sealed: &str) -> Option<String> {
        self.unseal_as(sealed, "")
    }

    /// Seals a text together with what it is: it opens as that alone.
    pub fn seal_as(&self, host: &dyn Host, text: &str, what: &str) -> Option<String> {
        let nonce = platform::random::<NONCE_LEN>(host)?;
        let plain = Payload {
            msg: text.as_bytes(),
            aad: what.as_bytes(),
        };
        let sealed = self.0.encrypt(&Nonce::from(nonce), plain).ok()?;
        Some(STANDARD.encode([&nonce[..], &sealed].concat()))
    }

    /// What was sealed as this; none for another key's, an altered text, or one that is something else.
    pub fn unseal_as(&self, sealed: &str, what: &str) -> Option<String> {
        let bytes = STANDARD.decode(sealed).ok()?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE_LEN)?;
        let nonce: [u8; NONCE_LEN] = nonce.try_into().ok()?;
        let sealed = Payload {
            msg: sealed,
            aad: what.as_bytes(),
        };
        String::from_utf8(self.0.decrypt(&Nonce::from(nonce), sealed).ok()?).ok()
    }
}
