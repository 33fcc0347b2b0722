//! What a receipt's object does by itself: it tells payments and the merchant's list, and asks M-PESA. Each of these is done on its own and
//! within its own limit, so that none waits for another that does not answer. What failed, and when it is tried again, lies in the record.

use super::ask;
use super::inner::{AGAIN_MS, Inner};
use crate::config::{self, Deployment};
use crate::ledger;
use crate::platform::busy::Busy;
use crate::platform::error::{Error, Result};
use crate::platform::home::{Alarm, ring_again_ms};
use crate::platform::log::{
    self,
    Field::{Payment, Receipt, Why},
    What,
};
use crate::platform::{self, concurrent};
use futures_util::future::{join, join3};
use malipo_engine::claims::{ITSELF, LIST, NAMES, News, Tell};
use malipo_engine::receipt_entry::entry_of;
use malipo_shared::MpesaReceipt;
use std::rc::Rc;

/// What one alarm may take, in milliseconds.
pub(super) const WORK_MS: u64 = 30_000;
/// When it rings again if the storage could not be written, in milliseconds.
const BROKEN_MS: u64 = 60_000;
/// How long one payment may take to hear something, in milliseconds.
const TELL_MS: u64 = 6_000;
/// Rounds of telling within one piece of work.
const ROUNDS_MAX: usize = 10;

impl Inner {
    /// Starts what is to be done, with an alarm behind it.
    pub(super) async fn start(self: &Rc<Self>) {
        if self.has_work.get() {
            // Else the one that was written with the change stands.
            let _ = self.wake_in(AGAIN_MS);
            let inner = Rc::clone(self);
            self.env.keep(Box::pin(async move { inner.work().await }));
        }
    }

    /// Does what is due, then sets the alarm to what comes next.
    pub(super) async fn work(self: &Rc<Self>) {
        join(self.tell_due(), self.ask_due()).await;
    }

    /// Tells whom there is to tell, unless that goes on already: what came meanwhile is told in another round.
    async fn tell_due(self: &Rc<Self>) {
        let Some(telling) = Busy::begin(self, |inner| &inner.is_telling) else {
            return;
        };
        let told = platform::within(self.env.as_ref(), WORK_MS, self.tell_rounds()).await;
        drop(telling);
        self.rest_after(told);
    }

    /// Asks M-PESA what is to be asked, unless that goes on already.
    async fn ask_due(self: &Rc<Self>) {
        let is_due = self
            .record()
            .is_ok_and(|r| ask::is_due(r.as_ref(), self.env.now_ms()));
        if !is_due {
            return;
        }
        let Some(asking) = Busy::begin(self, |inner| &inner.is_asking) else {
            return;
        };
        let asked = platform::within(self.env.as_ref(), WORK_MS, self.ask_mpesa()).await;
        drop(asking);
        self.rest_after(asked);
    }

    /// Sets the alarm to what comes next, whatever became of the work. What took too long has left its own times in the record.
    fn rest_after(&self, done: Option<Result<()>>) {
        let rested = match done {
            Some(Err(why)) => Err(why),
            Some(Ok(())) | None => self.rest(),
        };
        if let Err(why) = rested {
            self.say_failed(What::WorkFailed, &why);
            self.fail();
        }
    }

    /// The object itself could not work: it tries again at ever longer gaps.
    fn fail(&self) {
        let now_ms = self.env.now_ms();
        let wait_ms = match self.stored() {
            Ok(Some((receipt, _))) => self
                .change(&receipt, None, |record| record.missed(ITSELF, now_ms))
                .map(|next_ms| next_ms.saturating_sub(now_ms)),
            Ok(None) => return,
            Err(why) => Err(why),
        };
        // Else the one that was set before the work stands.
        let _ = self.wake_in(wait_ms.unwrap_or(BROKEN_MS));
    }

    /// Sets the alarm to what is left to be done; else it rings once more, to forget who paid, or that somebody asked.
    fn rest(&self) -> Result<()> {
        let deployment = config::deployment(&self.env).map_err(|_| misconfigured())?;
        let Some((receipt, record)) = self.stored()? else {
            return self.ring_at(Alarm::Off);
        };
        if record.has_missed(ITSELF) {
            self.change(&receipt, None, |record| record.reached(ITSELF))?;
        }
        let now_ms = self.env.now_ms();
        if let Some(at_ms) = record.next_work_ms(deployment.env.as_str()) {
            let is_overdue = at_ms <= now_ms;
            let at_ms = if is_overdue { now_ms + AGAIN_MS } else { at_ms };
            return self.ring_at(Alarm::At(ring_again_ms(at_ms, now_ms)));
        }
        if let Some(asked_at_ms) = record.asked_in_vain_at_ms() {
            let at_ms = asked_at_ms + ask::IN_VAIN_MS;
            return match at_ms <= now_ms {
                true => self.home.erase(),
                false => self.ring_at(Alarm::At(ring_again_ms(at_ms, now_ms))),
            };
        }
        match self.forgets_at_ms(&deployment)? {
            Some(at_ms) => self.ring_at(Alarm::At(ring_again_ms(at_ms, now_ms))),
            None => self.ring_at(Alarm::Off),
        }
    }

