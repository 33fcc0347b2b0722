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
    let hints: [_; HINTS] = core::array::from_fn(|index| {
        let text = ui.text(Place::Hint, index);
        view! { <li hidden=is_empty(text)>{says(text)}</li> }
    });
    let actions: [_; ACTIONS] = core::array::from_fn(|index| button(&ui, index));
    let switch = Rc::clone(&ui);
    view! {
        <p class="test" hidden=is_empty(at(Place::TestMode))>{says(at(Place::TestMode))}</p>
        <div class="mark" aria-hidden="true"></div>
        <h2 id="malipo-title" tabindex="-1">{says(at(Place::Heading))}</h2>
        <p hidden=is_empty(at(Place::Message))>{says(at(Place::Message))}</p>
        <div class="timer" hidden=is_empty(at(Place::Timer))>
            <progress aria-hidden="true" max=says(at(Place::WholeSecs)) value=says(at(Place::LeftSecs))>
            </progress>
            <p role="timer">{says(at(Place::Timer))}</p>
        </div>
        <dl hidden=is_empty(at(Place::FactLabel))>{facts}</dl>
        {form::form(&ui)}
        <ol hidden=is_empty(at(Place::StepLabel))>{steps}</ol>
        <section hidden=is_empty(at(Place::HintsHeading))>
            <h3>{says(at(Place::HintsHeading))}</h3>
            <ul>{hints}</ul>
        </section>
        <p hidden=is_empty(at(Place::Note))>{says(at(Place::Note))}</p>
        <div class="actions" hidden=is_empty(at(Place::ActionLabel))>{actions}</div>
        <p class="cut-off" role="status">{says(at(Place::CutOff))}</p>
        <p class="heard" aria-live="polite">{says(at(Place::Heard))}</p>
        <footer>
            <button type="button" class="link" on:click=move |_| switch.pay.switch_language()>
                {says(at(Place::Other))}
            </button>
        </footer>
    }
}

/// What a text says.
fn says(text: Text) -> impl Fn() -> String + Send + Clone + 'static {
    move || text.get()
}

/// Whether a text says nothing; what it stands in is hidden then.
fn is_empty(text: Text) -> impl Fn() -> bool + Send + Clone + 'static {
    move || text.get().is_empty()
}

/// Whether a text says anything; it is a mark then, and not read.
fn is_set(text: Text) -> impl Fn() -> bool + Send + Clone + 'static {
    move || !text.get().is_empty()
}

fn fact(ui: &Rc<Ui>, index: usize) -> impl IntoView + use<> {
    let (label, value) = (
        ui.text(Place::FactLabel, index),
        ui.text(Place::FactValue, index),
    );
    let copy = copy_button(ui, index);
    view! { <div hidden=is_empty(label)><dt>{says(label)}</dt><dd>{says(value)} {copy}</dd></div> }
}

fn step(ui: &Rc<Ui>, index: usize) -> impl IntoView + use<> {
    let (label, value) = (
        ui.text(Place::StepLabel, index),
        ui.text(Place::StepValue, index),
    );
    let copy = copy_button(ui, FACTS + index);
    view! {
        <li hidden=is_empty(label)>
            {says(label)} " "
            <span class="typed" hidden=is_empty(value)><strong>{says(value)}</strong> {copy}</span>
        </li>
    }
}

/// Copies the value of a row: the facts first, then the steps. Its name says of what.
fn copy_button(ui: &Rc<Ui>, row: usize) -> impl IntoView + use<> {
    let (name, word) = (ui.text(Place::CopyName, row), ui.text(Place::CopyWord, row));
    let ui = Rc::clone(ui);
    let press = move |_: web_sys::MouseEvent| {
        if let Some(text) = ui.shown.borrow_mut().copy(row) {
            browser::copy(&text);
        }
        ui.pay.tick();
    };
    view! {
        <button type="button" class="copy" hidden=is_empty(name) aria-label=says(name) on:click=press>
            {says(word)}
        </button>
    }
}

fn button(ui: &Rc<Ui>, index: usize) -> impl IntoView + use<> {
    let label = ui.text(Place::ActionLabel, index);
    let closed = ui.text(Place::ActionClosed, index);
    let ui = Rc::clone(ui);
    let press = move |_: web_sys::MouseEvent| {
        let action = ui.shown.borrow().actions.get(index).copied();
        ui.act(action);
    };
    view! {
        <button
            type="button"
            hidden=is_empty(label)
            disabled=is_set(closed)
            on:click=press
        >
            {says(label)}
        </button>
    }
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
