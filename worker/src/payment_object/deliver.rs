//! Telling the shop: the message as it was written, signed anew for each try.

use super::Inner;
use crate::config::Config;
use crate::platform;
use crate::platform::log::{
    self,
    Told::{Payment, Why},
    What,
};
use malipo_engine::payment::{Effect, Event};
use malipo_engine::webhook;
use std::rc::Rc;
use worker::{Method, Result};

/// A shop that answers later has not heard.
const DELIVER_MS: u64 = 10_000;

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
            Some(letter) => send(config, &letter.id, letter.body).await,
            None => None,
        };
        let Some(sent) = sent else {
            log::error(
                What::MessageUnsent,
                &[Payment(&self.called()), Why(&sequence)],
            );
            return Ok(false);
        };
        let status = match sent {
            Ok(status) => Some(status),
            Err(why) => {
                log::warn(What::ShopUnreached, &[Payment(&self.called()), Why(&why)]);
                None
            }
        };
        let event = Event::WebhookAnswered { sequence, status };
        self.record(config, event).await.map(|()| true)
    }
}

/// Sends one message, signed. The shop's status, or what was seen instead of an answer; none when there is nobody to send it to.
pub(crate) async fn send(
    config: &Config,
    id: &str,
    body: String,
) -> Option<core::result::Result<u16, String>> {
    let shop = &config.server;
    let (url, secrets) = shop
        .webhook_url
        .as_ref()
        .zip(shop.webhook_secrets.as_ref())?;
    let now_secs = platform::now_ms() / 1000;
    let signature = secrets.sign(id, now_secs, &body);
    let timestamp = now_secs.to_string();
    let headers = [
        ("Content-Type", "application/json"),
        ("User-Agent", "Malipo"),
        (webhook::HEADER_ID, id),
        (webhook::HEADER_TIMESTAMP, &timestamp),
        (webhook::HEADER_SIGNATURE, &signature),
    ];
    let call = platform::Call {
        method: Method::Post,
        url: url.as_str(),
        headers: &headers,
        body: Some(body),
    };
    let answer = platform::call(call, DELIVER_MS).await;
    Some(answer.map(|answer| answer.status))
}
