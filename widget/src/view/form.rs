//! The fields: they format as typed without moving the caret, and explain errors in place.

use crate::pay::{Ask, Pay};
use malipo_shared::screens::Form;
use malipo_shared::screens::model::Trouble;
use malipo_shared::screens::receipt_field;
use malipo_shared::{Msisdn, format_as_typed};
use std::rc::Rc;
use web_sys::HtmlInputElement;

/// Sends the number in the form, or says why it cannot be one.
pub(super) fn send(pay: &Rc<Pay>) {
    let typed = pay.with(|model| model.typed.clone());
    match Msisdn::parse(&typed) {
        Ok(_) => {
            pay.remember(pay.with(|model| model.is_remembered));
            pay.ask_push(Ask {
                phone: Some(typed),
                not_charged: false,
            });
        }
        Err(bad) => {
            pay.update(|model| model.trouble = Some(Trouble::Number(bad)));
            pay.focus("#malipo-phone");
        }
    }
}

/// Takes in what was typed.
pub(super) fn input(pay: &Pay, form: Form, field: &HtmlInputElement) {
    if field.type_() == "checkbox" {
        return pay.update(|model| model.is_remembered = field.checked());
    }
    let text = field.value();
    // The field counts in UTF-16; what is formatted holds digits, letters and separators only.
    let caret = field.selection_start().ok().flatten().unwrap_or(u32::MAX);
    let (shown, at) = match form {
        Form::Phone => format_as_typed(&text, caret as usize),
        Form::Receipt => receipt_field::as_typed(&text, caret as usize),
    };
    if shown != text {
        field.set_value(&shown);
        let at = at as u32;
        // Inputs of these types have a selection.
        let _ = field.set_selection_range(at, at);
    }
    pay.update(|model| {
        match form {
            Form::Phone => model.typed = shown,
            Form::Receipt => model.receipt = shown,
        }
        model.trouble = None;
    });
}
