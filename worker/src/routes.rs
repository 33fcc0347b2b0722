//! Which path goes where.

use crate::config::{self, DarajaEnv, NoConfig};
use crate::{
    admin, assets, browser, dashboard, faults, health, hooks, operator, page, reply, whose,
};
use malipo_shared::api::{ApiError, ErrorCode};
use worker::{Context, Env, Request, Response, Result};

/// Answers one request.
pub(crate) async fn answer(mut request: Request, env: &Env, context: &Context) -> Result<Response> {
    let full = request.path();
    let (prefix, path) = whose::split(&full);
    if path.starts_with("/a/") {
        return assets::answer(&request, env, path).await;
    }
    if let Some(link) = &prefix
        && let Some(answer) = assets::of_merchant(&request, env, link, path).await
    {
        return answer;
    }
    let own = config::of(env);
    let own_config = match own.as_ref() {
        Ok(config) => config,
        Err(NoConfig::Wrong(wrong)) if path == "/healthz" => return health::of_wrong(wrong),
        Err(none) => return whose::refuse(none),
    };
    let has_prefix = prefix.is_some();
    let merchant = whose::merchant(env, &own, own_config, prefix, path).await;
    let config = match merchant.as_ref() {
        Ok(config) => config,
        Err(none) => return whose::refuse(none),
    };
    let outcome = match path.split('/').nth(1).unwrap_or_default() {
        "v1" if path.starts_with("/v1/merchant/") => {
            operator::answer(&mut request, env, config, path).await
        }
        "v1" if path.starts_with("/v1/admin/") && !has_prefix => {
            admin::answer(&mut request, env, config, path).await
        }
        "v1" => browser::answer(&mut request, env, config, path).await,
        "hooks" => hooks::answer(&mut request, env, context, &merchant, path).await,
        "pay" => page::answer(&mut request, env, config, path).await,
        "dashboard" if !has_prefix => dashboard::answer(&request, env, config, path).await,
        "healthz" if path == "/healthz" && !has_prefix => health::answer(env, config).await,
        "_faults" if config.env == DarajaEnv::Emulator => {
            faults::answer(&mut request, env, config, path).await
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
