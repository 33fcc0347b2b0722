//! Several merchants on one deployment: each is paid on its own number and sees nothing of the others.

use crate::deployment::{ask, c2b_secret, deployment, duka, is_refused, of, opened, soko};
use crate::house::{Payment, emulator, fresh_key, phone_ending};
use crate::http::{self, Reply};
use crate::ledger::{reference, ring_schedule, sql};
use crate::operator::secret;
use crate::shop::{claims, fresh_reference, heard_kind};
use crate::strangers::callback_url;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(45);

#[track_caller]
fn pay(shortcode: &str, account_reference: &str, amount_kes: u64) -> String {
    let body = json!({"msisdn": phone_ending("4242"), "shortcode": shortcode,
        "account_reference": account_reference, "amount_kes": amount_kes});
    let paid = http::post(&emulator("pay"), &body);
    assert_eq!(paid.status, 200, "{}", paid.text);
    paid.json()["receipt"].as_str().unwrap().to_owned()
}

/// Asks with a key until the answer is as it must become.
#[track_caller]
fn until(key: &str, path: &str, is_there: impl Fn(&Reply) -> bool) -> Reply {
    let began = Instant::now();
    loop {
        let reply = ask(key, "GET", path, &Value::Null);
        if is_there(&reply) {
            return reply;
        }
        assert!(began.elapsed() < PATIENCE, "{path}: {}", reply.text);
    }
}

fn signed_for(link: &str, secret_of: &Value) -> String {
    let mut claims = claims(&fresh_reference());
    claims["aud"] = json!(format!("malipo:emulator:{link}"));
    let key = EncodingKey::from_secret(secret_of.as_str().unwrap().as_bytes());
    jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key).unwrap()
}

#[test]
fn each_merchant_is_paid_on_its_own_number() {
    let shops = [
        (deployment(), "174379", "174379", "Duka la Mtaa"),
        (of(duka().link), "600777", "600777", "The shop duka"),
        (of(soko().link), "400111", "400222", "The shop soko"),
    ];
    for (base, shortcode, number, name) in shops {
        let mut payment = Payment::pushed_at(&base, "0000");
        payment.until_state("paid").agrees();
        assert_eq!(payment.view["name"], name);
        assert_eq!(payment.view["payee_number"], number);
        let moved = payment.moved();
        assert_eq!(moved.len(), 1, "{moved:?}");
        let requests = http::get(&emulator("requests")).json();
        let mut pushes = requests.as_array().unwrap().iter().filter(|request| {
            request["body"]["AccountReference"] == payment.view["account_reference"]
        });
        let told = &pushes.next().unwrap()["body"];
        assert_eq!(
            told["BusinessShortCode"].to_string().trim_matches('"'),
            shortcode
        );
        assert_eq!(told["PartyB"].to_string().trim_matches('"'), number);
    }
}

#[test]
fn a_merchant_sees_its_own_and_nothing_else() {
    let mut payment = Payment::pushed_at(&of(duka().link), "0000");
    payment.until_receipt();
    let reference = reference(&payment);
    let receipt = payment.view["receipt"].as_str().unwrap();
    let entry = format!("ledger/{reference}");
    until(&duka().key, &entry, |reply| reply.status == 200);
    let shown = ask(
        &duka().key,
        "GET",
        &format!("payments/{reference}"),
        &Value::Null,
    );
    assert_eq!(shown.json()["payment"]["state"], "paid", "{}", shown.text);
    for other in [soko().key.clone(), secret("API_KEY")] {
        for path in [
            format!("payments/{reference}"),
            format!("receipts/{receipt}"),
            entry.clone(),
        ] {
            is_refused(&ask(&other, "GET", &path, &Value::Null), 404, "NOT_FOUND");
        }
        for path in ["close", "redeliver"] {
            let path = format!("payments/{reference}/{path}");
            is_refused(&ask(&other, "POST", &path, &json!({})), 404, "NOT_FOUND");
        }
        let claim = json!({"account_reference": reference, "expect_kes": 0});
        let claimed = ask(&other, "POST", &format!("receipts/{receipt}/claim"), &claim);
        is_refused(&claimed, 404, "NOT_FOUND");
        let list = ask(&other, "GET", "ledger?limit=100", &Value::Null);
        assert!(!list.text.contains(reference), "{}", list.text);
        // Neither does a sweep of the other's touch it: it asks its own payments only.
        let swept = ask(&other, "POST", "sweep", &json!({"everyone": true}));
        assert_eq!(swept.status, 200, "{}", swept.text);
    }
}

