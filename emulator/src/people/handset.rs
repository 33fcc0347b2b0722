//! The customer's phone: the page `/phone`, and the JSON that it and tests speak.

use std::{sync::Arc, time::Duration};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    emulation::Shared,
    result_codes::callback_desc,
    world::{
        magic,
        messages::{Message, prompt_text},
        push::{Outcome, Push, is_msisdn},
    },
};

/// The right PIN of every handset, shown as a hint; any other is wrong.
pub(crate) const PIN: &str = "1234";

const WAIT_MAX: Duration = Duration::from_secs(25);

pub(crate) fn router() -> Router<Arc<Shared>> {
    Router::new()
        .route("/phone", get(page))
        .route("/_emulator/handset/{msisdn}", get(view).post(answer))
}

async fn page() -> Response {
    (
        [
            (header::CONTENT_TYPE, "text/html; charset=utf-8"),
            (header::CACHE_CONTROL, "no-store"),
        ],
        include_str!("phone.html"),
    )
        .into_response()
}

#[derive(Deserialize)]
struct Waiting {
    after: Option<u64>,
}

/// With `?after=version`, answers when something has changed since, or after 25 s.
async fn view(
    State(shared): State<Arc<Shared>>,
    Path(number): Path<String>,
    Query(waiting): Query<Waiting>,
) -> Response {
    let Some(msisdn) = msisdn(&number) else {
        return not_a_number();
    };
    if let Some(after) = waiting.after {
        let _changed = tokio::time::timeout(WAIT_MAX, shared.version_after(after)).await;
    }
    let version = shared.version(); // before looking, so that nothing is missed
    Json(Handset::of(&shared, version, msisdn)).into_response()
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Answer {
    Pin(String),
    Cancel(bool),
}

/// `{"pin":"1234"}` or `{"cancel":true}`; 409 when no prompt is on the screen.
async fn answer(
    State(shared): State<Arc<Shared>>,
    Path(number): Path<String>,
    body: Bytes,
) -> Response {
    let Some(msisdn) = msisdn(&number) else {
        return not_a_number();
    };
    let now_ms = shared.clock.now_ms();
    let outcome = match serde_json::from_slice(&body) {
        Ok(Answer::Pin(pin)) if pin == PIN => Outcome::Paid { at_ms: now_ms },
        Ok(Answer::Pin(pin)) if is_pin(&pin) => {
            Outcome::declined(now_ms, "2001", callback_desc("2001"))
        }
        Ok(Answer::Cancel(true)) => Outcome::declined(now_ms, "1032", callback_desc("1032")),
        Ok(Answer::Pin(_) | Answer::Cancel(false)) | Err(_) => {
            let expected = r#"expected {"pin":"four digits"} or {"cancel":true}"#;
            return problem(StatusCode::UNPROCESSABLE_ENTITY, expected);
        }
    };
    let has_answered = shared.change(|world| {
        let id = world
            .live_prompt(&msisdn, now_ms)
            .map(|push| push.checkout_request_id.clone());
        id.is_some_and(|id| world.answer(&id, outcome))
    });
    if has_answered {
        Json(Handset::of(&shared, shared.version(), msisdn)).into_response()
    } else {
        problem(StatusCode::CONFLICT, "no prompt is on the screen")
    }
}

/// What is on the screen.
#[derive(Serialize)]
struct Handset {
    version: u64,
    msisdn: String,
    now_ms: u64,
    story: Option<&'static str>,
    prompt: Option<Prompt>,
    messages: Vec<Message>,
}

/// A PIN request that rings.
#[derive(Serialize)]
pub(crate) struct Prompt {
    msisdn: String,
    checkout_request_id: String,
    text: String,
    amount_kes: u64,
    name: String,
    account_reference: String,
    until_ms: u64,
}

impl Prompt {
    pub(crate) fn of(push: &Push) -> Self {
        Self {
            msisdn: push.request.msisdn.clone(),
            checkout_request_id: push.checkout_request_id.clone(),
            text: prompt_text(&push.request, &push.merchant),
            amount_kes: push.request.amount_kes,
            name: push.merchant.name.clone(),
            account_reference: push.request.account_reference.clone(),
            until_ms: push.prompt_until_ms.unwrap_or_default(),
        }
    }
}

impl Handset {
    fn of(shared: &Shared, version: u64, msisdn: String) -> Self {
        let now_ms = shared.clock.now_ms();
        let world = shared.world();
        let messages = world
            .memory
            .messages
            .iter()
            .rev()
            .filter(|message| message.msisdn == msisdn);
        Self {
            version,
            now_ms,
            story: magic::by_msisdn(&msisdn).map(|magic| magic.name),
            prompt: world.live_prompt(&msisdn, now_ms).map(Prompt::of),
            messages: messages.cloned().collect(),
            msisdn,
        }
    }
}

/// As people type it: 07…, 01…, 7…, +254…, with spaces.
pub(crate) fn msisdn(number: &str) -> Option<String> {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    let national = digits
        .strip_prefix("254")
        .or(digits.strip_prefix('0'))
        .unwrap_or(&digits);
    Some(format!("254{national}")).filter(|msisdn| is_msisdn(msisdn))
}

fn is_pin(text: &str) -> bool {
    text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit())
}

fn not_a_number() -> Response {
    problem(
        StatusCode::UNPROCESSABLE_ENTITY,
        "not a Kenyan mobile number",
    )
}

pub(crate) fn problem(status: StatusCode, error: &str) -> Response {
    (status, Json(json!({"error": error}))).into_response()
}
