//! The texts of the first screen, for whoever draws it before the checkout itself has come.

use super::data::{Form, Name};
use super::{filled, screen};
use crate::api::FirstForm;
use crate::screens::model::Model;
use crate::screens::words::Word;
use crate::sentences::Language;

/// The texts of the screen that asks for the number; none where the payment shows another one.
pub fn first_form(model: &Model, now_ms: u64) -> Option<FirstForm> {
    let screen = screen(model, now_ms);
    let view = model.view.as_ref()?;
    if screen.name != Name::Phone || screen.form != Some(Form::Phone) {
        return None;
    }
    let say = |word: Word| filled(model, word.say(model.language), now_ms);
    let mut facts = Vec::new();
    for fact in screen.facts {
        facts.extend([say(fact.label), filled(model, fact.value, now_ms)]);
    }
    let (lang, other) = match model.language {
        Language::En => ("en", "Kiswahili"),
        Language::Sw => ("sw", "English"),
    };
    let test = if view.livemode {
        String::new()
    } else {
        say(Word::TestMode)
    };
    Some(FirstForm {
        lang: lang.to_owned(),
        test,
        facts,
        label: say(Word::PhoneNumber),
        help: say(Word::PhoneHelp),
        remember: say(Word::Remember),
        submit: say(Form::Phone.submit().word),
        actions: screen
            .actions
            .iter()
            .map(|action| say(action.word))
            .collect(),
        other: other.to_owned(),
        heading: screen.heading,
        message: screen.message,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screens::fixture;

    fn form(view: &str, language: Language) -> Option<FirstForm> {
        let mut model = Model::new(language);
        model.receive(fixture(view));
        first_form(&model, fixture(view).now_ms)
    }

    #[test]
    fn it_says_what_the_checkout_says() {
        let form = form("ready", Language::En).unwrap();
        assert_eq!(form.heading, "Pay with M-PESA");
        assert_eq!(form.submit, "Pay KES 150");
        assert_eq!(form.facts.first().map(String::as_str), Some("Amount"));
        assert_eq!(form.facts.get(1).map(String::as_str), Some("KES 150"));
    }

    #[test]
    fn a_payment_that_is_past_its_form_has_none() {
        assert_eq!(form("awaiting_pin", Language::En), None);
        assert_eq!(form("paid", Language::Sw), None);
    }
}
