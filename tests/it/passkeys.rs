//! Passkeys with real keys: what the engine reads of them another library reads too, and the signatures are right.

mod authenticator;
mod fuzz;
mod platform;
mod second_opinion;
mod vectors;

use authenticator::{Act, Asserted, Registered, Signer, expected};
use malipo_engine::passkey::{NewPasskey, PublicKey, Refused, ToVerify, assertion, registration};
use platform::is_signed;
use webauthn_rp::response::Backup;

fn keys() -> [Signer; 2] {
    [Signer::es256(&[0x42; 32]), Signer::rs256()]
}

/// A passkey that was made with this act, on which both agree.
#[track_caller]
fn register(key: &Signer, change: impl Fn(&mut Act)) -> NewPasskey {
    let (answer, challenge, other) = second_opinion::registration(|challenge| {
        let mut act = Act::registration(challenge);
        change(&mut act);
        act.register(key)
    });
    let ours = registration(&answer.answer(), &expected(&challenge));
    assert_eq!(
        ours.as_ref().ok(),
        other.as_ref().ok(),
        "{ours:?}, {other:?}"
    );
    ours.unwrap()
}

/// What both say to a use of the passkey: we when the signature is checked and the counter judged.
#[track_caller]
fn both(
    passkey: &NewPasskey,
    backup: Backup,
    answer: impl FnOnce(&[u8]) -> Asserted,
) -> (Result<u32, Option<Refused>>, Result<u32, String>) {
    let (answer, challenge, other) = second_opinion::assertion(passkey, backup, answer);
    let used = assertion(&answer.answer(), &expected(&challenge), &passkey.key);
    let ours = used.map_err(Some).and_then(|used| {
        if !is_signed(&passkey.key, &used) {
            return Err(None);
        }
        let proven = used.proven(passkey.counter);
        proven.map(|proven| proven.counter).map_err(Some)
    });
    (ours, other)
}

#[test]
fn a_passkey_of_either_kind_is_made_and_used() {
    for key in keys() {
        for (flags, counter, backup) in [
            (0x00, 0, Backup::NotEligible),
            (0x00, 7, Backup::NotEligible),
            (0x08, 0, Backup::Eligible),
            (0x18, 0, Backup::Exists),
        ] {
            let passkey = register(&key, |act| {
                act.flags |= flags;
                act.counter = counter;
            });
            assert_eq!(passkey.counter, counter);
            assert_eq!(passkey.is_backed_up, flags == 0x18);
            let stored = PublicKey::decode(&passkey.key.encode());
            assert_eq!(stored.as_ref(), Some(&passkey.key));
            let next = counter + u32::from(counter > 0);
            let (ours, other) = both(&passkey, backup, |challenge| {
                let mut act = Act::assertion(challenge);
                act.flags |= flags;
                act.counter = next;
                act.assert(&key)
            });
            assert_eq!((ours, other), (Ok(next), Ok(next)));
        }
    }
}

#[test]
fn ids_of_16_to_1023_bytes_are_taken_by_both() {
    for len in [16, 17, 255, 256, 1023] {
        let passkey = register(&keys()[0], |act| act.id = vec![9; len]);
        assert_eq!(passkey.credential_id.len(), len);
    }
}

/// An act with one fault, and how we name it.
type Fault = (fn(&mut Act), Refused);

/// What is wrong in both acts.
const FAULTS: [Fault; 14] = [
    (
        |act| act.origin = "https://example.org.evil".into(),
        Refused::Origin,
    ),
    (
        |act| act.origin = "https://evil.example.org".into(),
        Refused::Origin,
    ),
    (
        |act| act.origin = "http://example.org".into(),
        Refused::Origin,
    ),
    (
        |act| act.origin = "https://example.org:8443".into(),
        Refused::Origin,
    ),
    (|act| act.challenge[0] ^= 1, Refused::Challenge),
    (|act| act.challenge.truncate(15), Refused::Challenge),
    (
        |act| act.more = r#","crossOrigin":true"#.into(),
        Refused::Framed,
    ),
    (
        |act| act.more = r#","crossOrigin":true,"topOrigin":"https://example.org""#.into(),
        Refused::Framed,
    ),
    (|act| act.rp_id = "example.com".into(), Refused::RpId),
    (
        |act| act.rp_id = "https://example.org".into(),
        Refused::RpId,
    ),
    (|act| act.flags &= !0x01, Refused::NotPresent),
    (|act| act.flags &= !0x04, Refused::NotVerified),
    (|act| act.flags |= 0x10, Refused::Backup),
    (|act| act.flags |= 0x80, Refused::AuthenticatorData), // extensions that are not there
];

