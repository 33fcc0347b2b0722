//! `SubscriberObject`: one for a handset, named by a keyed hash of its number. It keeps two payments from prompting
//! it at once, and forgets all when the last wait ends.
#![allow(missing_docs)] // the `durable_object` macro makes undocumented methods

use super::fading::{self, Fading};
use crate::calls::prompts::ToSubscriber;
use crate::config::Config;
use malipo_engine::json;
use malipo_engine::subscriber::{Limits, Subscriber};
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

/// One handset's lease and waits.
#[durable_object(alarm)]
pub struct SubscriberObject {
    // Nothing lives in memory: each turn reads the row anew.
    inner: AssertUnwindSafe<Rc<(State, Env)>>,
}

impl DurableObject for SubscriberObject {
    fn new(state: State, env: Env) -> Self {
        SubscriberObject {
            inner: AssertUnwindSafe(Rc::new((state, env))),
        }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let inner = Rc::clone(&self.inner);
        let (state, env) = inner.as_ref();
        let message = json::read(&request.text().await?)?;
        fading::turn::<Subscriber>(state, env, Some(&message)).await
    }

    async fn alarm(&self) -> Result<Response> {
        let inner = Rc::clone(&self.inner);
        let (state, env) = inner.as_ref();
        fading::turn::<Subscriber>(state, env, None).await
    }
}

impl Fading for Subscriber {
    const CALLED: &str = "handset";
    type Message = ToSubscriber;

    fn hear(&mut self, message: &ToSubscriber, config: &Config, now_ms: u64) -> Result<String> {
        let limits = Limits {
            unanswered_max: config.prompts.per_number,
            pause_ms: config.prompts.pause_ms,
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
