//! The model of Daraja and of the customers' handsets: what really becomes of a push, in M-PESA's own words on the wire.

use crate::faults::Fault;
use crate::state::money::{By, Money};
use crate::state::push::ALIVE_MS;
pub(crate) use crate::state::push::Push;
use crate::world::{HOUR, Item, MINUTE, SEC, Tries, World};
use malipo_shared::Payee;
use malipo_tests::bodies::{
    ADVICE, DECLINES, FIREWALL, HTML, LOCKED, REFUSED, SPIKES, STRANGE, TOKEN, accepted, error,
    verdict,
};

/// M-PESA refuses the same amount from the same number to the same payee within this.
const SAME_AGAIN_MS: u64 = 2 * MINUTE;

impl World {
    /// The push reaches the gateway.
    pub(crate) fn arrive(&mut self, push: usize, life: u32, tries: Tries) {
        self.check_arrival(push);
        let truth = &mut self.pushes[push];
        truth.arrivals += 1;
        truth.was_dropped = false;
        truth.is_drop_heard = false;
        let phone = truth.phone;
        let quick_ms = self.dice.between(30, 900);
        let now_ms = self.now_ms;
        let is_line_busy = self
            .pushes
            .iter()
            .any(|q| q.phone == phone && q.is_prompt_alive(now_ms));
        let refused = if is_line_busy || self.strikes(Fault::Locked) {
            Some(LOCKED)
        } else if self.strikes(Fault::Refused) {
            Some(*self.dice.pick(REFUSED))
        } else if self.strikes(Fault::SpikeArrest) {
            Some(*self.dice.pick(SPIKES))
        } else if self.strikes(Fault::TokenRefused) {
            Some(TOKEN)
        } else if self.strikes(Fault::Firewall) {
            Some(FIREWALL)
        } else {
            None
        };
        if let Some((status, body)) = refused {
            self.pushes[push].was_dropped = true;
            return self.answer_push(push, life, tries, quick_ms, status, body);
        }
        if self.strikes(Fault::AdviceOnly) {
            let (status, body) = *self.dice.pick(ADVICE);
            if self.strikes(Fault::AdviceRang) {
                self.prompt(push);
            }
            return self.answer_push(push, life, tries, quick_ms, status, body);
        }
        if self.strikes(Fault::AnswerLostSilent) {
            let delay_ms = *self.dice.pick(&[200, 5 * SEC, 30 * SEC]);
            return self.answer_push(push, life, tries, delay_ms, 0, "connection reset");
        }
        self.prompt(push);
        if self.strikes(Fault::AnswerLostRang) {
            let delay_ms = *self.dice.pick(&[200, 5 * SEC, 30 * SEC]);
            return self.answer_push(push, life, tries, delay_ms, 0, "timeout");
        }
        if self.strikes(Fault::HtmlAnswer) {
            let (status, body) = *self.dice.pick(HTML);
            return self.answer_push(push, life, tries, quick_ms, status, body);
        }
        let id = &self.pushes[push].id;
        let body = accepted(id);
        let delay_ms = if self.strikes(Fault::AnswerSlow) {
            self.dice.between(2 * SEC, 29 * SEC)
        } else {
            quick_ms
        };
        self.answer_push(push, life, tries, delay_ms, 200, &body);
    }

    /// Rules 4 and 5, by the truth alone: what has really left, and what our side was really told.
    fn check_arrival(&mut self, push: usize) {
        let now_ms = self.now_ms;
        let this = &self.pushes[push];
        let (p, phone, attempt) = (this.p, this.phone, this.attempt);
        if this.arrivals > 0 && !(this.was_dropped && this.is_drop_heard) {
            self.fail(5, || format!("push {attempt} of payment {p} reached M-PESA twice, and the first was not dropped"));
        }
        for (index, other) in self.pushes.iter().enumerate() {
            if index == push {
                continue;
            }
            let is_same_payment = other.p == p;
            let (of, n) = (other.p, other.attempt);
            if (is_same_payment || other.phone == phone) && other.is_prompt_alive(now_ms) {
                return self.fail(4, || format!("push {attempt} of payment {p} left while the prompt of push {n} of payment {of} was alive"));
            }
            let is_told = other.is_settled()
                || other.is_declared
                || other
                    .unlisted_told_at_ms
                    .is_some_and(|at_ms| now_ms >= at_ms + 175 * SEC);
            if is_same_payment && !is_told {
                return self.fail(4, || {
                    format!(
                        "push {attempt} of payment {p} left while the fate of push {n} was unknown"
                    )
                });
            }
        }
    }

