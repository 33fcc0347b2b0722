//! The STK callback's body.

use serde_json::json;

use crate::{
    clock::compact,
    notices::delivery::Notice,
    result_codes::callback_desc,
    world::{
        push::{Outcome, Push},
        sent::Kind,
        story::Items,
    },
};

/// What the merchant is to hear of a push that has an outcome.
pub(crate) fn of(push: &Push) -> Option<Notice> {
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
    Some(Notice {
        kind: Kind::Stk,
        url: push.request.callback_url.clone(),
        business_short_code: Some(push.request.business_short_code.clone()),
        body,
    })
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
        item("TransactionDate", &compact(at_ms)),
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
pub(crate) fn json_code(code: &str) -> String {
    code.parse::<u32>()
        .map_or_else(|_| json!(code).to_string(), |number| number.to_string())
}
