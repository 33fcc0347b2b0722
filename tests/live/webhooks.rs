//! The shop's webhook, as a test plays it: it hears each message once its signature is right, and can be deaf or endless.

use crate::http::at;
use crate::operator::secret;
use serde_json::Value;
use standardwebhooks::Webhook;
use std::collections::{HashMap, HashSet};
use std::io::{self, Read};
use std::sync::{Condvar, Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// A message is waited for no longer.
const PATIENCE: Duration = Duration::from_secs(60);
/// What nobody may read of an answer: half of what an isolate has.
pub(crate) const ENDLESS_BYTES: usize = 64 * 1024 * 1024;

/// One request that the shop's webhook has received.
#[derive(Clone)]
pub(crate) struct Heard {
    pub(crate) id: String,
    pub(crate) timestamp: String,
    pub(crate) body: Value,
    pub(crate) text: String,
}

impl Heard {
    pub(crate) fn payment(&self) -> &Value {
        &self.body["data"]["payment"]
    }
}

#[derive(Default)]
struct Inbox {
    heard: Mutex<Vec<Heard>>,
    /// References whose first message is answered with 500.
    deaf: Mutex<HashSet<String>>,
    /// References whose first message is answered without end.
    endless: Mutex<HashSet<String>>,
    /// How many bytes of such answers were taken, by reference.
    taken_bytes: Mutex<HashMap<String, usize>>,
    more: Condvar,
}

/// An answer of [`ENDLESS_BYTES`]: longer than anybody may read.
#[derive(Default)]
struct Endless {
    taken_bytes: usize,
}

impl Read for Endless {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let more = into.len().min(ENDLESS_BYTES - self.taken_bytes);
        into[..more].fill(b'x');
        self.taken_bytes += more;
        Ok(more)
    }
}

/// Opens the shop's webhook, once for all tests. Every message must bear the standard's signature.
fn inbox() -> &'static Inbox {
    static INBOX: OnceLock<Inbox> = OnceLock::new();
    static OPEN: std::sync::Once = std::sync::Once::new();
    let inbox = INBOX.get_or_init(Inbox::default);
    OPEN.call_once(|| {
        let address = format!("127.0.0.1:{}", at("MALIPO_SHOP_PORT"));
        let server = tiny_http::Server::http(address).unwrap();
        let webhook = Webhook::new(&secret("WEBHOOK_SECRET")).unwrap();
        thread::spawn(move || {
            for mut request in server.incoming_requests() {
                let mut text = String::new();
                request.as_reader().read_to_string(&mut text).unwrap();
                let mut headers = ::http::HeaderMap::new();
                for name in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
                    let header = request.headers().iter().find(|h| h.field.equiv(name));
                    let value = header.map_or("", |h| h.value.as_str());
                    headers.insert(name, value.parse().unwrap());
                }
                let is_signed = webhook.verify(text.as_bytes(), &headers).is_ok();
                let body: Value = serde_json::from_str(&text).unwrap_or_default();
                let said = |name: &str| headers[name].to_str().unwrap().to_owned();
                let heard = Heard {
                    id: said("webhook-id"),
                    timestamp: said("webhook-timestamp"),
                    body,
                    text,
                };
                let reference = heard.payment()["account_reference"].to_string();
                let is_deaf = inbox
                    .deaf
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .remove(&reference);
                if is_signed {
                    inbox
                        .heard
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .push(heard);
                    inbox.more.notify_all();
                }
                let is_endless = inbox
                    .endless
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .remove(&reference);
                if is_endless {
                    thread::spawn(move || inbox.go_on(request, reference));
                    continue;
                }
                let status = if is_signed && !is_deaf { 204 } else { 500 };
                let _ = request.respond(tiny_http::Response::empty(status));
            }
        });
    });
    inbox
}

/// From here on the shop listens.
pub(crate) fn open() {
    inbox();
}

/// The shop's server fails at the next message of this reference.
pub(crate) fn be_deaf_once(reference: &Value) {
    inbox()
        .deaf
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .insert(reference.to_string());
}

/// The shop's server answers the next message of this reference with 200 and a body without end.
pub(crate) fn be_endless_once(reference: &Value) {
    inbox()
        .endless
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .insert(reference.to_string());
}

/// How many bytes of that answer were taken before its connection ended.
#[track_caller]
pub(crate) fn taken_of_endless(reference: &Value) -> usize {
    let inbox = inbox();
    let began = Instant::now();
    let mut all = inbox
        .taken_bytes
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    loop {
        if let Some(taken) = all.get(&reference.to_string()) {
            return *taken;
        }
        let left = PATIENCE.checked_sub(began.elapsed());
        let left = left.expect("nobody took the endless answer, or nobody let go of it");
        let waited = inbox.more.wait_timeout(all, left);
        all = waited.unwrap_or_else(PoisonError::into_inner).0;
    }
}

impl Inbox {
    fn go_on(&self, request: tiny_http::Request, reference: String) {
        let mut body = Endless::default();
        let answer = tiny_http::Response::new(200.into(), Vec::new(), &mut body, None, None);
        let _ = request.respond(answer); // whoever reads hangs up
        self.taken_bytes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(reference, body.taken_bytes);
        self.more.notify_all();
    }
}

/// The messages of one payment, once they are as they must become.
#[track_caller]
pub(crate) fn heard(
    reference: &Value,
    what: &str,
    is_there: impl Fn(&[Heard]) -> bool,
) -> Vec<Heard> {
    let inbox = inbox();
    let began = Instant::now();
    let mut all = inbox.heard.lock().unwrap_or_else(PoisonError::into_inner);
    loop {
        let ours: Vec<Heard> = all
            .iter()
            .filter(|heard| heard.payment()["account_reference"] == *reference)
            .cloned()
            .collect();
        if is_there(&ours) {
            return ours;
        }
        let Some(left) = PATIENCE.checked_sub(began.elapsed()) else {
            let kinds: Vec<_> = ours.iter().map(|heard| &heard.body["type"]).collect();
            drop(all);
            panic!("the shop never heard {what} of {reference}, only {kinds:?}");
        };
        let waited = inbox.more.wait_timeout(all, left);
        all = waited.unwrap_or_else(PoisonError::into_inner).0;
    }
}

/// The shop has heard this kind of message of a payment.
#[track_caller]
pub(crate) fn heard_kind(reference: &Value, kind: &str) -> Heard {
    let of_kind = |all: &[Heard]| all.iter().find(|heard| heard.body["type"] == kind).cloned();
    let all = heard(reference, kind, |all| of_kind(all).is_some());
    of_kind(&all).unwrap()
}
