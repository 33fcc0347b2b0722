//! Draws what stands in a place: texts, the countdown, facts, steps, hints, buttons.

use super::{Press, Says, Ui, changing, element, number};
use crate::browser;
use crate::screens::{Action, Does, Fact, Part, Step};
use crate::spoken::{digits, duration, fill, secs_until};
use crate::words::Word;
use leptos::prelude::*;

/// One part.
pub(super) fn part(ui: Ui, part: Part) -> AnyView {
    match part {
        Part::Nothing => ().into_any(),
        Part::Text(line) => p(line),
        Part::Words(words) => element("div", "text", each(words, |word| p(ui.say(word)))),
        Part::Timer {
            from_ms,
            ends_at_ms,
        } => timer(ui, from_ms, ends_at_ms),
        Part::Facts(facts) => element("dl", "", each(facts, |one| fact(ui, one))),
        Part::Form(action) => number::form(ui, action),
        Part::Steps(steps) => element("ol", "", each(steps, |one| step(ui, one))),
        Part::Hints(words) => {
            let mut words = words.iter().map(|word| ui.say(*word));
            let heading = element("h3", "", vec![words.next().into_any()]);
            let lines = words.map(|line| element("li", "", vec![line.into_any()]));
            element(
                "section",
                "",
                vec![heading, element("ul", "", lines.collect())],
            )
        }
        Part::Actions(actions) => element("div", "actions", each(actions, |one| button(ui, one))),
    }
}

/// A button, closed until its wait is over.
pub(super) fn button(ui: Ui, action: Action) -> AnyView {
    let (does, enabled_at_ms) = (action.does, action.enabled_at_ms);
    let secs = move || secs_until(enabled_at_ms, ui.now_ms());
    let label = move || match secs() {
        0 => ui.say(action.word),
        _ => ui.say(action.waiting),
    };
    // The form's own button leaves the work to the form, which also hears Enter.
    let is_submit = does == Does::AskPush;
    let press = Press {
        kind: if is_submit { "submit" } else { "button" },
        class: if action.is_primary { "primary" } else { "" },
        name: None,
        is_closed: Box::new(move || secs() > 0),
        then: Box::new(move || {
            if !is_submit {
                ui.act(does);
            }
        }),
    };
    press.button(changing(Box::new(label)))
}

/// A paragraph.
fn p(text: String) -> AnyView {
    element("p", "", vec![text.into_any()])
}

fn each<T>(all: Vec<T>, draw: impl Fn(T) -> AnyView) -> Vec<AnyView> {
    all.into_iter().map(draw).collect()
}

fn timer(ui: Ui, from_ms: u64, ends_at_ms: u64) -> AnyView {
    let secs = move || secs_until(ends_at_ms, ui.now_ms());
    let text = changing(Box::new(move || match secs() {
        0 => ui.say(Word::TimeOver),
        secs => {
            let language = ui.language();
            fill(Word::TimeLeft.say(language), |_| duration(secs, language))
        }
    }));
    let whole = digits(u64::from(secs_until(ends_at_ms, from_ms)));
    let left: Box<dyn Fn() -> String + Send> = Box::new(move || digits(u64::from(secs())));
    let bar = view! { <progress aria-hidden="true" max=whole value=left></progress> }.into_any();
    let text = view! { <p role="timer" class="timer">{text}</p> }.into_any();
    element("div", "", vec![bar, text])
}

fn fact(ui: Ui, fact: Fact) -> AnyView {
    let value = ui.fill(fact.value);
    let label = ui.say(fact.label);
    let mut shown = vec![value.clone().into_any()];
    if fact.is_copied {
        shown.push(copy_button(ui, label.clone(), value));
    }
    let label = element("dt", "", vec![label.into_any()]);
    element("div", "", vec![label, element("dd", "", shown)])
}

fn step(ui: Ui, step: Step) -> AnyView {
    let text = ui.say(step.word);
    let mut line = vec![text.clone().into_any()];
    if !step.shown.is_empty() {
        let shown = element("strong", "", vec![ui.fill(step.shown).into_any()]);
        let copy = copy_button(ui, text, ui.fill(step.copied));
        line.push(element("span", "typed", vec![shown, copy]));
    }
    element("li", "", line)
}

/// Copies `text`; its accessible name says of what: "Copy: Enter account no.".
fn copy_button(ui: Ui, label: String, text: String) -> AnyView {
    let word = RwSignal::new(ui.say(Word::Copy));
    let press = Press {
        class: "copy",
        name: Some([&ui.say(Word::Copy), ": ", &label].concat()),
        then: Box::new(move || {
            browser::copy(&text);
            let copied = ui.say(Word::Copied);
            word.set(copied.clone());
            ui.text(Says::Heard).set([&label, ": ", &copied].concat());
        }),
        ..Press::default()
    };
    press.button(changing(Box::new(move || word.get())))
}
