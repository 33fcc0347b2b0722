//! The payment's alarm: it settles what time has settled, does the work that is due, and asks M-PESA about attempts without a verdict.

use super::inner::Inner;
use super::store::Mark;
use super::turn::{Look, Rings};
use crate::calls;
use crate::config::Config;
use crate::outbound::daraja;
use crate::platform::error::Result;
use crate::platform::log::{
    self,
    Field::{Payment, Why},
    What,
};
use malipo_engine::daraja::CheckoutRequestId;
use malipo_engine::payment::{Effect, Event};
use malipo_engine::query_queue::{Priority, Slot};
use std::rc::Rc;

/// A place in the queue that is nearer than this is waited for; else the alarm rings again then.
const QUEUE_MS_MAX: u64 = 15_000;
/// An alarm rings at least this often while the queue keeps it waiting, in milliseconds.
const QUEUE_AGAIN_MS: u64 = 60_000;

impl Inner {
    /// Does what is due; until it is done the alarm is not before `again_at_ms`.
    pub(super) async fn ring(self: &Rc<Self>, config: &Config, again_at_ms: u64) {
        if let Err(why) = self.ring_once(config, again_at_ms).await {
            log::error(
                self.env.as_ref(),
                What::WorkFailed,
                &[
                    Payment(&self.called()),
                    Why(&format_args!("its alarm: {why}")),
                ],
            );
        }
    }

    async fn ring_once(self: &Rc<Self>, config: &Config, again_at_ms: u64) -> Result<()> {
        // Faults that a test has planted are for alarms, not for a sweep that passes.
        if again_at_ms > 0 {
            self.fail_alarm(config).await?;
        }
        let (due, rest) = self.turn_of_alarm(config, Rings::NotBefore(again_at_ms))?;
        self.work(config, &due, rest).await;
        let mut not_before_ms = 0;
        for effect in due {
            if let Effect::Query {
                attempt,
                checkout_request_id,
                is_late,
            } = effect
            {
                let priority = self.priority(is_late);
                let asked = self.query(config, attempt, &checkout_request_id, priority);
                not_before_ms = not_before_ms.max(asked.await?);
            } else if let Effect::AskRefund {
                refund,
                conversation,
            } = effect
            {
                self.ask_about_refund(config, refund, &conversation).await?;
            }
        }
        // What is due and failed rings again by its age; what a queue holds back, when that says, and within a minute.
        let queued_at_ms = not_before_ms.min(self.env.now_ms() + QUEUE_AGAIN_MS);
        let rings = match queued_at_ms {
            0 => Rings::NotBefore(0),
            at_ms => Rings::At(at_ms),
        };
        let (_, rest) = self.turn_of_alarm(config, rings)?;
        if rest.forgets || rest.ends {
            self.forget_due(config)?;
            self.end_due(config).await?;
            self.turn_of_alarm(config, Rings::NotBefore(0))?;
        }
        match again_at_ms {
            0 => Ok(()),
            _ => self.lose_alarm(config),
        }
    }

    /// Whoever watches comes first.
    fn priority(&self, is_late: bool) -> Priority {
        match (is_late, self.waiters.are_none()) {
            (true, _) => Priority::Late,
            (false, true) => Priority::Unknown,
            (false, false) => Priority::Watched,
        }
    }

    /// Asks once. Answers until when the queue wants us to wait; 0 when it was asked.
    async fn query(
        self: &Rc<Self>,
        config: &Config,
        attempt: u32,
        id: &CheckoutRequestId,
        priority: Priority,
    ) -> Result<u64> {
        let now_ms = self.env.now_ms();
        // Kept beside the journal: a place is waited for longer than an idle object stays in memory.
        let held = |look: &Look<'_>| look.mark(Mark::QuerySlot);
        let held_ms = self.look(config, held)?;
        let slot = if held_ms > 0 {
            Slot::Yours(held_ms)
        } else {
            let slot = calls::daraja::reserve_query(&self.env, config, priority).await;
            slot.unwrap_or(Slot::Yours(now_ms))
        };
        let at_ms = match slot {
            Slot::AskAgain(at_ms) => return Ok(at_ms),
            Slot::Yours(at_ms) if at_ms > now_ms + QUEUE_MS_MAX => {
                self.turn(config, |turn| turn.keep_query_slot(at_ms))?;
                return Ok(at_ms);
            }
            Slot::Yours(at_ms) => at_ms,
        };
        if held_ms > 0 {
            self.turn(config, |turn| turn.keep_query_slot(0))?;
        }
        self.env.sleep(at_ms.saturating_sub(now_ms)).await;
        let payee = |look: &Look<'_>| Ok(look.payment.opened().map(|opened| opened.payee.clone()));
        if let Some(payee) = self.look(config, payee)? {
            let answer = daraja::query(&self.env, config, &payee, id).await;
            self.record(config, Event::QueryAnswered { attempt, answer })?;
        }
        Ok(0)
    }
}
