//! Sessions of the dashboard: letting one in while what opened it still stands, and ending one for good.

use super::standing::{Admitted, active, other_link, stands, unreached};
use crate::calls::desk::{self, Person, ToDesk};
use crate::config::directory_object::{self, ToMerchants};
use crate::config::{self, Config};
use crate::platform::Env;
use crate::platform::error::Error;
use crate::platform::log::{
    self,
    Field::{Merchant, Why},
    What,
};
use malipo_engine::master_key::is_equal;
use malipo_engine::permission::Role;
use malipo_engine::session::{By, Session, key_hash};
use malipo_shared::api::{ApiError, ErrorCode};

/// The merchant of a session, if what it stands by still does.
pub(super) async fn admit_session(
    env: &Env,
    config: &Config,
    session: &Session,
) -> Result<Admitted, ApiError> {
    if !config.prefix.is_empty() && config.link != session.link {
        return Err(other_link());
    }
    let is_default = config.default_link == session.link;
    let is_own = match &session.by {
        By::Person(id) => return admit_person(env, config, session, id).await,
        By::Access(mark) => {
            let access = config.access.as_ref().filter(|_| is_default);
            let is_it = access.map(|access| is_equal(access.mark().as_bytes(), mark.as_bytes()));
            // An application that is not set up any more lets nobody in.
            Some(is_it.unwrap_or(false))
        }
        By::Key(hash) => {
            let own_key = config::api_key(env).filter(|_| is_default);
            let is_it = |key: &String| is_equal(key_hash(key).as_bytes(), hash.as_bytes());
            own_key.filter(is_it).map(|_| true)
        }
    };
    // The deployment's own key and application are in its settings; of a key that was made the object knows.
    let made_key = match (&session.by, is_own) {
        (By::Key(hash), None) => Some(hash.clone()),
        (By::Key(_) | By::Access(_) | By::Person(_), _) => None,
    };
    let may = match is_own {
        Some(false) => None,
        Some(true) | None => stands(env, &session.link, made_key, Some(session.id.clone())).await?,
    };
    let may = may.ok_or_else(is_over)?;
    let merchant = active(env, &session.link).await?;
    Ok(Admitted { merchant, may })
}

fn is_over() -> ApiError {
    ApiError::new(
        ErrorCode::InvalidApiKey,
        "What opened this session no longer stands. Sign in again.",
    )
}

/// A person, as long as the row behind the session stands.
async fn admit_person(
    env: &Env,
    config: &Config,
    session: &Session,
    id: &str,
) -> Result<Admitted, ApiError> {
    let person = person(env, config, session, id).await?;
    let person = person.ok_or_else(is_over)?;
    let role = Role::of_word(&person.role).ok_or_else(is_over)?;
    let merchant = active(env, &session.link).await?;
    let may = role.permissions();
    Ok(Admitted { merchant, may })
}

/// The person of a session, as long as its row stands.
///
/// # Errors
/// `INTERNAL_ERROR` while the desk cannot be reached.
pub(crate) async fn person(
    env: &Env,
    config: &Config,
    session: &Session,
    id: &str,
) -> Result<Option<Person>, ApiError> {
    let message = ToDesk::Admit {
        session: key_hash(&session.id),
        now_ms: env.now_ms(),
    };
    let found: Option<Person> = desk::call(env, config, &session.link, &message)
        .await
        .map_err(|why| unreached_desk(env, session, &why))?;
    Ok(found.filter(|person| person.id == id))
}

fn unreached_desk(env: &Env, session: &Session, why: &Error) -> ApiError {
    let what = [Merchant(&session.link), Why(why)];
    log::error(env.as_ref(), What::DeskUnreached, &what);
    unreached()
}

/// Ends a session for good: its cookie opens nothing any more, wherever it was copied to.
///
/// # Errors
/// `INTERNAL_ERROR` while the object cannot be reached: the session goes on.
pub(crate) async fn sign_out(
    env: &Env,
    config: &Config,
    session: &Session,
) -> Result<(), ApiError> {
    if matches!(session.by, By::Person(_)) {
        let message = ToDesk::SignOut {
            session: key_hash(&session.id),
        };
        let done = desk::call::<()>(env, config, &session.link, &message).await;
        return done.map_err(|why| {
            unreached_desk(env, session, &why);
            still_signed_in()
        });
    }
    let message = ToMerchants::SignOut {
        session: session.id.clone(),
        expires_at_ms: session.expires_at_ms,
        now_ms: env.now_ms(),
    };
    let done = directory_object::ask(env, config.env.as_str(), &message).await;
    done.map(drop).map_err(|why| {
        log::error(
            env.as_ref(),
            What::ApiKeyUnchecked,
            &[Merchant(&session.link), Why(&why)],
        );
        still_signed_in()
    })
}

fn still_signed_in() -> ApiError {
    ApiError::new(
        ErrorCode::InternalError,
        "You are still signed in: signing out could not be recorded. Please try again.",
    )
}

/// Whether a session was signed out. One that cannot be checked now counts as open here: each call checks it anew.
pub(crate) async fn is_signed_out(env: &Env, session: &Session) -> bool {
    matches!(
        stands(env, &session.link, None, Some(session.id.clone())).await,
        Ok(None)
    )
}
