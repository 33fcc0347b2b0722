//! The run of `bench --payment`: both Workers by turns as they are built, for their processor time, memory and bytes; then a counted copy of
//! each, for everything that can be counted.

use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Result, bail, ensure};

use super::bytes::{self, Held};
use super::counters::Counts;
use super::crowd::{self, Shop};
use super::figures::{Costs, Counted, Measured};
use super::side::{Side, Told};
use super::{copy, figures, process};
use crate::build::Built;
use crate::stack::{self, Running, Setting};
use crate::test::Scratch;
use crate::{build, interrupt, secrets};

/// Whether a goal that is not met fails the run, or is only told.
const GOALS_ARE_LIMITS: bool = false;

/// Customers of one round, and rounds of each Worker.
const CUSTOMERS: u32 = 150;
const ROUNDS: u32 = 3;
/// Customers before the first round, so that everything is compiled and a token minted.
const WARMING: u32 = 10;
/// Customers whose payments are counted.
const COUNTED: u32 = 60;
/// Until the shop, the ledger and the rosters have what they get.
const SETTLING: Duration = Duration::from_secs(15);

pub(crate) fn run() -> Result<()> {
    let built = build::ensure(false)?;
    let mut ground = Ground::open(built)?;
    let costs = ground.compare()?;
    let [twin, malipo] = costs;
    let twin_counted = ground.count_twin()?;
    let counted = ground.count_malipo()?;
    let table = figures::print(&Measured {
        costs: [&twin, &malipo],
        twin: &twin_counted,
        malipo: &counted,
        payments: COUNTED.into(),
        swept: WARMING + COUNTED,
    });
    match table.missed().as_slice() {
        missed if GOALS_ARE_LIMITS && !missed.is_empty() => {
            bail!("goals that are not met: {}", missed.join(", "))
        }
        _ => Ok(()),
    }
}

/// The emulator, the shop, and customers of whom none comes twice.
struct Ground {
    emulator: Running,
    shop: Shop,
    setting: Setting,
    run: u128,
    next: u32,
    scratch: Scratch,
}

impl Ground {
    fn open(built: Built) -> Result<Ground> {
        let scratch = Scratch::new("bench")?;
        let setting = Setting {
            secrets: scratch.0.join("secrets.env"),
            state: scratch.0.clone(),
            is_shown: false,
            built,
        };
        secrets::write_missing(&setting.secrets)?;
        let flags = ["--no-rule-limit", "--keep-old-tokens"];
        Ok(Ground {
            emulator: stack::start_emulator_with(&setting, 0, &flags)?,
            shop: Shop::open()?,
            setting,
            run: SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis(),
            next: 0,
            scratch,
        })
    }

    fn start(&self, name: &'static str, config: &Path) -> Result<Side> {
        println!("starting {name}");
        let told = Told {
            secrets: &self.setting.secrets,
            emulator: &self.emulator.url,
            webhook: &self.shop.url,
        };
        Side::start(name, config, &told)
    }

    /// Lets so many pay; how many requests they made.
    fn pay(&mut self, side: &Side, customers: u32) -> Result<u32> {
        let numbers = self.next..self.next + customers;
        self.next = numbers.end;
        crowd::pay(&side.url, self.run, numbers)
    }

    /// Waits until all is told, and fails if the shop has not heard of every payment.
    fn settle(&self, side: &Side, heard_before: u32, customers: u32) -> Result<()> {
        interrupt::wait(SETTLING);
        ensure!(!interrupt::asked(), "stopped");
        let heard = self.shop.heard() - heard_before;
        let name = side.name;
        ensure!(
            heard == customers,
            "{name}: {customers} have paid, and the shop has heard {heard} messages"
        );
        Ok(())
    }

    fn warm(&mut self, side: &Side) -> Result<()> {
        let heard = self.shop.heard();
        self.pay(side, WARMING)?;
        self.settle(side, heard, WARMING)
    }

