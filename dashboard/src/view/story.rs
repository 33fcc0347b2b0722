//! What happened: each attempt with its failure in words, and the journal's lines.

use super::codes::explained;
use super::parts;
use crate::eat::{self, Day};
use crate::kes::kes;
use crate::route::Route;
use crate::wire::Told;
use crate::words;
use leptos::prelude::*;
use malipo_shared::catalogue::Api;
use malipo_shared::catalogue::reference;
use malipo_shared::merchant::{AttemptFacts, PaymentFacts};

/// The requests to the customer's phone, newest first.
pub(super) fn attempts(payment: &PaymentFacts) -> impl IntoView + use<> {
    let all = payment.attempts.iter().rev().map(attempt).collect_view();
    (!payment.attempts.is_empty()).then(|| {
        parts::section(
            "Requests to the phone",
            view! { <ol class="attempts">{all}</ol> },
        )
    })
}

fn attempt(attempt: &AttemptFacts) -> impl IntoView + use<> {
    let phone = attempt
        .phone_masked
        .clone()
        .map_or(String::new(), |phone| format!(" to {phone}"));
    view! {
        <li>
            <p class="line"><span>{format!("Request {}: {}{phone}", attempt.n, kes(attempt.amount_kes))}</span>
                {parts::chip(words::outcome(attempt.outcome))}</p>
            {why(attempt)}
        </li>
    }
}

/// Why an attempt brought no money: by its code, or by the reason alone.
fn why(attempt: &AttemptFacts) -> Option<AnyView> {
    if let Some(code) = &attempt.code {
        return Some(by_code(Api::Stk, code));
    }
    let (reads, todo) = reference::of_reason(attempt.reason?);
    Some(explained(&[reads], todo).into_any())
}

fn by_code(api: Api, code: &str) -> AnyView {
    let href = Route::Codes(code.to_owned()).href();
    match reference::find(api, code) {
        Some(entry) => view! {
            <p><a href=href><code>{code.to_owned()}</code></a>{format!(" {}. {}", entry.name, entry.row.meaning)}</p>
            {explained(&entry.customer_reads(), &entry.what_to_do())}
        }
        .into_any(),
        None => view! {
            <p><code>{code.to_owned()}</code>" is in no list that we know. The story below has M-PESA's own text; please tell us of it."</p>
        }
        .into_any(),
    }
}

/// The journal, oldest first; a failure is followed by what it means.
pub(super) fn timeline(told: &[Told]) -> impl IntoView + use<> {
    let mut day = None;
    let lines = told.iter().map(|told| {
        let of = Day::of(told.at_ms);
        let is_new = day.replace(of) != Some(of);
        line(told, is_new.then(|| of.long()))
    });
    let lines = lines.collect_view();
    parts::section(
        "The whole story",
        view! { <ol class="timeline">{lines}</ol> },
    )
}

fn line(told: &Told, day: Option<String>) -> impl IntoView + use<> {
    let decoded = reference::told(&told.what).and_then(|(api, code)| {
        let entry = reference::find(api, code)?;
        // Success needs no explanation.
        let is_paid = entry.row.kind == malipo_shared::catalogue::Kind::Paid;
        (!is_paid).then(|| {
            let href = Route::Codes(code.to_owned()).href();
            view! { <p class="muted"><a href=href>{code.to_owned()}</a>{format!(" means: {}", entry.row.meaning)}</p> }
        })
    });
    let mut what = told.what.clone();
    if let Some(first) = what.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    view! {
        {day.map(|day| view! { <li class="day">{day}</li> })}
        <li><span class="time">{eat::exact(told.at_ms)}</span><div><p>{what}</p>{decoded}</div></li>
    }
}
