//! `clientDataJSON`: what the browser says of the page that asked for a passkey. The authenticator signs its hash.

use super::refused::Refused;
use crate::json::object;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

/// The longest, in bytes: browsers write some 150, and may add fields.
const LEN_MAX: usize = 2048;

/// `kind`: what `type` must be. Fields that are not known are allowed, as the specification asks.
pub(super) fn check(
    json: &[u8],
    kind: &str,
    challenge: &[u8],
    origin: &str,
) -> Result<(), Refused> {
    if json.len() > LEN_MAX {
        return Err(Refused::ClientData);
    }
    let fields = object(json).map_err(|_| Refused::ClientData)?;
    let is = |name: &str, text: &str| fields.get(name).and_then(Value::as_str) == Some(text);
    if !is("type", kind) {
        return Err(Refused::Type);
    }
    if !is("challenge", &URL_SAFE_NO_PAD.encode(challenge)) {
        return Err(Refused::Challenge);
    }
    if !is("origin", origin) {
        return Err(Refused::Origin);
    }
    let is_own = matches!(fields.get("crossOrigin"), None | Some(Value::Bool(false)));
    if !is_own || fields.contains_key("topOrigin") {
        return Err(Refused::Framed);
    }
    Ok(())
}
