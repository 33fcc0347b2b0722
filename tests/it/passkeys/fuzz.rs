//! What holds for every byte that anyone can send as a passkey's. How many are tried: as in [`crate::fuzz`].

use super::authenticator::{Act, Asserted, Registered, Signer, expected};
use super::platform::is_signed;
use crate::fuzz::share;
use malipo_engine::passkey::{PublicKey, Refused, assertion, registration};
use proptest::prelude::*;
use std::sync::LazyLock;

const CHALLENGE: &[u8] = b"a challenge";

/// A passkey of each kind.
static MADE: LazyLock<[Registered; 2]> = LazyLock::new(|| {
    let mut act = Act::registration(CHALLENGE);
    act.counter = 7;
    keys().map(|key| act.register(&key))
});

static USED: LazyLock<[Asserted; 2]> = LazyLock::new(|| {
    let act = Act::assertion(CHALLENGE);
    keys().map(|key| act.assert(&key))
});

fn keys() -> [Signer; 2] {
    [Signer::es256(&[0x42; 32]), Signer::rs256()]
}

fn key(made: &Registered) -> PublicKey {
    registration(&made.answer(), &expected(CHALLENGE))
        .unwrap()
        .key
}

/// A change at a place, which is taken modulo the length.
#[derive(Debug, Clone)]
enum Change {
    Set(usize, u8),
    Flip(usize, u8),
    Insert(usize, Vec<u8>),
    Remove(usize, usize),
    End(usize),
}

fn change() -> impl Strategy<Value = Change> {
    // What begins something in CBOR, DER and JSON.
    let telling = prop::sample::select(
        &[
            0x00, 0x01, 0x02, 0x18, 0x19, 0x1B, 0x1F, 0x30, 0x41, 0x5B, 0x5F, 0x7B, 0x81, 0xA1,
            0xBF, 0xC1, 0xF5, 0xFB, 0xFF, b'"', b'{',
        ][..],
    );
    let byte = prop_oneof![telling, any::<u8>()];
    prop_oneof![
        (any::<usize>(), byte.clone()).prop_map(|(at, byte)| Change::Set(at, byte)),
        (any::<usize>(), 0..8_u8).prop_map(|(at, bit)| Change::Flip(at, bit)),
        (any::<usize>(), prop::collection::vec(byte, 1..6))
            .prop_map(|(at, bytes)| Change::Insert(at, bytes)),
        (any::<usize>(), 1..40_usize).prop_map(|(at, len)| Change::Remove(at, len)),
        any::<usize>().prop_map(Change::End),
    ]
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    prop::collection::vec(change(), 0..4)
}

fn changed(bytes: &[u8], changes: &[Change]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for change in changes {
        let len = bytes.len().max(1);
        match change {
            Change::Set(at, byte) => bytes
                .iter_mut()
                .skip(at % len)
                .take(1)
                .for_each(|b| *b = *byte),
            Change::Flip(at, bit) => bytes
                .iter_mut()
                .skip(at % len)
                .take(1)
                .for_each(|b| *b ^= 1 << bit),
            Change::Insert(at, more) => {
                let at = at % (bytes.len() + 1);
                bytes.splice(at..at, more.iter().copied());
            }
            Change::Remove(at, count) => {
                let at = at % len;
                let end = (at + count).min(bytes.len());
                bytes.drain(at.min(end)..end);
            }
            Change::End(at) => bytes.truncate(at % len),
        }
    }
    bytes
}

/// Bytes that nobody has made.
fn any_bytes() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..200)
}

proptest! {
    #![proptest_config(share(20))]

    #[test]
    fn a_changed_registration_is_refused_or_says_what_it_holds(
        which in 0..2_usize, client in changes(), object in changes(), id in changes(),
    ) {
        let made = &MADE[which];
        let answer = Registered {
            client_data_json: changed(&made.client_data_json, &client),
            attestation_object: changed(&made.attestation_object, &object),
            raw_id: changed(&made.raw_id, &id),
        };
        if let Ok(read) = registration(&answer.answer(), &expected(CHALLENGE)) {
            prop_assert_eq!(&read.credential_id, &answer.raw_id);
            prop_assert!((16..=1023).contains(&read.credential_id.len()));
            let has = |part: &[u8]| answer.attestation_object.windows(part.len()).any(|w| w == part);
            prop_assert!(has(&read.credential_id) && has(&read.counter.to_be_bytes()));
            match &read.key {
                PublicKey::Es256(point) => prop_assert!(point[0] == 4 && has(&point[1..33]) && has(&point[33..])),
                PublicKey::Rs256 { n } => prop_assert!((256..=512).contains(&n.len()) && has(n)),
            }
            prop_assert_eq!(PublicKey::decode(&read.key.encode()), Some(read.key));
        }
    }

    #[test]
    fn only_what_was_signed_is_proven(
        which in 0..2_usize, client in changes(), data in changes(), signature in changes(), stored in 0..3_u32,
    ) {
        let (made, used) = (&MADE[which], &USED[which]);
        let answer = Asserted {
            client_data_json: changed(&used.client_data_json, &client),
            authenticator_data: changed(&used.authenticator_data, &data),
            signature: changed(&used.signature, &signature),
        };
        let key = key(made);
        if let Ok(read) = assertion(&answer.answer(), &expected(CHALLENGE), &key) {
            let is_same = answer.client_data_json == used.client_data_json
                && answer.authenticator_data == used.authenticator_data
                && answer.signature == used.signature;
            prop_assert_eq!(is_signed(&key, &read), is_same);
            let is_behind = read.proven(stored) == Err(Refused::Copied);
            prop_assert_eq!(is_behind && is_same, stored > 0 && is_same);
        }
    }
}

proptest! {
    #![proptest_config(share(20))]

    #[test]
    fn no_bytes_panic(
        client in any_bytes(), object in any_bytes(), data in any_bytes(), signature in any_bytes(), text in "\\PC{0,100}",
    ) {
        let (made, used) = (&MADE[0], &USED[0]);
        let registered = |client: &[u8], object: &[u8]| {
            let answer = Registered {
                client_data_json: client.to_vec(),
                attestation_object: object.to_vec(),
                raw_id: made.raw_id.clone(),
            };
            registration(&answer.answer(), &expected(CHALLENGE)).is_ok()
        };
        // Behind the head that says who it is for, whatever flags there are.
        let head = &used.authenticator_data[..32];
        let asserted = |client: &[u8], data: &[u8], signature: &[u8]| {
            let answer = Asserted {
                client_data_json: client.to_vec(),
                authenticator_data: data.to_vec(),
                signature: signature.to_vec(),
            };
            assertion(&answer.answer(), &expected(CHALLENGE), &key(made)).is_ok()
        };
        let said = &used.client_data_json;
        prop_assert!(!registered(&client, &made.attestation_object));
        prop_assert!(!registered(&made.client_data_json, &object));
        prop_assert!(!asserted(&client, &used.authenticator_data, &used.signature));
        prop_assert!(!asserted(said, &data, &used.signature));
        let _ = asserted(said, &[head, &data].concat(), &used.signature);
        let _ = asserted(said, &used.authenticator_data, &signature);
        prop_assert_eq!(PublicKey::decode(&text), None);
    }
}
