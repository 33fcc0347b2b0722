//! Reconciliation against the emulator's own books: what was missed is found, what a statement shows is listed, once.

use crate::house::{Payment, by_hand, emulator, fresh_key, phone_ending};
use crate::http::{self, Reply, at};
use crate::ledger::{entry, reference, ring_schedule};
use crate::operator::{get, post, register_c2b, secret, until};
use crate::portal::{announced, reversed_in_the_portal, statement};
use crate::shop::now_secs;
use serde_json::{Value, json};
use std::sync::Once;
use std::sync::atomic::{AtomicU64, Ordering};

pub(crate) const HOUR_MS: u64 = 3_600_000;

/// The shop that asks for M-PESA's own list, and hears of no payment by hand.
pub(crate) fn books() -> String {
    static REGISTERED: Once = Once::new();
    let worker = at("MALIPO_BOOKS_URL");
    emulator("ledger");
    REGISTERED.call_once(|| {
        let said = post(&worker, "pull/register", &json!({})).json();
        assert_eq!(said["outcome"], "registered", "{said}");
        let again = post(&worker, "pull/register", &json!({})).json();
        assert_eq!(again["outcome"], "already_registered", "{again}");
    });
    worker
}

/// A customer pays by hand at some time, and whether M-PESA says so; the receipt.
#[track_caller]
pub(crate) fn paid(account: &str, amount_kes: u64, at_ms: u64, is_confirmed: bool) -> String {
    let copies = u64::from(is_confirmed);
    let body = json!({
        "msisdn": phone_ending("4242"), "shortcode": "600426", "account_reference": account, "amount_kes": amount_kes,
        "at_ms": at_ms, "confirm": {"copies": copies},
    });
    let paid = http::post(&emulator("pay"), &body);
    assert_eq!(paid.status, 200, "{}", paid.text);
    paid.json()["receipt"].as_str().unwrap().to_owned()
}

pub(crate) fn ordered(worker: &str) -> Payment {
    Payment::opened_with(worker, json!({"item": "tea", "key": fresh_key()}))
}

/// The difference of this id, as the list has it.
pub(crate) fn listed(reply: &Reply, id: &str) -> Option<Value> {
    let page = reply.json();
    let rows = page["differences"].as_array().unwrap();
    rows.iter().find(|row| row["id"] == id).cloned()
}

fn now_ms() -> u64 {
    now_secs() * 1000
}

/// A confirmation that never came, an hour ago and five hours ago: the first time is Nairobi's for certain, the second may be
/// UTC's.
#[test]
fn money_whose_confirmation_never_came_is_pulled_and_counted_to_its_order() {
    let worker = books();
    for hours in [1, 5] {
        let mut payment = ordered(&worker);
        let account = reference(&payment).to_lowercase();
        let receipt = paid(&account, 150, now_ms() - hours * HOUR_MS, false);
        let report = post(&worker, "reconcile", &json!({})).json();
        assert_eq!(report["done_to_ms"], report["to_ms"], "{report}");
        payment.until_state("paid").agrees();
        assert_eq!(payment.view["receipt"], receipt.as_str());
        assert_eq!(entry(&payment, "paid")["received_kes"], 150);
        let id = format!("missing_here.{receipt}");
        let page = until(&worker, "differences", "found", |reply| {
            listed(reply, &id).is_some()
        });
        let found = listed(&page, &id).unwrap();
        assert_eq!(found["account_reference"], reference(&payment));
        assert_eq!(
            (&found["source"], &found["theirs_kes"]),
            (&json!("pull"), &json!(150))
        );
        // Asked again, M-PESA tells nothing that is not known.
        post(&worker, "reconcile", &json!({}));
        payment.until_state("paid").agrees();
        let is_settled = |reply: &Reply| listed(reply, &id).unwrap()["settled_by"] == "run";
        until(&worker, "differences", "settled", is_settled);
    }
}

#[test]
fn the_schedule_pulls_once_a_day_and_finds_whose_money_is_nobodys() {
    let worker = books();
    let mut payment = ordered(&worker);
    let ours = paid(reference(&payment), 150, now_ms() - HOUR_MS, false);
    let nobodys = paid("rent of june", 70, now_ms() - HOUR_MS, false);
    ring_schedule("BOOKS");
    payment.until_state("paid").agrees();
    assert_eq!(payment.view["receipt"], ours.as_str());
    entry(&payment, "paid");
    let is_shown = |reply: &Reply| reply.text.contains(&nobodys);
    until(&worker, "unmatched", "shown", is_shown);
    let runs = |reply: &Reply| reply.json()["runs"].as_array().unwrap().len();
    let before = get(&worker, "differences");
    assert!(runs(&before) >= 1, "{}", before.text);
    ring_schedule("BOOKS");
    let missing = format!("missing_here.{ours}");
    let is_settled = |reply: &Reply| {
        listed(reply, &missing).is_some_and(|difference| difference["settled_by"] == "run")
    };
    until(&worker, "differences", "settled", is_settled);
    let open = get(&worker, "differences?open=1");
    let left = listed(&open, &format!("unmatched.{nobodys}")).unwrap();
    assert!(
        left["what_to_do"].as_str().unwrap().contains("assign"),
        "{left}"
    );
    assert_eq!(listed(&open, &format!("missing_here.{nobodys}")), None);
    let mut owner = ordered(&worker);
    let claim = json!({"account_reference": reference(&owner), "expect_kes": 150});
    let claimed = post(&worker, &format!("receipts/{nobodys}/claim"), &claim);
    assert_eq!(claimed.status, 200, "{}", claimed.text);
    owner.until_state("part_paid");
    assert_eq!(owner.view["received_kes"], 70, "{}", owner.view);
}

