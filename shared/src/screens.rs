//! Which screen the customer sees, and everything on it, as plain data. The views only draw it.
//!
//! Texts are words and templates, filled when they are drawn.

pub mod model;

mod by_hand;
mod doubt;
mod ended;
mod first_form;
mod mood;
mod paying;
mod receipt;
mod say;

pub mod amount;
pub mod contact;
pub mod receipt_field;
pub mod spoken;
pub mod wire;
pub mod words;

use crate::Reason;
use crate::api::{State, View};
use crate::screens::model::{Asking, Model, Pane, Trouble};
use crate::screens::spoken::{duration, fill, secs_until, spoken_mark};
use crate::screens::words::Word;
use crate::sentences::Language;

pub use first_form::first_form;
pub use mood::Mood;
pub use say::field_trouble;

/// One screen. What it lists is fixed; only its sentences are made.
#[derive(Debug, Clone, PartialEq)]
pub struct Screen {
    /// Which one: a change moves the focus to the heading.
    pub name: Name,
    /// The headline.
    pub heading: String,
    /// What happened, whether money moved, what to do.
    pub message: String,
    /// Whether the time for the PIN is counted down.
    pub has_timer: bool,
    /// What is known, a line each.
    pub facts: &'static [Fact],
    /// What is asked for.
    pub form: Option<Form>,
    /// How to pay by hand.
    pub steps: &'static [Step],
    /// A heading and a list.
    pub hints: &'static [Word],
    /// What else to know, above the buttons.
    pub note: Option<Word>,
    /// The buttons; the first of them is what helps most.
    pub actions: &'static [Action],
}

/// Which screen; its word is in the page for tests and for the shop's own styles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Name {
    /// The payment is being opened.
    Opening,
    /// It could not be opened.
    OpenFailed,
    /// The number is asked for.
    Phone,
    /// The push is on its way.
    Sending,
    /// The prompt is on the handset.
    Waiting,
    /// Nobody knows yet.
    Confirming,
    /// The customer may say that no money left.
    AskCharged,
    /// The receipt number is asked for: the M-PESA code, as the customer knows it.
    Receipt,
    /// It is looked for.
    ReceiptChecking,
    /// M-PESA does not show it yet.
    ReceiptNotFound,
    /// The shop has to look at it.
    ReceiptForShop,
    /// Money may be on its way: what to look at before paying by hand.
    MayHavePaid,
    /// How to pay without a prompt.
    ByHand,
    /// The same, while money may be on its way: with a warning.
    ByHandInDoubt,
    /// The last attempt ended without money.
    Declined(Reason),
    /// Some of the money is here.
    PartPaid,
    /// All of it is here.
    Paid,
    /// Nobody knew for a day.
    Unresolved,
    /// The order has ended.
    Closed,
    /// Only the shop can solve it.
    ShopSetUp,
}

/// A field and its button.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// The number that the push goes to.
    Phone,
    /// The receipt in M-PESA's SMS.
    Receipt,
}

/// A label and a value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fact {
    /// What it is.
    pub label: Word,
    /// A template.
    pub value: &'static str,
    /// Whether a button copies it.
    pub is_copied: bool,
}

/// A step of paying by hand, and what is to be typed at it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// What to do.
    pub word: Word,
    /// A template, as it is shown: `KES {amount}`; empty when nothing is typed.
    pub shown: &'static str,
    /// A template, as it is copied: `{plain_amount}`.
    pub copied: &'static str,
}

/// A button.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Action {
    /// What it does.
    pub does: Does,
    /// Its label.
    pub word: Word,
    /// The label until another push may be asked for, with `{countdown}`, where that matters.
    pub waiting: Option<Word>,
}

/// What a button does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Does {
    /// Opens the payment once more after a failure.
    OpenAgain,
    /// Lets the old payment go and opens a new one.
    StartAfresh,
    /// Sends a push to the number in the form.
    AskPush,
    /// Sends a push to the number of the last attempt.
    AskPushAgain,
    /// The same, after the customer said that no money left.
    AskPushNotCharged,
    /// Has the receipt in the form checked.
    TypeReceipt,
    /// Shows a pane.
    Show(Pane),
    /// Closes the dialog.
    Close,
}

