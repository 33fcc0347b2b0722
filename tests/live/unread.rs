//! M-PESA calls, and the settings of whom it calls cannot be read: it calls once, so what it says is kept until they can.

use crate::deployment::{ask, c2b_secret, deployment, make};
use crate::http;
use crate::ledger::{ring_schedule, sql};
use crate::operator::secret;
use crate::strangers::success;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use malipo_engine::master_key::{Address, CallbackTarget, MasterKey, RefundTarget, RefundWord};
use malipo_shared::{AccountReference, LinkId, MpesaReceipt};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(45);
/// Nobody else's, so that no other test misses it.
const NUMBER: &str = "600555";
/// In the emulator's environment M-PESA calls from the first, strangers from the second.
const KNOWN: &str = "127.0.0.1";
const STRANGER: &str = "192.0.2.1";

pub(crate) fn master_key() -> MasterKey {
    MasterKey::new(&STANDARD.decode(secret("MASTER_KEY")).unwrap()).unwrap()
}

/// From here on the settings of whom M-PESA calls so cannot be read; nobody's, if it is empty.
#[track_caller]
fn hide(name: &str) {
    let url = format!("{}/_faults/hide/{name}", deployment());
    assert_eq!(http::post(&url, &json!({})).status, 200);
}

#[track_caller]
fn call_from(address: &str, path: &str, body: &Value) -> u16 {
    let url = format!("{}{path}", deployment());
    let headers = [("CF-Connecting-IP", address)];
    http::send("POST", &url, &headers, &body.to_string()).status
}

/// So many messages of this merchant's sweep lie in the inbox under this name.
#[track_caller]
fn check_lying(link: &str, name: &str, how_many: usize) {
    let count = "SELECT COUNT(*) AS n FROM inbox WHERE link =";
    let answer = sql(
        "MERCHANTS",
        &format!("{count} '{link}' AND name = '{name}'"),
    );
    assert!(answer.contains(&format!("\"n\":{how_many}}}")), "{answer}");
}

/// Rings the schedule, each time as if the inbox had waited long enough.
#[track_caller]
fn sweep() {
    sql(
        "MERCHANTS",
        "UPDATE inbox SET next_at_ms = 0 WHERE name = 'hooks'",
    );
    ring_schedule("MERCHANTS");
}

/// A payment by hand to `number` for `account`, as M-PESA confirms it.
pub(crate) fn confirmation(receipt: &str, amount_kes: u64, number: &str, account: &str) -> Value {
    json!({
        "TransactionType": "Pay Bill", "TransID": receipt, "TransTime": "20260101120000", "TransAmount": format!("{amount_kes}.00"),
        "BusinessShortCode": number, "BillRefNumber": account, "MSISDN": "2547 ***** 149",
    })
}

/// The same money, as M-PESA answers when it is asked about the receipt.
pub(crate) fn result(receipt: &str, amount_kes: u64, number: &str) -> Value {
    let parameters = [
        ("ReceiptNo", receipt.to_owned()),
        ("Amount", amount_kes.to_string()),
        ("TransactionStatus", "Completed".to_owned()),
        ("FinalisedTime", "20260101120000".to_owned()),
        ("DebitPartyName", "254708374149 - A NAME".to_owned()),
        ("CreditPartyName", format!("{number} - A SHOP")),
    ];
    let parameters = parameters.map(|(key, value)| json!({"Key": key, "Value": value}));
    json!({"Result": {
        "ResultType": 0, "ResultCode": 0, "ResultDesc": "x", "OriginatorConversationID": "1", "ConversationID": "AG_1",
        "TransactionID": receipt, "ResultParameters": {"ResultParameter": parameters},
    }})
}

#[test]
fn what_is_said_meanwhile_is_heard_once_they_can_be_read() {
    let (asked, by_hand) = ("QHK1CD2EF3", "QHK1CD2EF4");
    let told = confirmation(by_hand, 110, NUMBER, "NOSUCHORDER");
    let shop = make("later", "600777", &json!({"PAYBILL": NUMBER}));
    let link = LinkId::parse(shop.link).unwrap();
    let about = MpesaReceipt::parse(asked).unwrap();
    let result_path = master_key().result_path("emulator", &link, &about);
    let c2b = |call: &str| format!("/hooks/c2b/{NUMBER}/{}/{call}", c2b_secret(shop.link));
    let shown = |receipt: &str| {
        let path = format!("receipts/{receipt}");
        ask(&shop.key, "GET", &path, &Value::Null)
    };

    hide(shop.link);
    assert_eq!(
        call_from(STRANGER, &result_path, &result(asked, 110, NUMBER)),
        200
    );
    check_lying(shop.link, "hooks", 1);
    sweep();
    check_lying(shop.link, "hooks", 1);
    hide(NUMBER);
    // Of C2B the secret cannot be compared now: strangers leave nothing, and a question is not answered.
    assert_eq!(call_from(STRANGER, &c2b("confirm"), &told), 500);
    assert_eq!(call_from(KNOWN, &c2b("validate"), &told), 500);
    check_lying("main", "hooks", 0);
    let forged = c2b("confirm").replace(&c2b_secret(shop.link), &secret("C2B_SECRET"));
    for path in [&c2b("confirm"), &forged] {
        assert_eq!(call_from(KNOWN, path, &told), 200);
    }
    check_lying("main", "hooks", 2);
    sweep();
    check_lying("main", "hooks", 2);

    hide("");
    let began = Instant::now();
    for receipt in [asked, by_hand] {
        let mut reply = shown(receipt);
        while reply.status != 200 {
            assert!(began.elapsed() < PATIENCE, "{receipt}: {}", reply.text);
            sweep();
            reply = shown(receipt);
        }
        let facts = &reply.json()["receipt_facts"];
        assert_eq!(facts["amount_kes"], 110, "{}", reply.text);
    }
    check_lying(shop.link, "hooks", 0);
    // What has another secret is not heard, and does not lie there for ever.
    for _ in 0..4 {
        sweep();
    }
    check_lying("main", "hooks", 0);
}

#[test]
fn what_is_told_to_a_payment_of_an_unknown_merchant_lies_in_the_inbox() {
    // Nobody's yet: as when its merchant is not known here. Its payment cannot take it either.
    let address = Address {
        env: "emulator".to_owned(),
        link: LinkId::parse("unborn").unwrap(),
        reference: AccountReference::parse("L00000000001").unwrap(),
    };
    let callback = CallbackTarget {
        address: address.clone(),
        attempt: 1,
    };
    let refund = RefundTarget {
        address: address.clone(),
        refund: 1,
        word: RefundWord::Result,
    };
    let key = master_key();
    let paths = [key.stk_callback_path(&callback), key.refund_path(&refund)];
    for (n, path) in paths.iter().enumerate() {
        assert_eq!(call_from(STRANGER, path, &success(150)), 200, "{path}");
        check_lying("unborn", &address.to_string(), n + 1);
        let forged = path.replace("756e626f726e", "756e626f726f");
        assert_ne!(&forged, path);
        assert_eq!(call_from(KNOWN, &forged, &success(150)), 404, "{forged}");
    }
}
