//! Comparing with M-PESA's books: the differences, a statement of the organisation portal, and asking M-PESA now.

use super::parts::Sending;
use super::{icon, parts};
use crate::app::App;
use crate::browser;
use crate::eat::{self, Day};
use crate::kes::kes;
use crate::load::{list, load};
use crate::net::{self, Send};
use crate::wire::{Difference, DifferencesPage, Summary};
use crate::words::{self, Mood};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use serde_json::{Value, json};

const PATH: &str = "differences?limit=50";
const OPEN: &str = "differences?limit=50&open=1";

/// What the last import or question on this screen came to.
#[derive(Clone, PartialEq)]
enum Tried {
    Nothing,
    Told(Value),
    Failed(String),
}

pub(super) fn screen(app: App) -> impl IntoView + use<> {
    let report = RwSignal::new(Tried::Nothing);
    view! {
        <div class="grid">
            {statement(app, report)}
            {ask(app, report)}
        </div>
        {move || match report.get() {
            Tried::Told(report) => Some(shown(&report)),
            Tried::Nothing | Tried::Failed(_) => None,
        }}
        <h2>"Differences"</h2>
        {move || match report.get() {
            Tried::Failed(why) => Some(parts::trouble(&format!("The last comparison failed: {why} What is below is from before."))),
            Tried::Nothing | Tried::Told(_) => None,
        }}
        {last(app)}
        {differences(app, PATH)}
    }
}

/// Those that are open, for the list of what needs attention.
pub(super) fn open(app: App) -> impl IntoView + use<> {
    view! {
        {last(app)}
        {differences(app, OPEN)}
    }
}

fn differences(app: App, path: &'static str) -> impl IntoView + use<> {
    let listed = list::<DifferencesPage>(app, move || path.to_owned());
    parts::rows::<DifferencesPage, _>(
        app,
        "Reading the list",
        listed,
        move || path.to_owned(),
        || view! { <p class="muted">"No difference is listed."</p> }.into_any(),
        move |difference| row(app, difference),
    )
}

/// What was compared, and when: without it, that nothing is listed would mean nothing.
fn last(app: App) -> impl IntoView + use<> {
    let summary = load::<Summary>(app, || "summary?days=1".to_owned());
    parts::when_ready(app, "Reading what was compared", summary, |summary| {
        let (said, mood) = words::compared(&summary.compared, browser::now_ms());
        view! { <p class=format!("box {}", mood.word())>{icon::of_mood(mood)}<span>{said}</span></p> }
    })
}

fn statement(app: App, report: RwSignal<Tried>) -> impl IntoView + use<> {
    let file = NodeRef::<leptos::html::Input>::new();
    let sending = Sending::form(app);
    let insists = RwSignal::new(false);
    let insisting = move || {
        view! {
            <label class="check"><input type="checkbox" prop:checked=move || insists.get()
                on:change:target=move |event| insists.set(event.target().checked())/>
                " Compare it even if it looks like another account's or another time's"</label>
        }
    };
    let import = move |event: SubmitEvent| {
        event.prevent_default();
        let chosen = file.get_untracked().and_then(|input| input.files()?.get(0));
        let Some(chosen) = chosen else {
            return sending.fail("Choose the CSV file first.");
        };
        let path = match insists.get_untracked() {
            true => "statements?anyway=1",
            false => "statements",
        };
        insists.set(false); // for this file only
        run(app, sending, report, path, Send::Csv(chosen));
    };
    parts::section(
        "Import a statement",
        view! {
            <form class="stack" on:submit=import>
                <p class="help">"In M-PESA's organisation portal, open the account's statement, choose the days, and export it as CSV."</p>
                <label>"Statement (CSV)"<input type="file" accept=".csv,text/csv" node_ref=file/></label>
                {sending.trouble()}
                {move || sending.has_failed().then(insisting)}
                <p class="actions"><button type="submit" class="first" aria-disabled=move || sending.disabled()>
                    {move || sending.word("Comparing…", "Import and compare")}
                </button></p>
            </form>
        },
    )
}

fn ask(app: App, report: RwSignal<Tried>) -> impl IntoView + use<> {
    let today = Day::of(browser::now_ms()).iso();
    let (from, to) = (RwSignal::new(today.clone()), RwSignal::new(today));
    let sending = Sending::form(app);
    let compare = move |event: SubmitEvent| {
        event.prevent_default();
        let days = (
            from.with_untracked(|day| Day::parse(day)),
            to.with_untracked(|day| Day::parse(day)),
        );
        let (Some(first), Some(last)) = days else {
            return sending.fail("Choose both days.");
        };
        if first > last {
            return sending.fail("The first day must not be after the last.");
        }
        let body = json!({
            "from_ms": first.begins_at_ms(),
            "to_ms": last.ends_at_ms(),
        });
        run(app, sending, report, "reconcile", Send::Json(body));
    };
    parts::section(
        "Ask M-PESA now",
        view! {
            <form class="stack" on:submit=compare>
                <p class="help">"Where Safaricom has given you Pull Transactions. A scheduled run does the same by itself."</p>
                <div class="pair">
                    <label>"From"<input type="date" prop:value=move || from.get() on:input:target=move |event| from.set(event.target().value())/></label>
                    <label>"To"<input type="date" prop:value=move || to.get() on:input:target=move |event| to.set(event.target().value())/></label>
                </div>
                {sending.trouble()}
                <p class="actions"><button type="submit" aria-disabled=move || sending.disabled()>
                    {move || sending.word("Asking M-PESA…", "Compare these days")}
                </button></p>
            </form>
        },
    )
}

