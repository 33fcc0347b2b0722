//! Draws the screens. What they say lies in `screens`.
//!
//! The page is made once, with a place for everything that any screen may show; from then on only
//! texts change, and what has no text is hidden. So there is one type of signal and no element is
//! ever made anew: each further type or shape would be compiled by itself, and every byte is
//! waited for. It also keeps the focus where it is while a screen changes.

mod fill;
mod form;

use crate::browser;
use crate::model::Model;
use crate::pay::{Ask, Pay};
use crate::screens::{Action, Does, screen};
use fill::{ACTIONS, FACTS, HINTS, Place, STEPS, Shown, Texts};
use leptos::html::custom;
use leptos::prelude::*;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

/// What every part of the view can reach.
struct Ui {
    pay: Rc<Pay>,
    /// One for each place.
    texts: Vec<Text>,
    shown: RefCell<Shown>,
}

/// A text on the page.
type Text = RwSignal<String>;

/// The whole checkout inside the dialog.
pub(crate) fn checkout(pay: Rc<Pay>) -> impl IntoView {
    let ui = Rc::new(Ui {
        texts: (0..Place::COUNT).map(|_| Text::default()).collect(),
        shown: RefCell::default(),
        pay: Rc::clone(&pay),
    });
    let drawn = Rc::clone(&ui);
    pay.draw_by(Box::new(move |model, now_ms| drawn.draw(model, now_ms)));
    ui.keep_time();

    let at = |place: Place| ui.text(place, 0);
    let facts: [_; FACTS] = core::array::from_fn(|index| fact(&ui, index));
    let steps: [_; STEPS] = core::array::from_fn(|index| step(&ui, index));
    let hints: [_; HINTS] =
        core::array::from_fn(|index| Line::of("li", ui.text(Place::Hint, index)).draw());
    let actions: [_; ACTIONS] = core::array::from_fn(|index| action(&ui, index));
    let heading = Line {
        id: Some("malipo-title"),
        tabindex: Some("-1"),
        is_kept: true,
        ..Line::of("h2", at(Place::Heading))
    };
    let switch = Button {
        class: "link",
        ..Button::of(at(Place::Other))
    };
    let on_switch = Rc::clone(&ui);
    let children = (
        Line::class("test", at(Place::TestMode)).draw(),
        group("div", "mark", at(Place::Heading), ()),
        heading.draw(),
        Line::of("p", at(Place::Message)).draw(),
        view! {
            <progress
                aria-hidden="true"
                hidden=is_empty(at(Place::Timer))
                max=says(at(Place::WholeSecs))
                value=says(at(Place::LeftSecs))
            ></progress>
        },
        Line {
            role: Some("timer"),
            ..Line::of("p", at(Place::Timer))
        }
        .draw(),
        group("dl", "", at(Place::FactLabel), facts),
        form::form(&ui),
        group("ol", "", at(Place::StepLabel), steps),
        Line::of("h3", at(Place::HintsHeading)).draw(),
    );
    let more = (
        group("ul", "", at(Place::HintsHeading), hints),
        Line::of("p", at(Place::Note)).draw(),
        group("div", "actions", at(Place::ActionLabel), actions),
        Line::status("cut-off", at(Place::CutOff)).draw(),
        Line::status("heard", at(Place::Heard)).draw(),
        switch.draw(Box::new(move || on_switch.pay.switch_language())),
    );
    (children, more)
}

/// What a text says.
fn says(text: Text) -> impl Fn() -> String + Send + Clone + 'static {
    move || text.get()
}

/// Whether a text says nothing; what it stands in is hidden then.
fn is_empty(text: Text) -> impl Fn() -> bool + Send + Clone + 'static {
    move || text.get().is_empty()
}

/// An element with one text.
struct Line {
    tag: &'static str,
    class: &'static str,
    text: Text,
    id: Option<&'static str>,
    role: Option<&'static str>,
    tabindex: Option<&'static str>,
    /// Whether it stays in the page without a text: a reader must know a place before it speaks.
    is_kept: bool,
}

impl Line {
    fn of(tag: &'static str, text: Text) -> Line {
        Line {
            tag,
            class: "",
            text,
            id: None,
            role: None,
            tabindex: None,
            is_kept: false,
        }
    }

    fn class(class: &'static str, text: Text) -> Line {
        Line {
            class,
            ..Line::of("p", text)
        }
    }

    fn status(class: &'static str, text: Text) -> Line {
        Line {
            role: Some("status"),
            is_kept: true,
            ..Line::class(class, text)
        }
    }

    #[inline(never)] // one copy for all: it is the commonest thing on the page
    fn draw(self) -> impl IntoView + use<> {
        let Line { text, is_kept, .. } = self;
        custom(self.tag)
            .class(self.class)
            .id(self.id)
            .role(self.role)
            .tabindex(self.tabindex)
            .hidden(move || !is_kept && text.get().is_empty())
            .child(says(text))
    }
}

/// An element around others, hidden when `text` says nothing.
fn group<C: RenderHtml + Send + 'static>(
    tag: &'static str,
    class: &'static str,
    text: Text,
    children: C,
) -> impl IntoView + use<C> {
    custom(tag)
        .class(class)
        .hidden(is_empty(text))
        .child(children)
}

