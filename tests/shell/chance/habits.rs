//! `Habits`: what M-PESA and its customers like to do in one schedule.

use crate::host::dice::Dice;
use crate::world::plan::{Answer, Confirmation, Gateway, Lie, Plan, Queries};
use crate::world::truth::{HOUR, MINUTE};
use malipo_tests::bodies;

/// Codes that no list has, and codes of letters.
const STRANGE: &[&str] = &["7777", "00", "0.0", "E3008", "SFC_IC0003"];

/// Each so often in a hundred.
#[derive(Clone, Copy)]
pub(super) struct Habits {
    refuses: u64,
    advises: u64,
    breaks: u64,
    is_slow: u64,
    declines: u64,
    ignores: u64,
    is_silent: u64,
    is_early: u64,
    is_strange: u64,
    loses_callbacks: u64,
    is_late: u64,
    doubles: u64,
    lies: u64,
    hides_numbers: u64,
    hides_payers: u64,
    is_doubtful: u64,
    spoils_queries: u64,
}

impl Habits {
    pub(super) fn draw(dice: &mut Dice) -> Habits {
        let breadth = *dice.pick(&[20, 45]);
        let mut rate = || match dice.percent(breadth) {
            true => *dice.pick(&[5, 20, 50]),
            false => 0,
        };
        Habits {
            refuses: rate(),
            advises: rate().min(20),
            breaks: rate(),
            is_slow: rate(),
            declines: rate(),
            ignores: rate(),
            is_silent: rate().min(20),
            is_early: rate().min(20),
            is_strange: rate().min(20),
            loses_callbacks: rate(),
            is_late: rate(),
            doubles: rate(),
            lies: rate().min(20),
            hides_numbers: rate(),
            hides_payers: rate(),
            is_doubtful: rate(),
            spoils_queries: rate(),
        }
    }

    fn gateway(self, dice: &mut Dice) -> Gateway {
        let refusals = [
            bodies::REFUSED,
            bodies::SPIKES,
            &[bodies::TOKEN, bodies::FIREWALL, bodies::LOCKED],
        ]
        .concat();
        let (status, body) = *dice.pick(&refusals);
        let (vague, advice) = *dice.pick(bodies::ADVICE);
        let (html, page) = *dice.pick(bodies::HTML);
        match () {
            () if dice.percent(self.refuses) => Gateway::Refuses(status, body),
            () if dice.percent(self.advises) => Gateway::Advises(vague, advice, dice.percent(60)),
            () if dice.percent(self.breaks) => *dice.pick(&[
                Gateway::TakesAndBreaks,
                Gateway::DropsAndBreaks,
                Gateway::TakesAndSays(html, page),
            ]),
            () if dice.percent(self.is_slow) => Gateway::Slow(dice.between(2_000, 29_000)),
            () => Gateway::Accepts,
        }
    }

    fn answer(self, dice: &mut Dice) -> Answer {
        let after_ms = *dice.pick(&[2_000, 9_000, 40_000]);
        let strange = *dice.pick(STRANGE);
        match () {
            () if dice.percent(self.is_silent) => Answer::Silent,
            () if dice.percent(self.ignores) => Answer::Ignores,
            () if dice.percent(self.is_strange) => Answer::Declines(after_ms, strange),
            () if dice.percent(self.declines) => {
                Answer::Declines(after_ms, dice.pick::<&str>(bodies::DECLINES))
            }
            () => Answer::Pays(after_ms),
        }
    }

    pub(super) fn plan(self, dice: &mut Dice) -> Plan {
        let late_ms = match dice.percent(self.is_late) {
            true => *dice.pick(&[MINUTE, 15 * MINUTE, 5 * HOUR]),
            false => 0,
        };
        let mut strikes = |rate: u64| dice.percent(rate);
        let (is_lost, is_again, is_lie) = (
            strikes(self.loses_callbacks),
            strikes(self.doubles),
            strikes(self.lies),
        );
        let (has_number, is_spoiled, is_late, is_early) = (
            !strikes(self.hides_numbers),
            strikes(self.spoils_queries),
            strikes(self.is_late),
            strikes(self.is_early),
        );
        let lies = [
            Lie::Amount(-1),
            Lie::Amount(5),
            Lie::Push,
            Lie::Receipt,
            Lie::Receipt,
        ];
        let spoiled = [Queries::Dead, Queries::Noisy, Queries::Wrong];
        Plan {
            gateway: self.gateway(dice),
            answer: self.answer(dice),
            early_end_ms: is_early.then(|| dice.between(3_000, 20_000)),
            callback_ms: (!is_lost).then(|| dice.between(200, 2_000) + late_ms),
            again_ms: is_again.then(|| *dice.pick(&[250, 3_000, 200_000])),
            lie: is_lie.then(|| *dice.pick(&lies)),
            has_number,
            confirmation: self.confirmation(dice),
            queries: if is_spoiled {
                *dice.pick(&spoiled)
            } else {
                Queries::Honest
            },
            late_money_ms: is_late.then(|| *dice.pick(&[10_000, 5 * MINUTE, 2 * HOUR])),
        }
    }

    /// How money is confirmed; none when that is lost.
    pub(super) fn confirmation(self, dice: &mut Dice) -> Option<Confirmation> {
        if dice.percent(self.loses_callbacks) {
            return None;
        }
        Some(Confirmation {
            after_ms: *dice.pick(&[10, 800, 4_000, HOUR]),
            again_ms: dice
                .percent(self.doubles)
                .then(|| *dice.pick(&[0, 20, MINUTE])),
            is_trusted: !dice.percent(self.is_doubtful),
            hides_payer: dice.percent(self.hides_payers),
        })
    }
}
