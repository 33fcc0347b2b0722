//! Who may call: the headers `apikey` and `linkid`, or `Authorization: Bearer`. The key says whose side of the API it opens;
//! what is said beside it must agree.

use crate::config::{self, Config, Known};
use crate::merchants_object::{self, ToMerchants};
use malipo_engine::names::{ApiKey, is_equal};
use malipo_shared::LinkId;
use malipo_shared::api::{ApiError, ErrorCode};
use worker::{Env, Headers};

/// Lets a shop's server in: the deployment with its merchant. `config` is the one of the path.
///
/// # Errors
/// `MISSING_HEADERS`, `INVALID_API_KEY`, `INVALID_LINK_ID` or `INACTIVE_SHORTCODE`.
pub(super) async fn admit(
    headers: &Headers,
    env: &Env,
    config: &Config,
) -> Result<Known, ApiError> {
    let header = |name: &str| headers.get(name).ok().flatten();
    let bearer = header("Authorization");
    let bearer = bearer
        .as_deref()
        .and_then(|text| text.strip_prefix("Bearer "));
    let (given, linkid) = (header("apikey"), header("linkid"));
    let missing = || {
        ApiError::new(
            ErrorCode::MissingHeaders,
            "Send the headers `apikey` and `linkid`, or `Authorization: Bearer` with the API key.",
        )
    };
    let presented = match (bearer, given.as_deref(), &linkid) {
        (Some(bearer), _, _) => bearer.trim(),
        (None, Some(given), Some(_)) => given,
        (None, _, _) => return Err(missing()),
    };
    let link = link_of(env, presented).await?;
    let is_said = linkid.is_none_or(|linkid| linkid == link.as_str());
    let is_there = config.prefix.is_empty() || config.link == link;
    if !is_said || !is_there {
        return Err(other_link());
    }
    let known = config::of_link(env, &link).await;
    match known.as_ref() {
        Ok(config) if config.is_active => Ok(known),
        Ok(_) => Err(ApiError::new(
            ErrorCode::InactiveShortcode,
            "This merchant was switched off. Payments that are under way go on; the operator switches it on again.",
        )),
        Err(config::NoConfig::UnknownLink) => Err(other_link()),
        Err(config::NoConfig::Wrong(_)) => Err(ApiError::new(
            ErrorCode::Misconfigured,
            "This merchant's settings can no longer be read. The operator finds the reason in the log.",
        )),
        Err(config::NoConfig::Unreached) => Err(unreached()),
    }
}

/// The merchant whose key this is. A key that was made is asked for each time, so that a revoked one opens nothing from
/// that moment on.
async fn link_of(env: &Env, presented: &str) -> Result<LinkId, ApiError> {
    let own = config::of(env);
    let Ok(own) = own.as_ref() else {
        return Err(unreached());
    };
    let Some(key) = ApiKey::parse(presented) else {
        return match &own.server.api_key {
            Some(key) if is_equal(presented.as_bytes(), key.as_bytes()) => Ok(own.link.clone()),
            None if own.server.admin_key.is_none() => {
                Err(ApiError::new(ErrorCode::NotFound, "There is nothing here."))
            }
            Some(_) | None => Err(unknown()),
        };
    };
    let message = ToMerchants::Admit {
        link: key.link().clone(),
        hash: key.hash(),
    };
    match merchants_object::call(env, own, &message).await {
        Ok(true) => Ok(key.link().clone()),
        Ok(false) => Err(unknown()),
        Err(why) => {
            worker::console_error!("an API key could not be checked: {why}");
            Err(unreached())
        }
    }
}

fn unknown() -> ApiError {
    ApiError::new(
        ErrorCode::InvalidApiKey,
        "This API key is not one of this deployment, or was revoked.",
    )
}

fn other_link() -> ApiError {
    ApiError::new(
        ErrorCode::InvalidLinkId,
        "`linkid` is not that of this API key.",
    )
}

fn unreached() -> ApiError {
    ApiError::new(
        ErrorCode::InternalError,
        "API keys cannot be checked now. Nothing was done; please try again.",
    )
}