    /// Round after round, until nothing has come meanwhile.
    async fn tell_rounds(&self) -> Result<()> {
        let deployment = config::deployment(&self.env).map_err(|_| misconfigured())?;
        for _ in 0..ROUNDS_MAX {
            if !self.tell_round(&deployment).await? {
                break;
            }
        }
        Ok(())
    }

    /// Tells payments and ledger what they do not know yet and whose turn it is, all at the same time; false when there was nothing.
    async fn tell_round(&self, deployment: &Deployment) -> Result<bool> {
        let env = deployment.env.as_str();
        let Some((receipt, record)) = self.stored()? else {
            return Ok(false);
        };
        if record.to_tell(env).is_empty() {
            self.forget_due(deployment, &receipt)?;
        }
        let record = self.record()?.unwrap_or_default();
        let now_ms = self.env.now_ms();
        let due = record.due(env, now_ms);
        let is_listing_due = record.is_listing_due(now_ms);
        let tells = concurrent::each(&due, |tell| self.tell_one(&receipt, tell));
        let lists = async {
            match is_listing_due {
                true => self.list(deployment, &receipt).await,
                false => Ok(()),
            }
        };
        let names = async {
            match record.is_naming_due(now_ms) {
                true => self.name(deployment, &receipt).await,
                false => Ok(()),
            }
        };
        let (told, listed, named) = join3(tells, lists, names).await;
        told.into_iter()
            .chain([listed, named])
            .collect::<Result<()>>()?;
        Ok(is_listing_due || !due.is_empty())
    }

    /// Tells one payment, and writes down at once whether it has heard.
    async fn tell_one(&self, receipt: &MpesaReceipt, tell: &Tell) -> Result<()> {
        let told = platform::within(self.env.as_ref(), TELL_MS, self.tell(receipt, tell)).await;
        let why = match told {
            Some(Ok(is_known)) => {
                return self.change(receipt, None, |record| {
                    record.heard(tell);
                    // The account number has found its payment: no name is looked for.
                    if is_known && matches!(tell.what, News::Offered(_)) {
                        record.looked_enough();
                    }
                });
            }
            Some(Err(why)) => why.to_string(),
            None => "no answer in time".to_owned(),
        };
        let said = [Payment(&tell.address), Receipt(receipt), Why(&why)];
        log::warn(self.env.as_ref(), What::PaymentUnreached, &said);
        let now_ms = self.env.now_ms();
        self.change(receipt, None, |record| record.missed(&tell.address, now_ms))?;
        Ok(())
    }

    /// Looks once through the shop's own references; what is not found is looked for again, ever later.
    async fn name(&self, deployment: &Deployment, receipt: &MpesaReceipt) -> Result<()> {
        let is_over = matches!(self.seek_by_name(deployment, receipt).await, Ok(true));
        let now_ms = self.env.now_ms();
        self.change(receipt, None, |record| match is_over {
            true => record.reached(NAMES),
            false => drop(record.missed(NAMES, now_ms)),
        })
    }

    /// Puts the record, as it is now, on the operator's list.
    async fn list(&self, deployment: &Deployment, receipt: &MpesaReceipt) -> Result<()> {
        let Some(record) = self.record()?.filter(|record| record.is_unlisted) else {
            return Ok(());
        };
        let env_word = deployment.env.as_str();
        let is_listed = match record.link.as_ref().filter(|_| record.facts.is_some()) {
            Some(link) => {
                let seen = record.seen_by(link);
                ledger::list_unmatched(&self.env, env_word, link, receipt, &seen).await
            }
            // A receipt that only its callback has named was never unmatched.
            None => true,
        };
        let now_ms = self.env.now_ms();
        self.change(receipt, None, |now| {
            if is_listed {
                let is_same = entry_of(now) == entry_of(&record);
                now.is_unlisted = !is_same;
                now.reached(LIST);
            } else {
                now.missed(LIST, now_ms);
            }
        })
    }
}

fn misconfigured() -> Error {
    Error::new("the deployment's configuration is wrong")
}
