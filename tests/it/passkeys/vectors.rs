//! The test vectors of W3C, "Web Authentication: Level 3", "Test Vectors" (editor's draft, w3c/webauthn at 146d0db0). They are
//! made here as the specification makes them, from HKDF-SHA-256 and RFC 6979, and each is compared with the published one by
//! its hash.

use super::authenticator::{Act, Signer, bytes, expected, text};
use super::platform::is_signed;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hkdf::Hkdf;
use malipo_engine::passkey::{Refused, assertion, registration};
use rsa::sha2::{Digest as _, Sha256};

struct Vector {
    /// `info` of its HKDF.
    info: &'static str,
    id_len: usize,
    /// What `clientDataJSON` says of a frame.
    frame: &'static str,
    /// How many values its attestation certificate takes.
    skipped: u8,
    /// SHA-256 of the registration's `clientDataJSON` and authenticator data.
    made: &'static str,
    /// SHA-256 of the authentication's `authenticatorData`, `clientDataJSON` and `signature`.
    used: &'static str,
    is_made: Result<(), Refused>,
    is_used: Result<(), Refused>,
}

const OWN: &str = r#","crossOrigin":false"#;
const FRAMED: &str = r#","crossOrigin":true"#;
const BELOW: &str = r#","crossOrigin":true,"topOrigin":"https://example.com""#;

/// In the order of the specification. Many of their authenticators have not verified the user.
const VECTORS: [Vector; 7] = [
    Vector {
        info: "none.ES256",
        id_len: 32,
        frame: OWN,
        skipped: 0,
        made: "2104f387137d38aa7e247799ebf180e83573fe71d799a4f44e31f7485e34d81a",
        used: "51f88ba36a5fc7dac2c8448f78d26e018ac7bd09ee414d79572026fd014a36f4",
        is_made: Err(Refused::NotVerified),
        is_used: Err(Refused::NotVerified),
    },
    Vector {
        info: "packed-self.ES256",
        id_len: 32,
        frame: OWN,
        skipped: 0,
        made: "c440888b7911ffba4ca6f6738a7a51e83f45a2a298658dff4bcbd4dd8a8a34d0",
        used: "f04d30c37e47d62e1a8272ea42aa62d80d32ff4fab955209a3bcb2827bb7fa42",
        is_made: Ok(()),
        is_used: Err(Refused::NotVerified),
    },
    Vector {
        info: "none.ES256.crossOrigin",
        id_len: 32,
        frame: FRAMED,
        skipped: 0,
        made: "1fd828e95d0b8edda316053d482749127400aab5e944251209e03c51f045c813",
        used: "c2616949905872d0d015ca2426ea09e1bd2151f29e1f2fff09e0d8123ddaafda",
        is_made: Err(Refused::Framed),
        is_used: Err(Refused::Framed),
    },
    Vector {
        info: "none.ES256.topOrigin",
        id_len: 32,
        frame: BELOW,
        skipped: 0,
        made: "84e4c874d8a093c1aace82d8e7d8f7d83911dde2a0fa7851cbb7c82252b7a256",
        used: "03eb72cf96829fbebe01544b878143e4a52424b50c59492844f8bbd695d03a91",
        is_made: Err(Refused::Framed),
        is_used: Err(Refused::Framed),
    },
    Vector {
        info: "none.ES256.long-credential-id",
        id_len: 1023,
        frame: OWN,
        skipped: 0,
        made: "498326b8e4d3242f8988c8bff157f627489cfb5dec0c749d1fd5fb656bff9d45",
        used: "b64abc4ec62f630444f7dd61d72f9fe5e0907c9bdf53d47010f6035b97f30c69",
        is_made: Err(Refused::NotVerified),
        is_used: Ok(()),
    },
    Vector {
        info: "packed.ES256",
        id_len: 32,
        frame: OWN,
        skipped: 2,
        made: "766594f4b65270d9082363ce57d39342a87f443e01d9070e5fe39701bc2c75ff",
        used: "bb6a9fc3c6c91e151d58e7d4eb7c66adb2969ca751624128c4b250ab81d00cc9",
        is_made: Ok(()),
        is_used: Ok(()),
    },
    Vector {
        info: "packed.RS256",
        id_len: 32,
        frame: OWN,
        skipped: 2,
        made: "ce0248afecbe3276b17cb4dd37b233cf2a1fd7615dbb0eb852d046a8f66e0481",
        used: "1c07a27751cbd730daf24a542b9bd6b9be3152f4361666b99945f007fac3dab6",
        is_made: Ok(()),
        is_used: Err(Refused::NotVerified),
    },
];

