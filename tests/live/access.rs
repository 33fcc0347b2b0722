//! Signing in to the dashboard behind Cloudflare Access, which this plays: a team with keys of its own, made anew for each
//! run, and the header that Access puts on what it lets through.

use crate::http::{self, Reply, at};
use crate::operator::secret;
use crate::shop::now_secs;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use rsa::pkcs1::EncodeRsaPrivateKey as _;
use rsa::pkcs8::{EncodePublicKey as _, LineEnding};
use rsa::traits::PublicKeyParts as _;
use rsa::{RsaPrivateKey, rand_core::OsRng};
use serde_json::{Value, json};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;

/// A key of the team's: what signs, and what it shows of it.
struct TeamKey {
    signs: EncodingKey,
    shown: Value,
    pem: String,
}

/// What the team shows, and how often it was asked.
#[derive(Default)]
struct Shown {
    keys: Vec<Value>,
    asked: usize,
}

struct Team {
    /// The one that everybody knows from the beginning.
    first: TeamKey,
    shown: Mutex<Shown>,
}

impl TeamKey {
    fn new(kid: &str) -> TeamKey {
        let key = RsaPrivateKey::new(&mut OsRng, 2048).unwrap();
        let number = |bytes: Vec<u8>| URL_SAFE_NO_PAD.encode(bytes);
        let (n, e) = (number(key.n().to_bytes_be()), number(key.e().to_bytes_be()));
        TeamKey {
            signs: EncodingKey::from_rsa_der(key.to_pkcs1_der().unwrap().as_bytes()),
            shown: json!({"kid": kid, "kty": "RSA", "alg": "RS256", "use": "sig", "n": n, "e": e}),
            pem: key
                .to_public_key()
                .to_public_key_pem(LineEnding::LF)
                .unwrap(),
        }
    }
}

impl Team {
    fn shown(&self) -> MutexGuard<'_, Shown> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The address of the team that answers, then of the one that is away.
fn address(which: usize) -> String {
    let teams = at("MALIPO_ACCESS_TEAMS");
    let address = teams.split(' ').nth(which).unwrap();
    address
        .strip_prefix("ACCESS_TEAM_DOMAIN:")
        .unwrap()
        .to_owned()
}

/// Opens the team's key set, once for all tests.
fn team() -> &'static Team {
    static TEAM: OnceLock<Team> = OnceLock::new();
    static OPEN: std::sync::Once = std::sync::Once::new();
    let team = TEAM.get_or_init(|| {
        let first = TeamKey::new("first");
        let keys = vec![first.shown.clone()];
        let shown = Mutex::new(Shown { keys, asked: 0 });
        Team { first, shown }
    });
    OPEN.call_once(|| {
        let server = tiny_http::Server::http(address(0).strip_prefix("http://").unwrap()).unwrap();
        thread::spawn(move || {
            for request in server.incoming_requests() {
                let mut shown = team.shown();
                let is_there = request.url() == "/cdn-cgi/access/certs";
                shown.asked += usize::from(is_there);
                let said = json!({"keys": shown.keys, "public_certs": []}).to_string();
                let answer = tiny_http::Response::from_string(said);
                let _ = request.respond(answer.with_status_code(if is_there { 200 } else { 404 }));
            }
        });
    });
    team
}

fn behind_access() -> String {
    team();
    at("MALIPO_BEHIND_ACCESS_URL")
}

/// What Access says of somebody whom it has let in.
fn claims() -> Value {
    let now = now_secs();
    json!({"aud": [at("MALIPO_ACCESS_AUD")], "email": "user@example.com", "exp": now + 600, "iat": now, "nbf": now,
        "iss": address(0), "type": "app", "sub": "7335d417-61da-459d-899c-0a01c76a2f94", "country": "KE"})
}

fn signed(kid: &str, claims: &Value, key: &TeamKey) -> String {
    let header = Header {
        kid: Some(kid.to_owned()),
        ..Header::new(Algorithm::RS256)
    };
    jsonwebtoken::encode(&header, claims, &key.signs).unwrap()
}

/// The dashboard's page asks to be signed in, through Access.
#[track_caller]
fn sign_in(worker: &str, token: &str, more: &[(&str, &str)]) -> Reply {
    let ours = [
        ("Cf-Access-Jwt-Assertion", token),
        ("Origin", worker),
        ("X-Malipo-Dashboard", "1"),
    ];
    let url = format!("{worker}/dashboard/session");
    http::send("POST", &url, &[&ours[..], more].concat(), "")
}

#[track_caller]
fn is_refused(reply: &Reply, status: u16, words: &str) {
    assert_eq!(reply.status, status, "{}", reply.text);
    assert!(reply.text.contains(words), "{}", reply.text);
    assert_eq!(reply.header("set-cookie"), None);
}

