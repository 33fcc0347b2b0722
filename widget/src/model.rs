//! `Model`: what the checkout knows and what the customer asked to see. Plain data.

use malipo_shared::api::{State, View};
use malipo_shared::sentences::Language;
use malipo_shared::{BadMsisdn, Msisdn};

/// Everything that a screen is made from, the clock apart.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Model {
    /// What the customer reads.
    pub(crate) language: Language,
    /// The newest view; `None` until the payment is open.
    pub(crate) view: Option<View>,
    /// What the customer asked to see instead of the payment's own screen.
    pub(crate) pane: Pane,
    /// The number as it stands in the form; it outlives the form.
    pub(crate) typed: String,
    /// Whether a push has been asked for and not answered yet.
    pub(crate) is_asking: bool,
    /// What went wrong last, until the next try.
    pub(crate) trouble: Option<Trouble>,
    /// Whether the Worker cannot be reached at the moment.
    pub(crate) is_cut_off: bool,
}

/// What the customer looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pane {
    /// The payment's own screen.
    Payment,
    /// The phone form, to give another number.
    Number,
    /// How to pay by Pay Bill or till.
    ByHand,
    /// What to do with the receipt in M-PESA's SMS.
    Receipt,
}

/// Why a request did not lead on.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Trouble {
    /// Nobody answered.
    NoConnection,
    /// The number cannot be one.
    Number(BadMsisdn),
    /// The Worker refused, before anything was sent.
    Refused(Refusal),
}

/// An error of the API, as far as the widget looks at it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Refusal {
    /// The word of `ErrorCode`.
    pub(crate) code: String,
    /// What to do, in English.
    pub(crate) message: String,
    /// The field that it belongs to.
    pub(crate) param: Option<String>,
    /// When to try again, in Unix milliseconds of the Worker's clock.
    pub(crate) retry_at_ms: Option<u64>,
}

impl Refusal {
    /// Whether the error belongs to the phone field.
    pub(crate) fn is_about_the_number(&self) -> bool {
        self.param.as_deref() == Some("phone") || self.code == "INVALID_MSISDN"
    }
}

impl Model {
    /// Nothing is known yet.
    pub(crate) fn new(language: Language) -> Model {
        Model {
            language,
            view: None,
            pane: Pane::Payment,
            typed: String::new(),
            is_asking: false,
            trouble: None,
            is_cut_off: false,
        }
    }

    /// Takes in a view. An older one than the one known changes nothing.
    pub(crate) fn receive(&mut self, view: View) {
        self.is_cut_off = false;
        let known = self.view.as_ref();
        if known.is_some_and(|known| known.id == view.id && known.version > view.version) {
            return;
        }
        let was = known.map(|known| known.state);
        if was != Some(view.state) && !self.pane.outlives(view.state) {
            self.pane = Pane::Payment;
        }
        self.view = Some(view);
    }

    /// Whether the Worker allows no push yet.
    pub(crate) fn must_wait(&self, now_ms: u64) -> bool {
        let retry_at_ms = self.view.as_ref().and_then(|view| view.retry_at_ms);
        retry_at_ms.is_some_and(|at_ms| at_ms > now_ms)
    }

    /// Whether the number in the form is whole, and its prefix was not given to Safaricom.
    pub(crate) fn has_other_prefix(&self) -> bool {
        Msisdn::parse(&self.typed).is_ok_and(|msisdn| !msisdn.has_safaricom_prefix())
    }

    /// Where the payment stands.
    pub(crate) fn state(&self) -> Option<State> {
        self.view.as_ref().map(|view| view.state)
    }
}

impl Pane {
    /// Whether the customer stays here when the payment comes to `state`. Whoever is paying by
    /// hand must not lose the account number because the old prompt ran out meanwhile.
    const fn outlives(self, state: State) -> bool {
        match self {
            Pane::Payment => true,
            Pane::Number => matches!(state, State::Ready),
            Pane::ByHand => matches!(
                state,
                State::Ready | State::AwaitingPin | State::Confirming | State::Declined
            ),
            Pane::Receipt => matches!(state, State::Confirming | State::Unresolved),
        }
    }
}

/// The event that the page is told when `view` follows `known`: each attempt's prompt and decline
/// once, the payment's success once.
pub(crate) fn news(known: Option<&View>, view: &View) -> Option<&'static str> {
    let is_same =
        known.is_some_and(|known| known.state == view.state && known.sent_at_ms == view.sent_at_ms);
    match view.state {
        State::Paid if known.is_some_and(|known| known.state == State::Paid) => None,
        State::Paid => Some("paid"),
        _ if is_same => None,
        State::AwaitingPin => Some("prompted"),
        State::Declined => Some("declined"),
        State::Ready | State::Sending | State::Confirming => None,
        State::PartPaid | State::Unresolved | State::Closed => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screens::fixture;

    #[test]
    fn the_page_is_told_of_each_prompt_and_decline_once() {
        let (prompt, declined) = (fixture("awaiting_pin"), fixture("declined_cancelled"));
        assert_eq!(news(None, &prompt), Some("prompted"));
        assert_eq!(news(Some(&prompt), &prompt), None);
        assert_eq!(news(Some(&prompt), &declined), Some("declined"));
        let mut second = declined.clone();
        second.sent_at_ms = second.sent_at_ms.map(|at_ms| at_ms + 60_000);
        assert_eq!(news(Some(&declined), &second), Some("declined"));
        assert_eq!(news(Some(&declined), &fixture("paid")), Some("paid"));
        assert_eq!(
            news(Some(&fixture("paid")), &fixture("paid_too_much")),
            None
        );
    }

    fn model(name: &str) -> Model {
        let mut model = Model::new(Language::En);
        model.receive(fixture(name));
        model
    }

    #[test]
    fn an_answer_that_was_overtaken_changes_nothing() {
        let mut model = model("paid");
        let mut late = fixture("awaiting_pin");
        late.version = 1;
        model.receive(late);
        assert_eq!(model.state(), Some(State::Paid));
    }

    #[test]
    fn paying_by_hand_survives_the_end_of_the_prompt_and_turns_to_paid() {
        let mut model = model("awaiting_pin");
        model.pane = Pane::ByHand;
        for (name, pane) in [
            ("confirming", Pane::ByHand),
            ("declined_unreachable", Pane::ByHand),
            ("paid", Pane::Payment),
        ] {
            let mut view = fixture(name);
            view.version = model.view.as_ref().unwrap().version + 1;
            model.receive(view);
            assert_eq!(model.pane, pane, "{name}");
        }
    }

    #[test]
    fn a_new_prompt_leaves_the_phone_form() {
        let mut model = model("declined_cancelled");
        model.pane = Pane::Number;
        let mut view = fixture("sending");
        view.version = 99;
        model.receive(view);
        assert_eq!(model.pane, Pane::Payment);
    }
}
