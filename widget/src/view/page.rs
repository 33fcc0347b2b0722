//! The elements of the page, made once, and which text each of them shows.

use super::fill::{ACTIONS, FACTS, HINTS, Place, STEPS};
use leptos::tachys::renderer::dom::Dom;
use malipo_shared::screens::Form;
use wasm_bindgen::JsCast;
use web_sys::{Element, EventTarget};

/// All elements of the checkout.
#[derive(Default)]
pub(super) struct Page {
    /// Those that lie directly in the dialog, in their order.
    pub(super) tops: Vec<Element>,
    bonds: Vec<Bond>,
    buttons: Vec<(Element, Press)>,
}

/// What a button does.
#[derive(Clone, Copy)]
pub(super) enum Press {
    /// Switches to the other language.
    Switch,
    /// Copies the value of a row: the facts first, then the steps.
    Copy(usize),
    /// Does the screen's action of that index.
    Act(usize),
    /// Sends what stands in the form. Not the form's own: a frame's sandbox may forbid forms.
    Send,
}

/// An element that shows a text.
struct Bond {
    /// The index of the text.
    text: usize,
    element: Element,
    shows: Shows,
}

#[derive(Clone, Copy)]
enum Shows {
    /// The text inside.
    Inside,
    /// The value of an attribute.
    As(&'static str),
    /// The address of a link, which is none without it.
    Link,
    /// An attribute that is there while there is a text.
    With(&'static str),
    /// An attribute that is there while there is no text.
    Without(&'static str),
}

/// The element around another; `None`: the dialog.
type Around<'a> = Option<&'a Element>;
type Attributes<'a> = &'a [(&'a str, &'a str)];

const PHONE: Attributes = &[
    ("type", "tel"),
    ("name", "tel"),
    ("autocomplete", "tel"),
    ("maxlength", "24"),
    ("placeholder", "0712 345 678"),
];
/// No length: whoever pastes the whole SMS is understood.
const RECEIPT: Attributes = &[
    ("type", "text"),
    ("inputmode", "text"),
    ("autocomplete", "off"),
    ("autocapitalize", "characters"),
    ("spellcheck", "false"),
];

impl Page {
    /// The whole page, without any text yet.
    pub(super) fn new() -> Page {
        let mut page = Page::default();
        let heading = Place::Heading.at(0);
        page.line(None, "p", &[("class", "test")], Place::TestMode.at(0));
        page.group(None, "div", "mark", heading);
        let title = [("id", "malipo-title"), ("tabindex", "-1")];
        page.kept(None, "h2", &title, heading);
        page.line(None, "p", &[], Place::Message.at(0));
        let timer = Place::Timer.at(0);
        let bar = page.element(None, "progress", &[("aria-hidden", "true")]);
        page.bind(&bar, Shows::Without("hidden"), timer);
        page.bind(&bar, Shows::As("max"), Place::WholeSecs.at(0));
        page.bind(&bar, Shows::As("value"), Place::LeftSecs.at(0));
        page.line(None, "p", &[("role", "timer")], timer);
        page.facts();
        page.form(Form::Phone, PHONE);
        page.form(Form::Receipt, RECEIPT);
        page.steps();
        page.line(None, "h3", &[], Place::HintsHeading.at(0));
        let hints = page.group(None, "ul", "", Place::HintsHeading.at(0));
        for index in 0..HINTS {
            page.line(Some(&hints), "li", &[], Place::Hint.at(index));
        }
        page.line(None, "p", &[], Place::Note.at(0));
        let actions = page.group(None, "div", "actions", Place::ActionLabel.at(0));
        for index in 0..ACTIONS {
            let (label, closed) = (Place::ActionLabel.at(index), Place::ActionClosed.at(index));
            let button = page.button(Some(&actions), "", label, Press::Act(index));
            page.bind(&button, Shows::With("disabled"), closed);
        }
        page.status(None, "cut-off", Place::CutOff.at(0));
        page.status(None, "heard", Place::Heard.at(0));
        page.button(None, "link", Place::Other.at(0), Press::Switch);
        page
    }

    /// Brings the page from the texts that it shows to others.
    pub(super) fn show(&self, before: &[String], texts: &[String]) {
        for Bond {
            text,
            element,
            shows,
        } in &self.bonds
        {
            let (before, text) = (before.get(*text), &texts[*text]);
            if before == Some(text) {
                continue;
            }
            match *shows {
                Shows::Inside => element.set_text_content(Some(text)),
                Shows::As(name) => Dom::set_attribute(element, name, text),
                Shows::Link if text.is_empty() => toggle(element, "href", false),
                Shows::Link => Dom::set_attribute(element, "href", text),
                Shows::With(name) => toggle(element, name, !text.is_empty()),
                Shows::Without(name) => toggle(element, name, text.is_empty()),
            }
        }
    }

    /// What the button does that was pressed.
    pub(super) fn pressed(&self, target: Option<EventTarget>) -> Option<Press> {
        // A translator puts elements of its own into a button.
        let target: Element = target?.dyn_into().ok()?;
        let target = target.closest("button").ok()??;
        let mut buttons = self.buttons.iter();
        let found = buttons.find(|(button, _)| **button == *target)?;
        Some(found.1)
    }

    fn facts(&mut self) {
        let facts = self.group(None, "dl", "", Place::FactLabel.at(0));
        for index in 0..FACTS {
            let label = Place::FactLabel.at(index);
            let row = self.group(Some(&facts), "div", "", label);
            self.line(Some(&row), "dt", &[], label);
            let value = self.group(Some(&row), "dd", "", label);
            // Without an address it is no link, only a text.
            let text = self.line(Some(&value), "a", &[], Place::FactValue.at(index));
            self.bind(&text, Shows::Link, Place::FactLink.at(index));
            self.copy_button(&value, index);
        }
    }

    fn steps(&mut self) {
        let steps = self.group(None, "ol", "", Place::StepLabel.at(0));
        for index in 0..STEPS {
            let (label, value) = (Place::StepLabel.at(index), Place::StepValue.at(index));
            let row = self.group(Some(&steps), "li", "", label);
            self.line(Some(&row), "span", &[], label);
            let typed = self.group(Some(&row), "span", "typed", value);
            self.line(Some(&typed), "strong", &[], value);
            self.copy_button(&typed, FACTS + index);
        }
    }

    fn form(&mut self, form: Form, field: Attributes) {
        let (index, name) = (form as usize, form.as_str());
        let is_phone = form == Form::Phone;
        let submit = Place::SubmitLabel.at(index);
        let form = self.element(None, "form", &[("novalidate", "")]);
        self.bind(&form, Shows::Without("hidden"), submit);
        let form = Some(&form);
        let [id, error, help] = ["malipo-", "error-", "help-"].map(|part| [part, name].concat());
        self.kept(form, "label", &[("for", &id)], Place::FieldLabel.at(index));
        let field = self.element(form, "input", field);
        Dom::set_attribute(&field, "id", &id);
        Dom::set_attribute(&field, "aria-describedby", &[&error, " ", &help].concat());
        self.bind(&field, Shows::As("value"), Place::FieldValue.at(index));
        self.bind(
            &field,
            Shows::As("aria-invalid"),
            Place::IsInvalid.at(index),
        );
        let trouble = [("class", "error"), ("id", &*error), ("role", "alert")];
        self.kept(form, "p", &trouble, Place::FieldTrouble.at(index));
        let help = [("class", "help"), ("id", &*help)];
        self.line(form, "p", &help, Place::FieldHelp.at(index));
        self.status(form, "help", Place::FieldHint.at(index));
        if is_phone {
            let label = self.group(form, "label", "check", Place::Remember.at(0));
            let tick = self.element(Some(&label), "input", &[("type", "checkbox")]);
            self.bind(&tick, Shows::With("checked"), Place::IsRemembered.at(0));
            self.line(Some(&label), "span", &[], Place::Remember.at(0));
        }
        let button = self.button(form, "primary", submit, Press::Send);
        let closed = Place::SubmitClosed.at(index);
        self.bind(&button, Shows::With("disabled"), closed);
    }

    /// Its name says of what it copies.
    fn copy_button(&mut self, around: &Element, row: usize) {
        let word = Place::CopyWord.at(row);
        let button = self.button(Some(around), "copy", word, Press::Copy(row));
        self.bind(&button, Shows::As("aria-label"), Place::CopyName.at(row));
    }

    fn button(&mut self, around: Around, class: &str, label: usize, press: Press) -> Element {
        let attributes = [("type", "button"), ("class", class)];
        let button = self.line(around, "button", &attributes, label);
        self.buttons.push((button.clone(), press));
        button
    }

    /// A place that a screen reader listens to.
    fn status(&mut self, around: Around, class: &str, text: usize) {
        self.kept(around, "p", &[("class", class), ("role", "status")], text);
    }

    /// An element with one text, hidden without it.
    fn line(&mut self, around: Around, tag: &str, attributes: Attributes, text: usize) -> Element {
        let line = self.kept(around, tag, attributes, text);
        self.bind(&line, Shows::Without("hidden"), text);
        line
    }

    /// An element with one text that stays in the page without it: a reader must know a place
    /// before it speaks.
    fn kept(&mut self, around: Around, tag: &str, attributes: Attributes, text: usize) -> Element {
        let kept = self.element(around, tag, attributes);
        self.bind(&kept, Shows::Inside, text);
        kept
    }

    /// An element around others, hidden without the text.
    fn group(&mut self, around: Around, tag: &str, class: &str, text: usize) -> Element {
        let group = self.element(around, tag, &[("class", class)]);
        self.bind(&group, Shows::Without("hidden"), text);
        group
    }

    fn bind(&mut self, element: &Element, shows: Shows, text: usize) {
        self.bonds.push(Bond {
            text,
            element: element.clone(),
            shows,
        });
    }

    fn element(&mut self, around: Around, tag: &str, attributes: Attributes) -> Element {
        let element = Dom::create_element(tag, None);
        for (name, value) in attributes {
            Dom::set_attribute(&element, name, value);
        }
        match around {
            Some(around) => Dom::insert_node(around, &element, None),
            None => self.tops.push(element.clone()),
        }
        element
    }
}

fn toggle(element: &Element, name: &str, is_there: bool) {
    // The names are good, so this cannot fail.
    let _ = element.toggle_attribute_with_force(name, is_there);
}
