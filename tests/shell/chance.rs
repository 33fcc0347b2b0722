//! Schedules by chance: a few payments of a few people, an M-PESA that does what it likes, and a host that fails as it may, all from one
//! seed. A schedule knows few faults at a time: that reaches deeper than all at once.

use crate::host::dice::Dice;
use crate::host::fate::{FAULTS, Fault};
use crate::world::town::{Paying, World};
use crate::world::truth::{Answer, Gateway, Plan};
use malipo_shell::platform::http::Method;
use malipo_tests::bodies;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::rc::Rc;

/// Numbers of nobody's.
const PHONES: [&str; 3] = ["254700000123", "254711000456", "254112000789"];
const MINUTE: u64 = 60_000;
/// No schedule takes longer, on its own clock.
const LIMIT_MS: u64 = 12 * 86_400_000;

/// How one schedule went.
pub(crate) struct Outcome {
    pub(crate) broken: Option<(u32, String)>,
    pub(crate) counts: [u64; FAULTS],
    pub(crate) steps: u64,
    pub(crate) hash: u64,
    pub(crate) story: Vec<String>,
}

/// What M-PESA likes to do in this schedule, each so often in a hundred.
#[derive(Clone, Copy)]
struct Habits {
    refuses: u64,
    breaks: u64,
    is_slow: u64,
    declines: u64,
    ignores: u64,
    is_silent: u64,
    loses_callbacks: u64,
    is_late: u64,
    doubles: u64,
    hides_numbers: u64,
    kills_queries: u64,
}

impl Habits {
    fn draw(dice: &mut Dice) -> Habits {
        let breadth = *dice.pick(&[20, 45]);
        let mut rate = || match dice.percent(breadth) {
            true => *dice.pick(&[5, 20, 50]),
            false => 0,
        };
        Habits {
            refuses: rate(),
            breaks: rate(),
            is_slow: rate(),
            declines: rate(),
            ignores: rate(),
            is_silent: rate().min(20),
            loses_callbacks: rate(),
            is_late: rate(),
            doubles: rate(),
            hides_numbers: rate(),
            kills_queries: rate(),
        }
    }

    fn plan(self, dice: &mut Dice) -> Plan {
        let refusals = [
            bodies::REFUSED,
            bodies::SPIKES,
            bodies::ADVICE,
            &[bodies::TOKEN, bodies::FIREWALL, bodies::LOCKED],
        ]
        .concat();
        let (status, body) = *dice.pick(&refusals);
        let (html, page) = *dice.pick(bodies::HTML);
        let gateway = match () {
            () if dice.percent(self.refuses) => Gateway::Refuses(status, body),
            () if dice.percent(self.breaks) => *dice.pick(&[
                Gateway::TakesAndBreaks,
                Gateway::DropsAndBreaks,
                Gateway::TakesAndSays(html, page),
            ]),
            () if dice.percent(self.is_slow) => Gateway::Slow(dice.between(2_000, 29_000)),
            () => Gateway::Accepts,
        };
        let after_ms = *dice.pick(&[2_000, 9_000, 40_000]);
        let answer = match () {
            () if dice.percent(self.is_silent) => Answer::Silent,
            () if dice.percent(self.ignores) => Answer::Ignores,
            () if dice.percent(self.declines) => {
                Answer::Declines(after_ms, dice.pick::<&str>(bodies::DECLINES))
            }
            () => Answer::Pays(after_ms),
        };
        let late_ms = match dice.percent(self.is_late) {
            true => *dice.pick(&[MINUTE, 15 * MINUTE, 300 * MINUTE]),
            false => 0,
        };
        Plan {
            gateway,
            answer,
            callback_ms: (!dice.percent(self.loses_callbacks))
                .then(|| dice.between(200, 2_000) + late_ms),
            again_ms: dice
                .percent(self.doubles)
                .then(|| *dice.pick(&[250, 3_000, 200_000])),
            has_number: !dice.percent(self.hides_numbers),
            confirmation_ms: (!dice.percent(self.loses_callbacks))
                .then(|| *dice.pick(&[10, 800, 4_000, 3_600_000])),
            is_query_dead: dice.percent(self.kills_queries),
            late_money_ms: dice
                .percent(self.is_late)
                .then(|| *dice.pick(&[10_000, 5 * MINUTE])),
        }
    }
}

/// Sets up the faults of the host that this schedule knows.
fn draw_faults(world: &World, dice: &mut Dice) {
    let breadth = *dice.pick(&[0, 15, 35]);
    for (fault, _) in Fault::ALL {
        if dice.percent(breadth) {
            // At each step it may strike: these end whole branches of a story.
            let rate = match fault {
                Fault::CrashKept | Fault::CrashLost | Fault::Replaced => *dice.pick(&[10, 40, 100]),
                Fault::AlarmLost => *dice.pick(&[10, 50]),
                _ => *dice.pick(&[50, 200, 800]),
            };
            world.cloud.fate.set_rate(*fault, rate);
        }
    }
    if dice.percent(30) {
        world
            .cloud
            .shelf
            .ahead_ms
            .set(dice.below(4_000) as i64 - 2_000);
    }
}

