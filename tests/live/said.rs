//! What M-PESA says on a right secret path, however it says it: amounts that are not whole shillings, bodies that are not quite
//! JSON, and the shop's own name of an order as account number. Nothing of it is lost, and nothing is shown as nothing.

use crate::house::{Payment, by_hand, emulator, fresh_key, worker};
use crate::http::{self, Reply, at};
use crate::ledger::until_moved;
use crate::operator::{get, post, secret, until};
use crate::shop::{heard_kind, now_secs};
use crate::strangers::callback_url;
use crate::unread;
use malipo_engine::daraja::unread_name;
use malipo_engine::eat::Day;
use malipo_engine::master_key::{Address, CallbackTarget};
use malipo_shared::{AccountReference, LinkId, MpesaReceipt};
use serde_json::{Value, json};

fn confirm_url() -> String {
    let secret = secret("C2B_SECRET");
    format!("{}/hooks/c2b/600426/{secret}/confirm", by_hand())
}

fn confirmation(receipt: &str, amount: &Value, account: &str) -> String {
    json!({
        "TransactionType": "Pay Bill", "TransID": receipt, "TransTime": "20261130001200",
        "TransAmount": amount, "BusinessShortCode": "600426", "BillRefNumber": account,
        "MSISDN": "2547 ***** 126", "FirstName": "AMINA",
    })
    .to_string()
}

/// Where M-PESA would call back of a push of the order that is called so.
fn path_of_a_push(reference: &str) -> String {
    let target = CallbackTarget {
        address: Address {
            env: "emulator".to_owned(),
            link: LinkId::parse("main").unwrap(),
            reference: AccountReference::parse(reference).unwrap(),
        },
        attempt: 1,
    };
    unread::master_key().stk_callback_path(&target)
}

#[track_caller]
fn tell(body: &str) {
    let reply = http::send("POST", &confirm_url(), &[], body);
    assert_eq!(reply.status, 200, "{body}: {}", reply.text);
    assert_eq!(reply.json()["ResultCode"], 0, "{}", reply.text);
}

/// The receipt's line in the list of unmatched money.
#[track_caller]
fn listed(receipt: &str) -> Value {
    let line = |reply: &Reply| {
        let page = reply.json();
        let mut rows = page["unmatched"].as_array().unwrap().clone().into_iter();
        rows.find(|row| row["receipt"] == receipt)
    };
    let reply = until(&by_hand(), "unmatched?limit=100", "listed", |reply| {
        line(reply).is_some()
    });
    line(&reply).unwrap()
}

fn create(reference: &str, amount_kes: u64) -> Reply {
    let bearer = format!("Bearer {}", secret("API_KEY"));
    let key = fresh_key();
    let headers = [
        ("Authorization", bearer.as_str()),
        ("Content-Type", "application/json"),
        ("Idempotency-Key", key.as_str()),
    ];
    let body =
        json!({"amount_kes": amount_kes, "reference": reference, "description": "Two tickets"});
    let url = format!("{}/v1/merchant/payments", by_hand());
    http::send("POST", &url, &headers, &body.to_string())
}

/// A payment that the shop's server has made, followed as the browser would.
#[track_caller]
fn created(reference: &str, amount_kes: u64) -> Payment {
    let made = create(reference, amount_kes);
    assert_eq!(made.status, 200, "{}", made.text);
    let id = made.json()["id"].as_str().unwrap().to_owned();
    Payment {
        view: http::get(&format!("{}/v1/payments/{id}", by_hand())).json(),
        worker: by_hand(),
    }
}

fn account(payment: &Payment) -> String {
    payment.view["account_reference"]
        .as_str()
        .unwrap()
        .to_owned()
}

fn fresh_receipt(begin: &str) -> String {
    let tail = fresh_key().to_uppercase().replace(['-', '_'], "X");
    format!("{begin}7{}", &tail[tail.len() - 5..])
}

