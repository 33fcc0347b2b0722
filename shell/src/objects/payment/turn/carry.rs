//! Carrying a turn out: what it has asked for is begun once it is written. Nobody else can, so nobody can forget it; and who only looks has nothing to carry out, because what is overdue or interrupted takes a turn first.

use super::{Left, Look, Rest, Rings, Turn, take};
use crate::config::Config;
use crate::objects::payment::inner::Inner;
use crate::platform::error::{Error, Result};
use crate::platform::log::{self, What};
use malipo_engine::payment::Effect;
use std::rc::Rc;

impl Inner {
    /// One turn, and all that it leaves to be done.
    pub(in crate::objects::payment) fn turn<T>(
        self: &Rc<Self>,
        config: &Config,
        body: impl FnOnce(&mut Turn<'_>) -> Result<T>,
    ) -> Result<T> {
        self.turn_within(config, body).map(|(value, _)| value)
    }

    /// One turn of a lane's own: what is due afterwards the lane goes on with.
    pub(in crate::objects::payment) fn turn_of_lane(
        self: &Rc<Self>,
        config: &Config,
        body: impl FnOnce(&mut Turn<'_>) -> Result<()>,
    ) -> Result<Vec<Effect>> {
        self.turn_within(config, body).map(|((), due)| due)
    }

    /// A turn of the alarm's own, which does by itself what is due.
    pub(in crate::objects::payment) fn turn_of_alarm(
        self: &Rc<Self>,
        config: &Config,
        rings: Rings,
    ) -> Result<(Vec<Effect>, Rest)> {
        let left = self.take(config, Some(rings), &mut |_| Ok(()))?;
        let rest = left.rest;
        let due = self.carry_out(left, true);
        Ok((due, rest))
    }

    fn turn_within<T>(
        self: &Rc<Self>,
        config: &Config,
        body: impl FnOnce(&mut Turn<'_>) -> Result<T>,
    ) -> Result<(T, Vec<Effect>)> {
        let mut body = Some(body);
        let mut value = None;
        let left = self.take(config, None, &mut |turn| {
            if let Some(body) = body.take() {
                value = Some(body(turn)?);
            }
            Ok(())
        })?;
        let due = self.carry_out(left, false);
        let value = value.ok_or_else(|| Error::new("the turn did not run"))?;
        Ok((value, due))
    }

    /// Reads the payment as it is. What is overdue or interrupted is settled first, by a turn.
    pub(in crate::objects::payment) fn look<T>(
        self: &Rc<Self>,
        config: &Config,
        body: impl FnOnce(&Look<'_>) -> Result<T>,
    ) -> Result<T> {
        body(&self.settled(config)?)
    }

    /// Deletes all that the object holds, if it is as it has to be at that very moment; whether it did.
    pub(in crate::objects::payment) fn erase_if(
        &self,
        config: &Config,
        is_due: fn(&Look<'_>) -> bool,
    ) -> Result<bool> {
        if !is_due(&self.seen(config)?) {
            return Ok(false);
        }
        // Nothing is waited for between the look and this: nobody else's turn is deleted.
        self.home.erase()?;
        self.memory.forget();
        Ok(true)
    }

    // Not generic: one copy for all the looks there are.
    fn settled<'c>(self: &Rc<Self>, config: &'c Config) -> Result<Look<'c>> {
        let seen = self.seen(config)?;
        if seen.unsettled(self.under_way()).is_none() {
            return Ok(seen);
        }
        let left = self.take(config, None, &mut |_| Ok(()))?;
        self.carry_out(left, false);
        self.seen(config)
    }

    fn seen<'c>(&self, config: &'c Config) -> Result<Look<'c>> {
        Look::of(self, config)
    }

    pub(super) fn under_way(&self) -> (Option<u32>, Option<u32>) {
        (self.pushing.get(), self.refunding.get())
    }

    // Not generic: one copy for all the turns there are.
    #[allow(clippy::wildcard_enum_match_arm)] // the other effects are begun afterwards
    fn take(
        &self,
        config: &Config,
        rings: Option<Rings>,
        body: &mut dyn FnMut(&mut Turn<'_>) -> Result<()>,
    ) -> Result<Left> {
        let left = take(self, config, rings, body)?;
        self.env
            .count(config.env.as_str(), &config.link, &left.counts);
        if left.is_changed {
            self.waiters.wake_all();
        }
        for effect in &left.effects {
            match effect {
                Effect::Alert(what) => {
                    log::payment_error(self.env.as_ref(), What::PaymentAlert, &self.called(), what);
                }
                // At once: whoever reads before the push starts must not take it for one that a restart interrupted.
                Effect::SendPush { attempt } => self.pushing.set(Some(*attempt)),
                Effect::SendRefund { refund } => self.refunding.set(Some(*refund)),
                _ => {}
            }
        }
        Ok(left)
    }

    /// Begins what is to be done, and says what is due; the alarm, which was written with the turn, does an alarm's own by itself.
    fn carry_out(self: &Rc<Self>, left: Left, is_alarms: bool) -> Vec<Effect> {
        if !is_alarms && left.is_written {
            self.start_work(&left.due);
        }
        Rc::clone(self).start(left.effects);
        left.due
    }
}
