//! The books when all has come to rest: every movement of money has one place, the shop has heard, and roster and ledger know what the
//! objects know.

use super::steps::message_id;
use super::{Kept, Rules, kept};
use crate::host::cloud::Cloud;
use crate::host::place::State;
use malipo_engine::claims::ReceiptRecord;
use malipo_engine::master_key::{Address, roster_name};
use malipo_engine::payment::{Hearing, Stage};
use malipo_shell::platform::class::Class;
use malipo_shell::platform::rows::Key;
use rusqlite::types::Value;
use std::rc::Rc;

/// A push is waited for so long at most, and an order is closed so soon after its time.
const WAITED_MS: u64 = 26 * 3_600_000;
const OVER_MS: u64 = 600_000;

/// One payment at the end.
pub(super) struct Account {
    address: Address,
    pub(super) name: Rc<str>,
    pub(super) kept: Kept,
}

impl Rules {
    /// How many lines all journals have.
    pub(crate) fn lines(&self, cloud: &Cloud) -> u64 {
        accounts(cloud)
            .iter()
            .map(|account| account.kept.lines)
            .sum()
    }

    /// Looks at everything, once nothing goes on any more.
    pub(crate) fn close(&self, cloud: &Cloud) {
        let payments = accounts(cloud);
        self.close_money(cloud, &payments);
        self.close_owners(cloud, &payments);
        self.close_refunds(cloud, &payments);
        self.close_hooks(cloud);
        for account in &payments {
            self.close_ledger(cloud, account);
            self.close_shop(cloud, account);
            self.close_rest(cloud, account);
        }
        for place in 0..cloud.places() {
            self.close_alarm(cloud, place);
        }
        self.close_inbox(cloud);
        let nameless = cloud
            .shelf
            .errors
            .borrow()
            .iter()
            .find(|line| line.contains(r#""payment":"?""#))
            .cloned();
        if let Some(line) = nameless {
            self.fail(cloud, 12, format!("an alert lacks its payment: {line}"));
        }
    }

    /// Every message has been brought, or was set apart after its last try.
    fn close_inbox(&self, cloud: &Cloud) {
        let tried = "SELECT name AS v FROM inbox WHERE tries > 12";
        if !texts(cloud, tried, vec![]).is_empty() {
            self.fail(
                cloud,
                9,
                "a message of the inbox is tried for ever".to_owned(),
            );
        }
        let left = "SELECT name || ': ' || problem AS v FROM inbox WHERE set_apart_at_ms IS NULL OR tries < 12";
        let left = texts(cloud, left, vec![]);
        if !left.is_empty() {
            self.fail(cloud, 12, format!("the inbox holds {left:?}"));
        }
    }

    /// The ledger and the roster know the payment as it is.
    fn close_ledger(&self, cloud: &Cloud, account: &Account) {
        let payment = &account.kept.payment;
        let of = &account.address;
        let key = || {
            [&of.env, of.link.as_str(), of.reference.as_str()]
                .map(|part| Value::Text(part.to_owned()))
                .to_vec()
        };
        let row = "SELECT seq || ' ' || received_kes AS v FROM payments WHERE env = ?1 AND link = ?2 AND account_reference = ?3";
        let found = texts(cloud, row, key());
        let expected = format!("{} {}", account.kept.lines, payment.received_kes());
        // What came after a lost alarm the ledger hears with the next change; and nobody has paid what was only opened.
        let place = cloud.place_of(Class::Payment, &account.name);
        let has_lost_alarm = cloud.at(place, |at| at.has_lost_alarm);
        if has_lost_alarm && payment.attempts().is_empty() && payment.receipts().is_empty() {
            return;
        }
        let is_late = has_lost_alarm && found.len() == 1;
        if found != [expected.clone()] && !is_late {
            self.fail(
                cloud,
                12,
                format!(
                    "the ledger has {found:?} of {}, which is {expected}",
                    account.name
                ),
            );
        }
        if payment.is_listed() {
            let roster = roster_name(&of.env, &of.link, day_ms(payment));
            let place = cloud.place_of(Class::Roster, &roster);
            let names = cloud.at(place, |at| {
                at.durable_texts("SELECT reference AS v FROM entered")
            });
            if !names
                .unwrap_or_default()
                .iter()
                .any(|name| name == of.reference.as_str())
            {
                self.fail(cloud, 12, format!("the roster lacks {}", account.name));
            }
        }
    }

    /// A small object that holds something will end, and a receipt that has something to tell will ring.
    fn close_alarm(&self, cloud: &Cloud, place: usize) {
        let left = cloud.at(place, |at| {
            let is_left = match at.class {
                Class::Subscriber | Class::Quota | Class::Key => !at.durable.rows.is_empty(),
                Class::Receipt => has_work(&at.durable),
                Class::Payment | Class::Daraja | Class::Merchants | Class::Desk | Class::Roster => {
                    false
                }
            };
            (is_left && at.durable.alarm.is_none() && at.ringing.is_none() && !at.has_lost_alarm)
                .then(|| format!("{:?} {}", at.class, at.name))
        });
        if let Some(name) = left {
            self.fail(
                cloud,
                8,
                format!("{name} holds what has to end, and no alarm is set"),
            );
        }
    }

    /// 9: nothing waits for ever: every push has come to an end, and an order that is over is closed.
    fn close_rest(&self, cloud: &Cloud, account: &Account) {
        let payment = &account.kept.payment;
        let now_ms = self.now_ms(cloud);
        let last = payment.attempts().last().map(|a| a.reserved_at_ms);
        let is_long_ago = last.is_none_or(|at_ms| now_ms > at_ms + WAITED_MS);
        let is_waiting = payment.attempts().iter().any(|attempt| {
            !matches!(
                attempt.stage,
                Stage::Succeeded { .. }
                    | Stage::Declined { .. }
                    | Stage::NotSent { .. }
                    | Stage::Unknown {
                        is_unresolved: true
                    }
            )
        });
        let opened = payment.opened();
        let is_over = opened.is_some_and(|o| now_ms > o.expires_at_ms + OVER_MS);
        let place = cloud.place_of(Class::Payment, &account.name);
        if cloud.at(place, |at| at.has_lost_alarm) {
            return;
        }
        if (is_waiting && is_long_ago) || (is_over && payment.may_close()) {
            let what = format!("{} waits for ever", account.name);
            self.fail(cloud, 9, what);
        }
    }

    /// The shop has heard each message, and the same that the payment tells.
    fn close_shop(&self, cloud: &Cloud, account: &Account) {
        let unheard = {
            let truth = self.mpesa.truth.borrow();
            let told = account.kept.payment.deliveries().iter();
            // A shop that did not answer is told again later, in the order of the messages.
            let now_ms = cloud.run.now_ms();
            let told = told.take_while(
                |delivery| !matches!(delivery.standing, Hearing::Due(at_ms) if at_ms > now_ms),
            );
            let told = told.filter(|delivery| delivery.standing != Hearing::Superseded);
            let mut unheard = told.filter(|delivery| {
                let id = message_id(&account.name, &account.kept.payment, delivery.sequence);
                !truth.heard.contains_key(&id) || delivery.standing != Hearing::Heard
            });
            unheard
                .next()
                .map(|delivery| (delivery.sequence, format!("{:?}", delivery.standing)))
        };
        if let Some((sequence, hearing)) = unheard {
            self.fail(
                cloud,
                12,
                format!(
                    "the shop has not heard message {sequence} of {}: {hearing}",
                    account.name
                ),
            );
        }
    }
}

/// Whether a receipt's record has something left to be done.
fn has_work(state: &State) -> bool {
    let record = state.rows.get(&Key::new(0, 1));
    let record = record.map(|text| malipo_engine::json::read::<ReceiptRecord>(text).unwrap());
    record.is_some_and(|record| record.has_work())
}

fn day_ms(payment: &malipo_engine::payment::Payment) -> u64 {
    let first = payment.attempt(1).map(|attempt| attempt.reserved_at_ms);
    first.unwrap_or(payment.opened_at_ms())
}

fn accounts(cloud: &Cloud) -> Vec<Account> {
    let of = |place: usize| {
        let name = cloud.at(place, |at| {
            (at.class == Class::Payment).then(|| Rc::clone(&at.name))
        })?;
        Some(Account {
            address: Address::parse(&name)?,
            kept: kept(cloud, place)?,
            name,
        })
    };
    (0..cloud.places()).filter_map(of).collect()
}

pub(super) fn texts(cloud: &Cloud, statement: &str, values: Vec<Value>) -> Vec<String> {
    cloud.shelf.texts(&(statement.to_owned(), values)).unwrap()
}
