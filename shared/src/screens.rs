//! Which screen the customer sees, and everything on it, as plain data. The views only draw it.
//!
//! Texts are words and templates, filled when they are drawn.

pub mod model;

mod by_hand;
mod data;
mod doubt;
mod ended;
mod first_form;
mod mood;
mod paying;
mod receipt;
mod say;

pub mod amount;
pub mod contact;
pub mod receipt_field;
pub mod spoken;
pub mod wire;
pub mod words;

use crate::api::State;
use crate::screens::model::{Asking, Model, Pane, Trouble};
use crate::screens::spoken::{duration, fill, secs_until, spoken_mark};
use crate::screens::words::Word;
use say::Say;

pub use data::{Action, BY_HAND, Does, Fact, Form, Name, Screen, Step};
pub use first_form::first_form;
pub use mood::Mood;
pub use say::field_trouble;

/// The screen for what is known at `now_ms` (the Worker's clock).
pub fn screen(model: &Model, now_ms: u64) -> Screen {
    let Some(view) = &model.view else {
        return paying::opening(model);
    };
    let say = Say::new(model, view, now_ms);
    match model.asking {
        Some(Asking::Push) => return paying::sending(say),
        Some(Asking::Receipt) => return receipt::asking(say, &model.receipt),
        None => {}
    }
    if say.has_expired() && say.has_ended() {
        return ended::closed(say, model.is_signed);
    }
    let is_in_doubt = say.is_in_doubt();
    match (model.pane, view.state) {
        (_, State::Paid) => ended::paid(say),
        (Pane::Receipt, _) => receipt::receipt(say),
        (Pane::OtherReceipt, _) => receipt::form(say),
        (_, State::Closed) => ended::closed(say, model.is_signed),
        (_, State::Sending) => paying::sending(say),
        (Pane::ByHand, _) if is_in_doubt => doubt::may_have_paid(say),
        (Pane::ByHand | Pane::ByHandAnyway, _) => by_hand::by_hand(say),
        (Pane::Payment, State::Ready) if say.is_over_limit() && is_in_doubt => {
            doubt::may_have_paid(say)
        }
        (Pane::Payment, State::Ready) if say.is_over_limit() => by_hand::by_hand(say),
        (Pane::Payment | Pane::Number, State::Ready) => paying::phone(say),
        // While a request may be alive no other number is asked for, whatever an address names.
        (Pane::Payment | Pane::Number, State::AwaitingPin) => paying::waiting(say),
        (Pane::Payment | Pane::Number, State::Confirming) => paying::confirming(say),
        (Pane::Payment | Pane::Number, State::Unresolved) => ended::unresolved(say),
        (Pane::Number, State::Declined | State::PartPaid) => paying::phone(say),
        (Pane::Payment, State::Declined) => ended::declined(say),
        (Pane::Payment, State::PartPaid) => ended::part_paid(say),
    }
}

/// What a screen reader hears now and then beside the heading: the countdown three times, and the
/// end of a wait.
pub fn spoken(model: &Model, screen: &Screen, now_ms: u64) -> String {
    let language = model.language;
    let Some(view) = &model.view else {
        return String::new();
    };
    if screen.has_timer {
        let ends_at_ms = view.prompt_ends_at_ms.unwrap_or_default();
        let mark_secs = spoken_mark(secs_until(ends_at_ms, now_ms));
        let said = mark_secs.map(|secs| {
            fill(Word::SecondsLeft.say(language), |_| {
                duration(secs, language)
            })
        });
        return said.unwrap_or_default();
    }
    let retry_at_ms = view.retry_at_ms.unwrap_or_default();
    let has_waited = retry_at_ms > view.now_ms && retry_at_ms <= now_ms;
    match has_waited && screen.actions.iter().any(|action| action.waiting.is_some()) {
        true => Word::CanTryNow.say(language).to_owned(),
        false => String::new(),
    }
}

/// `template` with the values of what is known.
pub fn filled(model: &Model, template: &str, now_ms: u64) -> String {
    let template = model.own(template);
    match (&model.view, &model.trouble) {
        (Some(view), _) => Say::new(model, view, now_ms).fill(template),
        // Before there is a payment, what refused it may say how to reach the shop.
        (None, Some(Trouble::Refused(refusal))) => fill(template, |name| match name {
            "shop_contact" => refusal.shop_contact.clone().unwrap_or_default(),
            _ => String::new(),
        }),
        (None, _) => template.to_owned(),
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) use tests::fixture;
