//! One call to a Worker's operator routes. Node makes it: it brings TLS, and a build needs it anyway.

use std::env;
use std::io::Write;
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::{child, places, secrets};

/// A running Worker and the key to its operator's routes.
pub(crate) struct Worker {
    url: String,
    key: String,
}

/// Reads what to ask from standard input, so that the key stands in no list of processes.
const ASK: &str = "\
let text = ''; for await (const part of process.stdin) text += part; \
const { url, method, key, once, body } = JSON.parse(text); \
const headers = { authorization: 'Bearer ' + key, 'content-type': 'application/json' }; \
if (once) headers['idempotency-key'] = once; \
const init = { method, headers, body: body ? JSON.stringify(body) : undefined, redirect: 'error', \
signal: AbortSignal.timeout(120000) }; \
try { const answer = await fetch(url, init); \
console.log(JSON.stringify({ status: answer.status, text: await answer.text() })); } \
catch (why) { console.log(JSON.stringify({ status: 0, text: String(why.cause ?? why) })); }";

impl Worker {
    /// The Worker at `url`, with the key of `MALIPO_API_KEY`; on this machine also that of `.dev.vars`.
    ///
    /// # Errors
    /// There is no key, or it would be sent in the open.
    pub(crate) fn at(url: &str) -> Result<Worker> {
        let url = url.trim_end_matches('/').to_owned();
        let host = url.strip_prefix("http://");
        let is_local = host.is_some_and(|host| {
            let name = host.split([':', '/']).next().unwrap_or_default();
            ["127.0.0.1", "localhost"].contains(&name)
        });
        if !is_local && !url.starts_with("https://") {
            bail!("{url}: the key is sent over https:// only");
        }
        let given = env::var("MALIPO_API_KEY")
            .ok()
            .filter(|key| !key.is_empty());
        let key = match given {
            Some(key) => Some(key),
            None if is_local => secrets::read(&places::root().join(".dev.vars"), "API_KEY")?,
            None => None,
        };
        match key {
            Some(key) => Ok(Worker { url, key }),
            None => bail!("set MALIPO_API_KEY to the Worker's API_KEY (docs/operate.md)"),
        }
    }

    pub(crate) fn get(&self, path: &str) -> Result<Value> {
        self.ask("GET", path, &Value::Null, "")
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Result<Value> {
        self.ask("POST", path, body, "")
    }

    /// The same, under a key of the caller's: asked again, nothing is done twice.
    pub(crate) fn post_once(&self, path: &str, body: &Value, key: &str) -> Result<Value> {
        self.ask("POST", path, body, key)
    }

    fn ask(&self, method: &str, path: &str, body: &Value, once: &str) -> Result<Value> {
        let url = format!("{}/v1/merchant/{path}", self.url);
        let ask =
            json!({ "url": url, "method": method, "key": self.key, "once": once, "body": body });
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
        let text = answer["text"].as_str().unwrap_or_default();
        match answer["status"].as_u64() {
            Some(200) => {
                serde_json::from_str(text).with_context(|| format!("{method} {url}: not JSON"))
            }
            Some(0) | None => bail!("{method} {url}: {text}"),
            Some(404) if text.contains("There is nothing here") => {
                bail!("{url} is not there: the Worker has no API_KEY, or is an older one")
            }
            Some(status) => bail!("{method} {url}: {status}: {}", message(text)),
        }
    }
}

/// What the Worker says, as a person reads it.
fn message(text: &str) -> String {
    let error: Value = serde_json::from_str(text).unwrap_or_default();
    let said = error["error"]["message"].as_str();
    said.map_or_else(|| text.chars().take(300).collect(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_sent_over_tls_or_to_this_machine_only() {
        for url in [
            "http://pay.example",
            "ftp://127.0.0.1",
            "http://127.0.0.1.example",
        ] {
            assert!(Worker::at(url).is_err(), "{url}");
        }
    }

    #[test]
    fn an_error_is_told_by_its_message() {
        assert_eq!(message(r#"{"error":{"message":"No."}}"#), "No.");
        assert_eq!(message("<html>"), "<html>");
    }
}
