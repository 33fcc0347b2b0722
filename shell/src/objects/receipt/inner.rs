//! What the receipt object's files share: its record, read and changed in one storage transaction, and what goes on in this instance.

use super::store;
use crate::config::Deployment;
use crate::platform::Env;
use crate::platform::error::{Error, Result};
use crate::platform::home::{Alarm, Batch, Home};
use crate::platform::log::{
    self,
    Field::{Receipt, Why},
    What,
};
use malipo_engine::claims::ReceiptRecord;
use malipo_shared::MpesaReceipt;
use std::cell::Cell;
use std::rc::Rc;

/// The alarm behind work that is begun at once, in milliseconds.
pub(super) const AGAIN_MS: u64 = 5_000;

/// What the object's tasks share.
pub(super) struct Inner {
    pub(super) home: Rc<dyn Home>,
    pub(super) env: Env,
    pub(super) is_telling: Cell<bool>,
    pub(super) is_asking: Cell<bool>,
    /// Whether the last change has left something to be done.
    pub(super) has_work: Cell<bool>,
}

impl Inner {
    pub(super) fn new(home: Rc<dyn Home>, env: Env) -> Inner {
        Inner {
            home,
            env,
            is_telling: Cell::new(false),
            is_asking: Cell::new(false),
            has_work: Cell::new(true),
        }
    }

    /// When who paid has to be forgotten, in Unix milliseconds; none while the money has no place, and afterwards.
    pub(super) fn forgets_at_ms(&self, deployment: &Deployment) -> Result<Option<u64>> {
        let is_owned = self.record()?.is_some_and(|record| record.owner.is_some());
        let last_ms = store::last_body_at_ms(self.home.as_ref())?;
        Ok(last_ms
            .filter(|_| is_owned)
            .map(|at_ms| at_ms + deployment.forget_after_ms))
    }

    pub(super) fn forget_due(&self, deployment: &Deployment, receipt: &MpesaReceipt) -> Result<()> {
        let is_due = |at_ms| at_ms <= self.env.now_ms();
        if self.forgets_at_ms(deployment)?.is_some_and(is_due) {
            store::forget_bodies(self.env.as_ref(), self.home.as_ref())?;
            self.change(receipt, None, ReceiptRecord::forget_payer)?;
        }
        Ok(())
    }

    pub(super) fn wake_in(&self, ms: u64) -> Result<()> {
        let at_ms = self.env.now_ms() + ms;
        self.ring_at(Alarm::At(at_ms))
            .inspect_err(|why| self.say_failed(What::AlarmUnset, why))
    }

    pub(super) fn ring_at(&self, alarm: Alarm) -> Result<()> {
        self.home.write(&Batch::default(), alarm)
    }

    /// Every line has the receipt's number; the platform's id where no row can be read.
    pub(super) fn say_failed(&self, what: What, why: &Error) {
        let number = self.stored().ok().flatten().map(|(number, _)| number);
        match number {
            Some(number) => log::error(self.env.as_ref(), what, &[Receipt(&number), Why(why)]),
            None => log::error(
                self.env.as_ref(),
                what,
                &[Receipt(&self.home.id()), Why(why)],
            ),
        }
    }

    pub(super) fn record(&self) -> Result<Option<ReceiptRecord>> {
        Ok(self.stored()?.map(|(_, record)| record))
    }

    pub(super) fn stored(&self) -> Result<Option<(MpesaReceipt, ReceiptRecord)>> {
        let stored = store::read(self.home.as_ref())?;
        Ok(stored.map(|(about, record)| (about.receipt, record)))
    }

    /// One turn: reads the record, changes it, and writes it back, all or nothing.
    pub(super) fn change<T>(
        &self,
        receipt: &MpesaReceipt,
        body: Option<&str>,
        change: impl FnOnce(&mut ReceiptRecord) -> T,
    ) -> Result<T> {
        // Nothing is waited for between the reading and the writing, which is one.
        let (about, known) = store::read(self.home.as_ref())?.unzip();
        let mut record = known.clone().unwrap_or_default();
        let value = change(&mut record);
        if known.as_ref() != Some(&record) || body.is_some() {
            // Work that there was before has its alarm.
            let had_work = known.as_ref().is_some_and(ReceiptRecord::has_work);
            let alarm = match record.has_work() && !had_work {
                true => Alarm::At(self.env.now_ms() + AGAIN_MS),
                false => Alarm::Leave,
            };
            let (host, home) = (self.env.as_ref(), self.home.as_ref());
            store::write(host, home, (receipt, about), &record, body, alarm)?;
        }
        self.has_work.set(record.has_work());
        Ok(value)
    }
}
