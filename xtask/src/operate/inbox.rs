//! What M-PESA sent and could not be delivered: listed, and tried again.

use super::Worker;
use anyhow::{Result, bail};
use serde_json::{Value, json};

/// A line a message.
pub(super) fn list(worker: &Worker) -> Result<()> {
    let said = worker.get("inbox")?;
    let rows = rows(&said);
    if rows.is_empty() {
        println!("The inbox is empty: all that M-PESA sent was delivered.");
    }
    for row in rows {
        println!("{}", line(row));
    }
    Ok(())
}

/// Tries one message, or all that are set apart.
pub(super) fn retry(worker: &Worker, id: Option<u64>) -> Result<()> {
    let ids = match id {
        Some(id) => vec![id],
        None => set_apart(&worker.get("inbox")?),
    };
    if ids.is_empty() {
        println!("Nothing is set apart.");
    }
    let mut left = 0;
    for id in ids {
        let said = worker.post(&format!("inbox/{id}/retry"), &json!({}))?;
        let is_delivered = said["delivered"] == true;
        left += usize::from(!is_delivered);
        println!("{id} {}", outcome(is_delivered));
    }
    if left > 0 {
        bail!(
            "{left} could not be delivered; they are tried again by themselves, and `operate inbox` shows why"
        );
    }
    Ok(())
}

fn rows(said: &Value) -> &[Value] {
    said["inbox"].as_array().map_or(&[], Vec::as_slice)
}

fn set_apart(said: &Value) -> Vec<u64> {
    let mut rows = rows(said).to_vec();
    rows.retain(|row| !row["set_apart_at_ms"].is_null());
    rows.iter().filter_map(|row| row["id"].as_u64()).collect()
}

fn outcome(is_delivered: bool) -> &'static str {
    match is_delivered {
        true => "delivered",
        false => "not delivered",
    }
}

fn line(row: &Value) -> String {
    let text = |name: &str| row[name].as_str().unwrap_or("-").to_owned();
    let standing = match row["set_apart_at_ms"].is_null() {
        true => "waiting",
        false => "set apart",
    };
    format!(
        "{:>6}  {:<9}  tries {:>2}  {:<7}  {:<40}  {}",
        row["id"],
        standing,
        row["tries"],
        text("for"),
        text("name"),
        text("problem"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_apart_is_tried_again_and_what_still_waits_is_not() {
        let said = json!({ "inbox": [
            { "id": 7, "for": "payment", "name": "emulator:main:TEA1", "tries": 12, "set_apart_at_ms": 5, "problem": "it answered 404" },
            { "id": 8, "for": "hook", "name": null, "tries": 2, "set_apart_at_ms": null, "problem": null },
        ] });
        assert_eq!(set_apart(&said), [7]);
        let lines: Vec<String> = rows(&said).iter().map(line).collect();
        assert!(lines[0].contains("set apart  tries 12"), "{}", lines[0]);
        assert!(lines[0].ends_with("it answered 404"), "{}", lines[0]);
        assert!(lines[1].contains("waiting"), "{}", lines[1]);
    }
}
