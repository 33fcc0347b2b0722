//! `World`: everything that there is, on one clock. What happens next is the earliest thing in the queue.

use crate::dice::Dice;
use crate::faults::{Counts, Fault, Plan};
pub(crate) use crate::state::item::{ENV, HOUR, Item, MINUTE, SEC, T0_MS, Tries, Violation};
use crate::state::money::Money;
use crate::state::push::Push;
use crate::state::receipt::ReceiptShell;
use crate::state::shell::Shell;
use crate::state::shop::Shop;
use malipo_engine::master_key::MasterKey;
use malipo_engine::subscriber::Subscriber;
use malipo_shared::{LinkId, Msisdn};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// No schedule comes near it: more is a machine that runs in circles.
const STEPS_MAX: u32 = 20_000;

pub(crate) struct World {
    pub(crate) dice: Dice,
    pub(crate) plan: Plan,
    pub(crate) counts: Counts,
    /// M-PESA's clock, and everyone's but ours.
    pub(crate) now_ms: u64,
    /// How far our clock is off.
    pub(crate) skew_ms: i64,
    queue: BinaryHeap<Reverse<(u64, u32)>>,
    items: Vec<Option<Item>>,
    pub(crate) payments: Vec<Shell>,
    pub(crate) msisdns: Vec<Msisdn>,
    pub(crate) handsets: Vec<Subscriber>,
    pub(crate) pushes: Vec<Push>,
    pub(crate) money: Vec<Money>,
    pub(crate) receipts: Vec<ReceiptShell>,
    pub(crate) shop: Shop,
    pub(crate) key: MasterKey,
    pub(crate) link: LinkId,
    pub(crate) has_c2b: bool,
    /// Whether M-PESA may be asked about a receipt.
    pub(crate) has_initiator: bool,
    pub(crate) auto_claim_max_kes: u32,
    pub(crate) is_resending: bool,
    /// Until when the receipts' objects cannot be reached.
    away_until_ms: u64,
    /// What this schedule's people do more often than others', in a hundred, and which act that is.
    pub(crate) mood: (u64, u64),
    pub(crate) acts_left: u32,
    pub(crate) serial: u32,
    pub(crate) broken: Option<Violation>,
    pub(crate) story: Option<Vec<String>>,
}

/// How one schedule went.
pub(crate) struct Outcome {
    pub(crate) counts: Counts,
    pub(crate) steps: u32,
    pub(crate) broken: Option<Violation>,
    pub(crate) story: Vec<String>,
}

/// How a run differs from the usual.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Setting {
    /// Whether the story is written down.
    pub(crate) is_told: bool,
    /// A shell that breaks rule 5, to see that it is noticed.
    pub(crate) is_resending: bool,
    /// No more acts than this.
    pub(crate) acts_max: Option<u32>,
}

impl World {
    pub(crate) fn new(seed: u64, setting: Setting) -> World {
        let mut dice = Dice::new(seed);
        let plan = Plan::draw(&mut dice);
        let msisdns: Vec<Msisdn> = ["254700000123", "254711000456", "254112000789"]
            .iter()
            .map(|text| Msisdn::parse(text).unwrap())
            .collect();
        let handsets = vec![Subscriber::default(); msisdns.len()];
        let acts = dice.between(4, 14) as u32;
        let mut world = World {
            plan,
            counts: Counts::none(),
            now_ms: T0_MS,
            skew_ms: 0,
            queue: BinaryHeap::new(),
            items: Vec::new(),
            payments: Vec::new(),
            msisdns,
            handsets,
            pushes: Vec::new(),
            money: Vec::new(),
            receipts: Vec::new(),
            shop: Shop::default(),
            key: MasterKey::new(&[7; 32]).unwrap(),
            link: LinkId::parse("main").unwrap(),
            has_c2b: dice.percent(70),
            has_initiator: dice.percent(50),
            auto_claim_max_kes: *dice.pick(&[0, 0, 30, 1000]),
            is_resending: setting.is_resending,
            away_until_ms: 0,
            acts_left: setting.acts_max.map_or(acts, |max| acts.min(max)),
            mood: (*dice.pick(&[0, 0, 30, 50]), dice.below(100)),
            serial: 0,
            broken: None,
            story: setting.is_told.then(Vec::new),
            dice,
        };
        world.furnish();
        world.after(0, Item::Act);
        world
    }

    /// Runs until nothing is left to happen.
    pub(crate) fn run(seed: u64, setting: Setting) -> Outcome {
        let mut world = World::new(seed, setting);
        let mut steps = 0;
        while world.broken.is_none()
            && let Some(Reverse((at_ms, index))) = world.queue.pop()
        {
            world.now_ms = world.now_ms.max(at_ms);
            let Some(item) = world.items[index as usize].take() else {
                continue;
            };
            world.happen(item);
            steps += 1;
            if steps > STEPS_MAX {
                world.fail(9, || "it never comes to rest".to_owned());
            }
        }
        if world.broken.is_none() {
            world.close_the_books();
        }
        Outcome {
            counts: world.counts,
            steps,
            broken: world.broken,
            story: world.story.unwrap_or_default(),
        }
    }

