//! The phone form: formats as typed without moving the caret, explains errors in place.

use super::{Says, Ui, element, parts};
use crate::model::Trouble;
use crate::pay::{Ask, Pay};
use crate::screens::{Action, Does};
use crate::words::Word;
use leptos::prelude::*;
use malipo_shared::{Msisdn, format_as_typed};
use std::rc::Rc;
use web_sys::{Event, HtmlInputElement, SubmitEvent};

/// The form with its button.
pub(super) fn form(ui: Ui, action: Action) -> AnyView {
    let language = ui.language();
    let say = |word: Word| word.say(language);
    let typed = ui
        .pay
        .with_value(|pay| pay.with(|model| model.typed.clone()));
    let bad_number = ui.text(Says::BadNumber);
    let is_invalid: Box<dyn Fn() -> String + Send> = Box::new(move || {
        let is_bad = !bad_number.get().is_empty();
        if is_bad { "true" } else { "false" }.to_owned()
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        ui.act(Does::AskPush);
    };
    let help = element("span", "help", vec![say(Word::PhoneHelp).into_any()]);
    view! {
        <form novalidate on:submit=submit>
            <label for="malipo-phone">{say(Word::PhoneNumber)}</label>
            <input
                id="malipo-phone"
                type="tel"
                name="tel"
                autocomplete="tel"
                maxlength="24"
                placeholder="0712 345 678"
                value=typed
                aria-describedby="malipo-error malipo-help"
                aria-invalid=is_invalid
                on:input=move |event| ui.pay(|pay| input(pay, &event))
            />
            <p id="malipo-error" class="error" role="alert">{ui.says(Says::BadNumber)}</p>
            <p id="malipo-help">{help}</p>
            <p class="help" aria-live="polite">{ui.says(Says::NumberHint)}</p>
            {parts::button(ui, action)}
        </form>
    }
    .into_any()
}

/// Sends the number in the form, or says why it cannot be one.
pub(super) fn send(pay: &Rc<Pay>) {
    let typed = pay.with(|model| model.typed.clone());
    match Msisdn::parse(&typed) {
        Ok(_) => pay.ask_push(Ask {
            phone: Some(typed),
            not_charged: false,
        }),
        Err(bad) => {
            pay.update(|model| model.trouble = Some(Trouble::Number(bad)));
            pay.focus("input");
        }
    }
}

fn input(pay: &Pay, event: &Event) {
    let field: HtmlInputElement = event_target(event);
    let text = field.value();
    // The field counts in UTF-16; what is formatted holds digits and separators only.
    let caret = field.selection_start().ok().flatten().unwrap_or(u32::MAX);
    let (shown, at) = format_as_typed(&text, caret as usize);
    if shown != text {
        field.set_value(&shown);
        let at = at as u32;
        // An input of type tel has a selection.
        let _ = field.set_selection_range(at, at);
    }
    pay.update(|model| {
        model.typed = shown;
        model.trouble = None;
    });
}
