//! `SubscriberObject`: one for a handset, named by a keyed hash of its number. It keeps two payments from prompting
//! it at once, and forgets all when the last wait ends.

use super::fading::Fading;
use crate::calls::prompts::ToSubscriber;
use crate::config::Deployment;
use crate::platform::error::Result;
use malipo_engine::subscriber::{Limits, Subscriber};

impl Fading for Subscriber {
    const CALLED: &str = "handset";
    type Message = ToSubscriber;

    fn hear(
        &mut self,
        message: &ToSubscriber,
        deployment: &Deployment,
        now_ms: u64,
    ) -> Result<String> {
        let limits = Limits {
            unanswered_max: deployment.prompts.per_number,
            pause_ms: deployment.prompts.pause_ms,
        };
        match message {
            ToSubscriber::Ask(ask) => {
                let answer = self.ask(ask, now_ms, limits);
                Ok(serde_json::to_string(&answer)?)
            }
            ToSubscriber::Hear(end) => {
                Subscriber::hear(self, end, now_ms);
                Ok("null".to_owned())
            }
        }
    }

    fn ends_at_ms(&self) -> Option<u64> {
        Subscriber::ends_at_ms(self)
    }

    fn forget(&mut self, now_ms: u64) {
        Subscriber::forget(self, now_ms);
    }
}
