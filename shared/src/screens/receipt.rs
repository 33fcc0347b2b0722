//! The screens for the receipt in M-PESA's SMS. What is typed is checked, never believed.

use super::data::{Action, BACK, Does, FOR_THE_SHOP, Fact, Form, Name, Screen};
use super::say::Say;
use crate::api::{State, TypedStatus};
use crate::screens::model::{Pane, Trouble};
use crate::screens::receipt_field::Untaken;
use crate::screens::words::Word;
use crate::sentences::Screen as Sentences;

const OTHER_RECEIPT: Action = Action::new(Does::Show(Pane::OtherReceipt), Word::OtherReceipt);
const BACK_TO_NUMBERS: Action = Action::new(Does::Show(Pane::ByHand), Word::Back);

/// Where the receipt stands that was typed last.
pub(super) fn receipt(say: Say) -> Screen {
    match say.view.typed_status.unwrap_or(TypedStatus::Counted) {
        // None, or one that has brought its money: there may be another.
        TypedStatus::Counted => form(say),
        TypedStatus::Checking => Screen {
            actions: &[OTHER_RECEIPT, BACK],
            ..say.screen(Name::ReceiptChecking, Sentences::ReceiptChecking)
        },
        TypedStatus::NotFoundYet => Screen {
            facts: who_goes_on(say),
            form: Some(Form::Receipt),
            actions: &[BACK],
            ..say.screen(Name::ReceiptNotFound, Sentences::ReceiptNotFound)
        },
        TypedStatus::NeedsShop => Screen {
            facts: FOR_THE_SHOP,
            actions: &[OTHER_RECEIPT, BACK],
            ..say.screen(Name::ReceiptForShop, Sentences::ReceiptForShop)
        },
    }
}

/// The form.
pub(super) fn form(say: Say) -> Screen {
    Screen {
        facts: who_goes_on(say),
        form: Some(Form::Receipt),
        actions: match say.view.state {
            _ if say.is_in_doubt() => &[BACK],
            State::Confirming | State::Unresolved | State::Closed => &[BACK],
            State::Ready
            | State::Sending
            | State::AwaitingPin
            | State::Declined
            | State::PartPaid
            | State::Paid => &[BACK_TO_NUMBERS],
        },
        ..say.screen(Name::Receipt, Sentences::EnterReceipt)
    }
}

/// Once no more receipts are checked, only the shop can go on.
fn who_goes_on(say: Say) -> &'static [Fact] {
    match say.trouble {
        Some(Trouble::Receipt(Untaken::TooMany)) => FOR_THE_SHOP,
        _ => &[],
    }
}

/// The receipt in the form is on its way to the Worker.
pub(super) fn asking(say: Say, receipt: &str) -> Screen {
    let mut view = say.view.clone();
    view.typed_receipt = Some(receipt.to_owned());
    let say = Say { view: &view, ..say };
    say.screen(Name::ReceiptChecking, Sentences::ReceiptChecking)
}
