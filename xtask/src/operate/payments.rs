//! The shop's payments: listed, created, exported.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;
use serde_json::{Value, json};

use super::call::Worker;
use crate::interrupt;

/// What is looked for; every word as in docs/server-api.md.
#[derive(Args)]
pub(super) struct Filters {
    /// Where they stand: ready, paid, declined, …
    #[arg(long)]
    state: Option<String>,
    /// Who fixed the price: signed, item, open or server
    #[arg(long)]
    origin: Option<String>,
    /// A line of the price list
    #[arg(long)]
    item: Option<String>,
    /// The shop's own name of the order
    #[arg(long)]
    reference: Option<String>,
    /// The account number in the customer's prompt
    #[arg(long)]
    account: Option<String>,
    /// M-PESA's number
    #[arg(long)]
    receipt: Option<String>,
    /// The last three digits of the customer's number
    #[arg(long)]
    phone_end: Option<String>,
    /// Only what a person has to look at
    #[arg(long)]
    review: bool,
    /// Opened then or later, in Unix milliseconds
    #[arg(long)]
    from_ms: Option<u64>,
    /// Opened before that, in Unix milliseconds
    #[arg(long)]
    to_ms: Option<u64>,
}

#[derive(Args)]
pub(super) struct Export {
    #[command(flatten)]
    filters: Filters,
    /// Where the CSV goes; without it, to the terminal
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
}

#[derive(Args)]
pub(super) struct Create {
    /// Whole shillings
    amount_kes: u64,
    /// The shop's own name of the order; it names one payment for ever
    reference: String,
    /// What the customer reads
    description: String,
    /// Whose phone asks for the PIN at once
    #[arg(long)]
    phone: Option<String>,
    /// How long it may be paid, in seconds; a week without it
    #[arg(long)]
    expires_in_secs: Option<u64>,
}

pub(super) fn list(worker: &Worker, filters: &Filters) -> Result<()> {
    let query = query(filters);
    let mut after = String::new();
    loop {
        let page = worker.get(&format!("payments?{query}limit=100&after={after}"))?;
        for row in page["payments"].as_array().into_iter().flatten() {
            println!("{}", line(row));
        }
        match page["next"].as_str() {
            Some(next) if !interrupt::asked() => after = next.to_owned(),
            Some(_) | None => return Ok(()),
        }
    }
}

pub(super) fn export(worker: &Worker, asked: &Export) -> Result<()> {
    let text = worker.text(&format!("payments.csv?{}", query(&asked.filters)))?;
    match &asked.to {
        None => print!("{text}"),
        Some(file) => {
            fs::write(file, &text).with_context(|| format!("writing {}", file.display()))?;
            println!(
                "{} lines written to {}",
                text.lines().count(),
                file.display()
            );
        }
    }
    Ok(())
}

pub(super) fn create(worker: &Worker, asked: &Create) -> Result<()> {
    let mut body = json!({
        "amount_kes": asked.amount_kes,
        "reference": asked.reference,
        "description": asked.description,
    });
    if let Some(phone) = &asked.phone {
        body["phone"] = phone.as_str().into();
    }
    if let Some(secs) = asked.expires_in_secs {
        body["expires_in_secs"] = secs.into();
    }
    // The reference keeps two runs of the same command to one payment; the key only tells them apart.
    let mut random = [0; 16];
    getrandom::fill(&mut random)
        .map_err(|why| anyhow::anyhow!("no randomness for a key: {why}"))?;
    let key: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    let made = worker.create("payments", &body, &key)?;
    println!("{}", line(&made["payment"]));
    println!("{}", made["pay_url"].as_str().unwrap_or_default());
    Ok(())
}

fn line(row: &Value) -> String {
    let text = |name: &str| row[name].as_str().unwrap_or("-").to_owned();
    let receipts = row["receipts"].as_array().into_iter().flatten();
    let receipts: Vec<&str> = receipts.filter_map(|r| r["receipt"].as_str()).collect();
    format!(
        "{:<12} {:<12} KES {:>7} of {:>7}  {:<10}  {}",
        text("account_reference"),
        text("state"),
        row["received_kes"],
        row["due_kes"],
        receipts.join(" "),
        row["reference"]
            .as_str()
            .or(row["item"].as_str())
            .unwrap_or("-"),
    )
}

fn query(filters: &Filters) -> String {
    let moment = |at_ms: Option<u64>| at_ms.map(|at_ms| at_ms.to_string());
    let given = [
        ("state", filters.state.clone()),
        ("origin", filters.origin.clone()),
        ("item", filters.item.clone()),
        ("reference", filters.reference.clone()),
        ("account_reference", filters.account.clone()),
        ("receipt", filters.receipt.clone()),
        ("phone_end", filters.phone_end.clone()),
        ("review", filters.review.then(|| "1".to_owned())),
        ("from_ms", moment(filters.from_ms)),
        ("to_ms", moment(filters.to_ms)),
    ];
    given
        .into_iter()
        .filter_map(|(name, value)| Some(format!("{name}={}&", encoded(&value?))))
        .collect()
}

/// A value as it stands in an address.
fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    text.bytes()
        .map(|byte| match byte {
            byte if plain(byte) => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_never_leaves_its_place_in_an_address() {
        assert_eq!(encoded("INV-7"), "INV-7");
        assert_eq!(encoded("order #5&a=b é"), "order%20%235%26a%3Db%20%C3%A9");
    }
}
