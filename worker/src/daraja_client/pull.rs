//! Asking Daraja what was paid in the last two days, and registering for it once.

use super::register::no_token;
use super::{NoToken, QUERY_MS, callback_url, post, post_for, renewed_token, token};
use crate::config::Config;
use crate::message::HeldToken;
use malipo_engine::daraja::{
    PullAnswer, PullQuery, PullRegister, RegisterAnswer, decode_pull_answer,
    decode_pull_register_answer,
};
use malipo_shared::{Msisdn, Payee, Shortcode};
use worker::Env;

/// A page takes longer than a question about one payment.
const PULL_MS: u64 = 20_000;
/// Some ten thousand rows; an answer beyond it cannot be read, and is asked for in a shorter time.
const PAGE_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Asks for one page, with a new token if the old one is refused, once.
pub(crate) async fn pull(env: &Env, config: &Config, query: &PullQuery<'_>) -> PullAnswer {
    let held = match token(env, config).await {
        Ok(held) => held,
        Err(why) => return nothing(why),
    };
    match ask(config, &held, query).await {
        PullAnswer::TokenRefused(_) => match renewed_token(env, config, &held).await {
            Ok(fresh) => ask(config, &fresh, query).await,
            Err(why) => nothing(why),
        },
        answer @ (PullAnswer::Rows { .. }
        | PullAnswer::Refused(_)
        | PullAnswer::Unreached(_)
        | PullAnswer::Unclear(_)) => answer,
    }
}

/// Registers this shop for it.
pub(crate) async fn register_pull(
    env: &Env,
    config: &Config,
    nominated: &Msisdn,
) -> RegisterAnswer {
    let Some(callback_url) = callback_url(config, "/hooks/pull") else {
        return RegisterAnswer::Refused("Daraja refuses our address".to_owned());
    };
    let register = PullRegister {
        shortcode: shortcode(config),
        nominated,
        callback_url: &callback_url,
    };
    let body = register.encode();
    let held = match token(env, config).await {
        Ok(held) => held,
        Err(why) => return no_token(why),
    };
    match ask_register(config, &held, body.clone()).await {
        RegisterAnswer::TokenRefused(_) => match renewed_token(env, config, &held).await {
            Ok(fresh) => ask_register(config, &fresh, body).await,
            Err(why) => no_token(why),
        },
        answer @ (RegisterAnswer::Registered
        | RegisterAnswer::AlreadyRegistered
        | RegisterAnswer::Refused(_)
        | RegisterAnswer::Unreached(_)
        | RegisterAnswer::Unclear(_)) => answer,
    }
}

/// Under which number M-PESA keeps the shop's payments: of a till, its store's, as with C2B.
pub(crate) fn shortcode(config: &Config) -> &Shortcode {
    match &config.payee {
        Payee::PayBill { shortcode } => shortcode,
        Payee::Till { store, .. } => store,
    }
}

async fn ask(config: &Config, held: &HeldToken, query: &PullQuery<'_>) -> PullAnswer {
    let path = "/pulltransactions/v1/query";
    let body = query.encode();
    match post_for(config, held, path, body, PULL_MS, PAGE_BYTES_MAX).await {
        Ok(answer) => decode_pull_answer(answer.status, &answer.body),
        Err(why) => PullAnswer::Unreached(why),
    }
}

fn nothing(why: NoToken) -> PullAnswer {
    match why {
        NoToken::BadCredentials(said) => PullAnswer::Refused(said),
        NoToken::Unavailable(said) => PullAnswer::Unreached(said),
    }
}

async fn ask_register(config: &Config, held: &HeldToken, body: String) -> RegisterAnswer {
    let path = "/pulltransactions/v1/register";
    match post(config, held, path, body, QUERY_MS).await {
        Ok(answer) => decode_pull_register_answer(answer.status, &answer.body),
        Err(why) => RegisterAnswer::Unreached(why),
    }
}
