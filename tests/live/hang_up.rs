//! M-PESA posts once and hangs up after eight seconds: what it posted is kept all the same, whatever hangs here. And nobody's
//! message waits for another's.

use crate::deployment::{ask, deployment, make};
use crate::house::{Payment, plant, worker};
use crate::http;
use crate::ledger::{callback, reference, ring_schedule, sql, until_moved};
use crate::operator::{post, until};
use crate::strangers::callback_url;
use crate::unread::{master_key, result};
use malipo_shared::{LinkId, MpesaReceipt};
use serde_json::{Value, json};
use std::io::Write as _;
use std::net::TcpStream;
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(45);

/// Posts as M-PESA does, and hangs up without an answer once `is_under_way`.
#[track_caller]
fn post_and_hang_up(url: &str, body: &Value, is_under_way: impl Fn() -> bool) {
    let (host, path) = url
        .strip_prefix("http://")
        .and_then(|rest| rest.split_once('/'))
        .unwrap();
    let body = body.to_string();
    let mut connection = TcpStream::connect(host).unwrap();
    // A connection that is closed with an answer unread is reset: the Worker then knows that its caller has left.
    let first = format!("GET /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n");
    let head = format!(
        "POST /{path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    connection
        .write_all(format!("{first}{head}{body}").as_bytes())
        .unwrap();
    connection.set_read_timeout(Some(PATIENCE)).unwrap();
    assert_eq!(connection.peek(&mut [0; 1]).unwrap(), 1);
    let began = Instant::now();
    while !is_under_way() {
        assert!(began.elapsed() < PATIENCE, "it never began");
    }
}

#[track_caller]
fn hang_settings(name: &str) {
    let url = format!("{}/_faults/hang-settings/{name}", deployment());
    assert_eq!(http::post(&url, &json!({})).status, 200);
}

#[test]
fn a_callback_is_kept_though_its_payment_hangs_and_mpesa_hangs_up() {
    // Paid, but no callback is heard; a query would tell no receipt.
    let mut payment = Payment::pushed_at(&worker(), "0404");
    payment.until_state("awaiting_pin");
    let moved = until_moved(&payment);
    plant(&payment, "stall", 3);
    post_and_hang_up(&callback_url(&payment), &callback(&moved), || {
        plant(&payment, "stall", 3) == "2"
    });
    let name = reference(&payment).to_owned();
    until(&worker(), "inbox", "kept", |reply| {
        reply.status == 200 && reply.text.contains(&name)
    });
    plant(&payment, "stall", 0);
    post(&worker(), "sweep", &json!({}));
    payment.until_receipt().agrees();
    assert_eq!(payment.view["receipt"], moved["receipt"]);
}

#[test]
fn what_is_said_to_a_merchant_whose_settings_hang_is_kept_and_keeps_nobody_waiting() {
    let receipt = "QHK1CD2EF7";
    let shop = make("tardy", "600777", &json!({"PAYBILL": "600556"}));
    let about = MpesaReceipt::parse(receipt).unwrap();
    let link = LinkId::parse(shop.link).unwrap();
    let path = master_key().result_path("emulator", &link, &about);
    let mut other = Payment::pushed_at(&deployment(), "0404");
    other.until_state("awaiting_pin");
    let moved = until_moved(&other);
    plant(&other, "deaf", 3);
    assert_eq!(
        http::post(&callback_url(&other), &callback(&moved)).status,
        200
    );

    hang_settings(shop.link);
    let url = format!("{}{path}", deployment());
    let held = http::post(&url, &result(receipt, 110, "600556"));
    assert_eq!(held.status, 200, "{}", held.text);
    let inbox = || ask(&shop.key, "GET", "inbox", &Value::Null).json();
    let began = Instant::now();
    let mut seen = inbox();
    while seen["inbox"][0]["for"] != "hook" {
        assert!(began.elapsed() < PATIENCE, "it was not kept: {seen}");
        seen = inbox();
    }
    // Both are due, and this merchant's hangs.
    let due = "UPDATE inbox SET next_at_ms = 0 WHERE set_apart_at_ms IS NULL AND";
    sql("MERCHANTS", &format!("{due} link = '{}'", shop.link));
    let name = reference(&other);
    sql("MERCHANTS", &format!("{due} name LIKE '%:{name}'"));
    ring_schedule("MERCHANTS");
    other.until_receipt().agrees();
    assert_eq!(other.view["receipt"], moved["receipt"]);
    let kept = inbox();
    assert_eq!(kept["inbox"][0]["for"], "hook", "{kept}");

    hang_settings("");
    let retry = format!("inbox/{}/retry", kept["inbox"][0]["id"]);
    let tried = ask(&shop.key, "POST", &retry, &json!({}));
    // A scheduled sweep of another test's may have brought it already.
    assert!(
        tried.status == 404 || tried.json() == json!({"delivered": true}),
        "{}",
        tried.text
    );
    let shown = ask(
        &shop.key,
        "GET",
        &format!("receipts/{receipt}"),
        &Value::Null,
    );
    assert_eq!(shown.status, 200, "{}", shown.text);
    assert_eq!(ask(&shop.key, "POST", &retry, &json!({})).status, 404);
}
