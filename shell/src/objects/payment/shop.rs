//! What the merchant and M-PESA ask of a payment: its whole story, another delivery, its end, whether it may be paid by hand.

use super::inner::Inner;
use super::store::Mark;
use super::turn::Look;
use crate::calls::payment::{PaymentKnown, ShopView};
use crate::config::Config;
use crate::platform::error::Result;
use crate::platform::http::ObjectReply;
use crate::platform::reply;
use malipo_engine::daraja::PaidAmount;
use malipo_engine::payment::{Delivery, DeliveryFacts, Event, Payment, Validated};
use malipo_shared::MpesaReceipt;
use malipo_shared::api::{ApiError, ErrorCode};
use serde_json::json;
use std::rc::Rc;

impl Inner {
    /// Records an event that another object or the shop brings.
    pub(super) fn hear(self: Rc<Self>, config: &Config, event: Event) -> Result<ObjectReply> {
        self.hear_as(config, |_| event)
    }

    /// Records an event that depends on what the payment knows already.
    pub(super) fn hear_as(
        self: Rc<Self>,
        config: &Config,
        event: impl FnOnce(&Payment) -> Event,
    ) -> Result<ObjectReply> {
        let is_known = self.turn(config, |turn| {
            let is_known = turn.payment.opened().is_some();
            if is_known {
                let event = event(&turn.payment);
                turn.record(event)?;
            }
            Ok(is_known)
        })?;
        ObjectReply::json(&PaymentKnown { is_known })
    }

    /// Something new is known of a typed receipt.
    pub(super) fn look_again(
        self: Rc<Self>,
        config: &Config,
        receipt: MpesaReceipt,
    ) -> Result<ObjectReply> {
        let is_known = self.turn(config, |turn| {
            let is_known = turn.payment.typed().iter().any(|t| t.receipt == receipt);
            if is_known {
                turn.record(Event::ReceiptTyped { receipt })?;
            }
            Ok(is_known)
        })?;
        ObjectReply::json(&PaymentKnown { is_known })
    }

    /// The whole payment for its shop.
    pub(super) fn show(self: Rc<Self>, config: &Config) -> Result<ObjectReply> {
        self.fail_by(config, "mute")?;
        let shown = self.look(config, shop_view)?;
        match shown {
            Some(view) => ObjectReply::json(&view),
            None => ObjectReply::error(reply::no_payment()),
        }
    }

    pub(super) fn redeliver(
        self: Rc<Self>,
        config: &Config,
        sequence: Option<u32>,
    ) -> Result<ObjectReply> {
        let is_known = self.turn(config, |turn| {
            let deliveries = turn.payment.deliveries();
            let newest = deliveries.last().map(|delivery| delivery.sequence);
            let is_one = |n: &u32| deliveries.iter().any(|delivery| delivery.sequence == *n);
            let asked = sequence.or(newest).filter(is_one);
            if let Some(sequence) = asked {
                turn.record(Event::RedeliveryAsked { sequence })?;
            }
            Ok(asked.is_some())
        })?;
        ObjectReply::json(&PaymentKnown { is_known })
    }

    pub(super) fn close(self: Rc<Self>, config: &Config) -> Result<ObjectReply> {
        let state = self.turn(config, |turn| {
            let state = (turn.payment.opened().is_some(), turn.payment.may_close());
            if state.1 {
                turn.record(Event::OrderClosed)?;
            }
            Ok(state)
        })?;
        match state {
            (is_known, true) | (is_known @ false, false) => {
                ObjectReply::json(&PaymentKnown { is_known })
            }
            (true, false) => ObjectReply::error(ApiError::new(
                ErrorCode::PushNotAllowed,
                "It is paid or closed already, or a push of it is in flight.",
            )),
        }
    }

    /// A sweep passes: what is overdue is settled by the turn itself. The ledger holds what it was told, unless it was seen to
    /// lack the payment: then it is told anew.
    pub(super) async fn poke(
        self: Rc<Self>,
        config: &Config,
        enters_anew: bool,
    ) -> Result<ObjectReply> {
        let is_known = self.turn(config, |turn| {
            let is_known = turn.payment.opened().is_some();
            if is_known && enters_anew {
                turn.book_anew();
                turn.enter_anew();
            }
            Ok(is_known)
        })?;
        if is_known {
            self.ring(config, 0).await;
        }
        ObjectReply::json(&PaymentKnown { is_known })
    }

    /// May this be paid by hand now?
    pub(super) fn validate(
        self: Rc<Self>,
        config: &Config,
        amount: &PaidAmount,
    ) -> Result<ObjectReply> {
        let value = self.turn(config, |turn| {
            if turn.address().is_none() {
                return Ok(Validated::Unknown);
            }
            let accepted_at_ms = turn.mark(Mark::Validated)?;
            let accepted_at_ms = (accepted_at_ms > 0).then_some(accepted_at_ms);
            let validated = turn.payment.validate(amount, accepted_at_ms, turn.now_ms);
            if validated == Validated::Accept {
                turn.validated()?;
            }
            Ok(validated)
        })?;
        ObjectReply::json(&value)
    }
}

fn shop_view(look: &Look<'_>) -> Result<Option<ShopView>> {
    let Some(facts) = look.facts()? else {
        return Ok(None);
    };
    let told = look.timeline()?.into_iter();
    let deliveries = look.payment.deliveries().iter();
    let deliveries: Vec<DeliveryFacts> = deliveries.map(Delivery::facts).collect();
    Ok(Some(ShopView {
        payment: serde_json::to_value(&facts)?,
        timeline: told
            .map(|told| json!({ "at_ms": told.at_ms, "what": told.what }))
            .collect(),
        deliveries: serde_json::to_value(deliveries)?,
    }))
}
