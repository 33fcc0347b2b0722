//! Rate limits of a client's address: one that posts more than 60 times a minute is turned away before any object is called. What it
//! may cause on handsets is counted elsewhere, and exactly; this counts loosely, at each of the platform's places. An address that
//! presents more than 60 unknown API keys a minute is turned away too; keys that are known are not counted.

use crate::config::Config;
use crate::edge::request::quota_of;
use crate::platform;
use crate::platform::Env;
use crate::platform::http::{Incoming, Method};
use crate::platform::log::{self, Field::Why, What};
use malipo_engine::failed_api_keys::FailedKeys;
use malipo_shared::api::{ApiError, ErrorCode};

/// The platform answers from memory; one that does not is not waited for.
const LIMIT_MS: u64 = 1_000;
/// The window that `wrangler.toml` names, in milliseconds.
const WINDOW_MS: u64 = 60_000;

/// What a caller is told who posts too often. `address` is the name of its quota; without one nothing is counted.
///
/// # Errors
/// `TOO_MANY_REQUESTS`.
pub(crate) async fn check(
    env: &Env,
    config: &Config,
    address: Option<String>,
) -> Result<(), ApiError> {
    let Some(address) = address.filter(|_| config.sheds_floods) else {
        return Ok(());
    };
    if is_within(env, address).await {
        return Ok(());
    }
    Err(too_many(
        env.now_ms() + WINDOW_MS,
        "Too many requests from this network. Nothing was sent; please try again in a minute.",
    ))
}

/// As [`check`], for a customer's request: reading is cheap and held requests are asked again, so only posts are counted.
///
/// # Errors
/// `TOO_MANY_REQUESTS`.
pub(crate) async fn check_post(
    request: &Incoming,
    env: &Env,
    config: &Config,
) -> core::result::Result<(), ApiError> {
    if request.method == Method::Post {
        check(env, config, quota_of(request, config, &config.link)).await
    } else {
        Ok(())
    }
}

/// Whether an API key from this address may be asked about.
///
/// # Errors
/// `TOO_MANY_REQUESTS`.
pub(crate) fn check_key(env: &Env, address: Option<&str>, hash: &str) -> Result<(), ApiError> {
    let failed = env.isolate().of::<FailedKeys>();
    let until_ms =
        address.and_then(|address| failed.borrow().until_ms(address, hash, env.now_ms()));
    match until_ms {
        None => Ok(()),
        Some(until_ms) => Err(too_many(
            until_ms,
            "Too many API keys from this network that are not known here. Nothing was done; please try again in a minute.",
        )),
    }
}

/// Takes note of what became of a key. An address over the limit is turned away from the next one on.
pub(crate) async fn heard_of_key(env: &Env, address: Option<String>, hash: &str, is_good: bool) {
    let failed = env.isolate().of::<FailedKeys>();
    if is_good {
        return failed.borrow_mut().stood(hash);
    }
    failed.borrow_mut().fell(hash);
    let Some(address) = address else { return };
    // Counted apart from what the address posts: who tries keys spoils no neighbour's payment.
    if !is_within(env, format!("key:{address}")).await {
        failed.borrow_mut().turn_away(&address, env.now_ms());
    }
}

/// Counts one more of this name. What cannot be counted is let through.
async fn is_within(env: &Env, name: String) -> bool {
    match platform::within(env.as_ref(), LIMIT_MS, env.is_within(name)).await {
        Some(Ok(is_within)) => is_within,
        Some(Err(why)) => {
            log::error(env.as_ref(), What::FloodsUncounted, &[Why(&why)]);
            true
        }
        None => true,
    }
}

fn too_many(retry_at_ms: u64, message: &str) -> ApiError {
    ApiError {
        retry_at_ms: Some(retry_at_ms),
        ..ApiError::new(ErrorCode::TooManyRequests, message)
    }
}
