//! `PaymentObject`: one writer for one payment. It reads the journal, lets the engine decide, writes
//! down what happened, and only then acts.
#![allow(missing_docs)] // the `durable_object` macro makes undocumented methods

mod answer;
mod push;
mod query;
mod store;
mod turn;
mod waiters;

use crate::config::{self, Config};
use crate::message::{PaymentCall, ToPayment};
use crate::{platform, reply};
use malipo_engine::payment::{Effect, Event};
use malipo_shared::api::{ApiError, ErrorCode};
use std::cell::{Cell, RefCell};
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use worker::{
    DurableObject, Env, Method, Request, RequestInit, Response, Result, State, durable_object,
};

/// How long an answer of an object may take, beyond what was asked to be waited for, in milliseconds.
pub(crate) const CALL_MS: u64 = 10_000;
/// What one alarm may take, in milliseconds.
const ALARM_MS: u64 = 40_000;
/// After an alarm that did not come to its end, in milliseconds.
const ALARM_AGAIN_MS: u64 = 45_000;

/// One payment's journal and all that acts on it.
#[durable_object(alarm)]
pub struct PaymentObject {
    // Nothing in it is half-changed by a panic: what counts lies in storage, and each turn reads it anew.
    inner: AssertUnwindSafe<Rc<Inner>>,
}

/// What the object's tasks share.
struct Inner {
    state: State,
    env: Env,
    waiters: waiters::Waiters,
    /// The attempt whose push is under way in this instance. After a restart there is none.
    pushing: Cell<Option<u32>>,
    /// Until when the queue of queries has asked us to wait, in Unix milliseconds.
    query_not_before_ms: Cell<u64>,
    address: RefCell<Option<String>>,
}

impl DurableObject for PaymentObject {
    fn new(state: State, env: Env) -> Self {
        let inner = Inner {
            state,
            env,
            waiters: waiters::Waiters::default(),
            pushing: Cell::new(None),
            query_not_before_ms: Cell::new(0),
            address: RefCell::new(None),
        };
        PaymentObject {
            inner: AssertUnwindSafe(Rc::new(inner)),
        }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let message: ToPayment = request.json().await?;
        let inner = Rc::clone(&self.inner);
        let config = config::of(&inner.env);
        match config.as_ref() {
            Ok(config) => inner.answer(config, message).await,
            Err(_) => reply::error(ApiError::new(
                ErrorCode::Misconfigured,
                "The deployment's configuration is wrong.",
            )),
        }
    }

    /// Never throws and never pushes: it asks M-PESA, and settles what time has settled. The next alarm is set before
    /// anything that could fail, a wrong configuration included.
    async fn alarm(&self) -> Result<Response> {
        let inner = Rc::clone(&self.inner);
        let again_at_ms = platform::now_ms() + ALARM_AGAIN_MS;
        if let Err(why) = platform::set_alarm(&inner.state.storage(), again_at_ms).await {
            worker::console_error!("an alarm could not be set: {why}");
        }
        let config = config::of(&inner.env);
        if let Ok(config) = config.as_ref()
            && platform::within(ALARM_MS, inner.ring(config, again_at_ms))
                .await
                .is_none()
        {
            worker::console_error!("an alarm did not come to its end; it rings again");
        }
        Response::empty()
    }
}

/// Calls a payment's object, for at most `limit_ms`. The stub is fresh: a broken one stays broken.
pub(crate) async fn call(env: &Env, message: &ToPayment, limit_ms: u64) -> Result<Response> {
    let stub = env
        .durable_object("PAYMENTS")?
        .get_by_name(&message.address)?;
    let mut init = RequestInit::new();
    init.with_method(Method::Post)
        .with_body(Some(serde_json::to_string(message)?.into()));
    let request = Request::new_with_init("https://payment.invalid/", &init)?;
    let answer = platform::within(limit_ms, stub.fetch_with_request(request)).await;
    answer.unwrap_or_else(|| {
        Err(worker::Error::RustError(format!(
            "no answer within {limit_ms} ms"
        )))
    })
}

