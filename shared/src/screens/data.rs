//! Screens as data: what a screen is made of, and the buttons and facts that several screens have.

use super::contact;
use super::model::Pane;
use super::mood::Mood;
use super::words::Word;
use crate::Reason;

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
    pub(super) fn new(name: Name, heading: &str, message: &str) -> Screen {
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
    pub(super) const fn new(does: Does, word: Word) -> Action {
        Action {
            does,
            word,
            waiting: None,
        }
    }

    /// A button that leads to a push: it waits until the Worker allows one.
    pub(super) const fn push(does: Does, word: Word, waiting: Word) -> Action {
        Action {
            does,
            word,
            waiting: Some(waiting),
        }
    }
}

impl Fact {
    pub(super) const fn new(label: Word, value: &'static str) -> Fact {
        Fact {
            label,
            value,
            is_copied: false,
        }
    }

    pub(super) const fn copied(label: Word, value: &'static str) -> Fact {
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

pub(super) const TRY_AGAIN: Action =
    Action::push(Does::AskPushAgain, Word::TryAgain, Word::TryAgainIn);
pub(super) const HAS_SMS: Action = Action::new(Does::Show(Pane::Receipt), Word::IHaveAnSms);
pub(super) const I_HAVE_PAID: Action = Action::new(Does::Show(Pane::Receipt), Word::IHavePaid);
/// To pay without a prompt.
pub const BY_HAND: Action = Action::new(Does::Show(Pane::ByHand), Word::ByHand);
/// Beside "please do not pay again" stands no word of paying: the steps are behind `doubt::may_have_paid`.
pub(super) const NO_SMS: Action = Action::new(Does::Show(Pane::ByHand), Word::IHaveNoSms);
pub(super) const BACK: Action = Action::new(Does::Show(Pane::Payment), Word::Back);
pub(super) const CLOSE: Action = Action::new(Does::Close, Word::Close);

pub(super) const AMOUNT: Fact = Fact::new(Word::Amount, "KES {amount}");
pub(super) const SHOP: Fact = Fact::new(Word::Shop, "{name}");
pub(super) const FOR: Fact = Fact::new(Word::For, "{description}");
pub(super) const PHONE: Fact = Fact::new(Word::Phone, "{phone}");
/// The payment's name in the prompt and the SMS.
pub(super) const ACCOUNT: Fact = Fact::new(Word::Account, "{account_reference}");
pub(super) const ACCOUNT_COPIED: Fact = Fact::copied(Word::Account, "{account_reference}");
pub(super) const RECEIPT: Fact = Fact::copied(Word::Receipt, "{receipt}");
pub(super) const CONTACT: Fact = Fact::new(Word::Contact, "{shop_contact}");

/// What tells the shop which payment is meant.
pub(super) const FOR_THE_SHOP: &[Fact] = &[CONTACT, ACCOUNT_COPIED];
