//! A page that is not among the shop's: what it reads, and what is said of settings under which no page can be.

use crate::deployment::{admin, deployment, is_refused, make, of, settings};
use crate::house::{fresh_key, worker};
use crate::http::{self, Reply, at};
use serde_json::{Value, json};

fn open(base: &str, origin: &str) -> Reply {
    let body = json!({"item": "tea", "key": fresh_key()}).to_string();
    let url = format!("{base}/v1/payments");
    http::send("POST", &url, &[("Origin", origin)], &body)
}

fn preflight(base: &str, origin: &str) -> Reply {
    let headers = [
        ("Origin", origin),
        ("Access-Control-Request-Method", "POST"),
        ("Access-Control-Request-Headers", "content-type"),
    ];
    http::send("OPTIONS", &format!("{base}/v1/payments"), &headers, "")
}

/// Whether the page may read it, and the message.
#[track_caller]
fn readable(reply: &Reply, origin: &str, code: &str) -> String {
    assert_eq!(reply.header("access-control-allow-origin"), Some(origin));
    assert_eq!(reply.header("vary"), Some("Origin"));
    let json = reply.json();
    assert_eq!(json["error"]["code"], code, "{json}");
    json["error"]["message"].as_str().unwrap().to_owned()
}

#[test]
fn a_page_that_is_not_listed_reads_its_address_and_the_setting() {
    for origin in ["https://elsewhere.example", "http://127.0.0.1:4", "null"] {
        // The browser asks before it sends JSON: refused there, the reason would stay unread.
        let asked = preflight(&worker(), origin);
        assert_eq!(asked.status, 204);
        assert_eq!(asked.header("access-control-allow-origin"), Some(origin));
        let message = readable(&open(&worker(), origin), origin, "ORIGIN_NOT_ALLOWED");
        for part in [origin, "MERCHANT_ORIGINS", "`main`"] {
            assert!(message.contains(part), "{message}");
        }
    }
    // Nothing of a payment is read by such a page, not even that there is none.
    let url = format!("{}/v1/payments/pay_nobody", worker());
    let read = http::send("GET", &url, &[("Origin", "https://elsewhere.example")], "");
    readable(&read, "https://elsewhere.example", "ORIGIN_NOT_ALLOWED");
}

#[test]
fn where_there_is_no_merchant_the_page_reads_so() {
    let origin = "https://shop.example";
    let wrong = at("MALIPO_SANDBOX_URL");
    assert_eq!(preflight(&wrong, origin).status, 204);
    readable(&open(&wrong, origin), origin, "MISCONFIGURED");
    let nobody = of("nobody");
    assert_eq!(preflight(&nobody, origin).status, 204);
    readable(&open(&nobody, origin), origin, "NOT_FOUND");
    // And a customer with a payment link reads a sentence.
    for (page, status, says) in [
        (
            format!("{wrong}/pay/tea?lang=en"),
            503,
            "tell the shop (MISCONFIGURED)",
        ),
        (
            format!("{nobody}/pay/?lang=sw"),
            404,
            "wajulishe wenye duka (NOT_FOUND)",
        ),
    ] {
        let reply = http::get(&page);
        assert_eq!(reply.status, status, "{page}: {}", reply.text);
        assert_eq!(
            reply.header("content-type"),
            Some("text/html; charset=utf-8")
        );
        assert!(reply.text.contains(says), "{page}: {}", reply.text);
    }
}

#[test]
fn what_is_meant_in_one_way_only_works_and_the_rest_is_named_on_save() {
    deployment();
    let origins = "https://Norm.Example:443/ https://norm2.example,,";
    let more = json!({ "PAYBILL": "600997", "MERCHANT_ORIGINS": origins });
    let made = make("norm", "600777", &more);
    for origin in ["https://norm.example", "https://norm2.example"] {
        let opened = open(&of(made.link), origin);
        assert_eq!(opened.status, 200, "{origin}: {}", opened.text);
    }
    let with = |name: &str, value: Value| {
        let mut settings = settings("never", "600777");
        settings["PAYBILL"] = json!("600998");
        settings[name] = value;
        admin("POST", "merchants", &settings)
    };
    for (value, says) in [
        (json!("shop.example"), "write https://shop.example"),
        (
            json!("https://shop.example/shop"),
            "write https://shop.example",
        ),
        (json!("*"), "MERCHANT_ORIGINS: `*`"),
        (json!("null"), "MERCHANT_ORIGINS: `null`"),
        (
            json!("https://shop.example,shop2.example"),
            "`shop2.example`",
        ),
        (
            json!(["https://shop.example"]),
            "MERCHANT_ORIGINS must be one text",
        ),
    ] {
        let refused = with("MERCHANT_ORIGINS", value);
        is_refused(&refused, 422, "VALIDATION_ERROR");
        assert!(refused.text.contains(says), "{says}: {}", refused.text);
    }
    let twice = json!([
        {"id": "tea", "amount_kes": 1, "description": "x"},
        {"id": "tea", "amount_kes": 2, "description": "y"},
    ]);
    let refused = with("ITEMS", twice);
    assert!(
        refused.text.contains("`tea` is there twice"),
        "{}",
        refused.text
    );
}
