//! What is not understood is refused before anything is done. Every operation of the API's description is asked with real
//! ids, and with a field that it does not know, one too few, one of another type, one twice and one in another case. An
//! operation without a good body here fails the test: a new one is covered by saying what it takes.

use crate::deployment::{admin, deployment, make_key, settings};
use crate::described::document;
use crate::house::{Payment, by_hand, emulator, fresh_key};
use crate::http::{self, Reply, at};
use crate::ledger::sql;
use crate::operator::{self, secret};
use crate::shop;
use serde_json::{Map, Value, json};

const DIFFERENCE: &str = "missing_there.STRICT1234";

/// Money that was paid and stays, money that went back, a difference and a merchant: what must not change.
struct World {
    shop: String,
    paid: Payment,
    receipt: String,
    refunded: Payment,
    merchant: &'static str,
    key_id: String,
}

impl World {
    fn new() -> World {
        shop::open();
        let shop = at("MALIPO_REFUNDS_URL");
        let (paid, receipt) = paid_at(&shop);
        let (refunded, back) = paid_at(&shop);
        let path = format!("payments/{}", reference(&refunded));
        let made = send(
            "POST",
            &format!("{shop}/v1/merchant/{path}/refunds"),
            &secret("API_KEY"),
            &fresh_key(),
            &json!({"receipt": back}).to_string(),
        );
        assert_eq!(made.status, 200, "{}", made.text);
        for (payment, kind) in [(&paid, "payment.paid"), (&refunded, "payment.refunded")] {
            shop::heard_kind(&payment.view["account_reference"], kind);
            let path = format!("payments/{}", reference(payment));
            operator::until(&shop, &path, "quiet", |reply| {
                !reply.text.contains("\"due\"")
            });
        }
        sql(
            "BY_HAND",
            &format!(
                "INSERT OR REPLACE INTO differences (env, link, id, kind, receipt, at_ms, found_at_ms, seen_at_ms, source) \
                 VALUES ('emulator', 'main', '{DIFFERENCE}', 'missing_there', 'STRICT1234', 1, 1, 1, 'statement')"
            ),
        );
        let merchant = "strict";
        let mut made = settings(merchant, "600777");
        made["PAYBILL"] = json!("600321");
        let made = admin("POST", "merchants", &made);
        assert_eq!(made.status, 200, "{}", made.text);
        let key_id = make_key(merchant, "strict").1;
        World {
            shop,
            paid,
            receipt,
            refunded,
            merchant,
            key_id,
        }
    }

    /// All that a call could have changed.
    fn seen(&self) -> Vec<Value> {
        let mut seen: Vec<Value> = [&self.paid, &self.refunded]
            .iter()
            .map(|payment| {
                operator::get(&self.shop, &format!("payments/{}", reference(payment))).json()
            })
            .collect();
        seen.push(operator::get(&self.shop, &format!("receipts/{}", self.receipt)).json());
        let open = operator::get(&by_hand(), "differences?open=1").json();
        let rows = open["differences"].as_array().unwrap();
        seen.push(
            rows.iter()
                .filter(|row| row["id"] == DIFFERENCE)
                .cloned()
                .collect(),
        );
        for path in ["", "/keys"] {
            let path = format!("merchants/{}{path}", self.merchant);
            seen.push(admin("GET", &path, &Value::Null).json());
        }
        let merchants = admin("GET", "merchants", &Value::Null).text;
        seen.push(json!(merchants.contains("strict2")));
        let requests = http::get(&emulator("requests")).json();
        let ours = [reference(&self.paid), reference(&self.refunded)];
        let is_ours = |request: &&Value| {
            let body = &request["body"];
            let named = body["AccountReference"].as_str().unwrap_or_default();
            body["TransactionID"] == self.receipt.as_str() || ours.contains(&named)
        };
        let requests = requests.as_array().unwrap().iter();
        seen.push(json!(requests.filter(is_ours).count()));
        seen
    }