#[test]
fn what_only_a_statement_says_is_verified_before_it_counts() {
    let worker = books();
    let mut payment = ordered(&worker);
    let (from_ms, to_ms) = some_hours();
    let receipt = paid(reference(&payment), 150, from_ms + HOUR_MS, false);
    let report = import_anyway(&worker, &statement(from_ms, to_ms)).json();
    assert_eq!(
        (&report["payments"], &report["asked"]),
        (&json!(1), &json!(1)),
        "{report}"
    );
    assert_eq!(report["differences"]["missing_here"], 1, "{report}");
    until(&worker, "unmatched", "verified", |reply| {
        reply.text.contains(&receipt)
    });
    let shown = get(&worker, &format!("payments/{}", reference(&payment))).json();
    assert_eq!(shown["payment"]["received_kes"], 0, "{shown}");
    let claim = json!({"account_reference": reference(&payment), "expect_kes": 150});
    let claimed = post(&worker, &format!("receipts/{receipt}/claim"), &claim);
    assert_eq!(claimed.status, 200, "{}", claimed.text);
    payment.until_state("paid").agrees();
}

/// Hours long past that no other test has.
pub(crate) fn some_hours() -> (u64, u64) {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let days = 20 + NEXT.fetch_add(1, Ordering::Relaxed);
    let from_ms = now_ms() - days * 24 * HOUR_MS;
    (from_ms, from_ms + 4 * HOUR_MS)
}

#[track_caller]
pub(crate) fn import(worker: &str, csv: &str) -> Reply {
    import_at(worker, "statements", csv)
}

/// By somebody who insists.
#[track_caller]
pub(crate) fn import_anyway(worker: &str, csv: &str) -> Reply {
    import_at(worker, "statements?anyway=1", csv)
}

#[track_caller]
pub(crate) fn import_at(worker: &str, path: &str, csv: &str) -> Reply {
    let bearer = format!("Bearer {}", secret("API_KEY"));
    let headers = [
        ("Authorization", bearer.as_str()),
        ("Content-Type", "text/csv"),
    ];
    http::send(
        "POST",
        &format!("{worker}/v1/merchant/{path}"),
        &headers,
        csv,
    )
}

