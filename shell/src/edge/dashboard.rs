//! The merchant's dashboard: its page, and signing in and out, by an API key or Cloudflare Access; by a passkey: `dashboard/`. What it shows it reads from `/v1/merchant/`, with its session's cookie in
//! the place of an API key.

mod challenge;
mod join;
mod passkey;
mod signed_in;

use crate::config::Config;
use crate::edge::auth;
use crate::edge::auth::{access, cookie};
use crate::edge::request::{BODY_BYTES_MAX, read_fields};
use crate::platform::Env;
use crate::platform::error::Result;
use crate::platform::files;
use crate::platform::http::{Incoming, Method, Reply};
use crate::platform::{self, reply};
use malipo_engine::access::Access;
use malipo_engine::body;
use malipo_engine::session::{By, SESSION_MS, Session};
use malipo_shared::LinkId;
use malipo_shared::api::{ApiError, ErrorCode};
use serde_json::json;

/// Our own script, WASM and style sheet, and our own API: nothing else, and no frame around it. `blob:` is for downloads of
/// QR codes, which the page draws itself.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob:; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Answers at `/dashboard` and below it.
pub(crate) async fn answer(
    request: &mut Incoming,
    env: &Env,
    config: &Config,
    path: &str,
) -> Result<Reply> {
    match (path, request.method) {
        ("/dashboard" | "/dashboard/", Method::Get) => page(env).await,
        ("/dashboard/session", Method::Get) => shown(request, env, config).await,
        ("/dashboard/session", Method::Post) => sign_in(request, env, config).await,
        ("/dashboard/session", Method::Delete) => sign_out(request, env, config).await,
        ("/dashboard/join", Method::Post) => {
            signed_in::answer(join::begin(request, env, config).await)
        }
        ("/dashboard/join/finish", Method::Post) => {
            signed_in::answer_opened(env, config, join::finish(request, env, config).await)
        }
        ("/dashboard/passkey", Method::Post) => {
            signed_in::answer(passkey::begin(request, env, config).await)
        }
        ("/dashboard/passkey/finish", Method::Post) => {
            signed_in::answer_opened(env, config, passkey::finish(request, env, config).await)
        }
        ("/dashboard/join" | "/dashboard/join/finish", _)
        | ("/dashboard/passkey" | "/dashboard/passkey/finish", _) => {
            reply::method_not_allowed("POST")
        }
        ("/dashboard" | "/dashboard/", _) => reply::method_not_allowed("GET"),
        ("/dashboard/session", _) => reply::method_not_allowed("GET, POST, DELETE"),
        _ => reply::not_found(),
    }
}

async fn page(env: &Env) -> Result<Reply> {
    let html = files::text(env, "/dashboard").await?;
    Ok(Reply::ok(html)
        .with("Content-Type", "text/html; charset=utf-8")
        .with("Cache-Control", "no-cache")
        .with("Content-Security-Policy", POLICY)
        .with("Referrer-Policy", "no-referrer")
        .with("X-Content-Type-Options", "nosniff")
        .with("Cross-Origin-Opener-Policy", "same-origin"))
}

/// `POST …/session` with the headers of the API: the cookie, where the API would let the key in. Without them, where
/// Cloudflare Access has let the browser in.
async fn sign_in(request: &mut Incoming, env: &Env, config: &Config) -> Result<Reply> {
    if let Err(error) = asked_for(request).await {
        return reply::error(error);
    }
    let made = match opened(request, env, config).await {
        Ok(made) => made,
        Err(error) => return reply::error(error),
    };
    let Some(cookie) = cookie::cookie(env, config, &made) else {
        return reply::error(not_made());
    };
    Ok(said(config, &made)?.with("Set-Cookie", cookie))
}

/// Whether it is the dashboard's own page that asks, and asks for no more than there is.
async fn asked_for(request: &mut Incoming) -> core::result::Result<(), ApiError> {
    let is_ours = cookie::caller(request).borrow().is_dashboard();
    if !is_ours {
        return Err(cookie::not_ours());
    }
    body::only(&read_fields(request, BODY_BYTES_MAX).await?, &[])
}

async fn opened(
    request: &Incoming,
    env: &Env,
    config: &Config,
) -> core::result::Result<Session, ApiError> {
    let ends_at_ms = env.now_ms() + SESSION_MS;
    let id = platform::random::<16>(env.as_ref()).ok_or_else(not_made)?;
    let session = |link: &LinkId, by, expires_at_ms| Session {
        env: config.env.as_str().to_owned(),
        link: link.clone(),
        by,
        expires_at_ms,
        id: hex::encode(id),
    };
    if let Some((access, token)) =
        access::shown(request, config).filter(|_| !cookie::has_key(request))
    {
        let until_ms = access::admit(env, access, &token).await?.min(ends_at_ms);
        return Ok(session(&config.link, By::Access(access.mark()), until_ms));
    }
    let (admitted, key_hash) = auth::admit_key(request, env, config).await?;
    let link = &admitted.merchant.link;
    Ok(session(link, By::Key(key_hash), ends_at_ms))
}

/// `DELETE …/session`: the session is over, and the browser forgets its cookie.
async fn sign_out(request: &mut Incoming, env: &Env, config: &Config) -> Result<Reply> {
    if let Err(error) = asked_for(request).await {
        return reply::error(error);
    }
    if let Some(session) = cookie::of(env, request, config)
        && let Err(error) = auth::sign_out(env, config, &session).await
    {
        return reply::error(error);
    }
    let answer = reply::json(200, &json!({ "signed_out": true }))?;
    Ok(answer.with("Set-Cookie", cookie::no_cookie(config)))
}

/// `GET …/session`: whose it is. Whether its key still stands is found out by the first call that needs it.
async fn shown(request: &Incoming, env: &Env, config: &Config) -> Result<Reply> {
    let session = cookie::of(env, request, config);
    if let Some(session) = &session
        && let By::Person(id) = &session.by
    {
        return match auth::person(env, config, session, id).await {
            Ok(Some(person)) => signed_in::said(config, session, &person),
            Ok(None) => reply::json(200, &json!({ "link": null })),
            Err(error) => reply::error(error),
        };
    }
    match session {
        Some(session) if !auth::is_signed_out(env, &session).await => said(config, &session),
        Some(_) | None => {
            let logout_url = access::shown(request, config).map(|(access, _)| access.logout_url());
            reply::json(
                200,
                &json!({ "link": null, "access_logout_url": logout_url }),
            )
        }
    }
}

fn said(config: &Config, session: &Session) -> Result<Reply> {
    let prefix = config.prefix(&session.link);
    let access = config.access.as_ref();
    let access = access.filter(|_| matches!(session.by, By::Access(_)));
    let facts = json!({
        "link": session.link, "env": session.env, "prefix": prefix, "expires_at_ms": session.expires_at_ms,
        "access_logout_url": access.map(Access::logout_url),
    });
    reply::json(200, &facts)
}

fn not_made() -> ApiError {
    ApiError::new(
        ErrorCode::InternalError,
        "No session could be made. Try again.",
    )
}
