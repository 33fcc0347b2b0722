//! Pull Transactions.

use serde_json::{Value, json};

use crate::bench::{Bench, body, check_refusal};

async fn registered(bench: &Bench) -> Value {
    let request = json!({
        "ShortCode": "174379", "RequestType": "Pull", "NominatedNumber": "254700000000",
        "CallBackURL": format!("{}/pull", bench.receiver),
    });
    let answer = bench.send("/pulltransactions/v1/register", &request).await;
    body(answer.unwrap()).await
}

fn request(start: &str, end: &str, offset: u64) -> Value {
    json!({"ShortCode": "174379", "StartDate": start, "EndDate": end, "OffSetValue": offset.to_string()})
}

async fn pulled(bench: &Bench, request: &Value) -> Value {
    let answer = bench.send("/pulltransactions/v1/query", request).await;
    body(answer.unwrap()).await
}

/// Pays by hand `ago_ms` before now, and a millisecond after a whole second where it would be one; gives the receipt.
async fn paid(bench: &Bench, ago_ms: u64) -> String {
    let now = bench.see("handset/254708374126").await["now_ms"].clone();
    let mut payment = bench.by_hand();
    let at_ms = now.as_u64().unwrap() - ago_ms;
    payment["at_ms"] = json!(at_ms + u64::from(at_ms.is_multiple_of(1_000)));
    let answer = body(bench.control("pay", &payment).await).await;
    answer["receipt"].as_str().unwrap().to_owned()
}

const EVER: (&str, &str) = ("2020-01-01 0:00:00", "2999-01-01 00:00:000");

#[tokio::test]
async fn a_shortcode_is_registered_once() {
    let bench = Bench::start().await;
    let first = registered(&bench).await;
    assert_eq!(first["ResponseStatus"], json!("1000"));
    assert_eq!(first["ShortCode"], json!("174379"));
    assert_eq!(registered(&bench).await["ResponseStatus"], json!("1001"));
}

#[tokio::test]
async fn payments_come_as_a_list_of_lists_in_the_documented_shape() {
    let bench = Bench::start().await;
    registered(&bench).await;
    let receipt = paid(&bench, 0).await;
    let answer = pulled(&bench, &request(EVER.0, EVER.1, 0)).await;
    let row = &answer["Response"][0][0];
    let (date, reference) = (&row["trxDate"], &answer["ResponseRefID"]);
    assert!(date.as_str().unwrap().ends_with('Z'));
    assert_eq!(
        answer,
        json!({
            "ResponseRefID": reference, "ResponseCode": "1000", "ResponseMessage": "Success",
            "Response": [[{
                "transactionId": receipt, "trxDate": date, "msisdn": 254_708_374_126_u64, "sender": "NICHOLAS",
                "transactiontype": "c2b-pay-bill-debit", "billreference": " inv-1 a", "amount": "150.00",
                "organizationname": "Daraja-Sandbox",
            }]],
        })
    );
}

#[tokio::test]
async fn pushes_are_pulled_too_and_other_shortcodes_are_not() {
    let bench = Bench::start().await;
    registered(&bench).await;
    bench.pushed("254700000404").await; // its callback never arrives
    bench.push(&bench.till_body("254700010000")).await.unwrap();
    bench.advance(2_000).await;
    bench.until("ledger", |ledger| ledger[1].is_object()).await;
    let answer = pulled(&bench, &request(EVER.0, EVER.1, 0)).await;
    assert_eq!(answer["Response"][0].as_array().map(Vec::len), Some(1));
    assert_eq!(answer["Response"][0][0]["billreference"], json!("INV1"));
}

#[tokio::test]
async fn only_two_days_are_kept_and_only_the_window_is_told() {
    let bench = Bench::start().await;
    registered(&bench).await;
    paid(&bench, 48 * 3_600_000 + 60_000).await;
    let kept = paid(&bench, 47 * 3_600_000).await;
    let answer = pulled(&bench, &request(EVER.0, EVER.1, 0)).await;
    assert_eq!(answer["Response"][0].as_array().map(Vec::len), Some(1));
    assert_eq!(answer["Response"][0][0]["transactionId"], json!(kept));
    let at = answer["Response"][0][0]["trxDate"].as_str().unwrap();
    let at = at.replace('T', " ").replace('Z', "");
    let just = pulled(&bench, &request(&at, &at, 0)).await;
    assert_eq!(just["ResponseCode"], json!("1001")); // its milliseconds lie after the whole second
    let empty = pulled(
        &bench,
        &request("2020-01-01 0:00:00", "2020-01-02 0:00:00", 0),
    )
    .await;
    assert_eq!(
        (&empty["ResponseCode"], &empty["Response"]),
        (&json!("1001"), &json!([[]]))
    );
}

#[tokio::test]
async fn pages_follow_by_offset_oldest_first() {
    let bench = Bench::start().await;
    registered(&bench).await;
    bench.control("settings", &json!({"pull_rows": 2})).await;
    let mut receipts = Vec::new();
    for ago_ms in [1_000, 3_000, 2_000] {
        receipts.push(paid(&bench, ago_ms).await);
    }
    let mut told = Vec::new();
    for offset in [0, 2, 4] {
        let answer = pulled(&bench, &request(EVER.0, EVER.1, offset)).await;
        let rows = answer["Response"][0].as_array().unwrap().clone();
        told.extend(rows.iter().map(|row| row["transactionId"].clone()));
    }
    assert_eq!(json!(told), json!([receipts[1], receipts[2], receipts[0]]));
}

#[tokio::test]
async fn a_script_hides_a_payment_or_loses_an_answer() {
    let bench = Bench::start().await;
    registered(&bench).await;
    let (hidden, seen) = (paid(&bench, 2_000).await, paid(&bench, 1_000).await);
    let hide = json!({"on": "pull", "when": {"receipt": hidden}, "story": {"is_hidden": true}});
    bench.control("scripts", &hide).await;
    let answer = pulled(&bench, &request(EVER.0, EVER.1, 0)).await;
    assert_eq!(answer["Response"][0].as_array().map(Vec::len), Some(1));
    assert_eq!(answer["Response"][0][0]["transactionId"], json!(seen));
    let lose = json!({"on": "pull", "when": {"shortcode": "174379"}, "story": {"submit": ["lose", "accept"]}});
    bench.control("scripts", &lose).await;
    let asked = request(EVER.0, EVER.1, 0);
    assert!(
        bench
            .send("/pulltransactions/v1/query", &asked)
            .await
            .is_err()
    );
    assert_eq!(pulled(&bench, &asked).await["ResponseCode"], json!("1000"));
}

#[tokio::test]
async fn a_query_that_cannot_be_read_is_refused() {
    let bench = Bench::start().await;
    let unregistered = bench
        .send("/pulltransactions/v1/query", &request(EVER.0, EVER.1, 0))
        .await
        .unwrap();
    assert_eq!(unregistered.status(), 500);
    registered(&bench).await;
    for (field, wrong) in [
        ("ShortCode", json!("shop")),
        ("StartDate", json!("yesterday")),
        ("EndDate", json!("2026-13-01 00:00:00")),
        ("OffSetValue", json!("-1")),
    ] {
        let mut request = request(EVER.0, EVER.1, 0);
        request[field] = wrong;
        let answer = bench.send("/pulltransactions/v1/query", &request).await;
        let answer = answer.unwrap();
        let status = answer.status();
        let message = format!("Bad Request - Invalid {field}");
        check_refusal(status, &body(answer).await, (400, "400.002.02", &message));
    }
}
