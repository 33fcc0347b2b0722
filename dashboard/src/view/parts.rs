//! What screens are made of: chips, boxes, buttons that say what they are doing.

use super::icon;
use crate::app::App;
use crate::browser;
use crate::load::{List, Load, Page, Rows};
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
