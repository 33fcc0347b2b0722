//! Who may call: the headers `apikey` and `linkid`, or `Authorization: Bearer`; or the dashboard's session, whose key must still
//! stand. The key says whose side of the API it opens; what is said beside it must agree.

use crate::browser::quota_of;
use crate::config::directory_object::{self, ToMerchants};
use crate::config::{self, Config, Known};
use crate::dashboard::{self, Admission};
use crate::floods;
use crate::platform;
use crate::platform::log::{
    self,
    Told::{Merchant, Why},
    What,
};
use malipo_engine::http::bearer;
use malipo_engine::names::{ApiKey, is_equal};
use malipo_engine::session::{By, Session, key_hash};
use malipo_shared::LinkId;
use malipo_shared::api::{ApiError, ErrorCode};
use worker::{Env, Request};

/// Lets a shop's server in, and its dashboard: the deployment with its merchant. `config` is the one of the path.
///
/// # Errors
/// As [`admit_key`]; `ORIGIN_NOT_ALLOWED` for a session that another page tries to use.
pub(super) async fn admit(
    request: &Request,
    env: &Env,
    config: &Config,
) -> Result<Known, ApiError> {
    match dashboard::admission(request, config) {
        Admission::ByKey => {
            let (known, _) = admit_key(request, env, config).await?;
            Ok(known)
        }
        Admission::By(session) => {
            // Tabs share a cookie: one that shows another merchant gets nothing of this one. A link to a file sends no header.
            let url = request.inner().url();
            let header = request.headers().get("linkid").ok().flatten();
            let mut said = header.into_iter().chain(linkids(&url));
            if said.any(|linkid| linkid != session.link.as_str()) {
                return Err(other_link());
            }
            admit_session(env, config, &session).await
        }
        Admission::Refused(error) => Err(error),
    }
}

/// Lets a key in: its merchant, and the key's [`key_hash`].
///
/// # Errors
/// `MISSING_HEADERS`, `INVALID_API_KEY`, `INVALID_LINK_ID`, `INACTIVE_SHORTCODE` or `TOO_MANY_REQUESTS`.
pub(super) async fn admit_key(
    request: &Request,
    env: &Env,
    config: &Config,
) -> Result<(Known, String), ApiError> {
    let header = |name: &str| request.headers().get(name).ok().flatten();
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
    let link = link_of(env, request, presented).await?;
    let url = request.inner().url();
    let mut said = linkid.into_iter().chain(linkids(&url));
    let is_said = said.all(|linkid| linkid == link.as_str());
    let is_there = config.prefix.is_empty() || config.link == link;
    if !is_said || !is_there {
        return Err(other_link());
    }
    Ok((active(env, &link).await?, key_hash(presented)))
}

/// The merchant of a session, if what it stands by still does.
async fn admit_session(env: &Env, config: &Config, session: &Session) -> Result<Known, ApiError> {
    if !config.prefix.is_empty() && config.link != session.link {
        return Err(other_link());
    }
    let known = config::of(env);
    let own = match known.as_ref() {
        Ok(own) if own.link == session.link => Some(own),
        Ok(_) | Err(_) => None,
    };
    let is_own = match &session.by {
        By::Access(mark) => {
            let access = own.and_then(|own| own.access.as_ref());
            let is_it = access.map(|access| is_equal(access.mark().as_bytes(), mark.as_bytes()));
            // An application that is not set up any more lets nobody in.
            Some(is_it.unwrap_or(false))
        }
        By::Key(hash) => {
            let own_key = own.and_then(|own| own.server.api_key.as_deref());
            let is_it = |key: &&str| is_equal(key_hash(key).as_bytes(), hash.as_bytes());
            own_key.filter(is_it).map(|_| true)
        }
    };
    // The deployment's own key and application are in its settings; of a key that was made the object knows.
    let made_key = match (&session.by, is_own) {
        (By::Key(hash), None) => Some(hash.clone()),
        (By::Key(_) | By::Access(_), _) => None,
    };
    let is_good = is_own != Some(false)
        && stands(env, &session.link, made_key, Some(session.id.clone())).await?;
    if !is_good {
        return Err(ApiError::new(
            ErrorCode::InvalidApiKey,
            "What opened this session no longer stands. Sign in again.",
        ));
    }
    active(env, &session.link).await
}

async fn active(env: &Env, link: &LinkId) -> Result<Known, ApiError> {
    let known = config::of_link(env, link).await;
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

/// Ends a session for good: its cookie opens nothing any more, wherever it was copied to.
///
/// # Errors
/// `INTERNAL_ERROR` while the object cannot be reached: the session goes on.
pub(super) async fn sign_out(
    env: &Env,
    config: &Config,
    session: &Session,
) -> Result<(), ApiError> {
    let message = ToMerchants::SignOut {
        session: session.id.clone(),
        expires_at_ms: session.expires_at_ms,
        now_ms: platform::now_ms(),
    };
    let done = directory_object::ask(env, config.env.as_str(), &message).await;
    done.map(drop).map_err(|why| {
        log::error(What::ApiKeyUnchecked, &[Merchant(&session.link), Why(&why)]);
        ApiError::new(
            ErrorCode::InternalError,
            "You are still signed in: signing out could not be recorded. Please try again.",
        )
    })
}

/// Whether a session was signed out. One that cannot be checked now counts as open here: each call checks it anew.
pub(super) async fn is_signed_out(env: &Env, session: &Session) -> bool {
    matches!(
        stands(env, &session.link, None, Some(session.id.clone())).await,
        Ok(false)
    )
}

/// The merchant whose key this is. A key that was made is asked for each time, so that a revoked one opens nothing from
/// that moment on.
async fn link_of(env: &Env, request: &Request, presented: &str) -> Result<LinkId, ApiError> {
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
    let address = quota_of(request, own).filter(|_| own.sheds_floods);
    floods::check_key(address.as_deref(), &key.hash())?;
    let is_good = stands(env, key.link(), Some(key.hash()), None).await?;
    floods::heard_of_key(env, address, &key.hash(), is_good).await;
    is_good.then(|| key.link().clone()).ok_or_else(unknown)
}

/// Whether a key that was made for this merchant has this hash, and this session was not signed out.
async fn stands(
    env: &Env,
    link: &LinkId,
    hash: Option<String>,
    session: Option<String>,
) -> Result<bool, ApiError> {
    let own = config::of(env);
    let Ok(own) = own.as_ref() else {
        return Err(unreached());
    };
    let message = ToMerchants::Admit {
        link: link.clone(),
        hash,
        session,
    };
    match directory_object::ask(env, own.env.as_str(), &message).await {
        Ok(answer) => Ok(answer == "true"),
        Err(why) => {
            log::error(What::ApiKeyUnchecked, &[Merchant(link), Why(&why)]);
            Err(unreached())
        }
    }
}

/// Every `linkid` of an address.
fn linkids(url: &str) -> impl Iterator<Item = String> {
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

fn other_link() -> ApiError {
    ApiError::new(
        ErrorCode::InvalidLinkId,
        "`linkid` is not that of this API key or session.",
    )
}

fn unreached() -> ApiError {
    ApiError::new(
        ErrorCode::InternalError,
        "API keys cannot be checked now. Nothing was done; please try again.",
    )
}
