//! The part that runs the example shops: each beside a Worker of its own, whose messages the test carries to it.

use std::net::TcpStream;
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::code;
use super::system::TestStack;
use crate::child::{self, run};
use crate::ports::free_port;
use crate::service::Service;
use crate::setup::shops;
use crate::{interrupt, places, secrets};

const READY_MAX: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(50);

/// A shop of examples/wallet, and what it needs to run.
struct Shop {
    name: &'static str,
    service: Service,
    port: u16,
}

pub(super) fn prove() -> Result<()> {
    shops::install_missing()?;
    let tests = ["--test", "examples"];
    run(
        code::tests(&tests).arg("--no-run"),
        "compiling the tests of the examples",
    )?;
    let post = free_port()?;
    let stack = TestStack::start("examples", &[&webhook(post)])?;
    let python = shops::python()?.context("no Python with the example's packages")?;
    let mut cargo = code::tests(&tests);
    cargo.env("MALIPO_PYTHON", python);
    let first = Shop::start("node", &stack, &stack.worker.url)?;
    first.tell(&mut cargo, &stack.worker.url, post);
    let mut shops = vec![first];
    let mut workers = Vec::new();
    for name in ["php", "python"] {
        let post = free_port()?;
        let worker = stack.start_worker(name, &[&webhook(post)], None)?;
        let shop = Shop::start(name, &stack, &worker.url)?;
        shop.tell(&mut cargo, &worker.url, post);
        workers.push(worker);
        shops.push(shop);
    }
    let proved = run(stack.tell(&mut cargo), "tests of the examples");
    for shop in &mut shops {
        if let Some(obituary) = shop.service.obituary()? {
            bail!("the shop in {} ended: {obituary}", shop.name);
        }
    }
    proved
}

/// Where the test takes a Worker's messages from.
fn webhook(port: u16) -> String {
    format!("WEBHOOK_URL:http://127.0.0.1:{port}/webhook")
}

impl Shop {
    fn start(name: &'static str, stack: &TestStack, worker: &str) -> Result<Shop> {
        let port = free_port()?;
        let state = stack.state().join(format!("shop-{name}"));
        std::fs::create_dir_all(&state)?;
        let secret = |name: &str| {
            secrets::read(stack.secrets(), name)?.with_context(|| format!("no {name}"))
        };
        let mut command = program(name, port)?;
        command
            .env("PORT", port.to_string())
            .env("PAY_URL", worker)
            .env("AUDIENCE", "malipo:emulator:main")
            .env("ORDER_SECRET", secret("ORDER_SECRET")?)
            .env("WEBHOOK_SECRET", secret("WEBHOOK_SECRET")?)
            .env("WALLET", state.join("wallet"))
            .env("PYTHONDONTWRITEBYTECODE", "1");
        let service = Service::start(name, &mut command, &state.join("log"), false)?;
        let mut shop = Shop {
            name,
            service,
            port,
        };
        shop.wait()?;
        Ok(shop)
    }

    /// Tells the test where the shop is, its Worker, and the messages between them.
    fn tell(&self, tests: &mut Command, worker: &str, post: u16) {
        let told = |what: &str| format!("MALIPO_{}_{what}", self.name.to_uppercase());
        tests
            .env(told("SHOP"), format!("http://127.0.0.1:{}", self.port))
            .env(told("WORKER"), worker)
            .env(told("POST"), post.to_string());
    }

    fn wait(&mut self) -> Result<()> {
        let began = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            if let Some(obituary) = self.service.obituary()? {
                bail!("the shop in {}: {obituary}", self.name);
            }
            if interrupt::asked() || began.elapsed() > READY_MAX {
                bail!("the shop in {} does not listen", self.name);
            }
            sleep(POLL);
        }
        Ok(())
    }
}

fn program(name: &str, port: u16) -> Result<Command> {
    let file = |file: &str| places::root().join("examples/wallet").join(name).join(file);
    Ok(match name {
        "node" => {
            let mut node = child::command("node");
            node.arg(file("server.mjs"));
            node
        }
        "php" => {
            let mut php = child::command("php");
            php.args(["-q", "-S", &format!("127.0.0.1:{port}")])
                .arg(file("server.php"));
            php
        }
        "python" => {
            let python = shops::python()?.context("no Python with the example's packages")?;
            let mut python = child::command(python);
            python.arg(file("server.py"));
            python
        }
        other => bail!("no example in {other}"),
    })
}
