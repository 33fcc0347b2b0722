//! The screens on the way to a verdict: opening, the phone form, sending, waiting, confirming.

use super::{
    ACCOUNT, AMOUNT, Action, Does, FOR, Name, PHONE, Part, Place, SHOP, Say, Screen, note,
};
use crate::model::{Model, Pane, Trouble};
use crate::spoken::fill;
use crate::words::Word;
use malipo_shared::api::State;
use malipo_shared::sentences::Screen as Sentences;

/// After this long without a PIN the hints come up, in milliseconds.
const HINTS_AFTER_MS: u64 = 20_000;

/// The heading of the hints, then the hints.
const HINTS: &[Word] = &[
    Word::NoPrompt,
    Word::HintWake,
    Word::HintSession,
    Word::HintSim,
];

pub(super) const BY_HAND: Action = Action::new(Does::Show(Pane::ByHand), Word::ByHand);
pub(super) const BACK: Action = Action::new(Does::Show(Pane::Payment), Word::Back);
pub(super) const CLOSE: Action = Action::new(Does::Close, Word::Close);

/// Before there is a view: loading, or what went wrong.
pub(super) fn opening(model: &Model) -> Screen {
    let say = |word: Word| word.say(model.language);
    let Some(trouble) = &model.trouble else {
        return Screen::new(Name::Opening, say(Word::Opening));
    };
    let why = match trouble {
        Trouble::Refused(refusal) => fill(say(Word::TellTheShop), |_| refusal.code.clone()),
        Trouble::NoConnection | Trouble::Number(_) => say(Word::CheckConnection).to_owned(),
    };
    let again = Action::new(Does::OpenAgain, Word::TryAgain).primary();
    let mut screen = Screen::new(Name::OpenFailed, say(Word::OpenFailed));
    screen.put(Part::Text(Place::Message, why));
    screen.put(Part::Actions(vec![again, CLOSE]));
    screen
}

/// The phone form.
pub(super) fn phone(say: Say) -> Screen {
    let pay = say.push(Does::AskPush, Word::PayAmount, Word::PayAmountIn);
    let back = match say.view.state {
        State::Ready => Part::Nothing,
        _ => Part::Actions(vec![BACK]),
    };
    let mut screen = Screen::new(Name::Phone, say.word(Word::PayWithMpesa));
    screen.put(Part::Facts(vec![AMOUNT, SHOP, FOR]));
    screen.put(Part::Form(pay.primary()));
    screen.put(note(say.trouble()));
    screen.put(back);
    screen
}

/// A push is on its way.
pub(super) fn sending(say: Say) -> Screen {
    let message = match say.view.phone_masked {
        Some(_) if say.view.state == State::Sending => Word::SendingTo,
        // The number in the view is still the last attempt's.
        _ => Word::SendingToPhone,
    };
    let mut screen = Screen::new(Name::Sending, say.word(Word::Sending));
    screen.put(Part::Word(Place::Message, message));
    screen.put(Part::Facts(vec![AMOUNT]));
    screen
}

/// The prompt is on the handset.
pub(super) fn waiting(say: Say) -> Screen {
    let view = say.view;
    let (heading, message) = say.sentence(Sentences::Waiting);
    let from_ms = view.sent_at_ms.unwrap_or(view.now_ms);
    let timer = match view.prompt_ends_at_ms {
        Some(ends_at_ms) => Part::Timer {
            from_ms,
            ends_at_ms,
        },
        None => Part::Nothing,
    };
    let mut screen = Screen::new(Name::Waiting, heading);
    screen.put(Part::Text(Place::Message, message));
    screen.put(timer);
    screen.put(Part::Facts(vec![AMOUNT, PHONE, ACCOUNT]));
    if say.now_ms < from_ms + HINTS_AFTER_MS {
        return screen;
    }
    screen.put(Part::Hints(HINTS));
    screen.put(Part::Actions(vec![BY_HAND]));
    screen
}

/// Nobody knows yet. No other push is offered unless the Worker allows one.
pub(super) fn confirming(say: Say) -> Screen {
    let view = say.view;
    let asks = view
        .ask_charged_at_ms
        .is_some_and(|at_ms| at_ms <= say.now_ms);
    let (heading, message) = say.sentence(Sentences::Confirming);
    let (name, heading, actions) = if asks {
        let (question, _) = say.sentence(Sentences::AskCharged);
        let yes = Action::new(Does::Show(Pane::Receipt), Word::YesReceipt).primary();
        let no = Action::new(Does::AskPushNotCharged, Word::NoMoneyLeft);
        (Name::AskCharged, question, vec![yes, no, BY_HAND])
    } else if view.retry_at_ms.is_some() {
        let again = say.push_again(Word::TryAgain, Word::TryAgainIn);
        (Name::Confirming, heading, vec![again, BY_HAND])
    } else {
        (Name::Confirming, heading, vec![BY_HAND])
    };
    let mut screen = Screen::new(name, heading);
    screen.put(Part::Text(Place::Message, message));
    screen.put(Part::Facts(vec![AMOUNT, PHONE, ACCOUNT]));
    screen.put(note(say.trouble()));
    screen.put(Part::Actions(actions));
    screen
}
