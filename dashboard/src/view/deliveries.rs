//! What the shop's server was told, and telling it again.

use super::parts::Sending;
use super::{icon, parts};
use crate::app::App;
use crate::browser;
use crate::eat;
use crate::kes::count;
use crate::net::{self, Send};
use crate::wire::{Delivery, Story};
use crate::words;
use leptos::prelude::*;
use serde_json::json;

/// The messages of one payment, newest first.
pub(super) fn of_payment(
    app: App,
    reference: &str,
    deliveries: Vec<Delivery>,
) -> impl IntoView + use<> {
    let inside = if deliveries.is_empty() {
        view! { <p class="muted">"Nothing yet. Messages are sent when WEBHOOK_URL is set."</p> }
            .into_any()
    } else {
        let newest_first = deliveries.into_iter().rev();
        let all = newest_first.map(|delivery| {
            view! { <li>{row(app, Delivery { account_reference: reference.to_owned(), ..delivery }, false)}</li> }
        });
        view! { <ul class="rows">{all.collect_view()}</ul> }.into_any()
    };
    parts::section("Messages to your server", inside)
}

/// One message; in lists of many payments with its payment.
pub(super) fn row(app: App, delivery: Delivery, has_link: bool) -> impl IntoView + use<> {
    let now_ms = browser::now_ms();
    let again = again(app, &delivery);
    let Delivery {
        account_reference,
        sequence,
        r#type,
        at_ms,
        tries,
        standing,
        next_at_ms,
    } = delivery;
    let next = next_at_ms.map_or(String::new(), |at_ms| {
        format!(" · next try {}", eat::when(at_ms, now_ms))
    });
    let link = has_link.then(|| parts::payment_link(&account_reference));
    view! {
        <div class="message">
            <span class="what"><strong>{words::message(&r#type)}</strong>
                <span class="muted">{format!("Message {sequence} · {}", eat::when(at_ms, now_ms))}</span>{link}</span>
            <span class="also">{parts::chip(words::standing(&standing))}
                <span class="muted">{format!("{}{next}", tried(tries))}</span></span>
            {again}
        </div>
    }
}

fn tried(tries: u64) -> String {
    match tries {
        0 => "not tried yet".to_owned(),
        1 => "tried once".to_owned(),
        _ => format!("tried {}", count(tries, "time")),
    }
}

fn again(app: App, delivery: &Delivery) -> impl IntoView + use<> {
    let sending = Sending::button(app);
    let path = format!("payments/{}/redeliver", delivery.account_reference);
    let sequence = delivery.sequence;
    let send = move |_| {
        let path = path.clone();
        let body = Send::Json(json!({ "sequence": sequence }));
        let ask = async move { net::post::<Story>(app, &path, body, None).await };
        sending.run(ask, move |_| {
            app.say(format!("Message {sequence} is sent again."));
            app.changed();
        });
    };
    view! {
        <button class="small" aria-disabled=move || sending.disabled() on:click=send>
            {icon::icon(icon::SEND)}{move || sending.word("Sending…", "Send again")}
            <span class="heard">{format!(" message {sequence}")}</span>
        </button>
    }
}
