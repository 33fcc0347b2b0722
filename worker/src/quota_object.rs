//! `QuotaObject`: one for a client's address at a link, named by a keyed hash of both. It counts the prompts of
//! unsigned orders that nobody answered, and forgets them after an hour.
#![allow(missing_docs)] // the `durable_object` macro makes undocumented methods

use crate::config;
use crate::message::ToQuota;
use crate::object::{self, Fading};
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
        let message: ToQuota = request.json().await?;
        let config = config::of(env);
        let Ok(config) = config.as_ref() else {
            return Response::error("the configuration is wrong", 500);
        };
        let limit = config.prompts.per_address_per_hour;
        match message {
            ToQuota::Ask { payment, attempt } => {
                let turn = |quota: &mut Quota, now_ms| quota.ask(&payment, attempt, limit, now_ms);
                Response::from_json(&object::turn(&state.storage(), turn).await?)
            }
            ToQuota::Answered { payment, attempt } => {
                let turn = |quota: &mut Quota, now_ms| quota.answered(&payment, attempt, now_ms);
                Response::from_json(&object::turn(&state.storage(), turn).await?)
            }
        }
    }

    async fn alarm(&self) -> Result<Response> {
        let inner = Rc::clone(&self.inner);
        let forget = |_: &mut Quota, _| ();
        if let Err(why) = object::turn(&inner.0.storage(), forget).await {
            worker::console_error!("a quota's alarm: {why}");
        }
        Response::empty()
    }
}

impl Fading for Quota {
    fn ends_at_ms(&self) -> Option<u64> {
        Quota::ends_at_ms(self)
    }

    fn forget(&mut self, now_ms: u64) {
        Quota::forget(self, now_ms);
    }
}