    pub(crate) fn after(&mut self, delay_ms: u64, item: Item) {
        let index = self.items.len() as u32;
        self.items.push(Some(item));
        self.queue.push(Reverse((self.now_ms + delay_ms, index)));
    }

    /// Our clock.
    pub(crate) fn ours_ms(&self) -> u64 {
        self.now_ms.saturating_add_signed(self.skew_ms)
    }

    /// Whether a fault strikes now; it is counted.
    pub(crate) fn strikes(&mut self, fault: Fault) -> bool {
        let rate = self.plan.rate(fault);
        let strikes = rate > 0 && self.dice.percent(rate);
        if strikes {
            self.note(fault);
        }
        strikes
    }

    /// Whether a receipt's object cannot be reached: once, or for a while.
    pub(crate) fn is_away(&mut self) -> bool {
        let is_lost = self.now_ms < self.away_until_ms || self.strikes(Fault::MessageLost);
        if is_lost && self.now_ms >= self.away_until_ms && self.dice.percent(10) {
            self.away_until_ms = self.now_ms + *self.dice.pick(&[2 * MINUTE, 20 * MINUTE]);
        }
        is_lost
    }

    pub(crate) fn note(&mut self, fault: Fault) {
        self.counts.0[fault as usize] += 1;
        if self.story.is_some() {
            let text = Fault::ALL[fault as usize].1;
            self.tell("  fate", || text.to_owned());
        }
    }

    pub(crate) fn tell(&mut self, who: &str, what: impl FnOnce() -> String) {
        if let Some(story) = &mut self.story {
            let ms = self.now_ms - T0_MS;
            let (secs, ms) = (ms / 1000, ms % 1000);
            let (hours, minutes, secs) = (secs / 3600, secs / 60 % 60, secs % 60);
            story.push(format!(
                "{hours:>4}:{minutes:02}:{secs:02}.{ms:03}  {who:<10} {}",
                what()
            ));
        }
    }

    pub(crate) fn fail(&mut self, rule: u32, what: impl FnOnce() -> String) {
        if self.broken.is_none() {
            let what = what();
            self.tell("RULE", || format!("{rule} is broken: {what}"));
            self.broken = Some(Violation { rule, what });
        }
    }

    fn happen(&mut self, item: Item) {
        let item = match self.thawed(item) {
            Some(item) => item,
            None => return,
        };
        match item {
            Item::Act => self.act(),
            Item::Alarm { p, turn } => self.ring(p, turn),
            Item::AskHandset { p, life, attempt } => self.ask_handset(p, life, attempt),
            Item::Leave {
                p,
                life,
                attempt,
                tries,
            } => self.leave(p, life, attempt, tries),
            Item::Gateway { push, life, tries } => self.arrive(push, life, tries),
            Item::Answered {
                push,
                life,
                tries,
                status,
                body,
            } => self.hear_answer(push, life, tries, status, &body),
            Item::Handset { push } => self.answer_prompt(push),
            Item::MoveLate { push } => self.move_late(push),
            Item::Callback {
                says,
                path,
                body,
                tries,
            } => self.hear_callback(says, path, body, tries),
            Item::Confirmation {
                money,
                is_trusted,
                tries,
            } => self.hear_confirmation(money, is_trusted, tries),
            Item::TakenByPerson { p, money } => self.claim_by_person(p, money),
            Item::TakenBack { p, money } => self.take_back(p, money),
            Item::ForgedConfirmation { number, reference } => {
                self.hear_forged_confirmation(&number, &reference);
            }
            Item::Work { p, life, effect } => self.work(p, life, effect),
            Item::Done {
                p,
                life,
                effect,
                event,
                wait_ms,
            } => self.hear_work(p, life, &effect, event, wait_ms),
            Item::HandsetFreed { phone, end } => {
                let ours_ms = self.ours_ms();
                self.handsets[phone].hear(&end, ours_ms);
            }
            Item::ReceiptRings { r } => self.ring_receipt(r),
            Item::ReceiptAsked { r } => self.hear_status(r),
            Item::Told { r, p, tell, acks } => self.be_told(r, p, &tell, acks),
        }
    }

    /// What reaches a frozen object waits until it goes on.
    fn thawed(&mut self, item: Item) -> Option<Item> {
        let p = match &item {
            Item::Alarm { p, .. }
            | Item::AskHandset { p, .. }
            | Item::Leave { p, .. }
            | Item::Done { p, .. }
            | Item::Told { p, .. } => *p,
            Item::Answered { push, .. } => self.pushes[*push].p,
            _ => return Some(item),
        };
        let until_ms = self.payments[p].frozen_until_ms;
        if until_ms <= self.now_ms {
            return Some(item);
        }
        let more_ms = self.dice.below(200);
        self.after(until_ms - self.now_ms + more_ms, item);
        None
    }
}
