//! `QuotaObject`: one for a client's address at a link, named by a keyed hash of both. It counts the prompts of
//! unsigned orders that nobody answered and a few that were, and forgets them after an hour.

use super::fading::Fading;
use crate::calls::prompts::ToQuota;
use crate::config::Deployment;
use crate::platform::error::Result;
use malipo_engine::quota::Quota;

impl Fading for Quota {
    const CALLED: &str = "quota";
    type Message = ToQuota;

    fn hear(&mut self, message: &ToQuota, deployment: &Deployment, now_ms: u64) -> Result<String> {
        let limit = deployment.prompts.per_address_per_hour;
        match message {
            ToQuota::Ask { payment, attempt } => {
                let answer = self.ask(payment, *attempt, limit, now_ms);
                Ok(serde_json::to_string(&answer)?)
            }
            ToQuota::Answered { payment, attempt } => {
                self.answered(payment, *attempt, now_ms);
                Ok("null".to_owned())
            }
        }
    }

    fn ends_at_ms(&self) -> Option<u64> {
        Quota::ends_at_ms(self)
    }

    fn forget(&mut self, now_ms: u64) {
        Quota::forget(self, now_ms);
    }
}
