//! Uses of a passkey: what is to be verified, and the counter.

use super::made::{Made, SIGNATURE, bytes, es256, map, point, text};
use crate::passkey::{Proven, PublicKey, Refused};
use sha2::{Digest as _, Sha256};

#[track_caller]
fn check(what: &str, change: impl Fn(&mut Made), refused: Refused) {
    let read = Made::assertion().with(change).assert();
    assert_eq!(read, Err(refused), "{what}");
}

#[test]
fn the_data_and_the_hash_of_what_the_browser_said_are_signed() {
    let made = Made::assertion();
    let read = made.assert().unwrap();
    let data = made.authenticator_data();
    assert_eq!((data.len(), read.signed.len()), (37, 69));
    assert_eq!(read.signed[..37], data);
    let hash = Sha256::digest(made.client_data_json());
    assert_eq!(read.signed[37..], hash[..]);
    let half = |digits: &str| [vec![0; 24], hex::decode(digits).unwrap()].concat();
    let expected = [half("0102030405060708"), half("1112131415161718")].concat();
    assert_eq!(read.signature, expected);
}

#[test]
fn an_rsa_signature_is_as_long_as_its_modulus_and_goes_as_it_is() {
    let key = PublicKey::Rs256 { n: vec![0xC1; 256] };
    let of = |signature: Vec<u8>| {
        let made = Made::assertion().with(|made| made.signature.clone_from(&signature));
        let read = made.assert_as(&made.authenticator_data(), &key);
        read.map(|read| read.signature)
    };
    assert_eq!(of(vec![0xFF; 256]), Ok(vec![0xFF; 256]));
    for len in [0, 64, 255, 257, 512] {
        assert_eq!(of(vec![1; len]), Err(Refused::Signature), "{len}");
    }
    assert_eq!(of(hex::decode(SIGNATURE).unwrap()), Err(Refused::Signature));
}

#[test]
fn a_signature_of_another_form_is_refused() {
    for wrong in [
        vec![],
        vec![1; 64],
        vec![0x30, 6, 2, 1, 0x80, 2, 1, 1],
        vec![0x30, 0],
    ] {
        check(
            "signature",
            |made| made.signature.clone_from(&wrong),
            Refused::Signature,
        );
    }
}

#[test]
fn the_flags_and_the_relying_party_are_judged_as_for_a_new_one() {
    for (flags, refused) in [
        (0x04, Refused::NotPresent),
        (0x01, Refused::NotVerified),
        (0x19, Refused::NotVerified), // backed up
        (0x15, Refused::Backup),
        (0x85, Refused::AuthenticatorData), // extensions that are not there
    ] {
        check(&format!("{flags:02x}"), |made| made.flags = flags, refused);
    }
    check(
        "RP id",
        |made| made.rp_id = "pay.example.evil".into(),
        Refused::RpId,
    );
    // A new credential has no place here, well formed as it may be.
    check(
        "a credential",
        |made| made.flags |= 0x40,
        Refused::AuthenticatorData,
    );
    check(
        "no flag",
        |made| made.extensions = es256(),
        Refused::AuthenticatorData,
    );
}

#[test]
fn what_breaks_off_or_goes_on_is_refused_at_every_length() {
    let made = Made::assertion().with(|made| {
        made.flags |= 0x80;
        made.extensions = map(&[(text("hmac-secret"), bytes(&[7; 32]))]);
    });
    let data = made.authenticator_data();
    assert!(made.assert().is_ok());
    for len in 0..data.len() {
        let refused = made.assert_as(&data[..len], &point());
        assert_eq!(refused, Err(Refused::AuthenticatorData), "{len}");
    }
    let more = [data.as_slice(), &[0]].concat();
    assert_eq!(
        made.assert_as(&more, &point()),
        Err(Refused::AuthenticatorData)
    );
    let of = |len: usize| {
        let made = Made::assertion().with(|made| {
            made.flags |= 0x80;
            made.extensions = map(&[(text("a"), bytes(&vec![0; len]))]);
        });
        let data = made.authenticator_data();
        (data.len(), made.assert_as(&data, &point()).map(|_| ()))
    };
    let rest = of(1000).0 - 1000;
    assert_eq!(of(4096 - rest), (4096, Ok(())));
    assert_eq!(of(4097 - rest), (4097, Err(Refused::AuthenticatorData)));
}

#[test]
fn the_counter_grows_or_is_not_used() {
    let proven = |counter: u32, stored: u32| {
        let made = Made::assertion().with(|made| made.counter = counter);
        made.assert()
            .unwrap()
            .proven(stored)
            .map(|proven| proven.counter)
    };
    for (counter, stored) in [
        (0, 0),
        (1, 0),
        (8, 7),
        (u32::MAX, 0),
        (u32::MAX, u32::MAX - 1),
    ] {
        assert_eq!(
            proven(counter, stored),
            Ok(counter),
            "{stored} to {counter}"
        );
    }
    for (counter, stored) in [
        (0, 1),
        (1, 1),
        (7, 7),
        (6, 7),
        (0, u32::MAX),
        (u32::MAX, u32::MAX),
    ] {
        assert_eq!(
            proven(counter, stored),
            Err(Refused::Copied),
            "{stored} to {counter}"
        );
    }
}

#[test]
fn a_passkey_may_come_to_be_backed_up() {
    for (flags, is_backed_up) in [(0x05, false), (0x0D, false), (0x1D, true)] {
        let made = Made::assertion().with(|made| made.flags = flags);
        let expected = Proven {
            counter: 7,
            is_backed_up,
        };
        assert_eq!(
            made.assert().unwrap().proven(6),
            Ok(expected),
            "{flags:02x}"
        );
    }
}
