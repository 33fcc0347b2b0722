//! The object of the cases, which does what it is told.

use crate::ground::{batch, take_work};
use crate::keys::{RANG, RINGS, ROW};
use malipo_shell::platform::Env;
use malipo_shell::platform::class::Object;
use malipo_shell::platform::error::{Error, Result};
use malipo_shell::platform::home::{Alarm, Home};
use malipo_shell::platform::host::Soon;
use malipo_shell::platform::http::ObjectReply;
use std::cell::Cell;
use std::rc::Rc;

struct Probe {
    home: Rc<dyn Home>,
    env: Env,
    heard: Cell<u32>,
}

/// An instance of the object.
pub fn probe(home: Rc<dyn Home>, env: Env) -> Rc<dyn Object> {
    let heard = Cell::new(0);
    Rc::new(Probe { home, env, heard })
}

impl Object for Probe {
    fn hear(self: Rc<Self>, message: String) -> Soon<'static, Result<ObjectReply>> {
        self.heard.set(self.heard.get() + 1);
        Box::pin(async move { self.answer(&message).await })
    }

    fn ring(self: Rc<Self>) -> Soon<'static, Result<()>> {
        Box::pin(async move { self.rung().await })
    }
}

impl Probe {
    async fn answer(self: Rc<Self>, message: &str) -> Result<ObjectReply> {
        let (word, rest) = message.split_once(' ').unwrap_or((message, ""));
        match word {
            "echo" => Ok(ObjectReply::ok(rest)),
            "count" => Ok(ObjectReply::ok(self.heard.get().to_string())),
            "refuse" => Ok(ObjectReply::status(409)),
            "write" => {
                self.home.write(&batch(&[(ROW, rest)]), Alarm::Leave)?;
                Ok(ObjectReply::ok(rest))
            }
            "wait" => {
                self.env.sleep(rest.parse().unwrap()).await;
                Ok(ObjectReply::ok("waited"))
            }
            "keep" => {
                let me = Rc::clone(&self);
                self.env.keep(Box::pin(async move {
                    me.env.sleep(2_000).await;
                    let _ = me.home.write(&batch(&[(ROW, "kept on")]), Alarm::Leave);
                }));
                Ok(ObjectReply::ok("begun"))
            }
            "run" => {
                let work = rest.parse().ok().and_then(take_work);
                let work = work.ok_or_else(|| Error::new("nothing was left to be run"))?;
                work(Rc::clone(&self.env), Rc::clone(&self.home)).await;
                Ok(ObjectReply::ok("run"))
            }
            _ => Err(Error::new("no such word")),
        }
    }

    async fn rung(&self) -> Result<()> {
        let rows = self.home.rows((RINGS, RANG))?.unwrap_or_default();
        let of = |key| {
            rows.iter()
                .find(|(k, _)| *k == key)
                .map(|(_, text)| text.as_str())
        };
        let rang: u32 = of(RANG).map_or(0, |text| text.parse().unwrap());
        let alarm = match of(RINGS) {
            Some("again") if rang < 2 => Alarm::At(self.env.now_ms() + 1_000),
            Some("sleeps") => {
                self.env.sleep(600_000).await;
                return Ok(());
            }
            Some("fails once") => {
                self.home.write(&batch(&[(RINGS, "well")]), Alarm::Leave)?;
                return Err(Error::new("its handler fails"));
            }
            _ => Alarm::Leave,
        };
        self.home
            .write(&batch(&[(RANG, &(rang + 1).to_string())]), alarm)
    }
}
