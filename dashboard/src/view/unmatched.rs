//! Money that nobody has claimed, and assigning it to an order.

use super::icon;
use super::parts::{self, Sending};
use crate::app::App;
use crate::browser;
use crate::eat;
use crate::kes::as_said;
use crate::net::{self, Send};
use crate::wire::{Story, Unmatched, UnmatchedPage};
use crate::words::Mood;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use serde_json::json;

const PATH: &str = "unmatched?limit=50";

pub(super) fn list(app: App) -> impl IntoView + use<> {
    let listed = crate::load::list::<UnmatchedPage>(app, || PATH.to_owned());
    parts::rows::<UnmatchedPage, _>(
        app,
        "Reading the list",
        listed,
        || PATH.to_owned(),
        || {
            parts::nothing(
                Mood::Good,
                "None. All money that M-PESA has shown belongs to an order.",
            )
            .into_any()
        },
        move |receipt| row(app, receipt),
    )
}

fn row(app: App, unmatched: Unmatched) -> impl IntoView + use<> {
    let now_ms = browser::now_ms();
    let amount = as_said(unmatched.amount_kes, unmatched.amount_said.as_deref());
    let when = match unmatched.paid_at_ms {
        Some(at_ms) => eat::when(at_ms, now_ms),
        None => format!(
            "time not known, heard {}",
            eat::when(unmatched.listed_at_ms, now_ms)
        ),
    };
    let typed = match unmatched.bill_ref.as_deref() {
        None | Some("") => "no account number".to_owned(),
        Some(text) => format!("account “{text}”"),
    };
    let payer = unmatched
        .payer_masked
        .clone()
        .unwrap_or_else(|| "payer not shown".to_owned());
    let is_verified = unmatched.status != "unverified";
    let is_claimable = unmatched.problem.is_none();
    let problem = unmatched.problem.clone();
    view! {
        <article class="card">
            <p class="line"><code>{unmatched.receipt.clone()}</code><strong>{amount}</strong></p>
            <p class="muted">{format!("{when} · {payer} · {typed}")}</p>
            {(!is_verified).then(|| parts::nothing(
                Mood::Warning,
                "Reported from an address that is not known to be M-PESA's, or named by a second callback of a push. Look for the receipt in the organisation portal before you assign it.",
            ))}
            {problem.map(|why| view! { <p class=format!("box {}", Mood::Warning.word())>{icon::of_mood(Mood::Warning)}<span>{why}</span></p> })}
            {is_claimable.then(|| assign(app, &unmatched))}
            {(!is_claimable).then(|| settle(app, unmatched.receipt.clone()))}
        </article>
    }
}

/// What cannot be read leaves the list once a person has dealt with it.
fn settle(app: App, receipt: String) -> impl IntoView + use<> {
    let sending = Sending::button(app);
    let act = move |_| {
        let path = format!("receipts/{receipt}/settle");
        let said = format!("{receipt} is dealt with. The list follows in a few seconds.");
        let ask = async move {
            net::post::<serde_json::Value>(app, &path, Send::Json(json!({})), None).await
        };
        sending.run(ask, move |_| {
            app.say(said);
            sending.focus_heading();
            app.changed();
        });
    };
    view! {
        <p class="actions"><button aria-disabled=move || sending.disabled() on:click=act>{move || sending.word("Settling…", "Dealt with")}</button></p>
    }
}

fn assign(app: App, unmatched: &Unmatched) -> impl IntoView + use<> {
    let reference = RwSignal::new(unmatched.account_reference.clone().unwrap_or_default());
    let sending = Sending::form(app);
    let receipt = unmatched.receipt.clone();
    let label = format!("Account number of the order for {receipt}");
    let claim = move |event: SubmitEvent| {
        event.prevent_default();
        let to = reference.with_untracked(|text| text.trim().to_uppercase());
        if to.is_empty() {
            return sending.fail("Enter the order's account number. You find it in Payments.");
        }
        let path = format!("receipts/{receipt}/claim");
        let said = format!("{receipt} is assigned to {to}. The lists follow in a few seconds.");
        let body = Send::Json(json!({ "account_reference": to }));
        let ask = async move { net::post::<Story>(app, &path, body, None).await };
        sending.run(ask, move |_| {
            app.say(said);
            sending.focus_heading();
            app.changed();
        });
    };
    view! {
        <form class="assign" on:submit=claim novalidate=true>
            <label><span class="heard">{label}</span><span aria-hidden="true">"Account number of the order"</span>
                <input type="text" autocapitalize="characters" spellcheck="false" maxlength="20" prop:value=move || reference.get()
                    on:input:target=move |event| reference.set(event.target().value())/>
            </label>
            <button type="submit" aria-disabled=move || sending.disabled()>{move || sending.word("Assigning…", "Assign to order")}</button>
            {sending.trouble()}
        </form>
    }
}
