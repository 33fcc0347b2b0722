//! `PaymentObject`: one writer for one payment. It reads the journal, lets the engine decide, writes
//! down what happened, and only then acts.
#![allow(missing_docs)] // the `durable_object` macro makes undocumented methods

mod answer;
mod books;
mod claim;
mod deliver;
mod faults;
mod forget;
mod push;
mod query;
mod refund;
mod shop;
mod store;
mod turn;
mod waiters;
mod work;

use crate::config::{self, Config, Known};
use crate::log::{
    self,
    Told::{self, Why},
    What,
};
use crate::message::{PaymentCall, ToPayment};
use crate::{counts, platform, reach, reply};
use malipo_engine::json;
use malipo_engine::names::Address;
use malipo_engine::payment::{Effect, Event, Payment, RefundAsk};
use malipo_shared::api::{ApiError, ErrorCode};
use std::cell::{Cell, RefCell};
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

pub(crate) use deliver::send as tell_shop;

/// How long an answer of an object may take, beyond what was asked to be waited for, in milliseconds.
pub(crate) const CALL_MS: u64 = 10_000;
/// What one alarm may take, in milliseconds.
const ALARM_MS: u64 = 40_000;
/// After an alarm that did not come to its end, in milliseconds.
const ALARM_AGAIN_MS: u64 = 45_000;
/// After work that was started at once and did not come to its end, in milliseconds.
const WORK_AGAIN_MS: u64 = 5_000;

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
    /// The refund that is under way in this instance, likewise.
    refunding: Cell<Option<u32>>,
    /// Until when the queue of queries has asked us to wait, in Unix milliseconds.
    query_not_before_ms: Cell<u64>,
    lanes: work::Lanes,
    address: RefCell<Option<String>>,
}

impl DurableObject for PaymentObject {
    fn new(state: State, env: Env) -> Self {
        let inner = Inner {
            state,
            env,
            waiters: waiters::Waiters::default(),
            pushing: Cell::new(None),
            refunding: Cell::new(None),
            query_not_before_ms: Cell::new(0),
            lanes: work::Lanes::default(),
            address: RefCell::new(None),
        };
        PaymentObject {
            inner: AssertUnwindSafe(Rc::new(inner)),
        }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let message: ToPayment = json::read(&request.text().await?)?;
        let inner = Rc::clone(&self.inner);
        *inner.address.borrow_mut() = Some(message.address.clone());
        let config = inner.config().await;
        match config.as_ref() {
            Ok(config) => inner.answer(config, message).await,
            Err(_) => reply::error(ApiError::new(
                ErrorCode::Misconfigured,
                "The deployment's configuration is wrong.",
            )),
        }
    }

    /// Never throws and never pushes: it does what is due, and settles what time has settled. The next alarm is set
    /// before anything that could fail, a wrong configuration included.
    async fn alarm(&self) -> Result<Response> {
        let inner = Rc::clone(&self.inner);
        let again_at_ms = platform::now_ms() + ALARM_AGAIN_MS;
        if let Err(why) = platform::set_alarm(&inner.state.storage(), again_at_ms).await {
            log::error(
                What::AlarmUnset,
                &[Told::Payment(&inner.called()), Why(&why)],
            );
        }
        let config = inner.config().await;
        if let Ok(config) = config.as_ref()
            && platform::within(ALARM_MS, inner.ring(config, again_at_ms))
                .await
                .is_none()
        {
            log::error(What::AlarmOverran, &[Told::Payment(&inner.called())]);
        }
        Response::empty()
    }
}

/// Calls a payment's object, for at most `limit_ms`. The stub is fresh: a broken one stays broken.
pub(crate) async fn call(env: &Env, message: &ToPayment, limit_ms: u64) -> Result<Response> {
    let text = serde_json::to_string(message)?;
    reach::post(env, "PAYMENTS", &message.address, &text, limit_ms).await
}

