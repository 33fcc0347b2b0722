//! HTTP on loopback, with a limit on everything.

use serde_json::Value;
use std::env;
use std::time::Duration;
use ureq::Agent;
use ureq::http::Request;

/// A status, headers and a body that may be JSON.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) text: String,
}

impl Reply {
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text)
            .unwrap_or_else(|_| panic!("not JSON: {} {}", self.status, self.text))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

/// Where a part of the running stack is.
#[track_caller]
pub(crate) fn at(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| {
        panic!(
            "{name} is not set: run `cargo xtask test --only live`, which starts what this needs"
        )
    })
}

/// Any request; an answer of any status, whatever the API's description says of it.
#[track_caller]
pub(crate) fn unchecked(method: &str, url: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .allow_non_standard_methods(true)
        .timeout_global(Some(Duration::from_secs(60)))
        .build();
    let agent = Agent::new_with_config(config);
    let mut request = Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = if body.is_empty() && method != "POST" {
        agent.run(request.body(()).unwrap())
    } else {
        agent.run(request.body(body).unwrap())
    };
    let mut answer = answer.unwrap_or_else(|why| panic!("{method} {url}: {why}"));
    let headers = answer
        .headers()
        .iter()
        .map(|(name, value)| {
            (
                name.as_str().to_owned(),
                String::from_utf8_lossy(value.as_bytes()).into_owned(),
            )
        })
        .collect();
    let bytes = answer
        .body_mut()
        .read_to_vec()
        .unwrap_or_else(|why| panic!("{method} {url}: {why}"));
    Reply {
        status: answer.status().as_u16(),
        headers,
        text: String::from_utf8_lossy(&bytes).into_owned(),
    }
}
