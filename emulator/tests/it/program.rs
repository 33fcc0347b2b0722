//! The program: its flags, its first lines, its end.

use crate::bench;
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, Command, Stdio},
};

struct Program {
    child: Child,
    lines: Vec<String>,
    rest: BufReader<std::process::ChildStdout>,
}

impl Program {
    fn start(flags: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_malipo-emulator"))
            .args(["--port", "0"])
            .args(flags)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut rest = BufReader::new(child.stdout.take().unwrap());
        let mut lines = Vec::new();
        while !lines
            .last()
            .is_some_and(|line: &String| line.starts_with("emulator ready "))
        {
            let mut line = String::new();
            assert_ne!(rest.read_line(&mut line).unwrap(), 0, "it ended: {lines:?}");
            lines.push(line.trim_end().to_owned());
        }
        Self { child, lines, rest }
    }

    fn url(&self) -> &str {
        self.lines
            .last()
            .unwrap()
            .strip_prefix("emulator ready ")
            .unwrap()
    }

    fn end(mut self, signal: &str) {
        let kill = Command::new("kill")
            .args([signal, &self.child.id().to_string()])
            .status();
        assert!(kill.unwrap().success());
        assert_eq!(self.child.wait().unwrap().code(), Some(0));
        let mut more = String::new();
        self.rest.read_to_string(&mut more).unwrap();
        assert_eq!(more, "");
    }
}

/// A test that fails leaves no program behind.
impl Drop for Program {
    fn drop(&mut self) {
        let _has_ended = self.child.kill();
    }
}

async fn post(url: String, token: &str, body: Value) -> (u16, Value) {
    let request = reqwest::Client::new().post(url).bearer_auth(token);
    let request = request.header("Content-Type", "application/json");
    let answer = request.body(body.to_string()).send().await.unwrap();
    (answer.status().as_u16(), bench::body(answer).await)
}

async fn token(url: &str) -> String {
    let url = format!("{url}/oauth/v1/generate?grant_type=client_credentials");
    let request = reqwest::Client::new()
        .get(url)
        .basic_auth("key", Some("secret"));
    let answer = bench::body(request.send().await.unwrap()).await;
    answer["access_token"].as_str().unwrap().to_owned()
}

async fn token_status(url: &str, key: &str, secret: &str) -> u16 {
    let url = format!("{url}/oauth/v1/generate?grant_type=client_credentials");
    let request = reqwest::Client::new()
        .get(url)
        .basic_auth(key, Some(secret));
    request.send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn it_says_where_it_is_and_ends_cleanly_on_a_signal() {
    for signal in ["-TERM", "-INT"] {
        let flags = [
            "--app",
            "key:secret",
            "--shortcode",
            "600000:a",
            "--till",
            "600001:7777:b",
        ];
        let program = Program::start(&flags);
        assert_eq!(
            program.lines.len(),
            2,
            "no secret is printed when all were given"
        );
        assert_eq!(token_status(program.url(), "key", "secret").await, 200);
        program.end(signal);
    }
}

#[tokio::test]
async fn secrets_that_nobody_gave_are_made_up_and_printed_once() {
    let (one, other) = (
        Program::start(&["--seed", "1"]),
        Program::start(&["--seed", "1"]),
    );
    let secret = |program: &Program, name: &str| {
        let prefix = format!("{name}=");
        let found: Vec<_> = program
            .lines
            .iter()
            .filter_map(|line| line.strip_prefix(&prefix))
            .collect();
        assert_eq!(found.len(), 1);
        found[0].to_owned()
    };
    let (key, passed) = (
        secret(&one, "DARAJA_CONSUMER_KEY"),
        secret(&one, "DARAJA_CONSUMER_SECRET"),
    );
    assert_ne!(
        secret(&one, "DARAJA_PASSKEY"),
        secret(&other, "DARAJA_PASSKEY")
    );
    assert_eq!(token_status(one.url(), &key, &passed).await, 200);
    assert_eq!(token_status(other.url(), &key, &passed).await, 400);
    one.end("-TERM");
    other.end("-TERM");
}

#[tokio::test]
async fn credentials_come_from_a_file() {
    let file = std::env::temp_dir().join(format!("malipo-emulator-{}.env", std::process::id()));
    let text = "DARAJA_CONSUMER_KEY=filed\nDARAJA_CONSUMER_SECRET=\"away\"\nDARAJA_PASSKEY=pass\n";
    std::fs::write(&file, text).unwrap();
    let program = Program::start(&["--credentials-file", file.to_str().unwrap()]);
    std::fs::remove_file(&file).unwrap();
    assert_eq!(program.lines.len(), 2);
    assert_eq!(token_status(program.url(), "filed", "away").await, 200);
    program.end("-TERM");
}

#[tokio::test]
async fn a_second_pay_bill_and_a_till_exist_beside_the_sandbox_s() {
    let program = Program::start(&["--app", "key:secret"]);
    let prefix = "DARAJA_PASSKEY=";
    let mut lines = program.lines.iter();
    let passkey = lines.find_map(|line| line.strip_prefix(prefix)).unwrap();
    let token = token(program.url()).await;
    for (shortcode, party_b, transaction_type) in [
        ("174379", "174379", "CustomerPayBillOnline"),
        ("600426", "600426", "CustomerPayBillOnline"),
        ("174378", "555555", "CustomerBuyGoodsOnline"),
    ] {
        let push = json!({
            "BusinessShortCode": shortcode, "Password": bench::password(shortcode, passkey),
            "Timestamp": bench::TIMESTAMP, "TransactionType": transaction_type, "Amount": 1,
            "PartyA": "254700000001", "PartyB": party_b, "PhoneNumber": format!("254708{party_b}"),
            "CallBackURL": "http://127.0.0.1:1/", "AccountReference": "A", "TransactionDesc": "B",
        });
        let url = format!("{}/mpesa/stkpush/v1/processrequest", program.url());
        let (status, answer) = post(url, &token, push).await;
        assert_eq!(status, 200, "{answer}");
    }
    program.end("-TERM");
}

#[tokio::test]
async fn only_the_initiator_that_is_named_may_ask_for_a_status() {
    let flags = [
        "--app",
        "key:secret",
        "--initiator",
        "shop",
        "--clock-speed",
        "1000",
    ];
    let program = Program::start(&flags);
    let token = token(program.url()).await;
    for initiator in ["stranger", "shop"] {
        let request = json!({
            "Initiator": initiator, "SecurityCredential": "c2VjcmV0", "CommandID": "TransactionStatusQuery",
            "TransactionID": "ZZ00000000", "PartyA": "174379", "IdentifierType": "4",
            "ResultURL": "http://127.0.0.1:1/", "QueueTimeOutURL": "http://127.0.0.1:1/", "Remarks": "lost",
        });
        let url = format!("{}/mpesa/transactionstatus/v1/query", program.url());
        assert_eq!(post(url, &token, request).await.0, 200);
    }
    let see = async |what: String| {
        let url = format!("{}/_emulator/{what}", program.url());
        bench::body(reqwest::get(url).await.unwrap()).await
    };
    let mut version = json!(0);
    let sent = loop {
        let sent = see("callbacks".to_owned()).await;
        if sent[1].is_object() {
            break sent;
        }
        let change = see(format!("handset/254700000009?after={version}")).await;
        version = change["version"].clone();
    };
    let code = |index: usize| &sent[index]["body"]["Result"]["ResultCode"];
    let mut codes = [code(0).to_string(), code(1).to_string()];
    codes.sort();
    assert_eq!(codes, ["\"R000002\"", "2001"]);
    program.end("-TERM");
}
