//! `MerchantsObject`: one for an environment. It holds the merchants beside the default one and all API keys that were made, and sees to it
//! that a number belongs to one merchant. The settings in it are sealed.
#![allow(missing_docs)] // the `durable_object` macro makes undocumented methods

mod store;

use crate::config::directory_object::ToMerchants;
use malipo_engine::json;
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

/// The merchants' rows.
#[durable_object(fetch)]
pub struct MerchantsObject {
    // Nothing lives in memory.
    inner: AssertUnwindSafe<Rc<State>>,
}

impl DurableObject for MerchantsObject {
    fn new(state: State, _env: Env) -> Self {
        MerchantsObject {
            inner: AssertUnwindSafe(Rc::new(state)),
        }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let state = Rc::clone(&self.inner);
        let message: ToMerchants = json::read(&request.text().await?)?;
        Response::ok(store::answer(&state.storage(), &message)?)
    }
}
