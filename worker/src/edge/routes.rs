//! Routes: which path goes to which file of the edge; and what holds for every path.

use super::checkout::{api, pages};
use super::{admin, assets, dashboard, faults, health, hooks, merchant, merchant_of};
use crate::config::{self, DarajaEnv, Known, NoConfig};
use crate::platform::reply;
use malipo_engine::http::{has_gap, plain_path};
use worker::{Context, Env, Method, Request, RequestInit, Response, Result};

/// Answers one request.
///
/// What RFC 9110 asks of every path is done here: a head is asked for as its answer is; a method that the platform does not
/// name is one that no path takes; the same headers are on every answer.
pub(crate) async fn answer(request: Request, env: &Env, context: &Context) -> Result<Response> {
    let url = request.inner().url();
    let method = request.inner().method();
    let known = config::of(env);
    let is_https = match known.as_ref() {
        Ok(own) => own.public_base_url.starts_with("https:"),
        Err(_) => url.starts_with("https:"),
    };
    let is_head = method == "HEAD";
    let taken = request.method();
    let request = if is_head {
        as_if(&request, &url, Method::Get)?
    } else if taken == Method::Get && method != "GET" {
        // The platform takes a method without a name of its own (PURGE, PROPFIND) for GET.
        as_if(&request, &url, NOBODYS)?
    } else {
        request
    };
    let answer = route(request, env, context, &known).await?;
    reply::finished(answer, is_https, is_head)
}

/// No path takes it.
const NOBODYS: Method = Method::Patch;

/// A request without a body, with another method.
fn as_if(request: &Request, url: &str, method: Method) -> Result<Request> {
    let mut init = RequestInit::new();
    init.with_method(method)
        .with_headers(request.headers().clone());
    Request::new_with_init(url, &init)
}

async fn route(
    mut request: Request,
    env: &Env,
    context: &Context,
    own: &Known,
) -> Result<Response> {
    let full = plain_path(&request.path());
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
    if path == "/healthz" && request.method() != Method::Get {
        return reply::method_not_allowed("GET");
    }
    let own_config = match own.as_ref() {
        Ok(config) => config,
        Err(NoConfig::Wrong(wrong)) if path == "/healthz" => return health::of_wrong(wrong),
        Err(none) => return refuse(&request, path, none),
    };
    let has_prefix = prefix.is_some();
    let merchant = merchant_of::merchant(env, own, own_config, prefix, path).await;
    let config = match merchant.as_ref() {
        Ok(config) => config,
        Err(none) => return refuse(&request, path, none),
    };
    let outcome = match path.split('/').nth(1).unwrap_or_default() {
        "v1" if path.starts_with("/v1/merchant/") => {
            merchant::answer(&mut request, env, config, path).await
        }
        "v1" if path.starts_with("/v1/admin/") && !has_prefix => {
            admin::answer(&mut request, env, config, path).await
        }
        "v1" => api::answer(&mut request, env, config, path).await,
        "hooks" => hooks::answer(&mut request, env, context, &merchant, path).await,
        "pay" => pages::answer(&mut request, env, config, path).await,
        "dashboard" if !has_prefix => dashboard::answer(&mut request, env, config, path).await,
        "healthz" if path == "/healthz" && !has_prefix => health::answer(env, config).await,
        "_faults" if config.env == DarajaEnv::Emulator => {
            faults::answer(&mut request, env, config, path).await
        }
        _ => reply::not_found(),
    };
    outcome.or_else(|why| reply::unforeseen("a route", &why))
}

/// The answer where there is no merchant, in the form that whoever asks can read.
fn refuse(request: &Request, path: &str, none: &NoConfig) -> Result<Response> {
    if path.starts_with("/v1/payments") || path.starts_with("/v1/quote") {
        api::refuse(request, path, none)
    } else if path.starts_with("/pay/") {
        pages::unavailable(request, none)
    } else {
        merchant_of::refuse(none)
    }
}
