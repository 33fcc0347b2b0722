//! The shop's lists over HTTP: what is paid is found by every filter, page by page, as JSON and as CSV.

use crate::house::{Payment, by_hand, fresh_key, phone_ending, plant, worker};
use crate::http::{self, at};
use crate::ledger::{entry, reference, sql};
use crate::operator::{self, get, post, secret, until};
use crate::shop::{be_deaf_once, fresh_reference, heard_kind};
use serde_json::{Value, json};

fn listed<'a>(page: &'a Value, payment: &Payment) -> Option<&'a Value> {
    let mut rows = page["payments"].as_array().unwrap().iter();
    rows.find(|row| row["account_reference"] == payment.view["account_reference"])
}

#[test]
fn a_payment_is_found_by_each_of_its_names() {
    let mut payment = Payment::pushed_at(&by_hand(), "0000");
    payment.until_receipt();
    let paid = entry(&payment, "paid");
    let reference = reference(&payment);
    let receipt = payment.view["receipt"].as_str().unwrap();
    let opened_at_ms = paid["opened_at_ms"].as_u64().unwrap();
    let moment = format!("from_ms={opened_at_ms}&to_ms={}", opened_at_ms + 1);
    for query in [
        format!("account_reference={}", reference.to_lowercase()),
        format!("receipt={receipt}"),
        format!("phone_end=000&{moment}"),
        format!("state=paid&{moment}"),
        format!("origin=item&state=paid&{moment}"),
        format!("item=tea&state=paid&{moment}"),
        format!("item=tea&{moment}"),
        moment.clone(),
        format!("state=&reference=&{moment}"),
    ] {
        let page = get(&by_hand(), &format!("payments?{query}"));
        let found = page.json();
        let row = listed(&found, &payment).unwrap_or_else(|| panic!("{query}: {}", page.text));
        assert_eq!(row["received_kes"], payment.view["received_kes"], "{query}");
        assert_eq!(row["receipts"][0]["receipt"], receipt, "{query}");
        assert_eq!(row["livemode"], false);
        assert!(!page.text.contains("25470"), "{}", page.text);
    }
    for query in [
        format!("state=declined&{moment}"),
        format!("origin=server&{moment}"),
        format!("item=kiondo&{moment}"),
        format!("review=1&{moment}"),
        format!("disputed=1&{moment}"),
        format!("phone_end=999&{moment}"),
        format!("account_reference={reference}&state=ready"),
        format!("receipt={receipt}&to_ms={opened_at_ms}"),
    ] {
        let found = get(&by_hand(), &format!("payments?{query}")).json();
        assert!(listed(&found, &payment).is_none(), "{query}: {found}");
    }
}

/// Payments of one moment, written into a ledger of their own shop: no clock brings three at once.
fn of_one_moment(letter: char, at_ms: u64) {
    let rows: Vec<String> = (0..7)
        .map(|n| {
            format!(
                "('emulator', 'main', 'P{letter}{n}', 1, 1, 'item', 'tea', '=1+1', 'x, \"y\"', 0, 'ready', 150, 0, 0, \
                 {at_ms}, '[]', {at_ms})"
            )
        })
        .collect();
    sql(
        "TILL",
        &format!(
            "INSERT OR REPLACE INTO payments (env, link, account_reference, seq, at_ms, origin, item, note, description, livemode, state, \
             due_kes, received_kes, excess_kes, opened_at_ms, review, look_at_ms) VALUES {}",
            rows.join(", ")
        ),
    );
}

