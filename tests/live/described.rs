//! Every answer of the API that a test sees is held to the API's own description (`/v1/openapi.json`): its status, and
//! each field of its body. So no call can change without its description.

use crate::wire::{Reply, at, unchecked};
use jsonschema::Validator;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Panics when an answer is not as described.
#[track_caller]
pub(crate) fn check(method: &str, url: &str, reply: &Reply) {
    let path = url.split('/').skip(3).collect::<Vec<_>>().join("/");
    let path = format!("/{}", path.split('?').next().unwrap_or_default());
    let path = path.as_str();
    if !path.starts_with("/v1/") {
        return;
    }
    if path == "/v1/openapi.json" || method == "OPTIONS" {
        return;
    }
    let said = || format!("{method} {path}: {} {}", reply.status, reply.text);
    let Some(template) = template(path) else {
        assert_eq!(reply.status, 404, "{} is not described", said());
        return;
    };
    let method = method.to_ascii_lowercase();
    let operation = &document()["paths"][template][&method];
    if operation.is_null() {
        assert!(
            [403, 405].contains(&reply.status),
            "{} is not described",
            said()
        );
        return;
    }
    let answer = &operation["responses"][reply.status.to_string()];
    assert!(
        answer.is_object(),
        "{}: no such status is described",
        said()
    );
    if answer["content"]["application/json"].is_null() {
        return;
    }
    let key = format!("{template} {method} {}", reply.status);
    let validator = validator(&key, &answer["content"]["application/json"]["schema"]);
    let body = reply.json();
    let wrong: Vec<String> = validator
        .iter_errors(&body)
        .map(|why| format!("{}: {why}", why.instance_path))
        .collect();
    assert!(
        wrong.is_empty(),
        "{} is not as described: {wrong:#?}",
        said()
    );
    if reply.status != 200 {
        let code = body["error"]["code"].as_str().unwrap_or_default();
        let codes = answer["description"].as_str().unwrap_or_default();
        let is_told = codes.split(", ").any(|told| told == code);
        assert!(is_told, "{}: only {codes} are described", said());
    }
}

/// The description, as the Worker serves it.
pub(crate) fn document() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(|| {
        let served = unchecked(
            "GET",
            &format!("{}/v1/openapi.json", at("MALIPO_URL")),
            &[],
            &[],
        );
        assert_eq!(served.status, 200, "{}", served.text);
        served.json()
    })
}

/// The path of the description that `path` is one of. Fixed words go before names: `payments.csv` is no reference.
fn template(path: &str) -> Option<&'static str> {
    let segments: Vec<&str> = path.split('/').collect();
    let is_one = |template: &&String| {
        let parts: Vec<&str> = template.split('/').collect();
        let is_same = |(part, given): (&&str, &&str)| part == given || part.starts_with('{');
        parts.len() == segments.len() && parts.iter().zip(&segments).all(is_same)
    };
    let paths = document()["paths"].as_object().unwrap();
    let mut found: Vec<&String> = paths.keys().filter(is_one).collect();
    found.sort_by_key(|template| template.matches('{').count());
    found.first().map(|template| template.as_str())
}

fn validator(key: &str, schema: &Value) -> Arc<Validator> {
    static KNOWN: OnceLock<Mutex<HashMap<String, Arc<Validator>>>> = OnceLock::new();
    let known = KNOWN.get_or_init(Mutex::default);
    let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(validator) = known.get(key) {
        return Arc::clone(validator);
    }
    let mut whole = json!({"allOf": [schema], "components": document()["components"]});
    close(&mut whole);
    let validator = jsonschema::validator_for(&whole).unwrap_or_else(|why| panic!("{key}: {why}"));
    let validator = Arc::new(validator);
    known.insert(key.to_owned(), Arc::clone(&validator));
    validator
}

/// What is not described may not be there, though clients are told to expect more.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            if fields.contains_key("properties") && !fields.contains_key("additionalProperties") {
                fields.insert("additionalProperties".to_owned(), json!(false));
            }
            fields.values_mut().for_each(close);
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
