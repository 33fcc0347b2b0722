//! Whether an API key or a session is still good, and whether its merchant is active: asked at each call.

use crate::config::directory_object::{self, ToMerchants};
use crate::config::{self, Config};
use crate::platform::Env;
use crate::platform::log::{
    self,
    Field::{Merchant, Why},
    What,
};
use malipo_engine::permission::Permissions;
use malipo_shared::LinkId;
use malipo_shared::api::{ApiError, ErrorCode};
use std::rc::Rc;

/// Who was let in.
pub(crate) struct Admitted {
    pub(crate) merchant: Rc<Config>,
    /// What they may do there.
    pub(crate) may: Permissions,
}

/// The merchant of this link, unless it was switched off.
pub(super) async fn active(env: &Env, link: &LinkId) -> Result<Rc<Config>, ApiError> {
    match config::of_link(env, link).await {
        Ok(config) if config.is_active => Ok(config),
        Ok(_) => Err(ApiError::new(
            ErrorCode::InactiveShortcode,
            "This merchant was switched off. Payments that are under way go on; the operator switches it on again.",
        )),
        Err(config::NoConfig::UnknownLink | config::NoConfig::NotSetUp) => Err(other_link()),
        Err(config::NoConfig::Wrong(_)) => Err(ApiError::new(
            ErrorCode::Misconfigured,
            "This merchant's settings can no longer be read. The operator finds the reason in the log.",
        )),
        Err(config::NoConfig::Unreached) => Err(unreached()),
    }
}

/// What a key may do that was made for this merchant and has this hash, unless this session was signed out; none if it does not stand.
pub(super) async fn stands(
    env: &Env,
    link: &LinkId,
    hash: Option<String>,
    session: Option<String>,
) -> Result<Option<Permissions>, ApiError> {
    let Ok(deployment) = &config::deployment(env) else {
        return Err(unreached());
    };
    let message = ToMerchants::Admit {
        link: link.clone(),
        hash,
        session,
        now_ms: env.now_ms(),
    };
    match directory_object::ask(env, deployment.env.as_str(), &message).await {
        Ok(answer) => Ok(answer.parse().ok().map(Permissions::of_bits)),
        Err(why) => {
            log::error(
                env.as_ref(),
                What::ApiKeyUnchecked,
                &[Merchant(link), Why(&why)],
            );
            Err(unreached())
        }
    }
}

pub(super) fn other_link() -> ApiError {
    ApiError::new(
        ErrorCode::InvalidLinkId,
        "`linkid` is not that of this API key or session.",
    )
}

pub(super) fn unreached() -> ApiError {
    ApiError::new(
        ErrorCode::InternalError,
        "API keys cannot be checked now. Nothing was done; please try again.",
    )
}
