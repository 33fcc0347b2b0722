//! `Keyring`: the team's public keys as one isolate knows them, and when they are asked for anew. A stranger can show any
//! key's name, so an unknown one is asked for once a minute at most.

use serde_json::Value;

/// How old the keys may be, in milliseconds. Access keeps an old key for a week after it made a new one.
const FRESH_MS: u64 = 3600 * 1000;
/// How often an unknown key, or keys that could not be had, are asked for, in milliseconds.
const AGAIN_MS: u64 = 60 * 1000;
/// How long asking may take, in milliseconds; meanwhile nobody else asks.
pub const ASKING_MS: u64 = 5_000;

/// An RSA key of the team: modulus and exponent in base64url, as JWK writes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    /// Its name.
    pub kid: String,
    /// The modulus.
    pub n: String,
    /// The exponent.
    pub e: String,
}

/// Keys, and when they were had.
#[derive(Debug, Default)]
pub struct Keyring {
    keys: Vec<PublicKey>,
    /// In Unix milliseconds; none before the first time.
    read_at_ms: Option<u64>,
    /// When they were last asked for out of turn, or in vain.
    asked_at_ms: Option<u64>,
    /// Until when somebody is asking.
    asking_until_ms: u64,
}

/// What is to be done for a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// Check with it.
    Key(PublicKey),
    /// Ask for the keys, then [`Keyring::put`] them or [`Keyring::fail`].
    Ask,
    /// Somebody is asking: look again in a moment.
    Wait,
    /// The team has no such key, as far as is known.
    Unknown,
    /// The keys could not be had.
    Unreached,
}

impl Keyring {
    /// The key of this name. Who is told [`Found::Ask`] has the turn for [`ASKING_MS`].
    pub fn find(&mut self, kid: &str, now_ms: u64) -> Found {
        let is_fresh = self.read_at_ms.is_some_and(|at| now_ms < at + FRESH_MS);
        let known = self.keys.iter().find(|key| key.kid == kid);
        if let (true, Some(key)) = (is_fresh, known) {
            return Found::Key(key.clone());
        }
        if now_ms < self.asking_until_ms {
            return Found::Wait;
        }
        if self.asked_at_ms.is_some_and(|at| now_ms < at + AGAIN_MS) {
            return if is_fresh {
                Found::Unknown
            } else {
                Found::Unreached
            };
        }
        if is_fresh {
            self.asked_at_ms = Some(now_ms);
        }
        self.asking_until_ms = now_ms + ASKING_MS;
        Found::Ask
    }

    /// The keys as they are now.
    pub fn put(&mut self, keys: Vec<PublicKey>, now_ms: u64) {
        self.keys = keys;
        self.read_at_ms = Some(now_ms);
        self.asking_until_ms = 0;
    }

    /// They could not be had: those that are known stand until they are old.
    pub fn fail(&mut self, now_ms: u64) {
        self.asked_at_ms = Some(now_ms);
        self.asking_until_ms = 0;
    }
}

/// The RSA keys of a JWKS; none where it is none.
pub fn read_keys(jwks: &[u8]) -> Option<Vec<PublicKey>> {
    let jwks: Value = serde_json::from_slice(jwks).ok()?;
    let key = |jwk: &Value| {
        let text = |name: &str| Some(jwk[name].as_str()?.to_owned());
        let is_rsa = jwk["kty"] == "RSA";
        is_rsa.then_some(PublicKey {
            kid: text("kid")?,
            n: text("n")?,
            e: text("e")?,
        })
    };
    Some(jwks["keys"].as_array()?.iter().filter_map(key).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(kid: &str) -> PublicKey {
        PublicKey {
            kid: kid.into(),
            n: "AQAB".into(),
            e: "AQAB".into(),
        }
    }

    #[test]
    fn keys_are_asked_for_once_and_kept_for_an_hour() {
        let mut ring = Keyring::default();
        assert_eq!(ring.find("a", 10), Found::Ask);
        assert_eq!(ring.find("a", 10), Found::Wait);
        ring.put(vec![key("a")], 20);
        assert_eq!(ring.find("a", 20 + FRESH_MS - 1), Found::Key(key("a")));
        assert_eq!(ring.find("a", 20 + FRESH_MS), Found::Ask);
        assert_eq!(ring.find("a", 21 + FRESH_MS), Found::Wait);
    }

    #[test]
    fn an_unknown_key_is_asked_for_at_once_and_then_once_a_minute() {
        let mut ring = Keyring::default();
        ring.put(vec![key("a")], 0);
        assert_eq!(ring.find("b", 1), Found::Ask);
        assert_eq!(
            ring.find("a", 2),
            Found::Key(key("a")),
            "nobody waits for it"
        );
        ring.put(vec![key("a")], 3);
        for at_ms in [4, AGAIN_MS] {
            assert_eq!(ring.find("b", at_ms), Found::Unknown);
            assert_eq!(ring.find("c", at_ms), Found::Unknown);
        }
        assert_eq!(ring.find("c", 1 + AGAIN_MS), Found::Ask);
        ring.put(vec![key("b")], 2 + AGAIN_MS);
        assert_eq!(ring.find("b", 3 + AGAIN_MS), Found::Key(key("b")));
        assert_eq!(
            ring.find("a", 3 + AGAIN_MS),
            Found::Unknown,
            "it was rotated out"
        );
    }

    #[test]
    fn keys_that_cannot_be_had_are_asked_for_once_a_minute() {
        let mut ring = Keyring::default();
        assert_eq!(ring.find("a", 1), Found::Ask);
        ring.fail(2);
        assert_eq!(ring.find("a", 3), Found::Unreached);
        assert_eq!(ring.find("a", 2 + AGAIN_MS), Found::Ask);
        // Who asked may have gone: its turn ends by itself.
        assert_eq!(ring.find("a", 2 + AGAIN_MS + ASKING_MS), Found::Ask);
    }

    #[test]
    fn a_key_set_is_read_as_access_writes_it() {
        let jwks =
            br#"{"keys":[{"kid":"1","kty":"RSA","alg":"RS256","use":"sig","e":"AQAB","n":"xyz"},
            {"kid":"2","kty":"EC","crv":"P-256"},{"kty":"RSA","n":"x","e":"y"}],"public_cert":{}}"#;
        let keys = read_keys(jwks).unwrap();
        assert_eq!(
            (keys.len(), keys[0].kid.as_str(), keys[0].n.as_str()),
            (1, "1", "xyz")
        );
        for wrong in ["<html>", "[]", "{}", r#"{"keys":{}}"#] {
            assert_eq!(read_keys(wrong.as_bytes()), None, "{wrong}");
        }
    }
}
