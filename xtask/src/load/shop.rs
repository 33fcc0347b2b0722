//! The shop's webhook receiver: it believes the newest message of each payment, and fails now and then.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use anyhow::{Result, anyhow};
use serde_json::Value;
use tiny_http::{Response, Server};

/// One in so many requests is answered with 500, so that messages come again.
const FAILS_EVERY: usize = 12;

pub(super) struct Shop {
    pub(super) url: String,
    heard: Arc<Mutex<Heard>>,
}

#[derive(Default)]
struct Heard {
    requests: usize,
    text: String,
    /// What a message said first: a repetition must say the same.
    bodies: HashMap<String, String>,
    contradictions: Vec<String>,
    /// By account reference: the amount of `payment.paid`, and how often distinct messages said so.
    paid_kes: HashMap<String, u64>,
    paid_messages: HashMap<String, usize>,
}

impl Shop {
    pub(super) fn open() -> Result<Shop> {
        let server = Server::http("127.0.0.1:0").map_err(|why| anyhow!("{why}"))?;
        let port = server.server_addr().to_ip().map(|address| address.port());
        let port = port.ok_or_else(|| anyhow!("the shop has no port"))?;
        let heard = Arc::new(Mutex::new(Heard::default()));
        let shop = Shop {
            url: format!("http://127.0.0.1:{port}/webhook"),
            heard: Arc::clone(&heard),
        };
        thread::spawn(move || {
            for mut request in server.incoming_requests() {
                let id = request
                    .headers()
                    .iter()
                    .find(|h| h.field.equiv("webhook-id"));
                let id = id.map(|h| h.value.to_string()).unwrap_or_default();
                let mut body = String::new();
                let is_read = request.as_reader().read_to_string(&mut body).is_ok();
                let mut heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
                heard.requests += 1;
                let status = if !is_read || heard.requests.is_multiple_of(FAILS_EVERY) {
                    500
                } else {
                    heard.take(&id, &body);
                    204
                };
                drop(heard);
                // The Worker may be gone; it sends again.
                let _ = request.respond(Response::empty(status));
            }
        });
        Ok(shop)
    }

    /// What the shop believes to have been paid for a reference, by `payment.paid` alone.
    pub(super) fn paid_kes(&self, reference: &str) -> Option<u64> {
        self.with(|heard| heard.paid_kes.get(reference).copied())
    }

    /// How many different messages said that a reference is paid: more than one would ship twice.
    pub(super) fn paid_messages(&self, reference: &str) -> usize {
        self.with(|heard| heard.paid_messages.get(reference).copied().unwrap_or(0))
    }

    pub(super) fn contradictions(&self) -> Vec<String> {
        self.with(|heard| heard.contradictions.clone())
    }

    pub(super) fn has_heard(&self, text: &str) -> bool {
        self.with(|heard| heard.text.contains(text))
    }

    pub(super) fn heard_bytes(&self) -> usize {
        self.with(|heard| heard.text.len())
    }

    fn with<T>(&self, look: impl FnOnce(&Heard) -> T) -> T {
        look(&self.heard.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Heard {
    fn take(&mut self, id: &str, body: &str) {
        self.text += body;
        match self.bodies.get(id) {
            Some(first) if first == body => return,
            Some(_) => return self.contradictions.push(id.to_owned()),
            None => self.bodies.insert(id.to_owned(), body.to_owned()),
        };
        let message: Value = serde_json::from_str(body).unwrap_or_default();
        let payment = &message["data"]["payment"];
        let reference = payment["account_reference"].as_str().unwrap_or_default();
        if message["type"] == "payment.paid" {
            let kes = payment["received_kes"].as_u64().unwrap_or_default();
            self.paid_kes.insert(reference.to_owned(), kes);
            *self.paid_messages.entry(reference.to_owned()).or_default() += 1;
        }
    }
}
