//! The cookie of a dashboard's session: sealed, `HttpOnly`, `SameSite=Strict`; and whether a call may use it.

use crate::config::{Config, DarajaEnv};
use crate::platform;
use crate::platform::vault::Vault;
use malipo_engine::session::{self, Caller, Session};
use malipo_shared::api::{ApiError, ErrorCode};
use worker::{Headers, Method, Request, Result};

/// How a call without an API key is authenticated.
pub(crate) enum Admission {
    /// It has an API key, or no session: the key decides.
    ByKey,
    /// It is the dashboard's; the session's key must still stand.
    By(Session),
    /// It has a session that it may not use.
    Refused(ApiError),
}

/// What a call to the merchant's API may claim by its session.
pub(crate) fn admission(request: &Request, config: &Config) -> Admission {
    let headers = request.headers();
    if has_key(headers) {
        return Admission::ByKey;
    }
    let Some(session) = of(headers, config) else {
        return Admission::ByKey;
    };
    match caller(request) {
        Ok(caller) if caller.borrow().is_dashboard() => Admission::By(session),
        Ok(_) | Err(_) => Admission::Refused(not_ours()),
    }
}

/// Whether a call has an API key of its own.
pub(crate) fn has_key(headers: &Headers) -> bool {
    let has = |name: &str| headers.has(name).unwrap_or(false);
    has("apikey") || has("Authorization")
}

/// The session of a request's cookie; none if it has none, or an altered or an old one.
pub(crate) fn of(headers: &Headers, config: &Config) -> Option<Session> {
    let header = headers.get("Cookie").ok().flatten()?;
    let sealed = session::cookie(&header, name(config))?;
    let text = config
        .master_key
        .session_keys()
        .find_map(|key| Vault::of(key).unseal(sealed))?;
    Session::decode(&text, config.env.as_str(), platform::now_ms())
}

/// The header `Set-Cookie` that signs in.
pub(crate) fn cookie(config: &Config, session: &Session) -> Option<String> {
    let key = config.master_key.session_keys().next()?;
    let sealed = Vault::of(key).seal(&session.encode())?;
    let left_ms = session.expires_at_ms.saturating_sub(platform::now_ms());
    Some(set(config, &sealed, left_ms / 1000))
}

/// The header `Set-Cookie` that signs out.
pub(crate) fn no_cookie(config: &Config) -> String {
    set(config, "", 0)
}

/// Where a call comes from.
pub(crate) struct Called {
    only_reads: bool,
    origin: Option<String>,
    has_header: bool,
    own_origin: String,
}

pub(crate) fn caller(request: &Request) -> Result<Called> {
    let headers = request.headers();
    Ok(Called {
        only_reads: matches!(request.method(), Method::Get | Method::Head),
        origin: headers.get("Origin")?,
        has_header: headers.get("X-Malipo-Dashboard")?.as_deref() == Some("1"),
        own_origin: request.url()?.origin().ascii_serialization(),
    })
}

impl Called {
    pub(crate) fn borrow(&self) -> Caller<'_> {
        Caller {
            only_reads: self.only_reads,
            origin: self.origin.as_deref(),
            has_header: self.has_header,
            own_origin: &self.own_origin,
        }
    }
}

/// `__Host-` pins the cookie to this host over HTTPS. The emulator on plain HTTP can have neither.
fn is_plain(config: &Config) -> bool {
    config.env == DarajaEnv::Emulator && config.public_base_url.starts_with("http://")
}

fn name(config: &Config) -> &'static str {
    if is_plain(config) {
        "malipo"
    } else {
        "__Host-malipo"
    }
}

fn set(config: &Config, value: &str, secs: u64) -> String {
    let secure = if is_plain(config) { "" } else { "; Secure" };
    let name = name(config);
    format!("{name}={value}; Path=/; Max-Age={secs}; HttpOnly; SameSite=Strict{secure}")
}

pub(crate) fn not_ours() -> ApiError {
    let message = "Only the dashboard's own page may do this. Open it and try there.";
    ApiError::new(ErrorCode::OriginNotAllowed, message)
}
