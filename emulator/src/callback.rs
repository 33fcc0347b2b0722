//! The STK callback: its body, and its one delivery. No signature, no retry: both are as measured.

use axum::http::header::CONTENT_TYPE;
use serde_json::{Value, json};

use crate::{
    clock::in_nairobi,
    result_codes::callback_desc,
    shared::Shared,
    story::Items,
    world::{Outcome, Push, Sent},
};

/// A callback ready to be sent.
#[derive(Clone)]
pub(crate) struct StkCallback {
    url: String,
    business_short_code: String,
    body: String,
}

impl StkCallback {
    /// What the merchant is to hear of a push that has an outcome.
    pub(crate) fn of(push: &Push) -> Option<Self> {
        let (result_code, result_desc, metadata) = match push.outcome.as_ref()? {
            Outcome::Paid { at_ms } => {
                let metadata = format!(
                    ",\"CallbackMetadata\":{{\"Item\":[{}]}}",
                    items(push, *at_ms).join(",")
                );
                ("0", callback_desc("0"), metadata)
            }
            Outcome::Declined {
                code,
                callback_desc,
                ..
            } => (code.as_str(), callback_desc.as_str(), String::new()),
        };
        // By hand, in Daraja's order: a JSON map would sort the keys and write 1.00 as 1.0.
        let body = format!(
            "{{\"Body\":{{\"stkCallback\":{{\"MerchantRequestID\":{},\"CheckoutRequestID\":{},\"ResultCode\":{},\
             \"ResultDesc\":{}{metadata}}}}}}}",
            json!(push.merchant_request_id),
            json!(push.checkout_request_id),
            json_code(result_code),
            json!(result_desc),
        );
        let business_short_code = push.request.business_short_code.clone();
        Some(Self {
            url: push.request.callback_url.clone(),
            business_short_code,
            body,
        })
    }

    /// Sends it, and remembers what became of it.
    pub(crate) async fn deliver(&self, shared: &Shared) {
        let at_ms = shared.clock.now_ms();
        let answer = shared
            .http
            .post(&self.url)
            .header(CONTENT_TYPE, "application/json;charset=UTF-8")
            .header("Businessshortcode", &self.business_short_code)
            .body(self.body.clone())
            .send()
            .await;
        let (status, error) = match answer {
            Ok(answer) => (Some(answer.status().as_u16()), None),
            Err(error) => (None, Some(self.reason(&error).to_owned())),
        };
        let body = serde_json::from_str(&self.body).unwrap_or(Value::Null);
        shared.change(|world| {
            world.memory.callbacks.push(Sent {
                at_ms,
                url: self.url.clone(),
                body,
                status,
                error,
            });
        });
    }

    fn reason(&self, error: &reqwest::Error) -> &'static str {
        if self.url.to_ascii_lowercase().starts_with("https:") {
            "https is not supported here"
        } else if error.is_timeout() {
            "no answer in time"
        } else {
            "not reachable"
        }
    }
}

fn items(push: &Push, at_ms: u64) -> Vec<String> {
    let item = |name: &str, value: &str| format!("{{\"Name\":\"{name}\",\"Value\":{value}}}");
    let amount_kes = push.request.amount_kes;
    let amount = match push.story.callback.items {
        Items::Documented => format!("{amount_kes}.00"),
        Items::Production | Items::Reversed => amount_kes.to_string(),
    };
    let mut items = vec![
        item("Amount", &amount),
        item("MpesaReceiptNumber", &json!(push.receipt).to_string()),
        "{\"Name\":\"Balance\"}".to_owned(),
        item(
            "TransactionDate",
            &in_nairobi(at_ms).strftime("%Y%m%d%H%M%S").to_string(),
        ),
        item("PhoneNumber", &push.request.msisdn),
    ];
    match push.story.callback.items {
        Items::Production => {}
        Items::Documented => items.retain(|item| !item.contains("Balance")),
        Items::Reversed => items.reverse(),
    }
    items
}

/// A number where it is one, a string where it holds letters: as seen on the wire.
fn json_code(code: &str) -> String {
    code.parse::<u32>()
        .map_or_else(|_| json!(code).to_string(), |number| number.to_string())
}
