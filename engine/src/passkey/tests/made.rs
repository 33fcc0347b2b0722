//! `Made`: a browser's answers, written byte by byte, of which a test changes a part. Its keys are no keys: nothing here checks
//! a signature.

use crate::passkey::{Assertion, Expected, NewPasskey, PublicKey, Refused, Registration};
use crate::passkey::{ToVerify, assertion, registration};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

pub(super) const EXPECTED: Expected<'_> = Expected {
    challenge: b"a challenge of this act",
    origin: "https://pay.example",
    rp_id: "pay.example",
};
pub(super) const X: [u8; 32] = [0x11; 32];
pub(super) const Y: [u8; 32] = [0x22; 32];
/// `r` and `s`, 8 bytes each.
pub(super) const SIGNATURE: &str = "30140208010203040506070802081112131415161718";

/// What goes into an answer.
#[derive(Clone)]
pub(super) struct Made {
    /// `clientDataJSON`, unless it is given as a text.
    pub(super) client: Value,
    pub(super) client_text: Option<String>,
    pub(super) fmt: Vec<u8>,
    pub(super) statement: Vec<u8>,
    pub(super) rp_id: String,
    pub(super) flags: u8,
    pub(super) counter: u32,
    pub(super) id: Vec<u8>,
    pub(super) raw_id: Vec<u8>,
    pub(super) key: Vec<u8>,
    /// What stands at the end of the authenticator data.
    pub(super) extensions: Vec<u8>,
    pub(super) signature: Vec<u8>,
}

impl Made {
    pub(super) fn new(kind: &str, flags: u8) -> Made {
        let id: Vec<u8> = (0..32).collect();
        Made {
            client: json!({
                "type": kind,
                "challenge": URL_SAFE_NO_PAD.encode(EXPECTED.challenge),
                "origin": EXPECTED.origin,
                "crossOrigin": false,
            }),
            client_text: None,
            fmt: text("none"),
            statement: map(&[]),
            rp_id: EXPECTED.rp_id.to_owned(),
            flags,
            counter: 7,
            raw_id: id.clone(),
            id,
            key: es256(),
            extensions: Vec::new(),
            signature: hex::decode(SIGNATURE).unwrap(),
        }
    }

    /// UP, UV and AT.
    pub(super) fn registration() -> Made {
        Made::new("webauthn.create", 0x45)
    }

    /// UP and UV.
    pub(super) fn assertion() -> Made {
        Made::new("webauthn.get", 0x05)
    }

    pub(super) fn with(mut self, change: impl Fn(&mut Made)) -> Made {
        change(&mut self);
        self
    }

    pub(super) fn client_data_json(&self) -> Vec<u8> {
        let text = self.client_text.clone();
        text.unwrap_or_else(|| self.client.to_string()).into_bytes()
    }

    pub(super) fn authenticator_data(&self) -> Vec<u8> {
        let credential = match self.flags & 0x40 {
            0 => Vec::new(),
            _ => {
                let len = u16::try_from(self.id.len()).unwrap().to_be_bytes();
                [&[0xAA; 16], len.as_slice(), &self.id, &self.key].concat()
            }
        };
        let hash = Sha256::digest(&self.rp_id).to_vec();
        let counter = self.counter.to_be_bytes().to_vec();
        let head = [hash, vec![self.flags], counter].concat();
        [head, credential, self.extensions.clone()].concat()
    }

    pub(super) fn attestation_object(&self) -> Vec<u8> {
        map(&[
            (text("fmt"), self.fmt.clone()),
            (text("attStmt"), self.statement.clone()),
            (text("authData"), bytes(&self.authenticator_data())),
        ])
    }

    pub(super) fn register(&self) -> Result<NewPasskey, Refused> {
        self.register_as(&self.attestation_object())
    }

    /// With this attestation object instead.
    pub(super) fn register_as(&self, object: &[u8]) -> Result<NewPasskey, Refused> {
        let answer = Registration {
            client_data_json: &self.client_data_json(),
            attestation_object: object,
            raw_id: &self.raw_id,
        };
        registration(&answer, &EXPECTED)
    }

    pub(super) fn assert(&self) -> Result<ToVerify, Refused> {
        self.assert_as(&self.authenticator_data(), &point())
    }

    /// With these authenticator data instead, for the passkey of this key.
    pub(super) fn assert_as(&self, data: &[u8], key: &PublicKey) -> Result<ToVerify, Refused> {
        let answer = Assertion {
            client_data_json: &self.client_data_json(),
            authenticator_data: data,
            signature: &self.signature,
        };
        assertion(&answer, &EXPECTED, key)
    }
}

pub(super) fn point() -> PublicKey {
    PublicKey::Es256([&[4], X.as_slice(), &Y].concat().try_into().unwrap())
}

pub(super) fn es256() -> Vec<u8> {
    key(&[
        (1, int(2)),
        (3, int(-7)),
        (-1, int(1)),
        (-2, bytes(&X)),
        (-3, bytes(&Y)),
    ])
}

pub(super) fn rs256(n: &[u8], e: &[u8]) -> Vec<u8> {
    key(&[(1, int(3)), (3, int(-257)), (-1, bytes(n)), (-2, bytes(e))])
}

pub(super) fn key(parameters: &[(i64, Vec<u8>)]) -> Vec<u8> {
    let entries = parameters.iter();
    let entries: Vec<_> = entries
        .map(|(of, value)| (int(*of), value.clone()))
        .collect();
    map(&entries)
}

pub(super) fn int(integer: i64) -> Vec<u8> {
    match u64::try_from(integer) {
        Ok(integer) => head(0, integer),
        Err(_) => head(1, integer.unsigned_abs() - 1),
    }
}

pub(super) fn bytes(bytes: &[u8]) -> Vec<u8> {
    [head(2, bytes.len() as u64), bytes.to_vec()].concat()
}

pub(super) fn text(text: &str) -> Vec<u8> {
    [head(3, text.len() as u64), text.into()].concat()
}

pub(super) fn map(entries: &[(Vec<u8>, Vec<u8>)]) -> Vec<u8> {
    let items = entries
        .iter()
        .map(|(key, value)| [&key[..], value].concat());
    [vec![head(5, entries.len() as u64)], items.collect()]
        .concat()
        .concat()
}

fn head(major: u8, argument: u64) -> Vec<u8> {
    let [.., a, b] = argument.to_be_bytes();
    let major = major << 5;
    match argument {
        0..24 => vec![major | b],
        24..0x100 => vec![major | 24, b],
        0x100..0x1_0000 => vec![major | 25, a, b],
        _ => panic!("nothing here is so long"),
    }
}
