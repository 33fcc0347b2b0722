//! The code reference: every code, found by number and by words.

use super::parts;
use crate::words::Mood;
use leptos::prelude::*;
use malipo_shared::catalogue::reference::{Entry, search};
use malipo_shared::catalogue::{Kind, Row};

pub(super) fn screen(asked: String) -> impl IntoView + use<> {
    let query = RwSignal::new(asked.clone());
    let found = Memo::new(move |_| query.with(|query| search(query)));
    view! {
        <div class="stack">
            <form role="search" on:submit=|event| event.prevent_default()>
                <label>"A number, or words"
                    <input type="search" value=asked placeholder="1032, or: wrong PIN" autocapitalize="none" spellcheck="false"
                        on:input:target=move |event| query.set(event.target().value())/>
                </label>
            </form>
            <p class="help" role="status">{move || match found.with(Vec::len) {
                1 => "1 code".to_owned(),
                number => format!("{number} codes"),
            }}</p>
            {move || found.with(Vec::is_empty).then(|| parts::nothing(
                Mood::Plain,
                "No code is called so. Try its number alone, or one word. A code that Malipo does not know counts as still \
                 unclear for three minutes, then as declined; the payment shows M-PESA's own text.",
            ))}
            <ul class="rows codes">{move || found.get().iter().map(code).collect_view()}</ul>
        </div>
    }
}

/// A code with its meaning, what the customer reads, and what to do.
fn code(entry: &Entry) -> impl IntoView + use<> {
    let Row {
        api,
        code,
        meaning,
        kind,
        ..
    } = *entry.row;
    let mood = match kind {
        Kind::Paid => Mood::Good,
        Kind::Declined(_) => Mood::Bad,
        Kind::Pending => Mood::Busy,
        Kind::Answer => Mood::Plain,
    };
    let reads = entry.customer_reads();
    view! {
        <li class="card code">
            <h2><code>{code}</code>" "{entry.name}</h2>
            <p class=format!("tag {}", mood.word())>{api.label()}</p>
            <p>{meaning}</p>
            {explained(&reads, &entry.what_to_do())}
        </li>
    }
}

/// What the customer reads and what to do.
pub(super) fn explained(reads: &[String], todo: &str) -> impl IntoView + use<> {
    let several = reads.len() > 1;
    let read = reads
        .iter()
        .map(|text| view! { <q>{text.clone()}</q> })
        .collect_view();
    view! {
        <dl class="explained">
            {(!reads.is_empty()).then(|| parts::fact(
                if several { "The customer reads one of" } else { "The customer reads" },
                read,
            ))}
            {parts::fact("What to do", todo.to_owned())}
        </dl>
    }
}
