//! Account balance, C2B simulate, QR codes, and the initiator's sealed password.

use base64::{Engine, prelude::BASE64_STANDARD};
use rsa::{Pkcs1v15Encrypt, RsaPublicKey, pkcs8::DecodePublicKey, rand_core::OsRng};
use serde_json::{Value, json};
use x509_cert::{
    Certificate,
    der::{DecodePem, Encode},
};

use crate::bench::{Bench, body, check_refusal, options};

fn balance_request(bench: &Bench) -> Value {
    json!({
        "Initiator": "shop", "SecurityCredential": "c2VjcmV0", "CommandID": "AccountBalance", "PartyA": "174379",
        "IdentifierType": "4", "ResultURL": format!("{}/result", bench.receiver),
        "QueueTimeOutURL": format!("{}/timeout", bench.receiver), "Remarks": "how much",
    })
}

async fn balance(bench: &Bench, request: &Value) -> Value {
    let path = "/mpesa/accountbalance/v1/query";
    assert_eq!(bench.send(path, request).await.unwrap().status(), 200);
    bench.advance(500).await;
    bench.callback().await.json()["Result"].clone()
}

#[tokio::test]
async fn a_balance_is_told_with_its_codes_as_strings() {
    let bench = Bench::start().await;
    bench.control("pay", &bench.by_hand()).await;
    let result = balance(&bench, &balance_request(&bench)).await;
    assert_eq!(
        (&result["ResultType"], &result["ResultCode"]),
        (&json!("0"), &json!("0"))
    );
    let items = &result["ResultParameters"]["ResultParameter"];
    assert_eq!(
        items[0],
        json!({
            "Key": "AccountBalance",
            "Value": "Working Account|KES|0.00|0.00|0.00|0.00&Float Account|KES|0.00|0.00|0.00|0.00&\
                      Utility Account|KES|150.00|150.00|0.00|0.00&Charges Paid Account|KES|-0.82|-0.82|0.00|0.00&\
                      Organization Settlement Account|KES|0.00|0.00|0.00|0.00",
        })
    );
    assert_eq!(items[1]["Key"], json!("BOCompletedTime"));
    let mut other = balance_request(&bench);
    other["PartyA"] = json!("600999");
    let result = balance(&bench, &other).await;
    assert_eq!(result["ResultCode"], json!("11"));
}

#[tokio::test]
async fn a_simulated_customer_pays_and_is_confirmed() {
    let bench = Bench::start().await;
    bench.registered("174379").await;
    let request = json!({
        "ShortCode": 174_379, "CommandID": "CustomerPayBillOnline", "Amount": "5", "Msisdn": 254_708_374_149_u64,
        "BillRefNumber": "INV1",
    });
    let path = "/mpesa/c2b/v1/simulate";
    let answer = body(bench.send(path, &request).await.unwrap()).await;
    assert_eq!(
        answer["ResponseDescription"],
        json!("Accept the service request successfully.")
    );
    assert!(answer["OriginatorCoversationID"].is_string());
    assert_eq!(bench.callback().await.path, "/c2b/validate");
    bench.until("ledger", |ledger| ledger[0].is_object()).await;
    bench.advance(500).await;
    let confirmation = bench.callback().await.json();
    assert_eq!(confirmation["TransAmount"], json!("5.00"));
    assert_eq!(confirmation["BillRefNumber"], json!("INV1"));
    for (field, wrong) in [
        ("CommandID", json!("CustomerBuyGoodsOnline")),
        ("Msisdn", json!("0708374149")),
        ("BillRefNumber", json!("")),
    ] {
        let mut request = request.clone();
        request[field] = wrong;
        let answer = bench.send(path, &request).await.unwrap();
        let status = answer.status();
        let message = format!("Bad Request - Invalid {field}");
        check_refusal(status, &body(answer).await, (400, "400.002.02", &message));
    }
}

#[tokio::test]
async fn a_qr_code_is_a_picture_of_at_least_the_size_asked_for() {
    let bench = Bench::start().await;
    let request = json!({
        "MerchantName": "TEST SUPERMARKET", "RefNo": "Invoice Test", "Amount": 1, "TrxCode": "BG", "CPI": "373132",
        "Size": "300",
    });
    let path = "/mpesa/qrcode/v1/generate";
    let answer = body(bench.send(path, &request).await.unwrap()).await;
    assert_eq!(
        answer["ResponseDescription"],
        json!("QR Code Successfully Generated.")
    );
    let png = BASE64_STANDARD.decode(answer["QRCode"].as_str().unwrap());
    let png = png.unwrap();
    assert!(png.starts_with(b"\x89PNG\r\n\x1a\n"));
    let side = u32::from_be_bytes(png[16..20].try_into().unwrap());
    assert!((300..340).contains(&side), "{side}");
    for (field, wrong) in [("TrxCode", json!("XX")), ("Size", json!("0"))] {
        let mut request = request.clone();
        request[field] = wrong;
        let answer = bench.send(path, &request).await.unwrap();
        let status = answer.status();
        let message = format!("Bad Request - Invalid {field}");
        check_refusal(status, &body(answer).await, (400, "400.002.02", &message));
    }
}

#[tokio::test]
async fn a_password_sealed_to_the_certificate_is_checked() {
    let bench = Bench::with(malipo_emulator::Options {
        initiator_password: Some("correct horse".into()),
        ..options()
    })
    .await;
    let certificate = Certificate::from_pem(bench.text("certificate").await).unwrap();
    let key = certificate.tbs_certificate.subject_public_key_info;
    let key = RsaPublicKey::from_public_key_der(&key.to_der().unwrap()).unwrap();
    let seal = |password: &str| {
        let sealed = key.encrypt(&mut OsRng, Pkcs1v15Encrypt, password.as_bytes());
        BASE64_STANDARD.encode(sealed.unwrap())
    };
    let mut request = balance_request(&bench);
    for (credential, code) in [
        ("c2VjcmV0".to_owned(), "2001"),
        (seal("wrong"), "2001"),
        (seal("correct horse"), "0"),
    ] {
        request["SecurityCredential"] = json!(credential);
        assert_eq!(balance(&bench, &request).await["ResultCode"], json!(code));
    }
}
