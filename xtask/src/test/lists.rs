//! `bench --lists`: how fast the shop's lists answer with many payments in the ledger, beside a bare indexed query. And the part
//! `lists` of the tests: the dashboard over the same ledger, without a clock.

mod filled;

use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};

use crate::load::http;
use crate::setup::browser::Form;
use filled::{Filled, PAYMENTS};

/// Calls that are measured, after some that are not.
const CALLS: usize = 40;
const WARMING: usize = 5;
/// A list may take so long, in milliseconds.
const BUDGET_MS: f64 = 200.0;

/// Every screen of the dashboard, at a phone's width and a desk's, with all these payments.
pub(super) fn prove() -> Result<()> {
    let filled = Filled::start()?;
    let shop = ("MALIPO_URL", filled.url());
    super::system::play(
        &filled.stack,
        "e2e/lists.config.ts",
        &[],
        &[shop],
        Form::Shell,
    )
}

/// Fills a ledger, measures every list, prints the table of `docs/benchmarks.md`, and fails above the budget.
pub(crate) fn bench() -> Result<()> {
    let filled = Filled::start()?;
    let bare = format!("{}/_faults/bare", filled.url());
    println!("| {PAYMENTS} payments | median, ms | 95th percentile, ms | bare, ms | ratio |");
    println!("|---|---|---|---|---|");
    let mut above = Vec::new();
    for (name, path) in lists(&filled) {
        let url = filled.call(&path);
        let [list, bare] = measure(|| good(&url, Some(&filled.key)), || good(&bare, None))?;
        println!(
            "| {name} | {:.1} | {:.1} | {:.1} | {:.1} |",
            list.median,
            list.late,
            bare.median,
            list.median / bare.median
        );
        if list.median > BUDGET_MS {
            above.push(name);
        }
    }
    let began = Instant::now();
    good(&filled.call("payments.csv"), Some(&filled.key))?;
    let took = began.elapsed().as_millis();
    println!("| the whole file, once | {took} | – | – | – |");
    match above.as_slice() {
        [] => Ok(()),
        above => bail!("above {BUDGET_MS} ms: {}", above.join(", ")),
    }
}

/// Each list and search, with parameters that find something.
fn lists(filled: &Filled) -> Vec<(&'static str, String)> {
    let middle_ms = filled.opened_at_ms(PAYMENTS / 2);
    let list = |query: &str| format!("payments?{query}");
    vec![
        ("first page", list("")),
        (
            "a page in the middle",
            list(&format!("after={middle_ms}.B0025000")),
        ),
        ("100 entries", list("limit=100")),
        ("by state", list("state=paid")),
        ("by a rare state", list("state=unresolved")),
        ("by origin", list("origin=server")),
        ("by origin and state", list("origin=server&state=paid")),
        ("by item", list("item=tea")),
        ("by item and state", list("item=tea&state=declined")),
        ("in review", list("review=1")),
        ("by account reference", list("account_reference=B0012345")),
        ("by the shop's reference", list("reference=order%2012344")),
        ("by receipt", list("receipt=RC00012345")),
        ("by a phone's last digits", list("phone_end=345")),
        (
            "by a day",
            list(&format!(
                "from_ms={middle_ms}&to_ms={}",
                middle_ms + 86_400_000
            )),
        ),
        ("deliveries", "deliveries".to_owned()),
        ("undelivered", "deliveries?standing=unheard".to_owned()),
        ("summary of 7 days", "summary".to_owned()),
        ("summary of 92 days", "summary?days=92".to_owned()),
    ]
}

fn good(url: &str, key: Option<&str>) -> Result<()> {
    let (status, text) = http::get(url, key)?;
    ensure!(status == 200, "{url}: {status} {text}");
    Ok(())
}

struct Took {
    median: f64,
    late: f64,
}

/// Two calls by turns, so that whatever else the machine does meets both.
fn measure(
    mut one: impl FnMut() -> Result<()>,
    mut other: impl FnMut() -> Result<()>,
) -> Result<[Took; 2]> {
    let mut all = [Vec::new(), Vec::new()];
    for n in 0..WARMING + CALLS {
        for (which, call) in [&mut one as &mut dyn FnMut() -> Result<()>, &mut other]
            .into_iter()
            .enumerate()
        {
            let began = Instant::now();
            call()?;
            if n >= WARMING {
                all[which].push(began.elapsed());
            }
        }
    }
    Ok(all.map(|mut all| {
        all.sort_unstable();
        let ms = |at: Option<&Duration>| at.map_or(0.0, |took| took.as_secs_f64() * 1000.0);
        Took {
            median: ms(all.get(CALLS / 2)),
            late: ms(all.get(CALLS * 95 / 100)),
        }
    }))
}
