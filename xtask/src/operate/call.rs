//! One call to a Worker's operator routes.

use std::env;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::{fetch, places, secrets};

/// A running Worker and the key to its operator's routes.
pub(crate) struct Worker {
    url: String,
    key: String,
}

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
        self.ask("GET", path, &Value::Null)
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Result<Value> {
        self.ask("POST", path, body)
    }

    fn ask(&self, method: &str, path: &str, body: &Value) -> Result<Value> {
        let url = format!("{}/v1/merchant/{path}", self.url);
        let bearer = format!("Bearer {}", self.key);
        let body = (!body.is_null()).then(|| body.to_string());
        let call = fetch::Call {
            method,
            url: &url,
            headers: &[
                ("authorization", bearer.as_str()),
                ("content-type", "application/json"),
            ],
            body: body.as_deref(),
        };
        match fetch::fetch(&call)? {
            Ok(answer) if answer.status == 200 => serde_json::from_str(&answer.text)
                .with_context(|| format!("{method} {url}: not JSON")),
            Ok(answer) if answer.status == 404 && answer.text.contains("There is nothing here") => {
                bail!("{url} is not there: the Worker has no API_KEY, or is an older one")
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
        let (url, key) = (url.to_owned(), key.to_owned());
        Worker { url, key }
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
