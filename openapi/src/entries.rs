//! Payments as the ledger has them. Their schemas are made from what webhooks say of a payment, not from fields of their own.

use malipo_engine::webhook::PaymentFacts;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Value, json};

/// One line of the list of payments; its schema is made from [`PaymentFacts`].
pub(crate) struct Entry;

/// One payment as the ledger has it; its schema is made from `PaymentFacts`.
pub(crate) struct LedgerEntry;

/// One line of the list of payments: what webhooks say, as the ledger has it.
impl JsonSchema for Entry {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Entry".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> schemars::Schema {
        let mut schema = PaymentFacts::json_schema(generator);
        schema.insert(
            "description".to_owned(),
            "A payment as the ledger has it.".into(),
        );
        schema
    }
}

/// One payment as the ledger has it, with how new that is.
impl JsonSchema for LedgerEntry {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "LedgerEntry".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> schemars::Schema {
        let mut schema = Entry::json_schema(generator);
        let mut add = |name: &str, about: &str| {
            schema.ensure_object();
            if let Some(Value::Object(fields)) = schema.get_mut("properties") {
                let field = json!({ "type": "integer", "minimum": 0, "description": about });
                fields.insert(name.to_owned(), field);
            }
            if let Some(Value::Array(required)) = schema.get_mut("required") {
                required.push(name.into());
            }
        };
        add("seq", "The journal's number up to which it tells.");
        add("at_ms", "When it was told.");
        schema
    }
}
