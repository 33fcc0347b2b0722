//! The phone form: formats as typed without moving the caret, explains errors in place.

use super::fill::Place;
use super::{Button, Line, Ui, is_empty, says};
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
    let trouble = Line {
        id: Some("malipo-error"),
        role: Some("alert"),
        is_kept: true,
        ..Line::class("error", at(Place::NumberTrouble))
    };
    let help = Line {
        id: Some("malipo-help"),
        ..Line::class("help", at(Place::NumberHelp))
    };
    // The form hears it, and Enter too.
    let button = Button {
        kind: "submit",
        class: "primary",
        closed: Some(at(Place::SubmitClosed)),
        ..Button::of(at(Place::SubmitLabel))
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
            {trouble.draw()}
            {help.draw()}
            {Line::status("help", at(Place::NumberHint)).draw()}
            {button.draw(Box::new(|| ()))}
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
