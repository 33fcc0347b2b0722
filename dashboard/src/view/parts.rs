//! What screens are made of: chips, boxes, buttons that say what they are doing.

use super::icon;
use crate::app::App;
use crate::browser;
use crate::load::{List, Load, Page, Rows};
use crate::net::Problem;
use crate::words::Mood;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Something is being read.
pub(super) fn waiting(what: &str) -> impl IntoView + use<> {
    view! { <p class="waiting" role="status"><span class="turn" aria-hidden="true"></span>{format!("{what}…")}</p> }
}

/// Something went wrong, and what to do.
pub(super) fn trouble(message: &str) -> impl IntoView + use<> {
    view! { <p class="box bad" role="alert">{icon::of_mood(Mood::Bad)}<span>{message.to_owned()}</span></p> }
}

/// There is nothing here, which is good or at least explained.
pub(super) fn nothing(mood: Mood, text: &'static str) -> impl IntoView + use<> {
    view! { <p class=format!("box {}", mood.word())>{icon::of_mood(mood)}<span>{text}</span></p> }
}

/// A state: its colour, icon and word.
pub(super) fn chip((word, mood): (&str, Mood)) -> impl IntoView + use<> {
    view! { <span class=format!("chip {}", mood.word())>{icon::of_mood(mood)}{word.to_owned()}</span> }
}

/// A fact: its name and its value.
pub(super) fn fact(name: &'static str, value: impl IntoView) -> impl IntoView {
    view! { <div><dt>{name}</dt><dd>{value}</dd></div> }
}

/// What was read, or that it is being read, or why it was not.
pub(super) fn when_ready<T: Clone + Send + Sync + 'static, V: IntoView + 'static>(
    app: App,
    what: &'static str,
    loaded: RwSignal<Load<T>>,
    shown: impl Fn(T) -> V + Send + 'static,
) -> impl IntoView {
    move || match loaded.get() {
        Load::Waiting => waiting(what).into_any(),
        Load::Ready(ready) => shown(ready).into_any(),
        Load::Failed(problem) => view! {
            <div class="stack">
                {trouble(&problem.message)}
                <button on:click=move |_| {
                    loaded.set(Load::Waiting);
                    app.changed();
                }>"Try again"</button>
            </div>
        }
        .into_any(),
    }
}

/// A list with its button for the next page.
pub(super) fn rows<P: Page, V: IntoView + 'static>(
    app: App,
    what: &'static str,
    list: List<P::Row>,
    path: impl Fn() -> String + Copy + Send + 'static,
    empty: impl Fn() -> AnyView + Copy + Send + 'static,
    row: impl Fn(P::Row) -> V + Copy + Send + 'static,
) -> impl IntoView {
    when_ready(app, what, list.loaded, move |Rows { rows, next }| {
        if rows.is_empty() {
            return empty();
        }
        let number = rows.len();
        let is_reading = list.is_reading;
        let more = move |_| list.more::<P>(app, &path());
        view! {
            <ul class="rows">{rows.into_iter().map(|it| view! { <li>{row(it)}</li> }).collect_view()}</ul>
            <p class="foot">
                <span role="status">{match next {
                    Some(_) => format!("{number} shown"),
                    None => format!("{number} shown, that is all"),
                }}</span>
                {next.map(|_| view! {
                    <button aria-disabled=move || is_reading.get().then_some("true") on:click=more>
                        {move || if is_reading.get() { "Reading…" } else { "Show more" }}
                    </button>
                })}
            </p>
        }
        .into_any()
    })
}

/// What a button or a form sends: one request at a time. Cheap to copy: all of it is signals.
#[derive(Clone, Copy)]
pub(super) struct Sending {
    app: App,
    is_busy: RwSignal<bool>,
    /// What went wrong, where there is a form to show it.
    trouble: Option<RwSignal<Option<String>>>,
}

impl Sending {
    /// What goes wrong stands in the form, by `trouble`.
    pub(super) fn form(app: App) -> Sending {
        Sending {
            trouble: Some(RwSignal::new(None)),
            ..Sending::button(app)
        }
    }

    /// What goes wrong is said above the screen.
    pub(super) fn button(app: App) -> Sending {
        Sending {
            app,
            is_busy: RwSignal::new(false),
            trouble: None,
        }
    }

    /// Asks, unless an answer is awaited already. When it comes, the view may be gone: `then` changes its signals by `try_set`.
    pub(super) fn run<T: 'static>(
        self,
        ask: impl Future<Output = Result<T, Problem>> + 'static,
        then: impl FnOnce(T) + 'static,
    ) {
        if self.is_busy() {
            return;
        }
        self.is_busy.set(true);
        self.forgive();
        spawn_local(async move {
            let answer = ask.await;
            let _ = self.is_busy.try_set(false);
            match answer {
                Ok(answer) => then(answer),
                Err(problem) => self.fail(problem.message),
            }
        });
    }

    /// Says what went wrong, or what has to be mended first: in the form, while it is there.
    pub(super) fn fail(self, why: impl Into<String>) {
        match self.trouble.filter(|place| !place.is_disposed()) {
            Some(place) => place.set(Some(why.into())),
            None => self.app.complain(why),
        }
    }

    /// Takes away what went wrong.
    pub(super) fn forgive(self) {
        if let Some(place) = self.trouble {
            let _ = place.try_set(None);
        }
    }

    /// Has a reader whose button is about to go read on at the heading; none who has gone to another screen.
    pub(super) fn focus_heading(self) {
        if !self.is_busy.is_disposed() {
            browser::focus("h1");
        }
    }

    pub(super) fn is_busy(self) -> bool {
        self.is_busy.get_untracked()
    }

    /// For `aria-disabled`.
    pub(super) fn disabled(self) -> Option<&'static str> {
        self.is_busy.get().then_some("true")
    }

    /// What the button says.
    pub(super) fn word(self, busy: &'static str, idle: &'static str) -> &'static str {
        if self.is_busy.get() { busy } else { idle }
    }

    pub(super) fn has_failed(self) -> bool {
        self.trouble
            .is_some_and(|place| place.with(Option::is_some))
    }

    pub(super) fn trouble(self) -> impl IntoView + use<> {
        move || {
            let said = self.trouble.and_then(|place| place.get());
            said.map(|text| trouble(&text))
        }
    }
}

/// Copies a text and says so.
pub(super) fn copy_button(app: App, what: &'static str, text: String) -> impl IntoView + use<> {
    view! {
        <button type="button" class="small" on:click=move |_| {
            let text = text.clone();
            spawn_local(async move {
                match browser::copy(&text).await {
                    true => app.say(format!("{what} copied.")),
                    false => app.complain("Your browser does not let us copy. Select the text and copy it by hand."),
                }
            });
        }>{icon::icon(icon::COPY)}"Copy"<span class="heard">{format!(" {}", what.to_lowercase())}</span></button>
    }
}

/// What a link says of where it leads.
pub(super) fn payment_link(reference: &str) -> impl IntoView + use<> {
    let href = crate::route::Route::Payment(reference.to_owned()).href();
    view! { <a href=href>{reference.to_owned()}</a> }
}

/// A part of a screen that can fail on its own.
pub(super) fn section(title: &'static str, inside: impl IntoView) -> impl IntoView {
    view! { <section class="card"><h2>{title}</h2>{inside}</section> }
}
