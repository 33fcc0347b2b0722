//! A Worker that says what a test wants, so that faults are found that cannot be planted in a real one.

use std::thread;

use tiny_http::{Response, Server};

use super::*;
use crate::doctor::daraja::{PRODUCTION_URL, SANDBOX_URL, now_ms};

/// What a good Worker answers to its checks. Daraja's time is its own.
fn good() -> Value {
    let mut names: Vec<String> = fs::read_dir(places::root().join("worker/migrations"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    json!({
        "health": { "ok": true, "env": "production" },
        "checks": {
            "env": "production", "shortcode": "600426", "items": 1, "has_open_amount": false, "kv": null,
            "ledger": { "answers": true, "tables": ["payments"], "migrations": names },
            "objects": true, "c2b": { "has_secret": true, "is_registered": true }, "has_webhook": true,
            "callers": { "are_enforced": true, "addresses": PUBLISHED_CALLERS },
        },
        "daraja": {
            "ahead_ms": 0, "probe": { "status": 400, "is_firewall": false },
            "token": { "is_minted": true },
        },
        "webhook": { "is_set": true, "status": 204 },
    })
}

/// What the doctor finds at a Worker that answers so.
fn findings(said: Value) -> Vec<Value> {
    let server = Server::http("127.0.0.1:0").unwrap();
    let url = format!("http://{}", server.server_addr());
    let public = url.clone();
    thread::spawn(move || {
        for request in server.incoming_requests() {
            let last = request
                .url()
                .rsplit('/')
                .next()
                .unwrap_or_default()
                .to_owned();
            let status = if last == "healthz" && said["health"]["ok"] != true {
                503
            } else {
                200
            };
            let answer = match last.as_str() {
                "healthz" => said["health"].clone(),
                "callback" => {
                    json!({ "url": format!("{public}/hook"), "proof": "p", "is_taken_by_daraja": true })
                }
                "hook" => json!({ "proof": "p" }),
                "daraja" => {
                    let mut answer = said["daraja"].clone();
                    let at_ms = now_ms();
                    answer["probe"]["date_ms"] = at_ms.into();
                    answer["now_ms"] = (at_ms + answer["ahead_ms"].as_i64().unwrap()).into();
                    answer
                }
                known => said[known].clone(),
            };
            let answer = Response::from_string(answer.to_string()).with_status_code(status);
            let _ = request.respond(answer); // the doctor may have gone
        }
    });
    let deployed = Worker::with_key(&url, "key");
    let elsewhere = Elsewhere {
        sandbox_url: SANDBOX_URL,
        production_url: PRODUCTION_URL,
    };
    let asked = Asked {
        url: &url,
        deployed: &deployed,
        settings: None,
        elsewhere: &elsewhere,
        sends_webhook: true,
    };
    let mut report = Report::default();
    examine(&asked, &mut report).unwrap();
    report.as_json()["findings"].as_array().unwrap().clone()
}

#[test]
fn a_good_worker_has_no_finding() {
    assert_eq!(findings(good()), Vec::<Value>::new());
}

#[test]
fn each_fault_that_a_worker_tells_is_found_and_nothing_else() {
    let planted = [
        (
            "/checks/kv",
            json!("what was written is not there"),
            "kv",
            "not there",
        ),
        ("/checks/objects", json!(false), "objects", "do not answer"),
        (
            "/checks/ledger/answers",
            json!(false),
            "ledger",
            "does not answer",
        ),
        ("/checks/ledger/migrations", json!([]), "ledger", "0001"),
        ("/checks/ledger/tables", json!([]), "ledger", "no table"),
        (
            "/checks/callers/addresses",
            json!(["196.201.214.200", "192.0.2.1"]),
            "callers",
            "196.201.212.69",
        ),
        ("/checks/items", json!(0), "shop", "nothing can be paid"),
        (
            "/checks/shortcode",
            json!("174379"),
            "shop",
            "sandbox's shortcode",
        ),
        (
            "/daraja/ahead_ms",
            json!(-61_000),
            "clock",
            "the Worker's clock is 61 s behind",
        ),
        (
            "/daraja/probe",
            json!({ "failed": "the connection failed" }),
            "egress",
            "the connection failed",
        ),
        (
            "/daraja/probe/is_firewall",
            json!(true),
            "egress",
            "Incapsula",
        ),
        (
            "/daraja/token",
            json!({ "refused": "HTTP 400" }),
            "credentials",
            "Invalid Authentication",
        ),
        (
            "/daraja/token",
            json!({ "unavailable": "HTTP 503" }),
            "credentials",
            "no token",
        ),
        (
            "/webhook",
            json!({ "is_set": true, "failed": "no answer within 10 s" }),
            "webhook",
            "not reached",
        ),
        (
            "/health",
            json!({ "ok": false, "wrong": ["PAYBILL: x"] }),
            "worker",
            "PAYBILL",
        ),
        (
            "/health",
            json!({ "ok": false, "env": "production", "wrong": ["the Durable Objects"] }),
            "objects",
            "Durable",
        ),
    ];
    // Each has a Worker of its own.
    thread::scope(|scope| {
        for (place, value, check, words) in planted {
            scope.spawn(move || is_exactly(place, value, check, words));
        }
    });
}

#[track_caller]
fn is_exactly(place: &str, value: Value, check: &str, words: &str) {
    let mut planted = good();
    *planted.pointer_mut(place).unwrap() = value;
    let found = findings(planted);
    assert_eq!(found.len(), 1, "{place}: {found:?}");
    assert_eq!(found[0]["check"], check, "{place}: {found:?}");
    let what = found[0]["what"].as_str().unwrap();
    assert!(what.contains(words), "{place}: {what}");
}
