//! The screen for money that goes past the prompt: Pay Bill or till.

use super::data::{Action, BACK, Does, I_HAVE_PAID, Name, Screen, Step};
use super::say::Say;
use crate::Reason;
use crate::api::{PayeeKind, State};
use crate::screens::model::Pane;
use crate::screens::words::Word;
use crate::sentences::{CANCEL_A_LATE_PROMPT, Screen as Sentences, sentence};

const fn step(word: Word, typed: &'static str) -> Step {
    Step {
        word,
        shown: typed,
        copied: typed,
    }
}

const MENU: Step = step(Word::StepMenu, "");
const LIPA: Step = step(Word::StepLipa, "");
const AMOUNT: Step = Step {
    word: Word::StepAmount,
    shown: "KES {amount}",
    copied: "{plain_amount}",
};
const PIN: Step = step(Word::StepPin, "");

/// In the order of M-PESA's own menus.
const PAY_BILL: &[Step] = &[
    MENU,
    LIPA,
    step(Word::StepPayBill, ""),
    step(Word::StepBusiness, "{payee_number}"),
    step(Word::StepAccount, "{account_reference}"),
    AMOUNT,
    PIN,
];

/// In the order of M-PESA's own menus.
const TILL: &[Step] = &[
    MENU,
    LIPA,
    step(Word::StepBuyGoods, ""),
    step(Word::StepTill, "{payee_number}"),
    AMOUNT,
    PIN,
];

/// Back to a request on the phone, when one may be sent.
const ASK_MY_PHONE: Action = Action::push(
    Does::Show(Pane::Number),
    Word::AskMyPhone,
    Word::AskMyPhoneIn,
);

/// How to pay by Pay Bill or till.
pub(super) fn by_hand(say: Say) -> Screen {
    let view = say.view;
    let is_in_doubt = say.is_in_doubt();
    let (name, (doubt, why)) = match is_in_doubt {
        true => (
            Name::ByHandInDoubt,
            sentence(Sentences::MayHavePaid, say.language),
        ),
        false => (Name::ByHand, ("", "")),
    };
    let late = match say.may_ring() {
        true => super::say::of(CANCEL_A_LATE_PROMPT, say.language),
        false => "",
    };
    Screen {
        steps: match view.payee_kind {
            PayeeKind::PayBill => PAY_BILL,
            PayeeKind::Till => TILL,
        },
        note: Some(match view.notices_payment_by_hand {
            true => Word::Noticed,
            false => Word::NotNoticed,
        }),
        actions: match (view.state, view.reason) {
            (State::Ready, _) => &[I_HAVE_PAID, ASK_MY_PHONE],
            // Strangers' limits lead here: the way back to a request shows when it opens.
            (_, Some(Reason::TooManyPrompts)) if view.retry_at_ms.is_some() => {
                &[I_HAVE_PAID, ASK_MY_PHONE, BACK]
            }
            _ => &[I_HAVE_PAID, BACK],
        },
        ..say.words(
            name,
            Word::ByHand,
            [doubt, " ", why, " ", late].concat().trim(),
        )
    }
}
