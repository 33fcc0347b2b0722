//! Do the Worker, its ledger, the shop's webhooks and M-PESA agree?

use std::collections::HashMap;

use anyhow::Result;
use serde_json::{Value, json};

use super::customer::{Customer, now_ms};
use super::http;
use super::shop::Shop;

/// Typed receipts are believed only when they are older than this, in milliseconds.
const TYPED_AGE_MS: u64 = 182_000;

/// What differs, a line each; empty when all agree.
pub(super) fn differing(
    customers: &mut [Customer],
    worker: &str,
    emulator: &str,
    key: &str,
    shop: &Shop,
) -> Result<Vec<String>> {
    let moved = moved(emulator)?;
    let mut differing = shop.contradictions();
    for customer in customers {
        if customer.view.is_null() {
            differing.push(format!("{}: never opened", customer.story));
            continue;
        }
        let (status, text) = http::get(&format!("{worker}/v1/payments/{}", customer.id()), None)?;
        if status == 200 {
            customer.view = serde_json::from_str(&text)?;
        }
        let reference = customer.reference();
        let moved_kes: u64 = moved.get(reference).map_or(0, |receipts| {
            receipts
                .iter()
                .filter_map(|r| r["amount_kes"].as_u64())
                .sum()
        });
        let received_kes = customer.view["received_kes"].as_u64().unwrap_or(0);
        let ledger = http::json(
            &format!("{worker}/v1/merchant/ledger/{reference}"),
            Some(key),
        )?;
        let ledger_kes = ledger["received_kes"].as_u64().unwrap_or(0);
        let shop_kes = shop.paid_kes(reference).unwrap_or(0);
        let paid_messages = shop.paid_messages(reference);
        let is_agreed = [received_kes, ledger_kes, shop_kes] == [moved_kes; 3]
            && ledger["state"].is_string()
            && paid_messages == usize::from(moved_kes > 0);
        if !is_agreed {
            differing.push(format!(
                "{} {reference} {}: M-PESA moved {moved_kes}, the Worker counts {received_kes}, the ledger {ledger_kes}, the shop {shop_kes} by {paid_messages} messages",
                customer.story, customer.view["state"],
            ));
        }
    }
    Ok(differing)
}

/// Customers with M-PESA's SMS whose payment is not counted type its receipt. Whether anybody did.
pub(super) fn type_receipts(
    customers: &mut [Customer],
    worker: &str,
    emulator: &str,
) -> Result<bool> {
    let moved = moved(emulator)?;
    let mut has_typed = false;
    for customer in customers.iter_mut().filter(|customer| !customer.has_typed) {
        let receipts = moved.get(customer.reference());
        let Some(receipt) = receipts.and_then(|receipts| receipts.first()) else {
            continue;
        };
        let is_old = receipt["at_ms"].as_u64().unwrap_or(0) + TYPED_AGE_MS < now_ms();
        if is_old && customer.view["received_kes"] == 0 {
            let url = format!("{worker}/v1/payments/{}/receipts", customer.id());
            http::post(&url, &json!({ "receipt": receipt["receipt"] }), None)?;
            customer.has_typed = true;
            has_typed = true;
        }
    }
    Ok(has_typed)
}

/// What M-PESA really moved, by account reference.
fn moved(emulator: &str) -> Result<HashMap<String, Vec<Value>>> {
    let ledger = http::json(&format!("{emulator}/_emulator/ledger"), None)?;
    let mut moved: HashMap<String, Vec<Value>> = HashMap::new();
    for entry in ledger.as_array().into_iter().flatten() {
        let reference = entry["account_reference"].as_str().unwrap_or_default();
        moved
            .entry(reference.to_owned())
            .or_default()
            .push(entry.clone());
    }
    Ok(moved)
}
