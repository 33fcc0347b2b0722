//! Pull Transactions: asking Daraja what was paid in the last two days, and registering for it once.

use super::callback_url::callback_url;
use super::post::{QUERY_MS, post, post_for};
use super::tokens::with_token;
use crate::config::Config;
use crate::platform::Env;
use malipo_engine::daraja::{
    PullPage, PullQuery, PullRegister, Registered, Unanswered, decode_pull_answer,
    decode_pull_register_answer,
};
use malipo_shared::{Msisdn, Payee, Shortcode};

/// A page takes longer than a question about one payment.
const PULL_MS: u64 = 20_000;
/// Some ten thousand rows; an answer beyond it cannot be read, and is asked for in a shorter time.
const PAGE_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Asks for one page.
pub(crate) async fn pull(
    env: &Env,
    config: &Config,
    query: &PullQuery<'_>,
) -> Result<PullPage, Unanswered> {
    let path = "/pulltransactions/v1/query";
    let ask = async |token: &_| {
        post_for(
            env,
            config,
            token,
            path,
            query.encode(),
            PULL_MS,
            PAGE_BYTES_MAX,
        )
        .await
    };
    with_token(env, config, ask, decode_pull_answer).await
}

/// Registers this shop for it.
pub(crate) async fn register_pull(
    env: &Env,
    config: &Config,
    nominated: &Msisdn,
) -> Result<Registered, Unanswered> {
    let refused = || Unanswered::Refused("Daraja refuses our address".to_owned());
    let callback_url = callback_url(config, &callback_path(config)).ok_or_else(refused)?;
    let body = PullRegister {
        shortcode: shortcode(config),
        nominated,
        callback_url: &callback_url,
    }
    .encode();
    let path = "/pulltransactions/v1/register";
    let ask = async |token: &_| post(env, config, token, path, body.clone(), QUERY_MS).await;
    with_token(env, config, ask, decode_pull_register_answer).await
}

/// Nothing is expected there. With a secret in it, what comes is kept.
fn callback_path(config: &Config) -> String {
    match &config.c2b.secret {
        Some(secret) => format!("/hooks/c2b/{}/{secret}/pull", shortcode(config)),
        None => "/hooks/pull".to_owned(),
    }
}

/// Under which number M-PESA keeps the shop's payments: of a till, its store's, as with C2B.
pub(crate) fn shortcode(config: &Config) -> &Shortcode {
    match &config.payee {
        Payee::PayBill { shortcode } => shortcode,
        Payee::Till { store, .. } => store,
    }
}
