//! `Say`: the sentences of one view in one language, with its values filled in.

use super::{Action, Does, Say};
use crate::model::{Model, Pane, Trouble};
use crate::spoken::{cut, digits, duration, fill, replaced, secs_until, shillings};
use crate::words::{self, Word};
use malipo_shared::BadMsisdn;
use malipo_shared::api::{Charge, PayeeKind, State, View};
use malipo_shared::sentences::{
    Language, NOT_CHARGED_SO_FAR, Screen as Sentences, Sentence, sentence,
};

impl<'a> Say<'a> {
    pub(super) fn new(model: &'a Model, view: &'a View, now_ms: u64) -> Say<'a> {
        Say {
            language: model.language,
            view,
            now_ms,
            trouble: model.trouble.as_ref(),
        }
    }

    pub(super) fn word(self, word: Word) -> &'static str {
        word.say(self.language)
    }

    /// A word with its placeholders filled.
    pub(super) fn filled(self, word: Word) -> String {
        self.fill(self.word(word))
    }

    /// The headline and the paragraph of an outcome.
    ///
    /// Some headlines go on into the paragraph ("M-PESA asks for a short pause | before the same
    /// amount…"): the heading then takes that sentence to its end.
    pub(super) fn sentence(self, screen: Sentences) -> (String, String) {
        let (headline, rest) = sentence(screen, self.language);
        let goes_on = rest.starts_with(|c: char| c == '(' || c.is_ascii_lowercase());
        let (heading, rest) = match cut(rest, ". ") {
            Some((first, rest)) if goes_on => ([headline, " ", first, "."].concat(), rest),
            _ => (headline.to_owned(), rest),
        };
        (self.fill(&heading), self.fill(&self.with_countdown(rest)))
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
            "phone" => known(&view.phone_masked),
            // M-PESA's own words, the same in both languages.
            "payee" => match view.payee_kind {
                PayeeKind::PayBill => "Pay Bill".to_owned(),
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

    /// A button that asks for a push, or leads to one: it waits until M-PESA allows it.
    pub(super) fn push(self, does: Does, word: Word, waiting: Word) -> Action {
        Action {
            waiting,
            enabled_at_ms: self.view.retry_at_ms.unwrap_or_default(),
            ..Action::new(does, word)
        }
    }

    /// Another push to the same number, or the form when none is known.
    pub(super) fn push_again(self, word: Word, waiting: Word) -> Action {
        let does = match self.view.phone_masked {
            Some(_) => Does::AskPushAgain,
            None => Does::Show(Pane::Number),
        };
        self.push(does, word, waiting)
    }

    /// What went wrong with the last request, where it does not belong to the phone field.
    pub(super) fn trouble(self) -> Option<Word> {
        match self.trouble? {
            Trouble::NoConnection => Some(Word::NoAnswer),
            Trouble::Number(_) => None,
            Trouble::Refused(refusal) if refusal.is_about_the_number() => None,
            Trouble::Refused(refusal) if refusal.code == "PUSH_NOT_ALLOWED" => Some(Word::WaitABit),
            Trouble::Refused(_) => Some(Word::NothingSent),
        }
    }

    /// Whether the old prompt may still ring while the customer does something else.
    pub(super) fn may_ring(self) -> bool {
        self.view.may_prompt_be_alive || self.view.state == State::AwaitingPin
    }
}

/// The error beside the phone field.
pub(crate) fn number_trouble(trouble: &Trouble, language: Language) -> Option<String> {
    match trouble {
        Trouble::Number(bad) => Some(words::bad_number(*bad, language).to_owned()),
        Trouble::Refused(refusal) if refusal.is_about_the_number() => Some(match language {
            Language::En => refusal.message.clone(),
            Language::Sw => words::bad_number(BadMsisdn::NotANumber, language).to_owned(),
        }),
        Trouble::Refused(_) | Trouble::NoConnection => None,
    }
}

pub(super) const fn of((en, sw): Sentence, language: Language) -> &'static str {
    match language {
        Language::En => en,
        Language::Sw => sw,
    }
}
