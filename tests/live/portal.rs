//! What a shop's owner does beside Malipo: money given back in M-PESA's portal, and statements uploaded by hand.

use crate::house::emulator;
use crate::http::{self, at};
use crate::operator::secret;
use base64::Engine as _;
use serde_json::json;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;

pub(crate) fn statement(from_ms: u64, to_ms: u64) -> String {
    let query = format!("statement.csv?shortcode=600426&from_ms={from_ms}&to_ms={to_ms}");
    let exported = http::get(&emulator(&query));
    assert_eq!(exported.status, 200, "{}", exported.text);
    exported.text
}

/// The first line of the answer to a statement of which only the length has been sent: who answers so early hangs up on the rest.
pub(crate) fn announced(worker: &str, bytes: usize) -> String {
    let host = worker.trim_start_matches("http://");
    let key = secret("API_KEY");
    let head = format!(
        "POST /v1/merchant/statements HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {key}\r\n\
         Content-Type: text/csv\r\nContent-Length: {bytes}\r\n\r\n"
    );
    let mut connection = TcpStream::connect(host).unwrap();
    connection.write_all(head.as_bytes()).unwrap();
    let mut line = String::new();
    BufReader::new(connection).read_line(&mut line).unwrap();
    line
}

/// The shop's owner gives money back in M-PESA's portal; the statement's line of it.
#[track_caller]
pub(crate) fn reversed_in_the_portal(receipt: &str, amount_kes: u64) -> String {
    let app = format!(
        "{}:{}",
        secret("DARAJA_CONSUMER_KEY"),
        secret("DARAJA_CONSUMER_SECRET")
    );
    let basic = format!(
        "Basic {}",
        base64::engine::general_purpose::STANDARD.encode(app)
    );
    let base = at("MALIPO_EMULATOR_URL");
    let minted = http::send(
        "GET",
        &format!("{base}/oauth/v1/generate?grant_type=client_credentials"),
        &[("Authorization", &basic)],
        "",
    );
    let bearer = format!("Bearer {}", minted.json()["access_token"].as_str().unwrap());
    let body = json!({
        "Initiator": "owner", "SecurityCredential": "c2VjcmV0", "CommandID": "TransactionReversal", "TransactionID": receipt,
        "Amount": amount_kes, "ReceiverParty": "600426", "RecieverIdentifierType": "11", "ResultURL": format!("{base}/none"),
        "QueueTimeOutURL": format!("{base}/none"), "Remarks": "By hand",
    });
    let headers = [
        ("Authorization", bearer.as_str()),
        ("Content-Type", "application/json"),
    ];
    let sent = http::send(
        "POST",
        &format!("{base}/mpesa/reversal/v1/request"),
        &headers,
        &body.to_string(),
    );
    assert_eq!(sent.json()["ResponseCode"], "0", "{}", sent.text);
    let ledger = http::get(&emulator("ledger")).json();
    let mut moved = ledger.as_array().unwrap().iter();
    let moved = moved.find(|moved| moved["receipt"] == receipt).unwrap();
    let at_ms = moved["reversed_at_ms"].as_u64().unwrap();
    let whole = statement(at_ms - 5_000, at_ms + 5_000);
    let line = whole
        .lines()
        .find(|line| line.contains("Reversal of") && line.contains(receipt));
    line.unwrap().to_owned()
}
