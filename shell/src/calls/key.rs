//! Calls of a `KeyObject`, which remembers what an idempotency key of the shop's server was used for.

use crate::config::Config;
use crate::platform::Env;
use crate::platform::class::Class;
use crate::platform::error::Result;
use crate::platform::object;
use malipo_engine::payment::Ask;
use serde::{Deserialize, Serialize};

const CALL_MS: u64 = 2_000;

/// To a `KeyObject`: is its key free for a request with this fingerprint? Answered with `true` or `false`.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ToKey {
    pub(crate) body: String,
}

/// Whether the key of this request is free, or was used for the same one.
pub(crate) async fn is_free(env: &Env, config: &Config, ask: &Ask) -> Result<bool> {
    let name = format!("{}:{}:{}", config.env.as_str(), config.link, ask.key);
    let message = ToKey {
        body: ask.body.clone(),
    };
    object::call(env, Class::Key, &name, &message, CALL_MS).await
}
