//! `KeyObject`: one for an idempotency key of the shop's server. It remembers what the key was used for, and forgets it after
//! a week.
#![allow(missing_docs)] // the `durable_object` macro makes undocumented methods

use super::fading::{self, Fading};
use crate::calls::key::ToKey;
use crate::config::Config;
use malipo_engine::idempotency::UsedKey;
use malipo_engine::json;
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

/// What one key was used for.
#[durable_object(alarm)]
pub struct KeyObject {
    // Nothing lives in memory: each turn reads the row anew.
    inner: AssertUnwindSafe<Rc<(State, Env)>>,
}

impl DurableObject for KeyObject {
    fn new(state: State, env: Env) -> Self {
        KeyObject {
            inner: AssertUnwindSafe(Rc::new((state, env))),
        }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let inner = Rc::clone(&self.inner);
        let (state, env) = inner.as_ref();
        let message = json::read(&request.text().await?)?;
        fading::turn::<UsedKey>(state, env, Some(&message)).await
    }

    async fn alarm(&self) -> Result<Response> {
        let inner = Rc::clone(&self.inner);
        let (state, env) = inner.as_ref();
        fading::turn::<UsedKey>(state, env, None).await
    }
}

impl Fading for UsedKey {
    const CALLED: &str = "key";
    type Message = ToKey;

    fn hear(&mut self, message: &ToKey, _config: &Config, now_ms: u64) -> Result<String> {
        Ok(self.take(&message.body, now_ms).to_string())
    }

    fn ends_at_ms(&self) -> Option<u64> {
        UsedKey::ends_at_ms(self)
    }

    fn forget(&mut self, now_ms: u64) {
        UsedKey::forget(self, now_ms);
    }
}