/// Compares; its report is shown, and the list is read anew.
fn run(app: App, sending: Sending, report: RwSignal<Tried>, path: &'static str, body: Send) {
    let ask = async move {
        let _ = report.try_set(Tried::Nothing); // it was of another comparison
        let told = net::post::<Value>(app, path, body, None).await;
        if let Err(problem) = &told {
            let _ = report.try_set(Tried::Failed(problem.message.clone()));
        }
        told
    };
    sending.run(ask, move |told| {
        let (done_to_ms, to_ms) = (told["done_to_ms"].as_u64(), told["to_ms"].as_u64());
        let is_done = done_to_ms.zip(to_ms).is_some_and(|(done, to)| done >= to);
        match is_done && told["problem"].is_null() {
            true => app.say("Compared. What was found is below."),
            false => app.complain("Compared in part only. How far, and what was found, is below."),
        }
        let _ = report.try_set(Tried::Told(told));
        app.changed();
    });
}

/// The report's numbers, whichever they are.
fn shown(report: &Value) -> impl IntoView + use<> {
    let number = |(name, value): (&String, &Value)| {
        let value = match value {
            Value::Number(number) if name.ends_with("_ms") => {
                eat::when(number.as_u64()?, browser::now_ms())
            }
            Value::Number(number) if name.ends_with("_kes") => kes(number.as_u64()?),
            Value::Number(number) => number.to_string(),
            Value::String(text) => text.clone(),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
        };
        let name = name.trim_end_matches("_ms").trim_end_matches("_kes");
        Some(view! { <div><dt>{words::sentence(name)}</dt><dd>{value}</dd></div> })
    };
    let numbers: Vec<_> = report
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(number)
        .collect();
    view! {
        <section class="card">
            <h2>"This comparison"</h2>
            <dl class="facts">{numbers}</dl>
            {understood(report)}
        </section>
    }
}

/// What a statement was found to be, and how its rows were read.
fn understood(report: &Value) -> Option<impl IntoView + use<>> {
    let statement = report["statement"].as_object()?;
    let number = |name: &str| statement.get(name).and_then(Value::as_u64).unwrap_or(0);
    let whose = statement.get("short_code").and_then(Value::as_str);
    let whose = whose.map_or_else(
        || "It names no short code".to_owned(),
        |code| format!("It is of {code}"),
    );
    let (receipts, known) = (number("receipts"), number("known"));
    let doubt = statement.get("doubt").and_then(Value::as_str);
    let doubt = doubt.map(|doubt| view! { <p>{doubt.to_owned()}</p> });
    let kinds = report["kinds"].as_array().into_iter().flatten();
    let kinds: Vec<_> = kinds.filter_map(kind_of_row).collect();
    Some(view! {
        <h3>"The file"</h3>
        <p>{format!("{whose}. {known} of its {receipts} receipts are known here.")}</p>
        {doubt}
        <dl class="facts">{kinds}</dl>
    })
}

/// `Pay Bill Online: 12, KES 3,400, read as payment`.
fn kind_of_row(row: &Value) -> Option<impl IntoView + use<>> {
    let kind = row["kind"].as_str().filter(|kind| !kind.is_empty());
    let read_as = words::sentence(row["read_as"].as_str()?);
    let (rows, sum) = (row["rows"].as_u64()?, kes(row["kes"].as_u64()?));
    let kind = kind.unwrap_or("Without words").to_owned();
    Some(view! { <div><dt>{kind}</dt><dd>{format!("{rows} × {read_as}, {sum}")}</dd></div> })
}

fn row(app: App, difference: Difference) -> impl IntoView + use<> {
    let now_ms = browser::now_ms();
    let sum = |sum: Option<u64>| sum.map_or("nothing".to_owned(), kes);
    let theirs = match &difference.theirs_said {
        Some(said) => format!("KES {said}"),
        None => sum(difference.theirs_kes),
    };
    let when = eat::when(difference.at_ms.unwrap_or(difference.found_at_ms), now_ms);
    let settled = difference.settled_at_ms;
    let chip = match settled {
        Some(_) => ("Settled", Mood::Good),
        None => ("Open", Mood::Warning),
    };
    view! {
        <article class="card">
            <h3 class="line"><span>{words::sentence(&difference.kind)}</span>{parts::chip(chip)}</h3>
            <dl class="row">
                {parts::fact("Ours", sum(difference.ours_kes))}
                {parts::fact("M-PESA's", theirs)}
            </dl>
            <p class="muted">
                {difference.receipt.clone().map(|receipt| view! { <code>{receipt}</code>" · " })}
                {when}
                {difference.unknown_kind.as_deref().map(|kind| format!(" · \u{201C}{kind}\u{201D}"))}
                {(!difference.source.is_empty()).then(|| format!(" · by {}", words::sentence(&difference.source).to_lowercase()))}
                {difference.account_reference.as_deref().map(|reference| view! { " · "{parts::payment_link(reference)} })}
            </p>
            <p>{difference.what_to_do.clone()}</p>
            {settled.is_none().then(|| settle(app, difference.id()))}
        </article>
    }
}

fn settle(app: App, id: String) -> impl IntoView + use<> {
    let sending = Sending::button(app);
    let settle = move |_| {
        let path = format!("differences/{id}/settle");
        let ask = async move { net::post::<Value>(app, &path, Send::Json(json!({})), None).await };
        sending.run(ask, move |_| {
            app.say("Settled.");
            app.changed();
        });
    };
    view! {
        <p class="actions"><button class="small" aria-disabled=move || sending.disabled() on:click=settle>
            {move || sending.word("Settling…", "I have settled this")}
        </button></p>
    }
}
