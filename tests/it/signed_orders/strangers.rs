//! What strangers make of a signed order: other keys, other algorithms, altered and broken tokens.

use super::*;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use malipo_engine::signed_order::TOKEN_LEN_MAX;
use proptest::prelude::*;

#[test]
fn the_previous_secret_still_counts_and_no_other() {
    let signed_by = |secret: &str| {
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims(), &key(secret)).unwrap()
    };
    let old = signed_by(OLD_SECRET);
    assert!(verify_with(&old, Some(OLD_SECRET)).is_ok());
    assert!(verify_with(&token(&claims()), Some(OLD_SECRET)).is_ok());
    refused(&old, OrderRefused::Signature);
    for stranger in [
        "",
        "x",
        "another secret of more than 32 bytes!",
        &SECRET.to_uppercase(),
    ] {
        let forged = signed_by(stranger);
        assert_eq!(
            verify_with(&forged, Some(OLD_SECRET)),
            Err(OrderRefused::Signature)
        );
    }
}

#[test]
fn only_hs256_is_taken_whatever_the_header_says() {
    let claims = claims().to_string();
    let none = URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#);
    let unsigned = format!("{none}.{}.", URL_SAFE_NO_PAD.encode(&claims));
    refused(&unsigned, OrderRefused::Algorithm);
    for header in [
        r#"{"alg":"none"}"#,
        r#"{"alg":"None"}"#,
        r#"{"alg":"hs256"}"#,
        r#"{"alg":"HS256 "}"#,
        // The old trick: a verifier that lets the token choose takes our secret for another kind of key.
        r#"{"alg":"RS256"}"#,
        r#"{"alg":"ES256"}"#,
        r#"{"alg":"HS512"}"#,
        r#"{"alg":["HS256"]}"#,
        r#"{"alg":null}"#,
        r#"{}"#,
        r#"{"typ":"JWT"}"#,
        r#"{"ALG":"HS256"}"#,
        r#"{"alg":"HS256","alg":"HS256"}"#,
        r#"{"alg":"HS256","alg":"none"}"#,
        r#"{"alg":"HS256","crit":["b64"],"b64":false}"#,
        r#"{"alg":"HS256","crit":[]}"#,
        r#"{"alg":"HS256","crit":null}"#,
        r#"["HS256"]"#,
        r#""HS256""#,
        r#"{"alg":"HS256"} x"#,
        r#"{"alg":"HS256""#,
        "",
    ] {
        refused(&raw(header, &claims), OrderRefused::Algorithm);
    }
    for algorithm in [Algorithm::HS384, Algorithm::HS512] {
        let longer = jsonwebtoken::encode(&Header::new(algorithm), &super::claims(), &key(SECRET));
        refused(&longer.unwrap(), OrderRefused::Algorithm);
    }
    // The right header over a signature of the wrong kind.
    let good = token(&super::claims());
    let (signed, _) = good.rsplit_once('.').unwrap();
    let sha512 = jsonwebtoken::crypto::sign(signed.as_bytes(), &key(SECRET), Algorithm::HS512);
    refused(
        &format!("{signed}.{}", sha512.unwrap()),
        OrderRefused::Signature,
    );
    refused(&format!("{signed}."), OrderRefused::Signature);
}

#[test]
fn a_claim_that_stands_twice_is_refused() {
    for (claim, value) in [
        ("amount", "1"),
        ("amount", "1500"),
        ("aud", "\"malipo:production:main\""),
        ("exp", "9999999999"),
        ("iat", "1"),
        ("reference", "\"INV-1\""),
        ("description", "\"x\""),
        // The same name, written otherwise.
        (r"\u0061mount", "1"),
    ] {
        let claims = claims().to_string();
        let twice = claims.replacen('{', &format!("{{\"{claim}\":{value},"), 1);
        refused(&raw(HS256, &twice), OrderRefused::Malformed);
    }
}

