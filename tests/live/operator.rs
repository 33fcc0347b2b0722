//! The shop's operator, as a test meets the Worker with the shop's key.

use crate::http::{self, Reply, at};
use serde_json::{Value, json};
use std::fs;
use std::sync::Once;
use std::time::{Duration, Instant};

/// What an alarm brings is waited for no longer.
const PATIENCE: Duration = Duration::from_secs(45);

/// A secret of the stack.
#[track_caller]
pub(crate) fn secret(name: &str) -> String {
    let secrets = fs::read_to_string(at("MALIPO_SECRETS")).unwrap();
    let mut lines = secrets.lines().filter_map(|line| line.split_once('='));
    lines.find(|(key, _)| *key == name).unwrap().1.to_owned()
}

#[track_caller]
pub(crate) fn ask(method: &str, worker: &str, path: &str, body: &str) -> Reply {
    let bearer = format!("Bearer {}", secret("API_KEY"));
    let headers = [
        ("Authorization", bearer.as_str()),
        ("Content-Type", "application/json"),
    ];
    http::send(
        method,
        &format!("{worker}/v1/merchant/{path}"),
        &headers,
        body,
    )
}

#[track_caller]
pub(crate) fn get(worker: &str, path: &str) -> Reply {
    ask("GET", worker, path, "")
}

#[track_caller]
pub(crate) fn post(worker: &str, path: &str, body: &Value) -> Reply {
    ask("POST", worker, path, &body.to_string())
}

/// Asks until the answer is as it must become.
#[track_caller]
pub(crate) fn until(
    worker: &str,
    path: &str,
    what: &str,
    is_there: impl Fn(&Reply) -> bool,
) -> Reply {
    let began = Instant::now();
    loop {
        let reply = get(worker, path);
        if is_there(&reply) {
            return reply;
        }
        assert!(
            began.elapsed() < PATIENCE,
            "{path}: never {what}: {} {}",
            reply.status,
            reply.text
        );
    }
}

/// Sweeps until all rosters are seen.
#[track_caller]
pub(crate) fn sweep_everyone(worker: &str) {
    let mut next = Value::Null;
    loop {
        let ask = json!({"everyone": true, "next": next});
        let swept = post(worker, "sweep", &ask).json();
        assert_eq!(swept["has_ledger"], true, "{swept}");
        next = swept["next"].clone();
        if next.is_null() {
            return;
        }
    }
}

/// Has M-PESA report the payments by hand of this Worker's shop.
pub(crate) fn register_c2b() {
    static REGISTERED: Once = Once::new();
    REGISTERED.call_once(|| {
        let said = post(&at("MALIPO_BY_HAND_URL"), "c2b/register", &json!({})).json();
        let outcome = said["outcome"].as_str();
        assert!(
            matches!(outcome, Some("registered" | "already_registered")),
            "{said}"
        );
    });
}
