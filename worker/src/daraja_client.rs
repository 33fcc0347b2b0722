//! Talking to Daraja: tokens, pushes, queries. Every call has its limit; nothing is parsed blindly.

mod pull;
mod register;
mod reversal;

pub(crate) use pull::{pull, register_pull, shortcode as pull_shortcode};
pub(crate) use register::register_c2b;
pub(crate) use reversal::{ask_reversal, reverse};

use crate::calls::daraja::{self, Asked, HeldToken, TokenReply, token_key};
use crate::config::{Config, DarajaEnv};
use crate::platform;
use malipo_engine::daraja::{
    CallbackUrl, CheckoutRequestId, Instant, PushAnswer, QueryAnswer, StkPush, StkQuery,
    TransactionStatus, Unanswered, decode_push_answer, decode_query_answer, decode_status_ack,
};
use malipo_engine::json;
use malipo_shared::{MpesaReceipt, Payee};
use worker::{Env, Method};

/// A push that takes longer has an unknown fate.
const PUSH_MS: u64 = malipo_engine::payment::rules::PUSH_CALL_MS;
const QUERY_MS: u64 = 10_000;
/// More than any answer but a list's.
const ANSWER_BYTES_MAX: usize = 64 * 1024;
/// KV is a shortcut: a slow one is passed by.
const KV_MS: u64 = 2_000;

/// Why there is no token. No push has left.
pub(crate) enum NoToken {
    BadCredentials(String),
    Unavailable(String),
}

/// A token, from KV if it has one.
pub(crate) async fn token(env: &Env, config: &Config) -> Result<HeldToken, NoToken> {
    match platform::within(KV_MS, cached(env, config)).await.flatten() {
        Some(token) => Ok(token),
        None => ask_token(env, config, None).await,
    }
}

/// A token other than the refused one. KV may still hold the refused one, so it is not asked.
pub(crate) async fn renewed_token(
    env: &Env,
    config: &Config,
    refused: &HeldToken,
) -> Result<HeldToken, NoToken> {
    ask_token(env, config, Some(refused.name())).await
}

/// The address of a callback; none if Daraja would refuse it.
pub(crate) fn callback_url(config: &Config, path: &str) -> Option<CallbackUrl> {
    CallbackUrl::parse(
        &format!("{}{path}", config.public_base_url),
        config.env == DarajaEnv::Emulator,
    )
    .ok()
}

/// Makes a push. What cannot be told apart from a sent one is unknown.
pub(crate) async fn push(config: &Config, token: &HeldToken, push: &StkPush<'_>) -> PushAnswer {
    let body = push.encode(&Instant::from_unix_ms(platform::now_ms()));
    match post(
        config,
        token,
        "/mpesa/stkpush/v1/processrequest",
        body,
        PUSH_MS,
    )
    .await
    {
        Ok(answer) => decode_push_answer(answer.status, &answer.body),
        Err(why) => PushAnswer::Unknown(why),
    }
}

/// Asks about a push, with a new token if the old one is refused, once.
pub(crate) async fn query(
    env: &Env,
    config: &Config,
    payee: &Payee,
    id: &CheckoutRequestId,
) -> QueryAnswer {
    let error = |detail: String| QueryAnswer::Error {
        detail,
        is_token_refused: false,
    };
    let no_token = || error("no token for the query".to_owned());
    let Ok(held) = token(env, config).await else {
        return no_token();
    };
    match ask(config, &held, payee, id).await {
        QueryAnswer::Error {
            is_token_refused: true,
            ..
        } => match renewed_token(env, config, &held).await {
            Ok(fresh) => ask(config, &fresh, payee, id).await,
            Err(_) => no_token(),
        },
        answer @ (QueryAnswer::Verdict { .. } | QueryAnswer::Error { .. }) => answer,
    }
}

/// Asks M-PESA what became of a receipt. The answer proper comes to a hook of its own.
///
/// # Errors
/// What was said instead of taking the question; asking again does no harm.
pub(crate) async fn ask_receipt(
    env: &Env,
    config: &Config,
    receipt: &MpesaReceipt,
) -> Result<(), String> {
    let initiator = config.c2b.initiator.as_ref().ok_or("no initiator")?;
    let path = config
        .master_key
        .result_path(config.env.as_str(), &config.link, receipt);
    let url = callback_url(config, &path).ok_or("Daraja refuses our address")?;
    let question = TransactionStatus {
        initiator: &initiator.name,
        security_credential: &initiator.security_credential,
        receipt,
        party: config.payee.number(),
        result_url: &url,
        timeout_url: &url,
    }
    .encode();
    ask_status(env, config, question).await
}