#[test]
fn what_is_no_token_is_refused() {
    let good = token(&claims());
    let [header, body, signature]: [&str; 3] =
        good.split('.').collect::<Vec<_>>().try_into().unwrap();
    for (jwt, expected) in [
        ("", OrderRefused::Malformed),
        (".", OrderRefused::Malformed),
        ("..", OrderRefused::Algorithm),
        ("a.b", OrderRefused::Malformed),
        ("a.b.c", OrderRefused::Algorithm),
        ("Bearer x.y.z", OrderRefused::Algorithm),
        (&format!("{header}.{body}"), OrderRefused::Malformed),
        (&format!("{good}."), OrderRefused::Signature),
        (&format!("{good}.{signature}"), OrderRefused::Signature),
        (&format!(".{good}"), OrderRefused::Algorithm),
        (&format!(" {good}"), OrderRefused::Algorithm),
        (&format!("{good}\n"), OrderRefused::Malformed),
        (&format!("{good}="), OrderRefused::Malformed),
        (
            &format!("{header}=.{body}.{signature}"),
            OrderRefused::Algorithm,
        ),
        (
            &format!("{header}.{body}=.{signature}"),
            OrderRefused::Signature,
        ),
        (
            &format!("{header}.{body}.{}", &signature[..41]),
            OrderRefused::Malformed,
        ),
        (
            &format!("{header}.{body}.{}", &signature[..20]),
            OrderRefused::Signature,
        ),
        (
            &format!("{header}.{body}.{signature}AAAA"),
            OrderRefused::Signature,
        ),
        (&format!("{header}.{body}.é"), OrderRefused::Malformed),
    ] {
        assert_eq!(verify(jwt), Err(expected), "{jwt}");
    }
    // The other alphabet, and padding.
    let bytes = URL_SAFE_NO_PAD.decode(signature).unwrap();
    refused(
        &format!("{header}.{body}.{}", STANDARD.encode(&bytes)),
        OrderRefused::Malformed,
    );
    refused(
        &format!("{header}.{body}.{}", URL_SAFE.encode(&bytes)),
        OrderRefused::Malformed,
    );
    // A claim that we do not know, twice.
    refused(&raw(HS256, r#"{"sub":1,"sub":2}"#), OrderRefused::Malformed);
    // Well signed, and no claims.
    for claims in [
        "",
        "{",
        "null",
        "[]",
        "7",
        "\"x\"",
        "{} {}",
        "{\"amount\":1e999}",
    ] {
        refused(&raw(HS256, claims), OrderRefused::Malformed);
    }
    refused(
        &raw(HS256, "{}"),
        OrderRefused::Audience("malipo:production:main".into()),
    );
    let nested = format!("{{\"x\":{}1{}}}", "[".repeat(1000), "]".repeat(1000));
    assert!(verify(&raw(HS256, &nested)).is_err());
    assert!(verify(&raw(&nested, "{}")).is_err());
}

#[test]
fn a_token_has_a_length() {
    let padded = |n: usize| token(&with("x", json!("x".repeat(n))));
    let room = (TOKEN_LEN_MAX - padded(0).len()) * 3 / 4;
    assert!(verify(&padded(room - 2)).is_ok());
    refused(&padded(room + 2), OrderRefused::TooLong);
    refused(&"x".repeat(1_000_000), OrderRefused::TooLong);
}

#[test]
fn every_bit_of_a_token_is_guarded() {
    let good = token(&claims());
    assert!(verify(&good).is_ok());
    for at in 0..good.len() {
        for bit in 0..7 {
            let mut bytes = good.clone().into_bytes();
            bytes[at] ^= 1 << bit;
            let forged = String::from_utf8(bytes).unwrap();
            assert!(verify(&forged).is_err(), "bit {bit} of byte {at}: {forged}");
        }
        let mut shorter = good.clone();
        shorter.remove(at);
        assert!(verify(&shorter).is_err(), "without byte {at}");
        assert!(verify(&good[..at]).is_err(), "cut at {at}");
    }
}

proptest! {
    #[test]
    fn any_order_reads_back_and_no_altered_one(
        amount in 1..=250_000_u64,
        reference in "[!-~]( ?[!-~]){0,31}",
        description in "[!-~]([ -~]{0,98}[!-~])?",
        age_secs in 0..100_000_u64,
        life_secs in 0..100_000_u64,
        at in any::<prop::sample::Index>(),
        byte in 0..0x80_u8,
    ) {
        let (iat, exp) = (NOW_SECS - age_secs, NOW_SECS - age_secs + life_secs);
        let jwt = token(&json!({
            "aud": "malipo:production:main", "iat": iat, "exp": exp,
            "amount": amount, "reference": reference, "description": description,
        }));
        prop_assert_eq!(verify(&jwt), Ok(SignedOrder {
            reference,
            amount: Kes::new(amount).unwrap(),
            description,
            issued_at_ms: iat * 1000,
            expires_at_ms: exp * 1000,
        }));
        let mut forged = jwt.clone().into_bytes();
        let at = at.index(forged.len());
        prop_assume!(forged[at] != byte);
        forged[at] = byte;
        prop_assert!(verify(&String::from_utf8(forged).unwrap()).is_err());
    }

    #[test]
    fn no_text_is_too_strange_to_be_refused(text in any::<String>()) {
        prop_assert!(verify(&text).is_err());
        prop_assert!(verify(&raw(&text, &claims().to_string())).is_err());
        prop_assert!(verify(&raw(HS256, &text)).is_err());
    }
}
