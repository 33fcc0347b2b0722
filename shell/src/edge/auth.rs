//! Authentication of the merchant's callers: the headers `apikey` and `linkid`, or `Authorization: Bearer`; or the dashboard's session,
//! whose key must still be known. The key names the merchant; a `linkid` beside it must be that merchant's.

pub(crate) mod access;
mod api_key;
pub(crate) mod cookie;
mod session;
mod standing;

pub(crate) use api_key::admit_key;
pub(crate) use session::{is_signed_out, person, sign_out};
pub(crate) use standing::Admitted;

use crate::config::Config;
use crate::platform::Env;
use crate::platform::http::Incoming;
use api_key::linkids;
use cookie::Admission;
use malipo_shared::api::ApiError;
use session::admit_session;
use standing::other_link;

/// Lets a shop's server in, and its dashboard. `config` is the merchant of the path.
///
/// # Errors
/// As [`admit_key`]; `ORIGIN_NOT_ALLOWED` for a session that another page tries to use.
pub(crate) async fn admit(
    request: &Incoming,
    env: &Env,
    config: &Config,
) -> Result<Admitted, ApiError> {
    match cookie::admission(env, request, config) {
        Admission::ByKey => {
            let (admitted, _) = admit_key(request, env, config).await?;
            Ok(admitted)
        }
        Admission::By(session) => {
            // Tabs share a cookie: one that shows another merchant gets nothing of this one. A link to a file sends no header.
            let url = request.url.clone();
            let header = request.header("linkid");
            let mut said = header.into_iter().chain(linkids(&url));
            if said.any(|linkid| linkid != session.link.as_str()) {
                return Err(other_link());
            }
            admit_session(env, config, &session).await
        }
        Admission::Refused(error) => Err(error),
    }
}
