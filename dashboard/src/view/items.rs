//! The price list and its payment links, each with a QR code; and a bill for one customer.

use super::parts::Sending;
use super::{icon, parts};
use crate::app::App;
use crate::browser;
use crate::kes::{self, kes};
use crate::load::load;
use crate::net::{self, Send};
use crate::qr::{self, Drawn};
use crate::wire::{Created, Item, Items, OpenAmount};
use crate::words::Mood;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use serde_json::json;

pub(super) fn screen(app: App) -> impl IntoView + use<> {
    let items = load::<Items>(app, || "items".to_owned());
    view! {
        <div class="stack">
            <p class="help">"Send a link by SMS or WhatsApp, or print its code: whoever opens it pays. The prices are yours (ITEMS), not the page's."</p>
            {parts::when_ready(app, "Reading the price list", items, move |items| shown(app, items))}
            {bill(app)}
        </div>
    }
}

fn shown(app: App, items: Items) -> impl IntoView + use<> {
    if items.items.is_empty() && items.open_amount.is_none() {
        let text = "The price list is empty. Add ITEMS to the configuration.";
        return parts::nothing(Mood::Plain, text).into_any();
    }
    let item = |Item {
                    id,
                    amount_kes,
                    description,
                    pay_url,
                }: Item| { link(app, &description, &kes(amount_kes), &id, pay_url) };
    let open = items.open_amount.map(
        |OpenAmount {
             min_kes,
             max_kes,
             pay_url,
         }| {
            let between = format!("{} to {}", kes(min_kes), kes(max_kes));
            link(app, "Any amount", &between, "open", pay_url)
        },
    );
    let all = items.items.into_iter().map(item).collect_view();
    view! { <ul class="links-grid">{all}{open}</ul> }.into_any()
}

/// One link: its code, its address, and what can be done with both.
fn link(app: App, title: &str, price: &str, name: &str, url: String) -> impl IntoView + use<> {
    view! {
        <li class="card link">
            {code(title, name, &url)}
            <div class="stack">
                <h2>{title.to_owned()}</h2>
                <p class="price">{price.to_owned()}</p>
                <p><a href=url.clone() target="_blank" rel="noopener">{url.clone()}<span class="heard">" (opens a new tab)"</span></a></p>
                <p class="actions">{parts::copy_button(app, "Link", url)}</p>
            </div>
        </li>
    }
}

fn code(title: &str, name: &str, url: &str) -> Option<impl IntoView + use<>> {
    let drawn = qr::draw(url)?;
    let file = drawn.file();
    let file_name = format!("{name}.svg");
    let label = format!("QR code of the payment link: {title}");
    let Drawn { side, path } = drawn;
    let view_box = format!("0 0 {side} {side}");
    Some(view! {
        <div class="qr">
            <svg viewBox=view_box role="img" aria-label=label shape-rendering="crispEdges"><path d=path/></svg>
            <button type="button" class="small" on:click=move |_| browser::download(&file_name, "image/svg+xml", &file)>
                {icon::icon(icon::DOWNLOAD)}"SVG"<span class="heard">{format!(" of {title}")}</span>
            </button>
        </div>
    })
}

/// An order of one's own, for one customer.
fn bill(app: App) -> impl IntoView + use<> {
    let (amount, what, reference) = (
        RwSignal::new(String::new()),
        RwSignal::new(String::new()),
        RwSignal::new(String::new()),
    );
    let sending = Sending::form(app);
    let made = RwSignal::new(None::<Created>);
    let create = move |event: SubmitEvent| {
        event.prevent_default();
        let text = |of: RwSignal<String>| of.with_untracked(|text| text.trim().to_owned());
        let (what, reference) = (text(what), text(reference));
        let Some(amount_kes) = amount.with_untracked(|text| kes::typed(text)) else {
            return sending.fail("Enter the amount in whole shillings, at most 250,000.");
        };
        if what.is_empty() {
            return sending.fail("Say what it is for.");
        }
        if reference.is_empty() {
            return sending.fail("Give it a reference of your own, for example the bill's number.");
        }
        let body = json!({ "amount_kes": amount_kes, "description": what, "reference": reference });
        let ask = async move {
            let _ = made.try_set(None); // the last bill's link is another customer's
            // A key names one body. That a second press makes no second bill is the reference's doing.
            let key = browser::fresh_key().unwrap_or_default();
            net::post::<Created>(app, "payments", Send::Json(body), Some(&key)).await
        };
        sending.run(ask, move |created| {
            app.say("The bill is ready. Send its link, or show its code.");
            let _ = made.try_set(Some(created));
        });
    };
    parts::section(
        "A bill for one customer",
        view! {
            <form class="stack" on:submit=create novalidate=true>
                <div class="pair">
                    <label>"Amount in KES"<input type="text" inputmode="numeric" on:input:target=move |event| amount.set(event.target().value())/></label>
                    <label>"Your reference"<input type="text" maxlength="60" spellcheck="false" on:input:target=move |event| reference.set(event.target().value())/></label>
                </div>
                <label>"What it is for"<input type="text" maxlength="100" on:input:target=move |event| what.set(event.target().value())/></label>
                {sending.trouble()}
                <p class="actions"><button type="submit" aria-disabled=move || sending.disabled()>
                    {move || sending.word("Making it…", "Make the link")}
                </button></p>
            </form>
            {move || made.get().map(|Created { payment, pay_url }| view! {
                <ul class="links-grid">{link(app, &payment.description, &kes(payment.due_kes), &payment.account_reference, pay_url)}</ul>
            })}
        },
    )
}
