//! The screens after a verdict: declined, part paid, paid, unresolved, closed.

use super::paying::text;
use super::{Action, Does, Name, Part, Place, Say, Screen};
use crate::model::Pane;
use crate::words::Word;
use malipo_shared::sentences::Screen as Sentences;
use malipo_shared::{NextStep, Reason};

/// The last attempt ended without money: why, and what helps.
pub(super) fn declined(say: Say) -> Screen {
    let reason = say.view.reason.unwrap_or(Reason::Other);
    let step = reason.next_step();
    let (heading, message) = say.sentence(Sentences::Declined(reason));
    let message = say.with_charge(message);
    let may_push = say.view.retry_at_ms.is_some();
    let is_for_shop = step == NextStep::AskShop || !may_push;
    let mut note = Vec::from_iter(say.trouble());
    if !may_push && step != NextStep::AskShop {
        note.push(say.word(Word::NoMoreRequests).to_owned());
    }
    let facts = match is_for_shop {
        true => Part::Facts(say.contact_facts()),
        false => Part::Nothing,
    };
    let mut actions = next_actions(say, reason, may_push);
    if let Some(first) = actions.first_mut() {
        first.is_primary = true;
    }
    Screen::new(Name::Declined(reason), heading)
        .with(Place::Message, Part::Text(vec![message]))
        .with(Place::Facts, facts)
        .with(
            Place::Note,
            match note.is_empty() {
                true => Part::Nothing,
                false => Part::Text(note),
            },
        )
        .with(Place::Actions, Part::Actions(actions))
}

/// What is offered, what helps most first.
fn next_actions(say: Say, reason: Reason, may_push: bool) -> Vec<Action> {
    let again = || say.push_again(Word::TryAgain, Word::TryAgainIn);
    let other = |word| say.action(Does::Show(Pane::Number), word);
    let by_hand = || say.action(Does::Show(Pane::ByHand), Word::ByHand);
    let close = || say.action(Does::Close, Word::Close);
    let pushes = match reason.next_step() {
        NextStep::AskShop => return vec![close()],
        // A rule of the payment forbids more prompts; money can still come by hand.
        _ if !may_push => return vec![by_hand(), close()],
        NextStep::TryAgain => vec![again(), other(Word::OtherNumber)],
        NextStep::TryAgainOrByHand => vec![again(), by_hand(), other(Word::OtherNumber)],
        NextStep::OtherNumber => vec![other(Word::OtherNumber), again()],
        NextStep::OtherNumberOrByHand => vec![other(Word::OtherNumber), by_hand()],
        NextStep::EditNumber => vec![other(Word::CorrectNumber)],
    };
    pushes
}

/// Some of the money is here.
pub(super) fn part_paid(say: Say) -> Screen {
    let (heading, message) = say.sentence(Sentences::PartPaid);
    let by_hand = say.action(Does::Show(Pane::ByHand), Word::ByHand);
    let mut actions = vec![by_hand];
    if say.view.retry_at_ms.is_some() {
        let rest = say.push_again(Word::PayRest, Word::PayRestIn);
        actions.insert(0, rest.primary());
        actions.push(say.action(Does::Show(Pane::Number), Word::OtherNumber));
    }
    let mut facts = Vec::new();
    if let Some(receipt) = &say.view.receipt {
        facts.push(say.fact(Word::Receipt, receipt.as_str()));
    }
    facts.extend(say.contact_facts());
    Screen::new(Name::PartPaid, heading)
        .with(Place::Message, Part::Text(vec![message]))
        .with(Place::Facts, Part::Facts(facts))
        .with(Place::Note, text(say.trouble()))
        .with(Place::Actions, Part::Actions(actions))
}

/// All of the money is here.
pub(super) fn paid(say: Say) -> Screen {
    let view = say.view;
    let (heading, told) = match view.excess_kes {
        0 => say.sentence(Sentences::Paid),
        _ => say.sentence(Sentences::PaidTooMuch),
    };
    let message = match (&view.receipt, view.excess_kes) {
        // The facts below bring the receipt.
        (Some(_), 0) => None,
        (None, 0) => Some(say.word(Word::ReceiptComes).to_owned()),
        (_, _) => Some(told),
    };
    let mut facts = vec![
        say.fact(
            Word::Amount,
            ["KES ", &crate::spoken::shillings(view.received_kes)].concat(),
        ),
        say.fact(Word::Shop, view.name.as_str()),
        say.fact(Word::For, view.description.as_str()),
    ];
    if let Some(receipt) = &view.receipt {
        let mut fact = say.fact(Word::Receipt, receipt.as_str());
        fact.is_copied = true;
        facts.push(fact);
    }
    if view.excess_kes > 0 {
        facts.push(say.fact(Word::Contact, view.shop_contact.as_str()));
    }
    let done = say.action(Does::Close, Word::Done).primary();
    Screen::new(Name::Paid, heading)
        .with(Place::Message, text(message))
        .with(Place::Facts, Part::Facts(facts))
        .with(Place::Actions, Part::Actions(vec![done]))
}

/// Nobody knew for a day.
pub(super) fn unresolved(say: Say) -> Screen {
    let (heading, message) = say.sentence(Sentences::Unresolved);
    let has_sms = say.action(Does::Show(Pane::Receipt), Word::IHaveAnSms);
    let close = say.action(Does::Close, Word::Close);
    Screen::new(Name::Unresolved, heading)
        .with(Place::Message, Part::Text(vec![message]))
        .with(Place::Facts, Part::Facts(say.contact_facts()))
        .with(
            Place::Actions,
            Part::Actions(vec![has_sms.primary(), close]),
        )
}

/// The order expired with nothing in flight.
pub(super) fn closed(say: Say) -> Screen {
    let (heading, message) = say.sentence(Sentences::OrderExpired);
    let afresh = say.action(Does::StartAfresh, Word::StartAfresh).primary();
    let close = say.action(Does::Close, Word::Close);
    Screen::new(Name::Closed, heading)
        .with(Place::Message, Part::Text(vec![message]))
        .with(Place::Facts, Part::Facts(say.contact_facts()))
        .with(Place::Actions, Part::Actions(vec![afresh, close]))
}
