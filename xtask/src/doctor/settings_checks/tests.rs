//! A good configuration, and each fault that can be planted in it.

use serde_json::{Value, json};

use super::*;

fn vars() -> Value {
    json!({
        "DARAJA_ENV": "production",
        "PUBLIC_BASE_URL": "https://pay.example",
        "MERCHANT_ORIGINS": "https://shop.example",
        "SHOP_NAME": "Duka", "SHOP_CONTACT": "0700", "PAYBILL": "600426",
        "ITEMS": [{"id": "tea", "amount_kes": 150, "description": "Tea"}],
        "WEBHOOK_URL": "https://shop.example/malipo",
        "C2B_REGISTERED": "true",
    })
}

const SECRETS: [(&str, &str); 9] = [
    ("DARAJA_CONSUMER_KEY", "key"),
    ("DARAJA_CONSUMER_SECRET", "secret"),
    ("DARAJA_PASSKEY", "00112233445566778899aabbccddeeff"),
    ("MASTER_KEY", "q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s="),
    ("ORDER_SECRET", "00112233445566778899aabbccddeeff"),
    (
        "WEBHOOK_SECRET",
        "whsec_q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s=",
    ),
    ("API_KEY", "00112233445566778899aabbccddeeff"),
    ("ADMIN_KEY", "ffeeddccbbaa99887766554433221100"),
    ("C2B_SECRET", "00112233445566778899aabbccddeeff"),
];

/// Finds exactly this; nothing at all if none is expected.
#[track_caller]
fn check(vars: Value, secrets: &[(&str, &str)], expected: Option<(&str, &str)>) {
    let mut report = Report::default();
    examine(&Settings::of(vars, secrets), &mut report);
    let json = report.as_json();
    let found: Vec<_> = json["findings"].as_array().unwrap().iter().collect();
    match expected {
        None => assert!(found.is_empty(), "{found:?}"),
        Some((check, words)) => {
            assert_eq!(found.len(), 1, "{found:?}");
            assert_eq!(found[0]["check"], check, "{found:?}");
            let what = found[0]["what"].as_str().unwrap();
            assert!(what.contains(words), "{what}");
            for part in ["why", "do"] {
                assert!(!found[0][part].as_str().unwrap().is_empty(), "{found:?}");
            }
        }
    }
}

#[test]
fn a_good_configuration_has_no_finding() {
    check(vars(), &SECRETS, None);
    let mut least = vars();
    for name in ["WEBHOOK_URL", "C2B_REGISTERED", "MERCHANT_ORIGINS"] {
        least.as_object_mut().unwrap().remove(name);
    }
    check(least, &SECRETS[..4], None);
}

#[test]
fn each_fault_of_a_secret_is_found_and_nothing_else() {
    let key_of_16 = "q6urq6urq6urq6urq6urqw==";
    for (name, value, words) in [
        ("DARAJA_CONSUMER_KEY", "", "missing"),
        ("DARAJA_CONSUMER_SECRET", "", "missing"),
        ("DARAJA_PASSKEY", "", "missing"),
        (
            "DARAJA_PASSKEY",
            "00112233445566778899aabbccddeeff ",
            "white space",
        ),
        ("DARAJA_PASSKEY", "0011 2233", "white space"),
        ("DARAJA_CONSUMER_KEY", "key\n", "white space"),
        ("MASTER_KEY", "", "missing"),
        ("MASTER_KEY", "not base64!", "white space"),
        ("MASTER_KEY", "not-base64", "32 random bytes"),
        ("MASTER_KEY", key_of_16, "32 random bytes"),
        ("ORDER_SECRET", "short", "32 bytes"),
        (
            "WEBHOOK_SECRET",
            "q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s=",
            "whsec_",
        ),
        ("API_KEY", "short", "API_KEY must be 32 characters"),
        ("ADMIN_KEY", "short", "ADMIN_KEY must be 32 characters"),
        ("ADMIN_KEY", "ffee ddcc", "ADMIN_KEY has white space"),
        (
            "C2B_SECRET",
            "00112233445566778899AABBCCDDEEFF",
            "lower-case hex",
        ),
    ] {
        let planted =
            SECRETS.map(|(known, good)| (known, if known == name { value } else { good }));
        check(vars(), &planted, Some(("secrets", words)));
    }
}

