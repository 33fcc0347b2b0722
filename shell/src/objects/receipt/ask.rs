//! Looking a receipt up, and asking M-PESA about it.

use super::inner::Inner;
use crate::calls;
use crate::calls::receipt::Looked;
use crate::config::{self, Config};
use crate::outbound::daraja;
use crate::platform::Host;
use crate::platform::error::Result;
use crate::platform::log::{
    self,
    Field::{Receipt, Why},
    What,
};
use malipo_engine::claims::{Question, ReceiptRecord, Step};
use malipo_engine::eat::DAY_MS;
use malipo_engine::query_queue::Priority;
use malipo_shared::{LinkId, MpesaReceipt};
use std::rc::Rc;

/// M-PESA is asked about one receipt no oftener than this, in milliseconds.
const ASK_AGAIN_MS: u64 = 60_000;
/// So long a receipt that nobody has shown is remembered, in milliseconds: all looks for it are over by then.
pub(super) const IN_VAIN_MS: u64 = DAY_MS;

impl Inner {
    /// A probe of a receipt that nobody knows leaves nothing, unless M-PESA can be asked.
    pub(super) async fn look_up(
        self: &Rc<Self>,
        config: &Config,
        receipt: &MpesaReceipt,
        address: &str,
    ) -> Result<Looked> {
        let whole = self.record()?.unwrap_or_default();
        let record = whole.seen_by(&config.link);
        if let Some(owner) = &record.owner {
            return Ok(Looked::Owned(owner.address.clone()));
        }
        if let Some(facts) = record.unmatched() {
            return Ok(Looked::Unmatched(facts.clone()));
        }
        if self.may_ask(config, &whole) {
            self.start_asking(&config.link, receipt, Some(address))
                .await?;
        }
        Ok(Looked::Unknown)
    }

    pub(super) fn may_ask(&self, config: &Config, record: &ReceiptRecord) -> bool {
        let now_ms = self.env.now_ms();
        let was_just_asked = record
            .asked_at_ms
            .is_some_and(|at_ms| now_ms < at_ms + ASK_AGAIN_MS);
        config.c2b.initiator.is_some() && !was_just_asked && record.question.is_none()
    }

    /// Has M-PESA asked, for the payment whose customer typed it if there is one. The question is written down before
    /// anything else happens: the alarm asks it, whatever becomes of this object.
    pub(super) async fn start_asking(
        self: &Rc<Self>,
        link: &LinkId,
        receipt: &MpesaReceipt,
        seeker: Option<&str>,
    ) -> Result<()> {
        let now_ms = self.env.now_ms();
        self.change(receipt, None, |record| {
            if let Some(address) = seeker {
                record.seek(address);
            }
            record.asked_at_ms = Some(now_ms);
            record.question = Some(Question::begin(link.clone(), now_ms));
        })?;
        self.start().await;
        Ok(())
    }

    /// Asks M-PESA what it knows of the receipt, after all who ask about a push; the answer comes back by a hook of its own. What
    /// has to wait is left to the alarm.
    pub(super) async fn ask_mpesa(&self) -> Result<()> {
        while let Some((receipt, record)) = self.stored()? {
            let now_ms = self.env.now_ms();
            let Some(question) = record.question else {
                break;
            };
            // M-PESA has shown it meanwhile.
            if record.facts.is_some_and(|facts| facts.is_sure()) {
                return self.put_question(&receipt, None);
            }
            let Some(step) = question.due(now_ms) else {
                break;
            };
            let config = config::of_link(&self.env, &question.link).await;
            let left = match (step, &config) {
                (Step::Reserve, Ok(config)) => {
                    let slot =
                        calls::daraja::reserve_query(&self.env, config, Priority::Late).await;
                    question.placed(slot, self.env.now_ms())
                }
                (Step::Ask, Ok(config)) => {
                    // Counted before it leaves: what never comes to its end counts too.
                    let again = question.failed(now_ms);
                    self.put_question(&receipt, again.clone())?;
                    match daraja::ask_receipt(&self.env, config, &receipt).await {
                        Ok(()) => return self.put_question(&receipt, None),
                        Err(why) => unasked(self.env.as_ref(), &receipt, &why),
                    }
                    again
                }
                (_, Err(_)) => question.failed(now_ms),
            };
            if left.is_none() {
                unasked(
                    self.env.as_ref(),
                    &receipt,
                    "too many wait to ask M-PESA, or it does not answer",
                );
            }
            self.put_question(&receipt, left)?;
        }
        Ok(())
    }

    fn put_question(&self, receipt: &MpesaReceipt, question: Option<Question>) -> Result<()> {
        self.change(receipt, None, |record| record.question = question)
    }
}

/// Whether a question is to be asked now.
pub(super) fn is_due(record: Option<&ReceiptRecord>, now_ms: u64) -> bool {
    let question = record.and_then(|record| record.question.as_ref());
    question.is_some_and(|question| question.due(now_ms).is_some())
}

fn unasked(host: &dyn Host, receipt: &MpesaReceipt, why: &str) {
    log::warn(host, What::ReceiptUnasked, &[Receipt(receipt), Why(&why)]);
}
