//! `bench --lists`: how fast the shop's lists answer with many payments in the ledger, beside a bare indexed query.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail, ensure};

use super::system::TestStack;
use crate::load::http;
use crate::stack::free_port;
use crate::{build, secrets};

/// Payments in the ledger; as many in each statement.
const PAYMENTS: u64 = 50_000;
const AT_ONCE: u64 = 5_000;
/// Calls that are measured, after some that are not.
const CALLS: usize = 40;
const WARMING: usize = 5;
/// A list may take so long, in milliseconds.
const BUDGET_MS: f64 = 200.0;
/// Over so many days, the summary's most, the payments are spread.
const SPREAD_MS: u64 = 92 * 86_400_000;
const SPACING_MS: u64 = SPREAD_MS / PAYMENTS;

/// Fills a ledger, measures every list, and fails above the budget.
pub(crate) fn bench() -> Result<()> {
    build::ensure(false)?;
    let stack = TestStack::start("lists", &[])?;
    let door_port = free_port()?;
    let shop = stack.start_worker("shop", &[], Some(door_port))?;
    let door = format!("http://127.0.0.1:{door_port}/ledger");
    let key = secrets::read(stack.secrets(), "API_KEY")?.context("no API_KEY")?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
    let began_ms = u64::try_from(now.as_millis())? - SPREAD_MS;
    for start in (0..PAYMENTS).step_by(usize::try_from(AT_ONCE)?) {
        for statement in rows(start, began_ms) {
            http::text(&door, statement)?;
        }
    }
    let bare = format!("{}/_faults/bare", shop.url);
    println!(
        "{PAYMENTS} payments; {CALLS} calls each, by turns with a bare indexed `SELECT … LIMIT 50`\n"
    );
    println!("| | median, ms | 95th percentile, ms | bare, ms | ratio |\n|---|---|---|---|---|");
    let mut above = Vec::new();
    for (name, path) in lists(began_ms) {
        let url = format!("{}/v1/merchant/{path}", shop.url);
        let [list, bare] = measure(|| good(&url, Some(&key)), || good(&bare, None))?;
        println!(
            "| {name} | {:.1} | {:.1} | {:.1} | {:.2} |",
            list.median,
            list.late,
            bare.median,
            list.median / bare.median
        );
        if list.median > BUDGET_MS {
            above.push(name);
        }
    }
    match above.as_slice() {
        [] => Ok(()),
        above => bail!("above {BUDGET_MS} ms: {}", above.join(", ")),
    }
}

/// Each list and search, with parameters that find something.
fn lists(began_ms: u64) -> Vec<(&'static str, String)> {
    let middle_ms = began_ms + PAYMENTS / 2 * SPACING_MS;
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
        ("by receipt", list("receipt=RCPT0012345")),
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

/// The statements that enter payments from `start` on: four of five paid, one of ten declined.
fn rows(start: u64, began_ms: u64) -> [String; 4] {
    let numbers = format!(
        "WITH RECURSIVE k(n) AS (SELECT {start} UNION ALL SELECT n + 1 FROM k WHERE n + 1 < {})",
        start + AT_ONCE
    );
    let opened = format!("{began_ms} + n * {SPACING_MS}");
    let is_paid = "n % 10 < 8";
    [
        format!(
            "INSERT INTO payments (env, link, account_reference, seq, at_ms, reference, origin, item, description, livemode, \
             state, due_kes, received_kes, excess_kes, opened_at_ms, paid_at_ms, review, look_at_ms, pushes) {numbers} \
             SELECT 'emulator', 'main', printf('B%07d', n), 9, 1, iif(n % 4 = 0, printf('order %d', n), NULL), \
             iif(n % 4 = 0, 'server', 'item'), iif(n % 4 = 0, NULL, iif(n % 3 = 0, 'kiondo', 'tea')), 'Kenyan tea, 500 g', 0, \
             CASE WHEN {is_paid} THEN 'paid' WHEN n % 1000 = 999 THEN 'unresolved' WHEN n % 10 = 8 THEN 'declined' \
             ELSE 'ready' END, 150, iif({is_paid}, 150, 0), 0, {opened}, iif({is_paid}, {opened} + 9000, NULL), \
             iif(n % 500 = 1, '[\"look at it\"]', '[]'), 0, 1 FROM k"
        ),
        format!(
            "INSERT INTO attempts (env, link, account_reference, n, outcome, code, reason, amount_kes, phone_masked, phone_end, \
             opened_at_ms) {numbers} SELECT 'emulator', 'main', printf('B%07d', n), 1, iif({is_paid}, 'succeeded', 'declined'), \
             iif({is_paid}, NULL, '1032'), iif({is_paid}, NULL, 'cancelled'), 150, printf('0700 ••• %03d', n % 1000), \
             printf('%03d', n % 1000), {opened} FROM k"
        ),
        format!(
            "INSERT INTO receipts (env, link, account_reference, n, receipt, amount_kes, channel, paid_at_ms, counted_at_ms) \
             {numbers} SELECT 'emulator', 'main', printf('B%07d', n), 0, printf('RCPT%07d', n), 150, 'stk_push', \
             {opened} + 9000, {opened} + 9000 FROM k WHERE {is_paid}"
        ),
        format!(
            "INSERT INTO deliveries (env, link, account_reference, sequence, type, at_ms, tries, standing) {numbers} \
             SELECT 'emulator', 'main', printf('B%07d', n), 1, 'payment.paid', {opened} + 9000, 1, \
             iif(n % 1000 = 5, 'unheard', 'heard') FROM k WHERE {is_paid}"
        ),
    ]
}
