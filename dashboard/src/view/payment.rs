//! One payment: where it stands, its money, its story, what the shop was told, and what can be done.

use super::parts::Sending;
use super::{deliveries, icon, parts, refund, story, take_back};
use crate::app::App;
use crate::browser;
use crate::eat;
use crate::filter::Filter;
use crate::kes::kes;
use crate::load::load;
use crate::net::{self, Send};
use crate::route::Route;
use crate::wire::Story;
use crate::words::{self, Mood};
use leptos::prelude::*;
use malipo_shared::api::State;
use malipo_shared::merchant::{PaymentFacts, ReceiptFacts};
use serde_json::json;

pub(super) fn screen(app: App, reference: String) -> impl IntoView + use<> {
    let path = format!("payments/{reference}");
    let shown = load::<Story>(app, move || path.clone());
    let back = Route::Payments(Filter::default()).href();
    view! {
        <div class="stack">
            <p class="tools">
                <a class="button small" href=back>{icon::icon(icon::BACK)}"All payments"</a>
                <button class="small" on:click=move |_| app.changed()>{icon::icon(icon::SEND)}"Read again"</button>
            </p>
            {parts::when_ready(app, "Reading the payment", shown, move |story| whole(app, story))}
        </div>
    }
}

fn whole(
    app: App,
    Story {
        payment,
        timeline,
        deliveries,
    }: Story,
) -> impl IntoView {
    let reference = payment.account_reference.clone();
    view! {
        <div class="stack">
            {standing(app, &payment)}
            {review(&payment)}
            {story::attempts(&payment)}
            {refund::section(app, &payment)}
            {story::timeline(&timeline)}
            {deliveries::of_payment(app, &reference, deliveries)}
        </div>
    }
}

fn standing(app: App, payment: &PaymentFacts) -> impl IntoView + use<> {
    let now_ms = browser::now_ms();
    let is_open = !matches!(payment.state, State::Paid | State::Closed);
    let receipts = payment
        .receipts
        .iter()
        .map(|receipt| money(app, &payment.account_reference, receipt, now_ms))
        .collect_view();
    let excess = (payment.excess_kes > 0).then(|| parts::fact("Too much", kes(payment.excess_kes)));
    let refunded =
        (payment.refunded_kes > 0).then(|| parts::fact("Refunded", kes(payment.refunded_kes)));
    let item = payment
        .item
        .clone()
        .map_or(String::new(), |item| format!(" · {item}"));
    let about = match (payment.state, payment.refunded_kes) {
        (State::Paid, _) if payment.outstanding_kes() > 0 => format!(
            "It was paid, and {} of that counts here no more. Read below what to do.",
            kes(payment.outstanding_kes())
        ),
        (State::Paid, 1..) => format!("It was paid. {} went back.", kes(payment.refunded_kes)),
        (state, _) => words::about(state).to_owned(),
    };
    let reference = payment.account_reference.clone();
    view! {
        <section class="card">
            <h2 class="headline"><span>{payment.description.clone()}</span>{parts::chip(words::state(payment.state))}</h2>
            <p class="sum">{kes(payment.due_kes)}</p>
            <p>{about}</p>
            <dl class="facts">
                {parts::fact("Received", kes(payment.received_kes))}
                {excess}
                {refunded}
                {parts::fact("Account number", view! { <code>{reference.clone()}</code> })}
                {payment.reference.clone().map(|text| parts::fact("Your reference", text))}
                {payment.phone().map(|phone| parts::fact("Phone", phone.to_owned()))}
                {parts::fact("Opened", eat::when(payment.opened_at_ms, now_ms))}
                {payment.paid_at_ms.map(|at_ms| parts::fact("Paid", eat::when(at_ms, now_ms)))}
                {parts::fact("Price by", format!("{}{item}", words::origin(payment.origin)))}
                {payment.note.clone().map(|note| parts::fact("Page's note (not checked)", note))}
                {(!payment.livemode).then(|| parts::fact("Money", "Test: no real money"))}
            </dl>
            {(!payment.receipts.is_empty()).then(|| view! { <h3>"Receipts"</h3><ul class="links">{receipts}</ul> })}
            {is_open.then(|| close(app, reference))}
        </section>
    }
}

fn money(app: App, account: &str, receipt: &ReceiptFacts, now_ms: u64) -> impl IntoView + use<> {
    let back = take_back::button(app, account, receipt);
    let number = receipt
        .receipt
        .clone()
        .unwrap_or_else(|| "Number not known yet".to_owned());
    let time = receipt.paid_at_ms.map_or(String::new(), |at_ms| {
        format!(" · {}", eat::when(at_ms, now_ms))
    });
    let said = receipt
        .amount_said
        .as_ref()
        .map(|said| view! { <span class="muted">{format!("M-PESA says “{said}”")}</span> });
    view! {
        <li class="line"><code>{number}</code>
            <span class="muted">{format!("{}{time}", words::channel(receipt.channel))}</span>
            {said}
            <strong>{kes(receipt.amount_kes)}</strong>{back}</li>
    }
}

fn review(payment: &PaymentFacts) -> impl IntoView + use<> {
    let lines = payment
        .review
        .iter()
        .map(|line| view! { <li>{line.clone()}</li> })
        .collect_view();
    (!payment.review.is_empty()).then(|| {
        view! {
            <section class="card warning">
                <h2>{icon::of_mood(Mood::Warning)}"Needs attention"</h2>
                <ul>{lines}</ul>
            </section>
        }
    })
}

/// Closing is asked twice: it cannot be undone.
fn close(app: App, reference: String) -> impl IntoView + use<> {
    let (is_asked, sending) = (RwSignal::new(false), Sending::button(app));
    let reference = StoredValue::new(reference);
    let ask = move |is: bool| {
        is_asked.set(is);
        browser::focus_soon("[data-step=close]");
    };
    let act = move |_| {
        let path = format!("payments/{}/close", reference.get_value());
        let ask = async move { net::post::<Story>(app, &path, Send::Json(json!({})), None).await };
        sending.run(ask, move |_| {
            app.say("The order is closed.");
            let _ = is_asked.try_set(false); // a second press would be told that it is closed already
            sending.focus_heading();
            app.changed();
        });
    };
    move || {
        match is_asked.get() {
        false => view! {
            <p class="actions"><button data-step="close" on:click=move |_| ask(true)>"Close the order…"</button></p>
        }
        .into_any(),
        true => view! {
            <div class="box warning" role="group" aria-label="Close this order" tabindex="-1" data-step="close">
                <p>"Close this order? It can then no longer be paid here, and that cannot be undone. Money that still comes is counted."</p>
                <p class="actions">
                    <button class="first" aria-disabled=move || sending.disabled() on:click=act>{move || sending.word("Closing…", "Close it")}</button>
                    <button aria-disabled=move || sending.disabled() on:click=move |_| if !sending.is_busy() { ask(false) }>"Keep it open"</button>
                </p>
            </div>
        }
        .into_any(),
    }
    }
}