/// The screen for what is known at `now_ms` (the Worker's clock).
pub fn screen(model: &Model, now_ms: u64) -> Screen {
    let Some(view) = &model.view else {
        return paying::opening(model);
    };
    let say = Say::new(model, view, now_ms);
    match model.asking {
        Some(Asking::Push) => return paying::sending(say),
        Some(Asking::Receipt) => return receipt::asking(say, &model.receipt),
        None => {}
    }
    if say.has_expired() && say.has_ended() {
        return ended::closed(say, model.is_signed);
    }
    let is_in_doubt = say.is_in_doubt();
    match (model.pane, view.state) {
        (_, State::Paid) => ended::paid(say),
        (Pane::Receipt, _) => receipt::receipt(say),
        (Pane::OtherReceipt, _) => receipt::form(say),
        (_, State::Closed) => ended::closed(say, model.is_signed),
        (_, State::Sending) => paying::sending(say),
        (Pane::ByHand, _) if is_in_doubt => doubt::may_have_paid(say),
        (Pane::ByHand | Pane::ByHandAnyway, _) => by_hand::by_hand(say),
        (Pane::Payment, State::Ready) if say.is_over_limit() && is_in_doubt => {
            doubt::may_have_paid(say)
        }
        (Pane::Payment, State::Ready) if say.is_over_limit() => by_hand::by_hand(say),
        (Pane::Payment | Pane::Number, State::Ready) => paying::phone(say),
        // While a request may be alive no other number is asked for, whatever an address names.
        (Pane::Payment | Pane::Number, State::AwaitingPin) => paying::waiting(say),
        (Pane::Payment | Pane::Number, State::Confirming) => paying::confirming(say),
        (Pane::Payment | Pane::Number, State::Unresolved) => ended::unresolved(say),
        (Pane::Number, State::Declined | State::PartPaid) => paying::phone(say),
        (Pane::Payment, State::Declined) => ended::declined(say),
        (Pane::Payment, State::PartPaid) => ended::part_paid(say),
    }
}

/// What a screen reader hears now and then beside the heading: the countdown three times, and the
/// end of a wait.
pub fn spoken(model: &Model, screen: &Screen, now_ms: u64) -> String {
    let language = model.language;
    let Some(view) = &model.view else {
        return String::new();
    };
    if screen.has_timer {
        let ends_at_ms = view.prompt_ends_at_ms.unwrap_or_default();
        let mark_secs = spoken_mark(secs_until(ends_at_ms, now_ms));
        let said = mark_secs.map(|secs| {
            fill(Word::SecondsLeft.say(language), |_| {
                duration(secs, language)
            })
        });
        return said.unwrap_or_default();
    }
    let retry_at_ms = view.retry_at_ms.unwrap_or_default();
    let has_waited = retry_at_ms > view.now_ms && retry_at_ms <= now_ms;
    match has_waited && screen.actions.iter().any(|action| action.waiting.is_some()) {
        true => Word::CanTryNow.say(language).to_owned(),
        false => String::new(),
    }
}

/// `template` with the values of what is known.
pub fn filled(model: &Model, template: &str, now_ms: u64) -> String {
    let template = model.own(template);
    match (&model.view, &model.trouble) {
        (Some(view), _) => Say::new(model, view, now_ms).fill(template),
        // Before there is a payment, what refused it may say how to reach the shop.
        (None, Some(Trouble::Refused(refusal))) => fill(template, |name| match name {
            "shop_contact" => refusal.shop_contact.clone().unwrap_or_default(),
            _ => String::new(),
        }),
        (None, _) => template.to_owned(),
    }
}

/// What the texts of a screen are made from.
#[derive(Clone, Copy)]
struct Say<'a> {
    model: &'a Model,
    language: Language,
    view: &'a View,
    now_ms: u64,
    trouble: Option<&'a Trouble>,
}

impl Name {
    /// The word in the page.
    pub const fn as_str(self) -> &'static str {
        match self {
            Name::Opening => "opening",
            Name::OpenFailed => "open_failed",
            Name::Phone => "phone",
            Name::Sending => "sending",
            Name::Waiting => "waiting",
            Name::Confirming => "confirming",
            Name::AskCharged => "ask_charged",
            Name::Receipt => "receipt",
            Name::ReceiptChecking => "receipt_checking",
            Name::ReceiptNotFound => "receipt_not_found",
            Name::ReceiptForShop => "receipt_for_shop",
            Name::MayHavePaid => "may_have_paid",
            Name::ByHand => "by_hand",
            Name::ByHandInDoubt => "by_hand_in_doubt",
            Name::Declined(_) => "declined",
            Name::PartPaid => "part_paid",
            Name::Paid => "paid",
            Name::Unresolved => "unresolved",
            Name::Closed => "closed",
            Name::ShopSetUp => "shop_set_up",
        }
    }

    /// How it feels.
    pub const fn mood(self) -> Mood {
        match self {
            Name::Phone | Name::ByHand | Name::Receipt => Mood::Plain,
            Name::Opening | Name::Sending | Name::ReceiptChecking => Mood::Busy,
            Name::Waiting => Mood::Prompt,
            Name::Confirming | Name::AskCharged | Name::Unresolved => Mood::Unsure,
            Name::ReceiptNotFound | Name::ReceiptForShop => Mood::Unsure,
            Name::MayHavePaid | Name::ByHandInDoubt => Mood::Unsure,
            Name::Declined(_) | Name::Closed | Name::OpenFailed => Mood::Bad,
            Name::PartPaid | Name::ShopSetUp => Mood::Bad,
            Name::Paid => Mood::Good,
        }
    }
}

