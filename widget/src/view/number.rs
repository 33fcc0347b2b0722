//! The phone form: formats as typed without moving the caret, explains errors in place.

use super::{Ui, parts};
use crate::model::Trouble;
use crate::pay::Ask;
use crate::screens::{Action, number_trouble};
use crate::words::Word;
use leptos::prelude::*;
use malipo_shared::{Msisdn, format_as_typed};
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlInputElement};

/// The form with its button.
pub(super) fn form(ui: Ui, action: Action) -> AnyView {
    let error = Memo::new(move |_| {
        ui.model.with(|model| {
            let trouble = model.trouble.as_ref()?;
            number_trouble(trouble, model.language)
        })
    });
    let is_other_prefix = Memo::new(move |_| {
        let parsed = ui.typed.with(|typed| Msisdn::parse(typed));
        parsed.is_ok_and(|msisdn| !msisdn.has_safaricom_prefix())
    });
    let hint = move || match is_other_prefix.get() {
        true => Word::OtherPrefix.say(ui.language()),
        false => "",
    };
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        ui.act(action_does());
    };
    view! {
        <form novalidate on:submit=submit>
            <label for="malipo-phone">{move || Word::PhoneNumber.say(ui.language())}</label>
            <input
                id="malipo-phone"
                type="tel"
                name="tel"
                autocomplete="tel"
                inputmode="tel"
                maxlength="24"
                placeholder="0712 345 678"
                aria-describedby="malipo-error malipo-help"
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                prop:value=ui.typed.get_untracked()
                on:input=move |event| typed(ui, &event)
            />
            <p id="malipo-error" class="error" role="alert">{move || error.get().unwrap_or_default()}</p>
            <p id="malipo-help" class="help">{move || Word::PhoneHelp.say(ui.language())}</p>
            <p class="help" aria-live="polite">{hint}</p>
            {parts::button(ui, action)}
        </form>
    }
    .into_any()
}

const fn action_does() -> crate::screens::Does {
    crate::screens::Does::AskPush
}

/// Sends the number in the form, or says why it cannot be one.
pub(super) fn send(ui: Ui) {
    let typed = ui.typed.get_untracked();
    match Msisdn::parse(&typed) {
        Ok(_) => ui.pay(|pay| {
            pay.ask_push(Ask {
                phone: Some(typed),
                not_charged: false,
            });
        }),
        Err(bad) => {
            ui.model
                .update(|model| model.trouble = Some(Trouble::Number(bad)));
            ui.pay(|pay| {
                let root = pay.root.get();
                let field = root.and_then(|root| root.query_selector("input").ok().flatten());
                if let Some(field) = field {
                    // A field that cannot take the focus is read all the same.
                    let _ = field.unchecked_into::<HtmlInputElement>().focus();
                }
            });
        }
    }
}

fn typed(ui: Ui, event: &Event) {
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
    ui.typed.set(shown);
    if ui.model.with_untracked(|model| model.trouble.is_some()) {
        ui.model.update(|model| model.trouble = None);
    }
}
