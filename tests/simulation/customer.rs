//! What customers, the shop's people and strangers do, by chance.

use crate::faults::Fault;
use crate::money::{By, Money, Says};
use crate::shell::Shell;
use crate::shop::{Priced, Pricing};
use crate::world::{ENV, HOUR, Item, MINUTE, SEC, World};
use malipo_engine::master_key::signed_reference;
use malipo_engine::payment::{Ask, Assignment, Event};
use malipo_shared::{AccountReference, MpesaReceipt, Payee, Shortcode};

impl World {
    /// The shop's payee, and the orders that are going to be paid.
    pub(crate) fn furnish(&mut self) {
        let payee = if self.dice.percent(75) {
            Payee::PayBill {
                shortcode: Shortcode::parse("174379").unwrap(),
            }
        } else {
            Payee::Till {
                store: Shortcode::parse("174378").unwrap(),
                till: Shortcode::parse("555555").unwrap(),
            }
        };
        for p in 0..*self.dice.pick(&[1, 1, 2, 3]) {
            let literal = format!("INV{p}A");
            let (by, reference) = match self.dice.below(4) {
                0 => (
                    Pricing::Signed {
                        reference: literal.clone(),
                    },
                    signed_reference(&self.link, &literal),
                ),
                1 => {
                    let reference = format!("order #{p}");
                    let made = signed_reference(&self.link, &reference);
                    (Pricing::Signed { reference }, made)
                }
                2 => (
                    Pricing::Item,
                    self.key.reference_for_key(&self.link, &self.key_of(p, 0)),
                ),
                _ => (
                    Pricing::Open,
                    self.key.reference_for_key(&self.link, &self.key_of(p, 0)),
                ),
            };
            let reference: AccountReference = reference.unwrap();
            let address = format!("{ENV}:{}:{reference}", self.link);
            let shell = Shell::new(address, reference, payee.clone(), Priced::new(by));
            self.payments.push(shell);
        }
    }

    pub(crate) fn act(&mut self) {
        if self.acts_left == 0 {
            return;
        }
        self.acts_left -= 1;
        let p = self.dice.below(self.payments.len() as u64) as usize;
        let chance = if self.dice.percent(self.mood.0) {
            self.mood.1
        } else {
            self.dice.below(100)
        };
        match chance {
            _ if !self.payments[p].is_open() && self.dice.percent(90) => self.ask(p, true),
            0..=27 => self.ask(p, false),
            28..=34 => self.ask(p, true),
            35..=47 => self.pay_by_hand(p),
            48..=57 => self.type_receipt(p),
            58..=64 => self.amend(p),
            65..=67 => self.close(p),
            68..=73 => self.deceive(p),
            74..=79 => self.crash(p, Fault::Crash),
            80..=83 => {
                self.note(Fault::Frozen);
                let until_ms = self.now_ms + *self.dice.pick(&[5 * SEC, 40 * SEC, 5 * MINUTE]);
                self.payments[p].frozen_until_ms = until_ms;
            }
            84..=87 => self.shift_clock(),
            88..=93 => self.decide_by_person(p),
            _ => self.redeliver(p),
        }
        let gap_ms = match self.dice.below(10) {
            0..=2 => self.dice.between(20, 2 * SEC),
            3..=5 => self.dice.between(2 * SEC, 30 * SEC),
            6 | 7 => self.dice.between(30 * SEC, 200 * SEC),
            8 => self.dice.between(200 * SEC, HOUR),
            _ => self.dice.between(HOUR, 8 * HOUR),
        };
        self.after(gap_ms, Item::Act);
    }

    /// Our clock jumps, but stays near the truth.
    fn shift_clock(&mut self) {
        let is_forward = self.dice.percent(50);
        self.note(if is_forward {
            Fault::ClockForward
        } else {
            Fault::ClockBack
        });
        let by_ms = self.dice.between(1, 2 * SEC) as i64;
        let skew_ms = self.skew_ms + if is_forward { by_ms } else { -by_ms };
        self.skew_ms = skew_ms.clamp(-2_000, 2_000);
    }

    /// The page opens the payment, or asks for a push; perhaps from two tabs with one key.
    fn ask(&mut self, p: usize, is_known_key: bool) {
        self.serial += 1;
        let n = if is_known_key { 1 } else { self.serial };
        let phone = match self.payments[p].phones.last() {
            Some(phone) if self.dice.percent(80) => *phone,
            _ => self.dice.below(self.msisdns.len() as u64) as usize,
        };
        let not_charged = self.dice.percent(40);
        let (tabs, with_phone) = (*self.dice.pick(&[1, 1, 2]), self.dice.percent(85));
        for _ in 0..tabs {
            self.ask_once(p, n, phone, with_phone, not_charged);
        }
    }

