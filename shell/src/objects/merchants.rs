//! `MerchantsObject`: one for an environment. It holds the merchants beside the default one and all API keys that were made, and sees to it
//! that a number belongs to one merchant. The settings in it are sealed.

mod store;

use crate::config::directory_object::ToMerchants;
use crate::platform::class::Object;
use crate::platform::error::Result;
use crate::platform::home::Home;
use crate::platform::http::ObjectReply;
use futures_util::future::LocalBoxFuture;
use malipo_engine::json;
use std::rc::Rc;

/// The merchants' rows. Nothing lives in memory.
pub(crate) struct Merchants(Rc<dyn Home>);

impl Merchants {
    pub(crate) fn new(home: Rc<dyn Home>) -> Merchants {
        Merchants(home)
    }
}

impl Object for Merchants {
    fn hear(self: Rc<Self>, message: String) -> LocalBoxFuture<'static, Result<ObjectReply>> {
        Box::pin(async move {
            let message: ToMerchants = json::read(&message)?;
            Ok(ObjectReply::ok(store::answer(self.0.as_ref(), &message)?))
        })
    }

    fn ring(self: Rc<Self>) -> LocalBoxFuture<'static, Result<()>> {
        Box::pin(async { Ok(()) })
    }
}
