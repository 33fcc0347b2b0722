//! `POST /_emulator/scripts`: what is to happen to the pushes, or to the other calls, that fit.

use std::sync::Arc;

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::post,
};
use serde::Deserialize;
use serde_json::Value;

use crate::{
    emulation::Shared,
    people::handset::problem,
    world::{
        Memory,
        call_script::{Api, CallScript},
        magic,
        script::{Script, When},
        story::Story,
    },
};

pub(crate) fn router() -> Router<Arc<Shared>> {
    Router::new().route("/_emulator/scripts", post(script))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scripted {
    /// Without it: pushes.
    on: Option<Api>,
    when: Value,
    story: Value,
}

async fn script(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    let keep = serde_json::from_slice::<Scripted>(&body)
        .map_err(|error| error.to_string())
        .and_then(|scripted| match scripted.on {
            None => of_pushes(scripted.when, scripted.story).map(Kept::Push),
            Some(on) => of_calls(on, scripted.when, scripted.story).map(Kept::Call),
        });
    match keep {
        Ok(kept) => {
            shared.change(|world| kept.into(&mut world.memory));
            StatusCode::NO_CONTENT.into_response()
        }
        Err(error) => problem(StatusCode::UNPROCESSABLE_ENTITY, &error),
    }
}

enum Kept {
    Push(Script),
    Call(CallScript),
}

impl Kept {
    fn into(self, memory: &mut Memory) {
        match self {
            Self::Push(script) => memory.scripts.push(script),
            Self::Call(script) => memory.call_scripts.push(script),
        }
    }
}

fn of_pushes(when: Value, story: Value) -> Result<Script, String> {
    let when: When = serde_json::from_value(when).map_err(|error| format!("when: {error}"))?;
    if when == When::default() {
        return Err("when: give msisdn, amount or account_reference".to_owned());
    }
    Ok(Script {
        when,
        story: named_or_given(story)?,
    })
}

fn of_calls(on: Api, when: Value, story: Value) -> Result<CallScript, String> {
    Ok(CallScript {
        on,
        when: serde_json::from_value(when).map_err(|error| format!("when: {error}"))?,
        story: serde_json::from_value(story).map_err(|error| format!("story: {error}"))?,
        begun: 0,
    })
}

fn named_or_given(value: Value) -> Result<Story, String> {
    match value.as_str() {
        Some(name) => {
            magic::by_name(name).ok_or_else(|| format!("story: there is none called {name:?}"))
        }
        None => serde_json::from_value(value).map_err(|error| format!("story: {error}")),
    }
}
