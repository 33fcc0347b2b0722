//! The description of the API in OpenAPI 3.1, made from the types that the Worker answers with. It is a file beside the
//! Worker, and no byte of it; the live tests hold the Worker to it.

mod admin;
mod answers;
mod call;
mod calls;
mod entries;
mod operating;
mod schemas;

use call::{Body, Call, Media, Parameter, Who, errors_of};
use malipo_shared::Kes;
use malipo_shared::api::ErrorCode;
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

const ABOUT: &str = "M-PESA payments. Amounts are whole Kenya shillings, times Unix milliseconds. \
Unknown fields of an answer may be added later; a field that an answer does not have is absent. \
Every error has the same form, and its `code` is what a program branches on.";

/// The whole description.
pub fn document() -> Value {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let settings = settings.with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut generator = settings.into_generator();
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for call in calls() {
        let operation = operation(call, &mut generator);
        let methods = paths.entry(call.path).or_default();
        methods.insert(call.method.to_ascii_lowercase(), operation);
    }
    let mut schemas = generator.take_definitions(true);
    schemas.values_mut().for_each(schemas::put_right);
    if let Some(kes) = schemas.get_mut("Kes") {
        kes["minimum"] = Kes::MIN.shillings().into();
        kes["maximum"] = Kes::MAX.shillings().into();
    }
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Malipo", "version": env!("CARGO_PKG_VERSION"), "description": ABOUT },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "admin": { "type": "http", "scheme": "bearer", "description": "The deployment's `ADMIN_KEY`." },
                "bearer": { "type": "http", "scheme": "bearer", "description": "The shop's API key." },
                "apikey": { "type": "apiKey", "in": "header", "name": "apikey", "description": "The shop's API key." },
                "linkid": { "type": "apiKey", "in": "header", "name": "linkid", "description": "The shop's link id." },
            },
        },
    })
}

/// Every call.
fn calls() -> impl Iterator<Item = &'static Call> {
    [calls::CALLS, operating::CALLS, admin::CALLS]
        .into_iter()
        .flatten()
}

fn operation(call: &Call, generator: &mut SchemaGenerator) -> Value {
    let mut operation = json!({
        "operationId": call.id,
        "summary": call.summary,
        "tags": [match call.who { Who::Page => "page", Who::Shop => "shop", Who::Admin => "admin" }],
        "parameters": parameters(call),
        "responses": responses(call, generator),
        "security": match call.who {
            Who::Page => json!([]),
            Who::Admin => json!([{ "admin": [] }]),
            Who::Shop => json!([{ "bearer": [] }, { "apikey": [], "linkid": [] }]),
        },
    });
    if let Some(Body {
        content: media,
        is_required,
    }) = &call.body
    {
        let content = content(*media, generator);
        operation["requestBody"] = json!({ "required": is_required, "content": content });
    }
    operation
}

fn parameters(call: &Call) -> Value {
    let path = call.path.split('/').filter_map(|part| {
        let name = part.strip_prefix('{')?.strip_suffix('}')?;
        Some(
            json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }),
        )
    });
    let given = call.parameters.iter().map(|parameter| {
        let Parameter {
            place,
            is_required,
            name,
            about,
            schema,
        } = parameter;
        json!({
            "name": name,
            "in": place,
            "required": is_required,
            "description": about,
            "schema": schema(),
        })
    });
    path.chain(given).collect()
}

fn content(media: Media, generator: &mut SchemaGenerator) -> Value {
    match media {
        Media::Json(schema) => json!({ "application/json": { "schema": schema(generator) } }),
        Media::Csv => json!({ "text/csv": { "schema": { "type": "string" } } }),
    }
}

fn responses(call: &Call, generator: &mut SchemaGenerator) -> Value {
    let mut responses = Map::new();
    let content = content(call.answer, generator);
    responses.insert(
        "200".to_owned(),
        json!({ "description": call.answers, "content": content }),
    );
    let body = schemas::of::<malipo_shared::api::ErrorBody>(generator);
    let mut by_status: BTreeMap<u16, Vec<String>> = BTreeMap::new();
    for code in errors_of(call) {
        let (name, names) = (code_name(code), by_status.entry(code.status()).or_default());
        if !names.contains(&name) {
            names.push(name);
        }
    }
    for (status, names) in by_status {
        let answer = json!({
            "description": names.join(", "),
            "content": { "application/json": { "schema": body } },
        });
        responses.insert(status.to_string(), answer);
    }
    Value::Object(responses)
}

fn code_name(code: ErrorCode) -> String {
    let name = serde_json::to_value(code).unwrap_or_default();
    name.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reference_leads_to_a_schema() {
        let document = document();
        let text = document.to_string();
        let mut found = 0;
        for rest in text.split("\"$ref\":\"#").skip(1) {
            let place = rest.split('"').next().unwrap_or_default();
            assert!(document.pointer(place).is_some(), "{place}");
            found += 1;
        }
        assert!(found > 50, "{found}");
    }

    #[test]
    fn every_error_is_some_calls() {
        let text = document()["paths"].to_string();
        // Signing in is between the dashboard's page and its Worker: those calls are nobody else's.
        let of_the_dashboard = |code: &&ErrorCode| **code == ErrorCode::SignInRefused;
        for code in ErrorCode::ALL.iter().filter(|code| !of_the_dashboard(code)) {
            assert!(text.contains(&code_name(*code)), "{code:?}");
        }
    }

    #[test]
    fn operations_have_names_of_their_own() {
        let mut ids: Vec<&str> = calls().map(|call| call.id).collect();
        ids.sort_unstable();
        let count = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), count);
    }
}