    /// Where an operation is asked for, and a good body of it.
    fn call(&self, id: &str, path: &str) -> (String, Option<Value>) {
        let (mut base, mut pays) = (self.shop.clone(), &self.paid);
        let good = match id {
            "openPayment" => json!({"item": "tea", "key": fresh_key()}),
            "askPush" => json!({"key": fresh_key()}),
            "typeReceipt" => json!({"receipt": self.receipt}),
            "createPayment" => {
                json!({"amount_kes": 150, "reference": fresh_key(), "description": "Tea"})
            }
            "makeRefund" => json!({"receipt": self.receipt, "amount_kes": 150}),
            "settleRefund" => {
                pays = &self.refunded;
                json!({"refunded": true})
            }
            "claimReceipt" => {
                json!({"account_reference": reference(&self.paid), "expect_kes": 0})
            }
            "unclaimReceipt" => json!({"account_reference": reference(&self.paid)}),
            "checkCallback" => json!({"body_sha256": "0".repeat(64)}),
            "settleDifference" => {
                base = by_hand();
                json!({})
            }
            "redeliver" | "sweep" | "reconcile" | "closePayment" | "forgetPayment"
            | "checkDaraja" | "checkWebhook" | "registerC2b" | "registerPull" | "retryInbox"
            | "settleReceipt" => json!({}),
            "addMerchant" => {
                let mut settings = settings("strict2", "600777");
                settings["PAYBILL"] = json!("600322");
                settings
            }
            "invitePerson" => json!({"name": "Wanjiru"}),
            "changeMerchant" | "resealMerchant" | "activateMerchant" | "deactivateMerchant"
            | "copyVariables" | "discardCopy" | "addKey" | "revokeKey" => json!({}),
            _ => return (String::new(), None),
        };
        if path.starts_with("/v1/admin/") {
            base = deployment();
        }
        let key_or_difference = match path.contains("/keys/") {
            true => &self.key_id,
            false => DIFFERENCE,
        };
        let id = match path.starts_with("/v1/payments/") {
            true => pays.id(),
            false => key_or_difference,
        };
        let path = path
            .replace("{id}", id)
            .replace("{reference}", reference(pays))
            .replace("{n}", "1")
            .replace("{receipt}", &self.receipt)
            .replace("{link}", self.merchant);
        (format!("{base}{path}"), Some(good))
    }
}

fn reference(payment: &Payment) -> &str {
    payment.view["account_reference"].as_str().unwrap()
}

#[track_caller]
fn paid_at(shop: &str) -> (Payment, String) {
    let mut payment = Payment::pushed_at(shop, "0000");
    payment.until_receipt();
    let receipt = payment.view["receipt"].as_str().unwrap().to_owned();
    (payment, receipt)
}

#[track_caller]
pub(crate) fn send(method: &str, url: &str, bearer: &str, key: &str, body: &str) -> Reply {
    let bearer = format!("Bearer {bearer}");
    let headers = [
        ("Authorization", bearer.as_str()),
        ("Content-Type", "application/json"),
        ("Idempotency-Key", key),
    ];
    http::send(method, url, &headers, body)
}

/// The types that a field may have, as JSON Schema names them.
fn types(schema: &Value) -> Vec<String> {
    if let Some(place) = schema["$ref"].as_str() {
        return types(document().pointer(&place[1..]).unwrap());
    }
    if let Some(any) = schema["anyOf"].as_array().or(schema["oneOf"].as_array()) {
        return any.iter().flat_map(types).collect();
    }
    match &schema["type"] {
        Value::String(one) => vec![one.clone()],
        Value::Array(all) => all.iter().map(|t| t.as_str().unwrap().to_owned()).collect(),
        other => panic!("no type: {schema} {other}"),
    }
}

/// Values of every type that a field of these types may not have.
fn mistyped(types: &[String]) -> Vec<Value> {
    let may_be = |names: &[&str]| types.iter().any(|t| names.contains(&t.as_str()));
    [
        (json!(null), may_be(&["null"])),
        (json!(true), may_be(&["boolean"])),
        (json!("text"), may_be(&["string"])),
        (json!(4711), may_be(&["integer", "number"])),
        (json!(1.5), may_be(&["number"])),
        (json!(-1), may_be(&["number"])),
        (json!([]), may_be(&["array"])),
        (json!({}), may_be(&["object"])),
    ]
    .into_iter()
    .filter_map(|(value, may_be)| (!may_be).then_some(value))
    .collect()
}

pub(crate) fn other_case(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    if lower != name {
        return lower;
    }
    let (first, rest) = name.split_at(1);
    format!("{}{rest}", first.to_ascii_uppercase())
}

/// A body with these fields, in this order, each as often as it is given.
fn written<'f>(fields: impl Iterator<Item = (&'f str, &'f Value)>) -> String {
    let fields: Vec<String> = fields
        .map(|(name, value)| format!("{}:{value}", json!(name)))
        .collect();
    format!("{{{}}}", fields.join(","))
}

