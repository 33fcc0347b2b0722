//! `ReceiptObject`: one M-PESA receipt. It stores what M-PESA has shown of it before anything else, and says which payment owns it; what
//! follows from that it tells the payments, until they have recorded it.

mod ask;
mod inner;
mod name;
mod settle;
mod store;
mod tell;
mod work;

use crate::calls::receipt::{ReceiptCall, ToReceipt};
use crate::config::{self, Config};
use crate::platform::Env;
use crate::platform::class::Object;
use crate::platform::error::Result;
use crate::platform::home::Home;
use crate::platform::http::ObjectReply;
use futures_util::future::LocalBoxFuture;
use inner::Inner;
use malipo_engine::claims::MoneyFacts;
use malipo_engine::json;
use std::rc::Rc;

/// One receipt's record, and what is left to be told of it. What counts lies in storage, and each turn reads it anew.
pub(crate) struct Receipt(Rc<Inner>);

impl Receipt {
    pub(crate) fn new(home: Rc<dyn Home>, env: Env) -> Receipt {
        Receipt(Rc::new(Inner::new(home, env)))
    }
}

impl Object for Receipt {
    fn hear(self: Rc<Self>, message: String) -> LocalBoxFuture<'static, Result<ObjectReply>> {
        let inner = Rc::clone(&self.0);
        Box::pin(async move {
            let message: ToReceipt = json::read(&message)?;
            match &config::of_link(&inner.env, &message.link).await {
                Ok(config) => inner.answer(config, message).await,
                Err(_) => Ok(ObjectReply::failed("the merchant's configuration is wrong")),
            }
        })
    }

    /// Does what is left to be done. The next alarm is set before anything that could fail.
    fn ring(self: Rc<Self>) -> LocalBoxFuture<'static, Result<()>> {
        let inner = Rc::clone(&self.0);
        Box::pin(async move {
            inner.wake_in(work::WORK_MS + inner::AGAIN_MS)?;
            inner.work().await;
            Ok(())
        })
    }
}

impl Inner {
    async fn answer(self: Rc<Self>, config: &Config, message: ToReceipt) -> Result<ObjectReply> {
        let receipt = message.receipt;
        match message.what {
            ReceiptCall::Show { facts, body } => {
                self.change(&receipt, Some(&body), |record| {
                    record.show(&config.link, facts);
                })?;
                self.start().await;
                ObjectReply::json(&())
            }
            ReceiptCall::SetAside { address, facts } => {
                let told = format!("named by a callback of {address}");
                self.change(&receipt, Some(&told), |record| {
                    record.set_aside(&address, &config.link, facts);
                })?;
                self.start().await;
                ObjectReply::json(&())
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
                ObjectReply::json(&claimed)
            }
            ReceiptCall::Release { address, releases } => {
                self.change(&receipt, None, |record| record.release(&address, releases))?;
                self.start().await;
                ObjectReply::json(&())
            }
            ReceiptCall::LookUp { address } => {
                ObjectReply::json(&self.look_up(config, &receipt, &address).await?)
            }
            ReceiptCall::Ask => {
                let record = self.record()?.unwrap_or_default();
                let is_shown = record.facts.as_ref().is_some_and(MoneyFacts::is_sure);
                let is_asked = !is_shown && self.may_ask(config, &record);
                if is_asked {
                    self.start_asking(&config.link, &receipt, None).await?;
                }
                ObjectReply::json(&is_asked)
            }
            ReceiptCall::Read => {
                let record = self.record()?.unwrap_or_default();
                ObjectReply::json(&record.seen_by(&config.link))
            }
            ReceiptCall::Settle => {
                let is_settled = self.settle(config, &receipt)?;
                self.start().await;
                ObjectReply::json(&is_settled)
            }
            ReceiptCall::Poke { lists_anew } => {
                if self.record()?.is_some() {
                    self.change(&receipt, None, |record| record.tell_again(lists_anew))?;
                    self.start().await;
                }
                ObjectReply::json(&())
            }
        }
    }
}
