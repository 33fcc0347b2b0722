//! `Object`: what a Durable Object's class is to us, and the macro that makes the platform's class of it. `lib.rs` names the classes.

use super::error::Result;
use super::http::ObjectReply;
use super::{Env, State};
use futures_util::future::LocalBoxFuture;
use std::rc::Rc;

/// One object. Nothing that counts lies in its memory: what a panic leaves is read anew from storage.
pub(crate) trait Object: 'static {
    fn new(state: State, env: Env) -> Self;
    /// Answers a message of another object or of the edge.
    ///
    /// # Errors
    /// It cannot be read, or the storage does not answer: whoever sent it does not know what became of it.
    fn hear(self: Rc<Self>, message: String) -> LocalBoxFuture<'static, Result<ObjectReply>>;
    /// Its alarm rings. It never fails: what is left to be done has an alarm of its own before this begins.
    fn ring(self: Rc<Self>) -> LocalBoxFuture<'static, ()>;
}

/// A Durable Object's class over an [`Object`].
#[macro_export]
macro_rules! durable_class {
    ($(#[$about:meta])* $name:ident of $object:ty) => {
        $(#[$about])*
        #[worker::durable_object(alarm)]
        pub struct $name {
            object: std::panic::AssertUnwindSafe<std::rc::Rc<$object>>,
        }

        impl worker::DurableObject for $name {
            fn new(state: worker::State, env: worker::Env) -> Self {
                let state = std::rc::Rc::new(state);
                let env = $crate::platform::cloudflare::Cloudflare::of_object(env, std::rc::Rc::clone(&state));
                let object = <$object as $crate::platform::class::Object>::new(state, env);
                $name {
                    object: std::panic::AssertUnwindSafe(std::rc::Rc::new(object)),
                }
            }

            async fn fetch(&self, mut request: worker::Request) -> worker::Result<worker::Response> {
                let object = std::rc::Rc::clone(&self.object);
                let message = request.text().await?;
                $crate::platform::class::said($crate::platform::class::Object::hear(object, message).await)
            }

            async fn alarm(&self) -> worker::Result<worker::Response> {
                $crate::platform::class::Object::ring(std::rc::Rc::clone(&self.object)).await;
                worker::Response::empty()
            }
        }
    };
}

/// What the platform carries to whoever asked.
pub(crate) fn said(said: Result<ObjectReply>) -> worker::Result<worker::Response> {
    let said = said.map_err(|why| worker::Error::RustError(why.to_string()))?;
    Ok(worker::Response::from_bytes(said.text.into_bytes())?.with_status(said.status))
}
