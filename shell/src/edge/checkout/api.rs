//! The checkout's API (`/v1/quote`, `/v1/payments`), which the widget calls: ask for the price, open a payment, watch it, ask for another
//! push.

use super::decode;
use super::payment_calls::{Call, call, opening, pushing, typing};
use super::quote;
use crate::calls::payment::PaymentCall;
use crate::config::{Config, NoConfig};
use crate::edge::request::{BODY_BYTES_MAX, address_of, number, quota_of, read_body};
use crate::edge::{merchant_of, rate_limit};
use crate::platform::Env;
use crate::platform::error::Result;
use crate::platform::http::{Incoming, Method, Reply};
use crate::platform::reply;
use malipo_engine::body::unknown;
use malipo_engine::http::allow;
use malipo_shared::api::{ApiError, ErrorCode};
use malipo_shared::text;

/// The longest that a status request is held.
const WAIT_SECS_MAX: u64 = 25;

/// Answers below `/v1/`, with the headers that let the page read it: the merchant's, and any other the error that says why it
/// is refused.
pub(crate) async fn answer(
    request: &mut Incoming,
    env: &Env,
    config: &Config,
    path: &str,
) -> Result<Reply> {
    let origin = request.header("Origin");
    let stranger = origin.as_ref().filter(|origin| !is_allowed(config, origin));
    // A preflight says nothing of the shop. Refused, it would keep from the page why the request itself is.
    let response = if request.method == Method::Options {
        preflight(path)
    } else if let Some(origin) = stranger {
        let message = format!(
            "This page's address {origin} is not in MERCHANT_ORIGINS of the merchant `{}`: add it there.",
            config.link
        );
        reply::error(ApiError::new(ErrorCode::OriginNotAllowed, message))
    } else {
        match rate_limit::check_post(request, env, config).await {
            Ok(()) => route(request, env, config, path).await,
            Err(error) => reply::error(error),
        }
    };
    let response =
        response.or_else(|why| reply::unforeseen(env.as_ref(), "a call of the browser", &why))?;
    Ok(reply::for_origin(response, origin.as_deref()))
}

/// What a page reads where there is no merchant to answer it: why, whichever page it is. Nothing of a shop is in it.
pub(crate) fn refuse(env: &Env, request: &Incoming, path: &str, none: &NoConfig) -> Result<Reply> {
    let response = if request.method == Method::Options {
        preflight(path)
    } else {
        merchant_of::refuse(env, none)
    };
    Ok(reply::for_origin(
        response?,
        request.header("Origin").as_deref(),
    ))
}

fn is_allowed(config: &Config, origin: &str) -> bool {
    origin == config.public_base_url || config.origins.iter().any(|allowed| allowed == origin)
}

/// The methods of a path here, as far as they differ by path; none for a path that nobody has.
fn methods(path: &str) -> Option<&'static str> {
    let segments: Vec<&str> = path.split('/').skip(2).collect();
    match segments.as_slice() {
        ["payments"] | ["payments", _, "attempts" | "receipts"] => Some("POST, OPTIONS"),
        ["payments", _] | ["quote"] => Some("GET, OPTIONS"),
        _ => None,
    }
}

fn preflight(path: &str) -> Result<Reply> {
    let Some(methods) = methods(path).map(allow) else {
        return reply::not_found();
    };
    Ok(Reply::empty(204)
        .with("Allow", methods.clone())
        .with("Access-Control-Allow-Methods", methods)
        .with("Access-Control-Allow-Headers", "content-type")
        .with("Access-Control-Max-Age", "86400"))
}

async fn route(request: &mut Incoming, env: &Env, config: &Config, path: &str) -> Result<Reply> {
    let segments: Vec<&str> = path.split('/').skip(2).collect();
    if let Err(error) = know_parameters(request, &segments) {
        return reply::error(error);
    }
    let outcome = match (segments.as_slice(), request.method) {
        (["quote"], Method::Get) => return quote::answer(request, env, config).await,
        (["payments"], Method::Post) => open(request, env, config).await,
        (["payments", id], Method::Get) => read(request, config, id),
        (["payments", id, "attempts"], Method::Post) => push(request, config, id).await,
        (["payments", id, "receipts"], Method::Post) => type_receipt(request, config, id).await,
        _ => match methods(path) {
            Some(methods) => return reply::method_not_allowed(methods),
            None => return reply::not_found(),
        },
    };
    match outcome {
        Ok((address, what)) => Ok(reply::of_object(call(env, &address, what).await?)),
        Err(error) => reply::error(error),
    }
}

/// Refuses a parameter that nothing here reads: what was meant by it would be passed over. `_` is for caches in between: it
/// makes each question's address its own.
fn know_parameters(request: &Incoming, segments: &[&str]) -> core::result::Result<(), ApiError> {
    let known: &[&str] = match segments {
        ["quote"] => quote::PARAMETERS,
        ["payments", _] => &["after", "wait", "_"],
        ["payments"] | ["payments", _, "attempts"] => &["wait", "_"],
        _ => &["_"],
    };
    let query = request.query();
    let names = query.split('&').filter(|pair| !pair.is_empty());
    let mut names = names.map(|pair| pair.split_once('=').map_or(pair, |(name, _)| name));
    match names.find(|name| !known.contains(name)) {
        Some(name) => Err(unknown(&text::shown(name), known)),
        None => Ok(()),
    }
}

async fn open(request: &mut Incoming, env: &Env, config: &Config) -> Call {
    let bytes = read_body(request, BODY_BYTES_MAX).await?;
    let mut call = opening(
        env,
        config,
        decode::open_payment(&bytes)?,
        quota_of(request, config, &config.link),
    )?;
    let held_ms = wait_ms(request)?;
    if let PaymentCall::Open { wait_ms, .. } = &mut call.1 {
        *wait_ms = held_ms;
    }
    Ok(call)
}

async fn type_receipt(request: &mut Incoming, config: &Config, id: &str) -> Call {
    let address = address_of(config, id)?;
    let bytes = read_body(request, BODY_BYTES_MAX).await?;
    let typed = decode::type_receipt(&bytes)?;
    typing(address, &typed.receipt)
}

async fn push(request: &mut Incoming, config: &Config, id: &str) -> Call {
    let address = address_of(config, id)?;
    let bytes = read_body(request, BODY_BYTES_MAX).await?;
    let mut call = pushing(
        address,
        decode::ask_push(&bytes)?,
        quota_of(request, config, &config.link),
    )?;
    let held_ms = wait_ms(request)?;
    if let PaymentCall::Push { wait_ms, .. } = &mut call.1 {
        *wait_ms = held_ms;
    }
    Ok(call)
}

fn read(request: &Incoming, config: &Config, id: &str) -> Call {
    let address = address_of(config, id)?;
    let what = PaymentCall::Read {
        after: number(request, "after")?,
        wait_ms: wait_ms(request)?,
    };
    Ok((address, what))
}

/// How long the answer may be held.
fn wait_ms(request: &Incoming) -> core::result::Result<u64, ApiError> {
    Ok(number(request, "wait")?.min(WAIT_SECS_MAX) * 1000)
}
