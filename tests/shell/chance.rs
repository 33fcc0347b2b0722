//! Schedules by chance: a few payments of a few people, an M-PESA that does what it likes, and a host that fails as it may, all from one
//! seed. A schedule knows few faults at a time: that reaches deeper than all at once.

mod acts;
mod habits;

use crate::host::dice::Dice;
use crate::host::fate::{FAULTS, Fault};
use crate::world::setting::Setting;
use crate::world::town::World;
use crate::world::truth::HOUR;
use habits::Habits;
use std::cell::RefCell;

/// No schedule takes longer, on its own clock.
const LIMIT_MS: u64 = 12 * 24 * HOUR;
/// After this nothing is asked of M-PESA any more.
const LONG_MS: u64 = 26 * HOUR;

/// How one schedule went.
pub(crate) struct Outcome {
    pub(crate) broken: Option<(u32, String)>,
    pub(crate) counts: [u64; FAULTS],
    pub(crate) steps: u64,
    pub(crate) hash: u64,
    pub(crate) story: Vec<String>,
}

/// Sets up the faults of the host that this schedule knows.
fn draw_faults(world: &World, dice: &mut Dice) {
    let breadth = *dice.pick(&[0, 15, 35]);
    for (fault, _) in Fault::ALL {
        if dice.percent(breadth) {
            // At each step it may strike: these end whole branches of a story.
            let rate = match fault {
                Fault::CrashKept | Fault::CrashLost | Fault::Replaced => *dice.pick(&[10, 40, 100]),
                Fault::AlarmLost | Fault::Away => *dice.pick(&[10, 50]),
                _ => *dice.pick(&[50, 200, 800]),
            };
            world.cloud.fate.set_rate(*fault, rate);
        }
    }
    if dice.percent(30) {
        let ahead_ms = dice.below(4_000) as i64 - 2_000;
        world.cloud.shelf.ahead_ms.set(ahead_ms);
    }
}

/// Runs the schedule of a seed.
pub(crate) fn run(seed: u64, is_told: bool) -> Outcome {
    let mut dice = Dice::new(seed, 6);
    let setting = Setting {
        is_till: dice.percent(20),
        queries_per_minute: *dice.pick(&[30, 30, 5]),
        is_in_dashboard: Dice::new(seed, 9).percent(15),
    };
    let world = World::new(seed, is_told, setting);
    if setting.is_in_dashboard {
        world.begins(|world| async move { world.sets_up().await });
        world.live(HOUR);
    }
    let habits = Habits::draw(&mut dice);
    let (pushes, by_hand) = (
        RefCell::new(Dice::new(seed, 7)),
        RefCell::new(Dice::new(seed, 8)),
    );
    *world.mpesa.planner.borrow_mut() =
        Some(Box::new(move || habits.plan(&mut pushes.borrow_mut())));
    *world.mpesa.by_hand.borrow_mut() = Some(Box::new(move || {
        habits.confirmation(&mut by_hand.borrow_mut())
    }));
    {
        let mut truth = world.mpesa.truth.borrow_mut();
        truth.confirms = dice.percent(70);
        truth.shop_fails = *dice.pick(&[0, 0, 0, 2, 6]);
        truth.reversals_break = *dice.pick(&[0, 0, 1]);
        truth.reversals_wait = *dice.pick(&[0, 0, 1]);
        truth.results_lost = *dice.pick(&[0, 0, 1]);
        truth.tokens_fail = *dice.pick(&[0, 0, 0, 3]);
    }
    draw_faults(&world, &mut dice);
    for n in 0..*dice.pick(&[1, 1, 2, 3]) {
        let dice = Dice::new(seed, 100 + n);
        world.begins(move |world| acts::lives(world, dice));
    }
    world.sweeps();
    let is_over = world.live(LIMIT_MS);
    world.settles();
    world.stops_sweeping();
    world.comes_to_rest();
    if dice.percent(15) {
        world.rest(LONG_MS);
        world.comes_to_rest();
    }
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
