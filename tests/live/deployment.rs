//! A deployment of several merchants, as a test meets it: its operator's calls, and two shops that lie beside the one of
//! the variables.

use crate::house::{Payment, emulator, fresh_key};
use crate::http::{self, Reply, at};
use crate::operator::secret;
use serde_json::{Value, json};
use std::sync::OnceLock;

/// A merchant that a test has made, with an API key.
pub(crate) struct Shop {
    pub(crate) link: &'static str,
    pub(crate) key: String,
    pub(crate) settings: Value,
}

/// The deployment's address.
pub(crate) fn deployment() -> String {
    crate::shop::open();
    at("MALIPO_MERCHANTS_URL")
}

/// The address below which one merchant's pages and calls are.
pub(crate) fn of(link: &str) -> String {
    format!("{}/m/{link}", deployment())
}

/// Asks as the deployment's operator.
#[track_caller]
pub(crate) fn admin(method: &str, path: &str, body: &Value) -> Reply {
    let url = format!("{}/v1/admin/{path}", deployment());
    bearing(&secret("ADMIN_KEY"), method, &url, body)
}

/// Asks as a shop's server, with its key alone.
#[track_caller]
pub(crate) fn ask(key: &str, method: &str, path: &str, body: &Value) -> Reply {
    let url = format!("{}/v1/merchant/{path}", deployment());
    bearing(key, method, &url, body)
}

#[track_caller]
fn bearing(key: &str, method: &str, url: &str, body: &Value) -> Reply {
    let bearer = format!("Bearer {key}");
    let headers = [
        ("Authorization", bearer.as_str()),
        ("Content-Type", "application/json"),
    ];
    let body = if method == "GET" {
        String::new()
    } else {
        body.to_string()
    };
    http::send(method, url, &headers, &body)
}

/// Makes an API key of a merchant; the key and its id.
#[track_caller]
pub(crate) fn make_key(link: &str, name: &str) -> (String, String) {
    let path = format!("merchants/{link}/keys");
    let made = admin("POST", &path, &json!({"name": name}));
    assert_eq!(made.status, 200, "{}", made.text);
    let made = made.json();
    let text = |name: &str| made[name].as_str().unwrap().to_owned();
    (text("key"), text("id"))
}

/// A value of what the emulator knows beside its usual merchants: `another-consumer-key`, `600777`, …
#[track_caller]
fn at_mpesa(begins: &str) -> Vec<String> {
    let all = at("MALIPO_MERCHANTS_DARAJA");
    let mut words = all.split(' ').filter(|word| word.starts_with(begins));
    let parts = words.next().unwrap().split(':').map(str::to_owned);
    parts.collect()
}

/// Settings of a merchant whose numbers M-PESA knows: the first of them names it.
#[track_caller]
pub(crate) fn settings(link: &str, number: &str) -> Value {
    let (app, mpesa) = (at_mpesa("another-"), at_mpesa(number));
    let mut settings = json!({
        "LINK_ID": link,
        "SHOP_NAME": format!("The shop {link}"),
        "SHOP_CONTACT": format!("the {link} at the gate"),
        "DARAJA_CONSUMER_KEY": app[0],
        "DARAJA_CONSUMER_SECRET": app[1],
        "DARAJA_PASSKEY": mpesa.last().unwrap(),
        "ITEMS": [{"id": "tea", "amount_kes": 110, "description": "Tea of another shop"}],
        "ORDER_SECRET": format!("order-secret-of-{link}-and-32-bytes-long"),
        "WEBHOOK_URL": format!("http://127.0.0.1:{}/webhook", at("MALIPO_SHOP_PORT")),
        "WEBHOOK_SECRET": secret("WEBHOOK_SECRET"),
        "C2B_SECRET": c2b_secret(link),
        "MERCHANT_ORIGINS": format!("https://{link}.example"),
    });
    match mpesa.as_slice() {
        [store, till, _] => {
            settings["TILL_STORE"] = json!(store);
            settings["TILL_NUMBER"] = json!(till);
        }
        _ => settings["PAYBILL"] = json!(number),
    }
    settings
}

/// Hex that only this merchant has.
pub(crate) fn c2b_secret(link: &str) -> String {
    let digits: String = link.bytes().map(|b| format!("{b:02x}")).collect();
    format!("{digits:c<40}")
}

/// Makes a merchant.
#[track_caller]
pub(crate) fn make(link: &'static str, number: &str, more: &Value) -> Shop {
    let mut settings = settings(link, number);
    settings
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    let made = admin("POST", "merchants", &settings);
    assert_eq!(made.status, 200, "{}", made.text);
    Shop {
        link,
        key: make_key(link, "tests").0,
        settings,
    }
}

/// A shop with a Pay Bill, whose payments by hand are reported.
pub(crate) fn duka() -> &'static Shop {
    static DUKA: OnceLock<Shop> = OnceLock::new();
    DUKA.get_or_init(|| {
        let more = json!({"C2B_REGISTERED": true, "AUTO_CLAIM_MAX_KES": 500});
        let duka = make("duka", "600777", &more);
        let said = ask(&duka.key, "POST", "c2b/register", &json!({})).json();
        assert_eq!(said["outcome"], "registered", "{said}");
        assert_eq!(said["shortcode"], "600777", "{said}");
        duka
    })
}

/// A shop with a till, which counts typed receipts by itself.
pub(crate) fn soko() -> &'static Shop {
    static SOKO: OnceLock<Shop> = OnceLock::new();
    SOKO.get_or_init(|| {
        let more = json!({"C2B_REGISTERED": true, "AUTO_CLAIM_MAX_KES": 500});
        make("soko", "400111", &more)
    })
}

#[track_caller]
pub(crate) fn is_refused(reply: &Reply, status: u16, code: &str) {
    assert_eq!(reply.status, status, "{}", reply.text);
    assert_eq!(reply.json()["error"]["code"], code, "{}", reply.text);
}

/// A payment of the tea, without a push.
#[track_caller]
pub(crate) fn opened(base: &str) -> Payment {
    emulator("ledger");
    Payment::opened_with(base, json!({"item": "tea", "key": fresh_key()}))
}