/// Asks by Transaction Status.
async fn ask_status(env: &Env, config: &Config, question: String) -> Result<(), String> {
    let path = "/mpesa/transactionstatus/v1/query";
    let ask = async |token: &_| post(config, token, path, question.clone(), QUERY_MS).await;
    let asked = with_token(env, config, ask, decode_status_ack).await;
    asked.map_err(Unanswered::said)
}

/// Asks with a token; once more with a new one when it was refused. Only for what may be asked again without harm.
async fn with_token<T>(
    env: &Env,
    config: &Config,
    ask: impl AsyncFn(&HeldToken) -> Result<platform::Answer, String>,
    decode: fn(u16, &[u8]) -> Result<T, Unanswered>,
) -> Result<T, Unanswered> {
    let ask = async |token: &HeldToken| {
        let answer = ask(token).await.map_err(Unanswered::Unreached)?;
        decode(answer.status, &answer.body)
    };
    let held = token(env, config).await?;
    match ask(&held).await {
        Err(Unanswered::TokenRefused(_)) => ask(&renewed_token(env, config, &held).await?).await,
        answered => answered,
    }
}

impl From<NoToken> for Unanswered {
    fn from(why: NoToken) -> Unanswered {
        match why {
            NoToken::BadCredentials(said) => Unanswered::Refused(said),
            NoToken::Unavailable(said) => Unanswered::Unreached(said),
        }
    }
}

async fn ask(
    config: &Config,
    token: &HeldToken,
    payee: &Payee,
    id: &CheckoutRequestId,
) -> QueryAnswer {
    let query = StkQuery {
        payee,
        passkey: &config.passkey,
        checkout_request_id: id,
    };
    let body = query.encode(&Instant::from_unix_ms(platform::now_ms()));
    match post(
        config,
        token,
        "/mpesa/stkpushquery/v1/query",
        body,
        QUERY_MS,
    )
    .await
    {
        Ok(answer) => decode_query_answer(answer.status, &answer.body, id),
        Err(detail) => QueryAnswer::Error {
            detail,
            is_token_refused: false,
        },
    }
}

async fn post(
    config: &Config,
    token: &HeldToken,
    path: &str,
    body: String,
    limit_ms: u64,
) -> Result<platform::Answer, String> {
    post_for(config, token, path, body, limit_ms, ANSWER_BYTES_MAX).await
}

async fn post_for(
    config: &Config,
    token: &HeldToken,
    path: &str,
    body: String,
    limit_ms: u64,
    bytes_max: usize,
) -> Result<platform::Answer, String> {
    let authorization = format!("Bearer {}", token.value);
    let mut headers = vec![
        ("Authorization", authorization.as_str()),
        ("Content-Type", "application/json"),
        ("Accept", "application/json"),
    ];
    if let Some(relay) = &config.relay_token {
        headers.push(("Malipo-Relay-Token", relay));
    }
    let url = format!("{}{path}", config.daraja_base_url);
    platform::call_for(
        platform::Call {
            method: Method::Post,
            url: &url,
            headers: &headers,
            body: Some(body),
        },
        limit_ms,
        bytes_max,
    )
    .await
}

async fn cached(env: &Env, config: &Config) -> Option<HeldToken> {
    let text = env
        .kv("TOKENS")
        .ok()?
        .get(&token_key(config))
        .text()
        .await
        .ok()??;
    let token: HeldToken = json::read(&text).ok()?;
    (token.expires_at_ms > platform::now_ms()).then_some(token)
}

async fn ask_token(
    env: &Env,
    config: &Config,
    refused: Option<String>,
) -> Result<HeldToken, NoToken> {
    match daraja::call(env, config, Asked::Token { refused }).await {
        Ok(TokenReply::Token(token)) => Ok(token),
        Ok(TokenReply::BadCredentials(said)) => Err(NoToken::BadCredentials(said)),
        Ok(TokenReply::Unavailable(said)) => Err(NoToken::Unavailable(said)),
        Err(why) => Err(NoToken::Unavailable(why.to_string())),
    }
}
