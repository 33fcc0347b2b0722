//! `Access`: who may sign in to the dashboard because Cloudflare Access has let them through. All that a token must say is
//! judged here; its signature is checked by the platform, with a key of the [`Keyring`].
//!
//! Source: Cloudflare, "Application token" and "Validate JWTs".

mod keyring;

pub use keyring::{ASKING_MS, Found, Keyring, PublicKey, read_keys};

use crate::jwt::{Object, bytes};
use crate::session::key_hash;
use core::fmt;
use serde_json::Value;

/// The longest token, in bytes: an organisation may have its own claims put in.
pub const TOKEN_LEN_MAX: usize = 16 * 1024;
/// How far Cloudflare's clock may run ahead of ours. A token's end has no such leeway: its session ends then too.
pub const CLOCK_SKEW_MS: u64 = 60 * 1000;

const AUD_LEN_MIN: usize = 32;

/// One Access application, as `ACCESS_TEAM_DOMAIN` and `ACCESS_AUD` name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// Scheme and host, without a slash at the end: what a token's `iss` must be.
    team: String,
    /// The application's audience tag.
    aud: String,
}

/// What a token says, before its signature is proven.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed<'t> {
    /// Which of the team's keys is said to have signed it.
    pub kid: String,
    /// What was signed.
    pub signed: &'t str,
    /// RSASSA-PKCS1-v1_5 with SHA-256 over it.
    pub signature: Vec<u8>,
    /// When it ends, in Unix milliseconds: in the future.
    pub expires_at_ms: u64,
}

/// Why a token lets nobody in. The display is a part of a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenRefused {
    /// It is no JWT.
    Malformed,
    /// Its `alg` is not `RS256`, it has a `crit`, or it names no key.
    Algorithm,
    /// Another team has made it.
    Issuer,
    /// It is for another application.
    Audience,
    /// It has ended, or does not say when.
    Expired,
    /// Its `nbf` lies ahead.
    NotYet,
    /// No key of the team has signed it.
    Signature,
}

impl Access {
    /// Reads the two variables. `is_local_allowed`: with the emulator the team may be on this machine.
    ///
    /// # Errors
    /// Which variable is wrong, and what it must be.
    pub fn parse(team: &str, aud: &str, is_local_allowed: bool) -> Result<Access, &'static str> {
        let team = team.trim_end_matches('/');
        let is_local = is_local_allowed && team.starts_with("http://127.0.0.1:");
        let host = team.split_once("://").map_or("", |(_, host)| host);
        let is_host = |b: u8| b.is_ascii_alphanumeric() || b"-.:".contains(&b);
        if !(is_local || team.starts_with("https://"))
            || host.is_empty()
            || !host.bytes().all(is_host)
        {
            return Err(
                "ACCESS_TEAM_DOMAIN must be `https://` and your team's domain: `https://team.cloudflareaccess.com`",
            );
        }
        if aud.len() < AUD_LEN_MIN || !aud.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Err(
                "ACCESS_AUD must be the application's audience tag, as Cloudflare shows it: 32 letters and digits or more",
            );
        }
        Ok(Access {
            team: team.to_owned(),
            aud: aud.to_owned(),
        })
    }

    /// Where the team's public keys are.
    pub fn keys_url(&self) -> String {
        format!("{}/cdn-cgi/access/certs", self.team)
    }

    /// Where Access forgets a browser.
    pub fn logout_url(&self) -> String {
        format!("{}/cdn-cgi/access/logout", self.team)
    }

    /// What a session holds of it: with another team or application it ends.
    pub fn mark(&self) -> String {
        key_hash(&format!("{} {}", self.team, self.aud))
    }

    /// Reads a token and judges all but its signature.
    ///
    /// # Errors
    /// [`TokenRefused`].
    pub fn read<'t>(&self, token: &'t str, now_ms: u64) -> Result<Claimed<'t>, TokenRefused> {
        if token.len() > TOKEN_LEN_MAX {
            return Err(TokenRefused::Malformed);
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(TokenRefused::Malformed)?;
        let (header, claims) = signed.split_once('.').ok_or(TokenRefused::Malformed)?;
        let mut header = Object::read(header).ok_or(TokenRefused::Malformed)?;
        let signature = bytes(signature).ok_or(TokenRefused::Malformed)?;
        let mut claims = Object::read(claims).ok_or(TokenRefused::Malformed)?;
        // `crit` names extensions that must be understood (RFC 7515, 4.1.11); we understand none.
        if header.text("alg").as_deref() != Some("RS256") || header.0.contains_key("crit") {
            return Err(TokenRefused::Algorithm);
        }
        let kid = header.text("kid").ok_or(TokenRefused::Algorithm)?;
        if claims.text("iss").as_deref() != Some(&self.team) {
            return Err(TokenRefused::Issuer);
        }
        if !self.is_meant(claims.0.get("aud")) {
            return Err(TokenRefused::Audience);
        }
        let moment = |name: &str| claims.0.get(name)?.as_u64()?.checked_mul(1000);
        let expires_at_ms = moment("exp").filter(|at_ms| now_ms < *at_ms);
        let expires_at_ms = expires_at_ms.ok_or(TokenRefused::Expired)?;
        let is_ahead = |at_ms: u64| at_ms > now_ms.saturating_add(CLOCK_SKEW_MS);
        if claims.0.contains_key("nbf") && moment("nbf").is_none_or(is_ahead) {
            return Err(TokenRefused::NotYet);
        }
        Ok(Claimed {
            kid,
            signed,
            signature,
            expires_at_ms,
        })
    }

    /// Access writes a list; a text is the same in a JWT.
    fn is_meant(&self, aud: Option<&Value>) -> bool {
        match aud {
            Some(Value::String(only)) => *only == self.aud,
            Some(Value::Array(list)) => list.iter().any(|one| *one == *self.aud),
            _ => false,
        }
    }
}

impl fmt::Display for TokenRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TokenRefused::Malformed => "it is no token",
            TokenRefused::Algorithm => "it is not signed by RS256 with a named key",
            TokenRefused::Issuer => "it is not of the team of ACCESS_TEAM_DOMAIN",
            TokenRefused::Audience => "it is not for the application of ACCESS_AUD",
            TokenRefused::Expired => "it has ended",
            TokenRefused::NotYet => "it is not valid yet",
            TokenRefused::Signature => "no key of the team has signed it",
        })
    }
}

#[cfg(test)]
mod tests;
