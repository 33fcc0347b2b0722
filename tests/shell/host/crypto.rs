//! The platform's cryptography, played by crates that others keep.

use malipo_shell::platform::host::Verifier;
use p256::ecdsa::signature::Verifier as _;
use p256::ecdsa::{Signature, VerifyingKey};

pub(crate) fn takes_key(key: Verifier<'_>) -> bool {
    match key {
        Verifier::Es256(point) => VerifyingKey::from_sec1_bytes(point).is_ok(),
        Verifier::Rs256 { .. } => false, // no story has one
    }
}

pub(crate) fn has_signed(key: Verifier<'_>, signed: &[u8], signature: &[u8]) -> bool {
    let Verifier::Es256(point) = key else {
        return false;
    };
    let (key, signature) = (
        VerifyingKey::from_sec1_bytes(point),
        Signature::from_slice(signature),
    );
    key.is_ok_and(|key| signature.is_ok_and(|signature| key.verify(signed, &signature).is_ok()))
}
