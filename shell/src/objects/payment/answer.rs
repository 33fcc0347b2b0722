//! What the checkout asks of a payment: to open it, to push again, to show it, to take a typed receipt; and M-PESA's callbacks.

use super::denied::{key_reused, order_denied, payee_changed, price_changed, push_not_allowed};
use super::inner::Inner;
use super::turn::{Look, Turn};
use crate::config::Config;
use crate::platform::error::Result;
use crate::platform::http::ObjectReply;
use crate::platform::{self, reply};
use malipo_engine::daraja::{StkCallback, receipts_in};
use malipo_engine::master_key::Address;
use malipo_engine::order::Order;
use malipo_engine::payment::{Ask, Event, OrderTaken, ReopenDenied, Said, Showing, rules};
use malipo_shared::api::{ApiError, ErrorCode, State, View};
use malipo_shared::{MpesaReceipt, Msisdn, PaymentId};
use std::rc::Rc;

/// Who asks for a push, and to which number.
pub(super) struct Asked {
    pub(super) ask: Ask,
    pub(super) phone: Option<Msisdn>,
    /// The price that the customer has seen, in whole shillings.
    pub(super) expect_kes: Option<u32>,
    /// How long the answer may wait until the push has left.
    pub(super) wait_ms: u64,
    /// The name of the client address's quota.
    pub(super) quota: Option<String>,
}

type Answer = core::result::Result<View, ApiError>;

impl Inner {
    /// Opens the payment or finds it; with a phone, makes its first push.
    pub(super) async fn open(
        self: Rc<Self>,
        config: &Config,
        address: &str,
        order: Order,
        expires_at_ms: u64,
        asked: Asked,
    ) -> Result<ObjectReply> {
        self.act(config, asked.wait_ms, |turn| {
            if turn.payment.opened().is_some() {
                return open_again(turn, &order, expires_at_ms, &asked);
            }
            if order.costs_other_than(asked.expect_kes) {
                return Ok(Err(price_changed(&order)));
            }
            if expires_at_ms <= turn.now_ms {
                return Ok(Err(reply::order_expired()));
            }
            if !turn.config.is_active {
                return Ok(Err(reply::inactive()));
            }
            let Some(Address { reference, .. }) = Address::parse(address) else {
                return Ok(Err(reply::no_payment()));
            };
            turn.create(address)?;
            let payee = turn.config.payee.clone();
            turn.record(Event::Opened {
                order,
                payee,
                account_reference: reference,
                expires_at_ms,
                ask: asked.ask.clone(),
            })?;
            match &asked.phone {
                Some(phone) => reserve(turn, phone, &asked),
                None => view_of(turn),
            }
        })
        .await
    }

    /// Makes another push, when the engine allows it.
    pub(super) async fn ask_push(
        self: Rc<Self>,
        config: &Config,
        asked: Asked,
        not_charged: bool,
    ) -> Result<ObjectReply> {
        self.act(config, asked.wait_ms, |turn| {
            if turn.payment.opened().is_none() {
                return Ok(Err(reply::no_payment()));
            }
            // The same request again: the same answer, and no second push.
            if let Some(attempt) = turn
                .payment
                .attempts()
                .iter()
                .find(|attempt| attempt.ask.key == asked.ask.key)
            {
                return if attempt.ask == asked.ask {
                    view_of(turn)
                } else {
                    Ok(Err(key_reused()))
                };
            }
            if not_charged && let Some(attempt) = turn.payment.declarable(turn.now_ms) {
                turn.record(Event::CustomerDeclaredNotCharged { attempt })?;
            }
            let last = turn
                .payment
                .attempts()
                .last()
                .map(|attempt| usize::from(attempt.phone));
            let phone = match (&asked.phone, last) {
                (Some(phone), _) => Some(phone.clone()),
                (None, Some(slot)) => turn
                    .phones()?
                    .into_iter()
                    .nth(slot.saturating_sub(1))
                    .flatten(),
                (None, None) => None,
            };
            match phone {
                Some(phone) => reserve(turn, &phone, &asked),
                None => Ok(Err(ApiError::at(
                    ErrorCode::InvalidMsisdn,
                    "phone",
                    "Enter your M-PESA phone number.",
                ))),
            }
        })
        .await
    }

