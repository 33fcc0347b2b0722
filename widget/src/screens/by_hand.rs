//! The screens for money that goes past the prompt: Pay Bill, till, and the receipt of an SMS.

use super::paying::text;
use super::{Does, Name, Part, Place, Say, Screen, Step, Typed};
use crate::model::Pane;
use crate::spoken::shillings;
use crate::words::Word;
use malipo_shared::api::{PayeeKind, State};
use malipo_shared::sentences::CANCEL_A_LATE_PROMPT;

/// How to pay by Pay Bill or till, in the order of M-PESA's own menus.
pub(super) fn by_hand(say: Say) -> Screen {
    let view = say.view;
    let amount = Typed {
        shown: ["KES ", &shillings(say.rest_kes())].concat(),
        copied: say.rest_kes().to_string(),
    };
    let step = |word, typed| Step {
        text: say.word(word),
        typed,
    };
    let as_is = |text: &str| {
        Some(Typed {
            shown: text.to_owned(),
            copied: text.to_owned(),
        })
    };
    let mut steps = vec![step(Word::StepMenu, None), step(Word::StepLipa, None)];
    match view.payee_kind {
        PayeeKind::PayBill => steps.extend([
            step(Word::StepPayBill, None),
            step(Word::StepBusiness, as_is(&view.payee_number)),
            step(Word::StepAccount, as_is(&view.account_reference)),
        ]),
        PayeeKind::Till => steps.extend([
            step(Word::StepBuyGoods, None),
            step(Word::StepTill, as_is(&view.payee_number)),
        ]),
    }
    steps.extend([
        step(Word::StepAmount, Some(amount)),
        step(Word::StepPin, None),
    ]);

    let told = match view.notices_payment_by_hand {
        true => Word::Noticed,
        false => Word::NotNoticed,
    };
    let late = say
        .may_ring()
        .then(|| super::say::of(CANCEL_A_LATE_PROMPT, say.language).to_owned());
    let action = match view.state {
        State::Ready => say.push_action(
            Does::Show(Pane::Number),
            Word::AskMyPhone,
            Word::AskMyPhoneIn,
        ),
        _ => say.action(Does::Show(Pane::Payment), Word::Back),
    };
    Screen::new(Name::ByHand, say.filled(Word::ByHand))
        .with(Place::Message, text(late))
        .with(Place::Steps, Part::Steps(steps))
        .with(Place::Note, Part::Text(vec![say.filled(told)]))
        .with(Place::Actions, Part::Actions(vec![action]))
}

/// What to do with the receipt in M-PESA's SMS.
pub(super) fn receipt(say: Say) -> Screen {
    let back = say.action(Does::Show(Pane::Payment), Word::Back);
    Screen::new(Name::Receipt, say.word(Word::KeepTheSms))
        .with(
            Place::Message,
            Part::Text(vec![say.filled(Word::ShopChecks)]),
        )
        .with(Place::Facts, Part::Facts(say.contact_facts()))
        .with(Place::Actions, Part::Actions(vec![back]))
}