#[test]
fn pages_go_on_where_the_last_one_ended_and_the_file_holds_the_same() {
    let till = at("MALIPO_TILL_URL");
    let at_ms = 4_000_000_000_000_u64; // later than the sweep looks
    of_one_moment('A', at_ms);
    of_one_moment('B', at_ms + 1);
    let filters = format!("state=ready&from_ms={at_ms}&to_ms={}", at_ms + 2);
    let mut found = Vec::new();
    let mut after = String::new();
    let mut pages = 0;
    loop {
        let page = get(&till, &format!("payments?{filters}&limit=3&after={after}")).json();
        for row in page["payments"].as_array().unwrap() {
            found.push(row["account_reference"].as_str().unwrap().to_owned());
        }
        pages += 1;
        match page["next"].as_str() {
            Some(next) => after = next.to_owned(),
            None => break,
        }
    }
    let expected: Vec<String> = ["B", "A"]
        .iter()
        .flat_map(|letter| (0..7).map(move |n| format!("P{letter}{n}")))
        .collect();
    assert_eq!((found, pages), (expected.clone(), 5));

    let file = get(&till, &format!("payments.csv?{filters}"));
    assert_eq!(file.status, 200, "{}", file.text);
    assert!(file.header("content-type").unwrap().starts_with("text/csv"));
    let disposition = file.header("content-disposition").unwrap();
    assert!(disposition.contains("payments-main-"), "{disposition}");
    let mut lines = file.text.split("\r\n");
    assert!(lines.next().unwrap().starts_with("account_reference,"));
    let lines: Vec<&str> = lines.collect();
    assert_eq!(lines.last(), Some(&""), "it ends with its last line");
    let firsts = lines[..lines.len() - 1].iter();
    let firsts: Vec<&str> = firsts.map(|line| line.split(',').next().unwrap()).collect();
    assert_eq!(firsts, expected);
    assert!(
        lines[0]
            .contains(",'=1+1,\"x, \"\"y\"\"\",false,ready,150,0,0,0,2096-10-02T10:06:40+03:00,,"),
        "{}",
        lines[0]
    );
}

#[test]
fn what_cannot_be_asked_for_is_refused_with_its_name() {
    for (path, param) in [
        ("payments?colour=red", "colour"),
        ("payments?limit=101", "limit"),
        ("payments?after=x", "after"),
        ("payments?state=rich", "state"),
        ("payments?receipt=QAB1CD2EF3&phone_end=126", "phone_end"),
        ("payments.csv?from_ms=2&to_ms=1", "to_ms"),
        ("deliveries?standing=lost", "standing"),
        ("summary?days=0", "days"),
        ("summary?days=93", "days"),
    ] {
        let refused = get(&worker(), path);
        assert_eq!(refused.status, 422, "{path}: {}", refused.text);
        let error = &refused.json()["error"];
        assert_eq!(error["code"], "VALIDATION_ERROR");
        assert_eq!(error["param"], param, "{path}");
    }
    assert_eq!(
        operator::ask("PUT", &worker(), "payments", "{}").status,
        405
    );
    assert_eq!(post(&worker(), "summary", &json!({})).status, 405);
}

#[test]
fn lists_are_for_the_shops_key_alone() {
    let wrong = "0".repeat(secret("API_KEY").len());
    let bearer = format!("Bearer {wrong}");
    for path in ["payments", "payments.csv", "deliveries", "summary", "items"] {
        let url = format!("{}/v1/merchant/{path}", worker());
        let stranger = http::send("GET", &url, &[], "");
        assert_eq!(
            stranger.json()["error"]["code"],
            "MISSING_HEADERS",
            "{path}"
        );
        let other = http::send("GET", &url, &[("Authorization", bearer.as_str())], "");
        assert_eq!(other.status, 401, "{path}");
        assert_eq!(other.json()["error"]["code"], "INVALID_API_KEY", "{path}");
    }
}

#[test]
fn the_shop_sees_what_it_was_told_and_whether_it_has_heard() {
    let payment = Payment::opened_with(&by_hand(), json!({"item": "tea", "key": fresh_key()}));
    let account = payment.view["account_reference"].clone();
    be_deaf_once(&account);
    let path = format!("payments/{}/close", reference(&payment));
    assert_eq!(post(&by_hand(), &path, &json!({})).status, 200);
    heard_kind(&account, "payment.closed");
    let row = |page: &http::Reply| {
        let page = page.json();
        let rows = page["deliveries"].as_array().unwrap().clone();
        let mut rows = rows.into_iter();
        rows.find(|row| row["account_reference"] == account)
    };
    let heard = until(&by_hand(), "deliveries?standing=heard", "heard", |page| {
        row(page).is_some()
    });
    let told = row(&heard).unwrap();
    assert_eq!(told["type"], "payment.closed");
    assert_eq!((&told["sequence"], &told["tries"]), (&json!(1), &json!(2)));
    assert!(told.get("next_at_ms").is_none(), "{told}");
    let due = get(&by_hand(), "deliveries?standing=due");
    assert!(row(&due).is_none(), "{}", due.text);
}

