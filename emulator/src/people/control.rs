//! `/_emulator/`: what really happened, and what is to happen next.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    emulation::Shared,
    people::handset::{Prompt, problem},
    world::{
        Memory, Settings,
        ledger::{Reversal, Transfer},
        magic,
        registration::Registration,
        sent::{Copies, Received, Sent},
        story::Submit,
    },
};

pub(crate) fn router() -> Router<Arc<Shared>> {
    Router::new()
        .route("/_emulator/ledger", get(ledger))
        .route("/_emulator/reversals", get(reversals))
        .route("/_emulator/certificate", get(certificate))
        .route("/_emulator/prompts", get(prompts))
        .route("/_emulator/requests", get(requests))
        .route("/_emulator/callbacks", get(callbacks))
        .route("/_emulator/c2b", get(registrations))
        .route("/_emulator/c2b/forget", post(forget))
        .route("/_emulator/stories", get(stories))
        .route("/_emulator/settings", get(settings).post(set))
        .route("/_emulator/tokens", post(tokens))
        .route("/_emulator/clock", post(advance))
        .route("/_emulator/reset", post(reset))
}

async fn ledger(State(shared): State<Arc<Shared>>) -> Json<Vec<Transfer>> {
    Json(shared.world().memory.ledger.clone())
}

async fn reversals(State(shared): State<Arc<Shared>>) -> Json<Vec<Reversal>> {
    Json(shared.world().memory.reversals.clone())
}

/// What a password is sealed to for `SecurityCredential`, in PEM.
async fn certificate(State(shared): State<Arc<Shared>>) -> Response {
    match shared.sealing() {
        Ok(sealing) => sealing.certificate.clone().into_response(),
        Err(error) => problem(StatusCode::INTERNAL_SERVER_ERROR, error),
    }
}

async fn prompts(State(shared): State<Arc<Shared>>) -> Json<Vec<Prompt>> {
    let now_ms = shared.clock.now_ms();
    let world = shared.world();
    Json(
        world
            .memory
            .pushes
            .iter()
            .filter(|push| push.is_ringing(now_ms))
            .map(Prompt::of)
            .collect(),
    )
}

async fn requests(State(shared): State<Arc<Shared>>) -> Json<Vec<Received>> {
    Json(shared.world().memory.requests.clone())
}

async fn callbacks(State(shared): State<Arc<Shared>>) -> Json<Vec<Sent>> {
    Json(shared.world().memory.callbacks.clone())
}

async fn registrations(State(shared): State<Arc<Shared>>) -> Json<Vec<Registration>> {
    Json(shared.world().registrations.clone())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Forgotten {
    shortcode: String,
}

/// What Safaricom does by hand: after it, the merchant may register again.
async fn forget(State(shared): State<Arc<Shared>>, body: axum::body::Bytes) -> Response {
    let shortcode = match serde_json::from_slice(&body) {
        Ok(Forgotten { shortcode }) => shortcode,
        Err(error) => return problem(StatusCode::UNPROCESSABLE_ENTITY, &error.to_string()),
    };
    let merchant = shared.merchant(&shortcode);
    let has_forgotten = shared.change(|world| {
        let before = world.registrations.len();
        world.registrations.retain(|registration| {
            !merchant.is_some_and(|merchant| merchant.payee.is_called(&registration.shortcode))
        });
        world.registrations.len() < before
    });
    if has_forgotten {
        StatusCode::NO_CONTENT.into_response()
    } else {
        problem(StatusCode::NOT_FOUND, "nothing is registered for it")
    }
}

/// The table of numbers.
async fn stories() -> Json<Vec<Value>> {
    let row = |magic: &magic::Magic| json!({"digits": magic.digits, "name": magic.name, "story": magic.story()});
    Json(magic::TABLE.iter().map(row).collect())
}

async fn settings(State(shared): State<Arc<Shared>>) -> Json<Settings> {
    Json(shared.world().settings.clone())
}

/// Those that are given; the others stay.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Changed {
    is_rule_limited: Option<bool>,
    is_single_token: Option<bool>,
    query_limit_per_minute: Option<u32>,
    prompt_timeout_ms: Option<u64>,
    validates_c2b: Option<bool>,
    validates_stk: Option<bool>,
    status_result: Option<Copies>,
    pull_rows: Option<u32>,
}

async fn set(State(shared): State<Arc<Shared>>, body: axum::body::Bytes) -> Response {
    let changed: Changed = match serde_json::from_slice(&body) {
        Ok(changed) => changed,
        Err(error) => return problem(StatusCode::UNPROCESSABLE_ENTITY, &error.to_string()),
    };
    let now = shared.change(|world| {
        let settings = &mut world.settings;
        settings.is_rule_limited = changed.is_rule_limited.unwrap_or(settings.is_rule_limited);
        settings.is_single_token = changed.is_single_token.unwrap_or(settings.is_single_token);
        settings.query_limit_per_minute = changed
            .query_limit_per_minute
            .unwrap_or(settings.query_limit_per_minute);
        settings.prompt_timeout_ms = changed
            .prompt_timeout_ms
            .unwrap_or(settings.prompt_timeout_ms);
        settings.validates_c2b = changed.validates_c2b.unwrap_or(settings.validates_c2b);
        settings.validates_stk = changed.validates_stk.unwrap_or(settings.validates_stk);
        settings.status_result = changed.status_result.unwrap_or(settings.status_result);
        settings.pull_rows = changed.pull_rows.unwrap_or(settings.pull_rows);
        settings.clone()
    });
    Json(now).into_response()
}

/// What is to happen to tokens: those given out die, the next requests are answered otherwise.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Tokens {
    revoke: bool,
    next: Vec<Submit>,
}

async fn tokens(State(shared): State<Arc<Shared>>, body: axum::body::Bytes) -> Response {
    match serde_json::from_slice::<Tokens>(&body) {
        Ok(Tokens { revoke, next }) => {
            shared.change(|world| {
                if revoke {
                    world.tokens.clear();
                }
                world.token_answers.extend(next);
            });
            StatusCode::NO_CONTENT.into_response()
        }
        Err(error) => problem(StatusCode::UNPROCESSABLE_ENTITY, &error.to_string()),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    advance_ms: u64,
}

/// Skips time, and answers what time it is then.
async fn advance(State(shared): State<Arc<Shared>>, body: axum::body::Bytes) -> Response {
    match serde_json::from_slice::<Advance>(&body) {
        Ok(Advance { advance_ms }) => {
            shared.clock.advance(advance_ms);
            shared.change(|_| ()); // a prompt may have ended
            Json(json!({"now_ms": shared.clock.now_ms()})).into_response()
        }
        Err(error) => problem(StatusCode::UNPROCESSABLE_ENTITY, &error.to_string()),
    }
}

/// Ends every story and forgets everything but tokens, registrations, settings and which ids are used.
async fn reset(State(shared): State<Arc<Shared>>) -> StatusCode {
    shared.abort_stories();
    shared.change(|world| {
        world.memory = Memory::default();
        world.token_answers.clear();
        world.query_allowed_at_ms = 0;
    });
    StatusCode::NO_CONTENT
}
