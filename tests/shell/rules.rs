//! The rules, checked by the truth and not by what our side believes: at each durable write, at each ring, and when all has come to rest.
//! `tests/shell/world/mpesa.rs` checks what reaches M-PESA.

mod books;

use crate::host::cloud::{Cloud, Watch};
use crate::world::mpesa::Mpesa;
use malipo_engine::payment::{Event, Payment, Recorded, Terms};
use malipo_shell::platform::class::Class;
use malipo_shell::platform::rows::Key;
use rusqlite::types::Value;
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
    /// What each payment has told its shop, by sequence.
    told: RefCell<BTreeMap<usize, Vec<String>>>,
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
            told: RefCell::default(),
        })
    }

    fn fail(&self, cloud: &Cloud, rule: u32, what: String) {
        cloud.tell(|| format!("RULE {rule} is broken: {what}"));
        self.mpesa.truth.borrow_mut().fail(rule, what);
    }

    /// 1, at every step: nothing counts that did not move, and no more than that.
    fn check_money(&self, cloud: &Cloud, name: &str, payment: &Payment) {
        let wrong = {
            let truth = self.mpesa.truth.borrow();
            let moved_kes = truth.moved_kes();
            let counted = payment.receipts().iter().filter(|receipt| receipt.counts());
            let mut invented = counted
                .filter_map(|receipt| receipt.number.as_ref().map(|n| (n, receipt.amount_kes)));
            let invented = invented.find(|(number, amount_kes)| {
                let is_it = |money: &&crate::world::truth::Money| money.number == number.as_str();
                truth
                    .money
                    .iter()
                    .find(is_it)
                    .is_none_or(|money| money.amount != *amount_kes)
            });
            match invented {
                Some((number, kes)) => Some(format!(
                    "{name} counts {number} with KES {kes}, which did not move so"
                )),
                None if payment.received_kes() > moved_kes => {
                    Some(format!("{name} counts more than moved"))
                }
                None => None,
            }
        };
        if let Some(what) = wrong {
            self.fail(cloud, 1, what);
        }
    }

    /// 8: what will be due is behind an alarm.
    fn check_armed(&self, cloud: &Cloud, place: usize, name: &str, kept: &Kept) {
        let now_ms = cloud
            .run
            .now_ms()
            .saturating_add_signed(cloud.shelf.ahead_ms.get());
        let (alarm, is_excused) = cloud.at(place, |at| {
            (at.durable.alarm, at.ringing.is_some() || at.has_lost_alarm)
        });
        let wakes_at_ms = kept.payment.next_wake_ms(TERMS, now_ms);
        let is_unbooked =
            kept.projected < kept.lines || (kept.payment.is_listed() && !kept.is_entered);
        let by_ms = wakes_at_ms.map(|at_ms| at_ms.max(now_ms) + ARMED_MS);
        let is_armed = match (alarm, by_ms) {
            // The platform rings again if this does not come to its end; what the platform has lost the sweep brings back.
            _ if is_excused => true,
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

    /// 11: what the shop was told stays told.
    fn check_history(&self, cloud: &Cloud, place: usize, name: &str, payment: &Payment) {
        let now: Vec<String> = payment
            .deliveries()
            .iter()
            .map(|d| format!("{} {:?}", d.sequence, d.kind))
            .collect();
        let mut told = self.told.borrow_mut();
        let before = told.entry(place).or_default();
        let is_same = now.len() >= before.len() && now[..before.len()] == before[..];
        if !is_same {
            self.fail(
                cloud,
                11,
                format!("{name} told its shop {before:?}, and now {now:?}"),
            );
        }
        *before = now;
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
                self.check_money(cloud, &name, &kept.payment);
                self.check_armed(cloud, place, &name, &kept);
                self.check_history(cloud, place, &name, &kept.payment);
            }
            None => {
                self.told.borrow_mut().remove(&place);
            }
        }
    }

    fn writes_reading(&self, cloud: &Rc<Cloud>, place: usize) {
        // Only where nothing else was written in between the durable rows are those that were read.
        if cloud.at(place, |at| at.kept + 1 != at.written) {
            return;
        }
        let now_ms = cloud
            .run
            .now_ms()
            .saturating_add_signed(cloud.shelf.ahead_ms.get());
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

    fn answers(&self, cloud: &Rc<Cloud>, url: &str, body: &str, status: u16) {
        if status == 200 && url.contains("/hooks/") && !is_kept(cloud, url, body) {
            self.fail(
                cloud,
                4,
                format!("M-PESA is told yes, and what it said is nowhere: {url} {body}"),
            );
        }
    }
}

/// 4: whether what M-PESA said is in the durable storage of its object, or in the inbox.
fn is_kept(cloud: &Rc<Cloud>, url: &str, body: &str) -> bool {
    let parts: Vec<&str> = url.rsplit('/').collect();
    let (name, is_there) = match parts.as_slice() {
        [attempt, reference, "stk", ..] => {
            let name = format!("production:main:{}", from_hex(reference));
            let attempt: u32 = attempt.parse().unwrap();
            let place = cloud.place_of(Class::Payment, &name);
            let is_there = kept(cloud, place).is_some_and(|kept| kept.heard.contains(&attempt));
            (name, is_there)
        }
        ["confirm", ..] => {
            let said: serde_json::Value = serde_json::from_str(body).unwrap();
            let name = format!("production:{}", said["TransID"].as_str().unwrap());
            let place = cloud.place_of(Class::Receipt, &name);
            let is_there = cloud.at(place, |at| !at.durable.rows.is_empty());
            (name, is_there)
        }
        _ => return true,
    };
    let lies = (
        "SELECT count(*) AS v FROM inbox WHERE name IN (?1, 'hooks')".to_owned(),
        vec![Value::Text(name)],
    );
    is_there || cloud.shelf.texts(&lies).is_ok_and(|count| count != ["0"])
}

fn from_hex(text: &str) -> String {
    let byte = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).unwrap() as char;
    (0..text.len()).step_by(2).map(byte).collect()
}
