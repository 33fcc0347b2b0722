//! An emulator, a receiver for its callbacks, and a client that speaks Daraja by hand.

use std::{sync::Arc, time::Duration};

use axum::{Router, extract::State, http::HeaderMap, http::StatusCode, http::Uri, routing::post};
use base64::{Engine, prelude::BASE64_STANDARD};
use malipo_emulator::{App, Emulator, Merchant, Options, Payee, RunningEmulator};
use reqwest::{Response, header::CONTENT_TYPE};
use serde_json::{Value, json};
use tokio::{
    net::TcpListener,
    sync::{Mutex, mpsc},
};

pub(crate) const TIMESTAMP: &str = "20261120101010";
/// Far above what anything here takes: only a test that fails waits for it.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct Bench {
    pub(crate) emulator: RunningEmulator,
    pub(crate) token: String,
    pub(crate) receiver: String,
    callbacks: Mutex<mpsc::UnboundedReceiver<Received>>,
    validation: Arc<Validation>,
    http: reqwest::Client,
}

/// What `/c2b/validate` answers; `None` never does.
type Validation = Mutex<Option<(u16, String)>>;

#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Received {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    pub(crate) fn stk(&self) -> Value {
        let body: Value = serde_json::from_str(&self.text).unwrap();
        body["Body"]["stkCallback"].clone()
    }
}

pub(crate) fn options() -> Options {
    let app = App {
        consumer_key: "key".into(),
        consumer_secret: "secret".into(),
    };
    let pay_bill = Payee::PayBill {
        shortcode: "174379".into(),
    };
    let till = Payee::Till {
        store: "174378".into(),
        till: "555555".into(),
    };
    let merchants = vec![
        Merchant::new(pay_bill, "passkey"),
        Merchant::new(till, "till passkey"),
    ];
    Options {
        clock_speed: 0.0,
        seed: 1,
        ..Options::new(app, merchants)
    }
}

impl Bench {
    pub(crate) async fn start() -> Self {
        Self::with(options()).await
    }

    pub(crate) async fn with(options: Options) -> Self {
        let (received, callbacks) = mpsc::unbounded_channel();
        let validation = Arc::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let receiver = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new()
            .fallback(post(receive))
            .with_state((Arc::new(received), Arc::clone(&validation)));
        tokio::spawn(async move { axum::serve(listener, router).await });
        let emulator = Emulator::start(options).await.unwrap();
        let http = reqwest::Client::builder()
            .timeout(PATIENCE)
            .build()
            .unwrap();
        let callbacks = Mutex::new(callbacks);
        let mut bench = Self {
            emulator,
            token: String::new(),
            receiver,
            callbacks,
            validation,
            http,
        };
        bench.token = bench.mint().await;
        bench
    }

