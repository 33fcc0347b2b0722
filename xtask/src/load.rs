//! `cargo xtask load`: a crowd of customers at once, of all stories mixed; the Worker may be killed meanwhile. At the end
//! the shop's webhooks, the ledger, the Worker and M-PESA must agree to the shilling.

mod agreement;
mod customer;
mod figures;
pub(crate) mod http;
mod shop;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Args;
use serde_json::json;

use crate::ports::free_port;
use crate::stack::{self, Running, Setting, WorkerSetting};
use crate::test::Scratch;
use crate::{build, interrupt, secrets};
use customer::Customer;
use shop::Shop;

#[derive(Args)]
pub(crate) struct Options {
    /// How many customers pay
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=5000))]
    payments: u32,
    /// Over how many seconds they come; 0 is all at one moment
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=3600))]
    over_secs: u32,
    /// How often the Worker is killed with SIGKILL while they pay
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=1000))]
    kills: u32,
    /// Chooses the moments of the kills
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// The short form of the tests: every story a few times, and a few kills.
pub(crate) fn short() -> Result<()> {
    run(&Options {
        payments: 140,
        over_secs: 0,
        kills: 6,
        seed: 1,
    })
}

/// Typed receipts are believed only when they are this old; then everything has settled that can.
const SETTLE_MAX: Duration = Duration::from_secs(420);
/// About as long as a kill and the start after it.
const COMING_PER_KILL: Duration = Duration::from_secs(5);
const LOOK_AGAIN: Duration = Duration::from_secs(2);

pub(crate) fn run(options: &Options) -> Result<()> {
    println!(
        "{} payments within {} s, {} kills, seed {}",
        options.payments, options.over_secs, options.kills, options.seed
    );
    let mut crowd = Crowd::start()?;
    let customers = Customer::crowd(options.payments);
    let began = Instant::now();
    let is_over = Arc::new(AtomicBool::new(false));
    let threads = customers
        .into_iter()
        .enumerate()
        .map(|(n, customer)| {
            let (url, is_over) = (crowd.worker.url.clone(), Arc::clone(&is_over));
            // While the Worker is killed customers go on coming, so that each kill meets every stage of a payment.
            let coming =
                Duration::from_secs(options.over_secs.into()).max(COMING_PER_KILL * options.kills);
            let comes_after = coming * u32::try_from(n)? / options.payments;
            thread::Builder::new()
                .stack_size(512 * 1024)
                .spawn(move || {
                    interrupt::wait(comes_after);
                    customer.pay(&url, &is_over)
                })
                .context("a thread for a customer")
        })
        .collect::<Result<Vec<_>>>()?;
    crowd.kill(options, || {
        threads.iter().filter(|t| !t.is_finished()).count()
    })?;
    let mut customers = Vec::new();
    for thread in threads {
        customers.push(
            thread
                .join()
                .map_err(|_| anyhow::anyhow!("a customer's thread panicked"))?,
        );
    }
    let paying = began.elapsed();
    is_over.store(true, Ordering::Relaxed);
    println!(
        "every customer has seen an end after {:.1} s; comparing the four ledgers",
        paying.as_secs_f32()
    );
    crowd.settle(&mut customers)?;
    figures::print(&customers, &crowd.emulator.url, paying)?;
    crowd.is_silent_about_secrets(&customers)
}

struct Crowd {
    worker: Running,
    emulator: Running,
    shop: Shop,
    setting: Setting,
    key: String,
    restarts: u32,
    _scratch: Scratch,
}

impl Crowd {
    fn start() -> Result<Crowd> {
        let built = build::ensure(false)?;
        let scratch = Scratch::new("load")?;
        let setting = Setting {
            built,
            secrets: scratch.0.join("secrets.env"),
            state: scratch.0.clone(),
            is_shown: false,
        };
        secrets::write_missing(&setting.secrets)?;
        let key = secrets::read(&setting.secrets, "API_KEY")?.context("there is no API_KEY")?;
        let emulator = stack::start_emulator(&setting, 0)?;
        let shop = Shop::open()?;
        let worker = start_worker(&setting, &emulator.url, &shop.url, free_port()?)?;
        let crowd = Crowd {
            worker,
            emulator,
            shop,
            setting,
            key,
            restarts: 0,
            _scratch: scratch,
        };
        let settings = format!("{}/_emulator/settings", crowd.emulator.url);
        http::post(&settings, &json!({ "is_rule_limited": false }), None)?;
        let register = format!("{}/v1/merchant/c2b/register", crowd.worker.url);
        let said = http::post(&register, &json!({}), Some(&crowd.key))?;
        if said.0 != 200 {
            bail!("C2B could not be registered: {} {}", said.0, said.1);
        }
        Ok(crowd)
    }