#[test]
fn what_is_wrong_in_a_registration_both_refuse() {
    let own: [Fault; 5] = [
        (|act| act.kind = "webauthn.get", Refused::Type),
        (|act| act.flags &= !0x40, Refused::NoCredential),
        (|act| act.id = vec![9; 15], Refused::CredentialId),
        (|act| act.id = vec![9; 1024], Refused::CredentialId),
        (|act| act.id = vec![], Refused::CredentialId),
    ];
    for key in keys() {
        for (at, (change, refused)) in FAULTS.iter().chain(&own).enumerate() {
            let (answer, challenge, other) = second_opinion::registration(|challenge| {
                let mut act = Act::registration(challenge);
                change(&mut act);
                act.register(&key)
            });
            let ours = registration(&answer.answer(), &expected(&challenge));
            assert_eq!(ours, Err(*refused), "{at}");
            assert!(other.is_err(), "{at}: {refused:?}");
        }
    }
}

#[test]
fn what_is_wrong_in_a_use_both_refuse() {
    let own: [Fault; 4] = [
        (|act| act.kind = "webauthn.create", Refused::Type),
        (|act| act.flags |= 0x40, Refused::AuthenticatorData),
        (|act| act.counter = 7, Refused::Copied),
        (|act| act.counter = 0, Refused::Copied),
    ];
    for key in keys() {
        let passkey = register(&key, |act| act.counter = 7);
        for (at, (change, refused)) in FAULTS.iter().chain(&own).enumerate() {
            let (ours, other) = both(&passkey, Backup::NotEligible, |challenge| {
                let mut act = Act::assertion(challenge);
                act.counter = 8;
                change(&mut act);
                act.assert(&key)
            });
            assert_eq!(ours, Err(Some(*refused)), "{at}");
            assert!(other.is_err(), "{at}: {refused:?}");
        }
    }
}

#[test]
fn another_signature_is_not_right() {
    let [es256, rs256] = keys();
    let stranger = Signer::es256(&[0x43; 32]);
    let passkey = register(&es256, |_| {});
    let changes: [fn(&mut Asserted); 3] = [
        |answer| *answer.signature.last_mut().unwrap() ^= 1,
        |answer| answer.authenticator_data[36] ^= 1, // the counter
        |answer| answer.client_data_json.insert(1, b' '),
    ];
    for change in changes {
        let (ours, other) = both(&passkey, Backup::NotEligible, |challenge| {
            let mut answer = Act::assertion(challenge).assert(&es256);
            change(&mut answer);
            answer
        });
        assert_eq!(ours, Err(None));
        assert!(other.is_err());
    }
    let by = |passkey: &NewPasskey, key: &Signer| {
        let use_it = |challenge: &[u8]| Act::assertion(challenge).assert(key);
        both(passkey, Backup::NotEligible, use_it)
    };
    let (ours, other) = by(&passkey, &stranger);
    assert!(ours == Err(None) && other.is_err());
    let (ours, other) = by(&passkey, &rs256);
    assert!(ours == Err(Some(Refused::Signature)) && other.is_err());
    let (ours, other) = by(&register(&rs256, |_| {}), &es256);
    assert!(ours == Err(Some(Refused::Signature)) && other.is_err());
}

#[test]
fn a_point_off_the_curve_is_left_to_the_platform() {
    let act = Act::registration(b"c");
    let Registered {
        mut attestation_object,
        client_data_json,
        raw_id,
    } = act.register(&keys()[0]);
    *attestation_object.last_mut().unwrap() ^= 1;
    let answer = Registered {
        attestation_object,
        client_data_json,
        raw_id,
    };
    let passkey = registration(&answer.answer(), &expected(b"c")).unwrap();
    let used = Act::assertion(b"c").assert(&keys()[0]);
    let used: ToVerify = assertion(&used.answer(), &expected(b"c"), &passkey.key).unwrap();
    assert!(!is_signed(&passkey.key, &used));
}
