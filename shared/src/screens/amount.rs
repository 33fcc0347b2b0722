//! The page that asks for an open amount: its words, and what is said of what was typed. Only the Worker's plain pages have
//! it: a shop's own page names the amount itself.

use super::spoken::{fill, shillings};
use super::words::Word;
use crate::sentences::{Language, Sentence};
use crate::{BadKes, Kes};

/// The shop's limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The least.
    pub min: Kes,
    /// The most.
    pub max: Kes,
}

/// Everything that is read on the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AmountPage {
    /// The headline.
    pub heading: String,
    /// The field's label.
    pub label: String,
    /// What the field takes.
    pub help: String,
    /// What is wrong with what was typed.
    pub trouble: Option<String>,
    /// The button.
    pub submit: String,
}

const HEADING: Sentence = (
    "How much do you want to pay?",
    "Ungependa kulipa kiasi gani?",
);
const LABEL: Sentence = ("Amount in KES", "Kiasi kwa KES");
const HELP: Sentence = (
    "Whole shillings, from KES {least} to KES {most}.",
    "Shilingi kamili, kuanzia KES {least} hadi KES {most}.",
);
const SUBMIT: Sentence = ("Continue", "Endelea");
const EMPTY: Sentence = ("Enter the amount.", "Weka kiasi.");
const NOT_A_NUMBER: Sentence = (
    "Use digits only, for example 1500.",
    "Tumia tarakimu pekee, kwa mfano 1500.",
);
const CENTS: Sentence = (
    "M-PESA takes whole shillings only, for example 1500.",
    "M-PESA hupokea shilingi kamili pekee, kwa mfano 1500.",
);
const OUTSIDE: Sentence = (
    "Enter an amount from KES {least} to KES {most}.",
    "Weka kiasi kuanzia KES {least} hadi KES {most}.",
);

/// A link that names nothing to pay, at a shop that takes no open amounts.
const USELESS_LINK: Sentence = (
    "This payment link cannot be used.",
    "Kiungo hiki cha malipo hakiwezi kutumika.",
);
const ASK_FOR_ANOTHER: Sentence = (
    "It does not say what to pay for. Nothing was charged just now. Contact the shop for the right link.",
    "Hakisemi unacholipia. Hujakatwa pesa sasa hivi. Wasiliana na wenye duka wakupe kiungo sahihi.",
);

impl Limits {
    /// Reads what was typed.
    ///
    /// # Errors
    /// Why it is no amount between the limits: a sentence for the customer.
    pub fn read(self, typed: &str, language: Language) -> Result<Kes, String> {
        let sentence = match Kes::parse(typed) {
            Ok(kes) if self.min <= kes && kes <= self.max => return Ok(kes),
            Ok(_) | Err(BadKes::TooSmall | BadKes::TooLarge) => OUTSIDE,
            Err(BadKes::Empty) => EMPTY,
            Err(BadKes::NotANumber) => NOT_A_NUMBER,
            Err(BadKes::Cents) => CENTS,
        };
        Err(self.say(sentence, language))
    }

    /// The page, with what is wrong with what was typed.
    pub fn page(self, trouble: Option<String>, language: Language) -> AmountPage {
        AmountPage {
            heading: self.say(HEADING, language),
            label: self.say(LABEL, language),
            help: self.say(HELP, language),
            trouble,
            submit: self.say(SUBMIT, language),
        }
    }

    fn say(self, sentence: Sentence, language: Language) -> String {
        fill(super::say::of(sentence, language), |name| match name {
            "least" => shillings(self.min.shillings()),
            _ => shillings(self.max.shillings()),
        })
    }
}

/// What the page of a link that names nothing to pay says below its headline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UselessLink {
    /// What happened, whether money moved, what to do.
    pub message: &'static str,
    /// The label of the shop's contact.
    pub label: &'static str,
    /// How to reach the shop, in its own words.
    pub contact: String,
}

/// The headline of a link that names nothing to pay, and what follows it.
pub fn useless_link(contact: &str, language: Language) -> (String, UselessLink) {
    let heading = super::say::of(USELESS_LINK, language).to_owned();
    let rest = UselessLink {
        message: super::say::of(ASK_FOR_ANOTHER, language),
        label: Word::Contact.say(language),
        contact: contact.to_owned(),
    };
    (heading, rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> Limits {
        Limits {
            min: Kes::new(10).unwrap(),
            max: Kes::new(5_000).unwrap(),
        }
    }

    #[test]
    fn what_people_type_is_read_between_the_limits() {
        for (typed, expected) in [
            ("50", 50),
            (" 1,500 ", 1_500),
            ("KES 10", 10),
            ("ksh 5000", 5_000),
        ] {
            let read = limits().read(typed, Language::En);
            assert_eq!(read.map(Kes::shillings), Ok(expected), "{typed:?}");
        }
    }

    #[test]
    fn what_is_no_amount_is_told_in_both_languages() {
        for (typed, en, sw) in [
            ("", "Enter the amount.", "Weka kiasi."),
            (
                "9",
                "from KES 10 to KES 5,000.",
                "kuanzia KES 10 hadi KES 5,000.",
            ),
            (
                "5001",
                "from KES 10 to KES 5,000.",
                "kuanzia KES 10 hadi KES 5,000.",
            ),
            (
                "0",
                "from KES 10 to KES 5,000.",
                "kuanzia KES 10 hadi KES 5,000.",
            ),
            ("999999999999", "from KES 10", "kuanzia KES 10"),
            ("50.00", "whole shillings only", "shilingi kamili pekee"),
            ("fifty", "digits only", "tarakimu pekee"),
            ("5 000", "digits only", "tarakimu pekee"),
            ("<b>", "digits only", "tarakimu pekee"),
        ] {
            for (language, says) in [(Language::En, en), (Language::Sw, sw)] {
                let why = limits().read(typed, language).unwrap_err();
                assert!(why.contains(says), "{typed:?}: {why}");
            }
        }
    }

    #[test]
    fn the_page_says_the_limits_and_leaves_no_placeholder() {
        for language in [Language::En, Language::Sw] {
            let AmountPage {
                heading,
                label,
                help,
                trouble,
                submit,
            } = limits().page(None, language);
            assert!(
                help.contains("KES 10 ") && help.contains("KES 5,000"),
                "{help}"
            );
            assert_eq!(trouble, None);
            let (useless, rest) = useless_link("0700 000 000", language);
            assert_eq!(rest.contact, "0700 000 000");
            let [message, contact] = [rest.message, rest.label].map(str::to_owned);
            for text in [heading, label, help, submit, useless, message, contact] {
                assert!(!text.is_empty() && !text.contains(['{', '}']), "{text}");
            }
        }
    }
}
