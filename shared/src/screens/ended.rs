//! The screens after a verdict: declined, part paid, paid, unresolved, closed.

use super::data::{
    ACCOUNT_COPIED, Action, BY_HAND, CLOSE, CONTACT, Does, FOR, FOR_THE_SHOP, Fact, HAS_SMS,
    I_HAVE_PAID, Name, RECEIPT, SHOP, Screen, TRY_AGAIN,
};
use super::say::Say;
use crate::screens::model::Pane;
use crate::screens::words::Word;
use crate::sentences::Screen as Sentences;
use crate::{NextStep, Reason};

const OTHER_NUMBER: Action = Action::new(Does::Show(Pane::Number), Word::OtherNumber);
const CORRECT_NUMBER: Action = Action::new(Does::Show(Pane::Number), Word::CorrectNumber);
const PAY_REST: Action = Action::push(Does::AskPushAgain, Word::PayRest, Word::PayRestIn);
const DONE: Action = Action::new(Does::Close, Word::Done);
const START_AFRESH: Action = Action::new(Does::StartAfresh, Word::StartAfresh);
const RECEIVED: Fact = Fact::new(Word::Amount, "KES {received}");

/// The last attempt ended without money: why, and what helps.
pub(super) fn declined(say: Say) -> Screen {
    let reason = say.view.reason.unwrap_or(Reason::Other);
    let step = reason.next_step();
    let may_push = say.view.retry_at_ms.is_some();
    let is_for_shop = step == NextStep::AskShop;
    let mut screen = say.screen(Name::Declined(reason), Sentences::Declined(reason));
    screen.message = say.with_charge(&screen.message);
    screen.actions = next_actions(step, may_push);
    if may_push && reason == Reason::TooManyPrompts {
        // Nothing failed but our own limit: paying by hand goes on at once.
        screen.actions = &[BY_HAND, TRY_AGAIN, OTHER_NUMBER];
    }
    if !may_push || is_for_shop {
        screen.facts = FOR_THE_SHOP;
    }
    if !may_push && !is_for_shop {
        screen.note = Some(Word::NoMoreRequests);
    }
    screen
}

/// What is offered, what helps most first; never nothing.
fn next_actions(step: NextStep, may_push: bool) -> &'static [Action] {
    match step {
        NextStep::AskShop => &[CLOSE],
        // A rule of the payment forbids more prompts; money can still come by hand.
        _ if !may_push => &[BY_HAND, CLOSE],
        NextStep::TryAgain => &[TRY_AGAIN, OTHER_NUMBER],
        NextStep::TryAgainOrByHand => &[TRY_AGAIN, BY_HAND, OTHER_NUMBER],
        NextStep::OtherNumber => &[OTHER_NUMBER, TRY_AGAIN],
        NextStep::OtherNumberOrByHand => &[OTHER_NUMBER, BY_HAND],
        NextStep::EditNumber => &[CORRECT_NUMBER],
    }
}

/// Some of the money is here.
pub(super) fn part_paid(say: Say) -> Screen {
    Screen {
        facts: match say.view.receipt {
            Some(_) => &[RECEIPT, CONTACT, ACCOUNT_COPIED],
            None => FOR_THE_SHOP,
        },
        actions: match say.view.retry_at_ms {
            Some(_) => &[PAY_REST, BY_HAND, OTHER_NUMBER],
            None => &[BY_HAND],
        },
        ..say.screen(Name::PartPaid, Sentences::PartPaid)
    }
}

/// All of the money is here.
pub(super) fn paid(say: Say) -> Screen {
    let has_receipt = say.view.receipt.is_some();
    let is_too_much = say.view.excess_kes > 0;
    let mut screen = say.screen(
        Name::Paid,
        match is_too_much {
            true => Sentences::PaidTooMuch,
            false => Sentences::Paid,
        },
    );
    if !is_too_much {
        // Where it is known, the facts bring the receipt.
        screen.message = match has_receipt {
            true => String::new(),
            false => say.word(Word::ReceiptComes).to_owned(),
        };
    }
    screen.facts = match (has_receipt, is_too_much) {
        (true, true) => &[RECEIVED, SHOP, FOR, RECEIPT, CONTACT],
        (true, false) => &[RECEIVED, SHOP, FOR, RECEIPT],
        (false, true) => &[RECEIVED, SHOP, FOR, CONTACT],
        (false, false) => &[RECEIVED, SHOP, FOR],
    };
    screen.actions = &[DONE];
    screen
}

/// Nobody knew for a day.
pub(super) fn unresolved(say: Say) -> Screen {
    Screen {
        facts: FOR_THE_SHOP,
        actions: &[HAS_SMS, CLOSE],
        ..say.screen(Name::Unresolved, Sentences::Unresolved)
    }
}

/// The order expired with nothing in flight.
pub(super) fn closed(say: Say, is_signed: bool) -> Screen {
    Screen {
        facts: FOR_THE_SHOP,
        actions: match is_signed || say.is_in_doubt() {
            // A signed order would be found ended again: the shop makes a new one. And who may have paid is asked first.
            true => &[CLOSE, I_HAVE_PAID],
            false => &[START_AFRESH, I_HAVE_PAID, CLOSE],
        },
        ..say.screen(Name::Closed, Sentences::OrderExpired)
    }
}
