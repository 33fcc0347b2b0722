//! A whole change of MASTER_KEY, in three runs against one deployment's state: with the old key; with the new one and the
//! old beside it; with the new one alone. `xtask/src/test/master_key.rs` stops and starts the Worker between them.

use crate::deployment::{ask, deployment, make, of, opened};
use crate::house::{Payment, emulator};
use crate::http::{self, at};
use crate::operator::{get, secret};
use serde_json::{Value, json};
use std::fs;
use std::process::Command;

/// Its handset waits for a person.
const PHONE: &str = "254709998642";

fn write_notes(notes: &Value) {
    fs::write(at("MALIPO_NOTES"), notes.to_string()).unwrap();
}

fn notes() -> Value {
    serde_json::from_slice(&fs::read(at("MALIPO_NOTES")).unwrap()).unwrap()
}

/// The payment of this id, as its customer's page finds it again.
#[track_caller]
fn found(base: &str, id: &Value) -> Payment {
    let url = format!("{base}/v1/payments/{}", id.as_str().unwrap());
    let shown = http::get(&url);
    assert_eq!(shown.status, 200, "{}", shown.text);
    Payment {
        worker: base.to_owned(),
        view: shown.json(),
    }
}

#[test]
fn one_with_the_old_key() {
    let duka = make("duka", "600777", &json!({}));
    let mut paid = Payment::pushed_at(&deployment(), "0000");
    paid.until_state("paid").agrees();
    let open = opened(&deployment());
    let body = json!({"item": "tea", "key": crate::house::fresh_key(), "phone": PHONE});
    let mut waiting = Payment::opened_with(&of("duka"), body);
    waiting.until_state("awaiting_pin");
    write_notes(&json!({
        "key": duka.key, "paid": paid.id(), "open": open.id(), "waiting": waiting.id(),
    }));
}

#[test]
fn two_with_the_new_key_and_the_old_beside_it() {
    let notes = notes();
    // Old ids still lead to their payments, and a push of one begins.
    found(&deployment(), &notes["paid"])
        .until_state("paid")
        .agrees();
    let mut open = found(&deployment(), &notes["open"]);
    let pushed = open.push(json!({"phone": "254709990000"}));
    assert_eq!(pushed.status, 200, "{}", pushed.text);
    open.until_state("paid").agrees();
    // The customer enters the PIN of the old push, and M-PESA calls back at the old path.
    let mut waiting = found(&of("duka"), &notes["waiting"]);
    let pin = http::post(
        &emulator(&format!("handset/{PHONE}")),
        &json!({"pin": "1234"}),
    );
    assert!(
        [200, 204].contains(&pin.status),
        "{} {}",
        pin.status,
        pin.text
    );
    waiting.until_state("paid").agrees();
    let key = notes["key"].as_str().unwrap();
    assert_eq!(ask(key, "GET", "unmatched", &Value::Null).status, 200);

    let resealed = Command::new(at("MALIPO_XTASK"))
        .args(["operate", "--url", &deployment(), "merchant", "reseal"])
        .env("MALIPO_ADMIN_KEY", secret("ADMIN_KEY"))
        .output()
        .unwrap();
    let (out, err) = (resealed.stdout.as_slice(), resealed.stderr.as_slice());
    assert!(
        resealed.status.success(),
        "{}",
        String::from_utf8_lossy(err)
    );
    assert_eq!(String::from_utf8_lossy(out), "duka\n");
}

#[test]
fn three_with_the_new_key_alone() {
    let notes = notes();
    // What was sealed anew opens: the merchant's settings, and so its pages, its key and its pushes.
    let page = http::get(&format!("{}/pay/tea?lang=en", of("duka")));
    assert!(page.text.contains("The shop duka"), "{}", page.text);
    let key = notes["key"].as_str().unwrap();
    assert_eq!(ask(key, "GET", "unmatched", &Value::Null).status, 200);
    let mut payment = Payment::pushed_at(&of("duka"), "0000");
    payment.until_state("paid").agrees();
    assert_eq!(get(&deployment(), "unmatched").status, 200);
    // The old ids were made with a key that nobody has any more.
    for id in [&notes["paid"], &notes["open"]] {
        let url = format!("{}/v1/payments/{}", deployment(), id.as_str().unwrap());
        assert_eq!(http::get(&url).status, 404);
    }
}
