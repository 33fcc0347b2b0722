//! Posting to Daraja: the headers and limits of every call that has a token.

use crate::calls::daraja::HeldToken;
use crate::config::Config;
use crate::platform::http::Method;
use crate::platform::{self, Answer, Call, Env, Limit};

/// A push or a reversal that takes longer has an unknown fate.
pub(super) const PUSH_MS: u64 = malipo_engine::payment::rules::PUSH_CALL_MS;
pub(super) const QUERY_MS: u64 = 10_000;

pub(super) async fn post(
    env: &Env,
    config: &Config,
    token: &HeldToken,
    path: &str,
    body: String,
    limit_ms: u64,
) -> Result<Answer, String> {
    post_for(
        env,
        config,
        token,
        path,
        body,
        limit_ms,
        platform::ANSWER_BYTES_MAX,
    )
    .await
}

pub(super) async fn post_for(
    env: &Env,
    config: &Config,
    token: &HeldToken,
    path: &str,
    body: String,
    limit_ms: u64,
    bytes_max: usize,
) -> Result<Answer, String> {
    let authorization = format!("Bearer {}", token.value);
    let mut headers = vec![
        ("Authorization", authorization.as_str()),
        ("Content-Type", "application/json"),
        ("Accept", "application/json"),
    ];
    if let Some(relay) = &config.relay_token {
        headers.push(("Malipo-Relay-Token", relay));
    }
    let url = format!("{}{path}", config.daraja_base_url);
    env.send(
        Call {
            method: Method::Post,
            url: &url,
            headers: &headers,
            body: Some(body),
        },
        Limit {
            ms: limit_ms,
            bytes: bytes_max,
        },
    )
    .await
}
