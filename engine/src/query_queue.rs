//! `Queue`: who may ask M-PESA next. Every ask is answered at once, with a slot of its own or with when to ask again,
//! so that nothing is held open and a slot is never promised far ahead: who is more urgent overtakes.
//!
//! No class starves: one that has asked in vain for its [`Priority::patience_ms`] gets the very next slot, however many
//! customers are watched. So as long as its askers come back when they are told to, or up to a minute later, a class gets
//! a slot at least every `patience_ms + again_ms_max` and a minute, and that slot is at most [`AHEAD_MS`] and three gaps
//! away. Within a class who comes back first is first.

use serde::{Deserialize, Serialize};

/// How urgent a question is; the most urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Priority {
    /// A customer is watching.
    Watched,
    /// An attempt of unknown fate, with an id to ask by.
    Unknown,
    /// A decline that may yet succeed.
    Late,
}

/// The answer to an ask, in Unix milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Slot {
    /// This slot is the asker's own: it may ask M-PESA then.
    Yours(u64),
    /// Nothing yet: it may ask for a slot again then.
    AskAgain(u64),
}

/// The slots of one Daraja app, a gap apart. Its object keeps it as text between two asks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queue {
    /// The first slot that nobody has.
    next_ms: u64,
    classes: [Class; 3],
}

/// Those of one priority who were told to ask again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Class {
    /// Since when they wait and none of them has got a slot; none when nobody waits.
    since_ms: Option<u64>,
    /// When the last of them was told to ask again.
    again_ms: u64,
}

/// How far ahead a slot is given, in milliseconds.
pub const AHEAD_MS: u64 = 15_000;
/// Who was told to ask again holds the less urgent up for this much longer, in milliseconds.
const GRACE_MS: u64 = 2_000;
/// Who comes back later than this has not waited, in milliseconds. Alarms may be a minute late.
const LATE_MS: u64 = 60_000;
/// Nobody is told to ask again earlier than this, in milliseconds.
const AGAIN_MS_MIN: u64 = 1_000;

impl Priority {
    const ALL: [Priority; 3] = [Priority::Watched, Priority::Unknown, Priority::Late];

    /// How long its askers are put off before one of them goes first, in milliseconds. Nobody goes before the most
    /// urgent, so that these need none.
    pub const fn patience_ms(self) -> Option<u64> {
        match self {
            Priority::Watched => None,
            Priority::Unknown => Some(120_000),
            Priority::Late => Some(900_000),
        }
    }

    /// The latest that an asker is told to come back, in milliseconds from now.
    pub const fn again_ms_max(self) -> u64 {
        match self {
            Priority::Watched => 30_000,
            Priority::Unknown => 60_000,
            Priority::Late => 300_000,
        }
    }
}

impl Queue {
    /// A slot for a question of this priority, or when to ask again. `gap_ms` lies between two slots: a minute at most.
    pub fn reserve(&mut self, priority: Priority, gap_ms: u64, now_ms: u64) -> Slot {
        let next_ms = self.next_ms.max(now_ms);
        let is_first = !self.is_anyone_before(priority, now_ms);
        let class = &mut self.classes[priority as usize];
        if class.again_ms + LATE_MS < now_ms {
            *class = Class::default();
        }
        let is_overdue = class
            .since_ms
            .zip(priority.patience_ms())
            .is_some_and(|(since_ms, patience_ms)| now_ms >= since_ms + patience_ms);
        if is_overdue || (is_first && next_ms <= now_ms + AHEAD_MS) {
            self.next_ms = next_ms + gap_ms;
            // The others of its class wait on.
            class.since_ms = Some(now_ms).filter(|_| class.again_ms > now_ms);
            return Slot::Yours(next_ms);
        }
        let first_ms = (now_ms + AGAIN_MS_MIN).max(next_ms.saturating_sub(AHEAD_MS));
        // Each a gap later than the one before, so that they do not all come back for one slot.
        class.again_ms = first_ms
            .max(class.again_ms + gap_ms)
            .min(now_ms + priority.again_ms_max());
        class.since_ms.get_or_insert(now_ms);
        Slot::AskAgain(class.again_ms)
    }

