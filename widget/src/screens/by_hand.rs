//! The screens for money that goes past the prompt: Pay Bill, till, and the receipt of an SMS.

use super::paying::BACK;
use super::{ACCOUNT, CONTACT, Does, Name, Part, Place, Say, Screen, Step};
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
const PAY_BILL: [Step; 7] = [
    MENU,
    LIPA,
    step(Word::StepPayBill, ""),
    step(Word::StepBusiness, "{payee_number}"),
    step(Word::StepAccount, "{account_reference}"),
    AMOUNT,
    PIN,
];

/// In the order of M-PESA's own menus.
const TILL: [Step; 6] = [
    MENU,
    LIPA,
    step(Word::StepBuyGoods, ""),
    step(Word::StepTill, "{payee_number}"),
    AMOUNT,
    PIN,
];

/// How to pay by Pay Bill or till.
pub(super) fn by_hand(say: Say) -> Screen {
    let view = say.view;
    let steps = match view.payee_kind {
        PayeeKind::PayBill => PAY_BILL.to_vec(),
        PayeeKind::Till => TILL.to_vec(),
    };
    let told = match view.notices_payment_by_hand {
        true => Word::Noticed,
        false => Word::NotNoticed,
    };
    let late = match say.may_ring() {
        true => {
            let text = super::say::of(CANCEL_A_LATE_PROMPT, say.language);
            Part::Text(Place::Message, text.to_owned())
        }
        false => Part::Nothing,
    };
    let show_form = Does::Show(Pane::Number);
    let action = match view.state {
        State::Ready => say.push(show_form, Word::AskMyPhone, Word::AskMyPhoneIn),
        _ => BACK,
    };
    let mut screen = Screen::new(Name::ByHand, say.filled(Word::ByHand));
    screen.put(late);
    screen.put(Part::Steps(steps));
    screen.put(Part::Word(Place::Note, told));
    screen.put(Part::Actions(vec![action]));
    screen
}

/// What to do with the receipt in M-PESA's SMS.
pub(super) fn receipt(say: Say) -> Screen {
    let mut screen = Screen::new(Name::Receipt, say.word(Word::KeepTheSms));
    screen.put(Part::Word(Place::Message, Word::ShopChecks));
    screen.put(Part::Facts(vec![CONTACT, ACCOUNT.copied()]));
    screen.put(Part::Actions(vec![BACK]));
    screen
}
