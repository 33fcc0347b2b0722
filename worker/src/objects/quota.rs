//! `QuotaObject`: one for a client's address at a link, named by a keyed hash of both. It counts the prompts of
//! unsigned orders that nobody answered, and forgets them after an hour.
#![allow(missing_docs)] // the `durable_object` macro makes undocumented methods

use super::fading::{self, Fading};
use crate::calls::prompts::ToQuota;
use crate::config::Config;
use malipo_engine::json;
use malipo_engine::quota::Quota;
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

/// One address's unanswered prompts.
#[durable_object(alarm)]
pub struct QuotaObject {
    // Nothing lives in memory: each turn reads the row anew.
    inner: AssertUnwindSafe<Rc<(State, Env)>>,
}

impl DurableObject for QuotaObject {
    fn new(state: State, env: Env) -> Self {
        QuotaObject {
            inner: AssertUnwindSafe(Rc::new((state, env))),
        }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let inner = Rc::clone(&self.inner);
        let (state, env) = inner.as_ref();
        let message = json::read(&request.text().await?)?;
        fading::turn::<Quota>(state, env, Some(&message)).await
    }

    async fn alarm(&self) -> Result<Response> {
        let inner = Rc::clone(&self.inner);
        let (state, env) = inner.as_ref();
        fading::turn::<Quota>(state, env, None).await
    }
}

impl Fading for Quota {
    const CALLED: &str = "quota";
    type Message = ToQuota;

    fn hear(&mut self, message: &ToQuota, config: &Config, now_ms: u64) -> Result<String> {
        let limit = config.prompts.per_address_per_hour;
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