/// The cookie of a session, as the browser sends it back, and how long it is kept, in seconds.
#[track_caller]
fn cookie(reply: &Reply) -> (String, u64) {
    assert_eq!(reply.status, 200, "{}", reply.text);
    let set = reply.header("set-cookie").unwrap();
    for part in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(set.contains(part), "{set}");
    }
    let mut parts = set.split("; ");
    let cookie = parts.next().unwrap().to_owned();
    let mut ages = parts.filter_map(|part| part.strip_prefix("Max-Age="));
    (cookie, ages.next().unwrap().parse().unwrap())
}

#[track_caller]
fn unmatched(worker: &str, cookie: &str) -> Reply {
    let url = format!("{worker}/v1/merchant/unmatched");
    http::send("GET", &url, &[("Cookie", cookie)], "")
}

#[test]
fn whom_access_lets_in_is_signed_in_without_a_key_until_its_token_ends() {
    let worker = behind_access();
    let token = signed("first", &claims(), &team().first);
    let url = format!("{worker}/dashboard/session");
    // The page asks first; being asked signs nobody in.
    let before = http::send("GET", &url, &[("Cf-Access-Jwt-Assertion", &token)], "");
    assert_eq!(before.header("set-cookie"), None);
    let logout_url = format!("{}/cdn-cgi/access/logout", address(0));
    assert_eq!(
        before.json(),
        json!({"link": null, "access_logout_url": logout_url})
    );
    assert_eq!(http::get(&url).json()["access_logout_url"], Value::Null);

    let made = sign_in(&worker, &token, &[]);
    let (cookie, secs) = cookie(&made);
    let said = made.json();
    assert_eq!(
        (&said["link"], &said["prefix"]),
        (&json!("main"), &json!(""))
    );
    assert_eq!(said["access_logout_url"], logout_url.as_str());
    let exp = claims()["exp"].as_u64().unwrap() * 1000;
    let ends = said["expires_at_ms"].as_u64().unwrap();
    assert!(secs <= 600 && ends <= exp, "{secs} s, {ends} of {exp}");
    assert_eq!(unmatched(&worker, &cookie).status, 200);
    let close = format!("{worker}/v1/merchant/payments/M0123456789/close");
    let elsewhere = [
        ("Cookie", cookie.as_str()),
        ("Origin", "https://evil.example"),
    ];
    assert_eq!(
        http::unchecked("POST", &close, &elsewhere, b"{}").status,
        403
    );
    // A day's token makes no longer session than a key does.
    let mut long = claims();
    long["exp"] = json!(now_secs() + 7 * 24 * 3600);
    let made = sign_in(&worker, &signed("first", &long, &team().first), &[]);
    assert!(self::cookie(&made).1 <= 12 * 3600, "{made:?}");

    signing_out_ends(&worker, &cookie);
    let another = self::cookie(&made).0;
    assert_eq!(unmatched(&worker, &another).status, 200, "another session");
}

/// Signs this session out: its cookie, kept by somebody, opens nothing any more.
#[track_caller]
fn signing_out_ends(worker: &str, cookie: &str) {
    let url = format!("{worker}/dashboard/session");
    let kept = [("Cookie", cookie)];
    assert_ne!(
        http::send("GET", &url, &kept, "").json()["link"],
        Value::Null
    );
    let out = http::send(
        "DELETE",
        &url,
        &[&from_its_page(worker)[..], &kept].concat(),
        "",
    );
    assert!(out.header("set-cookie").unwrap().contains("Max-Age=0"));
    is_refused(&unmatched(worker, cookie), 401, "Sign in again");
    assert_eq!(
        http::send("GET", &url, &kept, "").json()["link"],
        Value::Null
    );
}

/// What the dashboard's own page sends with what changes something.
fn from_its_page(worker: &str) -> [(&str, &str); 2] {
    [("Origin", worker), ("X-Malipo-Dashboard", "1")]
}

#[test]
fn signing_out_ends_one_session_of_a_key_and_no_other() {
    let made_key = crate::deployment::make_key("main", "for signing out").0;
    let (own, deployment) = (at("MALIPO_URL"), crate::deployment::deployment());
    for (worker, key) in [(own, secret("API_KEY")), (deployment, made_key)] {
        let bearer = format!("Bearer {key}");
        let headers = [&from_its_page(&worker)[..], &[("Authorization", &bearer)]].concat();
        let url = format!("{worker}/dashboard/session");
        let [first, second] = [(), ()].map(|()| cookie(&http::send("POST", &url, &headers, "")).0);
        assert_ne!(first, second);
        signing_out_ends(&worker, &first);
        assert_eq!(unmatched(&worker, &second).status, 200, "another tab's");
    }
}

#[test]
fn a_session_of_access_opens_nothing_where_access_is_set_up_otherwise() {
    let token = signed("first", &claims(), &team().first);
    let (cookie, _) = cookie(&sign_in(&behind_access(), &token, &[]));
    // The same master key, and another team; then no Access at all.
    for other in [at("MALIPO_REFUNDS_URL"), at("MALIPO_URL")] {
        let asked = unmatched(&other, &cookie);
        is_refused(&asked, 401, "What opened this session no longer stands");
    }
}

