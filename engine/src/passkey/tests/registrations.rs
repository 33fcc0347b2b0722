//! New passkeys: the attestation object and the authenticator data, with each of their parts changed.

use super::made::{Made, bytes, es256, int, map, point, text};
use crate::passkey::{ATTESTATION_LEN_MAX, NewPasskey, Refused};

#[track_caller]
fn check(what: &str, change: impl Fn(&mut Made), refused: Refused) {
    let read = Made::registration().with(change).register();
    assert_eq!(read, Err(refused), "{what}");
}

#[test]
fn a_new_passkey_is_read() {
    let expected = NewPasskey {
        credential_id: (0..32).collect(),
        key: point(),
        counter: 7,
        is_backed_up: false,
    };
    assert_eq!(Made::registration().register(), Ok(expected.clone()));
    let backed_up = Made::registration().with(|made| made.flags |= 0x18);
    let of_an_account = NewPasskey {
        is_backed_up: true,
        ..expected.clone()
    };
    assert_eq!(backed_up.register(), Ok(of_an_account));
    // It could be backed up, and is not; bits that mean nothing yet.
    for bits in [0x08, 0x02, 0x20] {
        let made = Made::registration().with(|made| made.flags |= bits);
        assert_eq!(made.register(), Ok(expected.clone()), "{bits:02x}");
    }
    let most = Made::registration().with(|made| made.counter = u32::MAX);
    assert_eq!(most.register().unwrap().counter, u32::MAX);
}

#[test]
fn the_statement_is_ignored_whatever_it_says() {
    let certificates = [&[0x81], bytes(&[0x30; 900]).as_slice()].concat();
    let packed = map(&[
        (text("alg"), int(-7)),
        (text("sig"), bytes(&[1; 70])),
        (text("x5c"), certificates),
    ]);
    for fmt in ["none", "packed", "fido-u2f", "made up", ""] {
        for statement in [map(&[]), packed.clone(), vec![0x80], int(1)] {
            let made = Made::registration().with(|made| {
                made.fmt = text(fmt);
                made.statement = statement.clone();
            });
            assert!(made.register().is_ok(), "{fmt}");
        }
    }
}

#[test]
fn the_flags_say_who_was_there() {
    for (flags, refused) in [
        (0x44, Refused::NotPresent),
        (0x41, Refused::NotVerified),
        (0x59, Refused::NotVerified), // backed up
        (0x40, Refused::NotPresent),
        (0x55, Refused::Backup),
        (0x05, Refused::NoCredential),
        (0x1D, Refused::NoCredential),
    ] {
        check(&format!("{flags:02x}"), |made| made.flags = flags, refused);
    }
}

#[test]
fn another_relying_party_is_refused() {
    for id in [
        "example",
        "pay.example.evil",
        "Pay.example",
        "https://pay.example",
        "",
    ] {
        check(id, |made| made.rp_id = id.to_owned(), Refused::RpId);
    }
}

#[test]
fn an_id_has_16_to_1023_bytes_and_is_the_one_beside_it() {
    let of = |len: usize| {
        Made::registration().with(|made| {
            made.id = vec![5; len];
            made.raw_id = vec![5; len];
        })
    };
    for len in [16, 17, 255, 256, 1023] {
        assert_eq!(of(len).register().unwrap().credential_id, vec![5; len]);
    }
    for len in [0, 1, 15, 1024, 1025, 3000] {
        assert_eq!(of(len).register(), Err(Refused::CredentialId), "{len}");
    }
    let mut other: Vec<u8> = (0..32).collect();
    other[31] ^= 1;
    for raw_id in [other, (0..31).collect(), (0..33).collect(), Vec::new()] {
        check(
            "rawId",
            |made| made.raw_id.clone_from(&raw_id),
            Refused::CredentialId,
        );
    }
}

#[test]
fn extensions_are_read_and_ignored() {
    let with = |extensions: Vec<u8>| {
        Made::registration().with(|made| {
            made.flags |= 0x80;
            made.extensions.clone_from(&extensions);
        })
    };
    let several = map(&[
        (text("credProtect"), int(2)),
        (text("hmac-secret"), vec![0xF5]),
    ]);
    for extensions in [map(&[]), several.clone()] {
        assert!(with(extensions.clone()).register().is_ok());
        let more = [extensions.as_slice(), &[0]].concat();
        assert_eq!(with(more).register(), Err(Refused::AuthenticatorData));
    }
    for wrong in [
        vec![],
        vec![0x80],
        int(1),
        several[..several.len() - 1].to_vec(),
        map(&[(text("a"), int(1)), (text("a"), int(2))]),
        [[0xC1].as_slice(), &map(&[])].concat(),
    ] {
        let refused = with(wrong.clone()).register();
        assert_eq!(refused, Err(Refused::AuthenticatorData), "{wrong:02x?}");
    }
    // Without their flag they are something left over.
    check(
        "no flag",
        |made| made.extensions = map(&[]),
        Refused::AuthenticatorData,
    );
}

