//! The phone form: formats as typed without moving the caret, explains errors in place.

use super::fill::Place;
use super::{Ui, is_empty, is_set, says};
use crate::model::Trouble;
use crate::pay::{Ask, Pay};
use crate::screens::SUBMIT;
use leptos::prelude::*;
use malipo_shared::{Msisdn, format_as_typed};
use std::rc::Rc;
use web_sys::{Event, HtmlInputElement, SubmitEvent};

/// The form with its button.
pub(super) fn form(ui: &Rc<Ui>) -> impl IntoView + use<> {
    let at = |place: Place| ui.text(place, 0);
    let (on_submit, on_input) = (Rc::clone(ui), Rc::clone(ui));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        on_submit.act(Some(SUBMIT));
    };
    view! {
        <form novalidate hidden=is_empty(at(Place::SubmitLabel)) on:submit=submit>
            <label for="malipo-phone">{says(at(Place::NumberLabel))}</label>
            <input
                id="malipo-phone"
                type="tel"
                name="tel"
                autocomplete="tel"
                maxlength="24"
                placeholder="0712 345 678"
                aria-describedby="malipo-error malipo-help"
                aria-invalid=says(at(Place::IsInvalid))
                on:input=move |event| input(&on_input.pay, &event)
            />
            <p id="malipo-error" class="error" role="alert">{says(at(Place::NumberTrouble))}</p>
            <p id="malipo-help" class="help">{says(at(Place::NumberHelp))}</p>
            <p class="help" aria-live="polite">{says(at(Place::NumberHint))}</p>
            <button type="submit" class="primary" disabled=is_set(at(Place::SubmitClosed))>
                {says(at(Place::SubmitLabel))}
            </button>
        </form>
    }
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
