//! The screens on the way to a verdict: opening, the phone form, sending, waiting, confirming.

use super::{Action, Does, Name, Part, Place, Say, Screen};
use crate::model::{Model, Pane, Trouble};
use crate::spoken::fill;
use crate::words::Word;
use malipo_shared::api::State;
use malipo_shared::sentences::Screen as Sentences;

/// After this long without a PIN the hints come up, in milliseconds.
const HINTS_AFTER_MS: u64 = 20_000;

/// Before there is a view: loading, or what went wrong.
pub(super) fn opening(model: &Model) -> Screen {
    let language = model.language;
    let Some(trouble) = &model.trouble else {
        return Screen::new(Name::Opening, Word::Opening.say(language));
    };
    let why = match trouble {
        Trouble::Refused(refusal) => {
            fill(Word::TellTheShop.say(language), &[("code", &refusal.code)])
        }
        Trouble::NoConnection | Trouble::Number(_) => {
            Word::CheckConnection.say(language).to_owned()
        }
    };
    let actions = vec![
        Action::new(Does::OpenAgain, Word::TryAgain, language).primary(),
        Action::new(Does::Close, Word::Close, language),
    ];
    Screen::new(Name::OpenFailed, Word::OpenFailed.say(language))
        .with(Place::Message, Part::Text(vec![why]))
        .with(Place::Actions, Part::Actions(actions))
}

/// The phone form.
pub(super) fn phone(say: Say) -> Screen {
    let view = say.view;
    let facts = vec![
        say.amount_fact(),
        say.fact(Word::Shop, view.name.as_str()),
        say.fact(Word::For, view.description.as_str()),
    ];
    let pay = say
        .push_action(Does::AskPush, Word::PayAmount, Word::PayAmountIn)
        .primary();
    let back = match view.state {
        State::Ready => Part::Nothing,
        _ => Part::Actions(vec![say.action(Does::Show(Pane::Payment), Word::Back)]),
    };
    Screen::new(Name::Phone, say.word(Word::PayWithMpesa))
        .with(Place::Facts, Part::Facts(facts))
        .with(Place::Form, Part::Form(pay))
        .with(Place::Note, text(say.trouble()))
        .with(Place::Actions, back)
}

/// A push is on its way.
pub(super) fn sending(say: Say) -> Screen {
    let message = match say.view.phone_masked {
        Some(_) if say.view.state == State::Sending => say.filled(Word::SendingTo),
        // The number in the view is still the last attempt's.
        _ => say.filled(Word::SendingToPhone),
    };
    Screen::new(Name::Sending, say.word(Word::Sending))
        .with(Place::Message, Part::Text(vec![message]))
        .with(Place::Facts, Part::Facts(vec![say.amount_fact()]))
}

/// The prompt is on the handset.
pub(super) fn waiting(say: Say) -> Screen {
    let view = say.view;
    let (heading, message) = say.sentence(Sentences::Waiting);
    let sent_at_ms = view.sent_at_ms.unwrap_or(view.now_ms);
    let has_waited = say.now_ms >= sent_at_ms + HINTS_AFTER_MS;
    let timer = view
        .prompt_ends_at_ms
        .map_or(Part::Nothing, |ends_at_ms| Part::Timer {
            from_ms: sent_at_ms,
            ends_at_ms,
        });
    let mut facts = vec![say.amount_fact()];
    if let Some(phone) = &view.phone_masked {
        facts.push(say.fact(Word::Phone, phone.as_str()));
    }
    facts.push(say.account_fact());
    let screen = Screen::new(Name::Waiting, heading)
        .with(Place::Message, Part::Text(vec![message]))
        .with(Place::Timer, timer)
        .with(Place::Facts, Part::Facts(facts));
    if !has_waited {
        return screen;
    }
    let hints = [Word::HintWake, Word::HintSession, Word::HintSim];
    let hints = hints.map(|hint| say.word(hint).to_owned()).to_vec();
    let by_hand = say.action(Does::Show(Pane::ByHand), Word::ByHand);
    screen
        .with(
            Place::Steps,
            Part::Hints(say.word(Word::NoPrompt).to_owned(), hints),
        )
        .with(Place::Actions, Part::Actions(vec![by_hand]))
}

/// Nobody knows yet. No other push is offered unless the Worker allows one.
pub(super) fn confirming(say: Say) -> Screen {
    let view = say.view;
    let asks = view
        .ask_charged_at_ms
        .is_some_and(|at_ms| at_ms <= say.now_ms);
    let by_hand = say.action(Does::Show(Pane::ByHand), Word::ByHand);
    let (heading, message) = say.sentence(Sentences::Confirming);
    let (name, heading, actions) = if asks {
        let (question, _) = say.sentence(Sentences::AskCharged);
        let yes = say.action(Does::Show(Pane::Receipt), Word::YesReceipt);
        let no = say.action(Does::AskPushNotCharged, Word::NoMoneyLeft);
        (Name::AskCharged, question, vec![yes.primary(), no, by_hand])
    } else if view.retry_at_ms.is_some() {
        let again = say.push_again(Word::TryAgain, Word::TryAgainIn);
        (Name::Confirming, heading, vec![again, by_hand])
    } else {
        (Name::Confirming, heading, vec![by_hand])
    };
    let mut facts = vec![say.amount_fact()];
    if let Some(phone) = &view.phone_masked {
        facts.push(say.fact(Word::Phone, phone.as_str()));
    }
    facts.push(say.account_fact());
    Screen::new(name, heading)
        .with(Place::Message, Part::Text(vec![message]))
        .with(Place::Facts, Part::Facts(facts))
        .with(Place::Note, text(say.trouble()))
        .with(Place::Actions, Part::Actions(actions))
}

/// A paragraph, if there is one.
pub(super) fn text(text: Option<String>) -> Part {
    text.map_or(Part::Nothing, |text| Part::Text(vec![text]))
}
