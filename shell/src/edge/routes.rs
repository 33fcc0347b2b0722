//! Routes: which path goes to which file of the edge; and what holds for every path.

use super::checkout::{api, pages};
use super::{admin, assets, dashboard, faults, health, hooks, merchant, merchant_of};
use crate::config::{self, DarajaEnv, Deployment, NoConfig};
use crate::platform::Env;
use crate::platform::error::Result;
use crate::platform::http::{Incoming, Method, Reply};
use crate::platform::reply;
use malipo_engine::http::{has_gap, plain_path};
use malipo_shared::LinkId;
use std::rc::Rc;

/// Answers one request.
///
/// What RFC 9110 asks of every path is done here: a head is asked for as its answer is; the same headers are on every answer.
pub async fn answer(mut request: Incoming, env: &Env) -> Result<Reply> {
    let known = config::deployment(env);
    let is_https = match &known {
        Ok(deployment) => deployment.public_base_url.starts_with("https:"),
        Err(_) => request.url.starts_with("https:"),
    };
    let is_head = request.method == Method::Head;
    if is_head {
        request.method = Method::Get;
    }
    let answer = route(request, env, known).await?;
    Ok(reply::finished(answer, is_https, is_head))
}

async fn route(
    mut request: Incoming,
    env: &Env,
    known: Result<Rc<Deployment>, NoConfig>,
) -> Result<Reply> {
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
    let deployment = match &known {
        Ok(deployment) => deployment,
        Err(NoConfig::Wrong(wrong)) if path == "/healthz" => return health::of_wrong(wrong),
        Err(none) => return refuse(env, &request, path, none),
    };
    let outcome = match of_deployment(&mut request, env, deployment, &prefix, path).await {
        Some(outcome) => outcome,
        None => of_merchant(request, env, deployment, (prefix, path)).await,
    };
    outcome.or_else(|why| reply::unforeseen(env.as_ref(), "a route", &why))
}

/// What is answered without any merchant's settings: they may be wrong, away, or not made yet.
async fn of_deployment(
    request: &mut Incoming,
    env: &Env,
    deployment: &Rc<Deployment>,
    prefix: &Option<LinkId>,
    path: &str,
) -> Option<Result<Reply>> {
    if prefix.is_some() {
        return path.starts_with("/hooks/").then(reply::not_found);
    }
    if path.starts_with("/v1/admin/") {
        return Some(admin::answer(request, env, deployment, path).await);
    }
    // What M-PESA says once must not be lost with a merchant's settings: the hook looks for them where it needs them.
    if path.starts_with("/hooks/") {
        return Some(hooks::answer(request, env, deployment, path).await);
    }
    match path {
        "/healthz" => Some(health::answer(env, deployment).await),
        _ => None,
    }
}

/// What is answered for one merchant.
async fn of_merchant(
    mut request: Incoming,
    env: &Env,
    deployment: &Rc<Deployment>,
    (prefix, path): (Option<LinkId>, &str),
) -> Result<Reply> {
    let has_prefix = prefix.is_some();
    let merchant = merchant_of::merchant(env, deployment, prefix, path).await;
    let config = match &merchant {
        Ok(config) => config,
        Err(none) => return refuse(env, &request, path, none),
    };
    match path.split('/').nth(1).unwrap_or_default() {
        "v1" if path.starts_with("/v1/merchant/") => {
            merchant::answer(&mut request, env, config, path).await
        }
        "v1" => api::answer(&mut request, env, config, path).await,
        "pay" => pages::answer(&mut request, env, config, path).await,
        "dashboard" if !has_prefix => dashboard::answer(&mut request, env, config, path).await,
        "_faults" if config.env == DarajaEnv::Emulator => {
            faults::answer(&mut request, env, config, path).await
        }
        _ => reply::not_found(),
    }
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
