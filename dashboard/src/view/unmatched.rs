//! Money that nobody has claimed: which orders it may be meant for, and assigning it to one, confirmed by what is due there.

use super::icon;
use super::parts::{self, Sending};
use crate::app::App;
use crate::browser;
use crate::eat;
use crate::kes::{as_said, kes};
use crate::load::load;
use crate::net::{self, Problem, Send};
use crate::wire::{Candidate, Candidates, Story, Unmatched, UnmatchedPage};
use crate::words::{self, Mood};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use malipo_shared::merchant::PaymentFacts;
use serde_json::json;

const PATH: &str = "unmatched?limit=50";

pub(super) fn list(app: App) -> impl IntoView + use<> {
    let listed = crate::load::list::<UnmatchedPage>(app, || PATH.to_owned());
    parts::rows::<UnmatchedPage, _>(
        app,
        "Reading the list",
        listed,
        || PATH.to_owned(),
        || {
            parts::nothing(
                Mood::Good,
                "None. All money that M-PESA has reported here belongs to an order.",
            )
            .into_any()
        },
        move |receipt| row(app, receipt),
    )
}

fn row(app: App, unmatched: Unmatched) -> impl IntoView + use<> {
    let now_ms = browser::now_ms();
    let amount = as_said(unmatched.amount_kes, unmatched.amount_said.as_deref());
    let when = match unmatched.paid_at_ms {
        Some(at_ms) => eat::when(at_ms, now_ms),
        None => format!(
            "time not known, heard {}",
            eat::when(unmatched.listed_at_ms, now_ms)
        ),
    };
    let typed = match unmatched.bill_ref.as_deref() {
        None | Some("") => "no account number".to_owned(),
        Some(text) => format!("account “{text}”"),
    };
    let payer = unmatched
        .payer_masked
        .clone()
        .unwrap_or_else(|| "payer not shown".to_owned());
    let is_verified = unmatched.status != "unverified";
    let countable_kes = unmatched.countable_kes;
    let problem = unmatched.problem.clone();
    let receipt = unmatched.receipt.clone();
    view! {
        <article class="card">
            <p class="line"><code>{unmatched.receipt.clone()}</code><strong>{amount}</strong></p>
            <p class="muted">{format!("{when} · {payer} · {typed}")}</p>
            {(!is_verified).then(|| parts::nothing(
                Mood::Warning,
                "Reported from an address that is not known to be M-PESA's, or named by M-PESA for a request that another receipt had already paid. Look for the receipt in the organisation portal before you assign it.",
            ))}
            {problem.map(|why| view! { <p class=format!("box {}", Mood::Warning.word())>{icon::of_mood(Mood::Warning)}<span>{why}</span></p> })}
            {match countable_kes {
                Some(amount_kes) => assign(app, receipt, amount_kes).into_any(),
                None => settle(app, receipt).into_any(),
            }}
        </article>
    }
}

/// What cannot be read leaves the list once a person has dealt with it.
fn settle(app: App, receipt: String) -> impl IntoView + use<> {
    let sending = Sending::button(app);
    let act = move |_| {
        let path = format!("receipts/{receipt}/settle");
        let said = format!("{receipt} is dealt with. The list follows in a few seconds.");
        let ask = async move {
            net::post::<serde_json::Value>(app, &path, Send::Json(json!({})), None).await
        };
        sending.run(ask, move |_| {
            app.say(said);
            sending.focus_heading();
            app.changed();
        });
    };
    view! {
        <p class="actions"><button aria-disabled=move || sending.disabled() on:click=act>{move || sending.word("Settling…", "Dealt with")}</button></p>
    }
}

/// First which order, then whether really: it counts at once, and the shop's server is told.
#[derive(Clone, PartialEq)]
enum Step {
    Shut,
    Choosing,
    Confirming(Box<PaymentFacts>),
}

/// An assignment before it is made. Cheap to copy: all of it is signals.
#[derive(Clone, Copy)]
struct Draft {
    app: App,
    step: RwSignal<Step>,
    receipt: StoredValue<String>,
    amount_kes: u64,
    reference: RwSignal<String>,
    sending: Sending,
}

impl Draft {
    fn go(self, to: Step) {
        if self.step.try_set(to).is_none() {
            let receipt = self.receipt.get_value();
            browser::focus_soon(&format!("[data-assign=\"{receipt}\"]"));
        }
    }

    /// Reads the order as it is now, and asks whether really.
    fn preview(self, reference: &str) {
        let (app, path) = (self.app, format!("payments/{reference}"));
        let ask = async move { net::get::<Story>(app, &path).await };
        self.sending.run(ask, move |story| {
            self.go(Step::Confirming(Box::new(story.payment)));
        });
    }
}

fn assign(app: App, receipt: String, amount_kes: u64) -> impl IntoView + use<> {
    let draft = Draft {
        app,
        step: RwSignal::new(Step::Shut),
        receipt: StoredValue::new(receipt),
        amount_kes,
        reference: RwSignal::new(String::new()),
        sending: Sending::form(app),
    };
    move || match draft.step.get() {
        Step::Shut => shut(draft).into_any(),
        Step::Choosing => choosing(draft).into_any(),
        Step::Confirming(payment) => confirming(draft, &payment).into_any(),
    }
}

fn shut(draft: Draft) -> impl IntoView + use<> {
    let receipt = draft.receipt.get_value();
    view! {
        <p class="actions"><button data-assign=receipt.clone() on:click=move |_| draft.go(Step::Choosing)>
            "Find its order…"<span class="heard">{format!(" {receipt}")}</span>
        </button></p>
    }
}

