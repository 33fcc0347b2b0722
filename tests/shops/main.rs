//! The example shops credit a wallet exactly once, whatever happens to the Worker's messages.
//! `cargo xtask test --only examples` starts the shops, their Workers and the emulator.

#[path = "../live/described.rs"]
mod described;
#[allow(dead_code, reason = "the live tests use the rest")]
#[path = "../live/http.rs"]
mod http;
mod post;
mod samples;
#[path = "../live/wire.rs"]
mod wire;

use http::at;
use post::{Letter, Post};
use serde_json::{Value, json};
use standardwebhooks::Webhook;
use std::thread;

#[test]
fn the_shop_in_node_credits_once() {
    credits_once("NODE");
}

#[test]
fn the_shop_in_php_credits_once() {
    credits_once("PHP");
}

#[test]
fn the_shop_in_python_credits_once() {
    credits_once("PYTHON");
}

fn credits_once(name: &str) {
    // The Workers share one Daraja app: each would kill the other's token without end.
    let settings = format!("{}/_emulator/settings", at("MALIPO_EMULATOR_URL"));
    http::post(&settings, &json!({"is_single_token": false}));
    let shop = Shop::of(name);
    let first = shop.top_up("amina", 150, "0000");
    let paid = shop.post.next("payment.paid", &first);
    assert_eq!(shop.hear(&paid), 204);
    assert_eq!(shop.balance("amina"), 150);

    // The shop's answer is lost on the way: the Worker sends it again, under the same id, signed anew.
    shop.post.lose_answer(paid);
    let again = shop.post.next("payment.paid", &first);
    assert_eq!(shop.hear(&again), 204);
    shop.post.answer(&again, 204);
    assert_eq!(shop.balance("amina"), 150);

    // Doubled, at one time.
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| assert_eq!(shop.hear(&again), 204));
        }
    });
    assert_eq!(shop.balance("amina"), 150);

    shop.takes_no_forgery(&again);

    let second = shop.top_up("amina", 100, "0222"); // its callback comes twice
    let paid = shop.post.next("payment.paid", &second);
    assert_eq!(shop.hear(&paid), 204);
    shop.post.answer(&paid, 204);
    assert_eq!(shop.hear(&again), 204); // the first again, late
    assert_eq!(shop.balance("amina"), 250);
    assert_eq!(shop.balance("otieno"), 0);

    let declined = shop.top_up("otieno", 70, "1032");
    let told = shop.post.next("payment.attempt_declined", &declined);
    assert_eq!(shop.hear(&told), 204);
    shop.post.answer(&told, 204);
    assert_eq!(shop.balance("otieno"), 0);

    for wrong in ["0", "-5", "1.5", "250001", "money", ""] {
        let url = format!("{}/topup?customer=amina&amount={wrong}", shop.url);
        assert_eq!(http::get(&url).status, 422, "{wrong:?}");
    }
}

/// An example shop and the Worker that it belongs to.
struct Shop {
    url: String,
    worker: String,
    post: Post,
    /// Digits for the customers' numbers: one handset takes one prompt at a time.
    digit: usize,
}

impl Shop {
    fn of(name: &str) -> Shop {
        Shop {
            url: at(&format!("MALIPO_{name}_SHOP")),
            worker: at(&format!("MALIPO_{name}_WORKER")),
            post: Post::open(&at(&format!("MALIPO_{name}_POST"))),
            digit: name.len(),
        }
    }

    /// Asks the shop for a top-up and pays it with a number of this ending; the payment's account reference.
    fn top_up(&self, customer: &str, amount: u32, ending: &str) -> String {
        let page = http::get(&format!(
            "{}/topup?customer={customer}&amount={amount}",
            self.url
        ));
        assert_eq!(page.status, 200, "{}", page.text);
        let order = page.text.split("data-order=\"").nth(1);
        let order = order.and_then(|rest| rest.split('"').next()).unwrap();
        let phone = format!("2547000{}{ending}", self.digit);
        let key = order.rsplit('.').next().unwrap(); // a signature is as good as chance
        let body = json!({"order": order, "key": key, "phone": phone});
        let opened = http::post(&format!("{}/v1/payments", self.worker), &body);
        assert_eq!(opened.status, 200, "{}", opened.text);
        assert_eq!(opened.json()["due_kes"], amount);
        opened.json()["account_reference"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    fn balance(&self, customer: &str) -> u64 {
        let balance = http::get(&format!("{}/balance?customer={customer}", self.url));
        balance.json()["kes"].as_u64().unwrap()
    }

    /// Carries a message to the shop, just as the Worker sent it.
    fn hear(&self, letter: &Letter) -> u16 {
        self.deliver(letter, &letter.text)
    }

    fn deliver(&self, letter: &Letter, text: &str) -> u16 {
        let headers = [
            ("content-type", "application/json"),
            ("webhook-id", &letter.id),
            ("webhook-timestamp", &letter.timestamp),
            ("webhook-signature", &letter.signature),
        ];
        http::send("POST", &format!("{}/webhook", self.url), &headers, text).status
    }

    fn takes_no_forgery(&self, letter: &Letter) {
        let before = self.balance("amina");
        let mut more: Value = serde_json::from_str(&letter.text).unwrap();
        more["data"]["payment"]["received_kes"] = json!(9_999);
        more["data"]["sequence"] = json!(99);
        let more = more.to_string();
        assert_eq!(self.deliver(letter, &more), 400, "another body");
        let now: i64 = letter.timestamp.parse().unwrap();
        let ours = Webhook::new(&post::secret("WEBHOOK_SECRET")).unwrap();
        let theirs = Webhook::from_bytes(vec![7; 32]).unwrap();
        for (what, webhook, at) in [
            ("another secret", &theirs, now),
            ("ours of yesterday", &ours, now - 86_400),
            ("ours of tomorrow", &ours, now + 86_400),
        ] {
            let signature = webhook.sign(&letter.id, at, more.as_bytes()).unwrap();
            let forged = Letter {
                timestamp: at.to_string(),
                signature,
                ..letter.clone()
            };
            assert_eq!(self.deliver(&forged, &more), 400, "{what}");
        }
        for signature in ["", "v1", "v1,", "v1,!", "v2,AAAA"] {
            let forged = Letter {
                signature: signature.to_owned(),
                ..letter.clone()
            };
            assert_eq!(self.deliver(&forged, &letter.text), 400, "{signature:?}");
        }
        assert_eq!(self.balance("amina"), before);
    }
}
