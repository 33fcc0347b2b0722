//! Money from every channel, counted once; the shop hears of it; strangers gain nothing by typing, signing or forging.

use crate::house::{Payment, by_hand, emulator, fresh_key, phone_ending};
use crate::http::{self, Reply};
use crate::operator;
use crate::shop::{
    be_deaf_once, claims, dial, fresh_reference, heard, heard_kind, now_secs, pay_by_hand, sign,
    signed_order,
};
use crate::unread;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use malipo_shared::{LinkId, MpesaReceipt};
use serde_json::{Value, json};

#[track_caller]
fn opened(item: &str) -> Payment {
    emulator("ledger");
    Payment::opened_with(&by_hand(), json!({"item": item, "key": fresh_key()}))
}

fn reference(payment: &Payment) -> &str {
    payment.view["account_reference"].as_str().unwrap()
}

#[track_caller]
fn type_in(payment: &Payment, receipt: &str) -> Reply {
    let url = format!("{}/v1/payments/{}/receipts", payment.worker, payment.id());
    http::post(&url, &json!({"receipt": receipt}))
}

#[track_caller]
fn open_order(order: &str) -> Reply {
    let body = json!({"order": order, "key": fresh_key()});
    http::post(&format!("{}/v1/payments", by_hand()), &body)
}

#[track_caller]
fn is_refused(reply: &Reply, status: u16, code: &str) {
    assert_eq!(reply.status, status, "{}", reply.text);
    assert_eq!(reply.json()["error"]["code"], code);
}

#[test]
fn a_payment_by_hand_finds_its_order_as_people_type_it() {
    let mut payment = opened("tea");
    let typed = reference(&payment).to_lowercase().replacen('m', "m ", 1);
    let receipt = pay_by_hand(&typed, 150);
    payment.until_state("paid");
    assert_eq!(payment.view["receipt"], receipt.as_str());
    assert_eq!(payment.view["received_kes"], 150);
    let told = heard_kind(&payment.view["account_reference"], "payment.paid");
    assert_eq!(told.payment()["receipts"][0]["channel"], "c2b");
    assert_eq!(told.payment()["receipts"][0]["receipt"], receipt.as_str());
    assert!(
        !told.text.contains("2547"),
        "no whole number: {}",
        told.text
    );
}

#[test]
fn the_account_number_counts_also_when_it_is_told_after_the_money() {
    let (receipt, number) = ("QHK7CD2EF1", "600426");
    let mut payment = opened("tea");
    let about = MpesaReceipt::parse(receipt).unwrap();
    let link = LinkId::parse("main").unwrap();
    let asked = unread::master_key().result_path("emulator", &link, &about);
    let confirm = format!(
        "/hooks/c2b/{number}/{}/confirm",
        operator::secret("C2B_SECRET")
    );
    let tell = |path: &str, what: &Value| {
        let reply = http::post(&format!("{}{path}", by_hand()), what);
        assert_eq!(reply.status, 200, "{}", reply.text);
    };
    tell(&asked, &unread::result(receipt, 150, number));
    let shown = operator::get(&by_hand(), &format!("receipts/{receipt}"));
    assert_eq!(
        shown.json()["receipt_facts"]["status"],
        "unmatched",
        "{}",
        shown.text
    );
    tell(
        &confirm,
        &unread::confirmation(receipt, 150, number, reference(&payment)),
    );
    payment.until_state("paid");
    assert_eq!(payment.view["receipt"], receipt);
}

#[test]
fn parts_by_hand_add_up_and_too_much_is_told() {
    let mut payment = opened("tea");
    http::post(&emulator("settings"), &json!({"validates_c2b": false}));
    pay_by_hand(reference(&payment), 100);
    payment.until_state("part_paid");
    heard_kind(&payment.view["account_reference"], "payment.part_paid");
    pay_by_hand(reference(&payment), 80);
    payment.until_state("paid").agrees();
    assert_eq!(payment.view["excess_kes"], 30);
    let told = heard_kind(&payment.view["account_reference"], "payment.overpaid");
    assert_eq!(told.payment()["excess_kes"], 30);
}

#[test]
fn an_echo_is_the_same_money() {
    for story in ["0000", "6060", "6061", "0404", "0222", "0111", "0500"] {
        let mut payment = Payment::pushed_at(&by_hand(), story);
        payment.until_state("paid");
        let told = heard_kind(&payment.view["account_reference"], "payment.paid");
        assert_eq!(told.payment()["received_kes"], 150, "{story}");
        payment.agrees();
    }
}

