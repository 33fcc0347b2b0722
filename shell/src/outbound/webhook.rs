//! Webhooks: a message to the shop's server, signed anew for each try.

use crate::config::Config;
use crate::platform::http::Method;
use crate::platform::{Call, Env, Limit};
use malipo_engine::webhook;

/// A shop that answers later has not heard.
const DELIVER_MS: u64 = 10_000;

/// Sends one message, signed. The shop's status, or what was seen instead of an answer; none when there is nobody to send it to.
pub(crate) async fn send(
    env: &Env,
    config: &Config,
    id: &str,
    body: String,
) -> Option<core::result::Result<u16, String>> {
    let shop = &config.server;
    let (url, secrets) = shop
        .webhook_url
        .as_ref()
        .zip(shop.webhook_secrets.as_ref())?;
    let now_secs = env.now_ms() / 1000;
    let signature = secrets.sign(id, now_secs, &body);
    let timestamp = now_secs.to_string();
    let headers = [
        ("Content-Type", "application/json"),
        ("User-Agent", "Malipo"),
        (webhook::HEADER_ID, id),
        (webhook::HEADER_TIMESTAMP, &timestamp),
        (webhook::HEADER_SIGNATURE, &signature),
    ];
    let call = Call {
        method: Method::Post,
        url: url.as_str(),
        headers: &headers,
        body: Some(body),
    };
    let answer = env.send(call, Limit::ms(DELIVER_MS)).await;
    Some(answer.map(|answer| answer.status))
}
