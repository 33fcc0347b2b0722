//! The screens. Each reads what it shows and says what to do when that fails.

mod codes;
mod compare;
mod deliveries;
mod frame;
mod icon;
mod items;
mod look;
mod parts;
mod payment;
mod payments;
mod refund;
mod screens;
mod sign_in;
mod story;
mod take_back;
mod today;
mod unmatched;

use crate::app::{App, Whose};
use crate::browser;
use crate::net::{self, Problem};
use crate::route::Route;
use crate::wire::Session;
use gloo_net::http::Method;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Draws the dashboard, and asks whose it is.
pub(crate) fn mount() {
    leptos::mount::mount_to_body(|| {
        let app = App {
            session: RwSignal::new(Whose::Asking),
            access_logout_url: RwSignal::new(None),
            route: RwSignal::new(Route::parse(&browser::hash())),
            notice: RwSignal::new(None),
            changes: RwSignal::new(0),
        };
        browser::on_hash_change(move || {
            app.notice.set(None);
            app.route.set(Route::parse(&browser::hash()));
            browser::scroll_to_top();
        });
        ask_session(app);
        follow(app);
        whole(app)
    });
    browser::remove("#loading");
}

/// Finds out who is signed in.
fn ask_session(app: App) {
    app.session.set(Whose::Asking);
    spawn_local(async move {
        let answer = net::session::<Session>(Method::GET, "", &[]).await;
        app.session.set(match answer {
            Ok(session) => {
                app.access_logout_url.set(session.access_logout_url.clone());
                match (&session.link, &session.access_logout_url) {
                    (Some(_), _) => Whose::Of(session),
                    (None, Some(_)) => sign_in::by_access(app).await,
                    (None, None) => Whose::Nobody,
                }
            }
            Err(Problem { message, .. }) => Whose::Failed(message),
        });
    });
}

/// Signing in or out takes away what was pressed: the reader goes on at the new heading. The first page is read from its top.
fn follow(app: App) {
    Effect::new(move |was_known: Option<bool>| {
        let is_asking = app.session.with(|whose| *whose == Whose::Asking);
        let was_known = was_known.unwrap_or(false);
        if was_known && !is_asking {
            browser::focus_soon("h1");
        }
        was_known || !is_asking
    });
}

fn whole(app: App) -> impl IntoView + use<> {
    move || match app.session.get() {
        Whose::Asking => parts::waiting("Opening the dashboard").into_any(),
        Whose::Nobody => sign_in::screen(app).into_any(),
        Whose::Of(session) => frame::screen(app, &session).into_any(),
        Whose::Failed(message) => view! {
            <main class="alone">
                <h1>"Malipo"</h1>
                {parts::trouble(&message)}
                <button on:click=move |_| ask_session(app)>"Try again"</button>
            </main>
        }
        .into_any(),
    }
}
