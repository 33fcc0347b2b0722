//! A `COSE_Key`: how an authenticator writes a public key.
//!
//! Source: RFC 9053, 7.1.1 (ES256) and RFC 8230, 4 (RS256), as W3C, "Web Authentication: Level 3", 5.8.5 narrows them.

use super::cbor::{Item, Map};
use super::public_key::PublicKey;

// Labels of the parameters; what those below nothing mean depends on the kind of key.
const KTY: i128 = 1;
const ALG: i128 = 3;
const EC2_CRV: i128 = -1;
const EC2_X: i128 = -2;
const EC2_Y: i128 = -3;
const RSA_N: i128 = -1;
const RSA_E: i128 = -2;

const KTY_EC2: i128 = 2;
const KTY_RSA: i128 = 3;
const ALG_ES256: i128 = -7;
const ALG_RS256: i128 = -257;
const CRV_P256: i128 = 1;

/// The key, if it has all that its kind has, and nothing else.
pub(super) fn public_key(item: Item<'_>) -> Option<PublicKey> {
    let key = item.into_map()?;
    match (integer(&key, KTY)?, integer(&key, ALG)?, key.len()) {
        (KTY_EC2, ALG_ES256, 5) => {
            let is_p256 = integer(&key, EC2_CRV)? == CRV_P256;
            let (x, y) = (coordinate(&key, EC2_X)?, coordinate(&key, EC2_Y)?);
            PublicKey::es256(&[&[4], x.as_slice(), y].concat()).filter(|_| is_p256)
        }
        (KTY_RSA, ALG_RS256, 4) => {
            let is_65537 = bytes(&key, RSA_E)? == [1, 0, 1];
            PublicKey::rs256(bytes(&key, RSA_N)?).filter(|_| is_65537)
        }
        _ => None,
    }
}

fn integer(key: &Map<'_>, label: i128) -> Option<i128> {
    match key.get(&Item::Integer(label))? {
        Item::Integer(integer) => Some(*integer),
        Item::Bytes(_) | Item::Text(_) | Item::Array(_) | Item::Map(_) | Item::Bool(_) => None,
    }
}

fn bytes<'b>(key: &Map<'b>, label: i128) -> Option<&'b [u8]> {
    key.get(&Item::Integer(label))?.bytes()
}

fn coordinate<'b>(key: &Map<'b>, label: i128) -> Option<&'b [u8; 32]> {
    bytes(key, label)?.try_into().ok()
}
