//! Public keys: the two forms of a `COSE_Key`, all that is near them, and the text that is stored.

use super::made::{Made, X, Y, bytes, es256, int, key, map, point, rs256, text};
use crate::passkey::{PublicKey, Refused};

fn read(key: &[u8]) -> Result<PublicKey, Refused> {
    let made = Made::registration().with(|made| made.key = key.to_owned());
    made.register().map(|passkey| passkey.key)
}

/// An ES256 key with one of its parameters changed.
fn ec_with(label: i64, value: Vec<u8>) -> Vec<u8> {
    let all = [
        (1, int(2)),
        (3, int(-7)),
        (-1, int(1)),
        (-2, bytes(&X)),
        (-3, bytes(&Y)),
    ];
    key(&all.map(|(of, was)| (of, if of == label { value.clone() } else { was })))
}

fn rsa_with(label: i64, value: Vec<u8>) -> Vec<u8> {
    let all = [
        (1, int(3)),
        (3, int(-257)),
        (-1, bytes(&[0xC1; 256])),
        (-2, bytes(&[1, 0, 1])),
    ];
    key(&all.map(|(of, was)| (of, if of == label { value.clone() } else { was })))
}

#[test]
fn both_kinds_are_read() {
    assert_eq!(read(&es256()), Ok(point()));
    let order = [
        (-3, bytes(&Y)),
        (-1, int(1)),
        (3, int(-7)),
        (-2, bytes(&X)),
        (1, int(2)),
    ];
    assert_eq!(read(&key(&order)), Ok(point()));
    for len in [256, 384, 436, 512] {
        let n = vec![0x80; len];
        assert_eq!(
            read(&rs256(&n, &[1, 0, 1])),
            Ok(PublicKey::Rs256 { n }),
            "{len}"
        );
    }
}

#[test]
fn an_es256_key_of_another_form_is_refused() {
    assert_eq!(read(&ec_with(0, vec![])), Ok(point()));
    let longer = [[0].as_slice(), &X].concat();
    for (what, wrong) in [
        ("OKP", ec_with(1, int(1))),
        ("RSA", ec_with(1, int(3))),
        ("a text", ec_with(1, text("EC2"))),
        ("ES384", ec_with(3, int(-35))),
        ("EdDSA", ec_with(3, int(-8))),
        ("RS256", ec_with(3, int(-257))),
        ("P-384", ec_with(-1, int(2))),
        ("no curve", ec_with(-1, bytes(&[1]))),
        ("31 bytes", ec_with(-2, bytes(&X[1..]))),
        ("33 bytes", ec_with(-2, bytes(&longer))),
        ("no bytes", ec_with(-2, bytes(&[]))),
        ("a text", ec_with(-2, text(&"x".repeat(32)))),
        ("31 bytes", ec_with(-3, bytes(&Y[1..]))),
        ("33 bytes", ec_with(-3, bytes(&longer))),
        ("only the sign of y", ec_with(-3, vec![0xF5])),
    ] {
        assert_eq!(read(&wrong), Err(Refused::Key), "{what}");
    }
}

#[test]
fn an_rs256_key_of_another_form_is_refused() {
    assert!(read(&rsa_with(0, vec![])).is_ok());
    let padded = [[0].as_slice(), &[0xC1; 256]].concat();
    for (what, wrong) in [
        ("EC2", rsa_with(1, int(2))),
        ("PS256", rsa_with(3, int(-37))),
        ("RS1", rsa_with(3, int(-65535))),
        ("ES256", rsa_with(3, int(-7))),
        ("2,040 bits", rsa_with(-1, bytes(&[0xC1; 255]))),
        ("4,104 bits", rsa_with(-1, bytes(&[0xC1; 513]))),
        ("a 0 before it", rsa_with(-1, bytes(&padded))),
        ("no bytes", rsa_with(-1, int(7))),
        ("exponent 3", rsa_with(-2, bytes(&[3]))),
        ("exponent 1", rsa_with(-2, bytes(&[1]))),
        (
            "65537 with a 0 before it",
            rsa_with(-2, bytes(&[0, 1, 0, 1])),
        ),
        ("65537 as a number", rsa_with(-2, vec![0x1A, 0, 1, 0, 1])),
    ] {
        assert_eq!(read(&wrong), Err(Refused::Key), "{what}");
    }
}

#[test]
fn a_key_has_all_of_its_parameters_and_no_other() {
    let ec = [
        (1, int(2)),
        (3, int(-7)),
        (-1, int(1)),
        (-2, bytes(&X)),
        (-3, bytes(&Y)),
    ];
    let rsa = [
        (1, int(3)),
        (3, int(-257)),
        (-1, bytes(&[0xC1; 256])),
        (-2, bytes(&[1, 0, 1])),
    ];
    for all in [&ec[..], &rsa] {
        assert!(read(&key(all)).is_ok());
        for at in 0..all.len() {
            let mut less = all.to_vec();
            let (label, _) = less.remove(at);
            assert_eq!(read(&key(&less)), Err(Refused::Key), "without {label}");
            let more = [all, &[(2, bytes(b"kid"))]].concat();
            assert_eq!(read(&key(&more)), Err(Refused::Key));
            let other = [&less[..], &[(2, bytes(b"kid"))]].concat();
            assert_eq!(read(&key(&other)), Err(Refused::Key), "kid for {label}");
            let twice = [all, &all[at..=at]].concat();
            let refused = read(&key(&twice));
            assert_eq!(refused, Err(Refused::AuthenticatorData), "{label} twice");
        }
    }
    assert_eq!(read(&map(&[])), Err(Refused::Key));
    assert_eq!(read(&bytes(&es256())), Err(Refused::Key));
    assert_eq!(read(&[]), Err(Refused::AuthenticatorData));
    // A tag before it, and a label in two bytes.
    let tagged = [[0xD8, 0x3D].as_slice(), &es256()].concat();
    assert_eq!(read(&tagged), Err(Refused::AuthenticatorData));
    let long = [&[0xA5, 0x18, 1], &es256()[2..]].concat();
    assert_eq!(read(&long), Err(Refused::AuthenticatorData));
}

#[test]
fn what_is_stored_is_read_as_it_was() {
    let short = PublicKey::Rs256 { n: vec![0xC1; 256] };
    let long = PublicKey::Rs256 { n: vec![0xC1; 512] };
    for (key, len) in [(point(), 93), (short, 348), (long, 689)] {
        let text = key.encode();
        assert_eq!(text.len(), len);
        assert_eq!(PublicKey::decode(&text), Some(key));
    }
    let stored = format!("ES256:BBER{}IiIi{}", "ERER".repeat(10), "IiIi".repeat(9));
    assert_eq!(point().encode(), format!("{stored}IiI"));
}

#[test]
fn nothing_else_is_a_stored_key() {
    let text = point().encode();
    let rsa = PublicKey::Rs256 { n: vec![0xC1; 256] }.encode();
    for wrong in [
        String::new(),
        "ES256:".to_owned(),
        "RS256:".to_owned(),
        text.replace("ES256", "RS256"),
        rsa.replace("RS256", "ES256"),
        text.replace("ES256", "es256"),
        text.replace(':', ""),
        text.replace(":BB", ":AB"), // no uncompressed point
        format!("{text}="),
        format!("{text}AA"),
        format!("{text} "),
        format!(" {text}"),
        text[..text.len() - 1].to_owned(),
        format!("RS256:AA{}", &rsa[8..]),
    ] {
        assert_eq!(PublicKey::decode(&wrong), None, "{wrong}");
    }
}
