//! The rules, checked by the truth and not by what our side believes: at each durable write, at each ring, and when all has come to rest.
//! `tests/shell/world/mpesa.rs` checks what reaches M-PESA.

mod before;
mod books;
mod hooks;
mod money;
mod posted;
mod steps;

use crate::host::cloud::{Cloud, Watch};
use crate::world::mpesa::Mpesa;
use malipo_engine::payment::{Event, Payment, Rank, Recorded, Terms};
use malipo_shell::platform::class::Class;
use malipo_shell::platform::rows::Key;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::{Rc, Weak};

/// The kinds of a payment's rows, as its storage has them.
const ABOUT: u8 = 0;
const JOURNAL: u8 = 1;
/// An alarm may be this much later than what it is for.
const ARMED_MS: u64 = 60_000;
/// How often an object may ring within a time.
const RINGS: [(u64, usize); 3] = [(60_000, 20), (3_600_000, 80), (86_400_000, 300)];
/// Lines that are kept once they were read.
const LINES_KNOWN_MAX: usize = 2_048;
const TERMS: Terms = Terms { has_webhook: true };

/// Who checks.
pub(crate) struct Rules {
    mpesa: Rc<Mpesa>,
    /// What each payment was at its last durable write.
    before: RefCell<BTreeMap<usize, before::Before>>,
    /// What M-PESA has posted.
    posted: RefCell<Vec<posted::Posted>>,
}

/// Whom the platform tells what happens.
pub(crate) fn watch(rules: &Rc<Rules>) -> Weak<dyn Watch> {
    let rules: Rc<dyn Watch> = rules.clone();
    Rc::downgrade(&rules)
}

/// A payment as its durable rows tell it.
pub(crate) struct Kept {
    pub(crate) payment: Payment,
    pub(crate) lines: u64,
    pub(crate) projected: u64,
    pub(crate) is_entered: bool,
    /// The attempts whose callback was written down.
    heard: Vec<u32>,
}

/// Reads it; none where nothing was opened.
pub(crate) fn kept(cloud: &Cloud, place: usize) -> Option<Kept> {
    cloud.at(place, |at| {
        let rows = &at.durable.rows;
        rows.get(&Key::new(ABOUT, 0))?;
        let (first, last) = Key::span(JOURNAL, JOURNAL);
        let journal: Vec<Recorded> = rows
            .range(first..=last)
            .map(|(_, text)| line(text))
            .collect();
        let mark = |n| {
            rows.get(&Key::new(ABOUT, n))
                .map_or(0, |text| text.parse().unwrap())
        };
        let heard = journal.iter().filter_map(|line| match &line.event {
            Event::CallbackReceived { attempt, .. } => Some(*attempt),
            _ => None,
        });
        Some(Kept {
            heard: heard.collect(),
            payment: Payment::fold(&journal),
            lines: journal.len() as u64,
            projected: mark(1),
            is_entered: mark(2) > 0,
        })
    })
}

/// Reads a line. Each is looked at after every write that follows it, so those that were read are kept.
fn line(text: &str) -> Recorded {
    thread_local! {
        static KNOWN: RefCell<HashMap<String, Recorded>> = RefCell::default();
    }
    KNOWN.with_borrow_mut(|known| {
        if let Some(line) = known.get(text) {
            return line.clone();
        }
        if known.len() >= LINES_KNOWN_MAX {
            known.clear();
        }
        let line = read_line(text);
        known.insert(text.to_owned(), line.clone());
        line
    })
}

fn read_line(text: &str) -> Recorded {
    let mut parts = text.splitn(4, ' ');
    let mut number = || parts.next().unwrap().parse::<u64>().unwrap();
    let (at_ms, times, last_at_ms) = (number(), number() as u32, number());
    let read = Recorded::read(parts.next().unwrap()).unwrap();
    Recorded {
        at_ms,
        times,
        last_at_ms,
        ..read
    }
}

impl Rules {
    pub(crate) fn of(mpesa: &Rc<Mpesa>) -> Rc<Rules> {
        Rc::new(Rules {
            mpesa: Rc::clone(mpesa),
            before: RefCell::default(),
            posted: RefCell::default(),
        })
    }

    fn fail(&self, cloud: &Cloud, rule: u32, what: String) {
        cloud.tell(|| format!("RULE {rule} is broken: {what}"));
        self.mpesa.truth.borrow_mut().fail(rule, what);
    }

    /// The time of our own clocks.
    fn now_ms(&self, cloud: &Cloud) -> u64 {
        let ahead_ms = cloud.shelf.ahead_ms.get();
        cloud.run.now_ms().saturating_add_signed(ahead_ms)
    }