#[test]
fn a_shop_that_fails_hears_the_same_again() {
    let payment = opened("tea");
    be_deaf_once(&payment.view["account_reference"]);
    pay_by_hand(reference(&payment), 150);
    let all = heard(&payment.view["account_reference"], "it twice", |all| {
        all.len() > 1
    });
    assert_eq!((&all[0].id, &all[0].text), (&all[1].id, &all[1].text));
    assert_ne!(all[0].timestamp, all[1].timestamp, "signed anew");
    // The shop knows before we know that it does: what is asked for in between, its answer would settle.
    let path = format!("payments/{}", reference(&payment));
    operator::until(&by_hand(), &path, "heard", |shown| {
        shown.json()["deliveries"][0]["standing"] == "heard"
    });
    let asked = operator::post(&by_hand(), &format!("{path}/redeliver"), &json!({}));
    assert_eq!(asked.status, 200, "{}", asked.text);
    let all = heard(&payment.view["account_reference"], "it again", |all| {
        all.len() > 2
    });
    assert_eq!(all[2].id, all[0].id);
}

#[test]
fn a_typed_receipt_is_checked_and_never_believed() {
    let paid_by = |msisdn: &str, amount_kes: u64| {
        // Nobody's account: it waits as unmatched.
        let more = json!({
            "account_reference": format!("X{}", &fresh_reference()[1..]), "msisdn": msisdn,
            "amount_kes": amount_kes, "at_ms": (now_secs() - 200) * 1000,
        });
        dial(more).json()["receipt"].as_str().unwrap().to_owned()
    };
    let typed = |payment: &mut Payment, receipt: &str, status: &str| {
        assert_eq!(type_in(payment, receipt).status, 200);
        payment.until(status, |payment| payment.view["typed_status"] == status);
    };
    let paid_long_ago = |amount_kes: u64| paid_by(&phone_ending("4242"), amount_kes);
    // A push was sent to who paid it, and cancelled there.
    let phone = phone_ending("1032");
    emulator("ledger");
    let more = json!({"item": "tea", "phone": phone, "key": fresh_key()});
    let mut payment = Payment::opened_with(&by_hand(), more);
    payment.until_state("declined");
    let receipt = paid_by(&phone, 150);
    typed(&mut payment, &receipt.to_lowercase(), "counted");
    assert_eq!(
        (payment.state(), &payment.view["received_kes"]),
        ("paid", &json!(150))
    );

    // An order without a phone: there is nobody to compare the payer with.
    let mut stranger = opened("tea");
    typed(&mut stranger, &paid_long_ago(150), "needs_shop");
    assert_eq!(stranger.view["received_kes"], 0);

    let mut thief = opened("tea");
    typed(&mut thief, &receipt, "not_found_yet");
    typed(&mut thief, "AAAA1111BB", "not_found_yet");
    typed(&mut thief, &paid_long_ago(149), "not_found_yet");
    assert_eq!(thief.view["received_kes"], 0);

    let mut dear = opened("kiondo");
    typed(&mut dear, &paid_long_ago(1500), "needs_shop");
    heard_kind(&dear.view["account_reference"], "payment.review");

    typed(&mut thief, "AAAA2222BB", "not_found_yet");
    typed(&mut thief, "AAAA3333BB", "not_found_yet");
    is_refused(&type_in(&thief, "AAAA4444BB"), 409, "TOO_MANY_RECEIPTS");
    is_refused(&type_in(&thief, "no receipt!"), 422, "VALIDATION_ERROR");
}

#[test]
fn a_signed_order_is_one_payment_on_every_device() {
    let reference = fresh_reference();
    let order = signed_order(&reference);
    let first = open_order(&order).json();
    let mut second = Payment::opened_with(
        &by_hand(),
        json!({"order": order, "key": fresh_key(), "phone": phone_ending("0000")}),
    );
    assert_eq!(second.id(), first["id"].as_str().unwrap());
    second.until_state("paid").agrees();
    assert_eq!(open_order(&order).json()["state"], "paid");
    let told = heard_kind(&first["account_reference"], "payment.paid");
    assert_eq!(told.payment()["origin"], "signed");
    assert_eq!(told.payment()["reference"], reference.as_str());
    let mut dearer = claims(&reference);
    dearer["amount"] = json!(151);
    dearer["iat"] = json!(now_secs() + 1);
    is_refused(&open_order(&sign(&dearer)), 409, "REFERENCE_PAID");
}

