//! Carrying a turn out: the alarm as the very next thing, then what the turn has asked for. Nobody else can, so nobody can
//! forget it; and who only looks has nothing to carry out, because what is overdue or interrupted takes a turn first.

use super::{Left, Look, Turn, take};
use crate::config::Config;
use crate::objects::payment::inner::Inner;
use crate::objects::payment::lanes;
use crate::platform::error::{Error, Result};
use crate::platform::log::{self, What};
use crate::platform::storage;
use malipo_engine::payment::Effect;
use std::rc::Rc;

/// After work that was started at once and did not come to its end, in milliseconds.
const WORK_AGAIN_MS: u64 = 5_000;

/// When the alarm rings again after a turn of its own, in Unix milliseconds.
pub(in crate::objects::payment) enum Rings {
    /// When the payment has to, but not before this.
    NotBefore(u64),
    /// Then: a queue has said so.
    At(u64),
}

impl Inner {
    /// One turn, and all that it leaves to be done.
    pub(in crate::objects::payment) async fn turn<T>(
        self: &Rc<Self>,
        config: &Config,
        body: impl FnOnce(&mut Turn<'_>) -> Result<T>,
    ) -> Result<T> {
        let mut body = Some(body);
        let mut value = None;
        let left = self.take(config, &mut |turn| {
            if let Some(body) = body.take() {
                value = Some(body(turn)?);
            }
            Ok(())
        })?;
        self.carry_out(left, None).await?;
        value.ok_or_else(|| Error::new("the turn did not run"))
    }

    /// A turn of the alarm's own, which does by itself what is due.
    pub(in crate::objects::payment) async fn turn_of_alarm(
        self: &Rc<Self>,
        config: &Config,
        rings: Rings,
    ) -> Result<()> {
        let left = self.take(config, &mut |_| Ok(()))?;
        self.carry_out(left, Some(rings)).await
    }

    /// Reads the payment as it is. What is overdue or interrupted is settled first, by a turn.
    pub(in crate::objects::payment) async fn look<T>(
        self: &Rc<Self>,
        config: &Config,
        body: impl FnOnce(&Look<'_>) -> Result<T>,
    ) -> Result<T> {
        body(&self.settled(config).await?)
    }

    /// Deletes all that the object holds, if it is as it has to be at that very moment; whether it did.
    pub(in crate::objects::payment) async fn erase_if(
        &self,
        config: &Config,
        is_due: fn(&Look<'_>) -> bool,
    ) -> Result<bool> {
        if !is_due(&self.seen(config)?) {
            return Ok(false);
        }
        // Nothing is waited for between the look and this: nobody else's turn is deleted.
        storage::delete_all(&self.state.storage()).await?;
        Ok(true)
    }

    // Not generic: one copy for all the looks there are.
    async fn settled<'c>(self: &Rc<Self>, config: &'c Config) -> Result<Look<'c>> {
        let seen = self.seen(config)?;
        if seen.unsettled(self.under_way()).is_none() {
            return Ok(seen);
        }
        let left = self.take(config, &mut |_| Ok(()))?;
        self.carry_out(left, None).await?;
        self.seen(config)
    }

    fn seen<'c>(&self, config: &'c Config) -> Result<Look<'c>> {
        Look::of(&self.env, self.state.storage(), config, self.now_ms())
    }

    fn under_way(&self) -> (Option<u32>, Option<u32>) {
        (self.pushing.get(), self.refunding.get())
    }

    // Not generic: one copy for all the turns there are.
    #[allow(clippy::wildcard_enum_match_arm)] // the other effects are begun once the alarm is set
    fn take(
        &self,
        config: &Config,
        body: &mut dyn FnMut(&mut Turn<'_>) -> Result<()>,
    ) -> Result<Left> {
        let storage = self.state.storage();
        let left = take(
            &self.env,
            storage,
            config,
            self.under_way(),
            self.now_ms(),
            body,
        )?;
        self.env
            .count(config.env.as_str(), &config.link, &left.counts);
        if left.is_changed {
            self.waiters.wake_all();
        }
        for effect in &left.effects {
            match effect {
                Effect::Alert(what) => {
                    log::payment_error(What::PaymentAlert, &self.called(), what);
                }
                // At once: whoever reads before the push starts must not take it for one that a restart interrupted.
                Effect::SendPush { attempt } => self.pushing.set(Some(*attempt)),
                Effect::SendRefund { refund } => self.refunding.set(Some(*refund)),
                _ => {}
            }
        }
        Ok(left)
    }

    /// Sets the alarm, and begins what is to be done; an alarm's own turn says when it rings.
    async fn carry_out(self: &Rc<Self>, left: Left, rings: Option<Rings>) -> Result<()> {
        let storage = self.state.storage();
        // What was begun rings again only if it does not come to its end.
        let has_work = lanes::begins_at_once(&left.due);
        let soonest_ms = self.env.now_ms() + if has_work { WORK_AGAIN_MS } else { 0 };
        let is_alarms = rings.is_some();
        let set = match (rings, left.wake_at_ms) {
            (Some(rings), Some(at_ms)) => {
                let at_ms = match rings {
                    Rings::NotBefore(from_ms) => at_ms.max(from_ms),
                    Rings::At(at_ms) => at_ms,
                };
                storage::set_alarm(&storage, at_ms.max(soonest_ms)).await
            }
            (Some(_), None) => storage::delete_alarm(&storage).await,
            (None, Some(at_ms)) if left.is_written => {
                storage::set_alarm(&storage, at_ms.max(soonest_ms)).await
            }
            (None, _) => Ok(()),
        };
        if let Err(why) = set {
            // Without an alarm nothing leaves: the next turn finds the push interrupted.
            self.pushing.set(None);
            self.refunding.set(None);
            return Err(why);
        }
        if !is_alarms && left.is_written {
            self.start_work(&left.due);
        }
        Rc::clone(self).start(left.effects);
        Ok(())
    }
}