    /// Whether somebody more urgent was told to ask again and may still come.
    fn is_anyone_before(&self, priority: Priority, now_ms: u64) -> bool {
        Priority::ALL
            .into_iter()
            .filter(|other| *other < priority)
            .any(|other| {
                let class = self.classes[other as usize];
                class.since_ms.is_some() && now_ms <= class.again_ms + GRACE_MS
            })
    }
}

#[cfg(test)]
mod tests {
    use super::Priority::{Late, Unknown, Watched};
    use super::Slot::{AskAgain, Yours};
    use super::*;

    const GAP: u64 = 12_000;
    const T0: u64 = 1_700_000_000_000;

    #[test]
    fn slots_are_a_gap_apart_and_near() {
        let mut queue = Queue::default();
        let mut ask = |priority, ms| queue.reserve(priority, GAP, T0 + ms);
        assert_eq!(ask(Late, 0), Yours(T0), "nobody else wants it");
        assert_eq!(ask(Watched, 0), Yours(T0 + 12_000));
        assert_eq!(ask(Watched, 0), AskAgain(T0 + 9_000));
        assert_eq!(ask(Watched, 9_000), Yours(T0 + 24_000));
        assert_eq!(
            ask(Watched, 60_000),
            Yours(T0 + 60_000),
            "slots that nobody had are gone"
        );
    }

    #[test]
    fn who_is_more_urgent_overtakes() {
        let mut queue = Queue::default();
        let mut ask = |priority, ms| queue.reserve(priority, GAP, T0 + ms);
        ask(Watched, 0);
        ask(Watched, 0);
        assert_eq!(ask(Unknown, 0), AskAgain(T0 + 9_000), "no slot is near");
        assert_eq!(ask(Watched, 1_000), AskAgain(T0 + 9_000));
        assert_eq!(
            ask(Unknown, 9_000),
            AskAgain(T0 + 21_000),
            "a slot is near, but one who is watched was told to come for it"
        );
        assert_eq!(ask(Watched, 9_000), Yours(T0 + 24_000));
        assert_eq!(
            ask(Late, 21_000),
            AskAgain(T0 + 22_000),
            "behind the unknown"
        );
        assert_eq!(ask(Unknown, 21_000), Yours(T0 + 36_000));
        assert_eq!(ask(Late, 33_000), Yours(T0 + 48_000));
    }

    #[test]
    fn who_never_comes_back_holds_nobody_up_for_long() {
        let mut queue = Queue::default();
        let mut ask = |priority, ms| queue.reserve(priority, GAP, T0 + ms);
        ask(Watched, 0);
        ask(Watched, 0);
        assert_eq!(ask(Watched, 0), AskAgain(T0 + 9_000));
        assert_eq!(ask(Late, 11_000), AskAgain(T0 + 12_000));
        assert_eq!(ask(Late, 12_000), Yours(T0 + 24_000));
    }

    #[test]
    fn a_queue_that_was_written_down_gives_the_same_slots() {
        let (mut kept, mut queue) = (String::new(), Queue::default());
        for (priority, ms) in [
            (Watched, 0),
            (Watched, 0),
            (Watched, 0),
            (Unknown, 10),
            (Late, 11_000),
            (Watched, 30_000),
        ] {
            // As an object does that has left memory in between.
            let mut read: Queue = match kept.is_empty() {
                true => Queue::default(),
                false => crate::json::read(&kept).unwrap(),
            };
            let slot = queue.reserve(priority, GAP, T0 + ms);
            assert_eq!(read.reserve(priority, GAP, T0 + ms), slot);
            assert_eq!(read, queue);
            kept = serde_json::to_string(&read).unwrap();
        }
    }

