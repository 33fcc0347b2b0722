//! Cloudflare Access: signing in to the dashboard by its token in place of an API key. What the token must say is the engine's; the team's
//! keys are kept here, in the isolate.

use crate::config::Config;
use crate::platform::host::Verifier;
use crate::platform::http::{Incoming, Method};
use crate::platform::log::{self, Field::Why, What};
use crate::platform::{self, Call, Env, Limit};
use malipo_engine::access::{
    ASKING_MS, Access, Claimed, Found, Keyring, PublicKey, TokenRefused, read_keys,
};
use malipo_shared::api::{ApiError, ErrorCode};

/// Who finds another asking looks again so often, at these distances, in milliseconds. (Waiting for another request's
/// call is not possible here.)
const LOOKS_MAX: u32 = 30;
const LOOK_MS: u64 = 200;
const SIGNATURE_MS: u64 = 2_000;

/// The application and the token that a request shows of it; none where Access is not set up, or is not in front.
pub(crate) fn shown<'c>(request: &Incoming, config: &'c Config) -> Option<(&'c Access, String)> {
    let access = config.access.as_ref()?;
    let token = request.header("Cf-Access-Jwt-Assertion")?;
    Some((access, token))
}

/// Lets a token in, until it ends: in Unix milliseconds.
///
/// # Errors
/// `INVALID_API_KEY` for a token that is not good; `INTERNAL_ERROR` while the team's keys cannot be had.
pub(crate) async fn admit(env: &Env, access: &Access, token: &str) -> Result<u64, ApiError> {
    let claimed = access
        .read(token, env.now_ms())
        .map_err(|why| refused(&why))?;
    let keyring = env.isolate().of::<Keyring>();
    for _ in 0..LOOKS_MAX {
        let found = keyring.borrow_mut().find(&claimed.kid, env.now_ms());
        match found {
            Found::Key(key) => {
                return if has_signed(env, &key, &claimed).await {
                    Ok(claimed.expires_at_ms)
                } else {
                    Err(refused(&TokenRefused::Signature))
                };
            }
            Found::Ask => ask(env, access).await,
            Found::Wait => env.sleep(LOOK_MS).await,
            Found::Unknown => return Err(refused(&TokenRefused::Signature)),
            Found::Unreached => break,
        }
    }
    Err(ApiError::new(
        ErrorCode::InternalError,
        "Cloudflare Access's keys cannot be had now, so its token cannot be checked. Sign in with the API key, or try \
         again in a minute.",
    ))
}

/// Has the keyring know the team's keys.
async fn ask(env: &Env, access: &Access) {
    let url = access.keys_url();
    let call = Call {
        method: Method::Get,
        url: &url,
        headers: &[],
        body: None,
    };
    let keys = match env.send(call, Limit::ms(ASKING_MS)).await {
        Ok(answer) if answer.status == 200 => {
            read_keys(&answer.body).ok_or_else(|| "its answer is no key set".to_owned())
        }
        Ok(answer) => Err(format!("status {}", answer.status)),
        Err(why) => Err(why),
    };
    let now_ms = env.now_ms();
    let keyring = env.isolate().of::<Keyring>();
    match keys {
        Ok(keys) => keyring.borrow_mut().put(keys, now_ms),
        Err(why) => {
            log::error(env.as_ref(), What::AccessKeysUnread, &[Why(&why)]);
            keyring.borrow_mut().fail(now_ms);
        }
    }
}

/// It is computed in this isolate; what takes longer never comes.
async fn has_signed(env: &Env, key: &PublicKey, claimed: &Claimed<'_>) -> bool {
    let verifier = Verifier::Rs256 {
        n: &key.n,
        e: &key.e,
    };
    let work = env.has_signed(verifier, claimed.signed.as_bytes(), &claimed.signature);
    platform::within(env.as_ref(), SIGNATURE_MS, work).await == Some(true)
}

fn refused(why: &TokenRefused) -> ApiError {
    let message =
        format!("Cloudflare Access's token was refused: {why}. Sign in with the API key.");
    ApiError::new(ErrorCode::InvalidApiKey, message)
}
