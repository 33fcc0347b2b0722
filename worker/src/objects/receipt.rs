//! `ReceiptObject`: one M-PESA receipt. It stores what M-PESA has shown of it before anything else, and says which payment owns it; what
//! follows from that it tells the payments, until they have recorded it.
#![allow(missing_docs)] // the `durable_object` macro makes undocumented methods

mod ask;
mod inner;
mod name;
mod settle;
mod store;
mod tell;
mod work;

use crate::calls::receipt::{ReceiptCall, ToReceipt};
use crate::config::{self, Config};
use inner::Inner;
use malipo_engine::claims::MoneyFacts;
use malipo_engine::json;
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

/// One receipt's record, and what is left to be told of it.
#[durable_object(alarm)]
pub struct ReceiptObject {
    // What counts lies in storage, and each turn reads it anew.
    inner: AssertUnwindSafe<Rc<Inner>>,
}

impl DurableObject for ReceiptObject {
    fn new(state: State, env: Env) -> Self {
        ReceiptObject {
            inner: AssertUnwindSafe(Rc::new(Inner::new(state, env))),
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
}
