//! A token is good in one way, and wrong in many.

use super::*;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

const TEAM: &str = "https://team.cloudflareaccess.com";
const AUD: &str = "32eafc7626e974616deaf0dc3ce63d7bcbed58a2731e84d06bc3cdf1b53c4228";
const NOW_MS: u64 = 1_780_000_000_000;

fn access() -> Access {
    Access::parse(TEAM, AUD, false).unwrap()
}

fn token(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.c2ln", part(header), part(claims))
}

fn header() -> Value {
    json!({"alg": "RS256", "kid": "k1", "typ": "JWT"})
}

fn claims() -> Value {
    let now = NOW_MS / 1000;
    json!({"aud": [AUD], "email": "user@example.com", "exp": now + 60, "iat": now, "nbf": now, "iss": TEAM,
        "type": "app", "sub": "7335d417"})
}

#[track_caller]
fn read(header: &Value, claims: &Value) -> Result<u64, TokenRefused> {
    let token = token(header, claims);
    access().read(&token, NOW_MS).map(|read| read.expires_at_ms)
}

#[test]
fn a_good_token_is_taken_apart() {
    let token = token(&header(), &claims());
    let read = access().read(&token, NOW_MS).unwrap();
    assert_eq!(
        (read.kid.as_str(), read.signature.as_slice()),
        ("k1", &b"sig"[..])
    );
    assert_eq!(format!("{}.c2ln", read.signed), token);
    assert_eq!(read.expires_at_ms, NOW_MS + 60_000);
}

#[test]
fn only_rs256_with_a_named_key_is_a_signature() {
    for wrong in [
        json!({"alg": "none", "kid": "k1"}),
        json!({"alg": "HS256", "kid": "k1"}),
        json!({"alg": "RS512", "kid": "k1"}),
        json!({"alg": "rs256", "kid": "k1"}),
        json!({"kid": "k1"}),
        json!({"alg": "RS256"}),
        json!({"alg": "RS256", "kid": 1}),
        json!({"alg": "RS256", "kid": "k1", "crit": ["b64"]}),
    ] {
        assert_eq!(
            read(&wrong, &claims()),
            Err(TokenRefused::Algorithm),
            "{wrong}"
        );
    }
}

#[test]
fn each_claim_must_be_right() {
    let now = NOW_MS / 1000;
    for (name, value, expected) in [
        (
            "iss",
            json!("https://other.cloudflareaccess.com"),
            Err(TokenRefused::Issuer),
        ),
        ("iss", json!(format!("{TEAM}/")), Err(TokenRefused::Issuer)),
        ("iss", Value::Null, Err(TokenRefused::Issuer)),
        ("aud", json!(["other"]), Err(TokenRefused::Audience)),
        ("aud", json!([]), Err(TokenRefused::Audience)),
        ("aud", Value::Null, Err(TokenRefused::Audience)),
        ("aud", json!(AUD), Ok(NOW_MS + 60_000)),
        ("aud", json!(["other", AUD]), Ok(NOW_MS + 60_000)),
        ("exp", json!(now), Err(TokenRefused::Expired)),
        ("exp", json!("soon"), Err(TokenRefused::Expired)),
        ("exp", Value::Null, Err(TokenRefused::Expired)),
        ("exp", json!(now + 1), Ok(NOW_MS + 1_000)),
        ("nbf", json!(now + 60), Ok(NOW_MS + 60_000)),
        ("nbf", json!(now + 61), Err(TokenRefused::NotYet)),
        ("nbf", json!("now"), Err(TokenRefused::NotYet)),
    ] {
        let mut claims = claims();
        claims[name] = value.clone();
        assert_eq!(read(&header(), &claims), expected, "{name}: {value}");
    }
}

#[test]
fn what_is_no_token_is_refused() {
    let good = token(&header(), &claims());
    let twice = URL_SAFE_NO_PAD.encode(r#"{"aud":"a","aud":"b"}"#);
    let head = good.split('.').next().unwrap().to_owned();
    for wrong in [
        String::new(),
        "a.b".into(),
        good.replace(".c2ln", ".c2ln="),
        format!("{head}.{twice}.c2ln"),
        format!("{good}.more"),
        "x".repeat(TOKEN_LEN_MAX + 1),
    ] {
        assert_eq!(access().read(&wrong, NOW_MS), Err(TokenRefused::Malformed));
    }
}

#[test]
fn the_variables_are_a_team_and_a_tag() {
    let slash = Access::parse(&format!("{TEAM}/"), AUD, false);
    assert_eq!(slash, Ok(access()));
    assert_eq!(access().keys_url(), format!("{TEAM}/cdn-cgi/access/certs"));
    for team in [
        "",
        "team",
        "http://team.example",
        "https://",
        "https://a/b",
        "http://127.0.0.1:1",
    ] {
        let why = Access::parse(team, AUD, false).unwrap_err();
        assert!(why.starts_with("ACCESS_TEAM_DOMAIN"), "{team}: {why}");
    }
    assert!(Access::parse("http://127.0.0.1:1", AUD, true).is_ok());
    assert!(Access::parse("http://127.0.0.2:1", AUD, true).is_err());
    for aud in ["", "short", &AUD.replace('3', " ")] {
        assert!(
            Access::parse(TEAM, aud, false)
                .unwrap_err()
                .starts_with("ACCESS_AUD")
        );
    }
    let other = Access::parse(TEAM, &AUD.replace('3', "4"), false).unwrap();
    assert_ne!(access().mark(), other.mark());
}
