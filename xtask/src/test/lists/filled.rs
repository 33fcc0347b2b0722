//! A Worker whose ledger has 50,000 payments of the last 92 days. Only the ledger has them: no payment's object knows of one.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};

use crate::load::http;
use crate::ports::free_port;
use crate::secrets;
use crate::stack::{Running, initiator};
use crate::test::system::TestStack;

pub(super) const PAYMENTS: u64 = 50_000;
/// As many in each statement.
const AT_ONCE: u64 = 5_000;
/// Over so many days, the summary's most, they are spread.
const SPREAD_MS: u64 = 92 * 86_400_000;
const SPACING_MS: u64 = SPREAD_MS / PAYMENTS;

pub(super) struct Filled {
    shop: Running, // ends first, so that it does not report its lost M-PESA
    pub(super) stack: TestStack,
    pub(super) key: String,
    began_ms: u64,
}

impl Filled {
    pub(super) fn start() -> Result<Filled> {
        let stack = TestStack::start("lists", &[])?;
        let door_port = free_port()?;
        let [initiator, credential] = initiator();
        let shop = stack.start_worker("shop", &[&initiator, &credential], Some(door_port))?;
        let key = secrets::read(stack.secrets(), "API_KEY")?.context("no API_KEY")?;
        let now_ms = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis();
        let began_ms = u64::try_from(now_ms)? - SPREAD_MS;
        let door = format!("http://127.0.0.1:{door_port}/ledger");
        for start in (0..PAYMENTS).step_by(usize::try_from(AT_ONCE)?) {
            for statement in payments(start, began_ms) {
                http::text(&door, statement)?;
            }
        }
        for statement in beside(began_ms) {
            http::text(&door, statement)?;
        }
        Ok(Filled {
            shop,
            stack,
            key,
            began_ms,
        })
    }

    pub(super) fn url(&self) -> &str {
        &self.shop.url
    }

    /// The address of a call of the shop's server.
    pub(super) fn call(&self, path: &str) -> String {
        format!("{}/v1/merchant/{path}", self.shop.url)
    }

    /// When this payment was opened.
    pub(super) fn opened_at_ms(&self, n: u64) -> u64 {
        self.began_ms + n * SPACING_MS
    }
}

/// Numbers `n` from `start` on.
fn numbers(start: u64, count: u64) -> String {
    let end = start + count;
    format!(
        "WITH RECURSIVE k(n) AS (SELECT {start} UNION ALL SELECT n + 1 FROM k WHERE n + 1 < {end})"
    )
}

/// The statements that enter payments from `start` on: four of five paid, one of ten declined; a few of every kind that a
/// person has to look at.
fn payments(start: u64, began_ms: u64) -> [String; 4] {
    let numbers = numbers(start, AT_ONCE);
    let opened = format!("{began_ms} + n * {SPACING_MS}");
    let is_paid = "n % 10 < 8";
    let is_kiondo = "n % 12 IN (3, 6, 9)";
    let amount = format!("iif({is_kiondo}, 1500, 150)");
    [
        format!(
            "INSERT INTO payments (env, link, account_reference, seq, at_ms, reference, origin, item, description, livemode, \
             state, due_kes, received_kes, excess_kes, opened_at_ms, paid_at_ms, review, look_at_ms, pushes, disputed) {numbers} \
             SELECT 'emulator', 'main', printf('B%07d', n), 9, 1, iif(n % 4 = 0, printf('order %d', n), NULL), \
             iif(n % 4 = 0, 'server', 'item'), iif(n % 4 = 0, NULL, iif({is_kiondo}, 'kiondo', 'tea')), \
             iif({is_kiondo}, 'Kiondo basket', 'Kenyan tea, 500 g'), 0, \
             CASE WHEN {is_paid} THEN 'paid' WHEN n % 1000 = 999 THEN 'unresolved' WHEN n % 10 = 8 THEN 'declined' \
             ELSE 'ready' END, {amount}, iif({is_paid}, {amount}, 0), 0, {opened}, iif({is_paid}, {opened} + 9000, NULL), \
             iif(n % 500 = 1, '[\"push 1: M-PESA has not told the result for a day\"]', '[]'), 0, 1, n % 5000 = 7 FROM k"
        ),
        format!(
            "INSERT INTO attempts (env, link, account_reference, n, outcome, code, reason, amount_kes, phone_masked, phone_end, \
             opened_at_ms) {numbers} SELECT 'emulator', 'main', printf('B%07d', n), 1, iif({is_paid}, 'succeeded', 'declined'), \
             iif({is_paid}, NULL, iif(n % 3, '1032', '2001')), iif({is_paid}, NULL, iif(n % 3, 'cancelled', 'wrong_pin')), \
             {amount}, printf('0700 ••• %03d', n % 1000), printf('%03d', n % 1000), {opened} FROM k"
        ),
        format!(
            "INSERT INTO receipts (env, link, account_reference, n, receipt, amount_kes, channel, paid_at_ms, counted_at_ms) \
             {numbers} SELECT 'emulator', 'main', printf('B%07d', n), 0, printf('RC%08d', n), {amount}, 'stk_push', \
             {opened} + 9000, {opened} + 9000 FROM k WHERE {is_paid}"
        ),
        format!(
            "INSERT INTO deliveries (env, link, account_reference, sequence, type, at_ms, tries, standing, next_at_ms) {numbers} \
             SELECT 'emulator', 'main', printf('B%07d', n), 1, 'payment.paid', {opened} + 9000, 1, \
             CASE n % 1000 WHEN 5 THEN 'unheard' WHEN 15 THEN 'due' ELSE 'heard' END, \
             iif(n % 1000 = 15, {began_ms} + {SPREAD_MS} + 3600000, NULL) FROM k WHERE {is_paid}"
        ),
    ]
}

/// Money that nobody has claimed, more of it than is counted; and what differs from M-PESA's books.
fn beside(began_ms: u64) -> [String; 2] {
    let at = format!("{began_ms} + n * {SPACING_MS}");
    [
        format!(
            "INSERT INTO unmatched_receipts (env, link, receipt, status, strength, amount_kes, paid_at_ms, payer_masked, bill_ref, \
             is_trusted, listed_at_ms, look_at_ms) {} SELECT 'emulator', 'main', printf('UN%08d', n), 'unmatched', 1, 150, {at}, \
             '2547 ••• 126', iif(n % 2, 'tea please', ''), 1, {at}, 0 FROM k",
            numbers(0, 1_200)
        ),
        format!(
            "INSERT INTO differences (env, link, id, kind, receipt, account_reference, ours_kes, theirs_kes, at_ms, found_at_ms, \
             seen_at_ms, source) {} SELECT 'emulator', 'main', printf('amount_differs.RC%08d', n * 10), 'amount_differs', \
             printf('RC%08d', n * 10), printf('B%07d', n * 10), 150, 140, {at}, {at}, {at}, 'statement' FROM k",
            numbers(0, 120)
        ),
    ]
}
