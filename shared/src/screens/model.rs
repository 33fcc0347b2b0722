//! `Model`: what the checkout knows and what the customer asked to see. Plain data.

use crate::api::{State, TypedStatus, View};
use crate::screens::receipt_field::Untaken;
use crate::sentences::Language;
use crate::{BadMsisdn, Msisdn};

/// How often an ended payment is asked for whose receipt is still looked for, in milliseconds.
const RECEIPT_POLL_MS: u64 = 15_000;

/// Everything that a screen is made from, the clock apart.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// What the customer reads.
    pub language: Language,
    /// The newest view; `None` until the payment is open.
    pub view: Option<View>,
    /// What the customer asked to see instead of the payment's own screen.
    pub pane: Pane,
    /// Whether the shop's server has signed the order: then only the shop makes it anew.
    pub is_signed: bool,
    /// The number as it stands in the form; it outlives the form.
    pub typed: String,
    /// The receipt as it stands in its form.
    pub receipt: String,
    /// What has been asked of the Worker and not answered yet.
    pub asking: Option<Asking>,
    /// What went wrong last, until the next try.
    pub trouble: Option<Trouble>,
    /// Whether a push was asked for and no answer came, nor a newer view since: it may have reached the phone.
    pub is_push_unanswered: bool,
    /// Whether the Worker cannot be reached at the moment.
    pub is_cut_off: bool,
    /// Whether the customer was typing the number before the payment was open.
    pub is_typing: bool,
    /// Whether the number is to be remembered on this device.
    pub is_remembered: bool,
    /// The shop's own sentences, each after the one that it stands for.
    pub own: Vec<(String, String)>,
}

/// What the customer looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pane {
    /// The payment's own screen.
    Payment,
    /// The phone form, to give another number.
    Number,
    /// How to pay by Pay Bill or till; while money may be on its way, what to look at before.
    ByHand,
    /// The same for a customer who has looked, and has not paid.
    ByHandAnyway,
    /// The receipt in M-PESA's SMS: where it stands, or its form.
    Receipt,
    /// Its form, to type another one.
    OtherReceipt,
}

/// What the Worker is asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asking {
    /// To send a push.
    Push,
    /// To check a receipt.
    Receipt,
}

/// Why a request did not lead on.
#[derive(Debug, Clone, PartialEq)]
pub enum Trouble {
    /// Nobody answered.
    NoConnection,
    /// The number cannot be one.
    Number(BadMsisdn),
    /// The receipt was not taken.
    Receipt(Untaken),
    /// The Worker refused, before anything was sent.
    Refused(Refusal),
}

/// An error of the API, as far as a screen looks at it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Refusal {
    /// The word of `ErrorCode`.
    pub code: String,
    /// What to do, in English.
    pub message: String,
    /// The field that it belongs to.
    pub param: Option<String>,
    /// When to try again, in Unix milliseconds of the Worker's clock.
    pub retry_at_ms: Option<u64>,
    /// Whether it is the Worker's own failure, so that the same request may do later.
    pub is_ours: bool,
    /// How to reach the shop, where the error says it.
    pub shop_contact: Option<String>,
}

/// The order can be viewed, not opened or pushed any more.
pub const ORDER_EXPIRED: &str = "ORDER_EXPIRED";

/// The price is not the one that was shown; nothing was opened.
pub const PRICE_CHANGED: &str = "PRICE_CHANGED";

impl Refusal {
    /// Whether the same request may do later.
    pub fn may_pass(&self) -> bool {
        self.is_ours || self.retry_at_ms.is_some()
    }

    /// Whether the error belongs to the phone field.
    pub fn is_about_the_number(&self) -> bool {
        self.param.as_deref() == Some("phone") || self.code == "INVALID_MSISDN"
    }
}

impl Model {
    /// Nothing is known yet.
    pub fn new(language: Language) -> Model {
        Model {
            language,
            view: None,
            pane: Pane::Payment,
            is_signed: false,
            typed: String::new(),
            receipt: String::new(),
            asking: None,
            trouble: None,
            is_push_unanswered: false,
            is_cut_off: false,
            is_typing: false,
            is_remembered: false,
            own: Vec::new(),
        }
    }

