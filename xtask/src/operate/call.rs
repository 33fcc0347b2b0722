//! One call to a Worker's operator routes. Node makes it: it brings TLS, and a build needs it anyway.

use std::env;
use std::io::Write;
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::{child, places, secrets};

/// A running Worker and the key to some of its routes.
pub(crate) struct Worker {
    /// What stands before each path.
    root: String,
    key: String,
}

/// Which routes, and where their key is found.
struct Door {
    path: &'static str,
    variable: &'static str,
    secret: &'static str,
}

/// A shop's own.
const MERCHANT: Door = Door {
    path: "/v1/merchant/",
    variable: "MALIPO_API_KEY",
    secret: "API_KEY",
};
/// The deployment's.
const ADMIN: Door = Door {
    path: "/v1/admin/",
    variable: "MALIPO_ADMIN_KEY",
    secret: "ADMIN_KEY",
};

/// Reads what to ask from standard input, so that the key stands in no list of processes.
const ASK: &str = "\
let text = ''; for await (const part of process.stdin) text += part; \
const { url, method, key, body, idempotency_key } = JSON.parse(text); const isText = typeof body === 'string'; \
const headers = { authorization: 'Bearer ' + key, 'content-type': isText ? 'text/csv' : 'application/json' }; \
if (idempotency_key) headers['idempotency-key'] = idempotency_key; \
const init = { method, headers, body: isText ? Buffer.from(body, 'base64') : body ? JSON.stringify(body) : undefined, redirect: 'error', \
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
        Worker::behind(&MERCHANT, url)
    }

    /// As [`Worker::at`], with `MALIPO_ADMIN_KEY` and for the deployment's own routes.
    pub(crate) fn admin_at(url: &str) -> Result<Worker> {
        Worker::behind(&ADMIN, url)
    }

    fn behind(door: &Door, url: &str) -> Result<Worker> {
        let url = url.trim_end_matches('/').to_owned();
        let host = url.strip_prefix("http://");
        let is_local = host.is_some_and(|host| {
            let name = host.split([':', '/']).next().unwrap_or_default();
            ["127.0.0.1", "localhost"].contains(&name)
        });
        if !is_local && !url.starts_with("https://") {
            bail!("{url}: the key is sent over https:// only");
        }
        let given = env::var(door.variable).ok().filter(|key| !key.is_empty());
        let key = match given {
            Some(key) => Some(key),
            None if is_local => secrets::read(&places::root().join(".dev.vars"), door.secret)?,
            None => None,
        };
        match key {
            Some(key) => Ok(Worker {
                root: format!("{url}{}", door.path),
                key,
            }),
            None => bail!(
                "set {} to the Worker's {} (docs/operate.md, docs/merchants.md)",
                door.variable,
                door.secret
            ),
        }
    }

    pub(crate) fn get(&self, path: &str) -> Result<Value> {
        self.ask("GET", path, &Value::Null, None)
    }

    /// An answer that is no JSON.
    pub(crate) fn text(&self, path: &str) -> Result<String> {
        self.fetch("GET", path, &Value::Null, None)
    }

    /// A post that may be repeated under its key.
    pub(crate) fn create(&self, path: &str, body: &Value, key: &str) -> Result<Value> {
        self.ask("POST", path, body, Some(key))
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Result<Value> {
        self.ask("POST", path, body, None)
    }

    /// Sends a file as it is.
    pub(crate) fn post_file(&self, path: &str, bytes: &[u8]) -> Result<Value> {
        use base64::Engine as _;
        let text = base64::engine::general_purpose::STANDARD.encode(bytes);
        self.ask("POST", path, &Value::String(text), None)
    }

    fn ask(&self, method: &str, path: &str, body: &Value, again: Option<&str>) -> Result<Value> {
        let text = self.fetch(method, path, body, again)?;
        serde_json::from_str(&text).with_context(|| format!("{method} {path}: not JSON"))
    }

    fn fetch(&self, method: &str, path: &str, body: &Value, again: Option<&str>) -> Result<String> {
        let url = format!("{}{path}", self.root);
        let ask = json!({
            "url": url, "method": method, "key": self.key, "body": body, "idempotency_key": again,
        });
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
            Some(200) => Ok(text.to_owned()),
            Some(0) | None => bail!("{method} {url}: {text}"),
            Some(404) if text.contains("There is nothing here") => {
                bail!("{url} is not there: the Worker has no such key, or is an older one")
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
