//! Webhook events of this payment: sending one as it was first written, and recording what was answered.

use super::inner::Inner;
use super::store::Store;
use crate::config::Config;
use crate::outbound::webhook;
use crate::platform::error::Result;
use crate::platform::log::{
    self,
    Field::{Payment, Why},
    What,
};
use malipo_engine::payment::{Effect, Event};
use std::rc::Rc;

impl Inner {
    /// Sends one message, and records what was answered: what is due after it; none when there is nobody to send it to.
    pub(super) async fn deliver(
        self: &Rc<Self>,
        config: &Config,
        effect: Effect,
    ) -> Result<Option<Vec<Effect>>> {
        let Effect::Deliver { sequence } = effect else {
            return Ok(None);
        };
        let event = match Store::webhook(self.home.as_ref(), sequence)? {
            Some(event) => Some(event),
            None => self.turn(config, |turn| turn.write_missing(sequence))?,
        };
        let sent = match event {
            Some(event) => webhook::send(&self.env, config, &event.id, event.body).await,
            None => None,
        };
        let Some(sent) = sent else {
            log::error(
                self.env.as_ref(),
                What::MessageUnsent,
                &[Payment(&self.called()), Why(&sequence)],
            );
            return Ok(None);
        };
        let status = match sent {
            Ok(status) => Some(status),
            Err(why) => {
                log::warn(
                    self.env.as_ref(),
                    What::ShopUnreached,
                    &[Payment(&self.called()), Why(&why)],
                );
                None
            }
        };
        let event = Event::WebhookAnswered { sequence, status };
        self.turn_of_lane(config, |turn| turn.record(event))
            .map(Some)
    }
}
