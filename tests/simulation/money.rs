//! M-PESA's ledger: the money that truly moved, and how its news travels to us.

use crate::faults::Fault;
pub(crate) use crate::state::money::{By, Money, Says};
use crate::world::{HOUR, Item, MINUTE, SEC, World};
use malipo_engine::daraja::{Instant, StkCallback};
use malipo_engine::payment::Event;
use malipo_shared::MpesaReceipt;
use malipo_tests::bodies::{declined, paid};

fn success(id: &str, amount: u32, number: Option<&str>, at_ms: u64) -> String {
    let date = Instant::from_unix_ms(at_ms);
    paid(id, amount, number, date.timestamp())
}

impl World {
    /// Enters money that moved; its number is new.
    pub(crate) fn moves(&mut self, mut money: Money) -> usize {
        self.serial += 1;
        money.number = MpesaReceipt::parse(&format!("U{:09}", self.serial)).unwrap();
        self.money.push(money);
        let money = self.money.len() - 1;
        if self.payments.len() > 1 && self.strikes(Fault::PersonErred) {
            let p = self.dice.below(self.payments.len() as u64) as usize;
            let delay_ms = self.dice.below(6 * SEC);
            self.after(delay_ms, Item::TakenByPerson { p, money });
        }
        money
    }

    /// M-PESA calls back on a push: or not, or late, or twice, or contradicting itself.
    pub(crate) fn call_back(&mut self, push: usize, code: &str, delay_ms: u64) {
        let truth = &self.pushes[push];
        let (id, path, p, amount, money) = (
            truth.id.clone(),
            truth.path.clone(),
            truth.p,
            truth.amount,
            truth.money,
        );
        let is_paid = code == "0";
        if is_paid && self.strikes(Fault::OtherAmount) {
            let other = *self.dice.pick(&[amount - 1, amount + 5]);
            let number = money.map(|m| self.money[m].number.to_string());
            let body = success(&id, other, number.as_deref(), self.now_ms);
            let says = Says::Lie {
                push,
                is_by_id: false,
            };
            self.post(says, path.clone(), body, delay_ms);
            if self.dice.percent(60) {
                return;
            }
        }
        if self.strikes(Fault::OtherId) {
            let other = format!("ws_CO_of_another_{p}");
            self.serial += 1;
            let number = format!("X{:09}", self.serial);
            let body = success(&other, amount, Some(&number), self.now_ms);
            let says = Says::Lie {
                push,
                is_by_id: true,
            };
            self.post(says, path.clone(), body, delay_ms);
            if self.dice.percent(60) {
                return;
            }
        }
        if self.strikes(Fault::CallbackLost) {
            return;
        }
        let (says, body) = match money.filter(|_| is_paid) {
            Some(money) => {
                let has_number = !self.strikes(Fault::NoReceipt);
                let money = &self.money[money];
                let number = has_number.then_some(money.number.as_str());
                let body = success(&id, amount, number, money.at_ms);
                (Says::Paid { push, has_number }, body)
            }
            None => {
                let is_listed = !matches!(code, "7777" | "00" | "0.0");
                let says = if is_listed {
                    Says::Ended { push }
                } else {
                    Says::Strange { push }
                };
                (says, declined(&id, code))
            }
        };
        let late_ms = if self.strikes(Fault::CallbackHours) {
            self.dice.between(HOUR, 20 * HOUR)
        } else if self.strikes(Fault::CallbackMinutes) {
            self.dice.between(MINUTE, 20 * MINUTE)
        } else {
            0
        };
        if self.strikes(Fault::CallbackTwice) {
            let again_ms = *self.dice.pick(&[0, 10, 2 * SEC, 3 * MINUTE, 2 * HOUR]);
            self.post(
                says,
                path.clone(),
                body.clone(),
                delay_ms + late_ms + again_ms,
            );
        }
        if matches!(says, Says::Paid { .. }) && self.strikes(Fault::OtherReceipt) {
            self.serial += 1;
            let number = format!("X{:09}", self.serial);
            let told = *self.dice.pick(&[amount, amount, amount + 5]);
            let body = success(&id, told, Some(&number), self.now_ms);
            let after_ms = *self.dice.pick(&[10, 2 * SEC, HOUR]);
            let says = Says::Second { push };
            self.post(says, path.clone(), body, delay_ms + late_ms + after_ms);
        }
        self.post(says, path, body, delay_ms + late_ms);
    }

