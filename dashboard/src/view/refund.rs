//! Giving money back: what was, and a new one, which is confirmed before it leaves.

use super::{frame, parts};
use crate::app::App;
use crate::browser;
use crate::eat;
use crate::kes::kes;
use crate::net::{self, Send};
use crate::wire::{Payment, Receipt, Refund};
use crate::words;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use malipo_shared::catalogue::{Api, reference};
use serde_json::{Value, json};

pub(super) fn section(app: App, payment: &Payment) -> impl IntoView + use<> {
    let open: Vec<(Receipt, u64)> = payment
        .receipts
        .iter()
        .map(|receipt| (receipt.clone(), payment.refundable_kes(receipt)))
        .filter(|(_, left_kes)| *left_kes > 0)
        .collect();
    let past = payment.refunds.iter().map(past).collect_view();
    let has_past = !payment.refunds.is_empty();
    let reference = payment.account_reference.clone();
    (has_past || !open.is_empty()).then(|| {
        frame::section(
            "Refunds",
            view! {
                {has_past.then(|| view! { <ul class="links">{past}</ul> })}
                {(!open.is_empty()).then(|| form(app, reference, open))}
            },
        )
    })
}

fn past(refund: &Refund) -> impl IntoView + use<> {
    let when = eat::when(refund.requested_at_ms, browser::now_ms());
    let code = refund.code.clone().map(|code| {
        let meaning = reference::find(Api::Initiator, &code).map_or("", |entry| entry.row.meaning);
        view! { <span class="muted">{format!("{code} {meaning}")}</span> }
    });
    view! {
        <li class="line"><code>{refund.receipt.clone()}</code><span class="muted">{when}</span>{code}
            {parts::chip(words::refund(&refund.state.to_ascii_lowercase()))}<strong>{kes(refund.amount_kes)}</strong></li>
    }
}

/// First what, then whether really: money leaves by it, and it cannot be taken back.
#[derive(Clone, Copy, PartialEq)]
enum Step {
    Shut,
    Choosing,
    Confirming,
    Sending,
}

fn form(app: App, payment: String, open: Vec<(Receipt, u64)>) -> impl IntoView + use<> {
    let step = RwSignal::new(Step::Shut);
    let receipts: Vec<(String, u64)> = open
        .into_iter()
        .filter_map(|(receipt, left)| Some((receipt.receipt?, left)))
        .collect();
    let first = receipts.first().cloned().unwrap_or_default();
    let receipt = RwSignal::new(first.0);
    let amount = RwSignal::new(first.1.to_string());
    let reason = RwSignal::new(String::new());
    let trouble = RwSignal::new(None::<String>);
    // One key for one intention: a second press, or a lost answer, sends nothing twice.
    let key = StoredValue::new(browser::fresh_key().unwrap_or_default());
    let payment = StoredValue::new(payment);
    let receipts = StoredValue::new(receipts);
    let left = move || {
        let chosen = receipt.get();
        receipts.with_value(|all| {
            all.iter()
                .find(|(number, _)| *number == chosen)
                .map_or(0, |(_, left)| *left)
        })
    };
    let go = move |to: Step| {
        step.set(to);
        browser::focus_soon("[data-step=refund]");
    };
    let choose = move |event: SubmitEvent| {
        event.prevent_default();
        let asked = amount.with_untracked(|text| text.trim().parse::<u64>().ok());
        match asked.filter(|kes| (1..=untrack(left)).contains(kes)) {
            Some(_) => {
                trouble.set(None);
                go(Step::Confirming);
            }
            None => trouble.set(Some(format!(
                "Enter whole shillings, from 1 to {}.",
                untrack(left)
            ))),
        }
    };
    let send = move |_| {
        if step.get_untracked() == Step::Sending {
            return;
        }
        step.set(Step::Sending);
        spawn_local(async move {
            let body = json!({
                "receipt": receipt.get_untracked(),
                "amount_kes": amount.with_untracked(|text| text.trim().parse::<u64>().unwrap_or(0)),
                "reason": Some(reason.get_untracked()).filter(|text| !text.trim().is_empty()),
            });
            let path = format!("payments/{}/refunds", payment.get_value());
            let answer =
                net::post::<Value>(app, &path, Send::Json(body), Some(&key.get_value())).await;
            match answer {
                Ok(_) => {
                    key.set_value(browser::fresh_key().unwrap_or_default());
                    app.say("The refund was asked for. M-PESA's answer appears here, often within a minute.");
                    app.changed();
                }
                Err(problem) => {
                    let _ = step.try_set(Step::Choosing);
                    let _ = trouble.try_set(Some(problem.message));
                }
            }
        });
    };
    let options = move || {
        receipts.with_value(|all| {
        let option = |(number, left): &(String, u64)| {
            view! { <option value=number.clone()>{format!("{number}: {} left", kes(*left))}</option> }
        };
        all.iter().map(option).collect_view()
    })
    };
    move || {
        match step.get() {
        Step::Shut => view! {
            <p class="actions"><button data-step="refund" on:click=move |_| go(Step::Choosing)>"Refund…"</button></p>
        }
        .into_any(),
        Step::Choosing => view! {
            <form class="stack" aria-label="Refund" tabindex="-1" data-step="refund" on:submit=choose novalidate=true>
                <label>"Receipt"
                    <select on:change:target=move |event| {
                        receipt.set(event.target().value());
                        amount.set(untrack(left).to_string());
                    }>{options()}</select>
                </label>
                <label>"Amount in KES"
                    <input type="text" inputmode="numeric" prop:value=move || amount.get()
                        on:input:target=move |event| amount.set(event.target().value())/>
                </label>
                <p class="help">"A part of a receipt is only given back where your account is known to allow it; else M-PESA refuses."</p>
                <label>"Reason, for your own books"
                    <input type="text" maxlength="100" prop:value=move || reason.get()
                        on:input:target=move |event| reason.set(event.target().value())/>
                </label>
                {move || trouble.get().map(|text| parts::trouble(&text))}
                <p class="actions">
                    <button type="submit" class="first">"Go on"</button>
                    <button type="button" on:click=move |_| go(Step::Shut)>"Leave it"</button>
                </p>
            </form>
        }
        .into_any(),
        Step::Confirming | Step::Sending => {
            let is_sending = step.get() == Step::Sending;
            let sum = amount.with_untracked(|text| text.trim().parse().unwrap_or(0));
            view! {
                <div class="box warning" role="group" aria-label="Confirm the refund" tabindex="-1" data-step="refund">
                    <p><strong>{format!("Give back {} of receipt {}?", kes(sum), receipt.get_untracked())}</strong></p>
                    <p>"The money goes to the phone that paid, and cannot be taken back. It is asked for once: if M-PESA's answer is lost, nothing is sent a second time."</p>
                    <p class="actions">
                        <button class="first" aria-disabled=is_sending.then_some("true") on:click=send>{if is_sending { "Sending…" } else { "Give it back" }}</button>
                        <button aria-disabled=is_sending.then_some("true") on:click=move |_| if !is_sending { go(Step::Choosing) }>"Change"</button>
                    </p>
                </div>
            }
            .into_any()
        }
    }
    }
}
