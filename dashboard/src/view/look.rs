//! What needs attention, kind by kind, each with what to do.

use super::{compare, deliveries, parts, payments, unmatched};
use crate::app::App;
use crate::kes;
use crate::load::{Load, list, load};
use crate::route::{Look, Route};
use crate::wire::{DeliveriesPage, Needs, PaymentsPage, Summary};
use crate::words::{self, Mood};
use leptos::prelude::*;

pub(super) fn screen(app: App, look: Look) -> impl IntoView + use<> {
    let summary = load::<Summary>(app, || "summary?days=7".to_owned());
    let tab = |of: Look| {
        let href = Route::Look(of).href();
        let count = move || match summary.get() {
            Load::Ready(summary) => counted(number(summary.needs, of)).into_any(),
            Load::Failed(_) => not_counted().into_any(),
            Load::Waiting => ().into_any(),
        };
        view! {
            <li><a href=href aria-current=(of == look).then_some("true")>{words::look(of).0}{count}</a></li>
        }
    };
    view! {
        <div class="stack">
            <nav class="tabs" aria-label="Kinds"><ul>{Look::ALL.map(tab).into_iter().collect_view()}</ul></nav>
            <p class="help">{words::look(look).1}</p>
            {shown(app, look)}
        </div>
    }
}

/// How many, where there are any.
pub(super) fn counted(number: u64) -> impl IntoView + use<> {
    (number > 0).then(|| view! { <span class="count">{kes::waiting(number)}<span class="heard">" waiting"</span></span> })
}

/// Nobody could count: that is not none.
pub(super) fn not_counted() -> impl IntoView + use<> {
    view! { <span class="count plain">"?"<span class="heard">" not counted: the list did not answer"</span></span> }
}

/// All that waits for a person.
pub(super) fn total(needs: Needs) -> u64 {
    Look::ALL.into_iter().map(|look| number(needs, look)).sum()
}

pub(super) fn number(needs: Needs, look: Look) -> u64 {
    match look {
        Look::Unmatched => needs.unmatched,
        Look::Review => needs.review,
        Look::Disputed => needs.disputed,
        Look::Unresolved => needs.unresolved,
        Look::Undelivered => needs.undelivered,
        Look::Differences => needs.differences,
        Look::Unprocessed => needs.unprocessed,
    }
}

fn shown(app: App, look: Look) -> AnyView {
    match look {
        Look::Unmatched => unmatched::list(app).into_any(),
        Look::Review => of_payments(app, "payments?limit=50&review=1").into_any(),
        Look::Disputed => of_payments(app, "payments?limit=50&disputed=1").into_any(),
        Look::Unresolved => of_payments(app, "payments?limit=50&state=unresolved").into_any(),
        Look::Undelivered => undelivered(app).into_any(),
        Look::Differences => compare::open(app).into_any(),
        Look::Unprocessed => ().into_any(), // its number and what to do stand above
    }
}

fn of_payments(app: App, path: &'static str) -> impl IntoView + use<> {
    let listed = list::<PaymentsPage>(app, move || path.to_owned());
    parts::rows::<PaymentsPage, _>(
        app,
        "Reading the list",
        listed,
        move || path.to_owned(),
        || parts::nothing(Mood::Good, "None. No payment here waits for you.").into_any(),
        |payment| {
            let lines = payment
                .review
                .iter()
                .map(|line| view! { <li>{line.clone()}</li> })
                .collect_view();
            let has_lines = !payment.review.is_empty();
            view! {
                {payments::row(payment)}
                {has_lines.then(|| view! { <ul class="reasons">{lines}</ul> })}
            }
        },
    )
}

/// Those that were given up, then those that are still tried.
fn undelivered(app: App) -> impl IntoView + use<> {
    let part = |title: &'static str, standing: &'static str, empty: &'static str| {
        let path = move || format!("deliveries?limit=50&standing={standing}");
        let listed = list::<DeliveriesPage>(app, path);
        view! {
            <h2>{title}</h2>
            {parts::rows::<DeliveriesPage, _>(
                app, "Reading the list", listed, path,
                move || parts::nothing(Mood::Good, empty).into_any(),
                move |delivery| deliveries::row(app, delivery, true),
            )}
        }
    };
    view! {
        {part("Given up after a month", "unheard", "None was given up.")}
        {part("Still tried", "due", "None is waiting.")}
    }
}
