//! Draws the screens. What they say lies in `screens`.

mod number;
mod parts;

use crate::pay::{Ask, Pay, language_word};
use crate::screens::{Does, Name, Place, Screen, screen, spoken};
use crate::words::Word;
use leptos::prelude::*;
use malipo_shared::sentences::Language;
use std::rc::Rc;
use std::time::Duration;
use web_sys::Element;

/// What every part of the view can reach; a copy is a few numbers.
#[derive(Clone, Copy)]
struct Ui {
    pay: StoredValue<Rc<Pay>, LocalStorage>,
    model: RwSignal<crate::model::Model>,
    now_ms: RwSignal<u64>,
    /// The number as it stands in the form; it outlives the form.
    typed: RwSignal<String>,
}

/// The whole checkout inside the dialog.
pub(crate) fn checkout(pay: Rc<Pay>, root: Element) -> impl IntoView {
    // The cell is empty: a checkout is drawn once.
    let _ = pay.root.set(root);
    let ui = Ui {
        model: pay.model,
        now_ms: pay.now_ms,
        typed: RwSignal::new(String::new()),
        pay: StoredValue::new_local(pay),
    };
    ui.keep_time();
    let now = Memo::new(move |_| ui.now_ms.get());
    let screen: Memo<Screen> = Memo::new(move |_| ui.model.with(|model| screen(model, now.get())));
    Effect::new(move |was: Option<Name>| {
        let name = screen.with(|screen| screen.name);
        if was.is_some_and(|was| was != name) {
            ui.pay(|pay| pay.focus_heading());
        }
        name
    });
    let places = [
        Place::Message,
        Place::Timer,
        Place::Facts,
        Place::Form,
        Place::Steps,
        Place::Note,
        Place::Actions,
    ];
    let places = places.map(|place| {
        let part = Memo::new(move |_| screen.with(|screen| screen.parts[place as usize].clone()));
        move || parts::part(ui, part.get())
    });
    let heard = Memo::new(move |_| {
        screen.with(|screen| ui.model.with(|model| spoken(model, screen, now.get())))
    });
    let cut_off = Memo::new(move |_| {
        ui.model.with(|model| match model.is_cut_off {
            true => Word::CutOff.say(model.language),
            false => "",
        })
    });
    let is_test = Memo::new(move |_| {
        ui.model.with(|model| match &model.view {
            Some(view) if !view.livemode => Word::TestMode.say(model.language),
            Some(_) | None => "",
        })
    });
    view! {
        <div
            class="checkout"
            lang=move || language_word(ui.language())
            data-screen=move || screen.with(|screen| screen.name.as_str())
            data-mood=move || screen.with(|screen| screen.name.mood().as_str())
        >
            <p class="test">{is_test}</p>
            <div class="mark" aria-hidden="true"></div>
            <h2 id="malipo-title" tabindex="-1">{move || screen.with(|screen| screen.heading.clone())}</h2>
            {places.into_iter().collect_view()}
            <p class="cut-off" role="status">{cut_off}</p>
            <p class="heard" aria-live="polite">{heard}</p>
            <footer>
                <button
                    type="button"
                    class="link"
                    lang=move || language_word(other(ui.language()))
                    on:click=move |_| ui.pay(|pay| pay.switch_language())
                >
                    {move || match other(ui.language()) {
                        Language::En => "English",
                        Language::Sw => "Kiswahili",
                    }}
                </button>
            </footer>
        </div>
    }
}

const fn other(language: Language) -> Language {
    match language {
        Language::En => Language::Sw,
        Language::Sw => Language::En,
    }
}

impl Ui {
    fn pay(self, with: impl FnOnce(&Rc<Pay>)) {
        self.pay.with_value(with);
    }

    fn language(self) -> Language {
        self.model.with(|model| model.language)
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
        match does {
            Does::OpenAgain => self.pay(Pay::open),
            Does::StartAfresh => self.pay(Pay::start_afresh),
            Does::AskPush => number::send(self),
            Does::AskPushAgain => self.pay(|pay| pay.ask_push(again(false))),
            Does::AskPushNotCharged => self.pay(|pay| pay.ask_push(again(true))),
            Does::Show(pane) => self.model.update(|model| {
                model.pane = pane;
                model.trouble = None;
            }),
            Does::Close => self.pay(|pay| pay.tell("close", &pay.detail(None))),
        }
    }
}
