//! Telling Daraja, once, where payments by hand are reported.

use super::{QUERY_MS, post, with_token};
use crate::config::Config;
use malipo_engine::daraja::{C2bRegister, Registered, Unanswered, decode_register_answer};
use worker::Env;

/// Registers a shortcode's addresses.
pub(crate) async fn register_c2b(
    env: &Env,
    config: &Config,
    register: &C2bRegister<'_>,
) -> Result<Registered, Unanswered> {
    let path = "/mpesa/c2b/v2/registerurl";
    let ask = async |token: &_| post(config, token, path, register.encode(), QUERY_MS).await;
    with_token(env, config, ask, decode_register_answer).await
}