/// A button: what it says, its accessible name where that says more, and a text that closes it.
struct Button {
    kind: &'static str,
    class: &'static str,
    label: Text,
    name: Option<Text>,
    closed: Option<Text>,
}

impl Button {
    fn of(label: Text) -> Button {
        Button {
            kind: "button",
            class: "",
            label,
            name: None,
            closed: None,
        }
    }

    #[inline(never)] // one copy for all
    fn draw(self, press: Box<dyn Fn()>) -> impl IntoView + use<> {
        let Button {
            label,
            name,
            closed,
            ..
        } = self;
        view! {
            <button
                type=self.kind
                class=self.class
                hidden=is_empty(label)
                aria-label=move || name.map(|name| name.get())
                disabled=move || closed.is_some_and(|closed| !closed.get().is_empty())
                on:click=move |_| press()
            >
                {says(label)}
            </button>
        }
    }
}

fn fact(ui: &Rc<Ui>, index: usize) -> impl IntoView + use<> {
    let (label, value) = (
        ui.text(Place::FactLabel, index),
        ui.text(Place::FactValue, index),
    );
    let value = (Line::of("span", value).draw(), copy_button(ui, index));
    let row = (Line::of("dt", label).draw(), group("dd", "", label, value));
    group("div", "", label, row)
}

fn step(ui: &Rc<Ui>, index: usize) -> impl IntoView + use<> {
    let (label, value) = (
        ui.text(Place::StepLabel, index),
        ui.text(Place::StepValue, index),
    );
    let typed = (
        Line::of("strong", value).draw(),
        copy_button(ui, FACTS + index),
    );
    let row = (
        Line::of("span", label).draw(),
        group("span", "typed", value, typed),
    );
    group("li", "", label, row)
}

/// Copies the value of a row: the facts first, then the steps. Its name says of what.
fn copy_button(ui: &Rc<Ui>, row: usize) -> impl IntoView + use<> {
    let button = Button {
        class: "copy",
        name: Some(ui.text(Place::CopyName, row)),
        ..Button::of(ui.text(Place::CopyWord, row))
    };
    let ui = Rc::clone(ui);
    button.draw(Box::new(move || {
        let text = ui.shown.borrow_mut().copy(row);
        browser::copy(&text);
        ui.pay.tick();
    }))
}

fn action(ui: &Rc<Ui>, index: usize) -> impl IntoView + use<> {
    let button = Button {
        closed: Some(ui.text(Place::ActionClosed, index)),
        ..Button::of(ui.text(Place::ActionLabel, index))
    };
    let ui = Rc::clone(ui);
    button.draw(Box::new(move || {
        let action = ui.shown.borrow().actions.get(index).copied();
        ui.act(action);
    }))
}

impl Ui {
    fn text(&self, place: Place, index: usize) -> Text {
        self.texts[place as usize + index]
    }

    /// Brings the page to what is known.
    fn draw(&self, model: &Model, now_ms: u64) {
        let screen = screen(model, now_ms);
        let mut shown = self.shown.borrow_mut();
        let is_new = shown.name != Some(screen.name);
        if is_new {
            shown.copied = None;
        }
        let texts = Texts::of(model, &screen, now_ms, shown.copied);
        for (index, text) in texts.all.iter().enumerate() {
            if shown.texts.get(index) != Some(text) {
                self.texts[index].set(text.clone());
            }
        }
        self.pay.label(screen.name, model.language);
        if is_new && shown.name.is_some() {
            self.pay.focus("h2");
        }
        *shown = Shown {
            name: Some(screen.name),
            actions: screen.actions,
            copies: texts.copies,
            copied: shown.copied,
            texts: texts.all,
        };
    }

    /// Ticks each second, and catches up when the page or the network comes back.
    fn keep_time(self: &Rc<Ui>) {
        let pay = Rc::clone(&self.pay);
        let ticks = set_interval_with_handle(move || pay.tick(), Duration::from_secs(1));
        let back = ["online", "visibilitychange", "pageshow"].map(|event| {
            let pay = Rc::clone(&self.pay);
            window_event_listener_untyped(event, move |_| {
                if !browser::is_hidden() {
                    pay.tick();
                    pay.wake();
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

    /// Does what a button says, when its time has come.
    fn act(&self, action: Option<Action>) {
        let Some(action) = action else { return };
        let pay = &self.pay;
        if action.waiting.is_some() && pay.with(|model| model.must_wait(pay.now_ms())) {
            return;
        }
        match action.does {
            Does::OpenAgain => pay.open(),
            Does::StartAfresh => pay.start_afresh(),
            Does::AskPush => form::send(pay),
            Does::AskPushAgain => pay.ask_push_again(),
            Does::AskPushNotCharged => pay.ask_push(Ask {
                phone: None,
                not_charged: true,
            }),
            Does::Show(pane) => pay.show(pane),
            Does::Close => pay.tell("close", &pay.detail(None)),
        }
    }
}
