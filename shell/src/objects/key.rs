//! `KeyObject`: one for an idempotency key of the shop's server. It remembers what the key was used for, and forgets it after
//! a week.

use super::fading::Fading;
use crate::calls::key::ToKey;
use crate::config::Deployment;
use crate::platform::error::Result;
use malipo_engine::idempotency::UsedKey;

impl Fading for UsedKey {
    const CALLED: &str = "key";
    type Message = ToKey;

    fn hear(&mut self, message: &ToKey, _deployment: &Deployment, now_ms: u64) -> Result<String> {
        Ok(self.take(&message.body, now_ms).to_string())
    }

    fn ends_at_ms(&self) -> Option<u64> {
        UsedKey::ends_at_ms(self)
    }

    fn forget(&mut self, now_ms: u64) {
        UsedKey::forget(self, now_ms);
    }
}
