//! A shop's quarter in small: a few payments of each kind, money that nobody has claimed, differences.

use super::super::shelf::{BEGAN_MS, Shelf};
use malipo_shared::text;

/// The time of the search.
pub(super) const NOW_MS: u64 = BEGAN_MS;
const DAY_MS: u64 = 24 * 3600 * 1000;

/// One payment: its name, the shop's name of it, its item, what is due and received, days since it was opened and paid.
pub(super) struct Paying<'a> {
    pub(super) name: &'a str,
    pub(super) reference: Option<&'a str>,
    pub(super) item: Option<&'a str>,
    pub(super) due_kes: u32,
    pub(super) receipts: &'a [(&'a str, u32)],
    pub(super) phone_ends: &'a [&'a str],
    pub(super) opened_days: u64,
    pub(super) paid_days: Option<u64>,
}

pub(super) const PAYING: Paying<'_> = Paying {
    name: "",
    reference: None,
    item: None,
    due_kes: 1,
    receipts: &[],
    phone_ends: &[],
    opened_days: 3,
    paid_days: None,
};

fn quoted(text: Option<&str>) -> String {
    text.map_or("NULL".to_owned(), |text| format!("'{text}'"))
}

pub(super) fn opened(shelf: &Shelf, env: &str, link: &str, paying: &Paying<'_>) {
    let Paying { name, due_kes, .. } = paying;
    let at_ms = NOW_MS - paying.opened_days * DAY_MS;
    let paid_at_ms = paying.paid_days.map(|days| NOW_MS - days * DAY_MS);
    let received_kes: u32 = paying.receipts.iter().map(|(_, kes)| kes).sum();
    // Rows of before have not been read.
    let reads_as = paying
        .reference
        .filter(|name| name.is_ascii())
        .and_then(text::reading);
    let (origin, state) = (
        "open",
        if paid_at_ms.is_some() {
            "paid"
        } else {
            "ready"
        },
    );
    let paid = paid_at_ms.map_or("NULL".to_owned(), |at_ms| at_ms.to_string());
    shelf.run(&format!(
        "INSERT INTO payments (env, link, account_reference, seq, at_ms, reference, reads_as, origin, item, description, livemode, \
         state, due_kes, received_kes, excess_kes, opened_at_ms, paid_at_ms, review, look_at_ms) VALUES ('{env}', '{link}', '{name}', \
         1, 1, {}, {}, '{origin}', {}, 'x', 0, '{state}', {due_kes}, {received_kes}, 0, {at_ms}, {paid}, '[]', 0)",
        quoted(paying.reference),
        quoted(reads_as.as_deref()),
        quoted(paying.item),
    ));
    for (n, (receipt, kes)) in paying.receipts.iter().enumerate() {
        shelf.run(&format!(
            "INSERT INTO receipts (env, link, account_reference, n, receipt, amount_kes, channel, counted_at_ms, is_odd) VALUES \
             ('{env}', '{link}', '{name}', {n}, '{receipt}', {kes}, 'stk_push', {}, {})",
            paid_at_ms.unwrap_or(at_ms),
            u8::from(kes != due_kes)
        ));
    }
    for (n, end) in paying.phone_ends.iter().enumerate() {
        shelf.run(&format!(
            "INSERT INTO attempts (env, link, account_reference, n, outcome, amount_kes, phone_end, opened_at_ms) VALUES \
             ('{env}', '{link}', '{name}', {}, 'x', {due_kes}, '{end}', {at_ms})",
            n + 1
        ));
    }
}

fn unmatched(
    shelf: &Shelf,
    of: (&str, &str),
    receipt: &str,
    status: &str,
    kes: (Option<u32>, u32),
    days: u64,
) {
    let (env, link) = of;
    let (whole, countable) = kes;
    let whole = whole.map_or("NULL".to_owned(), |kes| kes.to_string());
    shelf.run(&format!(
        "INSERT INTO unmatched_receipts (env, link, receipt, status, strength, amount_kes, countable_kes, payer_masked, bill_ref, \
         account_reference, is_trusted, listed_at_ms, look_at_ms) VALUES ('{env}', '{link}', '{receipt}', '{status}', 1, {whole}, \
         {countable}, '254712 ••• 345', 'inv-2041', 'INV2041', 1, {}, 0)",
        NOW_MS - days * DAY_MS
    ));
}

