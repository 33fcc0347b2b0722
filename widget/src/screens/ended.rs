//! The screens after a verdict: declined, part paid, paid, unresolved, closed.

use super::paying::{BY_HAND, CLOSE};
use super::{
    ACCOUNT, Action, CONTACT, Does, FOR, Fact, Name, Part, Place, RECEIPT, SHOP, Say, Screen, note,
};
use crate::model::Pane;
use crate::words::Word;
use malipo_shared::sentences::Screen as Sentences;
use malipo_shared::{NextStep, Reason};

const OTHER_NUMBER: Action = Action::new(Does::Show(Pane::Number), Word::OtherNumber);
const CORRECT_NUMBER: Action = Action::new(Does::Show(Pane::Number), Word::CorrectNumber);

/// The last attempt ended without money: why, and what helps.
pub(super) fn declined(say: Say) -> Screen {
    let reason = say.view.reason.unwrap_or(Reason::Other);
    let is_for_shop = reason.next_step() == NextStep::AskShop;
    let may_push = say.view.retry_at_ms.is_some();
    let (heading, message) = say.sentence(Sentences::Declined(reason));
    let said = match may_push || is_for_shop {
        true => say.trouble(),
        false => Some(Word::NoMoreRequests),
    };
    let facts = match may_push && !is_for_shop {
        true => Part::Nothing,
        false => Part::Facts(vec![CONTACT, ACCOUNT.copied()]),
    };
    let mut actions = next_actions(say, reason.next_step(), may_push);
    actions[0].is_primary = true;
    let mut screen = Screen::new(Name::Declined(reason), heading);
    screen.put(Part::Text(Place::Message, say.with_charge(&message)));
    screen.put(facts);
    screen.put(note(said));
    screen.put(Part::Actions(actions));
    screen
}

/// What is offered, what helps most first; never nothing.
fn next_actions(say: Say, step: NextStep, may_push: bool) -> Vec<Action> {
    let again = say.push_again(Word::TryAgain, Word::TryAgainIn);
    match step {
        NextStep::AskShop => vec![CLOSE],
        // A rule of the payment forbids more prompts; money can still come by hand.
        _ if !may_push => vec![BY_HAND, CLOSE],
        NextStep::TryAgain => vec![again, OTHER_NUMBER],
        NextStep::TryAgainOrByHand => vec![again, BY_HAND, OTHER_NUMBER],
        NextStep::OtherNumber => vec![OTHER_NUMBER, again],
        NextStep::OtherNumberOrByHand => vec![OTHER_NUMBER, BY_HAND],
        NextStep::EditNumber => vec![CORRECT_NUMBER],
    }
}

/// Some of the money is here.
pub(super) fn part_paid(say: Say) -> Screen {
    let (heading, message) = say.sentence(Sentences::PartPaid);
    let rest = say.push_again(Word::PayRest, Word::PayRestIn).primary();
    let actions = match say.view.retry_at_ms {
        Some(_) => vec![rest, BY_HAND, OTHER_NUMBER],
        None => vec![BY_HAND.primary()],
    };
    let mut facts = vec![CONTACT, ACCOUNT.copied()];
    if say.view.receipt.is_some() {
        facts.insert(0, RECEIPT);
    }
    let mut screen = Screen::new(Name::PartPaid, heading);
    screen.put(Part::Text(Place::Message, message));
    screen.put(Part::Facts(facts));
    screen.put(note(say.trouble()));
    screen.put(Part::Actions(actions));
    screen
}

/// All of the money is here.
pub(super) fn paid(say: Say) -> Screen {
    let view = say.view;
    let has_receipt = view.receipt.is_some();
    let is_too_much = view.excess_kes > 0;
    let (heading, told) = say.sentence(match is_too_much {
        true => Sentences::PaidTooMuch,
        false => Sentences::Paid,
    });
    let message = match (is_too_much, has_receipt) {
        (true, _) => Part::Text(Place::Message, told),
        (false, false) => Part::Word(Place::Message, Word::ReceiptComes),
        // The facts below bring the receipt.
        (false, true) => Part::Nothing,
    };
    let mut facts = vec![Fact::new(Word::Amount, "KES {received}"), SHOP, FOR];
    if has_receipt {
        facts.push(RECEIPT.copied());
    }
    if is_too_much {
        facts.push(CONTACT);
    }
    let done = Action::new(Does::Close, Word::Done).primary();
    let mut screen = Screen::new(Name::Paid, heading);
    screen.put(message);
    screen.put(Part::Facts(facts));
    screen.put(Part::Actions(vec![done]));
    screen
}

/// Nobody knew for a day.
pub(super) fn unresolved(say: Say) -> Screen {
    let has_sms = Action::new(Does::Show(Pane::Receipt), Word::IHaveAnSms).primary();
    for_shop(say, Name::Unresolved, Sentences::Unresolved, has_sms)
}

/// The order expired with nothing in flight.
pub(super) fn closed(say: Say) -> Screen {
    let afresh = Action::new(Does::StartAfresh, Word::StartAfresh).primary();
    for_shop(say, Name::Closed, Sentences::OrderExpired, afresh)
}

fn for_shop(say: Say, name: Name, sentences: Sentences, first: Action) -> Screen {
    let (heading, message) = say.sentence(sentences);
    let mut screen = Screen::new(name, heading);
    screen.put(Part::Text(Place::Message, message));
    screen.put(Part::Facts(vec![CONTACT, ACCOUNT.copied()]));
    screen.put(Part::Actions(vec![first, CLOSE]));
    screen
}