fn choosing(draft: Draft) -> impl IntoView + use<> {
    let Draft {
        app,
        reference,
        sending,
        ..
    } = draft;
    let receipt = draft.receipt.get_value();
    let path = format!("receipts/{receipt}/candidates");
    let found = load::<Candidates>(app, move || path.clone());
    let look = move |event: SubmitEvent| {
        event.prevent_default();
        let to = reference.with_untracked(|text| text.trim().to_uppercase());
        match to.is_empty() {
            true => {
                sending.fail("Enter the order's account number. You find it in Payments.");
            }
            false => draft.preview(&to),
        }
    };
    view! {
        <div class="stack" role="group" aria-label=format!("Order of {receipt}") tabindex="-1" data-assign=receipt.clone()>
            {parts::when_ready(app, "Looking for orders", found, move |Candidates { candidates }| {
                if candidates.is_empty() {
                    let text = "No order was found with this amount, payer, account number or time. If you know the order, enter its account number.";
                    return parts::nothing(Mood::Plain, text).into_any();
                }
                let rows = candidates.into_iter().map(|it| view! { <li>{candidate(draft, it)}</li> });
                view! { <h3>"It may be for"</h3><ul class="rows">{rows.collect_view()}</ul> }.into_any()
            })}
            <form class="assign" on:submit=look novalidate=true>
                <label><span class="heard">{format!("Account number of the order for {receipt}")}</span>
                    <span aria-hidden="true">"Account number of another order"</span>
                    <input type="text" autocapitalize="characters" spellcheck="false" maxlength="20" prop:value=move || reference.get()
                        on:input:target=move |event| reference.set(event.target().value())/>
                </label>
                <button type="submit" aria-disabled=move || sending.disabled()>{move || sending.word("Looking…", "Look at this order")}</button>
            </form>
            {sending.trouble()}
            <p class="actions"><button on:click=move |_| { sending.forgive(); draft.go(Step::Shut) }>"Cancel"</button></p>
        </div>
    }
}

fn candidate(draft: Draft, it: Candidate) -> impl IntoView + use<> {
    let opened = eat::when(it.opened_at_ms, browser::now_ms());
    let name = it
        .reference
        .clone()
        .map_or(String::new(), |reference| format!("{reference} · "));
    let because: Vec<&str> = it.because.iter().map(|word| words::because(word)).collect();
    let sending = draft.sending;
    let account = it.account_reference.clone();
    let chosen = account.clone();
    view! {
        <div class="message">
            <span class="what"><strong>{it.description}</strong>
                <span class="muted">{format!("{name}{account} · opened {opened}")}</span>
                <span>{because.join(" · ")}</span></span>
            <span class="also">{format!("due {}", kes(it.outstanding_kes))}</span>
            <button class="small" aria-disabled=move || sending.disabled() on:click=move |_| draft.preview(&chosen)>
                "Choose"<span class="heard">{format!(" {account}")}</span>
            </button>
        </div>
    }
}

fn confirming(draft: Draft, payment: &PaymentFacts) -> impl IntoView + use<> {
    let sending = draft.sending;
    let receipt = draft.receipt.get_value();
    let amount = kes(draft.amount_kes);
    let (said, mood) = words::assigning(draft.amount_kes, payment);
    let account = payment.account_reference.clone();
    let expect_kes = payment.outstanding_kes();
    let change = move |_| {
        if !sending.is_busy() {
            sending.forgive();
            draft.go(Step::Choosing);
        }
    };
    let act = {
        let account = account.clone();
        move |_| send(draft, account.clone(), expect_kes)
    };
    view! {
        <div class=format!("box {}", mood.word()) role="group" aria-label="Confirm the assignment" tabindex="-1" data-assign=receipt.clone()>
            <p><strong>{format!("Assign {receipt} to {account} ({})?", payment.description)}</strong></p>
            <p>{said}</p>
            <p>"It counts at once, and your server is told. You can take it back on the payment's page while none of it was refunded."</p>
            {sending.trouble()}
            <p class="actions">
                <button class="first" aria-disabled=move || sending.disabled() on:click=act>
                    {move || if sending.disabled().is_some() { "Assigning…".to_owned() } else { format!("Assign {amount}") }}
                </button>
                <button aria-disabled=move || sending.disabled() on:click=change>"Choose another order"</button>
            </p>
        </div>
    }
}

/// What became of an assignment.
enum Assigned {
    Done,
    /// Another amount was due: nothing was assigned, and this is what is so now.
    Differs(Box<PaymentFacts>, String),
}

fn send(draft: Draft, account: String, expect_kes: u64) {
    let Draft { app, sending, .. } = draft;
    let receipt = draft.receipt.get_value();
    let said = format!("{receipt} is assigned to {account}. The lists follow in a few seconds.");
    let ask = async move {
        let path = format!("receipts/{receipt}/claim");
        let body = json!({ "account_reference": account, "expect_kes": expect_kes });
        match net::post::<Story>(app, &path, Send::Json(body), None).await {
            Ok(_) => Ok(Assigned::Done),
            Err(Problem { code, message, .. }) if code == "AMOUNT_DIFFERS" => {
                let now = net::get::<Story>(app, &format!("payments/{account}")).await?;
                Ok(Assigned::Differs(Box::new(now.payment), message))
            }
            Err(problem) => Err(problem),
        }
    };
    sending.run(ask, move |assigned| match assigned {
        Assigned::Done => {
            app.say(said);
            sending.focus_heading();
            app.changed();
        }
        Assigned::Differs(payment, message) => {
            draft.go(Step::Confirming(payment));
            sending.fail(message);
        }
    });
}
