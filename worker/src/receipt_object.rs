//! `ReceiptObject`: one M-PESA receipt. It stores what M-PESA has shown of it before anything else, and says whose
//! it is; what follows from that it tells the payments, until they have heard.
#![allow(missing_docs)] // the `durable_object` macro makes undocumented methods

mod ask;
mod name;
mod settle;
mod store;
mod work;

use crate::calls;
use crate::calls::payment::{Known, PaymentCall, ToPayment};
use crate::calls::receipt::{ReceiptCall, ToReceipt};
use crate::config::{self, Config};
use crate::platform;
use crate::platform::log::{
    self,
    Told::{Receipt, Why},
    What,
};
use malipo_engine::claims::{MoneyFacts, ReceiptRecord, Tell, Told};
use malipo_engine::json;
use malipo_engine::payment::Rank;
use malipo_shared::MpesaReceipt;
use std::cell::Cell;
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use worker::{DurableObject, Env, Error, Request, Response, Result, State, durable_object};

/// How long a claim or a look-up may take, in milliseconds.
const CALL_MS: u64 = 5_000;

/// One receipt's record, and what is left to be told of it.
#[durable_object(alarm)]
pub struct ReceiptObject {
    // What counts lies in storage, and each turn reads it anew.
    inner: AssertUnwindSafe<Rc<Inner>>,
}

struct Inner {
    state: State,
    env: Env,
    is_telling: Cell<bool>,
    is_asking: Cell<bool>,
}

/// Something that goes on, once at a time; over when it is dropped, however it ends.
struct Busy {
    inner: Rc<Inner>,
    flag: fn(&Inner) -> &Cell<bool>,
}

impl Busy {
    fn begin(inner: &Rc<Inner>, flag: fn(&Inner) -> &Cell<bool>) -> Busy {
        flag(inner).set(true);
        let inner = Rc::clone(inner);
        Busy { inner, flag }
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        (self.flag)(&self.inner).set(false);
    }
}

impl DurableObject for ReceiptObject {
    fn new(state: State, env: Env) -> Self {
        let inner = Inner {
            state,
            env,
            is_telling: Cell::new(false),
            is_asking: Cell::new(false),
        };
        ReceiptObject {
            inner: AssertUnwindSafe(Rc::new(inner)),
        }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let message: ToReceipt = json::read(&request.text().await?)?;
        let inner = Rc::clone(&self.inner);
        let config = config::of_link(&inner.env, &message.link).await;
        match config.as_ref() {
            Ok(config) => inner.answer(config, message).await,
            Err(_) => Response::error("the merchant's configuration is wrong", 500),
        }
    }

    /// Does what is left to be done. The next alarm is set before anything that could fail.
    async fn alarm(&self) -> Result<Response> {
        let inner = Rc::clone(&self.inner);
        inner.wake_in(work::WORK_MS + work::AGAIN_MS).await;
        inner.work().await;
        Response::empty()
    }
}

impl Inner {
    async fn answer(self: Rc<Self>, config: &Config, message: ToReceipt) -> Result<Response> {
        let receipt = message.receipt;
        match message.what {
            ReceiptCall::Show { facts, body } => {
                self.change(&receipt, Some(&body), |record| {
                    record.show(&config.link, facts);
                })?;
                self.start().await;
                Response::from_json(&())
            }
            ReceiptCall::SetAside { address, facts } => {
                let told = format!("named by a callback of {address}");
                self.change(&receipt, Some(&told), |record| {
                    record.set_aside(&address, &config.link, facts);
                })?;
                self.start().await;
                Response::from_json(&())
            }
            ReceiptCall::Claim {
                address,
                rank,
                releases,
            } => {
                let claimed = self.change(&receipt, None, |record| {
                    record.claim_after(&address, rank, releases)
                })?;
                self.start().await;
                Response::from_json(&claimed)
            }
            ReceiptCall::Release { address, releases } => {
                self.change(&receipt, None, |record| record.release(&address, releases))?;
                self.start().await;
                Response::from_json(&())
            }
            ReceiptCall::LookUp { address } => {
                Response::from_json(&self.look_up(config, &receipt, &address).await?)
            }
            ReceiptCall::Ask => {
                let record = self.record()?.unwrap_or_default();
                let is_shown = record.facts.as_ref().is_some_and(MoneyFacts::is_sure);
                let is_asked = !is_shown && self.may_ask(config, &record);
                if is_asked {
                    self.start_asking(&config.link, &receipt, None).await?;
                }
                Response::from_json(&is_asked)
            }
            ReceiptCall::Read => {
                let record = self.record()?.unwrap_or_default();
                Response::from_json(&record.seen_by(&config.link))
            }
            ReceiptCall::Settle => {
                let is_settled = self.settle(config, &receipt)?;
                self.start().await;
                Response::from_json(&is_settled)
            }
            ReceiptCall::Poke { lists_anew } => {
                if self.record()?.is_some() {
                    self.change(&receipt, None, |record| record.tell_again(lists_anew))?;
                    self.start().await;
                }
                Response::from_json(&())
            }
        }
    }

