//! The shop, the customer and M-PESA, as a test meets them.

use crate::http::{self, Reply, at};
use serde_json::{Value, json};
use std::sync::Once;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// More polls than any story needs: a story that does not end fails, it does not hang.
const POLLS_MAX: usize = 40;
/// Answers that are not held come at once: so long is asked at least.
const PATIENCE: Duration = Duration::from_secs(60);

/// One customer's payment at one Worker.
pub(crate) struct Payment {
    pub(crate) worker: String,
    pub(crate) view: Value,
}

/// A browser key that nobody else has.
pub(crate) fn fresh_key() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let now_ns = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_nanos();
    format!("test-{now_ns:032}-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// A number that ends so, and that no other test holds: two prompts cannot ring on one handset.
pub(crate) fn phone_ending(ending: &str) -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!(
        "25470{:03}{ending}",
        NEXT.fetch_add(1, Ordering::Relaxed) % 1000
    )
}

pub(crate) fn worker() -> String {
    at("MALIPO_URL")
}

/// The shop whose payments by hand M-PESA reports, with a webhook.
pub(crate) fn by_hand() -> String {
    crate::webhooks::open();
    at("MALIPO_BY_HAND_URL")
}

/// The control plane of the emulator.
pub(crate) fn emulator(path: &str) -> String {
    static RULE: Once = Once::new();
    // Tests share prices: M-PESA's two-minute rule has a test of its own number. And the shops share one Daraja app:
    // each would kill the other's token without end; a token that is refused has a test of its own.
    RULE.call_once(|| {
        http::post(
            &format!("{}/_emulator/settings", at("MALIPO_EMULATOR_URL")),
            &json!({"is_rule_limited": false, "is_single_token": false}),
        );
    });
    format!("{}/_emulator/{path}", at("MALIPO_EMULATOR_URL"))
}

impl Payment {
    /// Opens a payment of the tea and sends the first push to a number of this ending.
    #[track_caller]
    pub(crate) fn pushed(ending: &str) -> Payment {
        Payment::pushed_at(&worker(), ending)
    }

    #[track_caller]
    pub(crate) fn pushed_at(worker: &str, ending: &str) -> Payment {
        emulator("ledger");
        Payment::opened_with(
            worker,
            json!({"item": "tea", "key": fresh_key(), "phone": phone_ending(ending)}),
        )
    }

    #[track_caller]
    pub(crate) fn opened_with(worker: &str, body: Value) -> Payment {
        let reply = http::post(&format!("{worker}/v1/payments"), &body);
        assert_eq!(reply.status, 200, "{}", reply.text);
        Payment {
            worker: worker.to_owned(),
            view: reply.json(),
        }
    }

    pub(crate) fn id(&self) -> &str {
        self.view["id"].as_str().unwrap()
    }

    pub(crate) fn state(&self) -> &str {
        self.view["state"].as_str().unwrap()
    }

    pub(crate) fn ms(&self, field: &str) -> Option<u64> {
        self.view[field].as_u64()
    }

    fn url(&self) -> String {
        format!("{}/v1/payments/{}", self.worker, self.id())
    }

    /// Polls as the widget does until `is_there`.
    #[track_caller]
    pub(crate) fn until(
        &mut self,
        what: &str,
        is_there: impl Fn(&Payment) -> bool,
    ) -> &mut Payment {
        let (began, mut polls) = (Instant::now(), 0);
        // A payment that is paid is not held: its receipt is asked for again and again.
        while polls < POLLS_MAX || began.elapsed() < PATIENCE {
            if is_there(self) {
                return self;
            }
            polls += 1;
            let after = self.view["version"].as_u64().unwrap();
            self.view = http::get(&format!("{}?after={after}&wait=25", self.url())).json();
        }
        panic!("never {what}: {}", self.view);
    }

    #[track_caller]
    pub(crate) fn until_state(&mut self, state: &str) -> &mut Payment {
        self.until(state, |payment| payment.state() == state)
    }

    /// Paid, with its receipt: a query may say first that it is paid, and tells no receipt.
    #[track_caller]
    pub(crate) fn until_receipt(&mut self) -> &mut Payment {
        self.until("paid with a receipt", |payment| {
            payment.state() == "paid" && payment.view["receipt"].is_string()
        })
    }

    /// Asks for another push.
    #[track_caller]
    pub(crate) fn push(&mut self, more: Value) -> Reply {
        let mut body = json!({"key": fresh_key()});
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let reply = http::post(&format!("{}/attempts", self.url()), &body);
        if reply.status == 200 {
            self.view = reply.json();
        }
        reply
    }

    /// What M-PESA moved for this payment, receipt by receipt.
    #[track_caller]
    pub(crate) fn moved(&self) -> Vec<Value> {
        let ledger = http::get(&emulator("ledger")).json();
        let entries = ledger.as_array().unwrap().iter();
        entries
            .filter(|entry| {
                let typed = entry["account_reference"].as_str().unwrap_or_default();
                self.view["account_reference"] == typed.to_ascii_uppercase()
            })
            .cloned()
            .collect()
    }

    /// The emulator's ledger and the Worker agree to the shilling.
    #[track_caller]
    pub(crate) fn agrees(&self) {
        let moved: u64 = self
            .moved()
            .iter()
            .map(|entry| entry["amount_kes"].as_u64().unwrap())
            .sum();
        assert_eq!(
            self.view["received_kes"].as_u64(),
            Some(moved),
            "M-PESA moved {moved}: {}",
            self.view
        );
    }

    /// The pushes for this payment that Daraja did not refuse for their token: those never reached M-PESA.
    pub(crate) fn pushes(&self) -> usize {
        let requests = http::get(&emulator("requests")).json();
        let is_ours = |request: &&Value| {
            request["body"]["AccountReference"] == self.view["account_reference"]
                && request["status"] != 404
        };
        requests.as_array().unwrap().iter().filter(is_ours).count()
    }
}

/// Has a fault strike the payment's object so many times; how often the last one was still to strike.
#[track_caller]
pub(crate) fn plant(payment: &Payment, fault: &str, times: u32) -> String {
    let url = format!("{}/_faults/{fault}/{}", payment.worker, payment.id());
    let planted = http::post(&url, &json!(times));
    assert_eq!(planted.status, 200, "{}", planted.text);
    planted.text
}
