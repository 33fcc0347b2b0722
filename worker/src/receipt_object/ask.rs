//! Looking a receipt up, and asking M-PESA about it.

use super::{Busy, Inner};
use crate::config::{self, Config};
use crate::log::{
    self,
    Told::{Receipt, Why},
    What,
};
use crate::message::Looked;
use crate::{daraja_client, platform};
use malipo_engine::claims::ReceiptRecord;
use malipo_engine::pacing::{Priority, Slot};
use malipo_shared::{LinkId, MpesaReceipt};
use std::rc::Rc;
use worker::{Env, Result};

/// M-PESA is asked about one receipt no oftener than this, in milliseconds.
const ASK_AGAIN_MS: u64 = 60_000;
/// So long a place in the queue of questions is waited for, in milliseconds; else the next look asks.
const QUEUE_MS_MAX: u64 = 300_000;
/// So long a receipt that nobody has shown is remembered, in milliseconds: all looks for it are over by then.
pub(super) const IN_VAIN_MS: u64 = 86_400_000;

impl Inner {
    /// A probe of a receipt that nobody knows leaves nothing, unless M-PESA can be asked.
    pub(super) async fn look_up(
        self: &Rc<Self>,
        config: &Config,
        receipt: &MpesaReceipt,
        address: &str,
    ) -> Result<Looked> {
        let record = self.record()?.unwrap_or_default().seen_by(&config.link);
        if let Some(owner) = &record.owner {
            return Ok(Looked::Owned(owner.address.clone()));
        }
        if let Some(facts) = record.unmatched() {
            return Ok(Looked::Unmatched(facts.clone()));
        }
        if self.may_ask(config, &record) {
            self.start_asking(&config.link, receipt, Some(address))?;
        }
        Ok(Looked::Unknown)
    }

    pub(super) fn may_ask(&self, config: &Config, record: &ReceiptRecord) -> bool {
        let now_ms = platform::now_ms();
        let was_just_asked = record
            .asked_at_ms
            .is_some_and(|at_ms| now_ms < at_ms + ASK_AGAIN_MS);
        config.c2b.initiator.is_some() && !was_just_asked && !self.is_asking.get()
    }

    /// Asks M-PESA, for the payment whose customer typed it if there is one.
    pub(super) fn start_asking(
        self: &Rc<Self>,
        link: &LinkId,
        receipt: &MpesaReceipt,
        seeker: Option<&str>,
    ) -> Result<()> {
        self.change(receipt, None, |record| {
            if let Some(address) = seeker {
                record.seek(address);
            }
            record.asked_at_ms = Some(platform::now_ms());
        })?;
        let inner = Rc::clone(self);
        let (link, receipt) = (link.clone(), receipt.clone());
        let asking = Busy::begin(self, |inner| &inner.is_asking);
        platform::start(&self.state, async move {
            inner.ask_mpesa(&link, &receipt).await;
            drop(asking);
        });
        Ok(())
    }

    /// Asks M-PESA what it knows of the receipt, after all who ask about a push; the answer comes back by a hook of its own.
    async fn ask_mpesa(&self, link: &LinkId, receipt: &MpesaReceipt) {
        if self
            .record()
            .is_ok_and(|r| r.is_some_and(|r| r.asked_in_vain_at_ms().is_some()))
        {
            self.wake_in(IN_VAIN_MS).await;
        }
        let config = config::of_link(&self.env, link).await;
        let Ok(config) = config.as_ref() else {
            return;
        };
        if !wait_for_slot(&self.env, config).await {
            log::warn(
                What::ReceiptUnasked,
                &[Receipt(receipt), Why(&"too many wait to ask M-PESA")],
            );
            return;
        }
        if let Err(why) = daraja_client::ask_receipt(&self.env, config, receipt).await {
            log::warn(What::ReceiptUnasked, &[Receipt(receipt), Why(&why)]);
        }
    }
}

/// Waits until a question may leave, after all who ask about a push; whether it may. A queue that cannot be asked stops nobody.
async fn wait_for_slot(env: &Env, config: &Config) -> bool {
    let ends_at_ms = platform::now_ms() + QUEUE_MS_MAX;
    loop {
        let now_ms = platform::now_ms();
        match daraja_client::reserve_query(env, config, Priority::Late).await {
            None => return true,
            Some(Slot::Yours(at_ms)) => {
                platform::pause_ms(at_ms.saturating_sub(now_ms)).await;
                return true;
            }
            Some(Slot::AskAgain(at_ms)) if at_ms < ends_at_ms => {
                platform::pause_ms(at_ms.saturating_sub(now_ms)).await;
            }
            Some(Slot::AskAgain(_)) => return false,
        }
    }
}
