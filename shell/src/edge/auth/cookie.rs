//! The cookie of a dashboard's session: sealed, `HttpOnly`, `SameSite=Strict`; and whether a call may use it.

use crate::config::{DarajaEnv, Deployment};
use crate::platform::Env;
use crate::platform::http::{Incoming, Method};
use crate::platform::vault::Vault;
use malipo_engine::session::{self, Caller, Session};
use malipo_shared::api::{ApiError, ErrorCode};

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
pub(crate) fn admission(env: &Env, request: &Incoming, deployment: &Deployment) -> Admission {
    if has_key(request) {
        return Admission::ByKey;
    }
    let Some(session) = of(env, request, deployment) else {
        return Admission::ByKey;
    };
    match caller(request).borrow().is_dashboard() {
        true => Admission::By(session),
        false => Admission::Refused(not_ours()),
    }
}

/// Whether a call has an API key of its own.
pub(crate) fn has_key(request: &Incoming) -> bool {
    ["apikey", "Authorization"]
        .into_iter()
        .any(|name| request.header(name).is_some())
}

/// The session of a request's cookie; none if it has none, or an altered or an old one.
pub(crate) fn of(env: &Env, request: &Incoming, deployment: &Deployment) -> Option<Session> {
    let header = request.header("Cookie")?;
    let sealed = session::cookie(&header, name(deployment))?;
    let text = deployment
        .master_key
        .session_keys()
        .find_map(|key| Vault::of(key).unseal(sealed))?;
    Session::decode(&text, deployment.env.as_str(), env.now_ms())
}

/// The header `Set-Cookie` that signs in.
pub(crate) fn cookie(env: &Env, deployment: &Deployment, session: &Session) -> Option<String> {
    let key = deployment.master_key.session_keys().next()?;
    let sealed = Vault::of(key).seal(env.as_ref(), &session.encode())?;
    let left_ms = session.expires_at_ms.saturating_sub(env.now_ms());
    Some(set(deployment, &sealed, left_ms / 1000))
}

/// The header `Set-Cookie` that signs out.
pub(crate) fn no_cookie(deployment: &Deployment) -> String {
    set(deployment, "", 0)
}

/// Where a call comes from.
pub(crate) struct DashboardCaller {
    only_reads: bool,
    origin: Option<String>,
    has_header: bool,
    own_origin: String,
}

pub(crate) fn caller(request: &Incoming) -> DashboardCaller {
    DashboardCaller {
        only_reads: matches!(request.method, Method::Get | Method::Head),
        origin: request.header("Origin"),
        has_header: request.header("X-Malipo-Dashboard").as_deref() == Some("1"),
        own_origin: request.origin().to_owned(),
    }
}

impl DashboardCaller {
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
fn is_plain(deployment: &Deployment) -> bool {
    deployment.env == DarajaEnv::Emulator && deployment.public_base_url.starts_with("http://")
}

fn name(deployment: &Deployment) -> &'static str {
    if is_plain(deployment) {
        "malipo"
    } else {
        "__Host-malipo"
    }
}

fn set(deployment: &Deployment, value: &str, secs: u64) -> String {
    let secure = if is_plain(deployment) { "" } else { "; Secure" };
    let name = name(deployment);
    format!("{name}={value}; Path=/; Max-Age={secs}; HttpOnly; SameSite=Strict{secure}")
}

pub(crate) fn not_ours() -> ApiError {
    let message = "Only the dashboard's own page may do this. Open it and try there.";
    ApiError::new(ErrorCode::OriginNotAllowed, message)
}