#[test]
fn an_id_opens_nothing_below_another_merchants_address() {
    let payment = opened(&of(duka().link));
    let paths = [
        format!("/v1/payments/{}", payment.id()),
        format!("/pay/p/{}", payment.id()),
    ];
    for path in &paths {
        assert_eq!(http::get(&format!("{}{path}", of("duka"))).status, 200);
        // The id names its merchant, so it needs no other name.
        assert_eq!(http::get(&format!("{}{path}", deployment())).status, 200);
        for other in [of(soko().link), of("main"), of("nobody")] {
            assert_eq!(http::get(&format!("{other}{path}")).status, 404, "{other}");
        }
    }
    let url = format!("{}{}/attempts", of(soko().link), paths[0]);
    let push = json!({"phone": phone_ending("0000"), "key": fresh_key()});
    assert_eq!(http::post(&url, &push).status, 404);
    let page = http::get(&format!("{}/pay/tea?lang=en", of("duka")));
    assert!(page.text.contains("The shop duka"), "{}", page.text);
    for nobody in ["/v1/payments", "/pay/tea", "/hooks/c2b/600777/x/confirm"] {
        let reply = http::post(&format!("{}{nobody}", of("nobody")), &json!({}));
        assert_eq!(reply.status, 404, "{nobody}: {}", reply.text);
    }
}

#[test]
fn only_a_merchants_own_pages_may_call() {
    let from = |base: &str, origin: &str| {
        let body = json!({"item": "tea", "key": fresh_key()}).to_string();
        let url = format!("{base}/v1/payments");
        http::send("POST", &url, &[("Origin", origin)], &body)
    };
    let (duka, soko) = (of(duka().link), of(soko().link));
    assert_eq!(from(&duka, "https://duka.example").status, 200);
    let refused = from(&soko, "https://duka.example");
    is_refused(&refused, 403, "ORIGIN_NOT_ALLOWED");
    let refused = from(&deployment(), "https://duka.example");
    is_refused(&refused, 403, "ORIGIN_NOT_ALLOWED");
}

#[test]
fn a_payment_by_hand_reaches_the_shop_of_its_number_alone() {
    let mut payment = opened(&of(duka().link));
    let receipt = pay("600777", reference(&payment), 110);
    payment.until_state("paid");
    assert_eq!(payment.view["receipt"], receipt.as_str());
    let told = heard_kind(&payment.view["account_reference"], "payment.paid");
    assert!(told.id.starts_with("msg_emulator_duka_"), "{}", told.id);

    // Money that nobody claims is on its own shop's list, and no other shop can reach for it.
    let lost = pay("600777", "NOBODYS", 110);
    let lists = |reply: &Reply| reply.text.contains(&lost);
    until(&duka().key, "unmatched", lists);
    let mut thief = opened(&of(soko().link));
    let typed = format!("{}/v1/payments/{}/receipts", of("soko"), thief.id());
    thief.view = http::post(&typed, &json!({"receipt": lost})).json();
    for other in [soko().key.clone(), secret("API_KEY")] {
        assert!(!lists(&ask(&other, "GET", "unmatched", &Value::Null)));
        let shown = ask(&other, "GET", &format!("receipts/{lost}"), &Value::Null);
        is_refused(&shown, 404, "NOT_FOUND");
    }
    let claim = json!({"account_reference": reference(&thief), "expect_kes": 150});
    let claimed = ask(
        &soko().key,
        "POST",
        &format!("receipts/{lost}/claim"),
        &claim,
    );
    is_refused(&claimed, 404, "NOT_FOUND");
    thief.view = http::get(&format!("{}/v1/payments/{}", of("soko"), thief.id())).json();
    assert_eq!(thief.view["received_kes"], 0, "{}", thief.view);
    assert_ne!(thief.view["typed_status"], "counted", "{}", thief.view);
}

