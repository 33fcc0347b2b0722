//! Reconciliation by command: what differs from M-PESA's books, a run now, a statement by hand.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::call::Worker;
use super::print::print_json;

pub(super) fn differences(worker: &Worker, all: bool) -> Result<()> {
    let open = if all { "" } else { "open=1&" };
    let mut path = format!("differences?{open}");
    loop {
        let page = worker.get(&path)?;
        for row in page["differences"].as_array().into_iter().flatten() {
            let text = |name: &str| row[name].as_str().unwrap_or("-").to_owned();
            let kes = |name: &str| {
                row[name]
                    .as_u64()
                    .map_or("-".to_owned(), |kes| kes.to_string())
            };
            println!(
                "{:<34} account {:<14} ours {:>7}  M-PESA's {:>7}{}{}\n    {}",
                text("id"),
                text("account_reference"),
                kes("ours_kes"),
                kes("theirs_kes"),
                row["unknown_kind"]
                    .as_str()
                    .map_or_else(String::new, |kind| format!("  as \"{kind}\"")),
                if row["settled_at_ms"].is_null() {
                    ""
                } else {
                    "  settled"
                },
                text("what_to_do"),
            );
        }
        match page["next"].as_str() {
            Some(next) => path = format!("differences?{open}after={next}"),
            None => return Ok(()),
        }
    }
}

/// One run of the Worker's after the other, until all is compared.
pub(super) fn reconcile(worker: &Worker) -> Result<()> {
    let mut ask = json!({});
    loop {
        let report = worker.post("reconcile", &ask)?;
        print_json(&report);
        if let Some(problem) = report["problem"].as_str() {
            bail!("it did not come to its end: {problem}");
        }
        let (done, to) = (report["done_to_ms"].as_u64(), report["to_ms"].as_u64());
        if done >= to {
            return Ok(());
        }
        ask = json!({ "from_ms": done, "to_ms": to });
        if crate::interrupt::asked() {
            return Ok(());
        }
    }
}

pub(super) fn import(worker: &Worker, file: &Path, anyway: bool) -> Result<()> {
    let bytes = fs::read(file).with_context(|| format!("reading {}", file.display()))?;
    let report: Value =
        worker.post_file(&format!("statements?anyway={}", u8::from(anyway)), bytes)?;
    print_json(&report);
    Ok(())
}
