//! Sizes against budgets: what the customer waits for and what Cloudflare loads.

use std::fmt;
use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use flate2::{Compression, write::GzEncoder};

use super::assets::brotli;
use crate::places;
use crate::stamp::files_below;

/// Bytes at brotli 11. Stripe's loader is 1.9 KB, Paystack's inline script 14.8 KB.
const LOADER_MAX: usize = 3_072;
/// Bytes at brotli 11 until the customer sees the form and can type the number; the price's own answer, 0.6 KB, comes beside.
const UNTIL_FORM_MAX: usize = 12_000;
/// Bytes at brotli 11 of everything, which comes while the number is typed.
const WHOLE_MAX: usize = 54_600;
/// Bytes at gzip. Cloudflare's own limit is 3 MB.
const WORKER_MAX: usize = 790_000;

/// Bytes at brotli 11 of the whole dashboard: a merchant fetches it once a release.
const DASHBOARD_MAX: usize = 250_000;

/// The dashboard's files, by name.
const DASHBOARD: [&str; 3] = ["dashboard.js", "dashboard_bg.wasm", "dashboard.css"];

/// What the page fetches before the form is there, by file name.
const UNTIL_FORM: [&str; 2] = ["malipo.js", "checkout.js"];
/// All of it.
const WHOLE: [&str; 3] = ["malipo.js", "checkout.js", "checkout_bg.wasm"];

pub(super) struct Report {
    rows: Vec<Row>,
}

struct Row {
    name: String,
    raw: usize,
    /// By brotli 11, for the Worker by gzip.
    compressed: usize,
    max: Option<usize>,
}

pub(super) fn measure() -> Result<Report> {
    let mut files = Vec::new();
    for file in files_below(&places::dist())? {
        if file.extension().is_some_and(|of| of == "br") {
            continue;
        }
        let bytes = read(&file)?;
        let name = file.strip_prefix(places::dist())?.display().to_string();
        files.push((name, bytes.len(), brotli(&bytes)?.len()));
    }
    let worker = read(&places::root().join("worker/build/index_bg.wasm"))?;
    Ok(Report::of(files, worker.len(), gzip(&worker)?))
}

impl Report {
    /// From dist's files (name, raw, brotli) and the Worker's WASM (raw, gzip).
    fn of(files: Vec<(String, usize, usize)>, worker_raw: usize, worker_gzip: usize) -> Report {
        let is_awaited = |name: &str, of: &[&str]| {
            // The loader stands a second time at an address of its own.
            let last = name.rsplit('/').next().unwrap_or_default();
            of.contains(&last) && (last != "malipo.js" || last == name)
        };
        let is_dashboard = |name: &str| {
            let last = name.rsplit('/').next().unwrap_or_default();
            DASHBOARD.contains(&last)
        };
        let sum = |of: &dyn Fn(&str) -> bool| {
            let files = files.iter().filter(|(name, ..)| of(name));
            files.fold((0, 0), |sum, (_, raw, compressed)| {
                (sum.0 + raw, sum.1 + compressed)
            })
        };
        let form = sum(&|name| is_awaited(name, &UNTIL_FORM));
        let whole = sum(&|name| is_awaited(name, &WHOLE));
        let (dashboard_raw, dashboard_compressed) = sum(&is_dashboard);
        let mut rows: Vec<Row> = files
            .into_iter()
            .map(|(name, raw, compressed)| {
                let max = (name == "malipo.js").then_some(LOADER_MAX);
                Row {
                    name,
                    raw,
                    compressed,
                    max,
                }
            })
            .collect();
        for (name, (raw, compressed), max) in [
            ("until the form is there", form, UNTIL_FORM_MAX),
            ("the whole checkout", whole, WHOLE_MAX),
        ] {
            rows.push(Row {
                name: name.into(),
                raw,
                compressed,
                max: Some(max),
            });
        }
        rows.push(Row {
            name: "the dashboard".into(),
            raw: dashboard_raw,
            compressed: dashboard_compressed,
            max: Some(DASHBOARD_MAX),
        });
        let worker = "worker/build/index_bg.wasm (gzip)".into();
        rows.push(Row {
            name: worker,
            raw: worker_raw,
            compressed: worker_gzip,
            max: Some(WORKER_MAX),
        });
        Report { rows }
    }

    /// The names of what is above its budget, with both numbers.
    pub(super) fn above_budget(&self) -> Vec<String> {
        let above = |row: &Row| match row.max {
            Some(max) if row.compressed > max => {
                Some(format!("{} ({} of {max} bytes)", row.name, row.compressed))
            }
            Some(_) | None => None,
        };
        self.rows.iter().filter_map(above).collect()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self
            .rows
            .iter()
            .map(|row| row.name.len())
            .max()
            .unwrap_or(0);
        write!(
            out,
            "{:width$} {:>9} {:>9} {:>9} {:>6}",
            "bytes", "raw", "brotli", "budget", "used"
        )?;
        for Row {
            name,
            raw,
            compressed,
            max,
        } in &self.rows
        {
            write!(out, "\n{name:width$} {raw:>9} {compressed:>9}")?;
            if let Some(max) = max {
                write!(out, " {max:>9} {:>4} %", compressed * 100 / max)?;
            }
        }
        Ok(())
    }
}

fn gzip(bytes: &[u8]) -> Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}

fn read(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).with_context(|| format!("reading {}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(loader: usize, wasm: usize, worker: usize) -> Report {
        let files = vec![
            ("a/00/checkout.js".into(), 18_000, 8_928),
            ("a/00/checkout_bg.wasm".into(), 90_000, wasm),
            ("a/01/dashboard_bg.wasm".into(), 900_000, wasm * 5),
            ("index.html".into(), 90_000, 40_000),
            ("malipo.js".into(), 9_000, loader),
        ];
        Report::of(files, 900_000, worker)
    }

    #[test]
    fn exactly_the_budget_is_within_it() {
        assert_eq!(
            report(3_072, 42_600, 790_000).above_budget(),
            Vec::<String>::new()
        );
    }

    #[test]
    fn each_budget_names_its_file_and_both_numbers() {
        let above = report(3_073, 50_001, 790_001).above_budget();
        assert_eq!(
            above,
            [
                "malipo.js (3073 of 3072 bytes)",
                "until the form is there (12001 of 12000 bytes)",
                "the whole checkout (62002 of 54600 bytes)",
                "the dashboard (250005 of 250000 bytes)",
                "worker/build/index_bg.wasm (gzip) (790001 of 790000 bytes)",
            ]
        );
    }

    #[test]
    fn the_demo_shop_is_not_part_of_what_a_merchants_customer_waits_for() {
        let table = report(2_000, 30_000, 300_000).to_string();
        let sum = table
            .lines()
            .find(|line| line.starts_with("the whole checkout"))
            .unwrap();
        let numbers: Vec<&str> = sum.split_whitespace().skip(3).collect();
        assert_eq!(numbers, ["117000", "40928", "54600", "74", "%"]);
    }
}