    /// Askers that ask again for ever: `late_ms` after they are told to, and 12 s after each slot.
    struct Crowd {
        queue: Queue,
        gap_ms: u64,
        late_ms: u64,
        /// When each asks next.
        askers: Vec<(u64, Priority)>,
        /// When each slot was given, to whom, and where it lies.
        given: Vec<(u64, Priority, u64)>,
    }

    impl Crowd {
        fn run(gap_ms: u64, late_ms: u64, counts: [usize; 3]) -> Crowd {
            let askers = Priority::ALL
                .into_iter()
                .zip(counts)
                .flat_map(|(priority, count)| (0..count).map(move |n| (T0 + n as u64, priority)));
            let mut crowd = Crowd {
                queue: Queue::default(),
                gap_ms,
                late_ms,
                askers: askers.collect(),
                given: Vec::new(),
            };
            while crowd.step() < T0 + 12 * 3_600_000 {}
            crowd
        }

        fn step(&mut self) -> u64 {
            let asker = self.askers.iter_mut().min_by_key(|asker| asker.0).unwrap();
            let (now_ms, priority) = *asker;
            asker.0 = match self.queue.reserve(priority, self.gap_ms, now_ms) {
                Yours(at_ms) => {
                    self.given.push((now_ms, priority, at_ms));
                    at_ms + 12_000
                }
                AskAgain(at_ms) => {
                    assert!(at_ms > now_ms, "told to ask again at once");
                    assert!(at_ms <= now_ms + priority.again_ms_max());
                    at_ms + self.late_ms
                }
            };
            now_ms
        }

        /// The longest time in which none of this class got a slot.
        fn drought_ms(&self, priority: Priority) -> u64 {
            let mine = self.given.iter().filter(|(_, p, _)| *p == priority);
            let times: Vec<u64> = core::iter::once(T0)
                .chain(mine.map(|given| given.0))
                .collect();
            times
                .windows(2)
                .map(|pair| pair[1] - pair[0])
                .max()
                .unwrap()
        }

        fn share(&self, priority: Priority) -> f64 {
            let mine = self.given.iter().filter(|(_, p, _)| *p == priority);
            mine.count() as f64 / self.given.len() as f64
        }
    }

    #[test]
    fn nobody_starves_however_many_are_watched() {
        for (gap_ms, late_ms) in [
            (12_000, 0),
            (12_000, 1_500),
            (60_000, 0),
            (2_000, 500),
            (12_000, 30_000),
        ] {
            let crowd = Crowd::run(gap_ms, late_ms, [40, 20, 5]);
            for pair in crowd.given.windows(2) {
                assert!(pair[1].2 >= pair[0].2 + gap_ms, "two queries in one slot");
            }
            for (now_ms, _, at_ms) in &crowd.given {
                assert!(at_ms >= now_ms && *at_ms <= now_ms + AHEAD_MS + 3 * gap_ms);
            }
            for priority in [Unknown, Late] {
                let bound_ms = priority.patience_ms().unwrap() + priority.again_ms_max() + late_ms;
                let drought_ms = crowd.drought_ms(priority);
                // At the start, and after each slot, its askers may need a moment to ask at all.
                let ask_ms = AHEAD_MS + 3 * gap_ms + 12_000;
                assert!(
                    drought_ms <= bound_ms + ask_ms,
                    "{priority:?} waited {drought_ms} ms at a gap of {gap_ms}"
                );
            }
        }
    }

    #[test]
    fn no_slot_is_lost_and_most_go_to_the_watched() {
        let crowd = Crowd::run(12_000, 0, [40, 20, 5]);
        let hours_ms = 12 * 3_600_000;
        assert!(
            crowd.given.len() as u64 >= hours_ms / 12_000 * 98 / 100,
            "{}",
            crowd.given.len()
        );
        assert!(crowd.share(Watched) > 0.85, "{}", crowd.share(Watched));
        let quiet = Crowd::run(12_000, 0, [0, 0, 5]);
        assert!(
            quiet.given.len() as u64 >= hours_ms / 12_000 * 90 / 100,
            "{}",
            quiet.given.len()
        );
    }
}
