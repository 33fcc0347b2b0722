//! One HTTP call to anywhere. Node makes it: it brings TLS, and a build needs it anyway.

use std::io::Write;
use std::process::Stdio;

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

/// Reads what to ask from standard input, so that no key stands in a list of processes.
const ASK: &str = "\
let text = ''; for await (const part of process.stdin) text += part; \
const { url, method, headers, body } = JSON.parse(text); \
const init = { method, headers, body: body ?? undefined, redirect: 'manual', signal: AbortSignal.timeout(120000) }; \
try { const answer = await fetch(url, init); const date = Date.parse(answer.headers.get('date')); \
console.log(JSON.stringify({ status: answer.status, text: await answer.text(), date_ms: date || null })); } \
catch (why) { console.log(JSON.stringify({ status: 0, text: String(why.cause ?? why) })); }";

/// Makes the call; the inner error is what was seen instead of an answer.
///
/// # Errors
/// Node is missing or broken.
pub(crate) fn fetch(call: &Call<'_>) -> Result<Result<Answer, String>> {
    let headers: serde_json::Map<String, Value> = call
        .headers
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).into()))
        .collect();
    let ask =
        json!({ "url": call.url, "method": call.method, "headers": headers, "body": call.body });
    let mut node = child::command("node")
        .args(["--input-type=module", "--eval", ASK])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("node is missing: install it, https://nodejs.org")?;
    if let Some(mut stdin) = node.stdin.take() {
        stdin.write_all(ask.to_string().as_bytes())?;
    }
    let out = node.wait_with_output()?;
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
            date_ms: answer["date_ms"].as_i64(),
        }),
    })
}
