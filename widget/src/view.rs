//! Draws the screens. What they say lies in `screens`.
//!
//! There are two types of signals only, `Part` and `String`, and one function makes almost every
//! element: each further type would be compiled anew, and every byte is waited for.

mod number;
mod parts;

use crate::model::Model;
use crate::pay::{Ask, Pay};
use crate::screens::{Does, Name, Part, Place, filled, number_trouble, screen, spoken};
use crate::spoken::digits;
use crate::words::Word;
use leptos::html::custom;
use leptos::prelude::*;
use malipo_shared::sentences::Language;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

/// What every part of the view can reach; a copy is a few numbers.
#[derive(Clone, Copy)]
struct Ui {
    pay: StoredValue<Rc<Pay>, LocalStorage>,
    places: [RwSignal<Part>; Place::COUNT],
    texts: [RwSignal<String>; TEXTS],
}

/// The texts that change, in the order of `Ui::texts`.
#[derive(Clone, Copy)]
enum Says {
    Heading,
    /// Why the number in the form cannot be one.
    BadNumber,
    /// What to consider about the number in the form.
    NumberHint,
    TestMode,
    CutOff,
    /// What a screen reader hears beside the heading.
    Heard,
    /// The other language, to switch to.
    Other,
    /// The Worker's clock, as text, so that it needs no type of its own.
    Clock,
}

const TEXTS: usize = Says::Clock as usize + 1;

/// What is on the page.
struct Shown {
    name: Name,
    language: Language,
    version: u64,
    parts: [Part; Place::COUNT],
    texts: [String; TEXTS],
}

/// The whole checkout inside the dialog.
pub(crate) fn checkout(pay: Rc<Pay>) -> impl IntoView {
    let ui = Ui {
        pay: StoredValue::new_local(Rc::clone(&pay)),
        places: [(); Place::COUNT].map(|()| RwSignal::new(Part::Nothing)),
        texts: [(); TEXTS].map(|()| RwSignal::new(String::new())),
    };
    let shown = RefCell::new(None);
    // The cell is empty: a checkout is drawn once.
    let _ = pay.draw.set(Box::new(move |model, now_ms| {
        ui.draw(model, now_ms, &mut shown.borrow_mut());
    }));
    pay.tick();
    ui.keep_time();

    let mut children = vec![
        element("p", "test", vec![ui.says(Says::TestMode)]),
        view! { <div class="mark" aria-hidden="true"></div> }.into_any(),
        view! { <h2 id="malipo-title" tabindex="-1">{ui.says(Says::Heading)}</h2> }.into_any(),
    ];
    children.extend(ui.places.map(|place| {
        let part: Box<dyn Fn() -> AnyView + Send> = Box::new(move || parts::part(ui, place.get()));
        part.into_any()
    }));
    let switch = Press {
        class: "link",
        then: Box::new(move || ui.pay(|pay| pay.switch_language())),
        ..Press::default()
    };
    children.extend([
        view! { <p class="cut-off" role="status">{ui.says(Says::CutOff)}</p> }.into_any(),
        view! { <p class="heard" aria-live="polite">{ui.says(Says::Heard)}</p> }.into_any(),
        element("footer", "", vec![switch.button(ui.says(Says::Other))]),
    ]);
    children
}

/// An element without anything but a class.
fn element(tag: &'static str, class: &'static str, children: Vec<AnyView>) -> AnyView {
    custom(tag).class(class).child(children).into_any()
}

/// A text that changes.
fn changing(text: Box<dyn Fn() -> String + Send>) -> AnyView {
    text.into_any()
}

/// What a button is, but for its label.
struct Press {
    kind: &'static str,
    class: &'static str,
    /// The accessible name where the label alone does not say it.
    name: Option<String>,
    is_closed: Box<dyn Fn() -> bool + Send>,
    then: Box<dyn Fn()>,
}

impl Default for Press {
    fn default() -> Press {
        Press {
            kind: "button",
            class: "",
            name: None,
            is_closed: Box::new(|| false),
            then: Box::new(|| ()),
        }
    }
}

impl Press {
    fn button(self, label: AnyView) -> AnyView {
        let then = self.then;
        let press = move |_: web_sys::MouseEvent| then();
        view! {
            <button
                type=self.kind
                class=self.class
                aria-label=self.name
                disabled=self.is_closed
                on:click=press
            >
                {label}
            </button>
        }
        .into_any()
    }
}

impl Ui {
    fn pay(self, with: impl FnOnce(&Rc<Pay>)) {
        self.pay.with_value(with);
    }

