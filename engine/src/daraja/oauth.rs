//! OAuth: the token that every other request carries.

use super::wire;
use core::fmt;
use serde_json::Value;

/// An access token. A secret: its `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    /// What goes after `Bearer `.
    pub value: String,
    /// How long Daraja says that it lives, in seconds.
    pub expires_in_secs: u64,
}

/// What a request for a token was answered with. None of these has sent a push.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MintAnswer {
    /// A token.
    Minted(Token),
    /// The credentials are wrong, or of another environment.
    BadCredentials(String),
    /// The gateway is busy, or a firewall is in the way.
    Unavailable(String),
}

/// The `Authorization` header of a request for a token.
pub fn basic_authorization(consumer_key: &str, consumer_secret: &str) -> String {
    use base64::Engine as _;
    let plain = format!("{consumer_key}:{consumer_secret}");
    format!(
        "Basic {}",
        base64::engine::general_purpose::STANDARD.encode(plain)
    )
}

/// Reads an answer to `GET /oauth/v1/generate`. Nothing of the body is believed to be JSON.
pub fn decode_token(http_status: u16, body: &[u8]) -> MintAnswer {
    let json: Option<Value> = serde_json::from_slice(body).ok();
    if http_status == 200
        && let Some(token) = json.as_ref().and_then(token)
    {
        return MintAnswer::Minted(token);
    }
    let said = json.as_ref().and_then(wire::fault).map_or_else(
        || format!("HTTP {http_status}"),
        |f| {
            format!(
                "HTTP {http_status} {} {}",
                f.code,
                wire::cut(&f.message, 120)
            )
        },
    );
    // Wrong credentials: 400 with an empty body on the wire, 400.008.01 in the documentation.
    match http_status {
        400 | 401 => MintAnswer::BadCredentials(said),
        _ => MintAnswer::Unavailable(said),
    }
}

fn token(body: &Value) -> Option<Token> {
    let value = body
        .get("access_token")?
        .as_str()
        .filter(|t| !t.is_empty() && t.bytes().all(|b| b.is_ascii_graphic()))?;
    // A string on the wire, a number in the documentation.
    let expires_in_secs = wire::field(body, "expires_in")?.parse().ok()?;
    Some(Token {
        value: value.to_owned(),
        expires_in_secs,
    })
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token(…, {} s)", self.expires_in_secs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lifetime_may_be_text_or_number() {
        for body in [
            r#"{"access_token":"abc","expires_in":"3599"}"#,
            r#"{"access_token":"abc","expires_in":3599}"#,
        ] {
            let expected = Token {
                value: "abc".into(),
                expires_in_secs: 3599,
            };
            assert_eq!(
                decode_token(200, body.as_bytes()),
                MintAnswer::Minted(expected)
            );
        }
    }

    #[test]
    fn nothing_is_parsed_blindly() {
        assert!(matches!(
            decode_token(400, b""),
            MintAnswer::BadCredentials(_)
        ));
        assert!(matches!(
            decode_token(200, b"<html>"),
            MintAnswer::Unavailable(_)
        ));
        assert!(matches!(
            decode_token(200, br#"{"access_token":"a b","expires_in":1}"#),
            MintAnswer::Unavailable(_)
        ));
        assert!(matches!(
            decode_token(503, b"Request unsuccessful. Incapsula incident ID: 1"),
            MintAnswer::Unavailable(_)
        ));
    }

    #[test]
    fn debug_does_not_tell_the_token() {
        let shown = format!(
            "{:?}",
            decode_token(200, br#"{"access_token":"s3cret","expires_in":1}"#)
        );
        assert!(!shown.contains("s3cret"), "{shown}");
    }
}
