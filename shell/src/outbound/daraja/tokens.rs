//! Tokens of a Daraja app: from KV, which is a shortcut, else from the app's `DarajaObject`, which has them minted here.

use crate::calls::daraja::{self, Asked, HeldToken, TokenReply, token_key};
use crate::config::Config;
use crate::platform::http::Method;
use crate::platform::{self, Answer, Call, Env, Limit};
use malipo_engine::daraja::{MintAnswer, Unanswered, basic_authorization, decode_token};
use malipo_engine::json;

/// KV is a shortcut: a slow one is passed by.
const KV_MS: u64 = 2_000;
const MINT_MS: u64 = 10_000;

/// Why there is no token. No push has left.
pub(crate) enum NoToken {
    BadCredentials(String),
    Unavailable(String),
}

/// A token, from KV if it has one.
pub(crate) async fn token(env: &Env, config: &Config) -> Result<HeldToken, NoToken> {
    match platform::within(env.as_ref(), KV_MS, cached(env, config))
        .await
        .flatten()
    {
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

/// Asks with a token; once more with a new one when it was refused. Only for what may be asked again without harm.
pub(super) async fn with_token<T>(
    env: &Env,
    config: &Config,
    ask: impl AsyncFn(&HeldToken) -> Result<Answer, String>,
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

async fn cached(env: &Env, config: &Config) -> Option<HeldToken> {
    let text = env.kv_get(&token_key(config)).await?;
    let token: HeldToken = json::read(&text).ok()?;
    (token.expires_at_ms > env.now_ms()).then_some(token)
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

/// Has Daraja mint a new token.
pub(crate) async fn mint(env: &Env, config: &Config) -> MintAnswer {
    let authorization = basic_authorization(&config.consumer_key, &config.consumer_secret);
    let url = format!(
        "{}/oauth/v1/generate?grant_type=client_credentials",
        config.daraja_base_url
    );
    let mut headers = vec![("Authorization", authorization.as_str())];
    if let Some(relay) = &config.relay_token {
        headers.push(("Malipo-Relay-Token", relay));
    }
    let call = Call {
        method: Method::Get,
        url: &url,
        headers: &headers,
        body: None,
    };
    match env.send(call, Limit::ms(MINT_MS)).await {
        Ok(answer) => decode_token(answer.status, &answer.body),
        Err(why) => MintAnswer::Unavailable(why),
    }
}

/// Keeps a token in KV for so many seconds; false when it could not be kept, which only costs time.
pub(crate) async fn keep_in_kv(env: &Env, config: &Config, held: &HeldToken, secs: u64) -> bool {
    let put = platform::within(env.as_ref(), KV_MS, put(env, config, held, secs));
    put.await == Some(true)
}

async fn put(env: &Env, config: &Config, held: &HeldToken, secs: u64) -> bool {
    let Ok(text) = serde_json::to_string(held) else {
        return false;
    };
    env.kv_put(&token_key(config), text, secs).await
}
