//! `POST /mpesa/c2b/v1/registerurl` and v2: where a shortcode's payments are told, once and for all.

use std::sync::Arc;

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use serde::Serialize;

use crate::{
    daraja::{
        answer::{self, NO_STORE},
        fields::{Fields, forbidden_word, invalid, is_absolute_url},
        oauth,
    },
    emulation::Shared,
    options::Payee,
    world::{
        registration::{Registration, ResponseType, Version},
        story::Refusal,
    },
};

pub(crate) async fn v1(state: State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response {
    register(&state.0, &headers, &body, Version::V1)
}

pub(crate) async fn v2(state: State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response {
    register(&state.0, &headers, &body, Version::V2)
}

fn register(shared: &Shared, headers: &HeaderMap, body: &[u8], version: Version) -> Response {
    let (registration, payee) = match checked(shared, headers, body, version) {
        Ok(checked) => checked,
        Err(refusal) => return answer::refusal(shared, &refusal),
    };
    let registered = shared.change(|world| {
        if world.registration(payee).is_some() {
            return None;
        }
        world.registrations.push(registration);
        Some(match version {
            Version::V1 => (world.ids.originator_id(), "success"),
            Version::V2 => (world.ids.originator_id_v2(), "Success"),
        })
    });
    match registered {
        Some((id, description)) => accepted(id, description),
        None => {
            let refusal = Refusal::new(500, "500.003.1001", "Urls are already registered");
            answer::refusal(shared, &refusal)
        }
    }
}

fn accepted(originator_conversation_id: String, description: &'static str) -> Response {
    #[derive(Serialize)]
    struct Body {
        #[serde(rename = "OriginatorCoversationID")] // Daraja's own spelling
        originator_conversation_id: String,
        #[serde(rename = "ResponseCode")]
        response_code: &'static str,
        #[serde(rename = "ResponseDescription")]
        response_description: &'static str,
    }
    let body = Body {
        originator_conversation_id,
        response_code: "0",
        response_description: description,
    };
    ([NO_STORE], Json(body)).into_response()
}

fn checked<'a>(
    shared: &'a Shared,
    headers: &HeaderMap,
    body: &[u8],
    version: Version,
) -> Result<(Registration, &'a Payee), Refusal> {
    oauth::authorize(shared, headers)?;
    let fields = Fields::parse(headers, body).map_err(|_| invalid("ShortCode"))?;
    let shortcode = fields.shortcode("ShortCode")?;
    // Daraja, C2B Register URL: "Completed" and "Cancelled" must be in sentence case.
    let response_type = match fields.text("ResponseType").as_deref() {
        Some("Completed") => ResponseType::Completed,
        Some("Cancelled") => ResponseType::Cancelled,
        _ => return Err(invalid("ResponseType")),
    };
    let confirmation_url = url(&fields, "ConfirmationURL")?;
    let validation_url = url(&fields, "ValidationURL")?;
    let mut merchants = shared.options.merchants.iter();
    let merchant = merchants
        .find(|merchant| merchant.payee.is_called(&shortcode))
        .ok_or_else(|| Refusal::new(500, "500.001.1001", "Merchant does not exist"))?;
    let registration = Registration {
        shortcode,
        version,
        response_type,
        confirmation_url,
        validation_url,
    };
    Ok((registration, &merchant.payee))
}

fn url(fields: &Fields, key: &str) -> Result<String, Refusal> {
    let url = fields
        .text(key)
        .filter(|url| is_absolute_url(url))
        .ok_or_else(|| invalid(key))?;
    match forbidden_word(&url) {
        None => Ok(url),
        // Seen on the wire, without the "Bad Request" of the others.
        Some(word) => {
            let message = format!("Invalid {key} - URL has the word {}", word.to_uppercase());
            Err(Refusal::new(400, "400.002.02", &message))
        }
    }
}
