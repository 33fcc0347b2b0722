//! Every path, and the record of what was received on Safaricom's.

use std::sync::Arc;

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, header},
    middleware::{self, Next},
    response::Response,
    routing::{get, post},
};
use serde_json::{Value, json};

use crate::{
    daraja::{
        account_balance,
        answer::{self, Unsent},
        c2b_register, c2b_simulate, oauth, pull, qr, reversal, stk_push, stk_query,
        transaction_status,
    },
    emulation::Shared,
    people::{control, handset, pay, scripts, statement},
    world::{sent::Received, story::Refusal},
};

const BODY_MAX_BYTES: usize = 1 << 20;
// Some clients send the passkey beside the password.
const REDACTED: [&str; 3] = ["Password", "Passkey", "SecurityCredential"];

pub(crate) fn router(shared: Arc<Shared>) -> Router {
    let daraja = Router::new()
        .route("/oauth/v1/generate", get(oauth::generate))
        .route("/mpesa/stkpush/v1/processrequest", post(stk_push::submit))
        .route("/mpesa/stkpushquery/v1/query", post(stk_query::query))
        .route("/mpesa/c2b/v1/registerurl", post(c2b_register::v1))
        .route("/mpesa/c2b/v2/registerurl", post(c2b_register::v2))
        .route(
            "/mpesa/transactionstatus/v1/query",
            post(transaction_status::query),
        )
        .route("/mpesa/c2b/v1/simulate", post(c2b_simulate::simulate))
        .route("/mpesa/c2b/v2/simulate", post(c2b_simulate::simulate))
        .route(
            "/mpesa/accountbalance/v1/query",
            post(account_balance::query),
        )
        .route("/mpesa/qrcode/v1/generate", post(qr::generate))
        .route("/mpesa/reversal/v1/request", post(reversal::request))
        .route("/pulltransactions/v1/register", post(pull::register))
        // Safaricom's page says GET in its prose and POST in its samples.
        .route(
            "/pulltransactions/v1/query",
            post(pull::query).get(pull::query),
        )
        .method_not_allowed_fallback(wrong_method)
        .fallback(unknown_path)
        .layer(middleware::from_fn_with_state(Arc::clone(&shared), record));
    Router::new()
        .merge(control::router())
        .merge(handset::router())
        .merge(pay::router())
        .merge(scripts::router())
        .merge(statement::router())
        .fallback_service(daraja.with_state(Arc::clone(&shared)))
        .with_state(shared)
}

async fn wrong_method(State(shared): State<Arc<Shared>>) -> Response {
    answer::refusal(&shared, &Refusal::new(405, "405.001", "Method Not Allowed"))
}

async fn unknown_path(State(shared): State<Arc<Shared>>) -> Response {
    answer::refusal(
        &shared,
        &Refusal::new(404, "404.001.01", "Resource not found"),
    )
}

async fn record(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let at_ms = shared.clock.now_ms();
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, BODY_MAX_BYTES).await.unwrap_or_default();
    let received = Received {
        number: 0,
        at_ms,
        method: parts.method.to_string(),
        path: parts
            .uri
            .path_and_query()
            .map(ToString::to_string)
            .unwrap_or_default(),
        headers: selected(&parts.headers),
        body: readable(&body),
        status: None,
    };
    // Kept before it is answered: the caller may hang up, and then nothing below runs.
    let number = shared.change(|world| world.receive(received));
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    if response.extensions().get::<Unsent>().is_none() {
        let status = response.status().as_u16();
        shared.change(|world| world.answered(number, status));
    }
    response
}

/// Headers worth asking about; of Authorization the scheme only.
fn selected(headers: &HeaderMap) -> std::collections::HashMap<&'static str, String> {
    let text = |name| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned)
    };
    let scheme =
        text(header::AUTHORIZATION).and_then(|value| value.split(' ').next().map(str::to_owned));
    [
        ("authorization", scheme),
        ("content-type", text(header::CONTENT_TYPE)),
        ("accept", text(header::ACCEPT)),
        ("user-agent", text(header::USER_AGENT)),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name, value?)))
    .collect()
}

fn readable(body: &Bytes) -> Value {
    if body.is_empty() {
        return Value::Null;
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(mut fields)) => {
            for (name, value) in &mut fields {
                if REDACTED
                    .iter()
                    .any(|secret| name.eq_ignore_ascii_case(secret))
                {
                    *value = json!("redacted");
                }
            }
            Value::Object(fields)
        }
        // Not an object: no field can be told from another, so nothing of it is kept.
        Ok(_) | Err(_) => json!(format!("{} bytes that are not a JSON object", body.len())),
    }
}