impl Screen {
    /// A screen with its sentences and nothing else yet.
    fn new(name: Name, heading: &str, message: &str) -> Screen {
        Screen {
            name,
            heading: heading.to_owned(),
            message: message.to_owned(),
            has_timer: false,
            facts: &[],
            form: None,
            steps: &[],
            hints: &[],
            note: None,
            actions: &[],
        }
    }
}

impl Action {
    const fn new(does: Does, word: Word) -> Action {
        Action {
            does,
            word,
            waiting: None,
        }
    }

    /// A button that leads to a push: it waits until the Worker allows one.
    const fn push(does: Does, word: Word, waiting: Word) -> Action {
        Action {
            does,
            word,
            waiting: Some(waiting),
        }
    }
}

impl Fact {
    const fn new(label: Word, value: &'static str) -> Fact {
        Fact {
            label,
            value,
            is_copied: false,
        }
    }

    const fn copied(label: Word, value: &'static str) -> Fact {
        Fact {
            label,
            value,
            is_copied: true,
        }
    }

    /// Where a press on its value leads, as it is shown: the shop's contact may be called or written to.
    pub fn link(&self, value: &str) -> Option<String> {
        match self.label == Word::Contact {
            true => contact::link(value),
            false => None,
        }
    }
}

impl Form {
    /// Every form, in the order of the page.
    pub const ALL: [Form; 2] = [Form::Phone, Form::Receipt];

    /// Its word in the page.
    pub const fn as_str(self) -> &'static str {
        match self {
            Form::Phone => "phone",
            Form::Receipt => "receipt",
        }
    }

    /// Its button.
    pub const fn submit(self) -> Action {
        match self {
            Form::Phone => Action::push(Does::AskPush, Word::PayAmount, Word::PayAmountIn),
            Form::Receipt => Action::new(Does::TypeReceipt, Word::CheckReceipt),
        }
    }
}

const TRY_AGAIN: Action = Action::push(Does::AskPushAgain, Word::TryAgain, Word::TryAgainIn);
const HAS_SMS: Action = Action::new(Does::Show(Pane::Receipt), Word::IHaveAnSms);
const I_HAVE_PAID: Action = Action::new(Does::Show(Pane::Receipt), Word::IHavePaid);
/// To pay without a prompt.
pub const BY_HAND: Action = Action::new(Does::Show(Pane::ByHand), Word::ByHand);
/// Beside "please do not pay again" stands no word of paying: the steps are behind `doubt::may_have_paid`.
const NO_SMS: Action = Action::new(Does::Show(Pane::ByHand), Word::IHaveNoSms);
const BACK: Action = Action::new(Does::Show(Pane::Payment), Word::Back);
const CLOSE: Action = Action::new(Does::Close, Word::Close);

const AMOUNT: Fact = Fact::new(Word::Amount, "KES {amount}");
const SHOP: Fact = Fact::new(Word::Shop, "{name}");
const FOR: Fact = Fact::new(Word::For, "{description}");
const PHONE: Fact = Fact::new(Word::Phone, "{phone}");
/// The payment's name in the prompt and the SMS.
const ACCOUNT: Fact = Fact::new(Word::Account, "{account_reference}");
const ACCOUNT_COPIED: Fact = Fact::copied(Word::Account, "{account_reference}");
const RECEIPT: Fact = Fact::copied(Word::Receipt, "{receipt}");
const CONTACT: Fact = Fact::new(Word::Contact, "{shop_contact}");

/// What tells the shop which payment is meant.
const FOR_THE_SHOP: &[Fact] = &[CONTACT, ACCOUNT_COPIED];

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) use tests::fixture;
