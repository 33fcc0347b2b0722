//! Pull Transactions: what M-PESA's own list of payments looks like.

use crate::wire_c2b::{bytes, only, receipt, shortcode, unanswered};
use malipo_engine::cents::Cents;
use malipo_engine::daraja::{
    CallbackUrl, PayerHint, PullPage, PullQuery, PullRegister, Registered, Unanswered,
    decode_pull_answer, decode_pull_register_answer,
};
use malipo_engine::wall_time::WallTime;
use malipo_shared::Msisdn;
use serde_json::{Value, json};

#[test]
fn a_question_has_the_fields_of_the_sample_in_nairobis_time() {
    let sample = only("pull_query_request");
    let encoded = PullQuery {
        shortcode: &shortcode("600000"),
        from_ms: 1_596_519_360_000,
        to_ms: 1_597_561_800_000,
        offset: 200,
    }
    .encode();
    let encoded: Value = serde_json::from_str(&encoded).unwrap();
    assert_eq!(
        encoded,
        json!({
            "ShortCode": "600000", "StartDate": "2020-08-04 08:36:00", "EndDate": "2020-08-16 10:10:00", "OffSetValue": "200"
        })
    );
    let names = |value: &Value| {
        let names = value.as_object().unwrap().keys().cloned();
        names.collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(names(&encoded), names(&sample));
}

#[test]
fn a_page_is_a_list_of_lists() {
    let answer = decode_pull_answer(200, &bytes(&only("pull_query_response")));
    let Ok(PullPage { pulled, rows: 1 }) = answer else {
        panic!("{answer:?}");
    };
    assert_eq!(pulled[0].receipt, receipt("YZLYRESRG1"));
    assert_eq!(pulled[0].amount, Cents::parse("168"));
    assert_eq!(
        pulled[0].time,
        WallTime::parse("2020-08-05 10:13:00").map(|(time, _)| time)
    );
    assert_eq!(pulled[0].bill_ref, "37207636392");
    assert_eq!(pulled[0].payer, PayerHint::Unknown);
    assert!(pulled[0].row.contains("c2b-pay-bill-debit"));
}

#[test]
fn rows_are_read_one_by_one_and_none_is_lost_from_the_count() {
    let row = |id: Value| json!({"transactionId": id, "amount": 5, "msisdn": 254_700_000_126_u64, "trxDate": "?"});
    for (list, readable, rows) in [
        (json!([[]]), 0, 0),
        (json!([]), 0, 0),
        (
            json!([[row(json!("UKK4A1B2C3"))], [row(json!("UKK4A1B2C4"))]]),
            2,
            2,
        ),
        (json!([row(json!("UKK4A1B2C3")), row(json!(""))]), 1, 2),
        (json!([[row(Value::Null), 7, "x"]]), 0, 1),
    ] {
        let body = json!({"ResponseCode": "1000", "ResponseMessage": "Success", "Response": list});
        let answer = decode_pull_answer(200, body.to_string().as_bytes());
        let Ok(PullPage { pulled, rows: told }) = &answer else {
            panic!("{answer:?}");
        };
        assert_eq!((pulled.len(), *told), (readable, rows), "{body}");
        for row in pulled {
            assert_eq!((row.amount, row.time), (Some(Cents::from_kes(5)), None));
            assert!(matches!(row.payer, PayerHint::Full(_)));
        }
    }
}

#[test]
fn what_is_no_list_is_never_taken_for_an_empty_one() {
    let kind = |status: u16, body: &str| match decode_pull_answer(status, body.as_bytes()) {
        Ok(PullPage { rows: 0, .. }) => "nothing",
        Ok(PullPage { .. }) => "rows",
        Err(why) => unanswered(&why),
    };
    // As Safaricom's page prints the answer: a copy of the request.
    let copy = only("pull_query_request").to_string();
    let fault = |code: &str| json!({"errorCode": code, "errorMessage": "x"}).to_string();
    for (status, body, expected) in [
        (
            200,
            r#"{"ResponseCode":"1001","Response":[[]]}"#.to_owned(),
            "nothing",
        ),
        (200, r#"{"ResponseCode":1001}"#.to_owned(), "nothing"),
        (200, r#"{"ResponseCode":"1000"}"#.to_owned(), "unclear"),
        (
            200,
            r#"{"ResponseCode":"1000","Response":"x"}"#.to_owned(),
            "unclear",
        ),
        (200, r#"{"ResponseCode":"1002"}"#.to_owned(), "refused"),
        (200, copy, "unclear"),
        (200, "[]".to_owned(), "unclear"),
        (
            200,
            r#"{"ResponseCode":"1000","Response":[["#.to_owned(),
            "unclear",
        ),
        (400, r#"{"ResponseCode":"1001"}"#.to_owned(), "refused"),
        (500, r#"{"ResponseCode":"1001"}"#.to_owned(), "unclear"),
        (404, fault("404.001.03"), "token"),
        (503, "<html>".to_owned(), "unreached"),
        (504, String::new(), "unreached"),
    ] {
        assert_eq!(kind(status, &body), expected, "{status} {body}");
    }
}

#[test]
fn a_registration_is_read_in_both_spellings() {
    let read = |kind: &str| decode_pull_register_answer(200, &bytes(&only(kind)));
    assert_eq!(read("pull_register_response"), Ok(Registered::Now));
    assert_eq!(
        read("pull_register_response_spaces"),
        Ok(Registered::Before)
    );
    assert!(matches!(
        decode_pull_register_answer(200, b"{}"),
        Err(Unanswered::Unclear(_))
    ));
    let encoded = PullRegister {
        shortcode: &shortcode("600000"),
        nominated: &Msisdn::parse("0700000126").unwrap(),
        callback_url: &CallbackUrl::parse("https://pay.example/hooks/pull", false).unwrap(),
    }
    .encode();
    assert_eq!(
        serde_json::from_str::<Value>(&encoded).unwrap(),
        json!({
            "ShortCode": "600000", "RequestType": "Pull", "NominatedNumber": "254700000126",
            "CallBackURL": "https://pay.example/hooks/pull"
        })
    );
}

#[test]
fn what_is_said_of_a_list_holds_no_customer() {
    let body = json!({"ResponseCode": "1005", "Response": [[{"sender": "UAT2", "msisdn": 254_700_000_126_u64}]]});
    let Err(Unanswered::Refused(said)) = decode_pull_answer(200, body.to_string().as_bytes())
    else {
        panic!("not refused");
    };
    assert_eq!(said, "HTTP 200");
}