    /// Both as they are built, by turns: the twin's costs and Malipo's.
    fn compare(&mut self) -> Result<[Costs; 2]> {
        let twin = copy::twin(&self.scratch.0.join("twin"), false)?;
        let malipo = copy::malipo(&self.scratch.0.join("malipo"), false)?;
        let sides = [
            self.start("the twin", &twin)?,
            self.start("Malipo", &malipo)?,
        ];
        let mut costs = [Costs::default(), Costs::default()];
        for (side, costs) in sides.iter().zip(&mut costs) {
            costs.empty_ledger = ledger(&side.state)?.all;
            self.warm(side)?;
        }
        for round in 1..=ROUNDS {
            for (side, costs) in sides.iter().zip(&mut costs) {
                self.round(side, costs)?;
                let told = costs.last_round();
                println!("round {round} of {ROUNDS}, {}: {told}", side.name);
            }
        }
        for (side, costs) in sides.into_iter().zip(&mut costs) {
            costs.memory_mb = process::memory_mb(&side.processes)?;
            let payments = WARMING + ROUNDS * CUSTOMERS;
            costs.bytes = held(&side.end(), payments, costs.empty_ledger)?;
        }
        Ok(costs)
    }

    fn round(&mut self, side: &Side, costs: &mut Costs) -> Result<()> {
        let heard = self.shop.heard();
        let began_ms = process::cpu_ms(&side.processes)?;
        let requests = self.pay(side, CUSTOMERS)?;
        let paid_ms = process::cpu_ms(&side.processes)?;
        self.settle(side, heard, CUSTOMERS)?;
        let later_ms = process::cpu_ms(&side.processes)?;
        let each = |ms: u64| ms as f64 / f64::from(CUSTOMERS);
        costs.paid_ms.push(each(paid_ms - began_ms));
        costs.later_ms.push(each(later_ms - began_ms));
        costs
            .requests
            .push(f64::from(requests) / f64::from(CUSTOMERS));
        Ok(())
    }

    fn count_twin(&mut self) -> Result<Counts> {
        let config = copy::twin(&self.scratch.0.join("twin-counted"), true)?;
        let side = self.start("the twin, counted", &config)?;
        self.warm(&side)?;
        self.count(&side)
    }

    fn count_malipo(&mut self) -> Result<Counted> {
        let config = copy::malipo(&self.scratch.0.join("malipo-counted"), true)?;
        let side = self.start("Malipo, counted", &config)?;
        self.warm(&side)?;
        let sweep_before = sweep(&side)?;
        let before = process::turns(&side.processes);
        let paid = self.count(&side)?;
        let waited = process::turns(&side.processes).waited_since(before);
        let sweep_after = sweep(&side)?;
        side.in_ledger("UPDATE payments SET look_at_ms = 0, wakes = 1")?;
        let sweep_of_all = sweep(&side)?;
        Ok(Counted {
            paid,
            sweep_before,
            sweep_after,
            sweep_of_all,
            waited,
        })
    }

    fn count(&mut self, side: &Side) -> Result<Counts> {
        let heard = self.shop.heard();
        side.counts()?; // what came before
        self.pay(side, COUNTED)?;
        self.settle(side, heard, COUNTED)?;
        side.counts()
    }
}

fn sweep(side: &Side) -> Result<Counts> {
    side.counts()?;
    side.ring_schedule()?;
    side.counts()
}

fn ledger(state: &Path) -> Result<Held> {
    bytes::below(&state.join("v3/d1"))
}

/// Bytes a payment, by class of objects; `D1` is the ledger, without what it held before the first.
fn held(state: &Path, payments: u32, empty_ledger: u64) -> Result<Vec<(String, Held)>> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(state.join("v3/do"))? {
        let dir = entry?.path();
        let name = dir.file_name().unwrap_or_default().to_string_lossy();
        let class = name.rsplit('-').next().unwrap_or_default().to_owned();
        all.push((class, bytes::below(&dir)?));
    }
    let mut ledger = ledger(state)?;
    ledger.all = ledger.all.saturating_sub(empty_ledger);
    all.push(("D1".to_owned(), ledger));
    all.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
    for (_, held) in &mut all {
        held.all /= u64::from(payments);
        held.free /= u64::from(payments);
    }
    Ok(all)
}