    fn post(&mut self, says: Says, path: String, body: String, delay_ms: u64) {
        let item = Item::Callback {
            says,
            path,
            body,
            tries: 0,
        };
        self.after(delay_ms, item);
    }

    /// A callback comes in, as the Worker's hook takes it: three tries, then the inbox.
    pub(crate) fn hear_callback(&mut self, says: Says, path: String, body: String, tries: u32) {
        let Some((p, attempt)) = self.opens(&path) else {
            return;
        };
        let is_id_known = self.payments[p]
            .payment
            .attempt(attempt)
            .is_some_and(|a| a.checkout_request_id.is_some());
        if matches!(says, Says::Lie { is_by_id: true, .. }) && !is_id_known {
            return; // it would be the attempt's only word, and is believed by design
        }
        // Before its true receipt it would be the push's only number, and is believed by design.
        if let Says::Second { push } = says
            && !self.pushes[push]
                .money
                .is_some_and(|money| self.money[money].by_callback)
        {
            return;
        }
        if !self.begin(p) {
            let delay_ms = if tries % 3 < 2 { 1_500 } else { 5 * MINUTE };
            let item = Item::Callback {
                says,
                path,
                body,
                tries: tries + 1,
            };
            return self.after(delay_ms, item);
        }
        if self.payments[p].payment.attempt(attempt).is_some()
            && let Ok(callback) = StkCallback::decode(body.as_bytes())
        {
            self.record(p, Event::CallbackReceived { attempt, callback });
            self.learn(says);
        }
        self.commit(p);
    }

    /// What our side now truly knows.
    fn learn(&mut self, says: Says) {
        match says {
            Says::Paid { push, has_number } => {
                self.pushes[push].is_verdict_told = true;
                if let Some(money) = self.pushes[push].money {
                    let money = &mut self.money[money];
                    money.by_verdict = true;
                    money.by_callback |= has_number;
                }
            }
            Says::Ended { push } => self.pushes[push].is_verdict_told = true,
            Says::Strange { push } => {
                let now_ms = self.now_ms;
                self.pushes[push].unlisted_told_at_ms.get_or_insert(now_ms);
            }
            Says::Lie { push, .. } => self.pushes[push].is_contradicted = true,
            Says::Second { .. } | Says::Forged => {}
        }
    }

    /// M-PESA's confirmation of money, where the shop has registered for it.
    pub(crate) fn echo(&mut self, money: usize) {
        if !self.has_c2b || self.strikes(Fault::EchoLost) {
            return;
        }
        let delay_ms = if self.strikes(Fault::EchoFirst) {
            10
        } else if self.strikes(Fault::EchoAfter) {
            *self.dice.pick(&[5 * SEC, MINUTE, HOUR])
        } else {
            self.dice.between(10, 4 * SEC)
        };
        let is_trusted = !self.strikes(Fault::EchoDoubtful);
        if self.strikes(Fault::EchoTwice) {
            let again_ms = *self.dice.pick(&[0, 20, MINUTE, HOUR]);
            // The second may come from where it should.
            let is_trusted = self.dice.percent(80);
            let item = Item::Confirmation {
                money,
                is_trusted,
                tries: 0,
            };
            self.after(delay_ms + again_ms, item);
        }
        let item = Item::Confirmation {
            money,
            is_trusted,
            tries: 0,
        };
        self.after(delay_ms, item);
    }
}
