//! Which path goes where.

use crate::config::{self, DarajaEnv};
use crate::{assets, browser, faults, health, hooks, operator, page, reply};
use malipo_shared::api::{ApiError, ErrorCode};
use worker::{Env, Request, Response, Result};

/// Answers one request.
pub(crate) async fn answer(mut request: Request, env: &Env) -> Result<Response> {
    let path = request.path();
    let config = config::of(env);
    let config = match config.as_ref() {
        Ok(config) => config,
        Err(_) if path.starts_with("/a/") => return assets::answer(&request, env).await,
        Err(wrong) if path == "/healthz" => return health::of_wrong(wrong),
        Err(wrong) => {
            worker::console_error!("the configuration is wrong: {}", wrong.0.join("; "));
            return reply::error(ApiError::new(
                ErrorCode::Misconfigured,
                "This shop's checkout is not set up yet. Its operator finds the reason at /healthz.",
            ));
        }
    };
    let outcome = match path.split('/').nth(1).unwrap_or_default() {
        "v1" if path.starts_with("/v1/merchant/") => {
            operator::answer(&mut request, env, config, &path).await
        }
        "v1" => browser::answer(&mut request, env, config, &path).await,
        "hooks" => hooks::answer(&mut request, env, config, &path).await,
        "pay" => page::answer(&mut request, env, config, &path).await,
        "a" => assets::answer(&request, env).await,
        "healthz" if path == "/healthz" => health::answer(env, config).await,
        "_faults" if config.env == DarajaEnv::Emulator => {
            faults::answer(&mut request, env, config, &path).await
        }
        _ => not_found(),
    };
    outcome.or_else(|why| reply::unforeseen("a route", &why))
}

/// The answer to a path that nobody has.
pub(crate) fn not_found() -> Result<Response> {
    reply::error(ApiError::new(ErrorCode::NotFound, "There is nothing here."))
}

/// The answer to a method that a path does not take.
pub(crate) fn method_not_allowed(allowed: &str) -> Result<Response> {
    let response = reply::error(ApiError::new(
        ErrorCode::MethodNotAllowed,
        format!("Use {allowed}."),
    ))?;
    response.headers().set("Allow", allowed)?;
    Ok(response)
}
