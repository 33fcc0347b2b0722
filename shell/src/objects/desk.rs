//! `DeskObject`: one for a merchant. It holds the shop's people, their passkeys and sessions, and the invitations that are out. Nothing about
//! money lies here, and no payment waits for it.

mod store;

use crate::calls::desk::ToDesk;
use crate::platform::class::Object;
use crate::platform::error::Result;
use crate::platform::home::Home;
use crate::platform::http::ObjectReply;
use futures_util::future::LocalBoxFuture;
use malipo_engine::json;
use std::rc::Rc;

/// The rows of one shop's people. Nothing lives in memory.
pub(crate) struct Desk(Rc<dyn Home>);

impl Desk {
    pub(crate) fn new(home: Rc<dyn Home>) -> Desk {
        Desk(home)
    }
}

impl Object for Desk {
    fn hear(self: Rc<Self>, message: String) -> LocalBoxFuture<'static, Result<ObjectReply>> {
        Box::pin(async move {
            let message: ToDesk = json::read(&message)?;
            Ok(ObjectReply::ok(store::answer(self.0.as_ref(), &message)?))
        })
    }

    fn ring(self: Rc<Self>) -> LocalBoxFuture<'static, Result<()>> {
        Box::pin(async { Ok(()) })
    }
}
