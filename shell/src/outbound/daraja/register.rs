//! Registering with Daraja, once, where payments by hand are reported.

use super::post::{QUERY_MS, post};
use super::tokens::with_token;
use crate::config::Config;
use crate::platform::Env;
use malipo_engine::daraja::{
    C2bRegister, C2bVersion, Registered, Unanswered, decode_register_answer,
};

/// Registers a shortcode's addresses by v2, or by v1 where v2 refuses; the version that answered last.
pub(crate) async fn register_c2b(
    env: &Env,
    config: &Config,
    register: &C2bRegister<'_>,
) -> (C2bVersion, Result<Registered, Unanswered>) {
    let mut version = C2bVersion::V2;
    let mut refused = String::new();
    loop {
        let path = version.path();
        let ask =
            async |token: &_| post(env, config, token, path, register.encode(), QUERY_MS).await;
        let answer = with_token(env, config, ask, decode_register_answer).await;
        match (version.after(&answer), answer) {
            (Some(next), Err(why)) => {
                refused = format!("{}: {}; ", version.as_str(), why.said());
                version = next;
            }
            // Both have refused: why each did.
            (_, Err(Unanswered::Refused(said))) if !refused.is_empty() => {
                let said = format!("{refused}{}: {said}", version.as_str());
                return (version, Err(Unanswered::Refused(said)));
            }
            (_, answer) => return (version, answer),
        }
    }
}
