//! `GET /oauth/v1/generate`: tokens for Basic credentials, and whether a call brings a valid one.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde::{Deserialize, Serialize};

use crate::{
    daraja::answer::{self, NO_STORE},
    emulation::Shared,
    options::App,
    world::{
        Token,
        story::{Refusal, Submit},
    },
};

const TOKEN_TTL_MS: u64 = 3_599_000;

#[derive(Deserialize)]
pub(crate) struct Params {
    grant_type: Option<String>,
}

pub(crate) async fn generate(
    State(shared): State<Arc<Shared>>,
    Query(params): Query<Params>,
    headers: HeaderMap,
) -> Response {
    let Some(credentials) = credentials(&headers, "basic") else {
        return answer::refusal(
            &shared,
            &Refusal::new(400, "400.008.01", "Invalid Authentication passed"),
        );
    };
    if params.grant_type.as_deref() != Some("client_credentials") {
        return answer::refusal(
            &shared,
            &Refusal::new(400, "400.008.02", "Invalid grant type passed"),
        );
    }
    let Some(app) = shared.options.apps.iter().find(|app| app.is(credentials)) else {
        // Seen on the wire: no body at all, so a client that parses it blindly fails.
        return (
            StatusCode::BAD_REQUEST,
            [(header::CONTENT_TYPE, "text/plain")],
            "",
        )
            .into_response();
    };
    let next = shared.change(|world| world.token_answers.pop_front());
    match next.unwrap_or(Submit::Accept) {
        Submit::Accept => granted(mint(&shared, app)),
        Submit::Lose => {
            mint(&shared, app); // and so the old one is dead
            answer::unsent()
        }
        Submit::Garble(raw) => {
            mint(&shared, app);
            answer::raw(&raw)
        }
        Submit::Drop => answer::unsent(),
        Submit::Refuse(refusal) => answer::refusal(&shared, &refusal),
        Submit::Raw(raw) => answer::raw(&raw),
    }
}

/// Refuses a call without a valid bearer token.
pub(crate) fn authorize(shared: &Shared, headers: &HeaderMap) -> Result<(), Refusal> {
    let bearer = credentials(headers, "bearer")
        .ok_or_else(|| Refusal::new(404, "404.001.04", "Invalid Authentication Header"))?;
    let now_ms = shared.clock.now_ms();
    let is_valid = |token: &Token| token.access_token == bearer && now_ms < token.expires_at_ms;
    if shared.world().tokens.iter().any(is_valid) {
        Ok(())
    } else {
        Err(Refusal::new(404, "404.001.03", "Invalid Access Token"))
    }
}

fn granted(access_token: String) -> Response {
    #[derive(Serialize)]
    struct Body {
        access_token: String,
        expires_in: &'static str,
    }
    // A string on the wire, though the documentation's sample is a number.
    let body = Body {
        access_token,
        expires_in: "3599",
    };
    ([NO_STORE], Json(body)).into_response()
}

fn mint(shared: &Shared, app: &App) -> String {
    let expires_at_ms = shared.clock.now_ms() + TOKEN_TTL_MS;
    shared.change(|world| {
        if world.settings.is_single_token {
            world
                .tokens
                .retain(|token| token.consumer_key != app.consumer_key);
        }
        let access_token = world.ids.access_token();
        let consumer_key = app.consumer_key.clone();
        world.tokens.push(Token {
            access_token: access_token.clone(),
            consumer_key,
            expires_at_ms,
        });
        access_token
    })
}

fn credentials<'a>(headers: &'a HeaderMap, scheme: &str) -> Option<&'a str> {
    let (given, credentials) = headers
        .get(header::AUTHORIZATION)?
        .to_str()
        .ok()?
        .split_once(' ')?;
    given
        .eq_ignore_ascii_case(scheme)
        .then_some(credentials.trim())
}

impl App {
    fn is(&self, credentials: &str) -> bool {
        credentials
            == BASE64_STANDARD.encode(format!("{}:{}", self.consumer_key, self.consumer_secret))
    }
}