#[test]
fn the_summary_counts_today() {
    let count = |summary: &Value| summary["today"]["paid"].as_u64().unwrap();
    let before = get(&by_hand(), "summary").json();
    assert_eq!(before["days"].as_array().unwrap().len(), 7);
    let mut paid = Payment::pushed_at(&by_hand(), "0000");
    paid.until_state("paid");
    entry(&paid, "paid");
    let mut declined = Payment::pushed_at(&by_hand(), "1032");
    declined.until_state("declined");
    entry(&declined, "declined");
    let after = get(&by_hand(), "summary?days=1").json();
    assert!(count(&after) > 0, "{after}");
    let today = &after["days"][0];
    assert!(
        today["paid_kes"].as_u64() >= paid.view["received_kes"].as_u64(),
        "{after}"
    );
    assert_eq!(today["paid_kes"], after["today"]["paid_kes"]);
    let rate = after["today"]["success_rate"].as_f64().unwrap();
    assert!((0.0..1.0).contains(&rate), "{after}");
    let codes = after["codes"].as_array().unwrap();
    assert!(codes.iter().any(|code| code["code"] == "1032"), "{after}");
    assert!(after["needs"]["unmatched"].is_u64(), "{after}");
}

#[test]
fn items_come_with_their_payment_links() {
    let items = get(&worker(), "items").json();
    assert_eq!(items["link"], "main");
    let tea = &items["items"][0];
    assert_eq!(
        (&tea["id"], &tea["amount_kes"]),
        (&json!("tea"), &json!(150))
    );
    let page = http::get(tea["pay_url"].as_str().unwrap());
    assert_eq!(page.status, 200, "{}", page.text);
    assert!(items.get("open_amount").is_none(), "{items}");
    let till = get(&at("MALIPO_TILL_URL"), "items").json();
    assert_eq!(till["open_amount"]["max_kes"], 1000);
}

/// Creates a payment as the shop's server does.
#[track_caller]
fn create(key: &str, body: &Value) -> http::Reply {
    let bearer = format!("Bearer {}", secret("API_KEY"));
    let headers = [
        ("Authorization", bearer.as_str()),
        ("Content-Type", "application/json"),
        ("Idempotency-Key", key),
    ];
    let url = format!("{}/v1/merchant/payments", by_hand());
    http::send("POST", &url, &headers, &body.to_string())
}

fn order(reference: &str, amount_kes: u64) -> Value {
    json!({"amount_kes": amount_kes, "reference": reference, "description": "Top-up"})
}

#[track_caller]
fn check_is_refused(reply: &http::Reply, status: u16, code: &str, param: &str) {
    assert_eq!(reply.status, status, "{}", reply.text);
    let error = &reply.json()["error"];
    assert_eq!(
        (&error["code"], &error["param"]),
        (&json!(code), &json!(param))
    );
}

#[test]
fn a_shops_server_creates_a_payment_and_its_customer_pays_by_the_link() {
    let reference = format!("top-up {}", fresh_reference());
    let made = create(&fresh_key(), &order(&reference, 150));
    assert_eq!(made.status, 200, "{}", made.text);
    let made = made.json();
    assert_eq!(made["payment"]["origin"], "server");
    assert_eq!(made["payment"]["reference"], reference.as_str());
    assert_eq!(made["payment"]["state"], "ready");
    let link = made["pay_url"].as_str().unwrap();
    let page = http::get(link);
    assert_eq!(page.status, 200);
    assert!(
        page.text.contains("Top-up") && page.text.contains("name=\"phone\""),
        "{}",
        page.text
    );
    let form = format!("do=push&phone={}&key={}", phone_ending("0000"), fresh_key());
    let kind = [("Content-Type", "application/x-www-form-urlencoded")];
    assert_eq!(http::send("POST", link, &kind, &form).status, 303);
    let id = made["id"].as_str().unwrap();
    let mut payment = Payment {
        view: http::get(&format!("{}/v1/payments/{id}", by_hand())).json(),
        worker: by_hand(),
    };
    payment.until_state("paid").agrees();
    let heard = heard_kind(&payment.view["account_reference"], "payment.paid");
    assert_eq!(heard.payment()["reference"], reference.as_str());
    assert_eq!(heard.payment()["origin"], "server");
    entry(&payment, "paid");
    let encoded = reference.replace(' ', "+");
    let found = get(&by_hand(), &format!("payments?reference={encoded}")).json();
    assert!(listed(&found, &payment).is_some(), "{found}");

    let again = create(&fresh_key(), &order(&reference, 150));
    assert_eq!(again.json()["payment"]["state"], "paid", "{}", again.text);
    let other = create(&fresh_key(), &order(&reference, 151));
    check_is_refused(&other, 409, "REFERENCE_PAID", "reference");
}

