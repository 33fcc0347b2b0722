//! The calls to the Worker: with the session's cookie, and the header that no other site can send.

use crate::app::{App, Whose};
use crate::wire::ErrorBody;
use gloo_net::http::{Method, RequestBuilder};
use leptos::prelude::*;
use serde::de::DeserializeOwned;
use serde_json::Value;
use web_sys::{AbortSignal, RequestCredentials};

/// Why a call brought nothing.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Problem {
    /// The API's code; empty when there was no answer of its.
    pub(crate) code: String,
    /// What to do, in words.
    pub(crate) message: String,
    /// The field that it belongs to.
    pub(crate) param: Option<String>,
}

/// A call and what it sends.
pub(crate) enum Send {
    Nothing,
    Json(Value),
    Csv(web_sys::File),
}

/// Long enough for a statement of a month.
const LIMIT_MS: u32 = 60_000;

/// Reads from `/v1/merchant/`.
pub(crate) async fn get<T: DeserializeOwned>(app: App, path: &str) -> Result<T, Problem> {
    ask(app, Method::GET, path, Send::Nothing, &[]).await
}

/// Does something at `/v1/merchant/`. With a key, a second time is the first one again.
pub(crate) async fn post<T: DeserializeOwned>(
    app: App,
    path: &str,
    body: Send,
    key: Option<&str>,
) -> Result<T, Problem> {
    let headers: Vec<_> = key
        .map(|key| ("Idempotency-Key", key))
        .into_iter()
        .collect();
    ask(app, Method::POST, path, body, &headers).await
}

/// Asks for, opens or ends the session.
pub(crate) async fn session<T: DeserializeOwned>(
    method: Method,
    prefix: &str,
    headers: &[(&str, &str)],
) -> Result<T, Problem> {
    let url = format!("{prefix}/dashboard/session");
    let text = call(method, &url, Send::Nothing, headers).await?;
    decode(&text)
}

/// Calls for whoever is signed in now; a session that is over leads to signing in.
async fn ask<T: DeserializeOwned>(
    app: App,
    method: Method,
    path: &str,
    body: Send,
    headers: &[(&str, &str)],
) -> Result<T, Problem> {
    let asking = app.session.get_untracked();
    let url = format!("{}/v1/merchant/{path}", app.prefix());
    let link = Some(app.link()).filter(|link| !link.is_empty());
    let link = link.as_deref().map(|link| ("linkid", link)).into_iter();
    let headers: Vec<_> = headers.iter().copied().chain(link).collect();
    let answer = call(method, &url, body, &headers).await;
    let is_over = |problem: &Problem| {
        ["MISSING_HEADERS", "INVALID_API_KEY", "INVALID_LINK_ID"].contains(&problem.code.as_str())
    };
    if app.session.with_untracked(|whose| *whose == asking) {
        match answer {
            Ok(text) => return decode(&text),
            Err(problem) if !is_over(&problem) => return Err(problem),
            Err(_) => {
                app.session.set(Whose::Nobody);
                app.complain("Your session is over. Sign in again.");
            }
        }
    }
    // Whoever asked is signed out: the answer is for nobody, least of all for who is signed in now.
    std::future::pending().await
}

fn decode<T: DeserializeOwned>(text: &str) -> Result<T, Problem> {
    serde_json::from_str(text).map_err(|why| Problem {
        code: String::new(),
        message: format!(
            "The answer cannot be read ({why}). Reload the page; if it stays, tell us."
        ),
        param: None,
    })
}

async fn call(
    method: Method,
    url: &str,
    body: Send,
    headers: &[(&str, &str)],
) -> Result<String, Problem> {
    let mut request = RequestBuilder::new(url)
        .method(method)
        .credentials(RequestCredentials::SameOrigin)
        .header("X-Malipo-Dashboard", "1")
        .abort_signal(Some(&AbortSignal::timeout_with_u32(LIMIT_MS)));
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let request = match body {
        Send::Nothing => request.build(),
        Send::Json(value) => request
            .header("Content-Type", "application/json")
            .body(value.to_string()),
        Send::Csv(file) => request.header("Content-Type", "text/csv").body(file),
    };
    let answer = match request {
        Ok(request) => request.send().await,
        Err(why) => Err(why),
    };
    let answer = answer.map_err(|_| no_answer())?;
    let text = answer.text().await.map_err(|_| no_answer())?;
    if answer.ok() {
        return Ok(text);
    }
    Err(match serde_json::from_str::<ErrorBody>(&text) {
        Ok(body) => Problem {
            code: body.error.code,
            message: body.error.message,
            param: body.error.param,
        },
        Err(_) => Problem {
            code: String::new(),
            message: format!(
                "Something answered with status {} that is not Malipo. Try again in a minute.",
                answer.status()
            ),
            param: None,
        },
    })
}

fn no_answer() -> Problem {
    Problem {
        code: String::new(),
        message: "No answer came. Check your connection, then try again: nothing is done twice."
            .to_owned(),
        param: None,
    }
}
