//! Floods: an address that posts more than 60 times a minute is turned away before any object is addressed. What it may
//! cause on handsets is counted elsewhere, and exactly; this counts loosely, at each of the platform's places.

use crate::config::Config;
use crate::log::{self, Told::Why, What};
use crate::platform;
use malipo_shared::api::{ApiError, ErrorCode};
use worker::Env;

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
    let limiter = match env.rate_limiter("FLOODS") {
        Ok(limiter) => limiter,
        Err(why) => {
            log::error(What::FloodsUncounted, &[Why(&why)]);
            return Ok(());
        }
    };
    match platform::within(LIMIT_MS, limiter.limit(address)).await {
        Some(Ok(outcome)) if !outcome.success => Err(ApiError {
            retry_at_ms: Some(platform::now_ms() + WINDOW_MS),
            ..ApiError::new(
                ErrorCode::TooManyRequests,
                "Too many requests from this network. Nothing was sent; please try again in a minute.",
            )
        }),
        Some(Ok(_)) => Ok(()),
        Some(Err(why)) => {
            log::error(What::FloodsUncounted, &[Why(&why)]);
            Ok(())
        }
        None => Ok(()),
    }
}
