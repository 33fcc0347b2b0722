//! Draws what stands in a place: texts, the countdown, facts, steps, hints, buttons.

use super::{Ui, number};
use crate::browser;
use crate::screens::{Action, Fact, Part, Step};
use crate::spoken::{duration, fill, secs_until};
use crate::words::Word;
use leptos::prelude::*;

/// One part.
pub(super) fn part(ui: Ui, part: Part) -> AnyView {
    match part {
        Part::Nothing => ().into_any(),
        Part::Text(lines) => texts(lines),
        Part::Timer {
            from_ms,
            ends_at_ms,
        } => timer(ui, from_ms, ends_at_ms),
        Part::Facts(facts) => {
            let facts: Vec<AnyView> = facts.into_iter().map(|one| fact(ui, one)).collect();
            view! { <dl>{facts}</dl> }.into_any()
        }
        Part::Form(action) => number::form(ui, action),
        Part::Steps(steps) => {
            let steps: Vec<AnyView> = steps.into_iter().map(|one| step(ui, one)).collect();
            view! { <ol>{steps}</ol> }.into_any()
        }
        Part::Hints(heading, lines) => {
            let lines = lines
                .into_iter()
                .map(|line| view! { <li>{line}</li> }.into_any());
            let lines: Vec<AnyView> = lines.collect();
            view! { <section><h3>{heading}</h3><ul>{lines}</ul></section> }.into_any()
        }
        Part::Actions(actions) => {
            let buttons: Vec<AnyView> = actions.into_iter().map(|one| button(ui, one)).collect();
            view! { <div class="actions">{buttons}</div> }.into_any()
        }
    }
}

/// A button, closed until its wait is over.
pub(super) fn button(ui: Ui, action: Action) -> AnyView {
    let enabled_at_ms = action.enabled_at_ms;
    let secs = Memo::new(move |_| secs_until(enabled_at_ms, ui.now_ms.get()));
    let does = action.does;
    let class = if action.is_primary { "primary" } else { "" };
    // A submit button is pressed by Enter in its field, and by nothing else twice.
    let kind = match does {
        crate::screens::Does::AskPush => "submit",
        _ => "button",
    };
    let label = move || match secs.get() {
        0 => action.label.clone(),
        secs => {
            let countdown = duration(secs, ui.language());
            fill(&action.waiting_label, &[("countdown", &countdown)])
        }
    };
    let press = move |_: web_sys::MouseEvent| {
        if kind == "button" {
            ui.act(does);
        }
    };
    view! {
        <button type=kind class=class disabled={move || secs.get() > 0} on:click=press>
            {label}
        </button>
    }
    .into_any()
}

fn texts(lines: Vec<String>) -> AnyView {
    let lines = lines
        .into_iter()
        .map(|line| view! { <p>{line}</p> }.into_any());
    lines.collect::<Vec<AnyView>>().into_any()
}

fn timer(ui: Ui, from_ms: u64, ends_at_ms: u64) -> AnyView {
    let secs = Memo::new(move |_| secs_until(ends_at_ms, ui.now_ms.get()));
    let text = move || match secs.get() {
        0 => Word::TimeOver.say(ui.language()).to_owned(),
        secs => {
            let countdown = duration(secs, ui.language());
            fill(
                Word::TimeLeft.say(ui.language()),
                &[("countdown", &countdown)],
            )
        }
    };
    let whole = secs_until(ends_at_ms, from_ms).to_string();
    view! {
        <progress aria-hidden="true" max=whole value=move || secs.get().to_string()></progress>
        <p role="timer" class="timer">{text}</p>
    }
    .into_any()
}

fn fact(ui: Ui, fact: Fact) -> AnyView {
    let copied = fact.value.clone();
    let copy = match fact.is_copied {
        true => copy_button(ui, fact.label, copied),
        false => ().into_any(),
    };
    view! { <div><dt>{fact.label}</dt><dd>{fact.value}{copy}</dd></div> }.into_any()
}

fn step(ui: Ui, step: Step) -> AnyView {
    let typed = match step.typed {
        Some(typed) => {
            let copy = copy_button(ui, step.text, typed.copied);
            view! { <span class="typed"><strong>{typed.shown}</strong>{copy}</span> }.into_any()
        }
        None => ().into_any(),
    };
    view! { <li>{step.text}" "{typed}</li> }.into_any()
}

/// Copies `text`; its accessible name says of what: "Copy: Enter account no.".
fn copy_button(ui: Ui, label: &'static str, text: String) -> AnyView {
    let is_copied = RwSignal::new(false);
    let word = move || match is_copied.get() {
        true => Word::Copied.say(ui.language()),
        false => Word::Copy.say(ui.language()),
    };
    let name = move || [word(), ": ", label].concat();
    let press = move |_: web_sys::MouseEvent| {
        browser::copy(&text);
        is_copied.set(true);
    };
    view! { <button type="button" class="copy" aria-label=name on:click=press>{word}</button> }
        .into_any()
}
