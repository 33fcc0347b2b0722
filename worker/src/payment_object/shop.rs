//! What the shop and M-PESA ask of a payment: its whole story, another delivery, its end, a payment by hand.

use super::Inner;
use super::store::Mark;
use crate::config::Config;
use crate::message::{Known, ShopView};
use crate::reply;
use malipo_engine::daraja::PaidAmount;
use malipo_engine::payment::{Delivery, DeliveryFacts, Event, Payment, Validated};
use malipo_shared::MpesaReceipt;
use malipo_shared::api::{ApiError, ErrorCode};
use serde_json::json;
use std::rc::Rc;
use worker::{Response, Result};

impl Inner {
    /// Takes down an event that another object or the shop brings.
    pub(super) async fn hear(self: Rc<Self>, config: &Config, event: Event) -> Result<Response> {
        self.hear_as(config, |_| event).await
    }

    /// The same of an event that depends on what the payment knows already.
    pub(super) async fn hear_as(
        self: Rc<Self>,
        config: &Config,
        event: impl FnOnce(&Payment) -> Event,
    ) -> Result<Response> {
        let (is_known, effects) = self
            .commit(config, |turn| {
                let is_known = turn.payment.opened().is_some();
                if is_known {
                    let event = event(&turn.payment);
                    turn.record(event)?;
                }
                Ok(is_known)
            })
            .await?;
        self.start(effects);
        Response::from_json(&Known { is_known })
    }

    /// Something new is known of a typed receipt.
    pub(super) async fn look_again(
        self: Rc<Self>,
        config: &Config,
        receipt: MpesaReceipt,
    ) -> Result<Response> {
        let is_typed = |turn: &mut super::turn::Turn<'_>| {
            Ok(turn.payment.typed().iter().any(|t| t.receipt == receipt))
        };
        let (is_known, _) = self.take(config, is_typed)?;
        if is_known {
            return self.hear(config, Event::ReceiptTyped { receipt }).await;
        }
        Response::from_json(&Known { is_known })
    }

    /// The whole payment for its shop.
    pub(super) async fn show(&self, config: &Config) -> Result<Response> {
        self.fail_by(config, "mute")?;
        let (shown, _) = self.take(config, |turn| {
            let Some(facts) = turn.facts()? else {
                return Ok(None);
            };
            let told = turn.timeline()?.into_iter();
            let deliveries = turn.payment.deliveries().iter();
            let deliveries: Vec<DeliveryFacts> = deliveries.map(Delivery::facts).collect();
            Ok(Some(ShopView {
                payment: serde_json::to_value(&facts)?,
                timeline: told
                    .map(|told| json!({ "at_ms": told.at_ms, "what": told.what }))
                    .collect(),
                deliveries: serde_json::to_value(deliveries)?,
            }))
        })?;
        match shown {
            Some(view) => reply::json(200, &view),
            None => reply::error(reply::no_payment()),
        }
    }

    pub(super) async fn redeliver(
        self: Rc<Self>,
        config: &Config,
        sequence: Option<u32>,
    ) -> Result<Response> {
        let (known, _) = self.take(config, |turn| {
            let deliveries = turn.payment.deliveries();
            let newest = deliveries.last().map(|delivery| delivery.sequence);
            let asked = sequence.or(newest);
            Ok(asked.filter(|n| deliveries.iter().any(|delivery| delivery.sequence == *n)))
        })?;
        match known {
            Some(sequence) => self.hear(config, Event::RedeliveryAsked { sequence }).await,
            None => Response::from_json(&Known { is_known: false }),
        }
    }

    pub(super) async fn close(self: Rc<Self>, config: &Config) -> Result<Response> {
        let (state, _) = self.take(config, |turn| {
            Ok((turn.payment.opened().is_some(), turn.payment.may_close()))
        })?;
        match state {
            (_, true) => self.hear(config, Event::OrderClosed).await,
            (false, false) => Response::from_json(&Known { is_known: false }),
            (true, false) => reply::error(ApiError::new(
                ErrorCode::PushNotAllowed,
                "It is paid or closed already, or a push of it is in flight.",
            )),
        }
    }

    /// A sweep passes: what is overdue is settled by the turn itself, and the books are kept anew.
    pub(super) async fn poke(self: Rc<Self>, config: &Config) -> Result<Response> {
        let (value, _) = self.take(config, |turn| {
            let is_known = turn.payment.opened().is_some();
            if is_known {
                turn.store().set_mark(Mark::Projected, 0)?;
            }
            Ok(is_known)
        })?;
        if value {
            self.ring(config, 0).await;
        }
        Response::from_json(&Known { is_known: value })
    }

    /// May this be paid by hand now?
    pub(super) async fn validate(&self, config: &Config, amount: &PaidAmount) -> Result<Response> {
        let (value, _) = self.take(config, |turn| {
            if turn.address().is_none() {
                return Ok(Validated::Unknown);
            }
            let accepted_at_ms = turn.store().mark(Mark::Validated)?;
            let accepted_at_ms = (accepted_at_ms > 0).then_some(accepted_at_ms);
            let validated = turn.payment.validate(amount, accepted_at_ms, turn.now_ms);
            if validated == Validated::Accept {
                turn.store().set_mark(Mark::Validated, turn.now_ms)?;
            }
            Ok(validated)
        })?;
        Response::from_json(&value)
    }
}
