//! `SubscriberObject`: one for a handset, named by a keyed hash of its number. It keeps two payments from prompting
//! it at once, and forgets all when the last wait ends.
#![allow(missing_docs)] // the `durable_object` macro makes undocumented methods

use crate::config;
use crate::message::ToSubscriber;
use crate::object::{self, Fading};
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
        let message: ToSubscriber = request.json().await?;
        let config = config::of(env);
        let Ok(config) = config.as_ref() else {
            return Response::error("the configuration is wrong", 500);
        };
        let limits = Limits {
            unanswered_max: config.prompts.per_number,
            pause_ms: config.prompts.pause_ms,
        };
        match message {
            ToSubscriber::Ask(ask) => {
                let turn = |handset: &mut Subscriber, now_ms| handset.ask(&ask, now_ms, limits);
                Response::from_json(&object::turn(&state.storage(), turn).await?)
            }
            ToSubscriber::Hear(end) => {
                let turn = |handset: &mut Subscriber, now_ms| handset.hear(&end, now_ms);
                Response::from_json(&object::turn(&state.storage(), turn).await?)
            }
        }
    }

    async fn alarm(&self) -> Result<Response> {
        let inner = Rc::clone(&self.inner);
        let forget = |_: &mut Subscriber, _| ();
        if let Err(why) = object::turn(&inner.0.storage(), forget).await {
            worker::console_error!("a subscriber's alarm: {why}");
        }
        Response::empty()
    }
}

impl Fading for Subscriber {
    fn ends_at_ms(&self) -> Option<u64> {
        Subscriber::ends_at_ms(self)
    }

    fn forget(&mut self, now_ms: u64) {
        Subscriber::forget(self, now_ms);
    }
}
