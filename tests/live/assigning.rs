//! A person's word on money that nobody has claimed: by what was seen, and taken back, against the real objects.

use crate::house::{Payment, by_hand, fresh_key};
use crate::http::Reply;
use crate::ledger::{entry, reference};
use crate::operator::{get, post, until};
use crate::shop::{heard_kind, pay_by_hand};
use serde_json::{Value, json};

fn ordered() -> Payment {
    Payment::opened_with(&by_hand(), json!({"item": "tea", "key": fresh_key()}))
}

fn claim(receipt: &str, payment: &Payment, expect_kes: u64) -> Reply {
    let body = json!({"account_reference": reference(payment), "expect_kes": expect_kes});
    post(&by_hand(), &format!("receipts/{receipt}/claim"), &body)
}

fn unclaim(receipt: &str, payment: &Payment) -> Reply {
    let body = json!({"account_reference": reference(payment)});
    post(&by_hand(), &format!("receipts/{receipt}/unclaim"), &body)
}

fn lists(reply: &Reply, receipt: &str) -> bool {
    let page = reply.json();
    let mut rows = page["unmatched"].as_array().unwrap().iter();
    rows.any(|row| row["receipt"] == receipt)
}

#[track_caller]
fn is_refused(reply: &Reply, status: u16, code: &str) {
    assert_eq!(reply.status, status, "{}", reply.text);
    assert_eq!(reply.json()["error"]["code"], code, "{}", reply.text);
}

fn shown(payment: &Payment) -> Value {
    get(&by_hand(), &format!("payments/{}", reference(payment))).json()["payment"].clone()
}

#[test]
fn money_is_assigned_by_what_was_seen_and_taken_back() {
    let receipt = pay_by_hand("for the chairs", 700);
    until(&by_hand(), "unmatched", "listed", |r| lists(r, &receipt));
    let (mut wrong, mut right) = (ordered(), ordered());
    // The receipt's own amount is what a hurried caller has: it is refused, and nothing has changed.
    let refused = claim(&receipt, &wrong, 700);
    is_refused(&refused, 409, "AMOUNT_DIFFERS");
    let error = refused.json()["error"].clone();
    assert_eq!(
        (&error["due_kes"], &error["receipt_kes"]),
        (&json!(150), &json!(700))
    );
    assert_eq!(error["param"], "expect_kes");
    let known = get(&by_hand(), &format!("receipts/{receipt}")).json();
    assert_eq!(known["receipt_facts"]["status"], "unmatched", "{known}");
    assert_eq!(shown(&wrong)["received_kes"], 0);
    for body in [
        json!({"account_reference": reference(&wrong)}),
        json!({"account_reference": reference(&wrong), "expect_kes": "150"}),
        json!({"account_reference": reference(&wrong), "expect_kes": 150, "amount": 1}),
    ] {
        let path = format!("receipts/{receipt}/claim");
        is_refused(&post(&by_hand(), &path, &body), 422, "VALIDATION_ERROR");
    }

    let claimed = claim(&receipt, &wrong, 150);
    assert_eq!(claimed.status, 200, "{}", claimed.text);
    wrong.until_state("paid");
    heard_kind(&wrong.view["account_reference"], "payment.paid");
    entry(&wrong, "paid");

    let back = unclaim(&receipt, &wrong);
    assert_eq!(back.status, 200, "{}", back.text);
    let payment = &back.json()["payment"];
    assert_eq!(
        (&payment["state"], &payment["received_kes"]),
        (&json!("paid"), &json!(0))
    );
    assert_eq!(payment["receipts"], json!([]), "{payment}");
    assert_eq!(payment["review"].as_array().unwrap().len(), 1, "{payment}");
    assert_eq!(unclaim(&receipt, &wrong).status, 200, "twice is the same");
    heard_kind(&wrong.view["account_reference"], "payment.disputed");
    until(&by_hand(), "unmatched", "listed again", |r| {
        lists(r, &receipt)
    });

    let again = until_claimed(&receipt, &right, 150);
    assert_eq!(again.status, 200, "{}", again.text);
    right.until_state("paid");
    assert_eq!(right.view["receipt"], receipt.as_str());
    // The ledger and the objects agree: it counts for one.
    let path = format!("ledger/{}", reference(&wrong));
    until(&by_hand(), &path, "empty", |r| {
        r.json()["receipts"] == json!([])
    });
    let entered = entry(&right, "paid");
    assert_eq!(entered["receipts"][0]["receipt"], receipt.as_str());
    assert_eq!(entered["received_kes"], 700);
    assert_eq!(shown(&wrong)["received_kes"], 0);
    until(&by_hand(), "unmatched", "gone", |r| !lists(r, &receipt));
    let found = get(&by_hand(), &format!("payments?receipt={receipt}")).json();
    let found = found["payments"].as_array().unwrap();
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["account_reference"], reference(&right));
}

/// Claims it once its object has heard that it was taken back.
#[track_caller]
fn until_claimed(receipt: &str, payment: &Payment, expect_kes: u64) -> Reply {
    let path = format!("receipts/{receipt}");
    until(&by_hand(), &path, "free", |r| {
        r.json()["receipt_facts"]["status"] == "unmatched"
    });
    claim(receipt, payment, expect_kes)
}

#[test]
fn what_mpesa_has_named_is_not_taken_back() {
    let mut payment = ordered();
    let account = reference(&payment).to_owned();
    let receipt = pay_by_hand(&account, 150);
    payment.until_state("paid");
    is_refused(&unclaim(&receipt, &payment), 409, "UNCLAIM_NOT_ALLOWED");
    assert_eq!(shown(&payment)["received_kes"], 150);
    let other = ordered();
    let nobodys = pay_by_hand("nobody knows", 20);
    until(&by_hand(), "unmatched", "listed", |r| lists(r, &nobodys));
    is_refused(&unclaim(&nobodys, &other), 409, "UNCLAIM_NOT_ALLOWED");
}

#[test]
fn orders_that_money_may_be_meant_for_are_found_with_why() {
    let payment = ordered();
    let account = reference(&payment).to_owned();
    entry(&payment, "ready");
    // One slip in the account number.
    let mistyped = format!("{}{}", &account[..account.len() - 1], "?");
    let receipt = pay_by_hand(&mistyped, 150);
    let path = format!("receipts/{receipt}/candidates");
    until(&by_hand(), "unmatched", "listed", |r| lists(r, &receipt));
    let answer = get(&by_hand(), &path);
    assert_eq!(answer.status, 200, "{}", answer.text);
    let first = answer.json()["candidates"][0].clone();
    assert_eq!(
        first["account_reference"],
        account.as_str(),
        "{}",
        answer.text
    );
    assert_eq!(
        first["because"],
        json!(["reference", "amount", "time"]),
        "{first}"
    );
    assert_eq!(
        (&first["outstanding_kes"], &first["difference_kes"]),
        (&json!(150), &json!(0))
    );
    assert!(!answer.text.contains("25470"), "{}", answer.text);
    assert_eq!(
        get(&by_hand(), "receipts/AAAA1111BB/candidates").status,
        404
    );
}