    fn ask_once(&mut self, p: usize, n: u32, phone: usize, with_phone: bool, not_charged: bool) {
        let ask = Ask::new(self.key_of(p, n), b"{}");
        let was_open = self.payments[p].is_open();
        let order = if was_open { None } else { self.order(p) };
        if !self.begin(p) {
            return; // the page asks again: another act
        }
        if let Some((order, expires_at_ms)) = order {
            let shell = &self.payments[p];
            let event = Event::Opened {
                order,
                payee: shell.payee.clone(),
                account_reference: shell.reference.clone(),
                expires_at_ms,
                ask: ask.clone(),
            };
            self.record(p, event);
        }
        if self.payments[p].is_open() && with_phone {
            self.reserve(p, phone, ask, not_charged);
        }
        self.commit(p);
    }

    pub(crate) fn reserve(&mut self, p: usize, phone: usize, ask: Ask, not_charged: bool) {
        let ours_ms = self.ours_ms();
        let shell = &self.payments[p];
        if shell
            .payment
            .attempts()
            .iter()
            .any(|attempt| attempt.ask == ask)
        {
            return; // the same request again
        }
        if not_charged && let Some(attempt) = shell.payment.declarable(ours_ms) {
            self.note(Fault::Declared);
            for push in &mut self.pushes {
                push.is_declared |= push.p == p && push.attempt == attempt;
            }
            self.record(p, Event::CustomerDeclaredNotCharged { attempt });
        }
        let shell = &mut self.payments[p];
        let place = shell.phones.iter().position(|known| *known == phone);
        let slot = place.unwrap_or(shell.phones.len()) as u8 + 1;
        if let Ok(event) = shell.payment.reserve_push(slot, ask, ours_ms) {
            if place.is_none() {
                shell.phones.push(phone);
            }
            self.record(p, event);
        }
    }

    /// The customer pays by hand: the rest or another amount, with the account number as people type it.
    fn pay_by_hand(&mut self, p: usize) {
        let shell = &self.payments[p];
        let rest = shell.payment.remaining().map_or(10, |kes| kes.shillings());
        let is_till = matches!(shell.payee, Payee::Till { .. });
        let reference = shell.reference.to_string();
        let amount = *self.dice.pick(&[rest, rest, rest, 5, rest + 5]);
        let is_garbled = !is_till && self.strikes(Fault::Garbled);
        let bill_ref = if is_till {
            String::new()
        } else {
            self.as_typed(&reference, is_garbled)
        };
        let phone = match self.payments[p].phones.first() {
            Some(phone) if self.dice.percent(80) => *phone,
            _ => self.dice.below(self.msisdns.len() as u64) as usize,
        };
        self.note(if is_till {
            Fault::ByHandTill
        } else {
            Fault::ByHand
        });
        self.tell("customer", || {
            format!("pays KES {amount} by hand for payment {p}, account {bill_ref:?}")
        });
        let mut money = Money::new(By::Hand(p), phone, amount, self.now_ms, bill_ref);
        money.names = (!is_till && !is_garbled).then_some(p);
        let money = self.moves(money);
        if self.strikes(Fault::ForgedAmount) {
            let (number, reference) = (
                self.money[money].number.to_string(),
                self.payments[p].reference.to_string(),
            );
            self.after(1, Item::ForgedConfirmation { number, reference });
        }
        self.echo(money);
    }

    /// As people type an account number.
    fn as_typed(&mut self, reference: &str, is_garbled: bool) -> String {
        let is_generated = reference.len() == 11 && reference.starts_with('M');
        match self.dice.below(5) {
            _ if is_garbled => {
                let wrong = format!("X{}", &reference[1..]);
                (*self.dice.pick(&[wrong.as_str(), "tea", "", "0700000123"])).to_owned()
            }
            0 => reference.to_lowercase(),
            1 => format!(" {}-{} ", &reference[..2], &reference[2..]),
            2 if is_generated => reference.replace('0', "O").replace('1', "l"),
            3 => format!("{}/{}", reference[..3].to_lowercase(), &reference[3..]),
            _ => reference.to_owned(),
        }
    }

    /// The customer types a receipt: their own, another's, or nonsense.
    fn type_receipt(&mut self, p: usize) {
        let is_own = |world: &World, m: &Money| match m.by {
            By::Hand(of) => of == p,
            By::Push(push) => world.pushes[push].p == p,
        };
        let wants_own = self.dice.percent(70);
        let known: Vec<MpesaReceipt> = self
            .money
            .iter()
            .filter(|m| is_own(self, m) == wants_own)
            .map(|m| m.number.clone())
            .collect();
        let receipt = if known.is_empty() || self.dice.percent(10) {
            self.note(Fault::TypedNonsense);
            MpesaReceipt::from_typed("nonsense 12").unwrap()
        } else {
            if !wants_own {
                self.note(Fault::TypedOthers);
            }
            self.dice.pick(&known).clone()
        };
        if !self.payments[p].is_open() || !self.begin(p) {
            return;
        }
        if self.payments[p].payment.may_type(&receipt) {
            self.record(p, Event::ReceiptTyped { receipt });
        }
        self.commit(p);
    }