    /// Kills the Worker with all that it started, again and again at moments that the seed chooses, while somebody
    /// still pays.
    fn kill(&mut self, options: &Options, paying: impl Fn() -> usize) -> Result<()> {
        let mut random = options.seed;
        for n in 1..=options.kills {
            // Numerical Recipes' generator: the moments need no better one.
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            thread::sleep(Duration::from_millis(300 + (random >> 33) % 2500));
            if interrupt::asked() {
                bail!("stopped");
            }
            let port = self.worker.port()?;
            self.worker.service.kill();
            self.restarts += 1;
            let log = &self.worker.log;
            std::fs::rename(log, log.with_extension(format!("{}.log", self.restarts)))?;
            self.worker = start_worker(&self.setting, &self.emulator.url, &self.shop.url, port)?;
            println!("kill {n} of {}: {} still paying", options.kills, paying());
        }
        Ok(())
    }

    /// Waits until all agree. Customers whose money is not there yet type the receipt of their SMS.
    fn settle(&self, customers: &mut [Customer]) -> Result<()> {
        let began = Instant::now();
        let mut has_typed = false;
        loop {
            let differing = agreement::differing(
                customers,
                &self.worker.url,
                &self.emulator.url,
                &self.key,
                &self.shop,
            )?;
            if differing.is_empty() {
                println!(
                    "all agree to the shilling after another {:.1} s{}",
                    began.elapsed().as_secs_f32(),
                    if has_typed {
                        "; some had to type their receipt"
                    } else {
                        ""
                    }
                );
                return Ok(());
            }
            if interrupt::asked() {
                bail!("stopped");
            }
            if began.elapsed() > SETTLE_MAX {
                let first = differing.iter().take(12).cloned().collect::<Vec<_>>();
                bail!("{} do not agree:\n{}", differing.len(), first.join("\n"));
            }
            has_typed |= agreement::type_receipts(customers, &self.worker.url, &self.emulator.url)?;
            thread::sleep(LOOK_AGAIN);
        }
    }

    /// Everything that the Worker has printed and answered, searched for whole numbers and secrets.
    fn is_silent_about_secrets(&self, customers: &[Customer]) -> Result<()> {
        let mut said = String::new();
        for entry in std::fs::read_dir(&self.setting.state)? {
            let path = entry?.path();
            let is_log = path.extension().is_some_and(|extension| extension == "log");
            if is_log && path != self.emulator.log {
                said += &String::from_utf8_lossy(&std::fs::read(&path)?);
            }
        }
        let secrets = std::fs::read_to_string(&self.setting.secrets)?;
        let secrets = secrets.lines().filter_map(|line| line.split_once('='));
        let mut forbidden: Vec<String> = secrets
            .map(|(_, value)| value.trim_matches('"').to_owned())
            .collect();
        forbidden.extend(customers.iter().map(|customer| customer.msisdn.clone()));
        let seen: String = customers.iter().map(|c| c.seen.as_str()).collect();
        let bytes = said.len() + seen.len() + self.shop.heard_bytes();
        for text in &forbidden {
            if said.contains(text) || seen.contains(text) || self.shop.has_heard(text) {
                bail!(
                    "a secret or a whole number was told; it begins with {}",
                    &text[..4]
                );
            }
        }
        if said.contains("/hooks/") || seen.contains("/hooks/") {
            bail!("a callback address was told");
        }
        println!(
            "{} secrets and numbers in none of {bytes} bytes of logs, answers and webhooks",
            forbidden.len()
        );
        Ok(())
    }
}

fn start_worker(setting: &Setting, emulator: &str, shop: &str, port: u16) -> Result<Running> {
    let webhook = format!("WEBHOOK_URL:{shop}");
    let [initiator, credential] = stack::initiator();
    let vars = [
        webhook.as_str(),
        "C2B_REGISTERED:true",
        initiator.as_str(),
        credential.as_str(),
        "AUTO_CLAIM_MAX_KES:1000",
        "PROMPTS_PER_ADDRESS_PER_HOUR:100000",
        "DARAJA_QUERIES_PER_MINUTE:6000",
    ];
    stack::start_worker(
        setting,
        &WorkerSetting {
            name: "crowd",
            port,
            emulator_url: emulator,
            vars: &vars,
            is_healthy: true,
            door_port: None,
        },
    )
}
