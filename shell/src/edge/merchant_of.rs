//! Finds the merchant of a request: by the payment id in its path, else by the prefix `/m/{link}`, else the default merchant (the one in
//! wrangler.toml).

use crate::config::{self, Deployment, Found, NoConfig};
use crate::platform::Env;
use crate::platform::error::Result;
use crate::platform::http::Reply;
use crate::platform::log::{self, Field::Why, What};
use crate::platform::reply;
use malipo_shared::api::{ApiError, ErrorCode};
use malipo_shared::{LinkId, PaymentId};

/// Takes `/m/{link}` off a path: the link, and the path as it would be without.
pub(crate) fn split(path: &str) -> (Option<LinkId>, &str) {
    let parts = path.strip_prefix("/m/").and_then(|rest| {
        let at = rest.find('/')?;
        let (link, path) = rest.split_at(at);
        Some((LinkId::parse(link).ok()?, path))
    });
    match parts {
        Some((link, path)) => (Some(link), path),
        None => (None, path),
    }
}

/// The merchant of a request; `path` is without its prefix.
pub(crate) async fn merchant(
    env: &Env,
    deployment: &Deployment,
    prefix: Option<LinkId>,
    path: &str,
) -> Found {
    match (prefix, of_payment(deployment, path)) {
        (Some(prefix), Some(link)) if prefix != link => Err(NoConfig::UnknownLink),
        (_, Some(link)) | (Some(link), None) => config::of_link(env, &link).await,
        (None, None) => config::of_link(env, &deployment.default_link).await,
    }
}

/// What is answered when there is no merchant to answer.
pub(crate) fn refuse(env: &Env, none: &NoConfig) -> Result<Reply> {
    match none {
        NoConfig::UnknownLink => reply::not_found(),
        NoConfig::NotSetUp => reply::error(ApiError::new(
            ErrorCode::Misconfigured,
            "This shop is not open yet.",
        )),
        NoConfig::Wrong(wrong) => {
            log::error(
                env.as_ref(),
                What::ConfigurationWrong,
                &[Why(&wrong.join("; "))],
            );
            reply::error(ApiError::new(
                ErrorCode::Misconfigured,
                "This shop's checkout is not set up yet. Its operator finds the reason at /healthz.",
            ))
        }
        NoConfig::Unreached => reply::error(ApiError::new(
            ErrorCode::InternalError,
            "This shop cannot be reached now. Nothing was sent; please try again.",
        )),
    }
}

/// The merchant whose payment a path names, by an id that was made here.
fn of_payment(deployment: &Deployment, path: &str) -> Option<LinkId> {
    let mut segments = path.split('/').skip(1);
    let id = match (segments.next()?, segments.next()?) {
        ("v1", "payments") | ("pay", "p") => segments.next()?,
        _ => return None,
    };
    let id = PaymentId::parse(id).ok()?;
    let address = deployment
        .master_key
        .open_payment_id(deployment.env.as_str(), &id)?;
    Some(address.link)
}
