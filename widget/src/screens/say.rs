//! `Say`: the sentences of one view in one language, with its values filled in.

use super::{Action, Does, Fact, Say};
use crate::model::{Pane, Trouble};
use crate::spoken::{duration, fill, secs_until, shillings};
use crate::words::{self, Word};
use malipo_shared::api::{Charge, PayeeKind, State};
use malipo_shared::sentences::{Language, NOT_CHARGED_SO_FAR, Screen as Sentences, sentence};

impl Say<'_> {
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
        let goes_on = rest.starts_with(|c: char| c == '(' || c.is_lowercase());
        let (heading, rest) = match rest.split_once(". ") {
            Some((first, rest)) if goes_on => ([headline, " ", first, "."].concat(), rest),
            _ => (headline.to_owned(), rest),
        };
        (self.fill(&heading), self.fill(&self.with_countdown(rest)))
    }

    /// What the customer may be told of the money after a decline, in place of the sentence's own
    /// "You have not been charged" where M-PESA may still change its mind.
    pub(super) fn with_charge(self, text: String) -> String {
        let certain = self.word(Word::NotCharged);
        let honest = match self.view.charge {
            Some(Charge::None) => certain,
            Some(Charge::NoneSoFar) | None => of(NOT_CHARGED_SO_FAR, self.language),
        };
        match text.contains(certain) {
            true => text.replace(certain, honest),
            false => [honest, " ", &text].concat(),
        }
    }

    /// "in {countdown}" becomes "now" when the wait is over.
    fn with_countdown(self, text: &str) -> String {
        let waits = self.word(Word::In);
        match self.view.retry_at_ms {
            Some(at_ms) if at_ms > self.now_ms => text.to_owned(),
            Some(_) => text.replace(waits, self.word(Word::Now)),
            None => text.replace(waits, self.word(Word::InAMoment)),
        }
    }

    pub(super) fn fill(self, text: &str) -> String {
        let view = self.view;
        let wait_secs = view
            .retry_at_ms
            .map_or(0, |at_ms| secs_until(at_ms, self.now_ms));
        fill(
            text,
            &[
                ("amount", &shillings(self.rest_kes())),
                ("rest", &shillings(self.rest_kes())),
                ("due", &shillings(view.due_kes)),
                ("received", &shillings(view.received_kes)),
                ("excess", &shillings(view.excess_kes)),
                ("name", &view.name),
                ("receipt", view.receipt.as_deref().unwrap_or_default()),
                ("code", view.code.as_deref().unwrap_or_default()),
                ("phone", view.phone_masked.as_deref().unwrap_or_default()),
                ("payee", self.payee()),
                ("shop_contact", &view.shop_contact),
                ("account_reference", &view.account_reference),
                ("countdown", &duration(wait_secs, self.language)),
            ],
        )
    }

    /// What is still to be paid, in shillings.
    pub(super) fn rest_kes(self) -> u32 {
        self.view.due_kes.saturating_sub(self.view.received_kes)
    }

    /// M-PESA's own word for the way to pay by hand; the same in both languages.
    pub(super) fn payee(self) -> &'static str {
        match self.view.payee_kind {
            PayeeKind::PayBill => "Pay Bill",
            PayeeKind::Till => "Buy Goods",
        }
    }

    /// A pause that is enforced before the first prompt: the page then shows the way without one.
    pub(super) fn is_over_limit(self) -> bool {
        self.view
            .retry_at_ms
            .is_some_and(|at_ms| at_ms > self.now_ms)
    }

    pub(super) fn action(self, does: Does, word: Word) -> Action {
        Action {
            label: self.filled(word),
            ..Action::new(does, word, self.language)
        }
    }

    /// A button that asks for a push, or leads to one: it waits until M-PESA allows it.
    pub(super) fn push_action(self, does: Does, word: Word, waiting: Word) -> Action {
        let keep_countdown = fill(
            self.word(waiting),
            &[
                ("amount", &shillings(self.rest_kes())),
                ("rest", &shillings(self.rest_kes())),
                ("countdown", "{countdown}"),
            ],
        );
        Action {
            enabled_at_ms: self.view.retry_at_ms.unwrap_or(0),
            waiting_label: keep_countdown,
            ..self.action(does, word)
        }
    }

    /// Another push to the same number, or the form when none is known.
    pub(super) fn push_again(self, word: Word, waiting: Word) -> Action {
        let does = match self.view.phone_masked {
            Some(_) => Does::AskPushAgain,
            None => Does::Show(Pane::Number),
        };
        self.push_action(does, word, waiting)
    }

    pub(super) fn fact(self, word: Word, value: impl Into<String>) -> Fact {
        Fact {
            label: self.word(word),
            value: value.into(),
            is_copied: false,
        }
    }

    pub(super) fn amount_fact(self) -> Fact {
        self.fact(Word::Amount, ["KES ", &shillings(self.rest_kes())].concat())
    }

    /// The payment's name in the prompt and the SMS.
    pub(super) fn account_fact(self) -> Fact {
        self.fact(Word::Account, self.view.account_reference.as_str())
    }

    /// How to reach the shop, and what to tell it.
    pub(super) fn contact_facts(self) -> Vec<Fact> {
        let account = Fact {
            is_copied: true,
            ..self.account_fact()
        };
        vec![
            self.fact(Word::Contact, self.view.shop_contact.as_str()),
            account,
        ]
    }

    /// What went wrong with the last request, where it does not belong to the phone field.
    pub(super) fn trouble(self) -> Option<String> {
        let word = match self.trouble? {
            Trouble::Number(_) => return None,
            Trouble::NoConnection => Word::NoAnswer,
            Trouble::Refused(refusal) if refusal.param.as_deref() == Some("phone") => return None,
            Trouble::Refused(refusal) if refusal.code == "PUSH_NOT_ALLOWED" => Word::WaitABit,
            Trouble::Refused(_) => Word::NothingSent,
        };
        Some(self.word(word).to_owned())
    }

    /// Whether the old prompt may still ring while the customer does something else.
    pub(super) fn may_ring(self) -> bool {
        self.view.may_prompt_be_alive || self.view.state == State::AwaitingPin
    }
}

/// The error beside the phone field.
pub(crate) fn number_trouble(trouble: &Trouble, language: Language) -> Option<String> {
    match trouble {
        Trouble::Number(bad) => Some(words::bad_number(*bad, language)),
        Trouble::Refused(refusal) if refusal.param.as_deref() == Some("phone") => {
            Some(match language {
                Language::En => refusal.message.clone(),
                Language::Sw => words::bad_number(malipo_shared::BadMsisdn::NotANumber, language),
            })
        }
        Trouble::Refused(_) | Trouble::NoConnection => None,
    }
}

pub(super) const fn of(
    (en, sw): malipo_shared::sentences::Sentence,
    language: Language,
) -> &'static str {
    match language {
        Language::En => en,
        Language::Sw => sw,
    }
}