    /// When who paid has to be forgotten, in Unix milliseconds; none while the money has no place, and afterwards.
    fn forgets_at_ms(&self, config: &Config) -> Result<Option<u64>> {
        let is_owned = self.record()?.is_some_and(|record| record.owner.is_some());
        let last_ms = store::last_body_at_ms(&self.state.storage())?;
        Ok(last_ms
            .filter(|_| is_owned)
            .map(|at_ms| at_ms + config.forget_after_ms))
    }

    fn forget_due(&self, config: &Config, receipt: &MpesaReceipt) -> Result<()> {
        let is_due = |at_ms| at_ms <= platform::now_ms();
        if self.forgets_at_ms(config)?.is_some_and(is_due) {
            store::forget_bodies(&self.state.storage())?;
            self.change(receipt, None, ReceiptRecord::forget_payer)?;
        }
        Ok(())
    }

    /// Tells a payment; whether there is such a one.
    async fn tell(&self, receipt: &MpesaReceipt, tell: &Tell) -> Result<bool> {
        let receipt = receipt.clone();
        let what = match &tell.what {
            Told::Offered(facts) => PaymentCall::Offer {
                receipt,
                // Nothing is offered of which nothing can count.
                amount_kes: facts.amount.whole_kes().unwrap_or_default(),
                said: facts.amount.said_otherwise(),
                reading: None,
                paid_at_ms: facts.paid_at_ms,
                or_paid_at_ms: facts.or_paid_at_ms,
                rank: Rank::Reference,
                is_trusted: facts.is_trusted,
            },
            Told::Taken => PaymentCall::Taken { receipt },
            Told::Shown => PaymentCall::Look { receipt },
        };
        let message = ToPayment {
            address: tell.address.clone(),
            what,
        };
        let mut response = calls::payment::call(&self.env, &message, CALL_MS).await?;
        if response.status_code() != 200 {
            return Err(Error::RustError("the payment refused".to_owned()));
        }
        let known: Known = json::read(&response.text().await?)?;
        Ok(known.is_known)
    }

    async fn wake_in(&self, ms: u64) {
        let at_ms = platform::now_ms() + ms;
        if let Err(why) = platform::set_alarm(&self.state.storage(), at_ms).await {
            self.say_failed(What::AlarmUnset, &why);
        }
    }

    /// Every line has the receipt's number; the platform's id where no row can be read.
    fn say_failed(&self, what: What, why: &Error) {
        let number = self.stored().ok().flatten().map(|(number, _)| number);
        match number {
            Some(number) => log::error(what, &[Receipt(&number), Why(why)]),
            None => log::error(what, &[Receipt(&self.state.id()), Why(why)]),
        }
    }

    fn record(&self) -> Result<Option<ReceiptRecord>> {
        Ok(self.stored()?.map(|(_, record)| record))
    }

    fn stored(&self) -> Result<Option<(MpesaReceipt, ReceiptRecord)>> {
        store::read(&self.state.storage())
    }

    /// One turn: reads the record, changes it, and writes it back, all or nothing.
    fn change<T>(
        &self,
        receipt: &MpesaReceipt,
        body: Option<&str>,
        change: impl FnOnce(&mut ReceiptRecord) -> T,
    ) -> Result<T> {
        let storage = self.state.storage();
        platform::transaction(&storage, || {
            let known = self.record()?;
            let mut record = known.clone().unwrap_or_default();
            let value = change(&mut record);
            if known.as_ref() != Some(&record) || body.is_some() {
                store::write(&storage, receipt, &record, body)?;
            }
            Ok(value)
        })
    }
}