/// Runs the schedule of a seed.
pub(crate) fn run(seed: u64, is_told: bool) -> Outcome {
    let world = World::new(seed, is_told);
    let mut dice = Dice::new(seed, 6);
    let habits = Habits::draw(&mut dice);
    let mpesa = RefCell::new(Dice::new(seed, 7));
    *world.mpesa.planner.borrow_mut() =
        Some(Box::new(move || habits.plan(&mut mpesa.borrow_mut())));
    {
        let mut truth = world.mpesa.truth.borrow_mut();
        truth.confirms = dice.percent(70);
        truth.shop_fails = *dice.pick(&[0, 0, 0, 2, 6]);
        truth.reversals_break = *dice.pick(&[0, 0, 1]);
        truth.results_lost = *dice.pick(&[0, 0, 1]);
    }
    draw_faults(&world, &mut dice);
    for n in 0..*dice.pick(&[1, 1, 2, 3]) {
        let dice = Dice::new(seed, 100 + n);
        world.begins(move |world| lives(world, dice));
    }
    world.sweeps();
    let is_over = world.live(LIMIT_MS);
    world.settles();
    world.stops_sweeping();
    world.comes_to_rest();
    let broken = world.closes_its_books();
    let outcome = Outcome {
        broken: broken.or_else(|| (!is_over).then(|| (9, "people wait for ever".to_owned()))),
        counts: *world.cloud.fate.counts.borrow(),
        steps: world.cloud.run.steps(),
        hash: world.cloud.run.hash(),
        story: world.cloud.story(),
    };
    world.ends();
    outcome
}

/// One customer's evening, and what the shop does about it.
async fn lives(world: Rc<World>, mut dice: Dice) {
    world.pass(dice.below(60_000)).await;
    let item = *dice.pick(&["tea", "card"]);
    let phone = *dice.pick(&PHONES);
    let mut paying = match dice.percent(30) {
        true => creates(&world, &mut dice, phone).await,
        false => world.opens(item, phone).await,
    };
    if paying.id().is_empty() {
        return;
    }
    if dice.percent(15) {
        pays_by_hand(&world, &mut dice, &mut paying, phone).await;
    }
    if dice.percent(85) {
        world.goes_on(&mut paying).await;
    }
    if dice.percent(20) {
        world.pass(dice.below(20 * MINUTE)).await;
        acts_of_the_shop(&world, &mut dice, &paying).await;
    }
}

async fn creates(world: &Rc<World>, dice: &mut Dice, phone: &str) -> Paying {
    let key = world.key();
    let reference = format!("INV-{}", dice.below(100_000));
    let body = json!({"amount_kes": dice.between(10, 900), "reference": reference, "description": "Two tickets", "phone": phone});
    let (_, made) = world
        .shop(
            Method::Post,
            "payments",
            &[("Idempotency-Key", &key)],
            &body,
        )
        .await;
    let account = made["payment"]["account_reference"].clone();
    Paying {
        view: json!({"id": made["id"], "account_reference": account, "version": 0, "state": "sending"}),
    }
}

async fn pays_by_hand(world: &Rc<World>, dice: &mut Dice, paying: &mut Paying, phone: &str) {
    let amount = *dice.pick(&[150, 50, 20]);
    let account = match dice.percent(60) {
        true => paying.reference().to_lowercase(),
        false => "something else".to_owned(),
    };
    let money = world.mpesa.moves(phone, amount, &account, None);
    world.pass(dice.below(30_000)).await;
    if dice.percent(50) {
        let number = world.mpesa.truth.borrow().money[money].number.clone();
        let path = format!("/v1/payments/{}/receipts", paying.id());
        world
            .insist(Method::Post, &path, &[], &json!({"receipt": number}))
            .await;
    }
}

async fn acts_of_the_shop(world: &Rc<World>, dice: &mut Dice, paying: &Paying) {
    let path = |what: &str| format!("payments/{}/{what}", paying.reference());
    match dice.below(4) {
        0 => drop(
            world
                .shop(Method::Post, &path("close"), &[], &Value::Null)
                .await,
        ),
        1 => drop(
            world
                .shop(Method::Post, &path("forget"), &[], &Value::Null)
                .await,
        ),
        2 => drop(
            world
                .shop(Method::Post, &path("redeliver"), &[], &Value::Null)
                .await,
        ),
        _ => {
            let shown = world.shown(paying).await;
            let Some(receipt) = shown["receipts"][0]["receipt"].as_str() else {
                return;
            };
            let mut body = json!({"receipt": receipt});
            if dice.percent(40) {
                body["amount_kes"] = json!(dice.between(5, 60));
            }
            for _ in 0..dice.between(1, 3) {
                world.refunds(paying, &body).await;
                world.pass(dice.below(30_000)).await;
            }
        }
    }
}