    /// Shows the payment, at once or when it changes.
    pub(super) async fn read(
        self: Rc<Self>,
        config: &Config,
        after: u64,
        wait_ms: u64,
    ) -> Result<ObjectReply> {
        let ends_at_ms = self.env.now_ms() + wait_ms;
        respond(self.newer(config, after, ends_at_ms).await?)
    }

    /// Shows the payment of a signed order. What the request with a number would change is not shown as it was.
    pub(super) fn quote(
        self: Rc<Self>,
        config: &Config,
        order: &Order,
        expires_at_ms: u64,
    ) -> Result<ObjectReply> {
        let answer = self.look(config, |look| {
            if look.payment.opened().is_none() {
                return Ok(Err(reply::no_payment()));
            }
            match look.payment.take_order(order, expires_at_ms, look.now_ms) {
                Ok(OrderTaken::Amended(_)) if look.payment.begins_anew(order, look.now_ms) => {
                    Ok(Err(reply::no_payment()))
                }
                Ok(OrderTaken::Same | OrderTaken::Amended(_)) => view_of(look),
                Err(denied) => Ok(Err(order_denied(denied, order))),
            }
        })?;
        respond(answer)
    }

    /// The payment when it is newer than `after`, or when the time is over.
    async fn newer(
        self: &Rc<Self>,
        config: &Config,
        after: u64,
        ends_at_ms: u64,
    ) -> Result<Answer> {
        loop {
            let (answer, held_until_ms) = self.look(config, |look| {
                if look.payment.opened().is_none() {
                    return Ok((Err(reply::no_payment()), None));
                }
                let may_hold =
                    look.payment.version() <= after && look.payment.may_hold(look.now_ms);
                let until_ms = look
                    .payment
                    .next_face_at_ms(look.now_ms)
                    .map_or(ends_at_ms, |at_ms| at_ms.min(ends_at_ms));
                Ok((view_of(look)?, may_hold.then_some(until_ms)))
            })?;
            let now_ms = self.env.now_ms();
            match held_until_ms {
                Some(until_ms) if until_ms > now_ms => {
                    let change = self.waiters.wait();
                    match platform::within(self.env.as_ref(), until_ms - now_ms, change).await {
                        Some(Ok(())) => {}
                        None => return self.look(config, view_of),
                        Some(Err(_)) => return Ok(self.look(config, view_of)?.map(unheld)),
                    }
                }
                _ => return Ok(answer),
            }
        }
    }

    /// Records a receipt that the customer typed.
    pub(super) async fn type_receipt(
        self: Rc<Self>,
        config: &Config,
        receipt: MpesaReceipt,
    ) -> Result<ObjectReply> {
        self.act(config, 0, |turn| {
            if turn.payment.opened().is_none() {
                return Ok(Err(reply::no_payment()));
            }
            if !turn.payment.may_type(&receipt) {
                return Ok(Err(ApiError::at(
                    ErrorCode::TooManyReceipts,
                    "receipt",
                    "Too many receipts were typed for this order. Please contact the shop.",
                )));
            }
            if turn.payment.is_typed_anew(&receipt, turn.now_ms) {
                turn.record(Event::ReceiptTyped { receipt })?;
            }
            view_of(turn)
        })
        .await
    }

    /// Records what M-PESA says. 200 means that it is written.
    pub(super) async fn hear_callback(
        self: Rc<Self>,
        config: &Config,
        attempt: u32,
        body: &str,
    ) -> Result<ObjectReply> {
        self.stall(config).await?;
        self.fail_by(config, "deaf")?;
        let event = match StkCallback::decode(body.as_bytes()) {
            Ok(callback) => Event::CallbackReceived { attempt, callback },
            Err(_) => Event::CallbackUnread {
                attempt,
                receipts: receipts_in(body),
            },
        };
        let is_known = self.turn(config, |turn| {
            let is_known = turn.payment.attempt(attempt).is_some();
            if is_known {
                turn.hear(Said::OfPush(attempt), Some(event), body)?;
            }
            Ok(is_known)
        })?;
        Ok(ObjectReply::status(if is_known { 200 } else { 404 }))
    }

