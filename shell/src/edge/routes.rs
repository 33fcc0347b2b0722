//! Routes: which path goes to which file of the edge; and what holds for every path.

use super::checkout::{api, pages};
use super::{admin, assets, dashboard, faults, health, hooks, merchant, merchant_of};
use crate::config::{self, DarajaEnv, Found, NoConfig};
use crate::platform::Env;
use crate::platform::error::Result;
use crate::platform::http::{Incoming, Method, Reply};
use crate::platform::reply;
use malipo_engine::http::{has_gap, plain_path};

/// Answers one request.
///
/// What RFC 9110 asks of every path is done here: a head is asked for as its answer is; the same headers are on every answer.
pub async fn answer(mut request: Incoming, env: &Env) -> Result<Reply> {
    let known = config::default_merchant(env);
    let is_https = match known.as_ref() {
        Ok(default) => default.public_base_url.starts_with("https:"),
        Err(_) => request.url.starts_with("https:"),
    };
    let is_head = request.method == Method::Head;
    if is_head {
        request.method = Method::Get;
    }
    let answer = route(request, env, &known).await?;
    Ok(reply::finished(answer, is_https, is_head))
}

async fn route(mut request: Incoming, env: &Env, default: &Found) -> Result<Reply> {
    let full = plain_path(request.path());
    let (prefix, path) = merchant_of::split(&full);
    // These two are pages; M-PESA's paths are compared to the letter, and a fault may name nobody.
    let may_end = ["/pay/", "/dashboard/"].contains(&path)
        || ["/hooks/", "/_faults/"]
            .iter()
            .any(|of| path.starts_with(of));
    if has_gap(path) && !may_end {
        return reply::not_found();
    }
    if path.starts_with("/a/") {
        return assets::answer(&request, env, path).await;
    }
    if let Some(link) = &prefix
        && let Some(answer) = assets::of_merchant(&request, env, link, path).await
    {
        return answer;
    }
    if path == "/healthz" && request.method != Method::Get {
        return reply::method_not_allowed("GET");
    }
    let default = match default.as_ref() {
        Ok(config) => config,
        Err(NoConfig::Wrong(wrong)) if path == "/healthz" => return health::of_wrong(wrong),
        Err(none) => return refuse(env, &request, path, none),
    };
    let has_prefix = prefix.is_some();
    let merchant = merchant_of::merchant(env, default, prefix, path).await;
    let config = match merchant.as_ref() {
        Ok(config) => config,
        Err(none) => return refuse(env, &request, path, none),
    };
    let outcome = match path.split('/').nth(1).unwrap_or_default() {
        "v1" if path.starts_with("/v1/merchant/") => {
            merchant::answer(&mut request, env, config, path).await
        }
        "v1" if path.starts_with("/v1/admin/") && !has_prefix => {
            admin::answer(&mut request, env, config, path).await
        }
        "v1" => api::answer(&mut request, env, config, path).await,
        "hooks" => hooks::answer(&mut request, env, &merchant, path).await,
        "pay" => pages::answer(&mut request, env, config, path).await,
        "dashboard" if !has_prefix => dashboard::answer(&mut request, env, config, path).await,
        "healthz" if path == "/healthz" && !has_prefix => health::answer(env, config).await,
        "_faults" if config.env == DarajaEnv::Emulator => {
            faults::answer(&mut request, env, config, path).await
        }
        _ => reply::not_found(),
    };
    outcome.or_else(|why| reply::unforeseen(env.as_ref(), "a route", &why))
}

/// The answer where there is no merchant, in the form that whoever asks can read.
fn refuse(env: &Env, request: &Incoming, path: &str, none: &NoConfig) -> Result<Reply> {
    if path.starts_with("/v1/payments") || path.starts_with("/v1/quote") {
        api::refuse(env, request, path, none)
    } else if path.starts_with("/pay/") {
        pages::unavailable(env, request, none)
    } else {
        merchant_of::refuse(env, none)
    }
}
