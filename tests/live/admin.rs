//! The deployment's operator: merchants are made, changed and switched off, API keys made and revoked; no secret comes out.

use crate::deployment::{
    admin, ask, deployment, duka, is_refused, make, make_key, of, opened, settings, soko,
};
use crate::house::{Payment, fresh_key};
use crate::http::{self, at};
use crate::operator::secret;
use crate::shop::heard_kind;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

#[test]
fn a_key_is_shown_once_rotated_and_revoked() {
    let link = duka().link;
    let (first, first_id) = make_key(link, "till one");
    let (second, _) = make_key(link, "till two");
    let unmatched = |key: &str| ask(key, "GET", "unmatched", &Value::Null);
    assert_eq!(
        (unmatched(&first).status, unmatched(&second).status),
        (200, 200)
    );
    let listed = admin("GET", &format!("merchants/{link}/keys"), &Value::Null);
    assert!(listed.text.contains("till one"), "{}", listed.text);
    assert!(!listed.text.contains(&first), "{}", listed.text);
    let revoke = format!("merchants/{link}/keys/{first_id}/revoke");
    let elsewhere = format!("merchants/{}/keys/{first_id}/revoke", soko().link);
    is_refused(&admin("POST", &elsewhere, &json!({})), 404, "NOT_FOUND");
    assert_eq!(unmatched(&first).status, 200);
    assert_eq!(admin("POST", &revoke, &json!({})).status, 200);
    is_refused(&unmatched(&first), 401, "INVALID_API_KEY");
    assert_eq!(unmatched(&second).status, 200);
    let forged = second.replace("mlp_duka_", "mlp_soko_");
    is_refused(&unmatched(&forged), 401, "INVALID_API_KEY");

    // The merchant of the variables may have such keys too.
    let (own, _) = make_key("main", "bookkeeper");
    assert_eq!(unmatched(&own).status, 200);
}

#[test]
fn what_is_said_beside_a_key_must_agree() {
    let ask_with = |headers: &[(&str, &str)], base: &str| {
        http::send("GET", &format!("{base}/v1/merchant/unmatched"), headers, "")
    };
    let key = duka().key.as_str();
    let here = deployment();
    let good = ask_with(&[("apikey", key), ("linkid", "duka")], &here);
    assert_eq!(good.status, 200, "{}", good.text);
    for (headers, code) in [
        (vec![], "MISSING_HEADERS"),
        (vec![("apikey", key)], "MISSING_HEADERS"),
        (vec![("linkid", "duka")], "MISSING_HEADERS"),
        (
            vec![("apikey", key), ("linkid", soko().link)],
            "INVALID_LINK_ID",
        ),
        (
            vec![("apikey", key), ("linkid", "nobody")],
            "INVALID_LINK_ID",
        ),
        (
            vec![("apikey", "nonsense"), ("linkid", "duka")],
            "INVALID_API_KEY",
        ),
    ] {
        is_refused(&ask_with(&headers, &here), 401, code);
    }
    let beside = ask_with(&[("apikey", key), ("linkid", "duka")], &of("soko"));
    is_refused(&beside, 401, "INVALID_LINK_ID");
}

#[test]
fn a_merchant_switched_off_begins_nothing_and_ends_what_is_under_way() {
    let kiosk = make("kiosk", "600888", &json!({}));
    let base = of(kiosk.link);
    let mut payment = Payment::pushed_at(&base, "4999");
    payment.until_state("awaiting_pin");
    let switch = |how: &str| {
        let done = admin("POST", &format!("merchants/kiosk/{how}"), &json!({}));
        assert_eq!(done.status, 200, "{}", done.text);
    };
    switch("deactivate");
    let open = || {
        let body = json!({"item": "tea", "key": fresh_key()});
        http::post(&format!("{base}/v1/payments"), &body)
    };
    is_refused(&open(), 401, "INACTIVE_SHORTCODE");
    assert_eq!(http::get(&format!("{base}/pay/tea")).status, 401);
    let asked = ask(&kiosk.key, "GET", "unmatched", &Value::Null);
    is_refused(&asked, 401, "INACTIVE_SHORTCODE");
    is_refused(&payment.push(json!({})), 401, "INACTIVE_SHORTCODE");
    payment.until_state("paid").agrees();
    heard_kind(&payment.view["account_reference"], "payment.paid");
    switch("activate");
    assert_eq!(open().status, 200);
    assert_eq!(
        ask(&kiosk.key, "GET", "unmatched", &Value::Null).status,
        200
    );
}

