//! STK pushes, and the query that asks what became of one.

use super::post::{PUSH_MS, QUERY_MS, post};
use super::tokens::{renewed_token, token};
use crate::calls::daraja::HeldToken;
use crate::config::Config;
use crate::platform::Env;
use malipo_engine::daraja::{
    CheckoutRequestId, Instant, PushAnswer, QueryAnswer, StkPush, StkQuery, decode_push_answer,
    decode_query_answer,
};
use malipo_shared::Payee;

/// Makes a push. What cannot be told apart from a sent one is unknown.
pub(crate) async fn push(
    env: &Env,
    config: &Config,
    token: &HeldToken,
    push: &StkPush<'_>,
) -> PushAnswer {
    let body = push.encode(&Instant::from_unix_ms(env.now_ms()));
    match post(
        env,
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
    match ask(env, config, &held, payee, id).await {
        QueryAnswer::Error {
            is_token_refused: true,
            ..
        } => match renewed_token(env, config, &held).await {
            Ok(fresh) => ask(env, config, &fresh, payee, id).await,
            Err(_) => no_token(),
        },
        answer @ (QueryAnswer::Verdict { .. } | QueryAnswer::Error { .. }) => answer,
    }
}

async fn ask(
    env: &Env,
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
    let body = query.encode(&Instant::from_unix_ms(env.now_ms()));
    match post(
        env,
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
