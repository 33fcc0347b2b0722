//! `MerchantsObject`: one for an environment. It holds the merchants beside the default one and all API keys that were made, and sees to it
//! that a number belongs to one merchant. The settings in it are sealed.

mod store;

use crate::config::directory_object::ToMerchants;
use crate::platform::class::Object;
use crate::platform::error::Result;
use crate::platform::http::ObjectReply;
use crate::platform::{Env, State};
use futures_util::future::LocalBoxFuture;
use malipo_engine::json;
use std::rc::Rc;

/// The merchants' rows. Nothing lives in memory.
pub(crate) struct Merchants(State);

impl Object for Merchants {
    fn new(state: State, _env: Env) -> Merchants {
        Merchants(state)
    }

    fn hear(self: Rc<Self>, message: String) -> LocalBoxFuture<'static, Result<ObjectReply>> {
        Box::pin(async move {
            let message: ToMerchants = json::read(&message)?;
            Ok(ObjectReply::ok(store::answer(&self.0.storage(), &message)?))
        })
    }

    fn ring(self: Rc<Self>) -> LocalBoxFuture<'static, ()> {
        Box::pin(async {})
    }
}