#[test]
fn each_fault_of_a_variable_is_found_and_nothing_else() {
    for (name, value, expected) in [
        ("DARAJA_ENV", json!("live"), ("shop", "DARAJA_ENV")),
        ("SHOP_NAME", json!(""), ("shop", "SHOP_NAME")),
        ("SHOP_CONTACT", json!(null), ("shop", "SHOP_CONTACT")),
        ("PAYBILL", json!(""), ("shop", "who is paid")),
        ("TILL_STORE", json!("174378"), ("shop", "who is paid")),
        ("PAYBILL", json!("12"), ("shop", "PAYBILL")),
        ("PAYBILL", json!(174_379), ("shop", "sandbox's shortcode")),
        ("LINK_ID", json!("My Shop"), ("shop", "LINK_ID")),
        ("ITEMS", json!([]), ("shop", "nothing can be paid")),
        (
            "ITEMS",
            json!([{"id": "tea", "amount_kes": 1.5, "description": "x"}]),
            ("shop", "ITEMS cannot be read"),
        ),
        (
            "OPEN_AMOUNT",
            json!({"min_kes": 9, "max_kes": 8}),
            ("shop", "min_kes"),
        ),
        ("PUBLIC_BASE_URL", json!(null), ("address", "missing")),
        (
            "PUBLIC_BASE_URL",
            json!("http://pay.example"),
            ("address", "https://"),
        ),
        (
            "PUBLIC_BASE_URL",
            json!("https://mpesa.example"),
            ("address", "mpesa"),
        ),
        (
            "PUBLIC_BASE_URL",
            json!("https://exercise.example"),
            ("address", "exe"),
        ),
        (
            "MERCHANT_ORIGINS",
            json!("https://a.example,http://b.example"),
            ("address", "http://b.example"),
        ),
        (
            "MERCHANT_ORIGINS",
            json!("shop.example"),
            ("address", "write https://shop.example"),
        ),
        (
            "MERCHANT_ORIGINS",
            json!("https://Shop.Example/, https://shop.example/shop"),
            ("address", "write https://shop.example"),
        ),
        ("MERCHANT_ORIGINS", json!("*"), ("address", "list each")),
        (
            "MERCHANT_ORIGINS",
            json!(["https://shop.example"]),
            ("address", "one text"),
        ),
        (
            "PUBLIC_BASE_URL",
            json!("https://pay.example/base"),
            ("address", "write https://pay.example"),
        ),
        (
            "PUBLIC_BASE_URL",
            json!("https://localhost"),
            ("address", "this machine"),
        ),
        (
            "ITEMS",
            json!([{"id": "tea", "amount_kes": 1, "description": "x"}, {"id": "tea", "amount_kes": 2, "description": "y"}]),
            ("shop", "there twice"),
        ),
        (
            "ITEMS",
            json!([{"id": "tea", "amount_kes": 1, "description": ""}]),
            ("shop", "no description"),
        ),
        ("DARAJA_INITIATOR", json!("malipo"), ("c2b", "only one")),
        (
            "ACCESS_TEAM_DOMAIN",
            json!("https://team.cloudflareaccess.com"),
            ("shop", "only one of ACCESS_TEAM_DOMAIN"),
        ),
        (
            "WEBHOOK_URL",
            json!("http://shop.example"),
            ("webhook", "WEBHOOK_URL"),
        ),
        (
            "WEBHOOK_URL",
            json!("https://10.0.0.1/x"),
            ("webhook", "WEBHOOK_URL"),
        ),
        (
            "WEBHOOK_URL",
            json!("https://pay.example/x"),
            ("webhook", "WEBHOOK_URL"),
        ),
        (
            "MASTER_KEY",
            json!("q6ur"),
            ("secrets", "stands in wrangler.toml"),
        ),
        (
            "ADMIN_KEY",
            json!("ffeeddccbbaa99887766554433221100"),
            ("secrets", "ADMIN_KEY stands in wrangler.toml"),
        ),
    ] {
        let mut planted = vars();
        planted
            .as_object_mut()
            .unwrap()
            .insert(name.to_owned(), value);
        check(planted, &SECRETS, Some(expected));
    }
}

#[test]
fn cloudflare_access_is_a_team_and_a_tag() {
    let with = |team: &str| {
        let mut planted = vars();
        planted["ACCESS_TEAM_DOMAIN"] = team.into();
        planted["ACCESS_AUD"] = "ab".repeat(32).into();
        planted
    };
    check(with("https://team.cloudflareaccess.com"), &SECRETS, None);
    for wrong in ["team", "http://127.0.0.1:8080"] {
        check(with(wrong), &SECRETS, Some(("shop", "ACCESS_TEAM_DOMAIN")));
    }
}

#[test]
fn what_needs_a_secret_says_so() {
    let without = |name: &str| -> Vec<(&str, &str)> {
        SECRETS
            .into_iter()
            .filter(|(known, _)| *known != name)
            .collect()
    };
    check(
        vars(),
        &without("C2B_SECRET"),
        Some(("c2b", "C2B_SECRET is missing")),
    );
    check(
        vars(),
        &without("WEBHOOK_SECRET"),
        Some(("webhook", "WEBHOOK_SECRET")),
    );
}
