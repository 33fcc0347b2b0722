//! What the platform does with what the engine hands it: it checks a signature.

use malipo_engine::passkey::{PublicKey, ToVerify};
use rsa::sha2::Sha256;
use rsa::signature::Verifier as _;
use rsa::{BigUint, RsaPublicKey, pkcs1v15};

/// As WebCrypto's `importKey` and `verify`: a point that is not on the curve is no key.
pub(super) fn is_signed(key: &PublicKey, used: &ToVerify) -> bool {
    match key {
        PublicKey::Es256(point) => {
            let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(point);
            let signature = p256::ecdsa::Signature::from_slice(&used.signature);
            key.is_ok_and(|key| {
                signature.is_ok_and(|signature| key.verify(&used.signed, &signature).is_ok())
            })
        }
        PublicKey::Rs256 { n } => {
            let key = RsaPublicKey::new(BigUint::from_bytes_be(n), 65537_u32.into()).unwrap();
            let signature = pkcs1v15::Signature::try_from(used.signature.as_slice()).unwrap();
            let key = pkcs1v15::VerifyingKey::<Sha256>::new(key);
            key.verify(&used.signed, &signature).is_ok()
        }
    }
}
