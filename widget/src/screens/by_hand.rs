//! The screens for money that goes past the prompt: Pay Bill, till, and the receipt of an SMS.

use super::{Action, BACK, Does, FOR_THE_SHOP, Name, Say, Screen, Step};
use crate::model::Pane;
use crate::words::Word;
use malipo_shared::api::{PayeeKind, State};
use malipo_shared::sentences::CANCEL_A_LATE_PROMPT;

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
        actions: match view.state == State::Ready {
            true => &[ASK_MY_PHONE],
            false => &[BACK],
        },
        ..say.words(Name::ByHand, Word::ByHand, late)
    }
}

/// What to do with the receipt in M-PESA's SMS.
pub(super) fn receipt(say: Say) -> Screen {
    Screen {
        facts: FOR_THE_SHOP,
        actions: &[BACK],
        ..say.words(Name::Receipt, Word::KeepTheSms, say.word(Word::ShopChecks))
    }
}
