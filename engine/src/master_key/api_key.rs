//! API keys: what a merchant's server presents, and what is kept of it.

use core::fmt;
use malipo_shared::LinkId;
use sha2::{Digest, Sha256};

/// A key to one merchant's side of the API: `mlp_{link}_` and 64 hex digits. A secret.
///
/// Its hash is kept, not itself. SHA-256 is enough: a slow hash protects secrets that can be guessed, and nobody guesses
/// 256 random bits; each request would pay for it.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey {
    text: String,
    link: LinkId,
}

const DIGITS: usize = 64;
/// As many of the digits are shown in lists, to tell keys apart.
const SHOWN: usize = 6;

impl ApiKey {
    /// A new key out of random bytes.
    pub fn new(link: &LinkId, random: [u8; 32]) -> ApiKey {
        ApiKey {
            text: format!("mlp_{link}_{}", hex::encode(random)),
            link: link.clone(),
        }
    }

    /// Reads what was presented; none for a text of another form. Whether the key stands is not known by that.
    pub fn parse(text: &str) -> Option<ApiKey> {
        let (link, digits) = text.strip_prefix("mlp_")?.split_once('_')?;
        let is_digit = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        (digits.len() == DIGITS && digits.bytes().all(is_digit)).then_some(ApiKey {
            text: text.to_owned(),
            link: LinkId::parse(link).ok()?,
        })
    }

    /// The merchant that it says it is of.
    pub fn link(&self) -> &LinkId {
        &self.link
    }

    /// The whole key: shown once, when it is made.
    pub fn reveal(&self) -> &str {
        &self.text
    }

    /// What is kept of it, and found by it: SHA-256 in hex.
    pub fn hash(&self) -> String {
        hex::encode(Sha256::digest(self.text.as_bytes()))
    }

    /// Its beginning, for lists.
    pub fn shown(&self) -> String {
        let len = self.text.len() - DIGITS + SHOWN;
        format!("{}…", self.text.get(..len).unwrap_or_default())
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiKey({})", self.shown())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_leads_to_its_merchant_and_is_told_by_its_beginning_alone() {
        let link = LinkId::parse("duka2").unwrap();
        let key = ApiKey::new(&link, [0xab; 32]);
        assert_eq!(key.reveal(), format!("mlp_duka2_{}", "ab".repeat(32)));
        let read = ApiKey::parse(key.reveal()).unwrap();
        assert_eq!((read.link(), read.hash()), (&link, key.hash()));
        assert_eq!(key.shown(), "mlp_duka2_ababab…");
        assert_eq!(format!("{key:?}"), "ApiKey(mlp_duka2_ababab…)");
        let other = ApiKey::new(&LinkId::parse("duka3").unwrap(), [0xab; 32]);
        assert_ne!(other.hash(), key.hash(), "the link is part of it");
    }

    #[test]
    fn nothing_else_is_a_key() {
        let digits = "ab".repeat(32);
        for text in [
            digits.clone(),
            format!("mlp_{digits}"),
            format!("mlp_Duka_{digits}"),
            format!("mlp_duka2_{}", digits.to_uppercase()),
            format!("mlp_duka2_{digits}0"),
            format!("mlp_duka2_x_{digits}"),
            format!("mlp__{digits}"),
            String::new(),
        ] {
            assert_eq!(ApiKey::parse(&text), None, "{text}");
        }
    }
}