    /// 8: what will be due is behind an alarm.
    fn check_armed(&self, cloud: &Cloud, place: usize, name: &str, kept: &Kept) {
        let now_ms = self.now_ms(cloud);
        let (alarm, is_excused) = cloud.at(place, |at| {
            (at.durable.alarm, at.ringing.is_some() || at.has_lost_alarm)
        });
        let wakes_at_ms = kept.payment.next_wake_ms(TERMS, now_ms);
        let is_unbooked =
            kept.projected < kept.lines || (kept.payment.is_listed() && !kept.is_entered);
        let by_ms = wakes_at_ms.map(|at_ms| at_ms.max(now_ms) + ARMED_MS);
        let is_due = !kept.payment.due(TERMS, now_ms).is_empty();
        let is_armed = match (alarm, by_ms) {
            // The platform rings again if this does not come to its end; what the platform has lost the sweep brings back.
            _ if is_excused => true,
            (None, _) if is_due => false,
            (Some(alarm), Some(by_ms)) => alarm <= by_ms,
            (None, Some(_)) => false,
            (alarm, None) => alarm.is_some() || !is_unbooked,
        };
        if !is_armed {
            let what = format!(
                "{name}: something is due at {wakes_at_ms:?} (unbooked: {is_unbooked}), and its alarm is {alarm:?}; now {now_ms}"
            );
            self.fail(cloud, 8, what);
        }
    }
}

impl Watch for Rules {
    fn kept(&self, cloud: &Rc<Cloud>, place: usize) {
        let (class, name) = cloud.at(place, |at| (at.class, Rc::clone(&at.name)));
        if class != Class::Payment {
            return;
        }
        match kept(cloud, place) {
            Some(kept) => {
                self.check_armed(cloud, place, &name, &kept);
                self.check_step(cloud, place, &name, &kept);
            }
            None => {
                self.before.borrow_mut().remove(&place);
            }
        }
    }

    fn writes_reading(&self, cloud: &Rc<Cloud>, place: usize) {
        // Only where nothing else was written in between the durable rows are those that were read.
        if cloud.at(place, |at| at.kept + 1 != at.written) {
            return;
        }
        let now_ms = self.now_ms(cloud);
        let is_unsettled = kept(cloud, place).is_some_and(|kept| {
            let payment = kept.payment;
            payment.after_restart().is_some()
                || payment.refund_after_restart().is_some()
                || payment.is_overdue(now_ms)
        });
        if !is_unsettled {
            let name = cloud.at(place, |at| Rc::clone(&at.name));
            self.fail(cloud, 10, format!("{name} was only asked, and wrote"));
        }
    }

    fn rings(&self, cloud: &Rc<Cloud>, place: usize) {
        let now_ms = cloud.run.now_ms();
        let broken = cloud.at(place, |at| {
            let within = |ms: u64| {
                at.rings
                    .iter()
                    .rev()
                    .take_while(|at_ms| **at_ms + ms > now_ms)
                    .count()
            };
            let broken = RINGS.iter().find(|(ms, most)| within(*ms) > *most);
            broken.map(|(ms, most)| {
                format!(
                    "{:?} {} rings more than {most} times in {ms} ms",
                    at.class, at.name
                )
            })
        });
        if let Some(what) = broken {
            self.fail(cloud, 6, what);
        }
    }

    fn begins(&self, url: &str, body: &str) {
        self.note_post(url, body);
    }

    fn answers(&self, cloud: &Rc<Cloud>, url: &str, body: &str, status: u16) {
        self.check_answer(cloud, url, body, status);
    }
}

/// Whether a payment's durable rows know a push by its name at M-PESA, or by this receipt, which a callback has named. Of a customer who is
/// forgotten no name is left: any is taken for it then, since the callback's secret address has proved it.
pub(crate) fn knows(cloud: &Cloud, name: &str, attempt: u32, receipt: Option<&str>) -> bool {
    let place = cloud.place_of(Class::Payment, name);
    kept(cloud, place).is_some_and(|kept| match receipt {
        None => {
            let known = kept.payment.attempt(attempt);
            let id = known.and_then(|known| known.checkout_request_id.as_ref());
            id.is_some_and(|id| id.as_str() != "-")
        }
        Some(number) => {
            let mut receipts = kept.payment.receipts().iter();
            receipts.any(|r| {
                let is_it = r.number.as_ref().is_some_and(|n| n.as_str() == number);
                is_it && r.attempt == Some(attempt) && r.rank == Rank::Callback
            })
        }
    })
}
