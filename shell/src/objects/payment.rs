//! `PaymentObject`: the one writer of one payment. It reads the journal, lets the engine decide, appends what happened, and only then acts.
//! This is its class, and the table from calls to the files that answer them.

mod answer;
mod assign;
mod claim;
mod deliver;
mod denied;
mod faults;
mod forget;
mod inner;
mod lanes;
mod memory;
mod named;
mod once;
mod projection;
mod push;
mod query;
mod refund;
mod shop;
mod store;
mod turn;
mod waiters;
mod work;

use crate::calls::payment::{PaymentCall, PaymentKnown, ToPayment};
use crate::config::Config;
use crate::platform;
use crate::platform::Env;
use crate::platform::class::Object;
use crate::platform::error::Result;
use crate::platform::home::{Alarm, Batch, Home};
use crate::platform::http::ObjectReply;
use crate::platform::log::{
    self,
    Field::{self, Why},
    What,
};
use futures_util::future::LocalBoxFuture;
use inner::Inner;
use malipo_engine::json;
use malipo_engine::payment::{self, Assignment, Event, RefundAsk};
use malipo_shared::api::{ApiError, ErrorCode};
use std::rc::Rc;

/// What one alarm may take, in milliseconds.
const ALARM_MS: u64 = 40_000;
/// After an alarm that did not come to its end, in milliseconds.
const ALARM_AGAIN_MS: u64 = 45_000;

/// One payment's journal and all that acts on it. Nothing in it is half-changed by a panic: what counts lies in storage, and each turn
/// reads it anew.
pub(crate) struct Payment(Rc<Inner>);

impl Payment {
    pub(crate) fn new(home: Rc<dyn Home>, env: Env) -> Payment {
        Payment(Rc::new(Inner::new(home, env)))
    }
}

impl Object for Payment {
    fn hear(self: Rc<Self>, message: String) -> LocalBoxFuture<'static, Result<ObjectReply>> {
        let inner = Rc::clone(&self.0);
        Box::pin(async move {
            let message: ToPayment = json::read(&message)?;
            *inner.address.borrow_mut() = Some(message.address.clone());
            match &inner.config().await {
                Ok(config) => inner.answer(config, message).await,
                Err(_) => ObjectReply::error(ApiError::new(
                    ErrorCode::Misconfigured,
                    "The deployment's configuration is wrong.",
                )),
            }
        })
    }

    /// Never throws and never pushes: it does what is due, and settles what time has settled. The next alarm is set
    /// before anything that could fail, a wrong configuration included.
    fn ring(self: Rc<Self>) -> LocalBoxFuture<'static, Result<()>> {
        let inner = Rc::clone(&self.0);
        Box::pin(async move { inner.rung().await })
    }
}

impl Inner {
    async fn rung(self: Rc<Self>) -> Result<()> {
        let again_at_ms = self.env.now_ms() + ALARM_AGAIN_MS;
        let again = Alarm::At(again_at_ms);
        self.home
            .write(&Batch::default(), again)
            .inspect_err(|why| {
                let told = [Field::Payment(&self.called()), Why(why)];
                log::error(self.env.as_ref(), What::AlarmUnset, &told);
            })?;
        if let Ok(config) = &self.config().await
            && platform::within(self.env.as_ref(), ALARM_MS, self.ring(config, again_at_ms))
                .await
                .is_none()
        {
            log::error(
                self.env.as_ref(),
                What::AlarmOverran,
                &[Field::Payment(&self.called())],
            );
        }
        Ok(())
    }

    async fn answer(self: Rc<Self>, config: &Config, message: ToPayment) -> Result<ObjectReply> {
        let address = message.address;
        match message.what {
            PaymentCall::Open {
                order,
                ask,
                phone,
                expect_kes,
                expires_at_ms,
                wait_ms,
                quota,
            } => {
                let asked = answer::Asked {
                    ask,
                    phone,
                    expect_kes,
                    wait_ms,
                    quota,
                };
                self.open(config, &address, order, expires_at_ms, asked)
                    .await
            }
            PaymentCall::Read { after, wait_ms } => self.read(config, after, wait_ms).await,
            PaymentCall::Quote {
                order,
                expires_at_ms,
            } => self.quote(config, &order, expires_at_ms),
            PaymentCall::Push {
                ask,
                phone,
                not_charged,
                wait_ms,
                quota,
            } => {
                let asked = answer::Asked {
                    ask,
                    phone,
                    expect_kes: None,
                    wait_ms,
                    quota,
                };
                self.ask_push(config, asked, not_charged).await
            }
            PaymentCall::Callback { attempt, body } => {
                self.hear_callback(config, attempt, &body).await
            }
            PaymentCall::Type { receipt } => self.type_receipt(config, receipt).await,
            PaymentCall::Offer {
                receipt,
                amount_kes,
                said,
                reading,
                paid_at_ms,
                or_paid_at_ms,
                rank,
                is_trusted,
            } => {
                if !self.is_called(config, reading.as_deref())? {
                    return ObjectReply::json(&PaymentKnown { is_known: false });
                }
                let seen = |payment: &payment::Payment| Event::ReceiptSeen {
                    receipt,
                    amount_kes,
                    paid_at_ms: assign::likelier_ms(payment, amount_kes, paid_at_ms, or_paid_at_ms),
                    rank,
                    is_trusted,
                    said,
                };
                self.hear_as(config, seen)
            }
            PaymentCall::Assign {
                receipt,
                amount_kes,
                said,
                paid_at_ms,
                or_paid_at_ms,
                expect_kes,
            } => {
                let asked = |payment: &payment::Payment| Assignment {
                    receipt,
                    amount_kes,
                    said,
                    paid_at_ms: assign::likelier_ms(payment, amount_kes, paid_at_ms, or_paid_at_ms),
                    expect_kes,
                };
                self.assign(config, asked)
            }
            PaymentCall::Release { receipt } => self.release(config, receipt),
            PaymentCall::Taken { receipt } => self.hear(config, Event::ReceiptTaken { receipt }),
            PaymentCall::Look { receipt } => self.look_again(config, receipt),
            PaymentCall::Show => self.show(config),
            PaymentCall::Redeliver { sequence } => self.redeliver(config, sequence),
            PaymentCall::Close => self.close(config),
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
                self.ask_refund(config, asked)
            }
            PaymentCall::RefundTold { refund, word, body } => {
                self.hear_refund(config, refund, word, &body)
            }
            PaymentCall::JudgeRefund {
                refund,
                is_refunded,
            } => self.judge_refund(config, refund, is_refunded),
            PaymentCall::Forget => self.forget_asked(config),
            PaymentCall::Poke { enters_anew } => self.poke(config, enters_anew).await,
            PaymentCall::Validate { amount } => self.validate(config, &amount),
            PaymentCall::Fault { fault, times } => self.plant(config, &fault, times).await,
        }
    }
}
