//! The shop's server, as our webhooks reach it.

use super::mpesa::{Mpesa, answer};
use crate::host::outside::{Answering, Sent};
use serde_json::Value;
use std::rc::Rc;

impl Mpesa {
    /// The shop's server hears a webhook.
    pub(super) fn shop_hears(self: &Rc<Self>, sent: &Sent, answering: Answering) {
        let id = sent.header("webhook-id").unwrap_or_default().to_owned();
        let body: Value = serde_json::from_str(&sent.body).unwrap();
        let kind = body["type"].as_str().unwrap_or_default().to_owned();
        let fails = {
            let mut truth = self.truth.borrow_mut();
            let fails = truth.shop_fails > 0;
            truth.shop_fails = truth.shop_fails.saturating_sub(1);
            if !fails {
                let known = truth.heard.get(&id).map(|(_, body, _)| body.clone());
                if known.is_some_and(|known| plain(&known) != plain(&sent.body)) {
                    truth.fail(11, format!("the shop is told something else under {id}"));
                }
                let heard = truth
                    .heard
                    .entry(id.clone())
                    .or_insert((kind, sent.body.clone(), 0));
                heard.2 += 1;
            }
            fails
        };
        let status = if fails { 503 } else { 200 };
        self.tell(|| format!("the shop hears {id} {}: {status}", body["type"]));
        self.after(60, move |_| answering.say(answer(status, String::new())));
    }
}

/// A webhook without the customer's number, which may be forgotten.
fn plain(body: &str) -> Value {
    let mut body: Value = serde_json::from_str(body).unwrap();
    let attempts = body["data"]["payment"]["attempts"].as_array_mut();
    for attempt in attempts.into_iter().flatten() {
        attempt["phone_masked"].take();
    }
    body
}