#[test]
fn cents_count_as_whole_shillings_and_go_before_a_person() {
    let mut payment = created(&fresh_key(), 60_840);
    let receipt = fresh_receipt("UKTC");
    tell(&confirmation(
        &receipt,
        &json!("60840.75"),
        &account(&payment),
    ));
    payment.until_state("paid");
    assert_eq!(payment.view["received_kes"], 60_840);
    let told = heard_kind(&payment.view["account_reference"], "payment.review");
    let counted = &told.payment()["receipts"][0];
    assert_eq!(counted["amount_said"], "60840.75", "{}", told.text);
    let review = told.payment()["review"][0].as_str().unwrap().to_owned();
    assert!(review.contains("60840.75"), "{review}");
    let path = format!("payments?account_reference={}", account(&payment));
    let entry = until(&by_hand(), &path, "with cents", |reply| {
        reply.text.contains("60840.75")
    });
    assert_eq!(entry.status, 200);
}

#[test]
fn what_is_no_amount_is_shown_as_it_was_said_and_counts_nowhere() {
    let payment = created(&fresh_key(), 50);
    for (said, shown) in [
        (json!("KES 50"), "KES 50"),
        (json!(""), ""),
        (json!("1e3"), "1e3"),
        (json!("-50.00"), "-50.00"),
        (json!("99999999999999"), "99999999999999"),
        (Value::Null, ""),
    ] {
        let receipt = fresh_receipt("UKTN");
        tell(&confirmation(&receipt, &said, &account(&payment)));
        let line = listed(&receipt);
        assert_eq!(line["amount_kes"], Value::Null, "{line}");
        assert_eq!(line["amount_said"], shown, "{line}");
        assert!(line["problem"].is_string(), "{line}");
        let body = json!({"account_reference": account(&payment)});
        let refused = post(&by_hand(), &format!("receipts/{receipt}/claim"), &body);
        assert_eq!(refused.status, 422, "{}", refused.text);
        assert_eq!(listed(&receipt)["receipt"], receipt.as_str(), "it stays");
    }
    // Commas between thousands are an amount.
    let mut grouped = created(&fresh_key(), 1100);
    let receipt = fresh_receipt("UKTG");
    tell(&confirmation(
        &receipt,
        &json!("1,100.00"),
        &account(&grouped),
    ));
    grouped.until_state("paid");
}

#[test]
fn a_raw_tab_in_a_name_costs_nobody_a_payment() {
    let mut payment = created(&fresh_key(), 90);
    let receipt = fresh_receipt("UKTT");
    let body = confirmation(&receipt, &json!("90.00"), &account(&payment));
    tell(&body.replace("AMINA", "A\tIB"));
    payment.until_state("paid");
    assert_eq!(payment.view["receipt"], receipt.as_str());
}

#[test]
fn what_is_not_quite_json_is_kept_and_its_receipt_listed() {
    let payment = created(&fresh_key(), 90);
    let (amount, account) = (json!("90.00"), account(&payment));
    let spoilt: [fn(&str) -> String; 7] = [
        |body| body.replace('}', ",}"),
        |body| body.replace('"', "'"),
        |body| body[..body.len() - 20].to_owned(),
        |body| body.replace("\"90.00\"", "NaN"),
        |body| body.replacen('{', "{\"TransAmount\":\"1.00\",", 1),
        |body| format!("[{body}]"),
        |body| body.replace("AMINA", &"x".repeat(300_000)),
    ];
    for (n, spoil) in spoilt.into_iter().enumerate() {
        let receipt = fresh_receipt("UKTB");
        // The receipt stands first, as Safaricom writes it, so that a body that breaks off names it.
        let body = confirmation(&receipt, &amount, &account);
        let body = body.replacen('{', &format!("{{\"TransID\":\"{receipt}\","), 1);
        let again = format!(",\"TransID\":\"{receipt}\"");
        tell(&spoil(&body.replacen(&again, "", 1)));
        let line = listed(&receipt);
        assert_eq!(line["amount_kes"], Value::Null, "{n}: {line}");
        assert_eq!(line["amount_said"], "", "{n}: {line}");
    }
    tell(&format!(
        "TransID={}&TransAmount=90.00",
        fresh_receipt("UKTF")
    ));
    let known = http::get(&format!("{}/v1/payments/{}", by_hand(), payment.id())).json();
    assert_eq!(known["received_kes"], 0, "nothing of it counts");
}

