//! What stands around every screen: the shop, the navigation, what was just said.

use super::{icon, look, screens};
use crate::app::{App, Whose};
use crate::browser;
use crate::filter::Filter;
use crate::load::{Load, load};
use crate::net;
use crate::route::{Look, Route};
use crate::wire::{Items, Session, Summary};
use crate::words::Mood;
use gloo_net::http::Method;
use leptos::prelude::*;
use leptos::task::spawn_local;

pub(super) fn screen(app: App, session: &Session) -> impl IntoView + use<> {
    let link = session.link.clone().unwrap_or_default();
    let is_test = session.env != "production";
    let shop = load::<Items>(app, || "items".to_owned());
    let name = move || match shop.get() {
        Load::Ready(items) => items.shop_name,
        Load::Waiting | Load::Failed(_) => link.clone(),
    };
    let heading = move || app.route.with(|route| route.title());
    follow(app);
    view! {
        <button class="skip" on:click=|_| browser::focus("h1")>"Skip to the content"</button>
        <header>
            <p class="shop">{name}</p>
            {is_test.then(|| view! { <p class="chip plain">"Test"<span class="heard">": no real money"</span></p> })}
            <button class="quiet" on:click=move |_| sign_out(app)>{icon::icon(icon::OUT)}"Sign out"</button>
        </header>
        {navigation(app)}
        <main>
            <h1 tabindex="-1">{heading}</h1>
            <div role="status">{move || app.notice.get().map(|notice| {
                let mood = if notice.is_good { Mood::Good } else { Mood::Bad };
                view! { <p class=format!("box {}", mood.word())>{icon::of_mood(mood)}<span>{notice.text}</span></p> }
            })}</div>
            // Drawn anew for each address: what was typed for one does not stay in the fields of the next.
            <For each=move || [app.route.get()] key=Route::href children=move |route| screens::screen(app, route)/>
        </main>
    }
}

/// A new screen is named in the tab and heard from its heading on; the first one is where the reader is already.
fn follow(app: App) {
    Effect::new(move |before: Option<()>| {
        let title = app.route.with(|route| route.title());
        browser::set_title(&format!("{title} · Malipo"));
        if before.is_some() {
            browser::focus("h1");
        }
    });
}

fn navigation(app: App) -> impl IntoView + use<> {
    // Counted when the dashboard opens and after each thing done; today's screen counts for itself.
    let summary = load::<Summary>(app, || "summary?days=7".to_owned());
    let waiting = move || match summary.get() {
        Load::Ready(Summary { needs, .. }) => look::counted(look::total(needs)).into_any(),
        Load::Failed(_) => look::not_counted().into_any(),
        Load::Waiting => ().into_any(),
    };
    let parts: [(&str, &'static str, Route); 6] = [
        ("Today", icon::TODAY, Route::Today),
        (
            "Payments",
            icon::PAYMENTS,
            Route::Payments(Filter::default()),
        ),
        ("Needs attention", icon::LOOK, Route::Look(Look::Unmatched)),
        ("Compare", icon::COMPARE, Route::Compare),
        ("Items", icon::ITEMS, Route::Items),
        ("Codes", icon::CODES, Route::Codes(String::new())),
    ];
    let link = move |(name, path, to): (&'static str, &'static str, Route)| {
        let is_look = matches!(to, Route::Look(_));
        let href = to.href();
        let current = move || {
            app.route
                .with(|route| route.is_below(&to))
                .then_some("page")
        };
        view! {
            <li><a href=href aria-current=current>
                {icon::icon(path)}<span>{name}</span>
                {move || is_look.then(waiting)}
            </a></li>
        }
    };
    view! { <nav aria-label="Screens"><ul>{parts.map(link).collect_view()}</ul></nav> }
}

fn sign_out(app: App) {
    spawn_local(async move {
        match net::session::<serde_json::Value>(Method::DELETE, "", &[]).await {
            Ok(_) => {
                app.notice.set(None);
                app.session.set(Whose::Nobody); // and not by Access at once: that would be no signing out
            }
            Err(problem) => app.complain(problem.message),
        }
    });
}
