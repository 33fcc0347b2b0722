//! The secret that messages to a shop are signed with, and the signature.

use crate::hmac;
use ::hmac::Mac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use core::fmt;

/// One secret: `whsec_` and the base64 of 24 to 64 random bytes.
#[derive(Clone)]
pub struct WebhookSecret(Vec<u8>);

/// The text is not `whsec_` and the base64 of 24 to 64 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadWebhookSecret;

/// The current secret, and the one before it while the shop changes over: both sign.
#[derive(Debug, Clone)]
pub struct WebhookSecrets {
    /// The first signature.
    pub current: WebhookSecret,
    /// The second.
    pub previous: Option<WebhookSecret>,
}

impl WebhookSecret {
    /// Reads the text that the shop has too.
    ///
    /// # Errors
    /// [`BadWebhookSecret`].
    pub fn parse(text: &str) -> Result<WebhookSecret, BadWebhookSecret> {
        text.strip_prefix("whsec_")
            .and_then(|base64| STANDARD.decode(base64).ok())
            .filter(|bytes| (24..=64).contains(&bytes.len()))
            .map(WebhookSecret)
            .ok_or(BadWebhookSecret)
    }

    fn sign(&self, id: &str, timestamp: &str, body: &str) -> Option<String> {
        // Standard Webhooks, "Signature scheme": `msg_id.timestamp.payload`.
        let mac = hmac::mac(&self.0, &[id, ".", timestamp, ".", body])?;
        let signature = STANDARD.encode(mac.finalize().into_bytes());
        Some(format!("v1,{signature}"))
    }
}

impl WebhookSecrets {
    /// The header `webhook-signature` of a message: one signature a secret, a space between them.
    ///
    /// `id` holds no `.`, `timestamp_secs` is the time of this try in Unix seconds, `body` the bytes as sent.
    pub fn sign(&self, id: &str, timestamp_secs: u64, body: &str) -> String {
        let timestamp = timestamp_secs.to_string();
        let secrets = [Some(&self.current), self.previous.as_ref()];
        let signatures = secrets.into_iter().flatten();
        let signatures = signatures.filter_map(|secret| secret.sign(id, &timestamp, body));
        signatures.collect::<Vec<_>>().join(" ")
    }
}

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret(…)")
    }
}

impl fmt::Display for BadWebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("must be `whsec_` and the base64 of 24 to 64 random bytes")
    }
}
