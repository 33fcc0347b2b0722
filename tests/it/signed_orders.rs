//! Orders that a shop has signed: what each claim must be. A published JWT library signs.

mod strangers;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use malipo_engine::order::Origin;
use malipo_engine::signed_order::{
    Audience, BadOrderSecret, CLOCK_SKEW_MS, LIFETIME_MS_MAX, OrderRefused, OrderSecrets,
    SignedOrder,
};
use malipo_shared::api::{ApiError, ErrorCode};
use malipo_shared::{BadKes, Kes, LinkId};
use serde_json::{Value, json};

const SECRET: &str = "an-order-secret-of-more-than-32-bytes";
const OLD_SECRET: &str = "the-order-secret-from-before-that-one";
const NOW_MS: u64 = 1_780_342_564_000;
const NOW_SECS: u64 = NOW_MS / 1000;

type Verified = Result<SignedOrder, OrderRefused>;

fn verify_with(jwt: &str, previous: Option<&str>) -> Verified {
    let link = LinkId::parse("main").unwrap();
    let audience = Audience {
        env: "production",
        link: &link,
    };
    let secrets = OrderSecrets::parse(SECRET, previous).unwrap();
    SignedOrder::verify(jwt, &secrets, &audience, NOW_MS)
}

fn verify(jwt: &str) -> Verified {
    verify_with(jwt, None)
}

fn claims() -> Value {
    json!({
        "aud": "malipo:production:main", "iat": NOW_SECS, "exp": NOW_SECS + 3600,
        "amount": 1500, "reference": "INV-2041/b", "description": "Two tickets",
    })
}

/// The claims with one set to `value`; `null` leaves it out.
fn with(claim: &str, value: Value) -> Value {
    let mut claims = claims();
    match value {
        Value::Null => claims.as_object_mut().unwrap().remove(claim),
        value => claims.as_object_mut().unwrap().insert(claim.into(), value),
    };
    claims
}

fn key(secret: &str) -> EncodingKey {
    EncodingKey::from_secret(secret.as_bytes())
}

/// A token as a shop's server makes it.
fn token(claims: &Value) -> String {
    jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &key(SECRET)).unwrap()
}

/// A token of any texts, with a good HS256 signature.
fn raw(header: &str, claims: &str) -> String {
    let signed = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part));
    let signed = signed.join(".");
    let signature = jsonwebtoken::crypto::sign(signed.as_bytes(), &key(SECRET), Algorithm::HS256);
    format!("{signed}.{}", signature.unwrap())
}

const HS256: &str = r#"{"alg":"HS256"}"#;

#[track_caller]
fn refused(jwt: &str, expected: OrderRefused) {
    assert_eq!(verify(jwt), Err(expected), "{jwt}");
}

#[track_caller]
fn bad_claim(claim: &'static str, value: Value) {
    let shown = value.to_string();
    match verify(&token(&with(claim, value))) {
        Err(OrderRefused::Claim { name, .. } | OrderRefused::Holds { name, .. }) => {
            assert_eq!(name, claim, "{shown}")
        }
        other => panic!("{claim} = {shown}: {other:?}"),
    }
}

#[test]
fn what_the_shop_signed_is_read_as_it_was_meant() {
    let order = SignedOrder {
        reference: "INV-2041/b".into(),
        amount: Kes::new(1500).unwrap(),
        description: "Two tickets".into(),
        issued_at_ms: NOW_MS,
        expires_at_ms: NOW_MS + 3_600_000,
    };
    assert_eq!(verify(&token(&claims())), Ok(order.clone()));
    let opened = order.clone().into_order(Some("gift".into()));
    assert_eq!(
        (opened.amount, opened.note.as_deref()),
        (order.amount, Some("gift"))
    );
    let origin = Origin::Signed {
        reference: "INV-2041/b".into(),
        issued_at_ms: NOW_MS,
    };
    assert_eq!(
        (opened.origin, opened.description),
        (origin, order.description.clone())
    );
    // Claims and header fields of the shop's own.
    let more = with("sub", json!({"cart": [1, 2.5, null]}));
    assert_eq!(verify(&token(&more)), Ok(order.clone()));
    for header in [
        r#"{"typ":"JWT","alg":"HS256","kid":"2"}"#,
        r#"{"alg":"HS256","typ":"order+jwt"}"#,
        r#"{"alg":"HS256","typ":7}"#,
    ] {
        assert_eq!(
            verify(&raw(header, &claims().to_string())),
            Ok(order.clone()),
            "{header}"
        );
    }
}

#[test]
fn an_order_is_for_one_shop_in_one_environment() {
    assert!(verify(&token(&with("aud", json!(["malipo:production:main"])))).is_ok());
    let expected = || OrderRefused::Audience("malipo:production:main".into());
    for aud in [
        Value::Null,
        json!("malipo:production:other"),
        json!("malipo:sandbox:main"),
        json!("malipo:production:main "),
        json!("MALIPO:PRODUCTION:MAIN"),
        json!("malipo:production:mainx"),
        json!(""),
        json!([]),
        json!(["malipo:production:main", "malipo:sandbox:main"]),
        json!(["malipo:production:main", "malipo:production:main"]),
        json!([["malipo:production:main"]]),
        json!({"malipo:production:main": true}),
        json!(7),
    ] {
        refused(&token(&with("aud", aud)), expected());
    }
    assert_eq!(
        ApiError::from(expected()).message,
        "The order is for someone else: `aud` must be `malipo:production:main`."
    );
}

