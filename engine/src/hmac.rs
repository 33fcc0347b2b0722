//! HMAC-SHA256 over texts: what signed orders and webhooks have in common, compiled once.

use hmac::{Hmac, Mac};
use sha2::Sha256;

/// The MAC of `texts` one after another, to be finished or verified. None never happens: HMAC takes
/// keys of every length.
#[inline(never)] // 2 KB of the Worker for each copy
pub(crate) fn mac(key: &[u8], texts: &[&str]) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    for text in texts {
        mac.update(text.as_bytes());
    }
    Some(mac)
}
