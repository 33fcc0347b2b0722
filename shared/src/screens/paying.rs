//! The screens on the way to a verdict: opening, the phone form, sending, waiting, confirming.

use super::data::{
    ACCOUNT, AMOUNT, Action, BACK, BY_HAND, CLOSE, CONTACT, Does, FOR, Fact, Form, HAS_SMS, NO_SMS,
    Name, PHONE, SHOP, Screen,
};
use super::say::Say;
use crate::api::State;
use crate::screens::model::{Model, ORDER_EXPIRED, Pane, Refusal, Trouble, is_typed_open};
use crate::screens::spoken::fill;
use crate::screens::words::Word;
use crate::sentences::{Screen as Sentences, sentence};

/// After this long without a PIN the hints come up, in milliseconds.
const HINTS_AFTER_MS: u64 = 20_000;

/// The page's address is not in the shop's settings.
const ORIGIN_NOT_ALLOWED: &str = "ORIGIN_NOT_ALLOWED";

/// The heading of the hints, then the hints.
const HINTS: &[Word] = &[
    Word::NoPrompt,
    Word::HintWake,
    Word::HintSession,
    Word::HintSim,
];

const UNDER_WAY: &[Fact] = &[AMOUNT, PHONE, ACCOUNT];
const OPEN_AGAIN: Action = Action::new(Does::OpenAgain, Word::TryAgain);
const YES_RECEIPT: Action = Action::new(Does::Show(Pane::Receipt), Word::YesReceipt);
const NO_MONEY_LEFT: Action = Action::new(Does::AskPushNotCharged, Word::NoMoneyLeft);

/// Before there is a view: loading, or what went wrong.
pub(super) fn opening(model: &Model) -> Screen {
    let say = |word: Word| model.own(word.say(model.language));
    let Some(trouble) = &model.trouble else {
        return Screen {
            // Whoever types goes on typing.
            form: model.is_typing.then_some(Form::Phone),
            ..Screen::new(Name::Opening, say(Word::Opening), "")
        };
    };
    let (facts, why): (&[Fact], _) = match trouble {
        Trouble::Refused(refusal) if refusal.code == ORDER_EXPIRED => {
            let (heading, message) = sentence(Sentences::OrderExpired, model.language);
            return Screen {
                facts: contact_of(refusal),
                actions: &[CLOSE],
                ..Screen::new(Name::Closed, heading, message)
            };
        }
        // The same request brings the same answer: only the shop can change it.
        Trouble::Refused(refusal) if !refusal.may_pass() => return shop_set_up(model, refusal),
        Trouble::Refused(refusal) => (
            contact_of(refusal),
            fill(say(Word::TellTheShop), |_| refusal.code.clone()),
        ),
        Trouble::NoConnection | Trouble::Number(_) | Trouble::Receipt(_) => {
            (&[], say(Word::CheckConnection).to_owned())
        }
    };
    Screen {
        facts,
        actions: &[OPEN_AGAIN, CLOSE],
        ..Screen::new(Name::OpenFailed, say(Word::OpenFailed), &why)
    }
}

/// The order cannot be taken: who can help, and what to tell them.
fn shop_set_up(model: &Model, refusal: &Refusal) -> Screen {
    let is_of_the_page = refusal.code == ORIGIN_NOT_ALLOWED;
    let sentences = match is_of_the_page {
        true => Sentences::PageNotSetUp,
        false => Sentences::ShopSetUp,
    };
    let (heading, message) = sentence(sentences, model.language);
    let message = match is_of_the_page {
        true => Word::TellTheShop.say(model.language),
        false => message,
    };
    let message = fill(message, |_| refusal.code.clone());
    Screen {
        facts: contact_of(refusal),
        actions: &[CLOSE, OPEN_AGAIN],
        ..Screen::new(Name::ShopSetUp, heading, &message)
    }
}

/// How to reach the shop, where what refused the payment says it.
fn contact_of(refusal: &Refusal) -> &'static [Fact] {
    match refusal.shop_contact {
        Some(_) => &[CONTACT],
        None => &[],
    }
}

/// The phone form.
pub(super) fn phone(say: Say) -> Screen {
    // Who has named a receipt may have paid already.
    let typed_before = match is_typed_open(say.view) {
        true => super::receipt::receipt(say).heading,
        false => String::new(),
    };
    Screen {
        facts: &[AMOUNT, SHOP, FOR],
        form: Some(Form::Phone),
        actions: match (
            say.view.state == State::Ready,
            say.view.notices_payment_by_hand,
        ) {
            // Where it is noticed by itself, paying by hand is as good.
            (true, true) => &[BY_HAND],
            (true, false) => &[],
            (false, _) => &[BACK],
        },
        ..say.words(Name::Phone, Word::PayWithMpesa, &typed_before)
    }
}

/// A push is on its way.
pub(super) fn sending(say: Say) -> Screen {
    let message = match say.view.phone_masked {
        Some(_) if say.view.state == State::Sending => Word::SendingTo,
        // The number in the view is still the last attempt's.
        _ => Word::SendingToPhone,
    };
    Screen {
        facts: &[AMOUNT],
        ..say.words(Name::Sending, Word::Sending, say.word(message))
    }
}

/// The prompt is on the handset.
pub(super) fn waiting(say: Say) -> Screen {
    let view = say.view;
    let sent_at_ms = view.sent_at_ms.unwrap_or(view.now_ms);
    let screen = Screen {
        has_timer: view.prompt_ends_at_ms.is_some(),
        facts: UNDER_WAY,
        ..say.screen(Name::Waiting, Sentences::Waiting)
    };
    if say.now_ms < sent_at_ms + HINTS_AFTER_MS {
        return screen;
    }
    Screen {
        hints: HINTS,
        actions: &[BY_HAND],
        ..screen
    }
}

/// Nobody knows yet. No other payment is offered; once the time is over, the customer may say that no money left.
pub(super) fn confirming(say: Say) -> Screen {
    let view = say.view;
    let screen = Screen {
        facts: UNDER_WAY,
        actions: &[HAS_SMS, NO_SMS],
        ..say.screen(Name::Confirming, Sentences::Confirming)
    };
    if view
        .ask_charged_at_ms
        .is_none_or(|at_ms| at_ms > say.now_ms)
    {
        return screen;
    }
    let question = say.screen(Name::AskCharged, Sentences::AskCharged);
    Screen {
        name: question.name,
        heading: question.heading,
        message: say
            .screen(Name::MayHavePaid, Sentences::MayHavePaid)
            .message,
        actions: &[YES_RECEIPT, NO_MONEY_LEFT, NO_SMS],
        ..screen
    }
}