#[test]
fn a_hook_of_one_shortcode_takes_no_others_secret() {
    duka();
    let confirm = |number: &str, secret: &str| {
        let url = format!("{}/hooks/c2b/{number}/{secret}/confirm", deployment());
        http::post(&url, &json!({})).status
    };
    for (number, secret) in [
        ("600777", c2b_secret("soko")),
        ("600777", secret("C2B_SECRET")),
        ("174379", c2b_secret("duka")),
        ("400222", c2b_secret("duka")),
        ("999999", c2b_secret("duka")),
    ] {
        assert_eq!(confirm(number, &secret), 404, "{number}");
    }
    let mut payment = Payment::pushed_at(&of("duka"), "4999");
    payment.until_state("awaiting_pin");
    let url = callback_url(&payment);
    let hex = |link: &str| link.bytes().map(|b| format!("{b:02x}")).collect::<String>();
    let forged = url.replace(&hex("duka"), &hex("soko"));
    assert_ne!(forged, url);
    assert_eq!(http::post(&forged, &json!({})).status, 404);
    payment.until_state("paid").agrees();
}

#[test]
fn an_order_that_is_signed_for_another_is_refused() {
    let open = |base: &str, order: &str| {
        let body = json!({"order": order, "key": fresh_key()});
        http::post(&format!("{base}/v1/payments"), &body)
    };
    let (ours, theirs) = (
        &duka().settings["ORDER_SECRET"],
        &soko().settings["ORDER_SECRET"],
    );
    let good = open(&of("duka"), &signed_for("duka", ours));
    assert_eq!(good.status, 200, "{}", good.text);
    for order in [
        signed_for("soko", ours),
        signed_for("main", ours),
        signed_for("duka", theirs),
        signed_for("duka", &json!(secret("ORDER_SECRET"))),
    ] {
        is_refused(&open(&of("duka"), &order), 422, "INVALID_ORDER");
        is_refused(&open(&deployment(), &order), 422, "INVALID_ORDER");
    }
}

#[test]
fn the_schedule_goes_over_all_merchants() {
    let mut payment = Payment::pushed_at(&of(duka().link), "0000");
    payment.until_state("paid");
    let path = format!("ledger/{}", reference(&payment));
    until(&duka().key, &path, |reply| {
        reply.status == 200 && reply.json()["state"] == "paid"
    });
    let lost = format!(
        "DELETE FROM payments WHERE link = 'duka' AND account_reference = '{}'",
        reference(&payment)
    );
    sql("MERCHANTS", &lost);
    ring_schedule("MERCHANTS");
    until(&duka().key, &path, |reply| reply.status == 200);
}

#[test]
fn a_merchants_loader_names_its_merchant() {
    let base = of(duka().link);
    let loader = http::get(&format!("{base}/malipo.js"));
    assert_eq!(loader.status, 200);
    assert_eq!(
        loader.text,
        http::get(&format!("{}/malipo.js", deployment())).text
    );
    assert!(
        loader
            .header("content-type")
            .unwrap()
            .contains("javascript")
    );
    let embed = http::get(&format!("{base}/embed.json")).json();
    let src = embed["src"].as_str().unwrap();
    assert!(src.starts_with("/m/duka/a/"), "{embed}");
    let plain = [("Accept-Encoding", "identity")];
    let pinned = http::send("GET", &format!("{}{src}", deployment()), &plain, "");
    assert!(pinned.text == loader.text, "the same bytes");
}
