//! While nobody knows whether the customer has paid: what stands before the steps of paying by hand, so that nobody pays
//! twice without having looked.

use super::data::{Action, BACK, Does, HAS_SMS, Name, Screen};
use super::say::Say;
use crate::api::{Charge, State};
use crate::screens::model::{Pane, is_typed_open};
use crate::screens::words::Word;
use crate::sentences::Screen as Sentences;

const BY_HAND_ANYWAY: Action = Action::new(Does::Show(Pane::ByHandAnyway), Word::NoSmsByHand);

/// The heading of what to look at first, then each of them.
const FIRST: &[Word] = &[Word::CheckFirst, Word::CheckSms];

/// "You may already have paid": what to look at, and the customer's own decision.
pub(super) fn may_have_paid(say: Say) -> Screen {
    Screen {
        hints: FIRST,
        actions: match say.is_over_limit() && say.view.state == State::Ready {
            // It stands in the place of the payment's own screen: there is nowhere to go back to.
            true => &[HAS_SMS, BY_HAND_ANYWAY],
            false => &[HAS_SMS, BY_HAND_ANYWAY, BACK],
        },
        ..say.screen(Name::MayHavePaid, Sentences::MayHavePaid)
    }
}

impl Say<'_> {
    /// Whether money of the customer's may be on its way, or here already, without our knowing it.
    pub(super) fn is_in_doubt(self) -> bool {
        let view = self.view;
        // A request without an answer may have reached the phone all the same.
        if self.model.is_push_unanswered || view.may_prompt_be_alive || is_typed_open(view) {
            return view.state != State::Paid;
        }
        match view.state {
            State::Sending | State::AwaitingPin | State::Confirming | State::Unresolved => true,
            State::Ready | State::Declined | State::PartPaid | State::Closed => {
                view.charge == Some(Charge::NoneSoFar)
            }
            State::Paid => false,
        }
    }
}
