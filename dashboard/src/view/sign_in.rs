//! Signing in by API key, or because Cloudflare Access has let this browser in.

use super::parts::{self, Sending};
use crate::app::{App, Whose};
use crate::net::{self, Problem};
use crate::wire::Session;
use gloo_net::http::Method;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;

pub(super) fn screen(app: App) -> impl IntoView + use<> {
    let (key, link) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let sending = Sending::form(app);
    let sign_in = move |event: SubmitEvent| {
        event.prevent_default();
        if key.with_untracked(|key| key.trim().is_empty()) {
            return sending.fail("Enter the API key.");
        }
        let (key, link) = (key.get_untracked(), link.get_untracked());
        let ask = async move { ask(key.trim(), link.trim()).await.map_err(said) };
        sending.run(ask, move |session| {
            app.notice.set(None);
            app.session.set(Whose::Of(session));
        });
    };
    crate::browser::set_title("Sign in · Malipo");
    view! {
        <main class="alone">
            <p class="brand">"Malipo"</p>
            <h1 tabindex="-1">"Sign in"</h1>
            {move || app.notice.get().map(|notice| parts::trouble(&notice.text))}
            <form class="stack" on:submit=sign_in novalidate=true>
                <label>"API key"
                    <input type="password" name="apikey" autocomplete="current-password" required=true spellcheck="false"
                        aria-invalid=move || sending.has_failed().then_some("true") aria-describedby="key-help"
                        on:input:target=move |event| key.set(event.target().value())/>
                </label>
                <p id="key-help" class="help">"The operator's command made it, or it stands among the secrets as API_KEY. It is not kept in this browser."</p>
                <label>"Link id (may stay empty)"
                    <input type="text" name="linkid" autocomplete="username" autocapitalize="none" spellcheck="false"
                        on:input:target=move |event| link.set(event.target().value())/>
                </label>
                {sending.trouble()}
                <button type="submit" class="first" aria-disabled=move || sending.disabled()>
                    {move || sending.word("Checking…", "Sign in")}
                </button>
            </form>
            {move || app.access_logout_url.get().map(|url| access(app, url))}
            <p class="help">"You stay signed in for 12 hours. When the key is changed, every session of it ends."</p>
        </main>
    }
}

/// What Cloudflare Access offers beside the key.
fn access(app: App, logout_url: String) -> impl IntoView {
    let again = move |_| {
        app.notice.set(None);
        app.session.set(Whose::Asking);
        spawn_local(async move { app.session.set(by_access(app).await) });
    };
    view! {
        <section class="stack" aria-label="Cloudflare Access">
            <p>"Cloudflare Access still lets this browser in."</p>
            <button on:click=again>"Sign in with Cloudflare Access"</button>
            <a href=logout_url>"Sign out of Cloudflare Access"</a>
        </section>
    }
}

/// Signs in by the token that Access sends along; why it was refused stands above the key's form.
pub(super) async fn by_access(app: App) -> Whose {
    match net::session::<Session>(Method::POST, "", &[]).await {
        Ok(session) => Whose::Of(session),
        Err(problem) => {
            app.complain(problem.message);
            Whose::Nobody
        }
    }
}

/// A key names its merchant (`mlp_{link}_…`), or the form does; else it is the deployment's own.
async fn ask(key: &str, link: &str) -> Result<Session, Problem> {
    let of_key = key
        .strip_prefix("mlp_")
        .and_then(|rest| rest.split_once('_'))
        .map(|(link, _)| link);
    let link = if link.is_empty() { of_key } else { Some(link) };
    let bearer = format!("Bearer {key}");
    let mut headers = vec![("Authorization", bearer.as_str())];
    headers.extend(link.map(|link| ("linkid", link)));
    let own = net::session(Method::POST, "", &headers).await;
    let is_elsewhere =
        |problem: &Problem| ["INVALID_LINK_ID", "INVALID_API_KEY"].contains(&problem.code.as_str());
    match (own, link) {
        // A merchant beside the deployment's own has a path of its own.
        (Err(problem), Some(link)) if is_elsewhere(&problem) => {
            let there = net::session(Method::POST, &format!("/m/{link}"), &headers).await;
            there.map_err(|other: Problem| match other.code.as_str() {
                "NOT_FOUND" => problem,
                _ => other,
            })
        }
        (answer, _) => answer,
    }
}

/// The same in words for who signs in.
fn said(problem: Problem) -> Problem {
    let message = match problem.code.as_str() {
        "INVALID_API_KEY" => {
            "This API key is not known here. Copy it anew, without spaces; if it was changed, use the new one."
        }
        "INVALID_LINK_ID" => {
            "This link id is not that of the key. Leave the field empty: the key says whose it is."
        }
        "INACTIVE_SHORTCODE" => {
            "This merchant was switched off. Its operator can switch it on again."
        }
        _ => return problem,
    };
    Problem {
        message: message.to_owned(),
        ..problem
    }
}