    /// With `wait_ms` a push that leaves is answered once M-PESA has taken or refused it: a question less for the page.
    async fn act(
        self: Rc<Self>,
        config: &Config,
        wait_ms: u64,
        body: impl FnOnce(&mut Turn<'_>) -> Result<Answer>,
    ) -> Result<ObjectReply> {
        let ends_at_ms = self.env.now_ms() + wait_ms;
        let mut answer = self.turn(config, body)?;
        while let Ok(view) = &answer
            && view.state == State::Sending
        {
            let left_ms = ends_at_ms.saturating_sub(self.env.now_ms());
            if left_ms == 0 {
                break;
            }
            // Nothing was waited for since the turn or the look: no change is missed.
            let change = self.waiters.wait();
            let changed = platform::within(self.env.as_ref(), left_ms, change).await;
            answer = self.look(config, view_of)?;
            if let Some(Err(_)) = changed {
                answer = answer.map(unheld);
                break;
            }
        }
        respond(answer)
    }
}

/// For a request that lost its place: not at once again.
fn unheld(view: View) -> View {
    let pause_ms = view.poll_after_ms.map(|ms| ms.max(rules::POLL_MS_MIN));
    View {
        poll_after_ms: pause_ms,
        ..view
    }
}

/// The payment is open already: the same request again, or the shop's order from another tab, device or day.
fn open_again(
    turn: &mut Turn<'_>,
    order: &Order,
    expires_at_ms: u64,
    asked: &Asked,
) -> Result<Answer> {
    let reopened = turn
        .payment
        .reopen(order, expires_at_ms, &asked.ask, turn.now_ms);
    let reopened = match reopened {
        Ok(reopened) => reopened,
        Err(ReopenDenied::KeyReused) => return Ok(Err(key_reused())),
        Err(ReopenDenied::Order(denied)) => return Ok(Err(order_denied(denied, order))),
    };
    if reopened.wants_push && asked.phone.is_some() && order.costs_other_than(asked.expect_kes) {
        return Ok(Err(price_changed(order)));
    }
    if let Some(event) = reopened.amended {
        turn.record(event)?;
    }
    match &asked.phone {
        Some(phone) if reopened.wants_push => {
            // A prompt that is there already is what the customer needs to see, not an error.
            match reserve(turn, phone, asked)? {
                Err(denied) if denied.code == ErrorCode::PushNotAllowed => view_of(turn),
                answer => Ok(answer),
            }
        }
        Some(_) | None => view_of(turn),
    }
}

/// Reserves a push to `phone`; from here on the answer is a view.
fn reserve(turn: &mut Turn<'_>, phone: &Msisdn, asked: &Asked) -> Result<Answer> {
    if !turn.config.is_active {
        return Ok(Err(reply::inactive()));
    }
    // The passkey that would sign it is the new number's.
    let opened = turn.payment.opened();
    if opened.is_some_and(|opened| opened.payee != turn.config.payee) {
        return Ok(Err(payee_changed()));
    }
    let slot = turn.phone_slot(phone)?;
    let ask = asked.ask.clone();
    match turn.payment.reserve_push(slot, ask, turn.now_ms) {
        Ok(event) => {
            turn.keep_phone(slot, phone)?;
            if let (Event::PushReserved { attempt, .. }, Some(quota)) = (&event, &asked.quota) {
                turn.keep_quota(*attempt, quota)?;
            }
            turn.record(event)?;
            view_of(turn)
        }
        Err(denied) => Ok(Err(push_not_allowed(denied))),
    }
}

fn view_of(look: &Look<'_>) -> Result<Answer> {
    let Some(id) = payment_id(look) else {
        return Ok(Err(reply::no_payment()));
    };
    let phones_masked = look.phones_masked()?;
    let showing = Showing {
        id: &id,
        name: &look.config.shop_name,
        shop_contact: &look.config.shop_contact,
        livemode: look.config.is_live(),
        notices_payment_by_hand: look.config.c2b.is_registered,
        phones_masked: &phones_masked,
    };
    Ok(look
        .payment
        .view(&showing, look.now_ms)
        .ok_or_else(reply::no_payment))
}

fn payment_id(look: &Look<'_>) -> Option<PaymentId> {
    look.config
        .master_key
        .payment_id(&Address::parse(look.address()?)?)
}

fn respond(answer: Answer) -> Result<ObjectReply> {
    match answer {
        Ok(view) => ObjectReply::json(&view),
        Err(error) => ObjectReply::error(error),
    }
}
