//! Schemas that the types alone do not tell.

use malipo_engine::payment::HearingWord;
use malipo_engine::webhook::{Kind, OriginWord};
use malipo_shared::api::State;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};

/// The schema of a type, as a reference where it has a name.
pub(crate) fn of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Value {
    generator.subschema_for::<T>().to_value()
}

/// Makes sentences of what the types' documentation says: without its line breaks, examples and sources. And what has a default
/// may be left out.
pub(crate) fn put_right(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            if let Some(Value::String(about)) = fields.get_mut("description") {
                let first = about.split("\n\n").next().unwrap_or_default();
                *about = first
                    .replace('\n', " ")
                    .replace("[`", "`")
                    .replace("`]", "`");
            }
            leave_out_defaults(fields);
            fields.values_mut().for_each(put_right);
        }
        Value::Array(items) => items.iter_mut().for_each(put_right),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn leave_out_defaults(fields: &mut Map<String, Value>) {
    let properties = fields.get("properties").cloned().unwrap_or_default();
    if let Some(Value::Array(required)) = fields.get_mut("required") {
        required.retain(|name| properties[name.as_str().unwrap_or_default()]["default"].is_null());
    }
}

/// What only the body tells: an object without a schema of its own.
pub(crate) fn nothing(_: &mut SchemaGenerator) -> Value {
    json!({ "type": "object", "additionalProperties": false })
}

pub(crate) fn text() -> Value {
    json!({ "type": "string" })
}

pub(crate) fn moment() -> Value {
    json!({ "type": "integer", "minimum": 0 })
}

pub(crate) fn flag() -> Value {
    json!({ "enum": ["0", "1", "true", "false"] })
}

pub(crate) fn limit() -> Value {
    json!({ "type": "integer", "minimum": 1, "maximum": malipo_engine::payment_filter::LIMIT_MAX })
}

pub(crate) fn days() -> Value {
    json!({ "type": "integer", "minimum": 1, "maximum": malipo_engine::summary::DAYS_MAX })
}

pub(crate) fn wait() -> Value {
    json!({ "type": "integer", "minimum": 0 })
}

pub(crate) fn digits() -> Value {
    json!({ "type": "string", "pattern": "^[0-9]{3}$" })
}

pub(crate) fn state() -> Value {
    json!({ "enum": State::ALL.map(State::as_str) })
}

pub(crate) fn origin() -> Value {
    json!({ "enum": OriginWord::ALL.map(OriginWord::as_str) })
}

pub(crate) fn standing() -> Value {
    json!({ "enum": HearingWord::ALL.map(HearingWord::as_str) })
}

pub(crate) fn key() -> Value {
    json!({ "type": "string", "minLength": 1, "maxLength": 255 })
}

/// An amount that is given or left out, and never null.
pub(crate) fn kes(generator: &mut SchemaGenerator) -> schemars::Schema {
    generator.subschema_for::<malipo_shared::Kes>()
}

/// The kinds of messages to the shop.
pub(crate) fn kind(_: &mut SchemaGenerator) -> schemars::Schema {
    let kinds = Kind::ALL.map(Kind::as_str);
    schemars::json_schema!({ "type": "string", "enum": kinds })
}

/// The settings of a merchant, and those of them that may be a list or a table: `shell/src/config.rs` and its parts ask for
/// them, and a test below holds the two together.
const SETTINGS: [&str; 28] = [
    "ALLOW_PARTIAL_REFUNDS",
    "AUTO_CLAIM_MAX_KES",
    "C2B_REGISTERED",
    "C2B_SECRET",
    "DARAJA_CONSUMER_KEY",
    "DARAJA_CONSUMER_SECRET",
    "DARAJA_INITIATOR",
    "DARAJA_PASSKEY",
    "DARAJA_QUERIES_PER_MINUTE",
    "DARAJA_SECURITY_CREDENTIAL",
    "ITEMS",
    "LINK_ID",
    "MERCHANT_ORIGINS",
    "OPEN_AMOUNT",
    "OPEN_DESCRIPTION",
    "ORDER_SECRET",
    "ORDER_SECRET_PREVIOUS",
    "PAYBILL",
    "PULL_NOMINATED_NUMBER",
    "PULL_TRANSACTIONS",
    "REFUSE_UNKNOWN_ACCOUNTS",
    "SHOP_CONTACT",
    "SHOP_NAME",
    "TILL_NUMBER",
    "TILL_STORE",
    "WEBHOOK_SECRET",
    "WEBHOOK_SECRET_PREVIOUS",
    "WEBHOOK_URL",
];
const STRUCTURED: [&str; 2] = ["ITEMS", "OPEN_AMOUNT"];

/// The settings of a merchant.
pub(crate) fn settings(_: &mut SchemaGenerator) -> schemars::Schema {
    let plain = json!(["string", "number", "boolean", "null"]);
    let any = json!(["string", "number", "boolean", "null", "array", "object"]);
    let settings: serde_json::Map<String, Value> = SETTINGS
        .iter()
        .map(|name| {
            let types = if STRUCTURED.contains(name) {
                &any
            } else {
                &plain
            };
            ((*name).to_owned(), json!({ "type": types }))
        })
        .collect();
    schemars::json_schema!({
        "type": "object",
        "description": "By their names in `wrangler.toml`, where a number or a flag may stand without quotes; null takes one away.",
        "properties": settings,
        "additionalProperties": false,
    })
}

/// The settings as a body.
pub(crate) fn given_settings(generator: &mut SchemaGenerator) -> Value {
    settings(generator).to_value()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::Path;

    /// Every name of a variable that stands in a file of the Worker's.
    fn variables(text: &str) -> BTreeSet<&str> {
        let is_name = |text: &&str| {
            let is_letter = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
            text.contains('_') && text.chars().all(is_letter) || ["ITEMS", "PAYBILL"].contains(text)
        };
        text.split('"').filter(is_name).collect()
    }

    #[test]
    fn every_setting_that_the_worker_asks_for_is_described() {
        let manifest = std::env::var_os("CARGO_MANIFEST_DIR").unwrap();
        let config = Path::new(&manifest).join("../shell/src/config");
        let read = |path: &Path| std::fs::read_to_string(path).unwrap();
        let mut texts = vec![read(&config.with_extension("rs"))];
        for file in std::fs::read_dir(&config).unwrap() {
            texts.push(read(&file.unwrap().path()));
        }
        let asked: BTreeSet<&str> = texts.iter().flat_map(|text| variables(text)).collect();
        let source = read(&config.join("source.rs"));
        let theirs = source.split("const DEPLOYMENTS").nth(1).unwrap();
        let deployments = variables(theirs.split("impl Source").next().unwrap());
        let of_merchant: BTreeSet<&str> = asked.difference(&deployments).copied().collect();
        assert_eq!(of_merchant, SETTINGS.into_iter().collect());
    }
}
