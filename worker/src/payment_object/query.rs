//! The alarm: asks M-PESA about attempts without a verdict, and settles what time has settled.

use super::Inner;
use crate::config::Config;
use crate::{daraja_client, platform};
use malipo_engine::daraja::CheckoutRequestId;
use malipo_engine::payment::{Effect, Event};
use worker::Result;

/// A place in the queue that is nearer than this is waited for; else the alarm rings again then.
const QUEUE_MS_MAX: u64 = 15_000;
/// An alarm rings at least this often while the queue keeps it waiting, in milliseconds.
const QUEUE_AGAIN_MS: u64 = 60_000;

impl Inner {
    /// Does what is due; until it is done the alarm is not before `again_at_ms`.
    pub(super) async fn ring(&self, config: &Config, again_at_ms: u64) {
        if let Err(why) = self.ring_once(config, again_at_ms).await {
            worker::console_error!("payment {}: alarm: {why}", self.called());
        }
    }

    async fn ring_once(&self, config: &Config, again_at_ms: u64) -> Result<()> {
        let ((address, queries), _) = self
            .commit_waking(config, Some(again_at_ms), |turn| {
                let address = turn.address().map(str::to_owned);
                Ok((address, turn.payment.due_queries(turn.now_ms)))
            })
            .await?;
        *self.address.borrow_mut() = address;
        let mut not_before_ms = 0;
        for effect in queries {
            if let Effect::Query {
                attempt,
                checkout_request_id,
            } = effect
            {
                not_before_ms =
                    not_before_ms.max(self.query(config, attempt, &checkout_request_id).await?);
            }
        }
        // What is due then rings by itself; only a queue moves it back, and never by more than a minute.
        let not_before_ms = not_before_ms.min(platform::now_ms() + QUEUE_AGAIN_MS);
        self.commit_waking(config, Some(not_before_ms), |_| Ok(()))
            .await
            .map(|_| ())
    }

    /// Asks once. Answers until when the queue wants us to wait; 0 when it was asked.
    async fn query(&self, config: &Config, attempt: u32, id: &CheckoutRequestId) -> Result<u64> {
        let now_ms = platform::now_ms();
        let held_ms = self.query_not_before_ms.get();
        let not_before_ms = if held_ms > 0 {
            held_ms
        } else {
            daraja_client::query_slot(&self.env).await.unwrap_or(now_ms)
        };
        if not_before_ms > now_ms + QUEUE_MS_MAX {
            self.query_not_before_ms.set(not_before_ms);
            return Ok(not_before_ms);
        }
        self.query_not_before_ms.set(0);
        platform::pause_ms(not_before_ms.saturating_sub(now_ms)).await;
        let payee = self
            .commit(config, |turn| {
                Ok(turn.payment.opened().map(|opened| opened.payee.clone()))
            })
            .await?
            .0;
        if let Some(payee) = payee {
            let answer = daraja_client::query(&self.env, config, &payee, id).await;
            self.record(config, Event::QueryAnswered { attempt, answer })
                .await?;
        }
        Ok(0)
    }
}