    fn text(self, says: Says) -> RwSignal<String> {
        self.texts[says as usize]
    }

    fn says(self, says: Says) -> AnyView {
        let text = self.text(says);
        changing(Box::new(move || text.get()))
    }

    /// The Worker's clock; who asks is asked again when it ticks.
    fn now_ms(self) -> u64 {
        self.text(Says::Clock).track();
        self.pay.with_value(|pay| pay.now_ms())
    }

    /// A template with the values of what is known.
    fn fill(self, template: &str) -> String {
        self.pay
            .with_value(|pay| pay.with(|model| filled(model, template, pay.now_ms())))
    }

    /// A word with its values.
    fn say(self, word: Word) -> String {
        let template = word.say(self.language());
        match self
            .pay
            .with_value(|pay| pay.with(|model| model.view.is_some()))
        {
            true => self.fill(template),
            false => template.to_owned(),
        }
    }

    fn language(self) -> Language {
        self.pay.with_value(|pay| pay.with(|model| model.language))
    }

    /// Brings the page from what is `shown` to what is known.
    fn draw(self, model: &Model, now_ms: u64, shown: &mut Option<Shown>) {
        let screen = screen(model, now_ms);
        let language = model.language;
        let heard = spoken(model, &screen, now_ms);
        let bad_number = model.trouble.as_ref();
        let bad_number = bad_number.and_then(|trouble| number_trouble(trouble, language));
        let is_test = model.view.as_ref().is_some_and(|view| !view.livemode);
        let said = |is_said: bool, word: Word| match is_said {
            true => word.say(language).to_owned(),
            false => String::new(),
        };
        let other = match language {
            Language::En => "Kiswahili",
            Language::Sw => "English",
        };
        let now = Shown {
            name: screen.name,
            language,
            version: model.view.as_ref().map_or(0, |view| view.version),
            parts: screen.parts,
            texts: [
                screen.heading,
                bad_number.unwrap_or_default(),
                said(model.has_other_prefix(), Word::OtherPrefix),
                said(is_test, Word::TestMode),
                said(model.is_cut_off, Word::CutOff),
                heard,
                other.to_owned(),
                digits(now_ms),
            ],
        };
        // Another language redraws everything: labels in a part are not compared.
        let was = shown.take().filter(|was| was.language == language);
        for (index, place) in self.places.iter().enumerate() {
            // Its values may be new ones; but nobody's typing is interrupted for that.
            let is_form = matches!(now.parts[index], Part::Form(_));
            let is_as_was = |was: &Shown| {
                was.parts[index] == now.parts[index] && (is_form || was.version == now.version)
            };
            if !was.as_ref().is_some_and(is_as_was) {
                place.set(now.parts[index].clone());
            }
        }
        for (index, text) in self.texts.iter().enumerate() {
            if was
                .as_ref()
                .is_none_or(|was| was.texts[index] != now.texts[index])
            {
                text.set(now.texts[index].clone());
            }
        }
        if was.as_ref().is_none_or(|was| was.name != now.name) {
            let (screen, mood) = (now.name.as_str(), now.name.mood().as_str());
            self.pay(|pay| pay.label(screen, mood, language));
        }
        if was.is_some_and(|was| was.name != now.name) {
            self.pay(|pay| pay.focus("h2"));
        }
        *shown = Some(now);
    }

    /// Ticks each second, and catches up when the page or the network comes back.
    fn keep_time(self) {
        let ticks =
            set_interval_with_handle(move || self.pay(|pay| pay.tick()), Duration::from_secs(1));
        let back = ["online", "visibilitychange", "pageshow"].map(|event| {
            window_event_listener_untyped(event, move |_| {
                if !crate::browser::is_hidden() {
                    self.pay(|pay| {
                        pay.tick();
                        pay.wake();
                    });
                }
            })
        });
        on_cleanup(move || {
            if let Ok(ticks) = ticks {
                ticks.clear();
            }
            for listener in back {
                listener.remove();
            }
        });
    }

    /// Does what a button says.
    fn act(self, does: Does) {
        let again = |not_charged| Ask {
            phone: None,
            not_charged,
        };
        self.pay(|pay| match does {
            Does::OpenAgain => pay.open(),
            Does::StartAfresh => pay.start_afresh(),
            Does::AskPush => number::send(pay),
            Does::AskPushAgain => pay.ask_push(again(false)),
            Does::AskPushNotCharged => pay.ask_push(again(true)),
            Does::Show(pane) => pay.update(|model| {
                model.pane = pane;
                model.trouble = None;
            }),
            Does::Close => pay.tell("close", &pay.detail(None)),
        });
    }
}
