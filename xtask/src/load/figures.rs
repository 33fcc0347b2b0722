//! How fast it went: payments a second, and the Worker's own share of a push and of callback to status.

use std::collections::HashMap;
use std::time::Duration;

use anyhow::Result;
use serde_json::Value;

use super::customer::Customer;
use super::http;

pub(super) fn print(customers: &[Customer], emulator: &str, paying: Duration) -> Result<()> {
    let asked: HashMap<&str, &Customer> = customers.iter().map(|c| (c.reference(), c)).collect();
    let requests = http::json(&format!("{emulator}/_emulator/requests"), None)?;
    let mut pushed: HashMap<&str, u64> = HashMap::new();
    for request in requests.as_array().into_iter().flatten() {
        let reference = request["body"]["AccountReference"].as_str();
        if let (Some(reference), Some(at_ms)) = (reference, request["at_ms"].as_u64()) {
            pushed.entry(reference).or_insert(at_ms);
        }
    }
    let pushes = pushed.iter().filter_map(|(reference, at_ms)| {
        Some(at_ms.saturating_sub(asked.get(reference)?.asked_at_ms))
    });
    let callbacks = http::json(&format!("{emulator}/_emulator/callbacks"), None)?;
    let mut called: HashMap<String, u64> = HashMap::new();
    for callback in callbacks.as_array().into_iter().flatten() {
        if let (Some(reference), Some(at_ms)) =
            (called_reference(callback), callback["at_ms"].as_u64())
        {
            called.entry(reference).or_insert(at_ms);
        }
    }
    // Others end by a query, a refusal or their echo: their end has no callback to be measured from.
    let by_callback = [
        "0000", "1032", "0001", "2001", "8006", "3008", "4999", "0222",
    ];
    let seen = asked.iter().filter_map(|(reference, customer)| {
        let is_measured = by_callback.contains(&customer.story);
        let ended_at_ms = customer.ended_at_ms.filter(|_| is_measured)?;
        ended_at_ms.checked_sub(*called.get(*reference)?)
    });
    let per_second = customers.len() as f64 / paying.as_secs_f64();
    println!("payments a second, all stories to their end: {per_second:.1}");
    println!(
        "request to push at M-PESA:   {}",
        percentiles(pushes.collect())
    );
    println!(
        "callback to status at page:  {}",
        percentiles(seen.collect())
    );
    Ok(())
}

/// The account reference that a push's callback path names in hex.
fn called_reference(callback: &Value) -> Option<String> {
    let path = callback["url"]
        .as_str()
        .filter(|_| callback["kind"] == "stk")?;
    let hex = path.split('/').rev().nth(1)?.as_bytes();
    let bytes = hex.chunks(2).map(|two| {
        let text = std::str::from_utf8(two).ok()?;
        u8::from_str_radix(text, 16).ok()
    });
    String::from_utf8(bytes.collect::<Option<Vec<u8>>>()?).ok()
}

fn percentiles(mut all: Vec<u64>) -> String {
    all.sort_unstable();
    let at = |share: usize| all.get((all.len() * share / 100).min(all.len().saturating_sub(1)));
    match (at(50), at(99)) {
        (Some(p50), Some(p99)) => format!("p50 {p50} ms, p99 {p99} ms ({} measured)", all.len()),
        _ => "nothing to measure".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_of_the_sorted() {
        let all = (1..=100).rev().collect();
        assert_eq!(percentiles(all), "p50 51 ms, p99 100 ms (100 measured)");
        assert_eq!(percentiles(vec![]), "nothing to measure");
    }

    #[test]
    fn a_callbacks_reference_stands_in_its_path() {
        let callback =
            serde_json::json!({"kind": "stk", "url": "http://h/hooks/6d/ff/stk/4d3031/1"});
        assert_eq!(called_reference(&callback).as_deref(), Some("M01"));
    }
}
