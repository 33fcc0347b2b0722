//! `Refused`: why a passkey is not taken.

use core::fmt;

/// Why an answer is not taken. The display is a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// `clientDataJSON` is too long, or no JSON object in which each name stands once.
    ClientData,
    /// Its `type` is not that of this act.
    Type,
    /// Its `challenge` is not the one that was given.
    Challenge,
    /// Its `origin` is another page's.
    Origin,
    /// `crossOrigin` is not false, or there is a `topOrigin`: another site's page has framed ours.
    Framed,
    /// `attestationObject` is too long, or no map of `fmt`, `attStmt` and `authData` in strict CBOR.
    Attestation,
    /// The authenticator data are too long, break off, go on, or have what does not belong there.
    AuthenticatorData,
    /// They are for another RP id.
    RpId,
    /// Nobody has touched the authenticator.
    NotPresent,
    /// The authenticator has not asked who is there.
    NotVerified,
    /// It is said to be backed up, and that it cannot be.
    Backup,
    /// No credential is in what should be a new one.
    NoCredential,
    /// The credential's id has less than 16 or more than 1,023 bytes, or is not the `rawId`.
    CredentialId,
    /// The key is neither ES256 nor RS256 in the one form that is read.
    Key,
    /// The signature has not the form of its key's kind.
    Signature,
    /// The signature is right and the counter has not grown: two authenticators may have the same key.
    Copied,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Refused::ClientData => "The browser's answer cannot be read.",
            Refused::Type => "The answer is to another question than the one that was asked.",
            Refused::Challenge => "The answer is not to the challenge that was given.",
            Refused::Origin => "The passkey was used on another page.",
            Refused::Framed => "The passkey was used in a frame of another page.",
            Refused::Attestation => "The new passkey cannot be read.",
            Refused::AuthenticatorData => "What the passkey says cannot be read.",
            Refused::RpId => "The passkey is for another address.",
            Refused::NotPresent => "Nobody has touched the device that holds the passkey.",
            Refused::NotVerified => {
                "The device has not asked for a fingerprint, face or PIN: set up its screen lock."
            }
            Refused::Backup => "The passkey says that it is backed up, and that it cannot be.",
            Refused::NoCredential => "The device has made no passkey.",
            Refused::CredentialId => "The passkey's id is not as it must be.",
            Refused::Key => "The passkey is of a kind that is not supported: ES256 and RS256 are.",
            Refused::Signature => "The passkey's signature cannot be read.",
            Refused::Copied => "This passkey may have been copied.",
        })
    }
}
