//! Webhook events of this payment: sending one as it was first written, and recording what was answered.

use super::inner::Inner;
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
    /// Sends one message, and records what was answered. False when there is nobody to send it to.
    pub(super) async fn deliver(self: &Rc<Self>, config: &Config, effect: Effect) -> Result<bool> {
        let Effect::Deliver { sequence } = effect else {
            return Ok(true);
        };
        let letter = match self.look(config, |look| look.letter(sequence)).await? {
            Some(letter) => Some(letter),
            None => {
                self.turn(config, |turn| turn.write_missing(sequence))
                    .await?
            }
        };
        let sent = match letter {
            Some(letter) => webhook::send(&self.env, config, &letter.id, letter.body).await,
            None => None,
        };
        let Some(sent) = sent else {
            log::error(
                self.env.as_ref(),
                What::MessageUnsent,
                &[Payment(&self.called()), Why(&sequence)],
            );
            return Ok(false);
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
        self.record(config, event).await.map(|()| true)
    }
}
