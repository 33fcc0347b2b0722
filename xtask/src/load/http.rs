//! HTTP on loopback, with a limit on everything.

use std::sync::LazyLock;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::Value;

/// Longer than any held status request.
const CALL_MAX: Duration = Duration::from_secs(60);

/// Whoever compares asks thousands of times: each from a port of its own would use all of them up.
static ASKING: LazyLock<ureq::Agent> = LazyLock::new(agent);

pub(crate) fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .timeout_global(Some(CALL_MAX))
        .http_status_as_error(false)
        .build()
        .into()
}

/// The status and the body of an answer.
///
/// # Errors
/// There was none.
pub(crate) fn get(url: &str, key: Option<&str>) -> Result<(u16, String)> {
    let mut request = ASKING.get(url);
    if let Some(key) = key {
        request = request.header("Authorization", format!("Bearer {key}"));
    }
    let mut answer = request.call().with_context(|| format!("GET {url}"))?;
    let status = answer.status().as_u16();
    let body = answer.body_mut().with_config();
    let text = body.limit(512 * 1024 * 1024).read_to_string()?;
    Ok((status, text))
}

/// The same for a body of JSON.
///
/// # Errors
/// There was no answer.
pub(crate) fn post(url: &str, body: &Value, key: Option<&str>) -> Result<(u16, String)> {
    let mut request = agent().post(url).header("Content-Type", "application/json");
    if let Some(key) = key {
        request = request.header("Authorization", format!("Bearer {key}"));
    }
    let sent = request.send(body.to_string());
    let mut answer = sent.with_context(|| format!("POST {url}"))?;
    let status = answer.status().as_u16();
    Ok((status, answer.body_mut().read_to_string()?))
}

/// Posts a text; the text of a good answer.
///
/// # Errors
/// There was none.
pub(crate) fn text(url: &str, body: String) -> Result<String> {
    let sent = agent().post(url).send(body);
    let mut answer = sent.with_context(|| format!("POST {url}"))?;
    let text = answer.body_mut().read_to_string()?;
    anyhow::ensure!(answer.status() == 200, "POST {url}: {text}");
    Ok(text)
}

/// The JSON of a good answer.
pub(crate) fn json(url: &str, key: Option<&str>) -> Result<Value> {
    let (_, text) = get(url, key)?;
    serde_json::from_str(&text).with_context(|| format!("GET {url} is not JSON"))
}
