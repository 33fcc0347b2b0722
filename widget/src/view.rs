//! Draws the screens. What they say lies in `screens`.
//!
//! The page is a Leptos view of our own: it is made once, with a place for everything that any
//! screen may show; from then on only texts change, and what has no text is hidden. So there is
//! one signal, the texts, and one effect, which brings them to the page: each further type or
//! shape of a view would be compiled by itself, and every byte is waited for. It also keeps the
//! focus where it is while a screen changes.

mod fill;
mod form;
mod page;

use crate::browser;
use crate::pay::{Ask, Pay};
use fill::{Shown, Texts};
use leptos::prelude::*;
use leptos::tachys::renderer::dom::Dom;
use leptos::tachys::view::Mountable;
use malipo_shared::screens::model::{Model, Pane};
use malipo_shared::screens::{Action, BY_HAND, Does, Form, Name, screen};
use page::{Page, Press};
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, Event, EventTarget, Node};

/// What the customer does on the page.
const DONE_HERE: [&str; 3] = ["click", "input", "submit"];
/// When the network has gone, and when it or the page may have come back, or another tab has done something.
const AROUND: [&str; 5] = [
    "offline",
    "online",
    "visibilitychange",
    "pageshow",
    "storage",
];

/// The whole checkout inside the dialog.
pub(crate) struct Checkout(pub(crate) Rc<Pay>);

/// The checkout on the page.
pub(crate) struct Drawn {
    ui: Rc<Ui>,
    hears: Closure<dyn Fn(Event)>,
    /// Where it hears the customer.
    root: Option<Element>,
    ticks: Option<IntervalHandle>,
    /// Held, not read: it ends with what it draws.
    _show: RenderEffect<Vec<String>>,
}

/// What every part of the view can reach.
struct Ui {
    pay: Rc<Pay>,
    page: Page,
    /// One for each place.
    texts: RwSignal<Vec<String>>,
    shown: RefCell<Shown>,
}

impl Render for Checkout {
    type State = Drawn;

    fn build(self) -> Drawn {
        let ui = Rc::new(Ui {
            page: Page::new(),
            texts: RwSignal::default(),
            shown: RefCell::default(),
            pay: self.0,
        });
        let drawn = Rc::clone(&ui);
        ui.pay
            .draw_by(Box::new(move |model, now_ms| drawn.draw(model, now_ms)));
        let (shows, hears, pay) = (Rc::clone(&ui), Rc::clone(&ui), Rc::clone(&ui.pay));
        Drawn {
            ui,
            hears: Closure::new(move |event| hears.hear(&event)),
            root: None,
            ticks: set_interval_with_handle(move || pay.tick(), Duration::from_secs(1)).ok(),
            _show: RenderEffect::new(move |before: Option<Vec<String>>| {
                let texts = shows.texts.get();
                shows.page.show(&before.unwrap_or_default(), &texts);
                texts
            }),
        }
    }

    fn rebuild(self, drawn: &mut Drawn) {
        drawn.unmount();
        *drawn = self.build();
    }
}

impl Drawn {
    /// Calls `change` with each source of events, a name and the listener.
    fn listen(&self, change: impl Fn(&EventTarget, &str, &js_sys::Function)) {
        let hears = self.hears.as_ref().unchecked_ref();
        if let Some(root) = &self.root {
            DONE_HERE.iter().for_each(|name| change(root, name, hears));
        }
        let window = window();
        AROUND.iter().for_each(|name| change(&window, name, hears));
    }
}

impl Mountable for Drawn {
    fn unmount(&mut self) {
        self.listen(|target, name, hears| {
            let _ = target.remove_event_listener_with_callback(name, hears);
        });
        if let Some(ticks) = self.ticks.take() {
            ticks.clear();
        }
        self.ui.page.tops.iter().for_each(Element::remove);
    }

    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        for top in &self.ui.page.tops {
            Dom::insert_node(parent, top, marker);
        }
        self.root = Some(parent.clone());
        self.listen(|target, name, hears| {
            // It fails for nothing that is a source of events.
            let _ = target.add_event_listener_with_callback(name, hears);
        });
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        let (Some(root), Some(first)) = (&self.root, self.ui.page.tops.first()) else {
            return false;
        };
        child.mount(root, Some(first));
        true
    }

    fn elements(&self) -> Vec<Element> {
        self.ui.page.tops.clone()
    }
}

impl Ui {
    /// Brings the page to what is known.
    fn draw(&self, model: &Model, now_ms: u64) {
        let screen = screen(model, now_ms);
        let mut shown = self.shown.borrow_mut();
        let is_new = shown.name != Some(screen.name);
        if is_new {
            shown.copied = None;
        }
        let texts = Texts::of(model, &screen, now_ms, shown.copied);
        self.texts.set(texts.all);
        self.pay.label(screen.name, model.language);
        if is_new {
            self.pay.tell("screen", &screen.heading.as_str().into());
        }
        // Whoever was typing already is left at it.
        let types_on = shown.name == Some(Name::Opening) && shown.form == screen.form;
        if is_new && shown.name.is_some() && !(types_on && screen.form.is_some()) {
            self.pay.focus("h2");
        }
        *shown = Shown {
            name: Some(screen.name),
            actions: screen.actions,
            form: screen.form,
            copies: texts.copies,
            copied: shown.copied,
        };
    }

    /// The customer did something, or the page or the network went or came back.
    fn hear(&self, event: &Event) {
        let pay = &self.pay;
        match event.type_().as_str() {
            "click" => match self.page.pressed(event.target()) {
                Some(Press::Switch) => pay.switch_language(),
                Some(Press::Copy(row)) => {
                    let text = self.shown.borrow_mut().copy(row);
                    browser::copy(&text);
                    pay.tick();
                }
                Some(Press::Act(index)) => {
                    let action = self.shown.borrow().actions.get(index).copied();
                    self.act(action);
                }
                Some(Press::Send) => self.send(),
                None => {}
            },
            "input" => {
                let form = self.shown.borrow().form;
                if let Some(form) = form {
                    form::input(pay, form, &event_target(event));
                }
            }
            "submit" => {
                event.prevent_default();
                self.send();
            }
            // A held question would notice it only when its time is over.
            "offline" => pay.lose_network(),
            // Ticks stand still in the background.
            _ if !browser::is_hidden() => {
                pay.tick();
                pay.wake();
            }
            _ => {}
        }
    }

    fn send(&self) {
        let form = self.shown.borrow().form;
        self.act(form.map(Form::submit));
    }

    /// Does what a button says, when its time has come.
    fn act(&self, action: Option<Action>) {
        if let Some(action) = action {
            act(&self.pay, action);
        }
    }
}

/// Goes on with what the customer has pressed before the checkout was there.
pub(crate) fn go_on(pay: &Rc<Pay>, pressed: Option<&str>) {
    let is_there = pay.with(|model| model.view.is_some());
    match pressed {
        Some("lang") => pay.switch_language(),
        Some("push") if is_there => act(pay, Form::Phone.submit()),
        Some("by_hand") if is_there => act(pay, BY_HAND),
        _ => {}
    }
}

fn act(pay: &Rc<Pay>, action: Action) {
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
        Does::TypeReceipt => pay.type_receipt(),
        Does::Show(pane @ (Pane::ByHand | Pane::ByHandAnyway)) => pay.show_by_hand(pane),
        Does::Show(pane) => pay.show(pane),
        Does::Close => pay.tell("close", &pay.detail(None)),
    }
}