#[test]
fn only_the_page_itself_signs_in() {
    let worker = behind_access();
    let token = signed("first", &claims(), &team().first);
    let url = format!("{worker}/dashboard/session");
    for headers in [
        vec![
            ("Origin", "https://evil.example"),
            ("X-Malipo-Dashboard", "1"),
        ],
        vec![("Origin", worker.as_str())],
        vec![("X-Malipo-Dashboard", "1")],
    ] {
        let headers = [&headers[..], &[("Cf-Access-Jwt-Assertion", token.as_str())]].concat();
        is_refused(
            &http::send("POST", &url, &headers, ""),
            403,
            "ORIGIN_NOT_ALLOWED",
        );
    }
}

#[test]
fn a_token_that_is_wrong_in_anything_lets_nobody_in() {
    let worker = behind_access();
    let key = &team().first;
    let with = |name: &str, value: Value| {
        let mut claims = claims();
        claims[name] = value;
        signed("first", &claims, key)
    };
    let good = signed("first", &claims(), key);
    let parts: Vec<&str> = good.split('.').collect();
    let unsigned = |alg: &str| {
        let header = json!({"alg": alg, "kid": "first", "typ": "JWT"}).to_string();
        format!("{}.{}", URL_SAFE_NO_PAD.encode(header), parts[1])
    };
    let hs256 = {
        // The old trick: the public key, which everybody has, as the secret of a MAC.
        let header = Header {
            kid: Some("first".to_owned()),
            ..Header::new(Algorithm::HS256)
        };
        let secret = EncodingKey::from_secret(key.pem.as_bytes());
        jsonwebtoken::encode(&header, &claims(), &secret).unwrap()
    };
    let forged = TeamKey::new("first");
    let now = now_secs();
    for (token, words) in [
        (format!("{}.", unsigned("none")), "not signed by RS256"),
        (hs256, "not signed by RS256"),
        (
            with("aud", json!(["0".repeat(64)])),
            "not for the application",
        ),
        (
            with("iss", json!("https://other.cloudflareaccess.com")),
            "not of the team",
        ),
        (with("exp", json!(now - 1)), "it has ended"),
        (with("nbf", json!(now + 600)), "not valid yet"),
        (signed("first", &claims(), &forged), "no key of the team"),
        (
            format!("{}.{}.{}", parts[0], parts[1], "AAAA"),
            "no key of the team",
        ),
        ("nonsense".to_owned(), "it is no token"),
    ] {
        is_refused(&sign_in(&worker, &token, &[]), 401, words);
    }
    // The key's form remains, and the key counts whatever Access says beside it.
    let bearer = format!("Bearer {}", secret("API_KEY"));
    let by_key = sign_in(&worker, "nonsense", &[("Authorization", &bearer)]);
    let (cookie, _) = cookie(&by_key);
    assert_eq!(by_key.json()["access_logout_url"], Value::Null);
    assert_eq!(unmatched(&worker, &cookie).status, 200);
}

#[test]
fn a_new_key_is_found_and_names_that_nobody_has_are_not_asked_for_again_and_again() {
    let worker = behind_access();
    let team = team();
    let first = signed("first", &claims(), &team.first);
    assert_eq!(sign_in(&worker, &first, &[]).status, 200);
    let second = TeamKey::new("second");
    team.shown().keys.push(second.shown.clone());
    let rotated = signed("second", &claims(), &second);
    assert_eq!(sign_in(&worker, &rotated, &[]).status, 200);
    let before = team.shown().asked;
    for n in 0..20 {
        let strange = signed(&format!("strange-{n}"), &claims(), &second);
        is_refused(&sign_in(&worker, &strange, &[]), 401, "no key of the team");
    }
    assert_eq!(team.shown().asked, before);
    assert_eq!(sign_in(&worker, &first, &[]).status, 200);
}

#[test]
fn while_the_teams_keys_are_away_the_api_key_signs_in() {
    let worker = at("MALIPO_REFUNDS_URL");
    let mut claims = claims();
    claims["iss"] = json!(address(1));
    let token = signed("first", &claims, &team().first);
    is_refused(
        &sign_in(&worker, &token, &[]),
        500,
        "keys cannot be had now",
    );
    let bearer = format!("Bearer {}", secret("API_KEY"));
    cookie(&sign_in(&worker, &token, &[("Authorization", &bearer)]));
}

#[test]
fn without_access_its_header_means_nothing() {
    let worker = at("MALIPO_URL");
    let token = signed("first", &claims(), &team().first);
    is_refused(&sign_in(&worker, &token, &[]), 401, "MISSING_HEADERS");
    let url = format!("{worker}/dashboard/session");
    let shown = http::send("GET", &url, &[("Cf-Access-Jwt-Assertion", &token)], "");
    assert_eq!(
        shown.json(),
        json!({"link": null, "access_logout_url": null})
    );
}
