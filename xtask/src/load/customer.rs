//! One customer: opens a payment, watches it as the widget does, and asks again when no answer comes.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::http;
use crate::interrupt;

/// Every magic number of the emulator.
pub(super) const STORIES: [&str; 28] = [
    "0000", "0001", "2001", "1019", "1025", "9999", "8006", "2028", "1001", "0404", "0111", "0501",
    "0503", "0403", "6060", "6061", "7777", "0017", "0026", "1032", "1037", "3008", "4999", "0222",
    "0500", "9037", "0429", "0099",
];
/// Nothing more is heard of these without a person.
const SILENT: [&str; 3] = ["0501", "0503", "0099"];
/// A customer who sees no end leaves after this, and in a crowd after this much more for each who came too: two cores serve
/// about 25 a second.
const PATIENCE: Duration = Duration::from_secs(150);
const PATIENCE_EACH: Duration = Duration::from_millis(100);
const AGAIN: Duration = Duration::from_millis(500);

pub(super) struct Customer {
    pub(super) msisdn: String,
    pub(super) story: &'static str,
    key: String,
    /// When the first request left, in Unix milliseconds.
    pub(super) asked_at_ms: u64,
    /// When the end was seen, in Unix milliseconds.
    pub(super) ended_at_ms: Option<u64>,
    /// The newest view.
    pub(super) view: Value,
    /// All that was answered.
    pub(super) seen: String,
    pub(super) has_typed: bool,
    tries: u32,
    patience: Duration,
}

impl Customer {
    /// Customers of all stories mixed, each with a number of its own.
    pub(super) fn crowd(size: u32) -> Vec<Customer> {
        let customer = |n: u32| {
            let story = STORIES[n as usize % STORIES.len()];
            let who = n as usize / STORIES.len();
            Customer {
                msisdn: format!("25471{who:03}{story}"),
                story,
                key: format!("crowd-{}-{n:08}", now_ms()),
                asked_at_ms: 0,
                ended_at_ms: None,
                view: Value::Null,
                seen: String::new(),
                has_typed: false,
                tries: 0,
                patience: PATIENCE + PATIENCE_EACH * size,
            }
        };
        (0..size).map(customer).collect()
    }

    /// Pays, until the story is over or patience is.
    pub(super) fn pay(mut self, worker: &str, is_over: &AtomicBool) -> Customer {
        let began = Instant::now();
        self.asked_at_ms = now_ms();
        let agent = http::agent();
        let body = json!({ "item": "tea", "key": self.key, "phone": self.msisdn }).to_string();
        while began.elapsed() < self.patience
            && !is_over.load(Ordering::Relaxed)
            && !interrupt::asked()
        {
            let answer = if self.view.is_null() {
                let open = agent.post(format!("{worker}/v1/payments"));
                open.header("Content-Type", "application/json").send(&body)
            } else {
                agent.get(self.status_url(worker)).call()
            };
            match answer.map(|mut answer| (answer.status(), answer.body_mut().read_to_string())) {
                Ok((status, Ok(text))) if status == 200 => self.look(&text),
                Ok((_, text)) => {
                    self.seen += &text.unwrap_or_default();
                    sleep(AGAIN);
                }
                Err(_) => sleep(AGAIN), // killed just now: the same request again
            }
            if self.may_try_again() {
                self.try_again(&agent, worker);
            }
            if self.is_at_end() {
                self.ended_at_ms = Some(now_ms());
                break;
            }
            let pause_ms = self.view["poll_after_ms"].as_u64().unwrap_or(0);
            sleep(Duration::from_millis(pause_ms.min(5_000)));
        }
        self
    }

    pub(super) fn reference(&self) -> &str {
        self.view["account_reference"].as_str().unwrap_or_default()
    }

    pub(super) fn id(&self) -> &str {
        self.view["id"].as_str().unwrap_or_default()
    }

    fn status_url(&self, worker: &str) -> String {
        let after = self.view["version"].as_u64().unwrap_or(0);
        format!("{worker}/v1/payments/{}?after={after}&wait=25", self.id())
    }

    fn look(&mut self, text: &str) {
        if self.seen.len() < 100_000 {
            self.seen += text;
        }
        self.view = serde_json::from_str(text).unwrap_or_default();
    }

    /// A push that never left, because the Worker was killed: the customer presses the button again.
    fn may_try_again(&self) -> bool {
        let is_busy =
            self.view["reason"] == "system_busy" && !["0026", "0403"].contains(&self.story);
        let retry_at_ms = self.view["retry_at_ms"].as_u64();
        is_busy
            && self.view["state"] == "declined"
            && retry_at_ms.is_some_and(|at_ms| at_ms <= now_ms())
    }

    fn try_again(&mut self, agent: &ureq::Agent, worker: &str) {
        self.tries += 1;
        let key = format!("{}-{}", self.key, self.tries);
        let body = json!({ "key": key }).to_string();
        let url = format!("{worker}/v1/payments/{}/attempts", self.id());
        let asked = agent.post(url).header("Content-Type", "application/json");
        if let Ok(mut answer) = asked.send(&body)
            && answer.status() == 200
            && let Ok(text) = answer.body_mut().read_to_string()
        {
            self.look(&text);
        }
    }

    fn is_at_end(&self) -> bool {
        match self.view["state"].as_str() {
            Some("paid") => true,
            Some("declined") => {
                let is_busy = self.view["reason"] == "system_busy";
                self.story != "9037" && (!is_busy || ["0026", "0403"].contains(&self.story))
            }
            Some("confirming") => SILENT.contains(&self.story),
            _ => false,
        }
    }
}

pub(super) fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(0))
}