    /// The customer's handset rings, or does not.
    fn prompt(&mut self, push: usize) {
        let now_ms = self.now_ms;
        let truth = &self.pushes[push];
        let is_same_again = self.money.iter().any(|money| {
            money.phone == truth.phone
                && money.amount == truth.amount
                && now_ms < money.at_ms + SAME_AGAIN_MS
                && money.push().is_some()
        });
        let is_query_dead = self.strikes(Fault::QueryDead);
        let is_query_wrong = self.strikes(Fault::QueryWrong);
        let truth = &mut self.pushes[push];
        truth.is_query_dead = is_query_dead;
        truth.is_query_wrong = is_query_wrong;
        if is_same_again {
            return self.decide(push, "17", 2 * SEC);
        }
        if self.strikes(Fault::Silent) {
            return;
        }
        self.pushes[push].rang_at_ms = Some(now_ms);
        if self.strikes(Fault::EarlyTimeout) {
            let delay_ms = self.dice.between(3 * SEC, 20 * SEC);
            self.decide(push, "1037", delay_ms);
        }
        let delay_ms = if self.strikes(Fault::Ignored) {
            ALIVE_MS + self.dice.between(1, 8 * SEC)
        } else {
            let quick_ms = self.dice.between(SEC, 10 * SEC);
            let slow_ms = self.dice.between(SEC, ALIVE_MS - SEC);
            *self.dice.pick(&[quick_ms, slow_ms])
        };
        self.after(delay_ms, Item::Handset { push });
    }

    /// What the customer does with the prompt.
    pub(crate) fn answer_prompt(&mut self, push: usize) {
        let is_alive = self.pushes[push].is_prompt_alive(self.now_ms);
        self.pushes[push].is_over = true;
        if !is_alive {
            if self.strikes(Fault::LateMoney) {
                let delay_ms = *self.dice.pick(&[20 * SEC, 5 * MINUTE, HOUR, 10 * HOUR]);
                self.after(delay_ms, Item::MoveLate { push });
            }
            let code = *self.dice.pick(&["1037", "1037", "1019", "1036"]);
            return self.decide(push, code, 100);
        }
        if self.strikes(Fault::Unlisted) {
            let code = *self.dice.pick(STRANGE);
            return self.decide(push, code, 500);
        }
        if self.strikes(Fault::Alphanumeric) {
            let code = *self.dice.pick(&["E3008", "SFC_IC0003"]);
            return self.decide(push, code, 500);
        }
        if self.dice.percent(30) {
            self.note(Fault::DeclinedByHand);
            let code = *self.dice.pick(DECLINES);
            return self.decide(push, code, 500);
        }
        self.pay(push);
    }

    pub(crate) fn move_late(&mut self, push: usize) {
        if self.pushes[push].money.is_none() {
            self.pay(push);
        }
    }

    /// Money moves.
    fn pay(&mut self, push: usize) {
        let truth = &self.pushes[push];
        let was_declined = truth.verdict.is_some();
        let (phone, amount, p) = (truth.phone, truth.amount, truth.p);
        let shell = &self.payments[p];
        let is_till = matches!(shell.payee, Payee::Till { .. });
        let reference = if is_till {
            String::new()
        } else {
            shell.reference.to_string()
        };
        let mut money = Money::new(By::Push(push), phone, amount, self.now_ms, reference);
        money.names = (!is_till).then_some(p);
        let money = self.moves(money);
        self.pushes[push].money = Some(money);
        if was_declined {
            self.note(Fault::SuccessAfterDecline);
        }
        self.tell("customer", || {
            format!("pays KES {amount} at the prompt of payment {p}")
        });
        self.echo(money);
        let delay_ms = self.dice.between(300, 2 * SEC);
        self.decide(push, "0", delay_ms);
    }

    /// M-PESA has decided; it calls back, or does not.
    fn decide(&mut self, push: usize, code: &str, delay_ms: u64) {
        self.pushes[push].verdict = Some((code.to_owned(), self.now_ms + delay_ms));
        self.call_back(push, code, delay_ms);
    }

    /// How M-PESA answers a question about a push.
    pub(crate) fn query_body(&mut self, id: &str) -> (u16, String) {
        let found = self.pushes.iter().position(|q| q.id == id);
        let verdict = |code: &str| verdict(id, code);
        let Some(push) = found else {
            return error("500.001.1001", "The transaction does not Exist");
        };
        if self.pushes[push].is_query_dead {
            return error("500.001.1001", "");
        }
        if self.strikes(Fault::QueryError) {
            let errors = [
                error("500.001.1001", ""),
                error("400.002.02", "Bad Request - Invalid CheckoutRequestID"),
                error("404.001.03", "Invalid Access Token"),
                (403, FIREWALL.1.to_owned()),
            ];
            return self.dice.pick(&errors).clone();
        }
        if self.strikes(Fault::QuerySpike) {
            let (status, body) = SPIKES[0];
            return (status, body.to_owned());
        }
        let now_ms = self.now_ms;
        let truth = &self.pushes[push];
        let decided = truth.verdict.clone().filter(|(_, at_ms)| now_ms >= *at_ms);
        let is_young = truth
            .rang_at_ms
            .is_some_and(|at_ms| now_ms < at_ms + 10 * SEC);
        let is_wrong = truth.is_query_wrong && truth.money.is_some();
        if is_young && self.strikes(Fault::QueryUnresolved) {
            return verdict("2029");
        }
        match decided {
            _ if is_wrong => verdict("1032"),
            Some((code, _)) if code != "17" && STRANGE.contains(&code.as_str()) => verdict(&code),
            Some((code, _)) => verdict(&code),
            None => {
                self.note(Fault::QueryPending);
                verdict("4999")
            }
        }
    }
}