#[test]
fn what_breaks_off_is_refused_at_every_length() {
    let made = Made::registration();
    let data = made.authenticator_data();
    let object_of = |data: &[u8]| {
        map(&[
            (text("fmt"), text("none")),
            (text("attStmt"), map(&[])),
            (text("authData"), bytes(data)),
        ])
    };
    assert_eq!(made.attestation_object(), object_of(&data));
    for len in 0..data.len() {
        let refused = made.register_as(&object_of(&data[..len]));
        assert_eq!(refused, Err(Refused::AuthenticatorData), "{len}");
    }
    let object = made.attestation_object();
    for len in 0..object.len() {
        let refused = made.register_as(&object[..len]);
        assert_eq!(refused, Err(Refused::Attestation), "{len}");
    }
    let more = [object.as_slice(), &[0]].concat();
    assert_eq!(made.register_as(&more), Err(Refused::Attestation));
}

#[test]
fn an_attestation_object_has_its_three_fields_and_no_other() {
    let made = Made::registration();
    let field = |name: &str| match name {
        "fmt" => (text("fmt"), text("none")),
        "attStmt" => (text("attStmt"), map(&[])),
        "authData" => (text("authData"), bytes(&made.authenticator_data())),
        other => (text(other), int(0)),
    };
    let of = |names: &[&str]| {
        let fields: Vec<_> = names.iter().map(|name| field(name)).collect();
        made.register_as(&map(&fields)).map(|_| ())
    };
    // The order does not matter.
    assert_eq!(of(&["authData", "fmt", "attStmt"]), Ok(()));
    for names in [
        &[][..],
        &["fmt", "attStmt"],
        &["fmt", "authData"],
        &["attStmt", "authData"],
        &["fmt", "attStmt", "authData", "epAtt"],
        &["fmt", "attStmt", "authData", "authData"],
        &["Fmt", "attStmt", "authData"],
    ] {
        assert_eq!(of(names), Err(Refused::Attestation), "{names:?}");
    }
    let as_text = (text("authData"), text("no bytes"));
    let as_text = map(&[field("fmt"), field("attStmt"), as_text]);
    for wrong in [
        as_text,
        int(1),
        bytes(&made.attestation_object()),
        vec![0x83, 0, 0, 0],
    ] {
        assert_eq!(
            made.register_as(&wrong),
            Err(Refused::Attestation),
            "{wrong:02x?}"
        );
    }
    // 3 fields, the count in two bytes.
    let long = [&[0xB8, 3], &made.attestation_object()[1..]].concat();
    assert_eq!(made.register_as(&long), Err(Refused::Attestation));
}

#[test]
fn four_kilobytes_are_read_and_no_more() {
    let of = |len: usize| {
        let made =
            |len: usize| Made::registration().with(|made| made.statement = bytes(&vec![0; len]));
        let rest = made(1000).attestation_object().len() - 1000;
        let made = made(len - rest);
        assert_eq!(made.attestation_object().len(), len);
        made.register().map(|_| ())
    };
    assert_eq!(of(ATTESTATION_LEN_MAX), Ok(()));
    assert_eq!(of(ATTESTATION_LEN_MAX + 1), Err(Refused::Attestation));
}

#[test]
fn each_byte_but_those_that_mean_nothing_changes_the_answer() {
    let made = Made::registration();
    let object = made.attestation_object();
    let good = made.register();
    let find = |needle: &[u8]| {
        let at = object.windows(needle.len()).position(|part| part == needle);
        at.unwrap()
    };
    // The format's name, the authenticator's make.
    let ignored = [
        find(b"none")..find(b"none") + 4,
        find(&[0xAA; 16])..find(&[0xAA; 16]) + 16,
    ];
    let key = find(&es256());
    for at in 0..object.len() {
        let mut changed = object.clone();
        changed[at] ^= 0x01;
        let is_ignored = ignored.iter().any(|range| range.contains(&at));
        assert_eq!(
            made.register_as(&changed) == good,
            is_ignored,
            "byte {at}, key at {key}"
        );
    }
}
