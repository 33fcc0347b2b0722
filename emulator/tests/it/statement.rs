//! The portal's statement.

use serde_json::json;

use crate::bench::{Bench, body};

#[tokio::test]
async fn the_portal_exports_payments_charges_reversals_and_withdrawals_newest_first() {
    let bench = Bench::start().await;
    let mut payment = bench.by_hand();
    payment["at_ms"] = json!(1_780_331_756_196_u64);
    payment["amount_kes"] = json!(1_000);
    payment["account_reference"] = json!("INV 1, \"b\"");
    let paid = body(bench.control("pay", &payment).await).await;
    let receipt = paid["receipt"].as_str().unwrap();
    let reversal = json!({
        "Initiator": "shop", "SecurityCredential": "c2VjcmV0", "CommandID": "TransactionReversal",
        "TransactionID": receipt, "Amount": 400, "ReceiverParty": "174379", "RecieverIdentifierType": 11,
        "ResultURL": format!("{}/result", bench.receiver), "QueueTimeOutURL": format!("{}/timeout", bench.receiver),
        "Remarks": "damaged",
    });
    bench
        .send("/mpesa/reversal/v1/request", &reversal)
        .await
        .unwrap();
    let own = bench.see("ledger").await[0]["reversal_receipt"].clone();
    let own = own.as_str().unwrap();
    bench.advance(1_000).await;
    let taken = json!({"shortcode": "174379", "amount_kes": 600});
    let taken = body(bench.control("withdraw", &taken).await).await;
    let text = bench.text("statement.csv?shortcode=174379").await;
    let lines: Vec<&str> = text.split("\r\n").collect();
    assert!(lines[0].starts_with("Account Holder:,Daraja-Sandbox"));
    assert_eq!(lines[1], "Short Code:,174379");
    assert!(lines[3].starts_with("Time Period:,From,01-06-2026 19:35:56,To,"));
    assert_eq!(
        lines[5],
        "Opening Balance:,0.00,Closing Balance:,-5.50,Available Balance:,,Total Paid In:,1000.00,Total Withdrawn:,-1005.50"
    );
    assert_eq!(
        lines[6],
        "Receipt No.,Completion Time,Initiation Time,Details,Transaction Status,Paid In,Withdrawn,Balance,\
         Balance Confirmed,Reason Type,Other Party Info,Linked Transaction ID,A/C No.,Currency"
    );
    assert!(lines[7].starts_with(taken["receipt"].as_str().unwrap()));
    assert!(lines[8].starts_with(own));
    assert!(lines[8].ends_with(&format!(
        ",Reversal of Transaction {receipt} to 2547****126 - NICHOLAS,Completed,,-400.00,594.50,true,\
         Transaction Reversal,2547****126 - NICHOLAS,{receipt},,KES"
    )));
    assert_eq!(
        lines[9],
        format!(
            "{receipt},01-06-2026 19:35:56,01-06-2026 19:35:56,Pay Bill Charge,Completed,,-5.50,994.50,true,\
             Pay Utility,SP,,,KES"
        )
    );
    assert_eq!(
        lines[10],
        format!(
            "{receipt},01-06-2026 19:35:56,01-06-2026 19:35:56,\
             \"Pay Bill from 2547****126 - NICHOLAS Acc. INV 1, \"\"b\"\"\",Completed,1000.00,,1000.00,true,\
             Pay Utility,2547****126 - NICHOLAS,,\"INV 1, \"\"b\"\"\",KES"
        )
    );
    assert_eq!(lines[11..], [""]);
}

#[tokio::test]
async fn the_newer_export_has_seven_columns_and_no_preamble() {
    let bench = Bench::start().await;
    let payment = json!({
        "msisdn": "254708374126", "shortcode": "555555", "amount_kes": 12_000, "at_ms": 1_780_331_756_196_u64,
    });
    bench.control("pay", &payment).await;
    let text = bench.text("statement.csv?shortcode=555555&form=new").await;
    let lines: Vec<&str> = text.split("\r\n").collect();
    assert_eq!(
        lines[0],
        "Receipt No,Completion Time,Details,Transaction Status,Paid In (KSHs),Withdrawn (KSHs),Balance (KSHs)"
    );
    assert!(lines[1].ends_with(",Pay Merchant Charge,Completed,0.00,-66.00,\"11,934.00\""));
    assert!(lines[2].ends_with(
        ",01/06/2026 19:35:56,Customer Merchant Payment from 2547****126 - NICHOLAS,Completed,\"12,000.00\",0.00,\"12,000.00\""
    ));
}

#[tokio::test]
async fn a_part_of_it_opens_with_what_was_there() {
    let bench = Bench::start().await;
    for at_ms in [1_780_000_000_000_u64, 1_780_000_100_000] {
        let mut payment = bench.by_hand();
        payment["at_ms"] = json!(at_ms);
        bench.control("pay", &payment).await;
    }
    let text = bench
        .text("statement.csv?shortcode=174379&from_ms=1780000050000&to_ms=1780000200000")
        .await;
    assert!(text.contains("Opening Balance:,149.18,Closing Balance:,298.36"));
    assert_eq!(text.lines().count(), 9);
    assert_eq!(
        bench.look("statement.csv?shortcode=600999").await.status(),
        404
    );
}

#[tokio::test]
async fn no_more_is_withdrawn_than_there_is() {
    let bench = Bench::start().await;
    bench.control("pay", &bench.by_hand()).await;
    for (shortcode, amount_kes, status) in [
        ("174379", 151, 422),
        ("174379", 0, 422),
        ("600999", 1, 404),
        ("174379", 150, 200),
        ("174379", 1, 422),
    ] {
        let taken = json!({"shortcode": shortcode, "amount_kes": amount_kes});
        let answer = bench.control("withdraw", &taken).await;
        assert_eq!(answer.status(), status);
    }
}