#[test]
fn a_number_belongs_to_one_link_and_every_wrong_setting_is_named() {
    duka();
    let add = |settings: &Value| admin("POST", "merchants", settings);
    let says = |settings: &Value, words: &[&str]| {
        let reply = add(settings);
        is_refused(&reply, 422, "VALIDATION_ERROR");
        for word in words {
            assert!(reply.text.contains(word), "{word}: {}", reply.text);
        }
    };
    let with = |name: &str, value: Value| {
        let mut settings = settings("pili", "600888");
        settings[name] = value;
        settings
    };
    says(&with("PAYBILL", json!("600777")), &["600777", "`duka`"]);
    // 31 characters; 23 bytes.
    let short = [
        ("ORDER_SECRET", "0123456789012345678901234567890"),
        ("WEBHOOK_SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaQ="),
    ];
    for (name, nearly) in short {
        for short in ["short", "whsec_", nearly] {
            says(&with(name, json!(short)), &[name]);
        }
    }
    says(&with("PAYBILL", json!("174379")), &["174379", "`main`"]);
    says(
        &with("LINK_ID", json!("duka")),
        &["`duka` is a merchant already"],
    );
    says(&with("LINK_ID", json!("main")), &["LINK_ID", "main"]);
    says(&with("LINK_ID", json!("Main")), &["LINK_ID"]);
    says(
        &with("PAYBIL", json!("1")),
        &["PAYBIL is not a variable of a merchant"],
    );
    says(
        &with("MASTER_KEY", json!("x")),
        &["MASTER_KEY is the same for all"],
    );
    says(&with("API_KEY", json!("x")), &["API_KEY", "key add"]);
    says(
        &with("WEBHOOK_URL", json!("http://10.0.0.1/")),
        &["WEBHOOK_URL"],
    );
    says(&with("ITEMS", Value::Null), &["nothing can be paid"]);
    says(
        &json!({"LINK_ID": "pili"}),
        &[
            "SHOP_NAME",
            "DARAJA_PASSKEY",
            "DARAJA_CONSUMER_KEY",
            "PAYBILL",
        ],
    );
    let listed = admin("GET", "merchants", &Value::Null).json();
    let links: Vec<_> = listed["merchants"].as_array().unwrap().iter().collect();
    assert_eq!(links[0]["link"], "main");
    assert!(
        links.iter().all(|merchant| merchant["link"] != "pili"),
        "{listed}"
    );
}

#[test]
fn settings_change_one_by_one_and_no_secret_comes_out() {
    let link = soko().link;
    let path = format!("merchants/{link}");
    let changed = admin("POST", &path, &json!({"SHOP_CONTACT": "0700 000 001"}));
    assert_eq!(changed.status, 200, "{}", changed.text);
    let shown = admin("GET", &path, &Value::Null);
    let told = shown.json();
    assert_eq!(told["settings"]["SHOP_CONTACT"], "0700 000 001");
    assert_eq!(told["settings"]["DARAJA_PASSKEY"], "(set)");
    assert_eq!(told["settings"]["TILL_NUMBER"], "400222");
    for secret in [
        "passkey-of-400111",
        "another-consumer-secret",
        "order-secret",
    ] {
        assert!(!shown.text.contains(secret), "{}", shown.text);
    }
    assert_eq!(
        admin("POST", &format!("{path}/reseal"), &json!({})).status,
        200
    );
    let payment = opened(&of(link));
    assert_eq!(payment.view["shop_contact"], "0700 000 001");
    is_refused(
        &admin("POST", &path, &json!({"LINK_ID": "soko2"})),
        422,
        "VALIDATION_ERROR",
    );
    is_refused(
        &admin("POST", "merchants/nobody", &json!({})),
        404,
        "NOT_FOUND",
    );
    is_refused(
        &admin("POST", "merchants/main", &json!({})),
        422,
        "VALIDATION_ERROR",
    );
}

#[test]
fn the_routes_that_make_merchants_need_their_key() {
    let list = |base: &str, key: Option<&str>| {
        let bearer = key.map(|key| format!("Bearer {key}"));
        let headers: Vec<_> = bearer
            .iter()
            .map(|b| ("Authorization", b.as_str()))
            .collect();
        http::send("GET", &format!("{base}/v1/admin/merchants"), &headers, "")
    };
    let here = deployment();
    is_refused(&list(&here, None), 401, "MISSING_HEADERS");
    for key in [duka().key.as_str(), &secret("API_KEY")] {
        is_refused(&list(&here, Some(key)), 401, "INVALID_API_KEY");
    }
    let admin = secret("ADMIN_KEY");
    assert_eq!(list(&here, Some(&admin)).status, 200);
    assert_eq!(list(&of("duka"), Some(&admin)).status, 404);
    // A deployment without that secret has no such routes.
    assert_eq!(list(&at("MALIPO_TILL_URL"), Some(&admin)).status, 404);
}

#[test]
fn secrets_and_keys_do_not_lie_in_clear() {
    let (duka, soko) = (duka(), soko());
    let mut stored = Vec::new();
    gather(Path::new(&at("MALIPO_MERCHANTS_STATE")), &mut stored);
    let holds = |word: &str| {
        stored
            .windows(word.len())
            .any(|part| part == word.as_bytes())
    };
    assert!(
        holds("The shop duka"),
        "the merchants are not where this test looks"
    );
    let mut secrets = vec![duka.key.clone(), soko.key.clone()];
    for shop in [duka, soko] {
        for name in [
            "DARAJA_CONSUMER_KEY",
            "DARAJA_CONSUMER_SECRET",
            "DARAJA_PASSKEY",
            "ORDER_SECRET",
            "WEBHOOK_SECRET",
            "C2B_SECRET",
        ] {
            secrets.push(shop.settings[name].as_str().unwrap().to_owned());
        }
    }
    for (n, secret) in secrets.iter().enumerate() {
        assert!(!holds(secret), "secret {n} lies in clear");
    }
}

/// All bytes of all files below a directory.
fn gather(dir: &Path, into: &mut Vec<u8>) {
    for entry in fs::read_dir(dir).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            gather(&path, into);
        } else {
            into.extend(fs::read(&path).unwrap_or_default());
        }
    }
}