#[test]
fn a_key_is_for_one_request_and_its_phone_rings_once() {
    let (reference, key) = (fresh_reference(), fresh_key());
    let mut body = order(&reference, 150);
    body["phone"] = json!(phone_ending("1032"));
    let first = create(&key, &body);
    assert_eq!(first.status, 200, "{}", first.text);
    let again = create(&key, &body);
    assert_eq!(again.json()["id"], first.json()["id"], "{}", again.text);
    let id = first.json()["id"].as_str().unwrap().to_owned();
    let mut payment = Payment {
        view: http::get(&format!("{}/v1/payments/{id}", by_hand())).json(),
        worker: by_hand(),
    };
    payment.until_state("declined");
    let late = create(&key, &body);
    assert_eq!(late.json()["payment"]["state"], "declined", "{}", late.text);
    assert_eq!(payment.pushes(), 1);
    let others = [order(&reference, 151), order(&fresh_reference(), 150)];
    for other in others {
        check_is_refused(&create(&key, &other), 409, "KEY_REUSED", "Idempotency-Key");
    }
}

#[test]
fn a_created_amount_changes_only_after_the_payment_was_closed() {
    let reference = fresh_reference();
    let key = || fresh_key();
    assert_eq!(create(&key(), &order(&reference, 150)).status, 200);
    let changed = create(&key(), &order(&reference, 151));
    check_is_refused(&changed, 409, "ORDER_CHANGED", "reference");
    let close = format!("payments/{reference}/close");
    assert_eq!(post(&by_hand(), &close, &json!({})).status, 200);
    let anew = create(&key(), &order(&reference, 151)).json();
    assert_eq!(anew["payment"]["state"], "ready", "{anew}");
    assert_eq!(anew["payment"]["due_kes"], 151);
    // The shop may sign the same order for a page: it is the same payment.
    let mut claims = crate::shop::claims(&reference);
    claims["amount"] = json!(151);
    let signed = json!({"order": crate::shop::sign(&claims), "key": fresh_key()});
    let opened = Payment::opened_with(&by_hand(), signed);
    assert_eq!(opened.view["id"], anew["id"]);
}

#[test]
fn what_cannot_be_created_is_refused_with_its_field() {
    let with = |name: &str, value: Value| {
        let mut body = order(&fresh_reference(), 150);
        body[name] = value;
        create(&fresh_key(), &body)
    };
    check_is_refused(
        &with("amount_kes", json!(0)),
        422,
        "INVALID_AMOUNT",
        "amount_kes",
    );
    check_is_refused(
        &with("phone", json!("0200000000")),
        422,
        "INVALID_MSISDN",
        "phone",
    );
    let callback = with("callback_url", json!("http://shop.example"));
    check_is_refused(&callback, 422, "INVALID_CALLBACK", "callback_url");
    check_is_refused(
        &with("reference", json!("")),
        422,
        "VALIDATION_ERROR",
        "reference",
    );
    let keyless = create("", &order(&fresh_reference(), 150));
    check_is_refused(&keyless, 422, "VALIDATION_ERROR", "Idempotency-Key");
}

#[test]
fn what_an_object_does_not_answer_is_an_error_of_ours() {
    let payment = Payment::opened_with(&worker(), json!({"item": "tea", "key": fresh_key()}));
    let path = format!("payments/{}", reference(&payment));
    plant(&payment, "mute", 1);
    let lost = get(&worker(), &path);
    assert_eq!(lost.status, 500, "{}", lost.text);
    assert_eq!(lost.json()["error"]["code"], "TIMEOUT_ERROR");
    assert_eq!(get(&worker(), &path).status, 200, "asked again, it answers");
}
