//! `Say`: the sentences of one view in one language, with its values filled in.

use super::data::{Form, Name, Screen};
use crate::BadMsisdn;
use crate::api::{Charge, PayeeKind, State, View};
use crate::screens::model::{Model, ORDER_EXPIRED, PRICE_CHANGED, Trouble};
use crate::screens::spoken::{cut, digits, duration, fill, replaced, secs_until, shillings};
use crate::screens::words::{self, Word};
use crate::sentences::{Language, NOT_CHARGED_SO_FAR, Screen as Sentences, Sentence, sentence};

/// What the texts of a screen are made from.
#[derive(Clone, Copy)]
pub(super) struct Say<'a> {
    pub(super) model: &'a Model,
    pub(super) language: Language,
    pub(super) view: &'a View,
    pub(super) now_ms: u64,
    pub(super) trouble: Option<&'a Trouble>,
}

impl<'a> Say<'a> {
    pub(super) fn new(model: &'a Model, view: &'a View, now_ms: u64) -> Say<'a> {
        Say {
            model,
            language: model.language,
            view,
            now_ms,
            trouble: model.trouble.as_ref(),
        }
    }

    pub(super) fn word(self, word: Word) -> &'a str {
        self.model.own(word.say(self.language))
    }

    /// The headline and the paragraph of an outcome.
    ///
    /// Some headlines go on into the paragraph ("M-PESA asks for a short pause | before the same
    /// amount…"): the heading then takes that sentence to its end.
    fn sentence(self, screen: Sentences) -> (String, String) {
        let (headline, rest) = sentence(screen, self.language);
        let (headline, rest) = (self.model.own(headline), self.model.own(rest));
        let goes_on = rest.starts_with(|c: char| c == '(' || c.is_ascii_lowercase());
        let (heading, rest) = match cut(rest, ". ") {
            Some((first, rest)) if goes_on => ([headline, " ", first, "."].concat(), rest),
            _ => (headline.to_owned(), rest),
        };
        (self.fill(&heading), self.fill(&self.with_countdown(rest)))
    }

    /// The screen of an outcome.
    pub(super) fn screen(self, name: Name, sentences: Sentences) -> Screen {
        let (heading, message) = self.sentence(sentences);
        Screen {
            heading,
            message,
            note: self.trouble(),
            ..Screen::new(name, "", "")
        }
    }

    /// A screen in the widget's own words.
    pub(super) fn words(self, name: Name, heading: Word, message: &str) -> Screen {
        Screen {
            heading: self.fill(self.word(heading)),
            message: self.fill(message),
            note: self.trouble(),
            ..Screen::new(name, "", "")
        }
    }

    /// What the customer may be told of the money after a decline, in place of the sentence's own
    /// "You have not been charged" where M-PESA may still change its mind.
    pub(super) fn with_charge(self, text: &str) -> String {
        let certain = self.word(Word::NotCharged);
        let honest = match self.view.charge {
            Some(Charge::None) => certain,
            Some(Charge::NoneSoFar) | None => of(NOT_CHARGED_SO_FAR, self.language),
        };
        replaced(text, certain, honest).unwrap_or_else(|| [honest, " ", text].concat())
    }

    /// "in {countdown}" becomes "now" when the wait is over.
    fn with_countdown(self, text: &str) -> String {
        let by = match self.view.retry_at_ms {
            Some(at_ms) if at_ms > self.now_ms => return text.to_owned(),
            Some(_) => Word::Now,
            None => Word::InAMoment,
        };
        let waits = self.word(Word::In);
        replaced(text, waits, self.word(by)).unwrap_or_else(|| text.to_owned())
    }

    pub(super) fn fill(self, template: &str) -> String {
        let view = self.view;
        let rest_kes = view.due_kes.saturating_sub(view.received_kes);
        let known = |text: &Option<String>| text.clone().unwrap_or_default();
        fill(template, |name| match name {
            "amount" | "rest" => shillings(rest_kes),
            "plain_amount" => digits(u64::from(rest_kes)),
            "due" => shillings(view.due_kes),
            "received" => shillings(view.received_kes),
            "excess" => shillings(view.excess_kes),
            "name" => view.name.clone(),
            "description" => view.description.clone(),
            "receipt" => known(&view.receipt),
            "code" => known(&view.code),
            "typed_receipt" => known(&view.typed_receipt),
            "phone" => known(&view.phone_masked),
            // As people write them, the same in both languages.
            "payee" => match view.payee_kind {
                PayeeKind::PayBill => "Paybill".to_owned(),
                PayeeKind::Till => "Buy Goods".to_owned(),
            },
            "payee_number" => view.payee_number.clone(),
            "shop_contact" => view.shop_contact.clone(),
            "account_reference" => view.account_reference.clone(),
            "countdown" => {
                let at_ms = view.retry_at_ms.unwrap_or_default();
                duration(secs_until(at_ms, self.now_ms), self.language)
            }
            _ => String::new(),
        })
    }

    /// A pause that is enforced before the first prompt: the page then shows the way without one.
    pub(super) fn is_over_limit(self) -> bool {
        self.view
            .retry_at_ms
            .is_some_and(|at_ms| at_ms > self.now_ms)
    }

    /// Whether the last request came after the order's own end: it may still be viewed.
    pub(super) fn has_expired(self) -> bool {
        matches!(self.trouble, Some(Trouble::Refused(refusal)) if refusal.code == ORDER_EXPIRED)
    }

    /// Whether nothing is under way: only then an order that has expired is shown as ended.
    pub(super) fn has_ended(self) -> bool {
        match self.view.state {
            State::Ready | State::Declined | State::PartPaid | State::Closed => true,
            State::Sending
            | State::AwaitingPin
            | State::Confirming
            | State::Unresolved
            | State::Paid => false,
        }
    }

    /// What went wrong with the last request, where it does not belong to the phone field.
    fn trouble(self) -> Option<Word> {
        match self.trouble? {
            Trouble::NoConnection => Some(Word::NoAnswer),
            Trouble::Number(_) | Trouble::Receipt(_) => None,
            Trouble::Refused(refusal) if refusal.is_about_the_number() => None,
            Trouble::Refused(refusal) if refusal.code == ORDER_EXPIRED => None,
            Trouble::Refused(refusal) if refusal.code == PRICE_CHANGED => Some(Word::PriceChanged),
            Trouble::Refused(refusal) if refusal.code == "PUSH_NOT_ALLOWED" => Some(Word::WaitABit),
            Trouble::Refused(_) => Some(Word::NothingSent),
        }
    }

    /// Whether the old prompt may still ring while the customer does something else.
    pub(super) fn may_ring(self) -> bool {
        self.view.may_prompt_be_alive || self.view.state == State::AwaitingPin
    }
}

/// The error beside the field of `form`.
pub fn field_trouble(trouble: &Trouble, form: Form, language: Language) -> Option<String> {
    match (trouble, form) {
        (Trouble::Number(bad), Form::Phone) => Some(words::bad_number(*bad, language).to_owned()),
        (Trouble::Receipt(why), Form::Receipt) => Some(words::untaken(*why, language).to_owned()),
        (Trouble::Refused(refusal), Form::Phone) if refusal.is_about_the_number() => {
            Some(match language {
                Language::En => refusal.message.clone(),
                Language::Sw => words::bad_number(BadMsisdn::NotANumber, language).to_owned(),
            })
        }
        _ => None,
    }
}

pub(super) const fn of((en, sw): Sentence, language: Language) -> &'static str {
    match language {
        Language::En => en,
        Language::Sw => sw,
    }
}
