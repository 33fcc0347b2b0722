//! One call to a Worker's operator routes.

use std::env;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::{fetch, places, secrets};

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
    pub(crate) fn post_file(&self, path: &str, bytes: Vec<u8>) -> Result<Value> {
        let text = String::from_utf8(bytes)
            .context("the file is not UTF-8: export it again as CSV (UTF-8)")?;
        let text = self.send("POST", path, Some(&text), "text/csv", None)?;
        serde_json::from_str(&text).with_context(|| format!("POST {path}: not JSON"))
    }

    fn ask(&self, method: &str, path: &str, body: &Value, again: Option<&str>) -> Result<Value> {
        let text = self.fetch(method, path, body, again)?;
        serde_json::from_str(&text).with_context(|| format!("{method} {path}: not JSON"))
    }

    fn fetch(&self, method: &str, path: &str, body: &Value, again: Option<&str>) -> Result<String> {
        let body = (!body.is_null()).then(|| body.to_string());
        self.send(method, path, body.as_deref(), "application/json", again)
    }

    fn send(
        &self,
        method: &str,
        path: &str,
        body: Option<&str>,
        content_type: &str,
        again: Option<&str>,
    ) -> Result<String> {
        let url = format!("{}{path}", self.root);
        let bearer = format!("Bearer {}", self.key);
        let mut headers = vec![
            ("authorization", bearer.as_str()),
            ("content-type", content_type),
        ];
        headers.extend(again.map(|key| ("idempotency-key", key)));
        let call = fetch::Call {
            method,
            url: &url,
            headers: &headers,
            body,
        };
        match fetch::fetch(&call)? {
            Ok(answer) if answer.status == 200 => Ok(answer.text),
            Ok(answer) if answer.status == 404 && answer.text.contains("There is nothing here") => {
                bail!("{url} is not there: the Worker has no such key, or is an older one")
            }
            Ok(answer) => bail!(
                "{method} {url}: {}: {}",
                answer.status,
                message(&answer.text)
            ),
            Err(why) => bail!("{method} {url}: {why}"),
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
impl Worker {
    /// A Worker of a test.
    pub(crate) fn with_key(url: &str, key: &str) -> Worker {
        Worker {
            root: format!("{url}{}", MERCHANT.path),
            key: key.to_owned(),
        }
    }
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