/// SHA-256 of the whole `attestationObject` of `packed-self.ES256`, whose statement is the passkey's own signature.
const PACKED_SELF: &str = "69499bf5257be4e618f4462e458666d9827a713bca423b8bb77e8ef214f49f9f";

/// The random values of one vector, each by the number of those before it.
struct Values {
    info: &'static str,
    count: u8,
}

impl Values {
    fn next(&mut self, len: usize) -> Vec<u8> {
        let mut value = vec![0; len];
        let hkdf = Hkdf::<Sha256>::new(Some(&[self.count]), b"WebAuthn test vectors");
        hkdf.expand(self.info.as_bytes(), &mut value).unwrap();
        self.count += 1;
        value
    }

    fn byte(&mut self) -> u8 {
        self.next(1)[0]
    }

    /// What a browser of the future may add to `clientDataJSON`.
    fn more(&mut self, frame: &str) -> String {
        if self.byte() & 0x01 == 0 {
            return frame.to_owned();
        }
        let random = URL_SAFE_NO_PAD.encode(self.next(16));
        let why =
            "clientDataJSON may be extended with additional fields in the future, such as this";
        format!(r#"{frame},"extraData":"{why}: {random}""#)
    }
}

impl Vector {
    /// Its key and its two acts.
    fn derive(&self) -> (Signer, Act, Act) {
        let (info, count) = (self.info, 0);
        let mut values = Values { info, count };
        let mut made = Act::registration(&values.next(32));
        let key = match info.ends_with("RS256") {
            true => Signer::rs256(),
            false => Signer::es256(&values.next(32)),
        };
        made.more = values.more(self.frame);
        made.aaguid = values.next(16).try_into().unwrap();
        made.id = values.next(self.id_len);
        // UV, BE and BS by chance; BS with BE alone.
        let chance = values.byte();
        let backup = if chance & 0x08 == 0 { 0 } else { chance & 0x18 };
        made.flags = 0x41 | chance & 0x04 | backup;
        values.count += self.skipped;
        let mut used = Act::assertion(&values.next(32));
        used.more = values.more(self.frame);
        let chance = values.byte();
        let can_be = made.flags & 0x08;
        let is = if can_be == 0 { 0 } else { chance & 0x10 };
        used.flags = 0x01 | chance & 0x04 | can_be | is;
        (key, made, used)
    }
}

fn hash(parts: &[&[u8]]) -> String {
    let hash = Sha256::digest(parts.concat());
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn the_published_vectors_are_judged_by_what_they_say() {
    for vector in VECTORS {
        let info = vector.info;
        let (key, made, used) = vector.derive();
        let data = made.authenticator_data(&key);
        assert_eq!(
            hash(&[&made.client_data_json(), &data]),
            vector.made,
            "{info}"
        );
        let answer = made.register(&key);
        let read = registration(&answer.answer(), &expected(&made.challenge));
        assert_eq!(
            read.as_ref().map(|_| ()),
            vector.is_made.as_ref().map(|_| ()),
            "{info}"
        );
        let asserted = used.assert(&key);
        let (data, client) = (&asserted.authenticator_data, &asserted.client_data_json);
        assert_eq!(
            hash(&[data, client, &asserted.signature]),
            vector.used,
            "{info}"
        );
        // Its key is read from a registration that says what ours must.
        let verified = Act::registration(b"c").register(&key);
        let passkey = registration(&verified.answer(), &expected(b"c")).unwrap();
        let read = assertion(&asserted.answer(), &expected(&used.challenge), &passkey.key);
        assert_eq!(
            read.as_ref().map(|_| ()),
            vector.is_used.as_ref().map(|_| ()),
            "{info}"
        );
        if let Ok(read) = read {
            assert!(is_signed(&passkey.key, &read), "{info}");
        }
    }
}

#[test]
fn a_passkey_that_attests_itself_is_read_like_any_other() {
    let vector = &VECTORS[1];
    let (key, made, _) = vector.derive();
    let signature = bytes(&key.sign(&made.signed(&key)));
    let statement = [&[0xA2], &text("alg")[..], &[0x26], &text("sig"), &signature].concat();
    let answer = made.register_with(&key, "packed", &statement);
    assert_eq!(hash(&[&answer.attestation_object]), PACKED_SELF);
    let read = registration(&answer.answer(), &expected(&made.challenge)).unwrap();
    assert_eq!((read.counter, read.is_backed_up), (0, true));
    assert_eq!(read.credential_id, made.id);
}
