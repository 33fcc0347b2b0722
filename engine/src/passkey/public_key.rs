//! `PublicKey`: what a passkey's signatures are checked with, and the text that it is stored as.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use core::ops::RangeInclusive;

/// 2,048 to 4,096 bits.
const N_LENS: RangeInclusive<usize> = 256..=512;
const POINT_LEN: usize = 65;

/// A passkey's public key, in the form that the platform takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PublicKey {
    /// ECDSA on P-256 with SHA-256: the point `04 ‖ X ‖ Y`, WebCrypto's `raw`. It may not lie on the curve.
    Es256([u8; POINT_LEN]),
    /// RSASSA-PKCS1-v1_5 with SHA-256. The exponent is 65537, `AQAB` in a JWK.
    Rs256 {
        /// The modulus: 256 to 512 bytes, the first of which is not 0.
        n: Vec<u8>,
    },
}

impl PublicKey {
    pub(super) fn es256(point: &[u8]) -> Option<PublicKey> {
        let point: [u8; POINT_LEN] = point.try_into().ok()?;
        (point[0] == 4).then_some(PublicKey::Es256(point))
    }

    pub(super) fn rs256(n: &[u8]) -> Option<PublicKey> {
        let is_good = N_LENS.contains(&n.len()) && n.first() != Some(&0);
        is_good.then(|| PublicKey::Rs256 { n: n.to_owned() })
    }

    /// What is stored: `ES256:` or `RS256:` and the point or the modulus in base64url; 93 to 689 characters.
    pub fn encode(&self) -> String {
        let (kind, bytes) = match self {
            PublicKey::Es256(point) => ("ES256", point.as_slice()),
            PublicKey::Rs256 { n } => ("RS256", n.as_slice()),
        };
        format!("{kind}:{}", URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Reads what was stored; none for anything else.
    pub fn decode(text: &str) -> Option<PublicKey> {
        let (kind, bytes) = text.split_once(':')?;
        let bytes = URL_SAFE_NO_PAD.decode(bytes).ok()?;
        match kind {
            "ES256" => PublicKey::es256(&bytes),
            "RS256" => PublicKey::rs256(&bytes),
            _ => None,
        }
    }
}
