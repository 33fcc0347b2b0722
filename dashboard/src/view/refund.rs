//! Giving money back: what was, and a new one, which is confirmed before it leaves.

use super::parts;
use super::parts::Sending;
use crate::app::App;
use crate::browser;
use crate::eat;
use crate::kes::{kes, typed};
use crate::net::{self, Send};
use crate::words;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use malipo_shared::catalogue::{Api, reference};
use malipo_shared::merchant::{PaymentFacts, ReceiptFacts, RefundFacts};
use serde_json::{Value, json};

pub(super) fn section(app: App, payment: &PaymentFacts) -> impl IntoView + use<> {
    let open: Vec<(ReceiptFacts, u64)> = payment
        .receipts
        .iter()
        .map(|receipt| (receipt.clone(), payment.refundable_kes(receipt)))
        .filter(|(_, left_kes)| *left_kes > 0)
        .collect();
    let past = payment.refunds.iter().map(past).collect_view();
    let has_past = !payment.refunds.is_empty();
    let reference = payment.account_reference.clone();
    (has_past || !open.is_empty()).then(|| {
        parts::section(
            "Refunds",
            view! {
                {has_past.then(|| view! { <ul class="links">{past}</ul> })}
                {(!open.is_empty()).then(|| form(app, reference, open))}
            },
        )
    })
}

fn past(refund: &RefundFacts) -> impl IntoView + use<> {
    let when = eat::when(refund.requested_at_ms, browser::now_ms());
    let code = refund.code.clone().map(|code| {
        let meaning = reference::find(Api::Initiator, &code).map_or("", |entry| entry.row.meaning);
        view! { <span class="muted">{format!("{code} {meaning}")}</span> }
    });
    view! {
        <li class="line"><code>{refund.receipt.clone()}</code><span class="muted">{when}</span>{code}
            {parts::chip(words::refund(refund.state))}<strong>{kes(refund.amount_kes)}</strong></li>
    }
}

/// First what, then whether really: money leaves by it, and it cannot be taken back.
#[derive(Clone, Copy, PartialEq)]
enum Step {
    Shut,
    Choosing,
    /// How much, in whole shillings: 1 or more, and no more than is left.
    Confirming(u64),
}

/// A refund before it leaves. Cheap to copy: all of it is signals.
#[derive(Clone, Copy)]
struct Draft {
    app: App,
    step: RwSignal<Step>,
    payment: StoredValue<String>,
    /// What it can be of: each receipt's number, and what is left of it.
    receipts: StoredValue<Vec<(String, u64)>>,
    receipt: RwSignal<String>,
    amount: RwSignal<String>,
    reason: RwSignal<String>,
    sending: Sending,
    /// One for one intention: a second press, or a lost answer, sends nothing twice.
    key: StoredValue<String>,
}

impl Draft {
    fn go(self, to: Step) {
        if self.step.try_set(to).is_none() {
            browser::focus_soon("[data-step=refund]");
        }
    }

    /// What is left of the chosen receipt.
    fn left_kes(self) -> u64 {
        let chosen = self.receipt.get_untracked();
        self.receipts.with_value(|all| {
            all.iter()
                .find(|(number, _)| *number == chosen)
                .map_or(0, |(_, left)| *left)
        })
    }
}

fn form(app: App, payment: String, open: Vec<(ReceiptFacts, u64)>) -> impl IntoView + use<> {
    let receipts: Vec<(String, u64)> = open
        .into_iter()
        .filter_map(|(receipt, left)| Some((receipt.receipt?, left)))
        .collect();
    let (first, left) = receipts.first().cloned().unwrap_or_default();
    let draft = Draft {
        app,
        step: RwSignal::new(Step::Shut),
        payment: StoredValue::new(payment),
        receipts: StoredValue::new(receipts),
        receipt: RwSignal::new(first),
        amount: RwSignal::new(left.to_string()),
        reason: RwSignal::new(String::new()),
        sending: Sending::form(app),
        key: StoredValue::new(browser::fresh_key().unwrap_or_default()),
    };
    move || match draft.step.get() {
        Step::Shut => shut(draft).into_any(),
        Step::Choosing => choosing(draft).into_any(),
        Step::Confirming(amount_kes) => confirming(draft, amount_kes).into_any(),
    }
}