/// The name by which this body is listed today.
fn unread_name_of(body: &str) -> MpesaReceipt {
    let today = Day::of(now_secs() * 1000);
    unread_name(&LinkId::parse("main").unwrap(), today, body).unwrap()
}

#[test]
fn what_names_no_receipt_is_listed_by_a_name_of_its_own() {
    for body in ["<html>busy</html>", "", "[]"] {
        // Midnight may pass meanwhile.
        let before = unread_name_of(body);
        tell(body);
        let name = match unread_name_of(body) {
            after if after == before => before,
            after => {
                tell(body);
                after
            }
        };
        let line = listed(name.as_str());
        assert!(line["problem"].as_str().unwrap().contains("kept"), "{line}");
        // Once a person has dealt with it, it leaves the list.
        let settled = post(&by_hand(), &format!("receipts/{name}/settle"), &json!({}));
        assert_eq!(settled.status, 200, "{}", settled.text);
        until(&by_hand(), "unmatched?limit=100", "gone", |reply| {
            !reply.text.contains(name.as_str())
        });
    }
    let wrong = confirm_url().replace(&secret("C2B_SECRET"), &"0".repeat(32));
    assert_eq!(http::send("POST", &wrong, &[], "<html>").status, 404);
}

#[test]
fn what_cannot_be_read_is_matched_once_mpesa_shows_it_again() {
    let mut payment = created(&fresh_key(), 90);
    let receipt = fresh_receipt("UKTL");
    let body = confirmation(&receipt, &json!("90.00"), &account(&payment));
    tell(&body[..body.len() - 1]);
    listed(&receipt);
    tell(&body);
    payment.until_state("paid");
    until(&by_hand(), "unmatched?limit=100", "gone", |reply| {
        !reply.text.contains(&receipt)
    });
}

#[test]
fn mpesa_is_asked_about_what_it_sent_and_cannot_be_read() {
    // Paid, and no callback is heard; the shop may ask about a receipt.
    let worker = at("MALIPO_REFUNDS_URL");
    let mut payment = Payment::pushed_at(&worker, "0404");
    payment.until_state("awaiting_pin");
    let receipt = until_moved(&payment)["receipt"].clone();
    let receipt = receipt.as_str().unwrap();
    let body = format!("{{\"TransID\":\"{receipt}\",");
    let url = format!("{worker}{}", path_of_a_push("NOBODYS8"));
    let reply = http::send("POST", &url, &[], &body);
    assert_eq!(reply.status, 200, "{}", reply.text);
    let path = format!("receipts/{receipt}");
    until(&worker, &path, "shown by M-PESA", |reply| {
        reply.json()["receipt_facts"]["amount_kes"] == 150
    });
}

#[test]
fn a_callback_that_cannot_be_read_puts_its_payment_before_a_person() {
    let mut payment = Payment::pushed("4999");
    payment.until_state("awaiting_pin");
    let cut = r#"{"Body":{"stkCallback":{"ResultCode":0,"x":{"Name":"MpesaReceiptNumber","Value":"UKTCUT7001"}"#;
    assert_eq!(
        http::send("POST", &callback_url(&payment), &[], cut).status,
        200
    );
    let path = format!("payments/{}", account(&payment));
    let shown = get(&worker(), &path);
    assert!(shown.text.contains("UKTCUT7001"), "{}", shown.text);
    assert_ne!(shown.json()["payment"]["review"], json!([]));
    payment.until_state("paid").agrees();
}

