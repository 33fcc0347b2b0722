//! The addresses at which Daraja is to call this deployment back.

use crate::config::{Config, DarajaEnv};
use malipo_engine::daraja::CallbackUrl;

/// The address of a callback; none if Daraja would refuse it.
pub(crate) fn callback_url(config: &Config, path: &str) -> Option<CallbackUrl> {
    CallbackUrl::parse(
        &format!("{}{path}", config.public_base_url),
        config.env == DarajaEnv::Emulator,
    )
    .ok()
}
