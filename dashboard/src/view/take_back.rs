//! Taking back what a person has assigned, asked twice: your server hears of it.

use super::parts::Sending;
use crate::app::App;
use crate::browser;
use crate::kes::kes;
use crate::net::{self, Send};
use crate::wire::Story;
use leptos::prelude::*;
use malipo_shared::merchant::{Channel, ReceiptFacts};
use serde_json::json;

/// The button of a receipt that a person has assigned to this payment.
pub(super) fn button(
    app: App,
    account: &str,
    receipt: &ReceiptFacts,
) -> Option<impl IntoView + use<>> {
    let number = receipt
        .receipt
        .clone()
        .filter(|_| receipt.channel == Channel::Person)?;
    let (is_asked, sending) = (RwSignal::new(false), Sending::button(app));
    let (account, amount) = (account.to_owned(), kes(receipt.amount_kes));
    let place = format!("[data-back=\"{number}\"]");
    let ask = move |is: bool| {
        is_asked.set(is);
        browser::focus_soon(&place);
    };
    let again = ask.clone();
    let mark = number.clone();
    let act = move |_| {
        let path = format!("receipts/{number}/unclaim");
        let body = Send::Json(json!({ "account_reference": account }));
        let said = format!("{number} is taken back. It is unmatched money again in a few seconds.");
        let ask = async move { net::post::<Story>(app, &path, body, None).await };
        sending.run(ask, move |_| {
            app.say(said);
            let _ = is_asked.try_set(false);
            sending.focus_heading();
            app.changed();
        });
    };
    Some(move || {
        let (ask, again, act, mark) = (ask.clone(), again.clone(), act.clone(), mark.clone());
        match is_asked.get() {
            false => view! {
                <p class="actions"><button class="small" data-back=mark.clone() on:click=move |_| ask(true)>
                    "Take the assignment back…"<span class="heard">{format!(" {mark}")}</span>
                </button></p>
            }
            .into_any(),
            true => view! {
                <div class="box warning" role="group" aria-label="Take the assignment back" tabindex="-1" data-back=mark.clone()>
                    <p>{format!("Take {mark} ({amount}) back from this order? It counts here no more and may be assigned to another order. An order that it paid stays marked as paid: your server is told payment.disputed, and what is missing is shown here.")}</p>
                    <p class="actions">
                        <button class="first" aria-disabled=move || sending.disabled() on:click=act>{move || sending.word("Taking it back…", "Take it back")}</button>
                        <button aria-disabled=move || sending.disabled() on:click=move |_| if !sending.is_busy() { again(false) }>"Leave it here"</button>
                    </p>
                </div>
            }
            .into_any(),
        }
    })
}
