//! The phone field: formats as typed without moving the caret, explains errors in place.

use crate::model::Trouble;
use crate::pay::{Ask, Pay};
use malipo_shared::{Msisdn, format_as_typed};
use std::rc::Rc;
use web_sys::HtmlInputElement;

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

/// Takes in what was typed.
pub(super) fn input(pay: &Pay, field: &HtmlInputElement) {
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
