//! The way from a Worker to its shop, in the test's hands: it holds each message and says what the Worker is answered.

use crate::http::at;
use serde_json::Value;
use std::fs;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// A message is waited for no longer.
const PATIENCE: Duration = Duration::from_secs(60);

/// One message as the Worker sent it.
#[derive(Clone)]
pub(crate) struct Letter {
    pub(crate) id: String,
    pub(crate) timestamp: String,
    pub(crate) signature: String,
    pub(crate) text: String,
    pub(crate) answer: Sender<u16>,
}

/// A Worker's `WEBHOOK_URL`.
pub(crate) struct Post(Mutex<Receiver<Letter>>);

impl Post {
    pub(crate) fn open(port: &str) -> Post {
        let server = tiny_http::Server::http(format!("127.0.0.1:{port}")).unwrap();
        let (sender, letters) = mpsc::channel();
        thread::spawn(move || {
            for mut request in server.incoming_requests() {
                let mut text = String::new();
                request.as_reader().read_to_string(&mut text).unwrap();
                let header = |name: &str| {
                    let is_it = |h: &&tiny_http::Header| {
                        h.field.as_str().as_str().eq_ignore_ascii_case(name)
                    };
                    let header = request.headers().iter().find(is_it);
                    header.map_or_else(String::new, |h| h.value.to_string())
                };
                let (answer, answered) = mpsc::channel();
                let letter = Letter {
                    id: header("webhook-id"),
                    timestamp: header("webhook-timestamp"),
                    signature: header("webhook-signature"),
                    text,
                    answer,
                };
                let is_test_over = sender.send(letter).is_err();
                thread::spawn(move || {
                    let status = answered.recv().unwrap_or(500);
                    let status = if is_test_over { 500 } else { status };
                    let _ = request.respond(tiny_http::Response::empty(status));
                });
            }
        });
        Post(Mutex::new(letters))
    }

    /// The next message of this kind of this payment; others are acknowledged.
    #[track_caller]
    pub(crate) fn next(&self, kind: &str, account_reference: &str) -> Letter {
        let letters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let Ok(letter) = letters.recv_timeout(PATIENCE) else {
                panic!("the Worker never sent {kind} of {account_reference}");
            };
            let body: Value = serde_json::from_str(&letter.text).unwrap();
            let is_of = body["data"]["payment"]["account_reference"] == account_reference;
            if is_of && body["type"] == kind {
                return letter;
            }
            self.answer(&letter, 204);
        }
    }

    /// What the Worker is answered.
    pub(crate) fn answer(&self, letter: &Letter, status: u16) {
        letter.answer.send(status).unwrap();
    }

    /// The shop has heard it, and the Worker is never told.
    pub(crate) fn lose_answer(&self, letter: Letter) {
        self.answer(&letter, 500);
    }
}

pub(crate) fn secret(name: &str) -> String {
    let secrets = fs::read_to_string(at("MALIPO_SECRETS")).unwrap();
    let mut lines = secrets.lines().filter_map(|line| line.split_once('='));
    lines.find(|(key, _)| *key == name).unwrap().1.to_owned()
}
