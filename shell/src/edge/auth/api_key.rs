//! API keys: finds the merchant whose key a call presents.

use super::standing::{Admitted, active, other_link, stands, unreached};
use crate::config::{self, Config, Deployment, ShopSource};
use crate::edge::rate_limit;
use crate::edge::request::quota_of;
use crate::platform::Env;
use crate::platform::http::Incoming;
use malipo_engine::http::bearer;
use malipo_engine::master_key::{ApiKey, is_equal};
use malipo_engine::permission::Permissions;
use malipo_engine::session::key_hash;
use malipo_shared::LinkId;
use malipo_shared::api::{ApiError, ErrorCode};

/// Lets a key in; and the key's [`key_hash`].
///
/// # Errors
/// `MISSING_HEADERS`, `INVALID_API_KEY`, `INVALID_LINK_ID`, `INACTIVE_SHORTCODE` or `TOO_MANY_REQUESTS`.
pub(crate) async fn admit_key(
    request: &Incoming,
    env: &Env,
    config: &Config,
) -> Result<(Admitted, String), ApiError> {
    let header = |name: &str| request.header(name);
    let authorization = header("Authorization");
    let bearer = authorization.as_deref().and_then(bearer);
    let (apikey, linkid) = (header("apikey"), header("linkid"));
    let missing = || {
        ApiError::new(
            ErrorCode::MissingHeaders,
            "Send the headers `apikey` and `linkid`, or `Authorization: Bearer` with the API key.",
        )
    };
    let presented = match (bearer, apikey.as_deref(), &linkid) {
        (Some(bearer), Some(apikey), _) if bearer != apikey => return Err(two_keys()),
        (Some(bearer), _, _) => bearer,
        (None, Some(apikey), Some(_)) => apikey,
        (None, _, _) => return Err(missing()),
    };
    let (link, may) = link_of(env, request, presented).await?;
    let url = request.url.clone();
    let mut said = linkid.into_iter().chain(linkids(&url));
    let is_said = said.all(|linkid| linkid == link.as_str());
    let is_there = config.prefix.is_empty() || config.link == link;
    if !is_said || !is_there {
        return Err(other_link());
    }
    let merchant = active(env, &link).await?;
    Ok((Admitted { merchant, may }, key_hash(presented)))
}

/// The merchant whose key this is, and what it may do. A key that was made is asked for each time, so that a revoked one opens nothing from
/// that moment on.
async fn link_of(
    env: &Env,
    request: &Incoming,
    presented: &str,
) -> Result<(LinkId, Permissions), ApiError> {
    let Ok(deployment) = &config::deployment(env) else {
        return Err(unreached());
    };
    let made = ApiKey::parse(presented);
    let link = match (&made, deployment.shop) {
        (Some(key), _) => key.link(),
        (None, ShopSource::Variables) => return by_variable(env, deployment, presented),
        // It was the variable `API_KEY`, before the settings were moved to the dashboard.
        (None, ShopSource::Dashboard) => &deployment.default_link,
    };
    let hash = key_hash(presented);
    let address =
        quota_of(request, deployment, &deployment.default_link).filter(|_| deployment.sheds_floods);
    rate_limit::check_key(env, address.as_deref(), &hash)?;
    let may = stands(env, link, Some(hash.clone()), None).await?;
    rate_limit::heard_of_key(env, address, &hash, may.is_some()).await;
    may.map(|may| (link.clone(), may)).ok_or_else(unknown)
}

/// The default merchant, if this is the key among its variables.
fn by_variable(
    env: &Env,
    deployment: &Deployment,
    presented: &str,
) -> Result<(LinkId, Permissions), ApiError> {
    match config::api_key(env) {
        Some(key) if is_equal(presented.as_bytes(), key.as_bytes()) => {
            Ok((deployment.default_link.clone(), Permissions::OF_A_KEY))
        }
        None if deployment.admin_key.is_none() => {
            Err(ApiError::new(ErrorCode::NotFound, "There is nothing here."))
        }
        Some(_) | None => Err(unknown()),
    }
}

/// Every `linkid` of an address.
pub(super) fn linkids(url: &str) -> impl Iterator<Item = String> {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let pairs = form_urlencoded::parse(query.as_bytes());
    let linkids = pairs.filter(|(name, _)| name == "linkid");
    linkids.map(|(_, value)| value.into_owned())
}

fn two_keys() -> ApiError {
    ApiError::new(
        ErrorCode::InvalidApiKey,
        "`apikey` and `Authorization` name two keys. Send one of them.",
    )
}

fn unknown() -> ApiError {
    ApiError::new(
        ErrorCode::InvalidApiKey,
        "This API key is not one of this deployment, or was revoked.",
    )
}
