//! Telling Daraja, once, where payments by hand are reported.

use super::{NoToken, QUERY_MS, post, renewed_token, token};
use crate::config::Config;
use crate::message::HeldToken;
use malipo_engine::daraja::{C2bRegister, RegisterAnswer, decode_register_answer};
use worker::Env;

/// Registers, with a new token if the old one is refused, once.
pub(crate) async fn register_c2b(
    env: &Env,
    config: &Config,
    register: &C2bRegister<'_>,
) -> RegisterAnswer {
    let held = match token(env, config).await {
        Ok(held) => held,
        Err(why) => return no_token(why),
    };
    match ask(config, &held, register).await {
        RegisterAnswer::TokenRefused(_) => match renewed_token(env, config, &held).await {
            Ok(fresh) => ask(config, &fresh, register).await,
            Err(why) => no_token(why),
        },
        answer @ (RegisterAnswer::Registered
        | RegisterAnswer::AlreadyRegistered
        | RegisterAnswer::Refused(_)
        | RegisterAnswer::Unreached(_)
        | RegisterAnswer::Unclear(_)) => answer,
    }
}

async fn ask(config: &Config, held: &HeldToken, register: &C2bRegister<'_>) -> RegisterAnswer {
    let path = "/mpesa/c2b/v2/registerurl";
    match post(config, held, path, register.encode(), QUERY_MS).await {
        Ok(answer) => decode_register_answer(answer.status, &answer.body),
        Err(why) => RegisterAnswer::Unreached(why),
    }
}

pub(super) fn no_token(why: NoToken) -> RegisterAnswer {
    match why {
        NoToken::BadCredentials(said) => RegisterAnswer::Refused(said),
        NoToken::Unavailable(said) => RegisterAnswer::Unreached(said),
    }
}
