//! `Fading`: the state of a small object (a handset's, an address's, an idempotency key's). It is one row, and goes with all of the
//! object's storage when the last of it has ended.

use super::small_rows;
use crate::config::{self, Deployment};
use crate::platform::Env;
use crate::platform::class::Object;
use crate::platform::error::{Error, Result};
use crate::platform::home::{Alarm, Batch, Home, ring_again_ms};
use crate::platform::http::ObjectReply;
use crate::platform::log::{self, Field::Why, What};
use core::marker::PhantomData;
use futures_util::future::LocalBoxFuture;
use malipo_engine::json;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::rc::Rc;

/// Its only row.
const STATE: u32 = 0;

/// After its end could not be written, in milliseconds.
const RING_AGAIN_MS: u64 = 60_000;

/// A state that ends, and what is said to it.
pub(crate) trait Fading: Default + Serialize + DeserializeOwned {
    /// What such an object is called in the log, before its id: its name is a hash.
    const CALLED: &'static str;
    /// What it can be told or asked.
    type Message;
    /// Hears a message and answers it, as JSON.
    fn hear(
        &mut self,
        message: &Self::Message,
        deployment: &Deployment,
        now_ms: u64,
    ) -> Result<String>;
    /// When the last of it stops to matter, in Unix milliseconds; none when nothing does.
    fn ends_at_ms(&self) -> Option<u64>;
    /// Forgets what no longer matters.
    fn forget(&mut self, now_ms: u64);
}

/// A small object: nothing lives in memory, each turn reads the row anew.
pub(crate) struct Small<S> {
    home: Rc<dyn Home>,
    env: Env,
    of: PhantomData<S>,
}

impl<S> Small<S> {
    pub(crate) fn new(home: Rc<dyn Home>, env: Env) -> Small<S> {
        let of = PhantomData;
        Small { home, env, of }
    }
}

impl<S: Fading<Message: DeserializeOwned> + 'static> Object for Small<S> {
    fn hear(self: Rc<Self>, message: String) -> LocalBoxFuture<'static, Result<ObjectReply>> {
        Box::pin(async move {
            let message = json::read(&message)?;
            Ok(turn::<S>(self.home.as_ref(), &self.env, Some(&message)))
        })
    }

    fn ring(self: Rc<Self>) -> LocalBoxFuture<'static, Result<()>> {
        Box::pin(async move {
            let home = self.home.as_ref();
            if turn::<S>(home, &self.env, None).is_good() {
                return Ok(());
            }
            // Nobody else would ever end it.
            let again = Alarm::At(self.env.now_ms() + RING_AGAIN_MS);
            home.write(&Batch::default(), again)
                .inspect_err(|why| log::error(self.env.as_ref(), What::AlarmUnset, &[Why(why)]))
        })
    }
}

/// One reading and writing of the state, and the alarm that ends it. Without a message it only forgets.
fn turn<S: Fading>(home: &dyn Home, env: &Env, message: Option<&S::Message>) -> ObjectReply {
    let deployment = config::deployment(env);
    let say_failed = |why: &dyn core::fmt::Display| {
        let why = format!("{} {}: {why}", S::CALLED, home.id());
        log::error(env.as_ref(), What::SmallObjectFailed, &[Why(&why)]);
    };
    let mut step = |known: Option<&str>, now_ms: u64| {
        let mut state = known.map_or_else(S::default, |text| decode(text, &say_failed));
        let before = known.map(|_| state.ends_at_ms());
        let answer = match (message, deployment.as_ref()) {
            (None, _) => "null".to_owned(),
            (Some(message), Ok(deployment)) => state.hear(message, deployment, now_ms)?,
            (Some(_), Err(_)) => return Err(Error::new("the configuration is wrong")),
        };
        state.forget(now_ms);
        let ends_at_ms = state.ends_at_ms();
        Ok(Step {
            answer,
            state: serde_json::to_string(&state)?,
            // It has rung: there is no alarm any more.
            sets_alarm: message.is_none() || before != Some(ends_at_ms),
            ends_at_ms: match message {
                None => ends_at_ms.map(|at_ms| ring_again_ms(at_ms, now_ms)),
                Some(_) => ends_at_ms,
            },
        })
    };
    match take(env.now_ms(), home, &mut step) {
        Ok(answer) => ObjectReply::ok(answer),
        Err(why) => {
            say_failed(&why);
            ObjectReply::failed("not written")
        }
    }
}

struct Step {
    answer: String,
    state: String,
    ends_at_ms: Option<u64>,
    sets_alarm: bool,
}

fn take(
    now_ms: u64,
    home: &dyn Home,
    step: &mut dyn FnMut(Option<&str>, u64) -> Result<Step>,
) -> Result<String> {
    let known = small_rows::read(home, STATE)?;
    let step = step(known.as_deref(), now_ms)?;
    // Nothing is waited for between the reading and this: nobody else's turn is deleted.
    match step.ends_at_ms {
        Some(at_ms) if step.sets_alarm => {
            small_rows::write(home, STATE, step.state, Alarm::At(at_ms))?;
        }
        Some(_) if known.as_ref() != Some(&step.state) => {
            small_rows::write(home, STATE, step.state, Alarm::Leave)?;
        }
        None if known.is_some() => home.erase()?,
        Some(_) | None => {}
    }
    Ok(step.answer)
}

/// What an older version wrote and this one cannot read is forgotten: it would have ended soon.
fn decode<S: Fading>(text: &str, say_failed: &dyn Fn(&dyn core::fmt::Display)) -> S {
    json::read(text).unwrap_or_else(|why| {
        say_failed(&why);
        S::default()
    })
}