    fn close(&mut self, p: usize) {
        if self.payments[p].is_open() && self.begin(p) {
            let ours_ms = self.ours_ms();
            let shell = &mut self.payments[p];
            if shell.payment.may_close() {
                let opened = shell.payment.opened();
                let is_early = opened.is_some_and(|opened| ours_ms < opened.expires_at_ms);
                shell.priced.withdrawn_at_ms = Some(ours_ms).filter(|_| is_early);
                self.record(p, Event::OrderClosed);
            }
            self.commit(p);
        }
    }

    /// A stranger's callback, or a stranger's report of money.
    fn deceive(&mut self, p: usize) {
        self.serial += 1;
        let number = format!("F{:09}", self.serial);
        let reference = self.payments[p].reference.to_string();
        if self.dice.percent(50) {
            self.note(Fault::ForgedEcho);
            // The payer of real money knows its number, and may be faster than M-PESA.
            let own = self
                .money
                .iter()
                .rfind(|m| m.names == Some(p))
                .map(|m| m.number.to_string());
            if let Some(number) = own.filter(|_| self.dice.percent(50)) {
                self.note(Fault::ForgedAmount);
                return self.after(10, Item::ForgedConfirmation { number, reference });
            }
            return self.after(10, Item::ForgedConfirmation { number, reference });
        }
        self.note(Fault::Forged);
        let Some(push) = (0..self.pushes.len()).find(|&q| self.pushes[q].p == p) else {
            return;
        };
        // The path of one attempt, bent to another; the body as M-PESA would write it.
        let (path, amount) = (&self.pushes[push].path, self.pushes[push].amount);
        let (head, _) = path.rsplit_once('/').unwrap_or((path, ""));
        let other = self.pushes[push].attempt % 3 + 2;
        let path = format!("{head}/{other}");
        let body = format!(
            r#"{{"Body":{{"stkCallback":{{"ResultCode":0,"CallbackMetadata":{{"Item":[{{"Name":"Amount","Value":{amount}}},{{"Name":"MpesaReceiptNumber","Value":"{number}"}}]}}}}}}}}"#
        );
        let item = Item::Callback {
            says: Says::Forged,
            path,
            body,
            tries: 0,
        };
        self.after(10, item);
    }

    /// The shop's people compare their statement with what a customer says.
    fn decide_by_person(&mut self, p: usize) {
        if self.money.is_empty() || !self.payments[p].is_open() {
            return;
        }
        let typed = self.payments[p].payment.typed().iter();
        let mut waiting = typed.filter(|t| t.needs_shop).map(|t| &t.receipt);
        let own = |number: &MpesaReceipt| {
            self.money
                .iter()
                .position(|m| m.number == *number && m.by == By::Hand(p))
        };
        if let Some(money) = waiting.find_map(own) {
            self.claim_by_person(p, money);
        }
    }

    /// The shop's word: this line of the statement is that order's.
    pub(crate) fn claim_by_person(&mut self, p: usize, money: usize) {
        if !self.payments[p].is_open() {
            return;
        }
        // What they saw may be what was due before other money came.
        let is_stale = self.dice.percent(10);
        let seen_kes = match is_stale {
            true => self.payments[p].payment.due_kes(),
            false => self.payments[p].payment.outstanding_kes(),
        };
        let moved = &self.money[money];
        let asked = Assignment {
            receipt: moved.number.clone(),
            amount_kes: moved.amount,
            said: None,
            paid_at_ms: Some(moved.at_ms / 1000 * 1000),
            expect_kes: seen_kes,
        };
        if !self.begin(p) {
            return;
        }
        match self.payments[p].payment.assign(asked) {
            Ok(Some(event)) => {
                self.note(Fault::PersonCounted);
                self.record(p, event);
            }
            Ok(None) => {}
            Err(_) => self.note(Fault::PersonRefused),
        }
        self.commit(p);
        if self.dice.percent(30) {
            let delay_ms = *self.dice.pick(&[50, SEC, MINUTE, HOUR]);
            self.after(delay_ms, Item::TakenBack { p, money });
        }
    }

    /// The shop sees that it was wrong, and may give the money to another order, or to the same again.
    pub(crate) fn take_back(&mut self, p: usize, money: usize) {
        if !self.begin(p) {
            return;
        }
        let number = self.money[money].number.clone();
        match self.payments[p].payment.release(&number) {
            Ok(Some(event)) => {
                self.note(Fault::PersonTookBack);
                self.record(p, event);
            }
            Ok(None) => {}
            Err(_) => self.note(Fault::PersonRefused),
        }
        self.commit(p);
        if self.dice.percent(50) {
            let p = self.dice.below(self.payments.len() as u64) as usize;
            let delay_ms = *self.dice.pick(&[50, SEC, MINUTE]);
            self.after(delay_ms, Item::TakenByPerson { p, money });
        }
    }

    fn redeliver(&mut self, p: usize) {
        let count = self.payments[p].payment.deliveries().len() as u64;
        if count > 0 && self.begin(p) {
            let sequence = self.dice.below(count) as u32 + 1;
            self.record(p, Event::RedeliveryAsked { sequence });
            self.commit(p);
        }
    }
}
