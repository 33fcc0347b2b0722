//! The macro that makes a Durable Object's class of one of the shell's objects; `lib.rs` names the classes.

use malipo_shell::platform::error::{Error, Result};
use malipo_shell::platform::http::ObjectReply;

/// A Durable Object's class of one of the shell's classes.
macro_rules! durable_class {
    ($(#[$about:meta])* $name:ident of $class:ident) => {
        $(#[$about])*
        #[worker::durable_object(alarm)]
        pub struct $name {
            object: std::panic::AssertUnwindSafe<std::rc::Rc<dyn malipo_shell::platform::class::Object>>,
            home: std::panic::AssertUnwindSafe<std::rc::Rc<$crate::home::Place>>,
        }

        impl worker::DurableObject for $name {
            fn new(state: worker::State, env: worker::Env) -> Self {
                let state = std::rc::Rc::new(state);
                let env = $crate::cloudflare::Cloudflare::of_object(env, std::rc::Rc::clone(&state));
                let home = std::rc::Rc::new($crate::home::Place::new(state));
                let class = malipo_shell::platform::class::Class::$class;
                let object = $crate::open(class, std::rc::Rc::clone(&home), env);
                $name {
                    object: std::panic::AssertUnwindSafe(object),
                    home: std::panic::AssertUnwindSafe(home),
                }
            }

            async fn fetch(&self, mut request: worker::Request) -> worker::Result<worker::Response> {
                let object = std::rc::Rc::clone(&self.object);
                let message = request.text().await?;
                $crate::class::said(object.hear(message).await)
            }

            async fn alarm(&self) -> worker::Result<worker::Response> {
                self.home.rang();
                let rung = std::rc::Rc::clone(&self.object).ring().await;
                rung.map_err($crate::class::failed)?;
                worker::Response::empty()
            }
        }
    };
}

/// What the platform carries to whoever asked.
pub(crate) fn said(said: Result<ObjectReply>) -> worker::Result<worker::Response> {
    let said = said.map_err(failed)?;
    Ok(worker::Response::from_bytes(said.text.into_bytes())?.with_status(said.status))
}

pub(crate) fn failed(why: Error) -> worker::Error {
    worker::Error::RustError(why.to_string())
}