#[test]
fn an_order_is_amended_only_forwards_and_only_while_nothing_moved() {
    let reference = fresh_reference();
    let mut order = claims(&reference);
    order["iat"] = json!(now_secs() - 100);
    let old = sign(&order);
    assert_eq!(open_order(&old).status, 200);
    order["iat"] = json!(now_secs() - 50);
    order["amount"] = json!(200);
    let amended = open_order(&sign(&order));
    assert_eq!(amended.json()["due_kes"], 200, "{}", amended.text);
    is_refused(&open_order(&old), 409, "ORDER_CHANGED");
    let mut payment = Payment::opened_with(
        &by_hand(),
        json!({"order": sign(&order), "key": fresh_key(), "phone": phone_ending("5555")}),
    );
    payment.until_state("awaiting_pin");
    order["iat"] = json!(now_secs());
    order["amount"] = json!(300);
    is_refused(&open_order(&sign(&order)), 409, "ORDER_CHANGED");
}

#[test]
fn what_strangers_sign_is_no_order() {
    let good = claims(&fresh_reference());
    let with = |name: &str, value: Value| {
        let mut changed = good.clone();
        changed[name] = value;
        sign(&changed)
    };
    let other_key = EncodingKey::from_secret(&[7; 32]);
    let forged = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &good, &other_key).unwrap();
    let parts: Vec<String> = sign(&good).split('.').map(str::to_owned).collect();
    let unsigned = format!("eyJhbGciOiJub25lIn0.{}.", parts[1]);
    for order in [
        forged,
        unsigned,
        with("aud", json!("malipo:production:main")),
        with("aud", json!("malipo:emulator:other")),
        with("amount", json!(0)),
        with("amount", json!(-5)),
        with("amount", json!("150")),
        with("exp", Value::Null),
        format!("{}.{}.{}", parts[0], parts[1], parts[0]),
    ] {
        is_refused(&open_order(&order), 422, "INVALID_ORDER");
    }
    let expired = with("exp", json!(now_secs() - 1));
    is_refused(&open_order(&expired), 409, "ORDER_EXPIRED");
}

#[test]
fn mpesa_is_told_what_may_be_paid_by_hand() {
    let payment = opened("tea");
    let may_pay = |amount: &str, bill_ref: &str| {
        let body = json!({
            "TransactionType": "Pay Bill", "TransID": "QAB1CD2EF3", "TransTime": "20260101120000",
            "TransAmount": amount, "BusinessShortCode": "600426", "BillRefNumber": bill_ref,
            "MSISDN": "2547 ***** 149",
        });
        http::post(&c2b_url("validate"), &body).json()["ResultCode"].clone()
    };
    assert_eq!(may_pay("149.00", reference(&payment)), "C2B00013");
    assert_eq!(may_pay("150.00", "NOSUCHORDER"), "0", "on any doubt");
    assert_eq!(may_pay("150.00", &reference(&payment).to_lowercase()), "0");
    assert_eq!(
        may_pay("150.00", reference(&payment)),
        "C2B00016",
        "somebody is paying it"
    );
}

fn c2b_url(call: &str) -> String {
    let secret = operator::secret("C2B_SECRET");
    format!("{}/hooks/c2b/600426/{secret}/{call}", by_hand())
}

#[test]
fn forged_confirmations_are_not_heard() {
    let payment = opened("tea");
    let body = json!({
        "TransactionType": "Pay Bill", "TransID": "QZZ1CD2EF3", "TransTime": "20260101120000",
        "TransAmount": "150.00", "BusinessShortCode": "600426",
        "BillRefNumber": reference(&payment), "MSISDN": "2547 ***** 149",
    });
    let good = c2b_url("confirm");
    let secret = operator::secret("C2B_SECRET");
    for url in [
        good.replace(&secret, &"0".repeat(secret.len())),
        good.replace(&secret, &secret[1..]),
        good.replace("600426", "174379"),
        format!("{good}/more"),
        good.replace("/confirm", "/pay"),
    ] {
        assert_eq!(http::post(&url, &body).status, 404, "{url}");
        assert_eq!(
            http::post(&url.replace("confirm", "validate"), &body).status,
            404
        );
    }
    let known = operator::get(&by_hand(), "receipts/QZZ1CD2EF3");
    assert_eq!(known.status, 404, "{}", known.text);
    // With the right secret nothing is thrown away, whatever it is.
    assert_eq!(http::post(&good, &json!({"TransID": ""})).status, 200);
}
