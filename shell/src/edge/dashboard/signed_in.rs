//! What joining and signing in share: fields in base64url, the session that a person gets, and what the page is told of it.

use crate::calls::desk::{self, NewSession, Person, ToDesk};
use crate::config::{Config, Deployment};
use crate::edge::auth::cookie;
use crate::edge::rate_limit;
use crate::edge::request::{BODY_BYTES_MAX, quota_of, read_fields};
use crate::platform::error::Result;
use crate::platform::http::{Incoming, Reply};
use crate::platform::log::{
    self,
    Field::{Merchant, Why},
    What,
};
use crate::platform::{self, Env, reply};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use malipo_engine::body::{self, Fields};
use malipo_engine::permission::Role;
use malipo_engine::session::{By, Session, key_hash};
use malipo_shared::LinkId;
use malipo_shared::api::{ApiError, ErrorCode};
use serde_json::{Value, json};

pub(super) type Outcome<T> = core::result::Result<T, ApiError>;

/// The fields of a call of the dashboard's own page.
pub(super) async fn fields(
    request: &mut Incoming,
    env: &Env,
    config: &Config,
    known: &[&str],
) -> Outcome<Fields> {
    if !cookie::caller(request).borrow().is_dashboard() {
        return Err(cookie::not_ours());
    }
    rate_limit::check(env, config, quota_of(request, config, &config.link)).await?;
    let fields = read_fields(request, BODY_BYTES_MAX).await?;
    body::only(&fields, known)?;
    Ok(fields)
}

/// A text that must be there.
#[inline(never)] // a copy for each field would weigh more than all that is read
pub(super) fn text<'f>(fields: &'f Fields, name: &str) -> Outcome<&'f str> {
    body::text(fields, name)?.ok_or_else(|| body::missing(name, "what the browser has answered"))
}

/// Bytes that must be there, in base64url.
#[inline(never)] // likewise
pub(super) fn bytes(fields: &Fields, name: &str) -> Outcome<Vec<u8>> {
    let decoded = URL_SAFE_NO_PAD.decode(text(fields, name)?);
    decoded.map_err(|_| body::wrong(name, "must be base64url without padding"))
}

/// A session that was opened, and whose it is.
pub(super) struct Opened {
    session: Session,
    person: Person,
}

/// A session for a person of this role at this shop: the one of the cookie, and the row behind it.
pub(super) fn session(
    env: &Env,
    config: &Config,
    link: &LinkId,
    person: &str,
    role: &str,
) -> Outcome<(Session, NewSession)> {
    let role = Role::of_word(role).ok_or_else(refused)?;
    let id = platform::random::<16>(env.as_ref()).ok_or_else(reply::internal)?;
    let session = Session {
        env: config.env.as_str().to_owned(),
        link: link.clone(),
        by: By::Person(person.to_owned()),
        expires_at_ms: env.now_ms() + role.session_ms(),
        id: hex::encode(id),
    };
    let row = NewSession {
        hash: key_hash(&session.id),
        label: String::new(),
        ends_at_ms: session.expires_at_ms,
    };
    Ok((session, row))
}

/// Has the desk open a session by this message; none where it finds that something is not good any more.
pub(super) async fn open(
    env: &Env,
    config: &Config,
    session: Session,
    message: &ToDesk,
) -> Outcome<Option<Opened>> {
    let call = desk::call::<Option<Person>>(env, config, &session.link, message).await;
    let person = call.map_err(|why| unreached(env, &session.link, &why))?;
    Ok(person.map(|person| Opened { session, person }))
}

/// What the page is told.
pub(super) fn answer(outcome: Outcome<Value>) -> Result<Reply> {
    match outcome {
        Ok(said) => reply::json(200, &said),
        Err(error) => reply::error(error),
    }
}

/// The same, with the browser signed in.
pub(super) fn answer_opened(env: &Env, config: &Config, outcome: Outcome<Opened>) -> Result<Reply> {
    let Opened { session, person } = match outcome {
        Ok(opened) => opened,
        Err(error) => return reply::error(error),
    };
    match cookie::cookie(env, config, &session) {
        Some(cookie) => Ok(said(config, &session, &person)?.with("Set-Cookie", cookie)),
        None => reply::error(reply::internal()),
    }
}

/// Who is signed in, and what they may do.
pub(super) fn said(config: &Config, session: &Session, person: &Person) -> Result<Reply> {
    let role = Role::of_word(&person.role);
    let may: Vec<&str> = role
        .iter()
        .flat_map(|role| role.permissions().words())
        .collect();
    let facts = json!({
        "link": session.link, "env": session.env, "prefix": config.prefix(&session.link),
        "expires_at_ms": session.expires_at_ms, "access_logout_url": null,
        "person": { "id": person.id, "name": person.name, "role": person.role, "permissions": may },
    });
    reply::json(200, &facts)
}

/// The host that passkeys are made for, and the origin of the page.
pub(super) fn rp(deployment: &Deployment) -> (String, &str) {
    let origin = deployment.public_base_url.as_str();
    let host = origin.split_once("://").map_or("", |(_, host)| host);
    let host = host.split(':').next().unwrap_or_default();
    (host.to_owned(), origin)
}

#[inline(never)] // likewise
pub(super) fn refused() -> ApiError {
    ApiError::new(
        ErrorCode::SignInRefused,
        "This fingerprint or screen lock does not open this shop. Try again, or ask the owner for a new invitation.",
    )
}

/// The desk does not answer.
#[inline(never)] // likewise
pub(super) fn unreached(env: &Env, link: &LinkId, why: &platform::error::Error) -> ApiError {
    log::error(
        env.as_ref(),
        What::DeskUnreached,
        &[Merchant(link), Why(why)],
    );
    ApiError::new(
        ErrorCode::InternalError,
        "Signing in does not work at the moment. Payments go on. Please try again.",
    )
}