impl Inner {
    /// One turn, and the next alarm as the very next thing. What is left to do comes back.
    async fn commit<T>(
        &self,
        config: &Config,
        body: impl FnOnce(&mut turn::Turn<'_>) -> Result<T>,
    ) -> Result<(T, Vec<Effect>)> {
        self.commit_waking(config, None, body).await
    }

    /// The same, with an alarm not before `not_before_ms` even if nothing was recorded.
    async fn commit_waking<T>(
        &self,
        config: &Config,
        not_before_ms: Option<u64>,
        body: impl FnOnce(&mut turn::Turn<'_>) -> Result<T>,
    ) -> Result<(T, Vec<Effect>)> {
        let now_ms = platform::now_ms();
        let taken = turn::take(
            &self.state.storage(),
            config,
            self.pushing.get(),
            now_ms,
            body,
        )?;
        if taken.is_changed {
            self.waiters.wake_all();
        }
        let sends = taken.effects.iter().find_map(|effect| match effect {
            Effect::SendPush { attempt } => Some(*attempt),
            Effect::Query { .. } | Effect::Alert(_) | Effect::WakeAt(_) => None,
        });
        if sends.is_some() {
            // At once: whoever reads before the push starts must not take it for one that a restart interrupted.
            self.pushing.set(sends);
        }
        if let Err(why) = self
            .wake(taken.wake_at_ms, taken.is_recorded, not_before_ms)
            .await
        {
            if sends.is_some() {
                // Without an alarm nothing leaves: the next turn finds the push interrupted.
                self.pushing.set(None);
            }
            return Err(why);
        }
        let mut left = Vec::new();
        for effect in taken.effects {
            match effect {
                Effect::Alert(what) => worker::console_error!("payment {}: {what}", self.called()),
                Effect::SendPush { .. } | Effect::Query { .. } => left.push(effect),
                Effect::WakeAt(_) => {}
            }
        }
        Ok((taken.value, left))
    }

    /// Sets the next alarm. A turn that only looked has moved nothing: the alarm stands.
    async fn wake(
        &self,
        at_ms: Option<u64>,
        is_recorded: bool,
        not_before_ms: Option<u64>,
    ) -> Result<()> {
        let storage = self.state.storage();
        match (at_ms, not_before_ms) {
            (Some(at_ms), Some(not_before_ms)) => {
                platform::set_alarm(&storage, at_ms.max(not_before_ms)).await
            }
            (Some(at_ms), None) if is_recorded => platform::set_alarm(&storage, at_ms).await,
            (None, Some(_)) => platform::delete_alarm(&storage).await,
            (Some(_) | None, None) => Ok(()),
        }
    }

    /// Records one event.
    async fn record(&self, config: &Config, event: Event) -> Result<()> {
        self.commit(config, |turn| turn.record(event))
            .await
            .map(|_| ())
    }

    /// How logs call this payment: its address holds nothing personal.
    fn called(&self) -> String {
        self.address
            .borrow()
            .clone()
            .unwrap_or_else(|| "?".to_owned())
    }

    async fn answer(self: Rc<Self>, config: &Config, message: ToPayment) -> Result<Response> {
        *self.address.borrow_mut() = Some(message.address.clone());
        match message.what {
            PaymentCall::Open {
                order, ask, phone, ..
            } => self.open(config, &message.address, order, ask, phone).await,
            PaymentCall::Read { after, wait_ms } => self.read(config, after, wait_ms).await,
            PaymentCall::Push {
                ask,
                phone,
                not_charged,
                ..
            } => self.ask_push(config, ask, phone, not_charged).await,
            PaymentCall::Callback { attempt, body } => {
                self.hear_callback(config, attempt, &body).await
            }
            PaymentCall::Panic => self.panic(),
        }
    }

    #[allow(clippy::panic)] // asked for by a test of the emulator's environment, which proves that others are unharmed
    fn panic(&self) -> Result<Response> {
        panic!("asked to")
    }
}
