//! Requests to the running parts, each answer held to the API's description.

use crate::described;
pub(crate) use crate::wire::{Reply, at, unchecked};
use serde_json::Value;

#[track_caller]
pub(crate) fn get(url: &str) -> Reply {
    send("GET", url, &[], "")
}

#[track_caller]
pub(crate) fn post(url: &str, body: &Value) -> Reply {
    send(
        "POST",
        url,
        &[("Content-Type", "application/json")],
        &body.to_string(),
    )
}

/// Any request; an answer of any status.
#[track_caller]
pub(crate) fn send(method: &str, url: &str, headers: &[(&str, &str)], body: &str) -> Reply {
    send_bytes(method, url, headers, body.as_bytes())
}

#[track_caller]
pub(crate) fn send_bytes(method: &str, url: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
    let reply = unchecked(method, url, headers, body);
    described::check(method, url, &reply);
    reply
}
