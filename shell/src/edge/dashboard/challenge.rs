//! Challenges of passkeys: made and sealed for the page, and opened again when it has an answer.

use crate::calls::desk;
use crate::config::Deployment;
use crate::platform::Env;
use crate::platform::vault::Vault;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use malipo_engine::challenge::{Act, CHALLENGE_MS, Challenge};
use malipo_engine::session::key_hash;

/// What it is sealed as.
const SEALED_AS: &str = "challenge";

/// A challenge that the page has answered.
pub(super) struct Answered {
    pub(super) challenge: Challenge,
    /// What the passkey has signed of it.
    pub(super) bytes: Vec<u8>,
}

/// A new challenge, in base64url as the page takes it; none without randomness.
pub(super) fn make(env: &Env, deployment: &Deployment, act: Act, subject: &str) -> Option<String> {
    let challenge = Challenge {
        act,
        subject: subject.to_owned(),
        ends_at_ms: env.now_ms() + CHALLENGE_MS,
    };
    let key = deployment.master_key.session_keys().next()?;
    let sealed = Vault::of(key).seal_as(env.as_ref(), &challenge.encode(), SEALED_AS)?;
    Some(URL_SAFE_NO_PAD.encode(sealed))
}

/// Opens what the page sends back; none for another's, another act's, or one that is over.
pub(super) fn open(env: &Env, deployment: &Deployment, act: Act, text: &str) -> Option<Answered> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let sealed = core::str::from_utf8(&bytes).ok()?;
    let mut keys = deployment.master_key.session_keys();
    let plain = keys.find_map(|key| Vault::of(key).unseal_as(sealed, SEALED_AS))?;
    let challenge = Challenge::decode(&plain, act, env.now_ms())?;
    Some(Answered { challenge, bytes })
}

impl Answered {
    /// As the desk uses it up.
    pub(super) fn spent(&self) -> desk::Challenge {
        desk::Challenge {
            hash: key_hash(&String::from_utf8_lossy(&self.bytes)),
            ends_at_ms: self.challenge.ends_at_ms,
        }
    }
}