#[test]
fn a_callback_of_a_push_that_nobody_knows_is_kept_with_its_receipt() {
    let path = path_of_a_push("NOBODYS7");
    let receipt = fresh_receipt("UKTX");
    let items =
        json!([{"Name": "Amount", "Value": 77}, {"Name": "MpesaReceiptNumber", "Value": receipt}]);
    let body = json!({"Body": {"stkCallback": {"ResultCode": 0, "ResultDesc": "x", "CallbackMetadata": {"Item": items}}}});
    let reply = http::post(&format!("{}{path}", by_hand()), &body);
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert_eq!(listed(&receipt)["amount_kes"], 77);
}

#[test]
fn an_answer_that_cannot_be_read_is_kept_with_the_receipt_that_was_asked_about() {
    let receipt = fresh_receipt("UKTR");
    let about = MpesaReceipt::parse(&receipt).unwrap();
    let link = LinkId::parse("main").unwrap();
    let path = unread::master_key().result_path("emulator", &link, &about);
    let reply = http::send("POST", &format!("{}{path}", by_hand()), &[], "{\"Result\":");
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert_eq!(listed(&receipt)["amount_kes"], Value::Null);
}

#[test]
fn the_shops_own_name_finds_the_order_where_exactly_one_reads_the_same() {
    emulator("ledger");
    let tail = fresh_receipt("X")[1..].to_owned();
    let mut payment = created(&format!("inv-{tail}/2041"), 70);
    let receipt = fresh_receipt("UKTO");
    tell(&confirmation(
        &receipt,
        &json!("70.00"),
        &format!("INV {tail} 2041"),
    ));
    payment.until_state("paid");
    assert_eq!(payment.view["receipt"], receipt.as_str());
    let known = get(&by_hand(), &format!("receipts/{receipt}")).json();
    assert_eq!(known["receipt_facts"]["status"], "claimed", "{known}");

    // Two that read the same: a person has to say which.
    let (one, two) = (
        created(&format!("rent {tail}"), 70),
        created(&format!("RENT-{tail}"), 70),
    );
    let path = format!("payments?account_reference={}", account(&two));
    until(&by_hand(), &path, "entered", |reply| {
        reply.text.contains(&account(&two))
    });
    let receipt = fresh_receipt("UKTP");
    tell(&confirmation(
        &receipt,
        &json!("70.00"),
        &format!("rent{tail}"),
    ));
    listed(&receipt);
    post(&by_hand(), "sweep", &json!({"everyone": true}));
    for payment in [one, two] {
        let view = http::get(&format!("{}/v1/payments/{}", by_hand(), payment.id())).json();
        assert_eq!(view["received_kes"], 0, "{view}");
    }
    assert_eq!(listed(&receipt)["receipt"], receipt.as_str());
}

#[test]
fn a_text_that_holds_what_nobody_sees_is_refused_and_the_character_named() {
    for (reference, named) in [
        ("INV7\u{200d}", "U+200D"),
        ("INV\u{3164}7", "U+3164"),
        ("INV\u{202e}7", "U+202E"),
        ("INV7\0", "U+0000"),
    ] {
        let refused = create(reference, 50);
        assert_eq!(refused.status, 422, "{}", refused.text);
        assert_eq!(refused.json()["error"]["param"], "reference");
        assert!(refused.text.contains(named), "{}", refused.text);
    }
    let body = json!({"item": "tea", "key": fresh_key(), "note": "a\u{202e}b\0"});
    let refused = http::post(&format!("{}/v1/payments", by_hand()), &body);
    assert_eq!(refused.status, 422, "{}", refused.text);
    assert_eq!(refused.json()["error"]["param"], "note");
    // M-PESA's own text is never refused: it is shown without.
    let receipt = fresh_receipt("UKTZ");
    tell(&confirmation(
        &receipt,
        &json!("50"),
        "ren\u{202e}t\u{200d} 7",
    ));
    assert_eq!(listed(&receipt)["bill_ref"], "rent 7");
}
