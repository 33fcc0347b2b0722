//! `passkey`: what a browser answers when a passkey is made and when it is used. All that an answer must say is judged here;
//! the signature is checked by the platform, with the passkey's own [`PublicKey`]. The attestation statement is not judged:
//! nothing is trusted for the authenticator's make.
//!
//! Source: W3C, "Web Authentication: Level 3", 7.1 and 7.2.

mod authenticator_data;
mod cbor;
mod client_data;
mod cose;
mod der;
mod public_key;
mod refused;

pub use public_key::PublicKey;
pub use refused::Refused;

use authenticator_data::{Attested, AuthenticatorData};
use cbor::Item;
use sha2::{Digest as _, Sha256};

/// The longest `attestationObject`, in bytes: one with a chain of certificates has some 3 KB.
pub const ATTESTATION_LEN_MAX: usize = 4096;

/// What a browser answers when a passkey is made.
#[derive(Debug, Clone, Copy)]
pub struct Registration<'a> {
    /// `response.clientDataJSON`.
    pub client_data_json: &'a [u8],
    /// `response.attestationObject`.
    pub attestation_object: &'a [u8],
    /// `rawId`: the credential's id, which the attestation object must have too.
    pub raw_id: &'a [u8],
}

/// What a browser answers when a passkey is used. Which passkey is meant, its `rawId` says: whoever calls has looked it up.
#[derive(Debug, Clone, Copy)]
pub struct Assertion<'a> {
    /// `response.clientDataJSON`.
    pub client_data_json: &'a [u8],
    /// `response.authenticatorData`.
    pub authenticator_data: &'a [u8],
    /// `response.signature`.
    pub signature: &'a [u8],
}

/// What an answer must have been made for.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// The bytes of the challenge that the page was given for this one act.
    pub challenge: &'a [u8],
    /// The page's scheme, host and port where it has one: `https://pay.example`.
    pub origin: &'a str,
    /// The relying party's id, a host: `pay.example`.
    pub rp_id: &'a str,
}

/// A passkey that was made, to be stored once the platform has taken its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPasskey {
    /// Its name, which the authenticator has chosen: 16 to 1,023 bytes.
    pub credential_id: Vec<u8>,
    /// What its signatures are checked with. That it lies on the curve, the platform checks when it takes it.
    pub key: PublicKey,
    /// How often it was used, as it says itself; 0 where it does not count.
    pub counter: u32,
    /// Whether it is kept in an account of the person's, so that another phone has it too.
    pub is_backed_up: bool,
}

/// A use of a passkey whose signature has yet to be checked. The counter is judged after that, by
/// [`ToVerify::proven`]: otherwise anybody could have a passkey reported as copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToVerify {
    /// What was signed.
    pub signed: Vec<u8>,
    /// The signature in the form that WebCrypto takes: `r ‖ s` for ES256, as it came for RS256.
    pub signature: Vec<u8>,
    counter: u32,
    is_backed_up: bool,
}

/// A use of a passkey whose signature was right, to be stored beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proven {
    /// The counter from now on.
    pub counter: u32,
    /// As in [`NewPasskey`]; it may change.
    pub is_backed_up: bool,
}

/// Reads a passkey that was made.
///
/// # Errors
/// [`Refused`].
pub fn registration(
    answer: &Registration<'_>,
    expected: &Expected<'_>,
) -> Result<NewPasskey, Refused> {
    let kind = "webauthn.create";
    client_data::check(
        answer.client_data_json,
        kind,
        expected.challenge,
        expected.origin,
    )?;
    let bytes = authenticator_data_of(answer.attestation_object).ok_or(Refused::Attestation)?;
    let data = AuthenticatorData::read(bytes, expected.rp_id)?;
    let Attested { credential_id, key } = data.attested.ok_or(Refused::NoCredential)?;
    if credential_id != answer.raw_id {
        return Err(Refused::CredentialId);
    }
    Ok(NewPasskey {
        credential_id: credential_id.to_owned(),
        key,
        counter: data.counter,
        is_backed_up: data.is_backed_up,
    })
}

/// Reads a use of the passkey that has this key.
///
/// # Errors
/// [`Refused`].
pub fn assertion(
    answer: &Assertion<'_>,
    expected: &Expected<'_>,
    key: &PublicKey,
) -> Result<ToVerify, Refused> {
    let kind = "webauthn.get";
    client_data::check(
        answer.client_data_json,
        kind,
        expected.challenge,
        expected.origin,
    )?;
    let data = AuthenticatorData::read(answer.authenticator_data, expected.rp_id)?;
    if data.attested.is_some() {
        return Err(Refused::AuthenticatorData);
    }
    let signature = match key {
        PublicKey::Es256(_) => der::raw_signature(answer.signature).map(Vec::from),
        PublicKey::Rs256 { n } => {
            (answer.signature.len() == n.len()).then(|| answer.signature.to_owned())
        }
    };
    let hash = Sha256::digest(answer.client_data_json);
    Ok(ToVerify {
        signed: [answer.authenticator_data, hash.as_slice()].concat(),
        signature: signature.ok_or(Refused::Signature)?,
        counter: data.counter,
        is_backed_up: data.is_backed_up,
    })
}

impl ToVerify {
    /// What is to be stored, now that the platform has found the signature right.
    ///
    /// # Errors
    /// [`Refused::Copied`] where the counter has not grown past the one that was `stored`. Both are 0 where the passkey does
    /// not count.
    pub fn proven(&self, stored: u32) -> Result<Proven, Refused> {
        let has_grown = self.counter > stored || (self.counter, stored) == (0, 0);
        has_grown
            .then_some(Proven {
                counter: self.counter,
                is_backed_up: self.is_backed_up,
            })
            .ok_or(Refused::Copied)
    }
}

/// The authenticator data in an attestation object: a map of that, a format and a statement, and nothing else.
fn authenticator_data_of(object: &[u8]) -> Option<&[u8]> {
    if object.len() > ATTESTATION_LEN_MAX {
        return None;
    }
    let fields = cbor::whole(object)?.into_map()?;
    let is_known = |name| fields.get(&Item::Text(name)).is_some();
    if fields.len() != 3 || !is_known("fmt") || !is_known("attStmt") {
        return None;
    }
    fields.get(&Item::Text("authData"))?.bytes()
}

#[cfg(test)]
mod tests;