impl Inner {
    /// One turn, and the next alarm as the very next thing. What may be asked only once comes back; what may be asked
    /// again is started.
    async fn commit<T>(
        self: &Rc<Self>,
        config: &Config,
        body: impl FnOnce(&mut turn::Turn<'_>) -> Result<T>,
    ) -> Result<(T, Vec<Effect>)> {
        let (value, taken) = self.take(config, body)?;
        Ok((value, self.settle(taken).await?))
    }

    async fn settle(self: &Rc<Self>, taken: turn::Taken) -> Result<Vec<Effect>> {
        if taken.is_recorded {
            let has_work = self.lanes.have_work(&taken);
            let wake_at_ms = taken.wake_at_ms.map(|at_ms| {
                // What is started now rings again only if it does not come to its end.
                let soonest_ms = platform::now_ms() + if has_work { WORK_AGAIN_MS } else { 0 };
                at_ms.max(soonest_ms)
            });
            if let Some(at_ms) = wake_at_ms
                && let Err(why) = platform::set_alarm(&self.state.storage(), at_ms).await
            {
                // Without an alarm nothing leaves: the next turn finds the push interrupted.
                self.pushing.set(None);
                self.refunding.set(None);
                return Err(why);
            }
            self.start_work(&taken);
        }
        Ok(taken.effects)
    }

    /// Sets the alarm after a turn of its own: not before `not_before_ms`, even if nothing was recorded.
    async fn wake(&self, wake_at_ms: Option<u64>, not_before_ms: u64) -> Result<()> {
        let storage = self.state.storage();
        match wake_at_ms {
            Some(at_ms) => platform::set_alarm(&storage, at_ms.max(not_before_ms)).await,
            None => platform::delete_alarm(&storage).await,
        }
    }

    fn take<T>(
        &self,
        config: &Config,
        body: impl FnOnce(&mut turn::Turn<'_>) -> Result<T>,
    ) -> Result<(T, turn::Taken)> {
        let mut body = Some(body);
        let mut value = None;
        let taken = self.take_turn(config, &mut |turn| {
            if let Some(body) = body.take() {
                value = Some(body(turn)?);
            }
            Ok(())
        })?;
        let missing = || worker::Error::RustError("the turn did not run".to_owned());
        Ok((value.ok_or_else(missing)?, taken))
    }

    // Not generic: one copy for all the turns there are.
    #[allow(clippy::wildcard_enum_match_arm)] // the other effects are carried out by whoever took the turn
    fn take_turn(
        &self,
        config: &Config,
        body: &mut dyn FnMut(&mut turn::Turn<'_>) -> Result<()>,
    ) -> Result<turn::Taken> {
        let mut taken = turn::take(
            &self.state.storage(),
            config,
            (self.pushing.get(), self.refunding.get()),
            platform::now_ms(),
            body,
        )?;
        counts::write(&self.env, config, &taken.counts);
        taken.wake_at_ms = self.with_books(taken.wake_at_ms, taken.unbooked_since_ms);
        if taken.is_changed {
            self.waiters.wake_all();
        }
        for effect in &taken.effects {
            match effect {
                Effect::Alert(what) => log::error(
                    What::PaymentAlert,
                    &[Told::Payment(&self.called()), Why(what)],
                ),
                // At once: whoever reads before the push starts must not take it for one that a restart interrupted.
                Effect::SendPush { attempt } => self.pushing.set(Some(*attempt)),
                Effect::SendRefund { refund } => self.refunding.set(Some(*refund)),
                _ => {}
            }
        }
        Ok(taken)
    }

    /// Records one event.
    async fn record(self: &Rc<Self>, config: &Config, event: Event) -> Result<()> {
        let ((), effects) = self.commit(config, |turn| turn.record(event)).await?;
        Rc::clone(self).start(effects);
        Ok(())
    }

    /// The deployment and this payment's merchant: its address names it.
    async fn config(&self) -> Known {
        let known = self.address.borrow().clone();
        let stored = || store::Store::of(&self.state.storage()).about();
        // An object that its alarm wakes does not know its own name.
        let address = match known {
            Some(address) => Some(address),
            None => stored().ok().flatten().map(|about| about.address),
        };
        match address.as_deref().and_then(Address::parse) {
            Some(address) => config::of_link(&self.env, &address.link).await,
            None => config::of(&self.env),
        }
    }

    /// How logs call this payment: its address holds nothing personal.
    fn called(&self) -> String {
        self.address
            .borrow()
            .clone()
            .unwrap_or_else(|| "?".to_owned())
    }

    async fn answer(self: Rc<Self>, config: &Config, message: ToPayment) -> Result<Response> {
        let address = message.address;
        match message.what {
            PaymentCall::Open {
                order,
                ask,
                phone,
                expires_at_ms,
                quota,
            } => {
                let asked = answer::Asked { ask, phone, quota };
                self.open(config, &address, order, expires_at_ms, asked)
                    .await
            }
            PaymentCall::Read { after, wait_ms } => self.read(config, after, wait_ms).await,
            PaymentCall::Push {
                ask,
                phone,
                not_charged,
                quota,
            } => {
                let asked = answer::Asked { ask, phone, quota };
                self.ask_push(config, asked, not_charged).await
            }
            PaymentCall::Callback { attempt, body } => {
                self.hear_callback(config, attempt, &body).await
            }
            PaymentCall::Type { receipt } => self.type_receipt(config, receipt).await,
            PaymentCall::Offer {
                receipt,
                amount_kes,
                paid_at_ms,
                or_paid_at_ms,
                rank,
                is_trusted,
            } => {
                let seen = |payment: &Payment| Event::ReceiptSeen {
                    receipt,
                    amount_kes,
                    paid_at_ms: match (paid_at_ms, or_paid_at_ms) {
                        (Some(at_ms), Some(or_ms)) => {
                            Some(payment.likelier_ms(amount_kes, at_ms, or_ms))
                        }
                        (told, _) => told,
                    },
                    rank,
                    is_trusted,
                };
                self.hear_as(config, seen).await
            }
            PaymentCall::Taken { receipt } => {
                self.hear(config, Event::ReceiptTaken { receipt }).await
            }
            PaymentCall::Look { receipt } => self.look_again(config, receipt).await,
            PaymentCall::Show => self.show(config).await,
            PaymentCall::Redeliver { sequence } => self.redeliver(config, sequence).await,
            PaymentCall::Close => self.close(config).await,
            PaymentCall::Refund {
                receipt,
                amount_kes,
                reason,
                ask,
            } => {
                let asked = RefundAsk {
                    receipt,
                    amount_kes,
                    reason,
                    ask,
                };
                self.ask_refund(config, asked).await
            }
            PaymentCall::RefundTold { refund, word, body } => {
                self.hear_refund(config, refund, word, &body).await
            }
            PaymentCall::JudgeRefund {
                refund,
                is_refunded,
            } => self.judge_refund(config, refund, is_refunded).await,
            PaymentCall::Forget => self.forget_asked(config).await,
            PaymentCall::Poke => self.poke(config).await,
            PaymentCall::Validate { amount } => self.validate(config, &amount).await,
            PaymentCall::Fault { fault, times } => self.plant(&fault, times),
        }
    }
}
