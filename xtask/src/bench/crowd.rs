//! The customers of the comparison, who are the same for both Workers: each posts a number, then asks and waits as the checkout does, until
//! the payment is paid. And the shop that hears of it.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail, ensure};
use serde_json::{Value, json};
use tiny_http::{Response, Server};

use crate::interrupt;
use crate::load::http;

/// Customers that come in a second.
const A_SECOND: u32 = 5;
/// The emulated customer pays after 2 s; whoever waits so long measures something else.
const PATIENCE: Duration = Duration::from_secs(60);
const AGAIN: Duration = Duration::from_millis(500);
const STACK: usize = 512 * 1024;

/// Lets customers with these numbers pay, one after the other; how many requests they made together.
///
/// # Errors
/// Somebody has not paid, or was answered with anything but 200.
pub(super) fn pay(url: &str, run: u128, numbers: Range<u32>) -> Result<u32> {
    let first = numbers.start;
    let customers = numbers.map(|n| {
        let url = url.to_owned();
        let comes_after = Duration::from_secs(1) * (n - first) / A_SECOND;
        thread::Builder::new()
            .stack_size(STACK)
            .spawn(move || {
                interrupt::wait(comes_after);
                pay_one(&url, run, n)
            })
            .context("a thread for a customer")
    });
    let customers = customers.collect::<Result<Vec<_>>>()?;
    let requests = customers.into_iter().map(|customer| {
        let paid = customer.join();
        paid.map_err(|_| anyhow!("a customer's thread panicked"))?
    });
    requests.sum()
}

fn pay_one(url: &str, run: u128, n: u32) -> Result<u32> {
    let began = Instant::now();
    let agent = http::agent();
    let phone = format!("2547{n:04}0000");
    // Each comes from an address of its own, as customers do.
    let address = format!("102.0.{}.{}", n / 250, n % 250 + 1);
    let body = json!({ "item": "tea", "key": format!("bench-{run}-{n:08}"), "phone": phone });
    let mut view = Value::Null;
    let mut requests = 0;
    while view["state"] != "paid" {
        ensure!(!interrupt::asked(), "stopped");
        ensure!(began.elapsed() < PATIENCE, "customer {n} still sees {view}");
        let answer = if view.is_null() {
            let open = agent.post(format!("{url}/v1/payments?wait=3"));
            open.header("Content-Type", "application/json")
                .header("CF-Connecting-IP", &address)
                .send(body.to_string())
        } else {
            let id = view["id"].as_str().unwrap_or_default();
            let status = format!("{url}/v1/payments/{id}?after={}&wait=25", view["version"]);
            agent
                .get(status)
                .header("CF-Connecting-IP", &address)
                .call()
        };
        let Ok(mut answer) = answer else {
            thread::sleep(AGAIN); // a connection was closed under it: the same request again, as a browser does
            continue;
        };
        let text = answer.body_mut().read_to_string()?;
        if answer.status() != 200 {
            bail!("customer {n} is answered {}: {text}", answer.status());
        }
        requests += 1;
        view = serde_json::from_str(&text).context("the answer is not JSON")?;
        let pause_ms = view["poll_after_ms"].as_u64().unwrap_or(0);
        thread::sleep(Duration::from_millis(pause_ms.min(5_000)));
    }
    Ok(requests)
}

/// The shop's webhook receiver, which takes everything.
pub(super) struct Shop {
    pub(super) url: String,
    heard: Arc<AtomicU32>,
}

impl Shop {
    pub(super) fn open() -> Result<Shop> {
        let server = Server::http("127.0.0.1:0").map_err(|why| anyhow!("{why}"))?;
        let port = server.server_addr().to_ip().map(|address| address.port());
        let port = port.context("the shop has no port")?;
        let heard = Arc::new(AtomicU32::new(0));
        let shop = Shop {
            url: format!("http://127.0.0.1:{port}/webhook"),
            heard: Arc::clone(&heard),
        };
        thread::spawn(move || {
            for request in server.incoming_requests() {
                heard.fetch_add(1, Ordering::Relaxed);
                let _ = request.respond(Response::empty(204)); // who has left sends again
            }
        });
        Ok(shop)
    }

    /// How many messages it has heard.
    pub(super) fn heard(&self) -> u32 {
        self.heard.load(Ordering::Relaxed)
    }
}
