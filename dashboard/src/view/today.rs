//! Today: the money, what needs a person, the last week, and why payments failed.

use super::{icon, look, parts};
use crate::app::App;
use crate::browser;
use crate::chart::{self, Bar};
use crate::eat::Day;
use crate::kes::{self, kes};
use crate::load::load;
use crate::route::{Look, Route};
use crate::wire::{CodeCount, Compared, DaySum, Needs, Summary};
use crate::words::{self, Mood};
use leptos::prelude::*;
use malipo_shared::catalogue::Api;
use malipo_shared::catalogue::reference;

pub(super) fn screen(app: App) -> impl IntoView + use<> {
    let summary = load::<Summary>(app, || "summary?days=7".to_owned());
    parts::when_ready(app, "Adding up", summary, |summary| {
        view! {
            <div class="grid">
                {sums(&summary)}
                {needs(summary.needs, &summary.compared)}
                {week(&summary.days)}
                {failures(&summary)}
            </div>
        }
    })
}

fn sums(Summary { today, days, .. }: &Summary) -> impl IntoView + use<> {
    let rate = today.success_percent().map_or_else(
        || "no request to a phone yet".to_owned(),
        |percent| format!("{percent} % succeeded"),
    );
    // The day that was summed, whatever this machine's clock says.
    let day = days.last().and_then(|day| Day::parse(&day.day));
    let date = day.unwrap_or_else(|| Day::of(browser::now_ms())).long();
    view! {
        <section class="card sums">
            <h2>{date}</h2>
            <p class="sum">{kes(today.paid_kes)}</p>
            <p>{format!("received · {rate}")}</p>
            <dl class="row">
                {parts::fact("Opened", kes::grouped(today.payments))}
                {parts::fact("Paid", kes::grouped(today.paid))}
                {parts::fact("Declined", kes::grouped(today.declined))}
            </dl>
        </section>
    }
}

fn needs(needs: Needs, compared: &Compared) -> impl IntoView + use<> {
    let all = Look::ALL.map(|kind| (kind, look::number(needs, kind)));
    let waiting = all.into_iter().filter(|(_, number)| *number > 0);
    let waiting: Vec<_> = waiting
        .map(|(look, number)| {
            let href = Route::Look(look).href();
            view! {
                <li><a href=href>{icon::of_mood(Mood::Warning)}<span>{words::look(look).0}</span>
                    <strong class="count">{kes::waiting(number)}</strong></a></li>
            }
        })
        .collect();
    let inside = if waiting.is_empty() {
        parts::nothing(Mood::Good, "Nothing waits for you.").into_any()
    } else {
        view! { <ul class="links">{waiting}</ul> }.into_any()
    };
    let (said, mood) = words::compared(compared, browser::now_ms());
    let compare = Route::Compare.href();
    parts::section(
        "Needs attention",
        view! {
            {inside}
            <p class=format!("box {}", mood.word())>{icon::of_mood(mood)}<span>{said}" "<a href=compare>"Compare with M-PESA"</a></span></p>
        },
    )
}

fn week(days: &[DaySum]) -> impl IntoView + use<> {
    let bars = chart::bars(days);
    let label = format!(
        "Money received on the last {} days. {}.",
        days.len(),
        bars.iter()
            .map(|bar| bar.spoken.as_str())
            .collect::<Vec<_>>()
            .join("; ")
    );
    let view_box = format!("0 0 {} {}", chart::WIDTH, chart::HEIGHT);
    let drawn = bars.into_iter().map(
        |Bar {
             x,
             y,
             width,
             height,
             label,
             value,
             spoken,
         }| {
            let middle = x + width / 2;
            view! {
                <g>
                    <title>{spoken}</title>
                    <rect class="bar" x=x y=y width=width height=height rx="4"/>
                    <text x=middle y=y - 9>{value}</text>
                    <text x=middle y=chart::HEIGHT - 8>{label}</text>
                </g>
            }
        },
    );
    let rows = days.iter().rev().map(|day| {
        let named = Day::parse(&day.day).map_or(day.day.clone(), |named| {
            format!("{} {}", named.weekday(), named.short())
        });
        view! { <tr><th scope="row">{named}</th><td>{kes::grouped(day.paid_kes)}</td><td>{kes::grouped(day.paid)}</td><td>{kes::grouped(day.payments)}</td></tr> }
    });
    let rows = rows.collect_view();
    parts::section(
        "Last 7 days",
        view! {
            <svg class="chart" viewBox=view_box role="img" aria-label=label>{drawn.collect_view()}</svg>
            <details>
                <summary>"As a table"</summary>
                <table>
                    <thead><tr><th scope="col">"Day"</th><th scope="col">"KES received"</th><th scope="col">"Paid"</th><th scope="col">"Opened"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </details>
        },
    )
}

fn failures(Summary { codes, days, .. }: &Summary) -> impl IntoView + use<> {
    let line = |CodeCount { code, count }: &CodeCount| {
        let name = reference::find(Api::Stk, code).map_or("Unlisted code", |entry| entry.name);
        let href = Route::Codes(code.clone()).href();
        view! {
            <li><a href=href><code>{code.clone()}</code><span>{name}</span>
                <strong class="count plain">{kes::grouped(*count)}<span class="heard">" times"</span></strong></a></li>
        }
    };
    let inside = if codes.is_empty() {
        let is_idle = days.iter().all(|day| day.payments == 0);
        let text = match is_idle {
            true => "No payment was opened in these days.",
            false => "M-PESA reported no failed request of the payments opened in these days.",
        };
        parts::nothing(Mood::Plain, text).into_any()
    } else {
        view! { <ul class="links">{codes.iter().take(8).map(line).collect_view()}</ul> }.into_any()
    };
    parts::section("Why payments failed, last 7 days", inside)
}