#[test]
fn an_expired_order_is_read_with_its_time() {
    for exp in [0, 1, NOW_SECS - 1, NOW_SECS] {
        let mut claims = with("exp", json!(exp));
        claims["iat"] = json!(NOW_SECS - 7200);
        let order = verify(&token(&claims)).unwrap();
        assert_eq!(order.expires_at_ms, exp * 1000);
        assert_eq!(order.issued_at_ms, NOW_MS - 7_200_000);
    }
}

#[test]
fn times_are_whole_seconds_that_can_be() {
    for claim in ["iat", "exp"] {
        for value in [
            Value::Null,
            json!(NOW_SECS.to_string()),
            json!(1_780_342_564.5),
            json!(-1),
            json!(true),
            json!([NOW_SECS]),
            json!(u64::MAX),
        ] {
            bad_claim(claim, value);
        }
    }
    bad_claim("nbf", json!("soon"));
    let skew_secs = CLOCK_SKEW_MS / 1000;
    for claim in ["iat", "nbf"] {
        assert!(verify(&token(&with(claim, json!(NOW_SECS + skew_secs)))).is_ok());
        for ahead in [NOW_SECS + skew_secs + 1, NOW_MS] {
            refused(
                &token(&with(claim, json!(ahead))),
                OrderRefused::NotYet(claim),
            );
        }
    }
    let longest = NOW_SECS + LIFETIME_MS_MAX / 1000;
    assert!(verify(&token(&with("exp", json!(longest)))).is_ok());
    bad_claim("exp", json!(longest + 1));
    bad_claim("exp", json!(NOW_MS + 3_600_000));
}

#[test]
fn an_amount_is_a_whole_number_of_shillings() {
    for (amount, why) in [
        (json!(0), BadKes::TooSmall),
        (json!(-1), BadKes::TooSmall),
        (json!(-0.5), BadKes::TooSmall),
        (json!(i64::MIN), BadKes::TooSmall),
        (json!(150.5), BadKes::Cents),
        (json!(150.0), BadKes::Cents),
        (json!(250_001), BadKes::TooLarge),
        (json!(u64::MAX), BadKes::TooLarge),
        (json!(1e30), BadKes::TooLarge),
    ] {
        refused(&token(&with("amount", amount)), OrderRefused::Amount(why));
    }
    // 2^32 + 1 and 2^64 + 1: nothing wraps round to KES 1.
    for huge in ["4294967297", "18446744073709551617"] {
        let claims = claims().to_string().replace("1500", huge);
        refused(&raw(HS256, &claims), OrderRefused::Amount(BadKes::TooLarge));
    }
    for other in [
        Value::Null,
        json!("1500"),
        json!("KES 1,500"),
        json!([1500]),
        json!({"kes": 1500}),
        json!(true),
    ] {
        bad_claim("amount", other);
    }
    for least_and_most in [1, 250_000] {
        let order = verify(&token(&with("amount", json!(least_and_most)))).unwrap();
        assert_eq!(u64::from(order.amount), least_and_most);
    }
}

#[test]
fn names_are_visible_and_short() {
    for (claim, most) in [("reference", 64), ("description", 100)] {
        for value in [
            Value::Null,
            json!(""),
            json!("  "),
            json!(7),
            json!(["a"]),
            json!("x".repeat(most + 1)),
            json!("a\nb"),
            json!("a\u{0}b"),
            json!("a\u{7f}b"),
            json!("a\u{200b}b"),
            json!("a\u{202e}b"),
            json!("a\u{2066}b"),
            json!("a\u{feff}b"),
        ] {
            bad_claim(claim, value);
        }
        for good in ["x".repeat(most), "é".repeat(most), "Chai ya 🐘 #5".into()] {
            assert!(verify(&token(&with(claim, json!(good)))).is_ok(), "{good}");
        }
    }
    bad_claim("reference", json!(" INV-1"));
    bad_claim("reference", json!("INV-1 "));
    let spaced = verify(&token(&with("description", json!(" Two tickets\n")))).unwrap();
    assert_eq!(spaced.description, "Two tickets");
}

#[test]
fn secrets_are_long_enough_and_never_shown() {
    fn parse(current: &str, previous: Option<&str>) -> Option<BadOrderSecret> {
        OrderSecrets::parse(current, previous).err()
    }
    let short = &SECRET[..31];
    assert_eq!(parse(&SECRET[..32], Some(OLD_SECRET)), None);
    assert_eq!(parse(short, None), Some(BadOrderSecret::Current));
    assert_eq!(parse("", None), Some(BadOrderSecret::Current));
    assert_eq!(
        parse(&format!("{SECRET}\n"), None),
        Some(BadOrderSecret::Current)
    );
    assert_eq!(parse(SECRET, Some(short)), Some(BadOrderSecret::Previous));
    assert_eq!(parse(SECRET, Some("")), Some(BadOrderSecret::Previous));
    let shown = format!(
        "{:?}",
        OrderSecrets::parse(SECRET, Some(OLD_SECRET)).unwrap()
    );
    assert!(!shown.contains("order-secret"), "{shown}");
}

#[test]
fn a_refusal_says_what_the_shop_has_to_do() {
    let error = |jwt: &str| ApiError::from(verify(jwt).unwrap_err());
    let missing = error(&token(&with("iat", Value::Null)));
    assert_eq!(missing.code, ErrorCode::InvalidOrder);
    assert_eq!(
        (missing.code.status(), missing.param.as_deref()),
        (422, Some("order"))
    );
    assert_eq!(
        missing.message,
        "`iat` must be a whole number of seconds since 1970."
    );
    assert_eq!(
        error(&token(&with("amount", json!(99.5)))).message,
        "`amount` cannot be paid. M-PESA takes whole shillings only, for example 1500."
    );
    assert!(!error("x.y.z").message.contains(SECRET));
}