fn differs(
    shelf: &Shelf,
    env: &str,
    link: &str,
    id: &str,
    account: Option<&str>,
    kes: (Option<u32>, u32),
    days: u64,
) {
    let (kind, receipt) = id.split_once('.').unwrap();
    let (ours, theirs) = kes;
    let ours = ours.map_or("NULL".to_owned(), |kes| kes.to_string());
    shelf.run(&format!(
        "INSERT INTO differences (env, link, id, kind, receipt, account_reference, ours_kes, theirs_kes, at_ms, found_at_ms, seen_at_ms, \
         source) VALUES ('{env}', '{link}', '{id}', '{kind}', '{receipt}', {}, {ours}, {theirs}, 1, {}, 1, 'pull')",
        quoted(account),
        NOW_MS - days * DAY_MS
    ));
}

/// A shop's quarter in small. `end` ends the numbers of money that is listed by its number alone.
pub(super) fn fill(shelf: &Shelf, env: &str, link: &str, end: char) {
    let payments = [
        Paying {
            name: "MTEA",
            item: Some("tea"),
            due_kes: 150,
            receipts: &[("SFB1A2C3D4", 150)],
            phone_ends: &["345", "345"],
            paid_days: Some(3),
            ..PAYING
        },
        Paying {
            name: "INV2041",
            reference: Some("INV2041"),
            due_kes: 1500,
            phone_ends: &["678"],
            opened_days: 9,
            ..PAYING
        },
        Paying {
            name: "MPARTS",
            reference: Some("inv-20415"),
            due_kes: 700,
            receipts: &[("SFC1A2C3D4", 400), ("SFD1A2C3D4", 300)],
            opened_days: 2,
            paid_days: Some(2),
            ..PAYING
        },
        Paying {
            name: "MMORE",
            reference: Some("INV 204"),
            due_kes: 500,
            receipts: &[("SFE1A2C3D4", 400), ("SFF1A2C3D4", 250)],
            phone_ends: &["111", "345"],
            opened_days: 4,
            paid_days: Some(1),
            ..PAYING
        },
        Paying {
            name: "MOLD",
            reference: Some("Öl 7/2"),
            due_kes: 3000,
            opened_days: 91,
            ..PAYING
        },
        Paying {
            name: "MLATE",
            item: Some("kiondo"),
            due_kes: 3000,
            receipts: &[("SFG1A2C3D4", 3000)],
            opened_days: 120,
            paid_days: Some(89),
            ..PAYING
        },
        Paying {
            name: "MPAST",
            item: Some("kiondo"),
            due_kes: 3000,
            receipts: &[("SFH1A2C3D4", 2900)],
            opened_days: 130,
            paid_days: Some(100),
            ..PAYING
        },
        Paying {
            name: "M150",
            due_kes: 150,
            opened_days: 1,
            ..PAYING
        },
    ];
    for paying in &payments {
        opened(shelf, env, link, paying);
    }
    shelf.run(&format!(
        "INSERT INTO refunds (env, link, account_reference, n, receipt, amount_kes, state, reversal, requested_at_ms) VALUES \
         ('{env}', '{link}', 'MMORE', 1, 'SFE1A2C3D4', 150, 'refunded', 'SRV1A2C3D4', 1)"
    ));
    let of = (env, link);
    unmatched(
        shelf,
        of,
        &format!("SFU1A2C3D{end}"),
        "unmatched",
        (Some(150), 150),
        5,
    );
    unmatched(
        shelf,
        of,
        &format!("SFV1A2C3D{end}"),
        "unverified",
        (None, 60_840),
        4,
    );
    unmatched(
        shelf,
        of,
        &format!("SFW1A2C3D{end}"),
        "claimed",
        (Some(150), 150),
        1,
    );
    unmatched(
        shelf,
        of,
        &format!("SFX1A2C3D{end}"),
        "settled",
        (Some(150), 150),
        1,
    );
    unmatched(
        shelf,
        of,
        &format!("SFY1A2C3D{end}"),
        "unmatched",
        (Some(3000), 3000),
        91,
    );
    differs(
        shelf,
        env,
        link,
        "amount_differs.SFB1A2C3D4",
        Some("MTEA"),
        (Some(150), 160),
        2,
    );
    differs(
        shelf,
        env,
        link,
        "missing_here.SFZ1A2C3D4",
        None,
        (None, 150),
        1,
    );
    differs(
        shelf,
        env,
        link,
        "not_listed.SFG1A2C3D4",
        Some("MLATE"),
        (Some(3000), 3000),
        91,
    );
}

pub(super) fn filled() -> Shelf {
    let shelf = Shelf::empty();
    fill(&shelf, "emulator", "main", '4');
    fill(&shelf, "emulator", "other", '5');
    fill(&shelf, "production", "main", '4');
    shelf
}