#[test]
fn a_statement_finds_what_is_planted_once_and_a_second_import_changes_nothing() {
    let worker = by_hand();
    register_c2b();
    let (from_ms, to_ms) = some_hours();
    let at_ms = from_ms + HOUR_MS;
    let counted = || {
        let mut payment = ordered(&worker);
        let receipt = paid(reference(&payment), 150, at_ms, true);
        payment.until_state("paid").agrees();
        entry(&payment, "paid");
        receipt
    };
    let (_same, other, gone, back) = (counted(), counted(), counted(), counted());
    let missing = paid("no order's", 2_500, at_ms, false);
    let reversal = reversed_in_the_portal(&back, 150);
    let exported = statement(from_ms, to_ms);
    // All agrees before anything is planted, but for what was never confirmed and what was given back.
    let kept = exported.lines().filter(|line| !line.starts_with(&gone));
    let kept = kept.map(|line| {
        let is_other = line.starts_with(&other) && line.contains("150.00");
        if is_other {
            line.replace(",150.00,", ",\"1,500.00\",")
        } else {
            line.to_owned()
        }
    });
    let planted = kept.chain([reversal]).collect::<Vec<_>>().join("\r\n");
    let report = import(&worker, &planted);
    assert_eq!(report.status, 200, "{}", report.text);
    let report = report.json();
    assert_eq!(
        report["differences"],
        json!({
            "missing_here": 1, "missing_there": 0, "not_listed": 1, "amount_differs": 1, "reversed_there": 1, "unmatched": 0
        }),
        "{report}"
    );
    assert_eq!(
        (&report["payments"], &report["shown"], &report["asked"]),
        (&json!(4), &json!(0), &json!(0))
    );
    let ids = [
        (format!("missing_here.{missing}"), Value::Null, json!(2_500)),
        (format!("not_listed.{gone}"), json!(150), Value::Null),
        (format!("amount_differs.{other}"), json!(150), json!(1_500)),
        (format!("reversed_there.{back}"), json!(0), json!(150)),
    ];
    let find = || {
        let page = get(&worker, "differences?open=1");
        assert!(!page.text.contains("25470"), "{}", page.text);
        ids.clone().map(|(id, ours_kes, theirs_kes)| {
            let row = listed(&page, &id).unwrap_or_else(|| panic!("{id}: {}", page.text));
            assert_eq!(
                (&row["ours_kes"], &row["theirs_kes"]),
                (&ours_kes, &theirs_kes),
                "{row}"
            );
            row
        })
    };
    let first = find();
    assert_eq!(
        import(&worker, &planted).json()["differences"],
        report["differences"]
    );
    assert_eq!(find(), first);
    // What the shop has settled stays so; what the next statement no longer shows is settled by it.
    let settle = format!("differences/{}/settle", ids[0].0);
    let settled = post(&worker, &settle, &json!({})).json();
    assert_eq!(settled["difference"]["settled_by"], "shop", "{settled}");
    // A file that lacks what M-PESA has confirmed says nothing of what else it lacks.
    let cut = exported.lines().filter(|line| {
        let is_lacking = [&gone, &other]
            .iter()
            .any(|receipt| line.starts_with(*receipt));
        !is_lacking
    });
    import(&worker, &cut.collect::<Vec<_>>().join("\r\n"));
    let open = get(&worker, "differences?open=1");
    assert!(listed(&open, &ids[2].0).is_some(), "{}", open.text);
    let whole = import(&worker, &exported).json();
    assert_eq!(whole["differences"]["missing_here"], 1, "{whole}");
    assert_eq!(whole["differences"]["not_listed"], 0, "{whole}");
    let open = get(&worker, "differences?open=1");
    let still: Vec<bool> = ids
        .iter()
        .map(|(id, ..)| listed(&open, id).is_some())
        .collect();
    // The reversal lies outside of that statement.
    assert_eq!(still, [false, false, false, true], "{}", open.text);
}

#[test]
fn a_statement_that_cannot_be_read_is_refused_with_its_line_and_changes_nothing() {
    let worker = by_hand();
    let (from_ms, to_ms) = some_hours();
    let receipt = paid("nobody's", 90, from_ms + HOUR_MS, false);
    let good = statement(from_ms, to_ms);
    let of_another = good.replace("600426", "600427");
    let broken = good.replace(",90.00,", ",ninety,");
    let is_spoilt = |line: &str| line.starts_with(&receipt) && line.contains("ninety");
    let line = 1 + broken.lines().position(is_spoilt).unwrap();
    for (csv, said) in [
        (broken, format!("Line {line}: `Paid In` is `ninety`")),
        (of_another, "the statement of 600427".to_owned()),
        ("\u{FEFF}<html>".to_owned(), "a web page".to_owned()),
        (String::new(), "No line names the columns".to_owned()),
    ] {
        let refused = import(&worker, &csv);
        assert_eq!(refused.status, 422, "{}", refused.text);
        assert_eq!(refused.json()["error"]["param"], "statement");
        assert!(refused.text.contains(&said), "{}", refused.text);
        assert!(
            refused.text.contains("Nothing was changed"),
            "{}",
            refused.text
        );
    }
    assert!(announced(&worker, 2 * 1024 * 1024 + 1).contains(" 413 "));
    assert!(!get(&worker, "differences").text.contains(&receipt));
    assert_eq!(
        import_anyway(&worker, &good).json()["differences"]["missing_here"],
        1
    );
    assert!(get(&worker, "differences").text.contains(&receipt));
}

#[test]
fn only_the_shops_key_reconciles() {
    let worker = by_hand();
    for (method, path) in [
        ("GET", "differences"),
        ("POST", "differences/missing_here.UKK4A1B2C3/settle"),
        ("POST", "statements"),
        ("POST", "reconcile"),
        ("POST", "pull/register"),
    ] {
        let url = format!("{worker}/v1/merchant/{path}");
        let stranger = http::send(method, &url, &[("Authorization", "Bearer 0")], "{}");
        assert_eq!(stranger.status, 401, "{path}: {}", stranger.text);
    }
    let off = post(&worker, "reconcile", &json!({}));
    assert_eq!(off.json()["error"]["code"], "MISCONFIGURED", "{}", off.text);
    assert_eq!(
        post(&worker, "differences/none/settle", &json!({})).status,
        404
    );
    assert_eq!(get(&worker, "statements").status, 405);
    assert_eq!(get(&worker, "differences?after=x").status, 422);
    let old = json!({"from_ms": now_ms() - 72 * HOUR_MS});
    let refused = post(&books(), "reconcile", &old);
    assert_eq!(
        refused.json()["error"]["param"],
        "from_ms",
        "{}",
        refused.text
    );
}
