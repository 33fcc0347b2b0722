//! Who may do what: every call of the merchant's API, asked with keys of one permission each, against one table. A call without a row in it
//! makes the test red.

use crate::world::setting::Setting;
use crate::world::town::{T0_MS, World};
use crate::world::truth::HOUR;
use malipo_shell::platform::http::Method;
use serde_json::{Value, json};
use std::rc::Rc;

const WORDS: [&str; 5] = ["read", "charge", "assign", "refund", "items"];

/// Each call, by its name in the API's description, and the permissions that let it through, one of them.
const TABLE: [(&str, &[&str]); 34] = [
    ("listPayments", &["read", "charge"]),
    ("createPayment", &["charge"]),
    ("showPayment", &["read", "charge"]),
    ("listItems", &["read", "charge"]),
    ("exportPayments", &["read"]),
    ("listDeliveries", &["read"]),
    ("summary", &["read"]),
    ("search", &["read"]),
    ("listUnmatched", &["read"]),
    ("showReceipt", &["read"]),
    ("listLedger", &["read"]),
    ("showLedgerEntry", &["read"]),
    ("listDifferences", &["read"]),
    ("showChecks", &["read"]),
    ("listInbox", &["read"]),
    ("listCandidates", &["assign"]),
    ("claimReceipt", &["assign"]),
    ("unclaimReceipt", &["assign"]),
    ("settleReceipt", &["assign"]),
    ("closePayment", &["assign"]),
    ("redeliver", &["assign"]),
    ("retryInbox", &["assign"]),
    ("settleDifference", &["assign"]),
    ("importStatement", &["assign"]),
    ("reconcile", &["assign"]),
    ("sweep", &["assign"]),
    ("registerPull", &["assign"]),
    ("registerC2b", &["assign"]),
    ("checkDaraja", &["assign"]),
    ("checkWebhook", &["assign"]),
    ("checkCallback", &["assign"]),
    ("makeRefund", &["refund"]),
    ("settleRefund", &["refund"]),
    ("forgetPayment", &["refund"]),
];

/// The calls of the merchant's API: method, path and name.
fn calls() -> Vec<(Method, String, String)> {
    let document = malipo_openapi::document();
    let paths = document["paths"].as_object().unwrap().clone();
    let mut calls = Vec::new();
    for (path, methods) in paths {
        for (method, call) in methods.as_object().unwrap() {
            let method = match method.as_str() {
                "get" => Method::Get,
                "post" => Method::Post,
                _ => continue, // what all calls of the path share
            };
            if path.starts_with("/v1/merchant/") {
                let name = call["operationId"].as_str().unwrap().to_owned();
                calls.push((method, path.clone(), name));
            }
        }
    }
    calls
}

/// A key of the default merchant with this permission alone.
async fn key(world: &Rc<World>, word: &str) -> String {
    let body = json!({"name": word, "permissions": [word]});
    let (status, made) = world.operator(Method::Post, "/main/keys", &body).await;
    assert_eq!(status, 200, "{made}");
    assert_eq!(made["permissions"], json!([word]));
    made["key"].as_str().unwrap().to_owned()
}

/// What the merchant's API answers to this key.
async fn asked(world: &Rc<World>, key: &str, method: Method, path: &str) -> (u16, Value) {
    let bearer = format!("Bearer {key}");
    let headers = [("Authorization", bearer.as_str())];
    let body = match method == Method::Post {
        true => json!({}),
        false => Value::Null,
    };
    let said = world.ask(method, path, &headers, &body).await.unwrap();
    let text = serde_json::from_str(&said.text).unwrap_or_default();
    (said.status, text)
}

fn within<F: Future<Output = ()> + 'static>(acts: impl FnOnce(Rc<World>) -> F) {
    let world = World::new(1, true, Setting::PAYBILL);
    world.begins(acts);
    assert!(world.live(90 * HOUR), "{}", world.cloud.story().join("\n"));
    assert_eq!(*world.wrong.borrow(), None);
    world.ends();
}

#[test]
fn every_call_lets_through_whom_the_table_names_and_nobody_else() {
    within(|world| async move {
        let mut keys = Vec::new();
        for word in WORDS {
            keys.push((word, key(&world, word).await));
        }
        for (method, path, name) in calls() {
            let row = TABLE.iter().find(|(known, _)| *known == name);
            let (_, let_through) = row.unwrap_or_else(|| panic!("{name} is not in the table"));
            let path = path.replace("{receipt}", "UES3A1B2C3");
            let path = path.replace("{account_reference}", "M7K2Q9XW4TC");
            let path = path.replace(['{', '}'], "");
            for (word, key) in &keys {
                let (status, said) = asked(&world, key, method, &path).await;
                let is_refused = said["error"]["code"] == "NOT_ALLOWED";
                assert_eq!(
                    (is_refused, is_refused == (status == 403)),
                    (!let_through.contains(word), true),
                    "{name} with {word}: {status} {said}"
                );
            }
        }
        let names: Vec<String> = calls().into_iter().map(|(_, _, name)| name).collect();
        let gone = TABLE
            .iter()
            .filter(|(name, _)| !names.iter().any(|n| n == name));
        assert_eq!(gone.count(), 0, "the table names calls that are gone");
    });
}

#[test]
fn who_only_charges_sees_the_payments_of_two_days() {
    within(|world| async move {
        let key = key(&world, "charge").await;
        let paying = world.pays("tea", "254700000123").await;
        let one = format!("/v1/merchant/payments/{}", paying.reference());
        let seen = |world: Rc<World>, key: String, one: String| async move {
            let (_, list) = asked(&world, &key, Method::Get, "/v1/merchant/payments").await;
            let (status, _) = asked(&world, &key, Method::Get, &one).await;
            (list["payments"].as_array().map(Vec::len), status)
        };
        world.pass(60_000).await;
        let now = seen(Rc::clone(&world), key.clone(), one.clone()).await;
        assert_eq!(now, (Some(1), 200));
        world.pass(49 * HOUR).await;
        let later = seen(Rc::clone(&world), key.clone(), one.clone()).await;
        assert_eq!(later, (Some(0), 404));
        let (_, all) = world.shop(Method::Get, "payments", &[], &Value::Null).await;
        assert_eq!(all["payments"].as_array().map(Vec::len), Some(1));
    });
}

#[test]
fn a_key_says_what_it_may_do_and_when_it_was_last_used() {
    within(|world| async move {
        let key = key(&world, "read").await;
        let keys = |world: Rc<World>| async move {
            let none = Value::Null;
            let (_, said) = world.operator(Method::Get, "/main/keys", &none).await;
            said["keys"][0].clone()
        };
        let made = keys(Rc::clone(&world)).await;
        assert_eq!(made["permissions"], json!(["read"]));
        assert_eq!(made["used_at_ms"], Value::Null);
        asked(&world, &key, Method::Get, "/v1/merchant/items").await;
        let day = T0_MS / 86_400_000 * 86_400_000;
        assert_eq!(keys(Rc::clone(&world)).await["used_at_ms"], day);
        for wrong in [
            json!(["owner"]),
            json!([]),
            json!("read"),
            json!(["all"]),
            json!([1]),
        ] {
            let body = json!({"permissions": wrong});
            let (status, said) = world.operator(Method::Post, "/main/keys", &body).await;
            let error = &said["error"];
            assert_eq!(
                (status, &error["param"]),
                (422, &json!("permissions")),
                "{said}"
            );
        }
        let (_, usual) = world.operator(Method::Post, "/main/keys", &json!({})).await;
        let expected = json!(["read", "charge", "assign", "refund"]);
        assert_eq!(usual["permissions"], expected);
    });
}
