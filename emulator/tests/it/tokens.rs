//! Tokens: who gets one, what it is good for, and when it is not.

use malipo_emulator::Options;
use reqwest::{Method, header::CONTENT_TYPE};
use serde_json::json;

use crate::bench::{Bench, body, check_refusal, options};

#[tokio::test]
async fn a_token_has_28_letters_and_its_life_is_a_string() {
    let bench = Bench::start().await;
    let granted = body(
        bench
            .oauth("Basic", "key:secret", "client_credentials")
            .await,
    )
    .await;
    assert_eq!(granted["access_token"].as_str().map(str::len), Some(28));
    assert_eq!(granted["expires_in"], json!("3599"));
}

#[tokio::test]
async fn wrong_credentials_are_answered_with_an_empty_400() {
    let bench = Bench::start().await;
    let answer = bench
        .oauth("Basic", "key:wrong", "client_credentials")
        .await;
    assert_eq!(answer.status(), 400);
    assert_eq!(answer.headers()[CONTENT_TYPE], "text/plain");
    assert_eq!(answer.headers()["content-length"], "0");
    assert_eq!(answer.text().await.unwrap(), "");
}

#[tokio::test]
async fn a_wrong_scheme_and_a_wrong_grant_have_their_codes() {
    let bench = Bench::start().await;
    let wrong_scheme = bench
        .oauth("Bearer", "key:secret", "client_credentials")
        .await;
    let status = wrong_scheme.status();
    check_refusal(
        status,
        &body(wrong_scheme).await,
        (400, "400.008.01", "Invalid Authentication passed"),
    );
    let wrong_grant = bench.oauth("Basic", "key:secret", "password").await;
    let status = wrong_grant.status();
    check_refusal(
        status,
        &body(wrong_grant).await,
        (400, "400.008.02", "Invalid grant type passed"),
    );
}

#[tokio::test]
async fn a_new_token_kills_the_old_one() {
    let bench = Bench::start().await;
    bench.mint().await;
    let answer = bench.push(&bench.push_body("254700000000")).await.unwrap();
    let status = answer.status();
    check_refusal(
        status,
        &body(answer).await,
        (404, "404.001.03", "Invalid Access Token"),
    );
}

#[tokio::test]
async fn old_tokens_can_be_kept() {
    let bench = Bench::with(Options {
        is_single_token: false,
        ..options()
    })
    .await;
    bench.mint().await;
    bench.pushed("254700000000").await;
}

#[tokio::test]
async fn a_token_dies_of_age() {
    let bench = Bench::start().await;
    bench.advance(3_598_999).await;
    bench.pushed("254700000000").await;
    bench.advance(1).await;
    let answer = bench.push(&bench.push_body("254700000000")).await.unwrap();
    let status = answer.status();
    check_refusal(
        status,
        &body(answer).await,
        (404, "404.001.03", "Invalid Access Token"),
    );
}

#[tokio::test]
async fn one_seed_mints_the_same_tokens() {
    let (one, same) = (Bench::start().await, Bench::start().await);
    let other = Bench::with(Options {
        seed: 2,
        ..options()
    })
    .await;
    assert_eq!(one.token, same.token);
    assert_ne!(one.token, other.token);
}

#[tokio::test]
async fn paths_methods_and_headers_are_daraja_s() {
    let bench = Bench::start().await;
    let http = reqwest::Client::new();
    let push = "/mpesa/stkpush/v1/processrequest";
    for (method, path, expected) in [
        (
            Method::POST,
            push,
            (404, "404.001.04", "Invalid Authentication Header"),
        ),
        (Method::GET, push, (405, "405.001", "Method Not Allowed")),
        (
            Method::POST,
            "/oauth/v1/generate",
            (405, "405.001", "Method Not Allowed"),
        ),
        (
            Method::POST,
            "/mpesa/stkpush/v2/processrequest",
            (404, "404.001.01", "Resource not found"),
        ),
    ] {
        let url = format!("{}{path}", bench.emulator.url());
        let answer = http.request(method, url).send().await.unwrap();
        let status = answer.status();
        check_refusal(status, &body(answer).await, expected);
    }
}

#[tokio::test]
async fn token_requests_can_fail_and_tokens_can_be_revoked() {
    let bench = Bench::start().await;
    let raw = json!({"raw": {"status": 503, "content_type": "text/plain", "body": "Incapsula"}});
    bench
        .control("tokens", &json!({"revoke": true, "next": [raw, "drop"]}))
        .await;
    let answer = bench.push(&bench.push_body("254700000000")).await.unwrap();
    assert_eq!(body(answer).await["errorCode"], json!("404.001.03"));
    let answer = bench
        .oauth("Basic", "key:secret", "client_credentials")
        .await;
    assert_eq!(
        (
            answer.status().as_u16(),
            answer.text().await.unwrap().as_str()
        ),
        (503, "Incapsula")
    );
    let url = format!(
        "{}/oauth/v1/generate?grant_type=client_credentials",
        bench.emulator.url()
    );
    let dropped = reqwest::Client::new()
        .get(url)
        .basic_auth("key", Some("secret"))
        .send()
        .await;
    assert!(dropped.is_err());
    bench.mint().await;
}

#[tokio::test]
async fn a_token_that_was_lost_on_its_way_kills_the_old_one_too() {
    let bench = Bench::start().await;
    let garbled = json!({"garble": {"status": 200, "content_type": "text/html", "body": "<html>"}});
    bench.control("tokens", &json!({"next": [garbled]})).await;
    bench
        .oauth("Basic", "key:secret", "client_credentials")
        .await;
    let answer = bench.push(&bench.push_body("254700000000")).await.unwrap();
    assert_eq!(body(answer).await["errorCode"], json!("404.001.03"));
}