    pub(crate) async fn mint(&self) -> String {
        let answer = self
            .oauth("Basic", "key:secret", "client_credentials")
            .await;
        body(answer).await["access_token"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    pub(crate) async fn oauth(&self, scheme: &str, credentials: &str, grant: &str) -> Response {
        let url = format!(
            "{}/oauth/v1/generate?grant_type={grant}",
            self.emulator.url()
        );
        let credentials = BASE64_STANDARD.encode(credentials);
        self.http
            .get(url)
            .header("Authorization", format!("{scheme} {credentials}"))
            .send()
            .await
            .unwrap()
    }

    /// A right push of KES 150 to the Pay Bill.
    pub(crate) fn push_body(&self, msisdn: &str) -> Value {
        json!({
            "BusinessShortCode": "174379", "Password": password("174379", "passkey"), "Timestamp": TIMESTAMP,
            "TransactionType": "CustomerPayBillOnline", "Amount": 150, "PartyA": msisdn, "PartyB": "174379",
            "PhoneNumber": msisdn, "CallBackURL": format!("{}/hooks/{msisdn}", self.receiver),
            "AccountReference": "INV1", "TransactionDesc": "Tea",
        })
    }

    pub(crate) fn till_body(&self, msisdn: &str) -> Value {
        let mut body = self.push_body(msisdn);
        body["BusinessShortCode"] = json!("174378");
        body["Password"] = json!(password("174378", "till passkey"));
        body["TransactionType"] = json!("CustomerBuyGoodsOnline");
        body["PartyB"] = json!("555555");
        body
    }

    pub(crate) async fn send(&self, path: &str, body: &Value) -> reqwest::Result<Response> {
        let url = format!("{}{path}", self.emulator.url());
        let request = self
            .http
            .post(url)
            .bearer_auth(&self.token)
            .header(CONTENT_TYPE, "application/json");
        request.body(body.to_string()).send().await
    }

    pub(crate) async fn push(&self, body: &Value) -> reqwest::Result<Response> {
        self.send("/mpesa/stkpush/v1/processrequest", body).await
    }

    /// Pushes to a number, and gives the CheckoutRequestID.
    pub(crate) async fn pushed(&self, msisdn: &str) -> String {
        let answer = self.push(&self.push_body(msisdn)).await.unwrap();
        assert_eq!(answer.status(), 200);
        body(answer).await["CheckoutRequestID"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    pub(crate) async fn query(&self, id: &str) -> Response {
        let body = json!({
            "BusinessShortCode": "174379", "Password": password("174379", "passkey"), "Timestamp": TIMESTAMP,
            "CheckoutRequestID": id,
        });
        self.send("/mpesa/stkpushquery/v1/query", &body)
            .await
            .unwrap()
    }

    /// The ResultCode that a query gives.
    pub(crate) async fn queried(&self, id: &str) -> String {
        body(self.query(id).await).await["ResultCode"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    pub(crate) fn registration(&self, shortcode: &str) -> Value {
        json!({
            "ShortCode": shortcode, "ResponseType": "Completed",
            "ConfirmationURL": format!("{}/c2b/confirm", self.receiver),
            "ValidationURL": format!("{}/c2b/validate", self.receiver),
        })
    }

    pub(crate) async fn register(&self, version: &str, body: &Value) -> Response {
        let path = format!("/mpesa/c2b/{version}/registerurl");
        self.send(&path, body).await.unwrap()
    }

    /// Registers a shortcode whose validations are accepted.
    pub(crate) async fn registered(&self, shortcode: &str) {
        self.validates(200, r#"{"ResultCode":"0","ResultDesc":"Accepted"}"#)
            .await;
        let answer = self.register("v2", &self.registration(shortcode)).await;
        assert_eq!(answer.status(), 200);
    }

    pub(crate) async fn validates(&self, status: u16, answer: &str) {
        *self.validation.lock().await = Some((status, answer.to_owned()));
    }

    pub(crate) async fn never_validates(&self) {
        *self.validation.lock().await = None;
    }

    /// Pays KES 150 by hand to the Pay Bill.
    pub(crate) fn by_hand(&self) -> Value {
        json!({"msisdn": "0708374126", "shortcode": "174379", "account_reference": " inv-1 a", "amount_kes": 150})
    }

    pub(crate) async fn callback(&self) -> Received {
        let mut callbacks = self.callbacks.lock().await;
        tokio::time::timeout(PATIENCE, callbacks.recv())
            .await
            .expect("a callback")
            .unwrap()
    }

    /// Pays another push and sees that nothing came before its callback.
    pub(crate) async fn nothing_more_arrives(&self) {
        self.advance(600_000).await;
        self.pushed("254700010000").await;
        self.advance(2_000).await;
        assert_eq!(self.callback().await.path, "/hooks/254700010000");
    }

    pub(crate) async fn advance(&self, ms: u64) {
        self.control("clock", &json!({"advance_ms": ms})).await;
    }

    pub(crate) async fn control(&self, what: &str, body: &Value) -> Response {
        self.send(&format!("/_emulator/{what}"), body)
            .await
            .unwrap()
    }

    pub(crate) async fn see(&self, what: &str) -> Value {
        body(self.look(what).await).await
    }

    /// The same, for what is not JSON.
    pub(crate) async fn text(&self, what: &str) -> String {
        self.look(what).await.text().await.unwrap()
    }

    pub(crate) async fn look(&self, what: &str) -> Response {
        let url = format!("{}/_emulator/{what}", self.emulator.url());
        self.http.get(url).send().await.unwrap()
    }

    /// Waits for a change until `what` is as it should be.
    pub(crate) async fn until(&self, what: &str, is_so: impl Fn(&Value) -> bool) -> Value {
        let mut version = json!(0);
        for _ in 0..200 {
            let seen = self.see(what).await;
            if is_so(&seen) {
                return seen;
            }
            let change = self
                .see(&format!("handset/254700000009?after={version}"))
                .await;
            version = change["version"].clone();
        }
        panic!("{what} never came to be: {}", self.see(what).await);
    }

    pub(crate) async fn script(&self, when: Value, story: Value) {
        let answer = self
            .control("scripts", &json!({"when": when, "story": story}))
            .await;
        assert_eq!(answer.status(), 204);
    }
}

pub(crate) fn password(shortcode: &str, passkey: &str) -> String {
    BASE64_STANDARD.encode(format!("{shortcode}{passkey}{TIMESTAMP}"))
}

pub(crate) async fn body(answer: Response) -> Value {
    serde_json::from_str(&answer.text().await.unwrap()).unwrap()
}

/// The status and body of an error, whose `requestId` is checked and left out.
#[track_caller]
pub(crate) fn check_refusal(
    status: reqwest::StatusCode,
    body: &Value,
    expected: (u16, &str, &str),
) {
    let (expected_status, code, message) = expected;
    assert_eq!(
        (status.as_u16(), &body["errorCode"], &body["errorMessage"]),
        (expected_status, &json!(code), &json!(message))
    );
    assert_eq!(body["requestId"].as_str().map(str::len), Some(34));
}

async fn receive(
    State((received, validation)): State<(Arc<mpsc::UnboundedSender<Received>>, Arc<Validation>)>,
    uri: Uri,
    headers: HeaderMap,
    text: String,
) -> (StatusCode, String) {
    let is_validation = uri.path() == "/c2b/validate";
    received
        .send(Received {
            path: uri.path().to_owned(),
            headers,
            text,
        })
        .unwrap();
    if !is_validation {
        return (StatusCode::OK, String::new());
    }
    let answer = validation.lock().await.clone();
    match answer {
        Some((status, text)) => (StatusCode::from_u16(status).unwrap(), text),
        None => std::future::pending().await,
    }
}