fn shut(draft: Draft) -> impl IntoView + use<> {
    view! {
        <p class="actions"><button data-step="refund" on:click=move |_| draft.go(Step::Choosing)>"Refund…"</button></p>
    }
}

fn choosing(draft: Draft) -> impl IntoView + use<> {
    let Draft {
        receipt,
        amount,
        reason,
        sending,
        ..
    } = draft;
    let choose = move |event: SubmitEvent| {
        event.prevent_default();
        let (left_kes, asked) = (draft.left_kes(), amount.with_untracked(|text| typed(text)));
        match asked.filter(|asked_kes| *asked_kes <= left_kes) {
            Some(amount_kes) => {
                sending.forgive();
                draft.go(Step::Confirming(amount_kes));
            }
            None => sending.fail(format!("Enter whole shillings, from 1 to {left_kes}.")),
        }
    };
    let leave = move |_| {
        sending.forgive();
        draft.go(Step::Shut);
    };
    let chosen = receipt.get_untracked();
    let option = |(number, left): &(String, u64)| {
        let is_chosen = *number == chosen;
        view! { <option value=number.clone() selected=is_chosen>{format!("{number}: {} left", kes(*left))}</option> }
    };
    let options = draft
        .receipts
        .with_value(|all| all.iter().map(option).collect_view());
    view! {
        <form class="stack" aria-label="Refund" tabindex="-1" data-step="refund" on:submit=choose novalidate=true>
            <label>"Receipt"
                <select on:change:target=move |event| {
                    receipt.set(event.target().value());
                    amount.set(draft.left_kes().to_string());
                }>{options}</select>
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
            {sending.trouble()}
            <p class="actions">
                <button type="submit" class="first">"Go on"</button>
                <button type="button" on:click=leave>"Leave it"</button>
            </p>
        </form>
    }
}

fn confirming(draft: Draft, amount_kes: u64) -> impl IntoView + use<> {
    let sending = draft.sending;
    let receipt = draft.receipt.get_untracked();
    let change = move |_| {
        if !sending.is_busy() {
            draft.go(Step::Choosing);
        }
    };
    view! {
        <div class="box warning" role="group" aria-label="Confirm the refund" tabindex="-1" data-step="refund">
            <p><strong>{format!("Give back {} of receipt {receipt}?", kes(amount_kes))}</strong></p>
            <p>"The money goes to the phone that paid, and cannot be taken back. It is asked for once: if M-PESA's answer is lost, nothing is sent a second time."</p>
            <p class="actions">
                <button class="first" aria-disabled=move || sending.disabled() on:click=move |_| send(draft, amount_kes)>{move || sending.word("Sending…", "Give it back")}</button>
                <button aria-disabled=move || sending.disabled() on:click=change>"Change"</button>
            </p>
        </div>
    }
}

fn send(draft: Draft, amount_kes: u64) {
    let Draft { app, sending, .. } = draft;
    let path = format!("payments/{}/refunds", draft.payment.get_value());
    let body = json!({
        "receipt": draft.receipt.get_untracked(),
        "amount_kes": amount_kes,
        "reason": Some(draft.reason.get_untracked()).filter(|text| !text.trim().is_empty()),
    });
    let key = draft.key.get_value();
    let ask = async move {
        match net::post::<Value>(app, &path, Send::Json(body), Some(&key)).await {
            Ok(_) => Ok(true),
            // Its first answer was lost, and it was changed since.
            Err(problem) if problem.code == "KEY_REUSED" => Ok(false),
            Err(problem) => {
                draft.go(Step::Choosing);
                Err(problem)
            }
        }
    };
    sending.run(ask, move |was_asked_for| {
        let _ = draft.key.try_set_value(browser::fresh_key().unwrap_or_default());
        match was_asked_for {
            true => app.say("The refund was asked for. M-PESA's answer appears here, often within a minute."),
            false => app.complain("This was not asked for: the refund before it was, though its answer was lost. It is listed here."),
        }
        let _ = draft.step.try_set(Step::Shut);
        sending.focus_heading();
        app.changed();
    });
}