    /// The sentence as the shop wants it.
    pub fn own<'a>(&'a self, sentence: &'a str) -> &'a str {
        let mut own = self.own.iter();
        own.find(|(known, _)| known == sentence)
            .map_or(sentence, |(_, own)| own)
    }

    /// Takes in a view. An older one than the one known changes nothing.
    pub fn receive(&mut self, view: View) {
        self.is_cut_off = false;
        let known = self.view.as_ref();
        if known.is_some_and(|known| known.id == view.id && known.version > view.version) {
            return;
        }
        if known.is_some_and(|known| known.version != view.version) {
            self.is_push_unanswered = false;
        }
        match known {
            Some(known) => {
                let has_come = known.received_kes != view.received_kes;
                if has_come || known.state != view.state && !self.pane.outlives(view.state) {
                    self.pane = Pane::Payment;
                }
            }
            // Found again: what the customer typed is not asked for a second time.
            None if is_typed_open(&view) => {
                self.receipt = view.typed_receipt.clone().unwrap_or_default();
                if Pane::Receipt.outlives(view.state) {
                    self.pane = Pane::Receipt;
                }
            }
            None => {}
        }
        self.view = Some(view);
    }

    /// How long until the next question, in milliseconds; `None`: nothing will change.
    pub fn poll_after_ms(&self) -> Option<u64> {
        let view = self.view.as_ref()?;
        // Money of an order that has ended is still looked for.
        let by_receipt = is_typed_open(view) && view.state != State::Paid;
        view.poll_after_ms.or(by_receipt.then_some(RECEIPT_POLL_MS))
    }

    /// Whether the Worker allows no push yet.
    pub fn must_wait(&self, now_ms: u64) -> bool {
        let retry_at_ms = self.view.as_ref().and_then(|view| view.retry_at_ms);
        retry_at_ms.is_some_and(|at_ms| at_ms > now_ms)
    }

    /// Whether the number in the form is whole, and its prefix was not given to Safaricom.
    pub fn has_other_prefix(&self) -> bool {
        Msisdn::parse(&self.typed).is_ok_and(|msisdn| !msisdn.has_safaricom_prefix())
    }

    /// Where the payment stands.
    pub fn state(&self) -> Option<State> {
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
            Pane::ByHand | Pane::ByHandAnyway => matches!(
                state,
                State::Ready | State::AwaitingPin | State::Confirming | State::Declined
            ),
            Pane::Receipt | Pane::OtherReceipt => !matches!(
                state,
                State::Sending | State::AwaitingPin | State::PartPaid | State::Paid
            ),
        }
    }
}

/// Whether a typed receipt is known and not yet part of what was received.
pub fn is_typed_open(view: &View) -> bool {
    let counted = Some(TypedStatus::Counted);
    view.typed_receipt.is_some() && view.typed_status != counted
}

/// The event that the page is told when `view` follows `known`: each attempt's prompt and decline
/// once, the payment's success once.
pub fn news(known: Option<&View>, view: &View) -> Option<&'static str> {
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
    fn a_typed_receipt_is_found_again_and_gives_way_to_the_money() {
        let mut model = model("ready_receipt_not_found");
        assert_eq!(model.pane, Pane::Receipt);
        assert_eq!(model.receipt, "TKL7XA91QZ");
        let mut view = fixture("part_paid");
        view.version = 99;
        model.receive(view.clone());
        assert_eq!(model.pane, Pane::Payment);
        model.pane = Pane::ByHand;
        view.received_kes += 1;
        view.version += 1;
        model.receive(view);
        assert_eq!(model.pane, Pane::Payment);
    }

    #[test]
    fn a_prompt_on_the_handset_comes_before_a_receipt() {
        let mut view = fixture("awaiting_pin");
        view.typed_receipt = Some("TKL7XA91QZ".to_owned());
        view.typed_status = Some(TypedStatus::NotFoundYet);
        let mut model = Model::new(Language::En);
        model.receive(view);
        assert_eq!(model.pane, Pane::Payment);
    }

    #[test]
    fn a_receipt_is_followed_after_the_order_has_ended() {
        assert_eq!(model("closed").poll_after_ms(), None);
        assert_eq!(
            model("closed_receipt_for_shop").poll_after_ms(),
            Some(15_000)
        );
        assert_eq!(model("paid").poll_after_ms(), None);
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
