//! One HTTP call to anywhere. Over TLS Node makes it: a build needs it anyway.

use std::time::{Duration, UNIX_EPOCH};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::child;

/// A call. No redirect is followed.
pub(crate) struct Call<'a> {
    pub(crate) method: &'a str,
    pub(crate) url: &'a str,
    pub(crate) headers: &'a [(&'a str, &'a str)],
    pub(crate) body: Option<&'a str>,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) text: String,
    /// What the header `Date` says, in Unix milliseconds.
    pub(crate) date_ms: Option<i64>,
}

/// A call that takes longer has failed.
const LIMIT: Duration = Duration::from_secs(120);

const ASK: &str = "\
let text = ''; for await (const part of process.stdin) text += part; \
const { url, method, headers, body } = JSON.parse(text); \
const init = { method, headers, body: body ?? undefined, redirect: 'manual', signal: AbortSignal.timeout(120000) }; \
try { const answer = await fetch(url, init); \
console.log(JSON.stringify({ status: answer.status, text: await answer.text(), date: answer.headers.get('date') })); } \
catch (why) { console.log(JSON.stringify({ status: 0, text: String(why.cause ?? why) })); }";

/// Makes the call; the inner error is what was seen instead of an answer.
///
/// # Errors
/// Node is missing or broken.
pub(crate) fn fetch(call: &Call<'_>) -> Result<Result<Answer, String>> {
    if call.url.starts_with("https://") {
        over_tls(call)
    } else {
        Ok(in_the_open(call).map_err(|why| why.to_string()))
    }
}

fn in_the_open(call: &Call<'_>) -> Result<Answer, ureq::Error> {
    let config = ureq::Agent::config_builder()
        .timeout_global(Some(LIMIT))
        .http_status_as_error(false)
        .max_redirects(0);
    let mut request = ureq::http::Request::builder()
        .method(call.method)
        .uri(call.url);
    for (name, value) in call.headers {
        request = request.header(*name, *value);
    }
    let agent: ureq::Agent = config.build().into();
    let mut answer = match call.body {
        Some(body) => agent.run(request.body(body)?)?,
        None => agent.run(request.body(())?)?,
    };
    let date = answer.headers().get("date");
    let date_ms = date.and_then(|date| read_date(date.to_str().ok()?));
    Ok(Answer {
        status: answer.status().as_u16(),
        date_ms,
        text: answer.body_mut().read_to_string()?,
    })
}

/// An HTTP date, in Unix milliseconds.
fn read_date(text: &str) -> Option<i64> {
    let date = httpdate::parse_http_date(text).ok()?;
    let since = date.duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_millis()).ok()
}

fn over_tls(call: &Call<'_>) -> Result<Result<Answer, String>> {
    let headers: serde_json::Map<String, Value> = call
        .headers
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).into()))
        .collect();
    let ask =
        json!({ "url": call.url, "method": call.method, "headers": headers, "body": call.body });
    let out = child::node(ASK, &ask)?;
    let answer: Value = serde_json::from_slice(&out.stdout).context("node gave no answer")?;
    let text = answer["text"].as_str().unwrap_or_default().to_owned();
    let status = answer["status"]
        .as_u64()
        .and_then(|n| u16::try_from(n).ok());
    Ok(match status {
        Some(0) | None => Err(text),
        Some(status) => Ok(Answer {
            status,
            text,
            date_ms: answer["date"].as_str().and_then(read_date),
        }),
    })
}