/// Bodies that must be refused, each with the name that the refusal tells.
fn bad(good: &Map<String, Value>, schema: &Value) -> Vec<(String, String)> {
    let mut bad = Vec::new();
    let without = |name: &str| {
        let mut fields = good.clone();
        fields.remove(name);
        fields
    };
    let plus = |fields: &Map<String, Value>, name: &str, value: &Value| {
        let fields = fields.iter().map(|(name, value)| (name.as_str(), value));
        (written(fields.chain([(name, value)])), name.to_owned())
    };
    for value in [json!(10), json!(null), json!({"a": 1})] {
        bad.push(plus(good, "surplus", &value));
    }
    let empty = Map::new();
    for (name, field) in schema["properties"].as_object().unwrap_or(&empty) {
        let value = good.get(name).cloned().unwrap_or(Value::Null);
        let (case, rest) = (other_case(name), without(name));
        bad.push(plus(&rest, &case, &value));
        bad.push(plus(good, &case, &value));
        let others = rest.iter().map(|(name, value)| (name.as_str(), value));
        let both = [(name.as_str(), &value), (name.as_str(), &value)];
        bad.push((written(others.chain(both)), name.clone()));
        for value in mistyped(&types(field)) {
            bad.push(plus(&rest, name, &value));
        }
    }
    for name in schema["required"].as_array().unwrap_or(&Vec::new()) {
        let name = name.as_str().unwrap();
        let rest = without(name);
        let fields = rest.iter().map(|(name, value)| (name.as_str(), value));
        bad.push((written(fields), name.to_owned()));
    }
    bad
}

#[test]
fn what_is_not_understood_is_refused_by_every_call_before_anything_is_done() {
    let world = World::new();
    let before = world.seen();
    let mut goods = Vec::new();
    let mut refusals = 0;
    for (path, methods) in document()["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let method = method.to_ascii_uppercase();
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            let id = operation["operationId"].as_str().unwrap();
            let is_csv = operation["requestBody"]["content"]["text/csv"].is_object();
            if method == "GET" || is_csv {
                continue;
            }
            assert!(schema.is_object(), "{id}: its body is not described");
            let schema = match schema["$ref"].as_str() {
                Some(place) => document().pointer(&place[1..]).unwrap(),
                None => schema,
            };
            assert_eq!(schema["additionalProperties"], false, "{id}");
            let (url, good) = world.call(id, path);
            let good = good.unwrap_or_else(|| panic!("{id} is new: say a good body of it here"));
            let bearer = match path.starts_with("/v1/admin/") {
                true => secret("ADMIN_KEY"),
                false => secret("API_KEY"),
            };
            let key = fresh_key();
            for (body, name) in bad(good.as_object().unwrap(), schema) {
                let reply = send(&method, &url, &bearer, &key, &body);
                assert_eq!(reply.status, 422, "{id} {body}: {}", reply.text);
                let message = reply.json()["error"]["message"].clone();
                let names = message.as_str().unwrap().contains(&name);
                assert!(names, "{id} {body}: {message} does not name `{name}`");
                refusals += 1;
            }
            for body in ["[]", "null", "\"a\"", "{", "{}{}"] {
                let reply = send(&method, &url, &bearer, &key, body);
                assert_eq!(reply.status, 400, "{id} {body}: {}", reply.text);
            }
            if path.starts_with("/v1/merchant/") {
                let reply = send(
                    &method,
                    &format!("{url}?surplus=10"),
                    &bearer,
                    &key,
                    &good.to_string(),
                );
                assert_eq!(reply.status, 422, "{id}?surplus=10: {}", reply.text);
            }
            goods.push((id, method, url, bearer, key, good));
        }
    }
    assert!(refusals > 300, "{refusals}");
    assert_eq!(world.seen(), before);
    // The bodies were good but for what was wrong with each, and no try has taken their keys.
    for (id, method, url, bearer, key, good) in goods {
        let understood = match id {
            "openPayment" | "createPayment" | "makeRefund" | "claimReceipt" | "checkCallback"
            | "redeliver" | "settleDifference" | "changeMerchant" | "addKey" => 200,
            "askPush" | "settleRefund" | "unclaimReceipt" => 409,
            _ => continue, // what reaches beyond this test's own things
        };
        let reply = send(&method, &url, &bearer, &key, &good.to_string());
        assert_eq!(reply.status, understood, "{id}: {}", reply.text);
    }
}
