//! `Signer` and `Act`: a browser and an authenticator with real keys. A test changes what they say before it is signed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use malipo_engine::passkey::{Assertion, Expected, Registration};
use rsa::sha2::{Digest as _, Sha256};
use rsa::signature::{SignatureEncoding as _, Signer as _};
use rsa::traits::PublicKeyParts as _;
use rsa::{BigUint, RsaPrivateKey, pkcs1v15};

pub(super) const ORIGIN: &str = "https://example.org";
pub(super) const RP_ID: &str = "example.org";

/// A passkey's private key.
pub(super) enum Signer {
    Es256(p256::ecdsa::SigningKey),
    Rs256(Box<RsaPrivateKey>),
}

/// What is said in one act, and by whom.
#[derive(Clone)]
pub(super) struct Act {
    pub(super) kind: &'static str,
    pub(super) challenge: Vec<u8>,
    pub(super) origin: String,
    /// What `clientDataJSON` has after the origin.
    pub(super) more: String,
    pub(super) rp_id: String,
    pub(super) flags: u8,
    pub(super) counter: u32,
    pub(super) aaguid: [u8; 16],
    pub(super) id: Vec<u8>,
}

pub(super) struct Registered {
    pub(super) client_data_json: Vec<u8>,
    pub(super) attestation_object: Vec<u8>,
    pub(super) raw_id: Vec<u8>,
}

pub(super) struct Asserted {
    pub(super) client_data_json: Vec<u8>,
    pub(super) authenticator_data: Vec<u8>,
    pub(super) signature: Vec<u8>,
}

impl Signer {
    pub(super) fn es256(secret: &[u8]) -> Signer {
        Signer::Es256(p256::ecdsa::SigningKey::from_slice(secret).unwrap())
    }

    /// The RSA key of the WebAuthn test vectors: 3,482 bits, made of two Mersenne primes.
    pub(super) fn rs256() -> Signer {
        let prime = |exponent: usize| (BigUint::from(1_u8) << exponent) - 1_u8;
        // The larger first: the library subtracts the smaller's remainder and adds the first until it is above nothing.
        let key = RsaPrivateKey::from_p_q(prime(2203), prime(1279), 65537_u32.into());
        Signer::Rs256(Box::new(key.unwrap()))
    }

    pub(super) fn cose(&self) -> Vec<u8> {
        match self {
            Signer::Es256(key) => {
                let point = key.verifying_key().to_encoded_point(false);
                let (x, y) = (bytes(point.x().unwrap()), bytes(point.y().unwrap()));
                let head = [0xA5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21];
                [&head, &x[..], &[0x22], &y].concat()
            }
            Signer::Rs256(key) => {
                let head = [0xA4, 0x01, 0x03, 0x03, 0x39, 0x01, 0x00, 0x20];
                let n = bytes(&key.n().to_bytes_be());
                [&head, &n[..], &[0x21, 0x43, 0x01, 0x00, 0x01]].concat()
            }
        }
    }

    /// As an authenticator writes it: DER for ES256.
    pub(super) fn sign(&self, message: &[u8]) -> Vec<u8> {
        match self {
            Signer::Es256(key) => {
                let signature: p256::ecdsa::Signature = key.sign(message);
                signature.to_der().as_bytes().to_vec()
            }
            Signer::Rs256(key) => {
                let key = pkcs1v15::SigningKey::<Sha256>::new((**key).clone());
                key.sign(message).to_vec()
            }
        }
    }
}

impl Act {
    /// UP, UV and AT.
    pub(super) fn registration(challenge: &[u8]) -> Act {
        Act {
            kind: "webauthn.create",
            challenge: challenge.to_owned(),
            origin: ORIGIN.to_owned(),
            more: r#","crossOrigin":false"#.to_owned(),
            rp_id: RP_ID.to_owned(),
            flags: 0x45,
            counter: 0,
            aaguid: [0xAA; 16],
            id: (0..32).collect(),
        }
    }

    /// UP and UV.
    pub(super) fn assertion(challenge: &[u8]) -> Act {
        Act {
            kind: "webauthn.get",
            flags: 0x05,
            ..Act::registration(challenge)
        }
    }

    pub(super) fn client_data_json(&self) -> Vec<u8> {
        let challenge = URL_SAFE_NO_PAD.encode(&self.challenge);
        let (kind, origin, more) = (self.kind, &self.origin, &self.more);
        format!(r#"{{"type":"{kind}","challenge":"{challenge}","origin":"{origin}"{more}}}"#).into()
    }

    pub(super) fn authenticator_data(&self, key: &Signer) -> Vec<u8> {
        let hash = Sha256::digest(&self.rp_id);
        let counter = self.counter.to_be_bytes();
        let head = [hash.as_slice(), &[self.flags], &counter].concat();
        if self.flags & 0x40 == 0 {
            return head;
        }
        let len = u16::try_from(self.id.len()).unwrap().to_be_bytes();
        [&head, &self.aaguid[..], &len, &self.id, &key.cose()].concat()
    }

    /// What is signed in both acts: a passkey may attest itself with it.
    pub(super) fn signed(&self, key: &Signer) -> Vec<u8> {
        let hash = Sha256::digest(self.client_data_json());
        [self.authenticator_data(key), hash.to_vec()].concat()
    }

    pub(super) fn register(&self, key: &Signer) -> Registered {
        self.register_with(key, "none", &[0xA0])
    }

    /// With this format and statement, which are CBOR already.
    pub(super) fn register_with(&self, key: &Signer, fmt: &str, statement: &[u8]) -> Registered {
        let data = bytes(&self.authenticator_data(key));
        let fmt = [text("fmt"), text(fmt)].concat();
        let statement = [&text("attStmt"), statement].concat();
        Registered {
            client_data_json: self.client_data_json(),
            attestation_object: [vec![0xA3], fmt, statement, text("authData"), data].concat(),
            raw_id: self.id.clone(),
        }
    }

    pub(super) fn assert(&self, key: &Signer) -> Asserted {
        Asserted {
            client_data_json: self.client_data_json(),
            authenticator_data: self.authenticator_data(key),
            signature: key.sign(&self.signed(key)),
        }
    }
}

impl Registered {
    pub(super) fn answer(&self) -> Registration<'_> {
        Registration {
            client_data_json: &self.client_data_json,
            attestation_object: &self.attestation_object,
            raw_id: &self.raw_id,
        }
    }
}

impl Asserted {
    pub(super) fn answer(&self) -> Assertion<'_> {
        Assertion {
            client_data_json: &self.client_data_json,
            authenticator_data: &self.authenticator_data,
            signature: &self.signature,
        }
    }
}

pub(super) fn expected(challenge: &[u8]) -> Expected<'_> {
    Expected {
        challenge,
        origin: ORIGIN,
        rp_id: RP_ID,
    }
}

pub(super) fn bytes(bytes: &[u8]) -> Vec<u8> {
    [head(2, bytes.len()), bytes.to_vec()].concat()
}

pub(super) fn text(text: &str) -> Vec<u8> {
    [head(3, text.len()), text.into()].concat()
}

fn head(major: u8, len: usize) -> Vec<u8> {
    let major = major << 5;
    match len {
        0..24 => vec![major | len as u8],
        24..0x100 => vec![major | 24, len as u8],
        _ => [
            &[major | 25],
            &u16::try_from(len).unwrap().to_be_bytes()[..],
        ]
        .concat(),
    }
}
