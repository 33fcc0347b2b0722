//! Payments: the search, the list, and the same list as a file.

use super::{icon, parts};
use crate::app::App;
use crate::browser;
use crate::eat;
use crate::filter::{By, Filter};
use crate::kes::kes;
use crate::load::list;
use crate::route::Route;
use crate::wire::PaymentsPage;
use crate::words::{self, Mood};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use malipo_shared::api::State;
use malipo_shared::merchant::PaymentFacts;

pub(super) fn screen(app: App, filter: Filter) -> impl IntoView + use<> {
    let query = filter.query();
    let (prefix, link) = (app.prefix(), app.link());
    let export = format!("{prefix}/v1/merchant/payments.csv?linkid={link}&{query}");
    let path = StoredValue::new(match query.as_str() {
        "" => "payments?limit=50".to_owned(),
        query => format!("payments?limit=50&{query}"),
    });
    let is_any = filter.is_any();
    let payments = list::<PaymentsPage>(app, move || path.get_value());
    view! {
        <div class="stack">
            {search(app, &filter)}
            <p class="tools">
                <a class="button small" href=export download="payments.csv">{icon::icon(icon::DOWNLOAD)}"These as CSV"</a>
                {(!is_any).then(|| view! { <a class="button small" href=Route::Payments(Filter::default()).href()>"All payments"</a> })}
            </p>
            {parts::rows::<PaymentsPage, _>(app, "Reading the list", payments, move || path.get_value(), move || {
                let text = if is_any {
                    "No payment yet. Put a payment link or the checkout before a customer: Items and links."
                } else {
                    "No payment fits. Look for less: one field alone, or more days."
                };
                parts::nothing(Mood::Plain, text).into_any()
            }, row)}
        </div>
    }
}

/// One payment in a list.
pub(super) fn row(payment: PaymentFacts) -> impl IntoView + use<> {
    let now_ms = browser::now_ms();
    let href = Route::Payment(payment.account_reference.clone()).href();
    let name = payment
        .reference
        .clone()
        .unwrap_or_else(|| payment.account_reference.clone());
    let phone = payment.phone().unwrap_or("no phone").to_owned();
    let receipt = payment
        .receipts
        .iter()
        .find_map(|receipt| receipt.receipt.clone());
    let also = receipt.unwrap_or(phone);
    view! {
        <a class="payment" href=href>
            <span class="what"><strong>{payment.description.clone()}</strong><span class="muted">{name}</span></span>
            <span class="muted also">{also}</span>
            <span class="muted time">{eat::when(payment.opened_at_ms, now_ms)}</span>
            <span class="state">{parts::chip(words::state(payment.state))}
                {(payment.refunded_kes > 0).then(|| parts::chip(("Refunded", Mood::Plain)))}
                {(!payment.review.is_empty()).then(|| parts::chip(("Needs attention", Mood::Warning)))}</span>
            <span class="amount">{kes(payment.due_kes)}</span>
        </a>
    }
}

fn search(app: App, filter: &Filter) -> impl IntoView + use<> {
    // What narrows the list is seen.
    let has_more = *filter
        != Filter {
            text: filter.text.clone(),
            ..Filter::default()
        };
    let edited = RwSignal::new(filter.clone());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let href = Route::Payments(edited.get_untracked()).href();
        // Where the page is already, going there would read nothing.
        match app.route.with_untracked(|route| route.href() == href) {
            true => app.changed(),
            false => browser::go(&href),
        }
    };
    let by = By::ALL.map(|by| {
        view! { <option value=by.word() selected=by == filter.by>{by.label()}</option> }
    });
    let states = State::ALL.map(|state| {
        let is_chosen = filter.state == Some(state);
        view! { <option value=state.as_str() selected=is_chosen>{words::state(state).0}</option> }
    });
    view! {
        <form class="search card" role="search" on:submit=submit>
            <label>"Search"
                <input type="search" value=filter.text.clone() autocapitalize="none" spellcheck="false" aria-describedby="search-help"
                    on:input:target=move |event| edited.update(|filter| filter.text = event.target().value())/>
            </label>
            <button type="submit" class="first">"Search"</button>
            <p id="search-help" class="help">"A reference, a receipt, or a phone's last 3 digits."</p>
            <details open=has_more>
                <summary>"By state, days or kind"</summary>
                <div class="filters">
                    <label>"Search in"
                        <select on:change:target=move |event| {
                            let word = event.target().value();
                            let known = By::ALL.into_iter().find(|by| by.word() == word);
                            edited.update(|filter| filter.by = known.unwrap_or_default());
                        }>{by.into_iter().collect_view()}</select>
                    </label>
                    <label>"State"
                        <select on:change:target=move |event| {
                            let word = event.target().value();
                            let known = State::ALL.into_iter().find(|state| state.as_str() == word);
                            edited.update(|filter| filter.state = known);
                        }><option value="">"Any"</option>{states.into_iter().collect_view()}</select>
                    </label>
                    <label>"From"
                        <input type="date" value=filter.from.clone()
                            on:input:target=move |event| edited.update(|filter| filter.from = event.target().value())/>
                    </label>
                    <label>"To"
                        <input type="date" value=filter.to.clone()
                            on:input:target=move |event| edited.update(|filter| filter.to = event.target().value())/>
                    </label>
                </div>
            </details>
        </form>
    }
}
